#include "pdf/word_layer.h"

#include "base/text.h"

#include <math.h>
#include <string.h>

enum { CODES_MAX = 65000 };

struct tc_word_layer {
  uint32_t *codepoints; /* of code 1, 2, …: in order of first use, so that the same words give the same font */
  size_t count, capacity;
  uint16_t codes[0x3000]; /* of the code points that papers are made of; 0: none yet */
};

bool tc_word_layer_create(tc_word_layer **out, tc_error *err)
{
  tc_word_layer *layer = calloc(1, sizeof *layer);
  if (layer == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a text layer");
  *out = layer;
  return true;
}

void tc_word_layer_destroy(tc_word_layer *layer)
{
  if (layer == NULL)
    return;
  free(layer->codepoints);
  free(layer);
}

static bool add_code(tc_word_layer *layer, uint32_t codepoint, uint16_t *out, tc_error *err)
{
  if (layer->count >= CODES_MAX)
    return tc_fail(err, TC_LIMIT, "a copy's text has more than %d different characters", CODES_MAX);
  if (layer->count == layer->capacity) {
    size_t capacity = layer->capacity == 0 ? 256 : layer->capacity * 2;
    uint32_t *grown = reallocarray(layer->codepoints, capacity, sizeof *grown);
    if (grown == NULL)
      return tc_fail(err, TC_NO_MEMORY, "no memory for a text layer");
    layer->codepoints = grown;
    layer->capacity = capacity;
  }
  layer->codepoints[layer->count++] = codepoint;
  *out = (uint16_t)layer->count;
  if (codepoint < TC_ARRAY_LEN(layer->codes))
    layer->codes[codepoint] = *out;
  return true;
}

static bool code_of(tc_word_layer *layer, uint32_t codepoint, uint16_t *out, tc_error *err)
{
  if (codepoint < TC_ARRAY_LEN(layer->codes)) {
    if (layer->codes[codepoint] != 0) {
      *out = layer->codes[codepoint];
      return true;
    }
    return add_code(layer, codepoint, out, err);
  }
  for (size_t i = 0; i < layer->count; i++)
    if (layer->codepoints[i] == codepoint) {
      *out = (uint16_t)(i + 1);
      return true;
    }
  return add_code(layer, codepoint, out, err);
}

/* ISO 19005-3, 6.2.11.7.2: no code may mean U+0000, U+FEFF or U+FFFE; control characters have no place in a word. */
static bool is_writable(uint32_t c) { return !tc_text_is_space(c) && c != 0xFEFF && (c & 0xFFFE) != 0xFFFE; }

typedef struct placement {
  tc_pdf_point origin; /* of the base line */
  double cos, sin;     /* of its direction */
  double width, height;
} placement;

static tc_pdf_point middle(tc_pdf_point a, tc_pdf_point b) { return (tc_pdf_point){(a.x + b.x) / 2, (a.y + b.y) / 2}; }

/* The word's box on the page. A reader takes the box of a word to be upright, at the height of its first letter, and
   begins a new word where the base line leaves it by half an em (poppler's pdftotext does both). So a long word on a
   steep line is laid upright, centred on its quad. */
static placement place(const tc_pdf_quad *quad, tc_pdf_matrix to_page)
{
  tc_pdf_point c[4];
  for (int i = 0; i < 4; i++)
    c[i] = tc_pdf_matrix_apply(to_page, quad->corner[i]);
  tc_pdf_point left = middle(c[0], c[3]), right = middle(c[1], c[2]), top = middle(c[0], c[1]),
               bottom = middle(c[3], c[2]);
  placement p = {.width = hypot(right.x - left.x, right.y - left.y),
                 .height = hypot(top.x - bottom.x, top.y - bottom.y)};
  double angle = atan2(right.y - left.y, right.x - left.x), quarter = round(angle / M_PI_2) * M_PI_2;
  if (fabs(p.width * sin(angle - quarter)) > 0.4 * p.height)
    angle = quarter;
  p.cos = cos(angle);
  p.sin = sin(angle);
  if (fabs(p.cos) < 1e-9 || fabs(p.sin) < 1e-9) {
    p.cos = round(p.cos);
    p.sin = round(p.sin);
  }
  tc_pdf_point centre = middle(left, right);
  double along = -p.width / 2,
         up = -0.3 * p.height; /* the base line lies 0.2 em above the bottom, 0.3 below the middle */
  p.origin = (tc_pdf_point){centre.x + along * p.cos - up * p.sin, centre.y + along * p.sin + up * p.cos};
  return p;
}

static bool append_word(tc_word_layer *layer, const tc_compose_word *word, tc_pdf_matrix to_page, const char *font,
                        tc_buf *out, tc_error *err)
{
  tc_auto(tc_buf) codes = {0};
  size_t count = 0;
  uint16_t code = 0;
  uint32_t c = 0;
  for (const char *at = word->text; tc_text_next(&at, &c);) {
    if (!is_writable(c))
      continue;
    if (!code_of(layer, c, &code, err) || !tc_buf_printf(&codes, err, "%04x", code))
      return false;
    count++;
  }
  placement p = place(&word->quad, to_page);
  if (count == 0 || !(p.width > 0.01) || !(p.height > 0.01) || !isfinite(p.origin.x) || !isfinite(p.origin.y))
    return true; /* nothing that could be found again */
  double scale = 100 * p.width / ((double)count * 0.5 * p.height);
  return code_of(layer, ' ', &code, err) &&
         tc_buf_printf(out, err, "/%s %.2f Tf %.2f Tz %.5f %.5f %.5f %.5f %.2f %.2f Tm <%s%04x> Tj\n", font, p.height,
                       scale, p.cos, p.sin, -p.sin, p.cos, p.origin.x, p.origin.y, tc_buf_text(&codes), code);
}

bool tc_word_layer_append(tc_word_layer *layer, const tc_compose_word *words, size_t count, tc_pdf_matrix to_page,
                          const char *font, tc_buf *out, tc_error *err)
{
  if (!tc_buf_append_text(out, "BT 3 Tr\n", err))
    return false;
  for (size_t i = 0; i < count; i++)
    if (!append_word(layer, &words[i], to_page, font, out, err))
      return false;
  return tc_buf_append_text(out, "ET\n", err);
}

static const char cmap_head[] = "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
                                "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
                                "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
                                "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n";
static const char cmap_tail[] = "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n";

static bool append_utf16(uint32_t c, tc_buf *out, tc_error *err)
{
  if (c < 0x10000)
    return tc_buf_printf(out, err, "%04X", c);
  c -= 0x10000;
  return tc_buf_printf(out, err, "%04X%04X", 0xD800 + (c >> 10), 0xDC00 + (c & 0x3FF));
}

bool tc_word_layer_to_unicode(const tc_word_layer *layer, tc_buf *out, tc_error *err)
{
  if (!tc_buf_append_text(out, cmap_head, err))
    return false;
  for (size_t i = 0; i < layer->count; i++) {
    size_t left = layer->count - i;
    if (i % 100 == 0 && !tc_buf_printf(out, err, "%zu beginbfchar\n", left < 100 ? left : 100))
      return false;
    if (!tc_buf_printf(out, err, "<%04zX> <", i + 1) || !append_utf16(layer->codepoints[i], out, err) ||
        !tc_buf_append_text(out, ">\n", err))
      return false;
    if ((i % 100 == 99 || left == 1) && !tc_buf_append_text(out, "endbfchar\n", err))
      return false;
  }
  return tc_buf_append_text(out, cmap_tail, err);
}

bool tc_word_layer_cid_to_gid(const tc_word_layer *layer, tc_buf *out, tc_error *err)
{
  for (size_t i = 0; i <= layer->count; i++)
    if (!tc_buf_append(out, i == 0 ? "\0\0" : "\0\1", 2, err))
      return false;
  return true;
}
