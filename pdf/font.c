/*
 * HarfBuzz reads the font and makes the subset: glyphs alone, without hints and layout tables, which no reader of a
 * laid-out page asks for.
 */
#include "pdf/font.h"

#include "pdf/inflate.h"

#include <hb-ot.h>
#include <hb-subset.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { CODES_MAX = 0xFFFE, NAME_MAX_BYTES = 64, UNITS = 1000 };

/* What a document embeds: each stream packed. */
typedef struct subset {
  tc_buf file, gids, meaning, widths;
  size_t file_size;
} subset;

struct tc_font {
  hb_face_t *face;
  hb_font_t *font;
  char name[NAME_MAX_BYTES];
  uint32_t *stock; /* characters, rising; a code is an index and one: code 0 is .notdef's */
  size_t stock_count;
  subset ready; /* of the stock alone */
};

/* Latin letters with their marks, punctuation and currencies: what a page of the house is set in. */
static const uint32_t stock_ranges[][2] = {{0x20, 0x7E},     {0xA0, 0x17F},    {0x1A0, 0x1A1},   {0x1AF, 0x1B0},
                                           {0x1EA0, 0x1EF9}, {0x2010, 0x2026}, {0x20AB, 0x20AC}, {0x2116, 0x2116}};

static void subset_finish(subset *s)
{
  tc_buf_finish(&s->file);
  tc_buf_finish(&s->gids);
  tc_buf_finish(&s->meaning);
  tc_buf_finish(&s->widths);
}
TC_AUTO_VALUE(subset, subset_finish);

static uint32_t glyph_of(const tc_font *font, uint32_t character)
{
  hb_codepoint_t glyph = 0;
  return hb_font_get_nominal_glyph(font->font, character, &glyph) != 0 ? glyph : 0;
}

static int scaled(const tc_font *font, double units)
{
  return (int)lround(units * UNITS / hb_face_get_upem(font->face));
}

int tc_font_width(const tc_font *font, uint32_t character)
{
  uint32_t glyph = glyph_of(font, character);
  return scaled(font, hb_font_get_glyph_h_advance(font->font, glyph != 0 ? glyph : glyph_of(font, '?')));
}

/* ---- The subset ---- */

static uint32_t character_at(const tc_font *font, const uint32_t *more, size_t index)
{
  return index < font->stock_count ? font->stock[index] : more[index - font->stock_count];
}

static bool append(const void *data, size_t size, void *context, tc_error *err)
{
  return tc_buf_append(context, data, size, err);
}

static bool pack(tc_bytes data, tc_buf *out, tc_error *err)
{
  tc_auto(tc_deflate) deflate = NULL;
  return tc_deflate_create(append, out, &deflate, err) && tc_deflate_write(deflate, data.data, data.size, err) &&
         tc_deflate_end(deflate, err);
}

/* The glyphs' numbers in the subset, by code, two bytes each. */
static bool map_glyphs(const tc_font *font, const uint32_t *more, size_t count, const hb_map_t *to_new, tc_buf *out,
                       tc_error *err)
{
  tc_auto(tc_buf) map = {0};
  if (!tc_buf_append(&map, "\0\0", 2, err))
    return false;
  for (size_t i = 0; i < count; i++) {
    hb_codepoint_t glyph = hb_map_get(to_new, glyph_of(font, character_at(font, more, i)));
    const uint8_t bytes[2] = {(uint8_t)(glyph >> 8), (uint8_t)glyph};
    if (!tc_buf_append(&map, bytes, sizeof bytes, err))
      return false;
  }
  return pack(tc_buf_bytes(&map), out, err);
}

static hb_subset_input_t *glyphs_alone(const tc_font *font, const uint32_t *more, size_t count)
{
  static const char *const unused[] = {"GSUB", "GPOS", "GDEF", "kern", "cmap", "name", "post", "OS/2", "DSIG", "gasp",
                                       "hdmx", "VDMX", "LTSH", "FFTM", "meta", "PCLT", "JSTF", "BASE", "MATH", "STAT"};
  hb_subset_input_t *input = hb_subset_input_create_or_fail();
  if (input == NULL)
    return NULL;
  hb_subset_input_set_flags(input, HB_SUBSET_FLAGS_NO_HINTING);
  for (size_t i = 0; i < TC_ARRAY_LEN(unused); i++)
    hb_set_add(hb_subset_input_set(input, HB_SUBSET_SETS_DROP_TABLE_TAG), hb_tag_from_string(unused[i], -1));
  for (size_t i = 0; i < count; i++)
    hb_set_add(hb_subset_input_glyph_set(input), glyph_of(font, character_at(font, more, i)));
  return input;
}

