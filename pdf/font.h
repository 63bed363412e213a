/*
 * Private to pdf/: a TrueType font that is embedded as a subset (ISO 32000-1, 9.7.4: a CIDFont of type 2 under
 * Identity-H). Each character that is set gets a code of its own, and the font's ToUnicode map says what it means, so
 * that characters which share a shape stay apart for a reader.
 *
 * A font can be loaded with the letters of Latin scripts as its common stock: their codes and the subset are made once,
 * and every document that needs no other character embeds the same bytes. Making a subset takes longer than all the
 * rest of a page.
 *
 * Ownership: a use borrows its font. Threading: a loaded font is shared freely; a use belongs to one thread.
 */
#pragma once

#include "base/buf.h"

typedef struct tc_font tc_font;

/* `stock`: with the common letters. TC_CONFIG: no TrueType font, or one that may not be embedded. */
TC_NODISCARD bool tc_font_load(const char *path, bool stock, tc_font **out, tc_error *err);
void tc_font_destroy(tc_font *font);
TC_AUTO_POINTER(tc_font, tc_font_destroy);

/* What one document uses of a font. Start with {.font = …}. */
typedef struct tc_font_use {
  const tc_font *font;
  uint32_t *more; /* characters beyond the stock, in the order of their codes */
  size_t more_count;
  bool any;    /* something was set */
  bool failed; /* no memory for a character */
} tc_font_use;
void tc_font_use_finish(tc_font_use *use);
TC_AUTO_VALUE(tc_font_use, tc_font_use_finish);

/* The code of a character; of "?" where the font has no glyph for it (PDF/A allows no reference to .notdef). */
uint16_t tc_font_code(tc_font_use *use, uint32_t character);
/* Of a character, in thousandths of an em. */
int tc_font_width(const tc_font *font, uint32_t character);

enum { TC_FONT_OBJECTS = 6 };
/* The font's objects, the font itself first, each as its number's text between "obj" and "endobj". */
TC_NODISCARD bool tc_font_objects(const tc_font_use *use, size_t first_number, tc_buf objects[TC_FONT_OBJECTS],
                                  tc_error *err);
