/*
 * Private to pdf/: the invisible text of a copy (text rendering mode 3; ISO 32000-1, 9.3.6), in a font without shapes.
 *
 * The font's one glyph is empty and half an em wide; every code point that occurs gets a code of its own, all codes
 * show that glyph, and the ToUnicode map says what they mean. So any character of any script can be laid over the
 * capture, none refers to .notdef, and nothing but this map decides what a reader extracts.
 *
 * A word's em is the height of its quad, four fifths above the base line, so that what a reader takes for the word's
 * box is the quad itself; horizontal scaling makes its width fit. Each word is followed by a blank.
 */
#pragma once

#include "pdf/compose.h"

typedef struct tc_word_layer tc_word_layer;

TC_NODISCARD bool tc_word_layer_create(tc_word_layer **out, tc_error *err);
void tc_word_layer_destroy(tc_word_layer *layer);
TC_AUTO_POINTER(tc_word_layer, tc_word_layer_destroy);

/* Appends the operators of words[0..count) (between BDC and EMC of the caller), in the font resource `font`. */
TC_NODISCARD bool tc_word_layer_append(tc_word_layer *layer, const tc_compose_word *words, size_t count,
                                       tc_pdf_matrix to_page, const char *font, tc_buf *out, tc_error *err);

/* The font's parts, after all words. */
TC_NODISCARD bool tc_word_layer_to_unicode(const tc_word_layer *layer, tc_buf *out, tc_error *err);
TC_NODISCARD bool tc_word_layer_cid_to_gid(const tc_word_layer *layer, tc_buf *out, tc_error *err);
TC_NODISCARD bool tc_word_layer_font_file(tc_buf *out, tc_error *err);