static bool cut(const tc_font *font, const uint32_t *more, size_t count, subset *out, tc_error *err)
{
  hb_subset_input_t *input = glyphs_alone(font, more, count);
  hb_subset_plan_t *plan = input != NULL ? hb_subset_plan_create_or_fail(font->face, input) : NULL;
  hb_face_t *small = plan != NULL ? hb_subset_plan_execute_or_fail(plan) : NULL;
  hb_blob_t *blob = small != NULL ? hb_face_reference_blob(small) : NULL;
  unsigned size = 0;
  const char *data = blob != NULL ? hb_blob_get_data(blob, &size) : NULL;
  bool ok = (data != NULL && size > 0) || tc_fail(err, TC_CONFIG, "the font %s cannot be made smaller", font->name);
  ok = ok && pack((tc_bytes){(const uint8_t *)data, size}, &out->file, err) &&
       map_glyphs(font, more, count, hb_subset_plan_old_to_new_glyph_mapping(plan), &out->gids, err);
  out->file_size = size;
  hb_blob_destroy(blob);
  hb_face_destroy(small);
  hb_subset_plan_destroy(plan);
  hb_subset_input_destroy(input);
  return ok;
}

/* 9.10.3; at most a hundred entries a block. */
static bool write_meaning(const tc_font *font, const uint32_t *more, size_t count, tc_buf *out, tc_error *err)
{
  tc_auto(tc_buf) map = {0};
  if (!tc_buf_append_text(&map,
                          "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo\n"
                          "<< /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
                          "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
                          "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n",
                          err))
    return false;
  for (size_t i = 0; i < count; i++) {
    size_t left = count - i;
    uint32_t c = character_at(font, more, i);
    char unicode[9];
    if (c > 0xFFFF)
      snprintf(unicode, sizeof unicode, "%04X%04X", 0xD800 + ((c - 0x10000) >> 10), 0xDC00 + (c & 0x3FF));
    else
      snprintf(unicode, sizeof unicode, "%04X", c);
    if ((i % 100 == 0 && !tc_buf_printf(&map, err, "%zu beginbfchar\n", left < 100 ? left : 100)) ||
        !tc_buf_printf(&map, err, "<%04zX> <%s>\n", i + 1, unicode) ||
        ((i % 100 == 99 || left == 1) && !tc_buf_append_text(&map, "endbfchar\n", err)))
      return false;
  }
  return tc_buf_append_text(&map, "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n", err) &&
         pack(tc_buf_bytes(&map), out, err);
}

static bool write_widths(const tc_font *font, const uint32_t *more, size_t count, tc_buf *out, tc_error *err)
{
  if (!tc_buf_append_text(out, "[1 [", err))
    return false;
  for (size_t i = 0; i < count; i++)
    if (!tc_buf_printf(out, err, "%s%d", i > 0 ? " " : "", tc_font_width(font, character_at(font, more, i))))
      return false;
  return tc_buf_append_text(out, "]]", err);
}

static bool make_subset(const tc_font *font, const uint32_t *more, size_t more_count, subset *out, tc_error *err)
{
  tc_auto(subset) made = {0};
  size_t count = font->stock_count + more_count;
  if (!cut(font, more, count, &made, err) || !write_meaning(font, more, count, &made.meaning, err) ||
      !write_widths(font, more, count, &made.widths, err))
    return false;
  *out = made;
  made = (subset){0};
  return true;
}

/* ---- Loading ---- */

/* OpenType, OS/2: fsType 2 is "restricted licence embedding". */
static bool may_be_embedded(hb_face_t *face)
{
  hb_blob_t *os2 = hb_face_reference_table(face, HB_TAG('O', 'S', '/', '2'));
  unsigned size = 0;
  const unsigned char *data = (const unsigned char *)hb_blob_get_data(os2, &size);
  bool restricted = size >= 10 && (data[9] & 0x0F) == 2;
  hb_blob_destroy(os2);
  return !restricted;
}

static bool has_outlines(hb_face_t *face)
{
  hb_blob_t *glyf = hb_face_reference_table(face, HB_TAG('g', 'l', 'y', 'f'));
  bool has = hb_blob_get_length(glyf) > 0;
  hb_blob_destroy(glyf);
  return has;
}

/* Name characters that may stand in a PDF name as they are. */
static void read_name(tc_font *font)
{
  char name[NAME_MAX_BYTES] = "";
  unsigned size = sizeof name;
  hb_ot_name_get_utf8(font->face, HB_OT_NAME_ID_POSTSCRIPT_NAME, HB_LANGUAGE_INVALID, &size, name);
  size_t used = 0;
  for (const char *at = name; *at != '\0'; at++)
    if ((*at >= '0' && *at <= '9') || (*at >= 'A' && *at <= 'Z') || (*at >= 'a' && *at <= 'z') || *at == '-')
      font->name[used++] = *at;
  if (used == 0)
    snprintf(font->name, sizeof font->name, "Font");
}

static bool take_stock(tc_font *font, tc_error *err)
{
  size_t room = 0;
  for (size_t i = 0; i < TC_ARRAY_LEN(stock_ranges); i++)
    room += stock_ranges[i][1] - stock_ranges[i][0] + 1;
  font->stock = calloc(room, sizeof *font->stock);
  if (font->stock == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a font");
  for (size_t i = 0; i < TC_ARRAY_LEN(stock_ranges); i++)
    for (uint32_t c = stock_ranges[i][0]; c <= stock_ranges[i][1]; c++)
      if (glyph_of(font, c) != 0)
        font->stock[font->stock_count++] = c;
  return make_subset(font, NULL, 0, &font->ready, err);
}

bool tc_font_load(const char *path, bool stock, tc_font **out, tc_error *err)
{
  tc_auto(tc_font) font = calloc(1, sizeof *font);
  if (font == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a font");
  hb_blob_t *blob = hb_blob_create_from_file_or_fail(path);
  if (blob == NULL)
    return tc_fail(err, TC_CONFIG, "the font %s cannot be read", path);
  font->face = hb_face_create(blob, 0);
  font->font = hb_font_create(font->face);
  hb_blob_destroy(blob);
  if (hb_face_get_glyph_count(font->face) == 0 || !has_outlines(font->face) || glyph_of(font, '?') == 0)
    return tc_fail(err, TC_CONFIG, "%s is no TrueType font that text can be set in", path);
  if (!may_be_embedded(font->face))
    return tc_fail(err, TC_CONFIG, "the font %s does not allow to be embedded", path);
  read_name(font);
  if (stock && !take_stock(font, err))
    return tc_error_prefix(err, "%s", path);
  *out = tc_steal(&font);
  return true;
}

void tc_font_destroy(tc_font *font)
{
  if (font == NULL)
    return;
  hb_font_destroy(font->font);
  hb_face_destroy(font->face);
  subset_finish(&font->ready);
  free(font->stock);
  free(font);
}

/* ---- One document ---- */

void tc_font_use_finish(tc_font_use *use)
{
  free(use->more);
  *use = (tc_font_use){0};
}

static int by_value(const void *a, const void *b)
{
  const uint32_t *x = a, *y = b;
  return (*x > *y) - (*x < *y);
}

static uint16_t add_code(tc_font_use *use, uint32_t character)
{
  uint32_t *grown = NULL;
  if (use->font->stock_count + use->more_count < CODES_MAX)
    grown = reallocarray(use->more, use->more_count + 1, sizeof *grown);
  if (grown == NULL) {
    use->failed = true;
    return 0;
  }
  use->more = grown;
  use->more[use->more_count++] = character;
  return (uint16_t)(use->font->stock_count + use->more_count);
}

uint16_t tc_font_code(tc_font_use *use, uint32_t character)
{
  const tc_font *font = use->font;
  use->any = true;
  const uint32_t *found = font->stock_count == 0
                              ? NULL
                              : bsearch(&character, font->stock, font->stock_count, sizeof *font->stock, by_value);
  if (found != NULL)
    return (uint16_t)(found - font->stock + 1);
  for (size_t i = 0; i < use->more_count; i++)
    if (use->more[i] == character)
      return (uint16_t)(font->stock_count + i + 1);
  if (glyph_of(font, character) == 0 && character != '?')
    return tc_font_code(use, '?');
  return add_code(use, character);
}

static bool add_stream(tc_buf *out, const char *entries, const tc_buf *packed, tc_error *err)
{
  return tc_buf_printf(out, err, "<< %s/Filter /FlateDecode /Length %zu >>\nstream\n", entries, packed->size) &&
         tc_buf_append(out, packed->data, packed->size, err) && tc_buf_append_text(out, "\nendstream", err);
}

/* 9.8. The box is the whole font's, from its head table. */
static bool add_descriptor(const tc_font *font, size_t file, tc_buf *out, tc_error *err)
{
  hb_position_t ascent = 0, descent = 0, capital = 0;
  hb_blob_t *head = hb_face_reference_table(font->face, HB_TAG('h', 'e', 'a', 'd'));
  unsigned size = 0;
  const unsigned char *data = (const unsigned char *)hb_blob_get_data(head, &size);
  int box[4] = {0};
  for (size_t i = 0; size >= 44 && i < 4; i++)
    box[i] = scaled(font, (int16_t)(data[36 + 2 * i] << 8 | data[37 + 2 * i]));
  hb_blob_destroy(head);
  hb_ot_metrics_get_position_with_fallback(font->font, HB_OT_METRICS_TAG_HORIZONTAL_ASCENDER, &ascent);
  hb_ot_metrics_get_position_with_fallback(font->font, HB_OT_METRICS_TAG_HORIZONTAL_DESCENDER, &descent);
  hb_ot_metrics_get_position_with_fallback(font->font, HB_OT_METRICS_TAG_CAP_HEIGHT, &capital);
  double slant = (double)hb_style_get_value(font->font, HB_STYLE_TAG_SLANT_ANGLE);
  return tc_buf_printf(out, err,
                       "<< /Type /FontDescriptor /FontName /TCCOPY+%s /Flags 4 /FontBBox [%d %d %d %d] /ItalicAngle %d "
                       "/Ascent %d /Descent %d /CapHeight %d /StemV 80 /FontFile2 %zu 0 R >>",
                       font->name, box[0], box[1], box[2], box[3], (int)lround(slant), scaled(font, ascent),
                       scaled(font, descent), scaled(font, capital), file);
}

static bool write_objects(const tc_font *font, const subset *s, size_t first, tc_buf objects[TC_FONT_OBJECTS],
                          tc_error *err)
{
  char length[48];
  snprintf(length, sizeof length, "/Length1 %zu ", s->file_size);
  return tc_buf_printf(&objects[0], err,
                       "<< /Type /Font /Subtype /Type0 /BaseFont /TCCOPY+%s /Encoding /Identity-H "
                       "/DescendantFonts [%zu 0 R] /ToUnicode %zu 0 R >>",
                       font->name, first + 1, first + 5) &&
         tc_buf_printf(&objects[1], err,
                       "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /TCCOPY+%s /CIDSystemInfo << /Registry (Adobe) "
                       "/Ordering (Identity) /Supplement 0 >> /FontDescriptor %zu 0 R /DW 1000 /CIDToGIDMap %zu 0 R "
                       "/W %s >>",
                       font->name, first + 2, first + 4, tc_buf_text(&s->widths)) &&
         add_descriptor(font, first + 3, &objects[2], err) && add_stream(&objects[3], length, &s->file, err) &&
         add_stream(&objects[4], "", &s->gids, err) && add_stream(&objects[5], "", &s->meaning, err);
}

bool tc_font_objects(const tc_font_use *use, size_t first_number, tc_buf objects[TC_FONT_OBJECTS], tc_error *err)
{
  const tc_font *font = use->font;
  tc_auto(subset) own = {0};
  if (use->failed)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a font's characters");
  if (use->more_count == 0)
    return write_objects(font, &font->ready, first_number, objects, err);
  return make_subset(font, use->more, use->more_count, &own, err) &&
         write_objects(font, &own, first_number, objects, err);
}
