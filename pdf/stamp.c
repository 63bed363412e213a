/*
 * libharu lays the text out on a page as large as the stamp; our reader opens that page, and its content and fonts go
 * into the update as a form. Device colours of the form mean the profile's (DefaultRGB), whatever the page says. The
 * seal's white is masked by colour, which unlike a soft mask is no transparency.
 */
#include "pdf/stamp.h"

#include "base/file.h"
#include "pdf/canvas.h"
#include "pdf/compose_image.h"
#include "pdf/inflate.h"
#include "pdf/update_import.h"

#include <math.h>
#include <string.h>

enum { ICC_MAX = 4 << 20, ROWS_MAX = 64 };
static const double largest = 12, smallest = 4, readable = 6, step = 0.25, leading = 1.22, margin = 2;

/* ---- Text ---- */

typedef struct layout {
  const tc_pdf_stamp *stamp;
  tc_canvas *canvas;
  double left, width, height; /* of the column of text */
  bool broken;                /* a word did not fit its row */
} layout;

/* Sets the lines in the style's size, from the given base line on down, or only counts their rows. */
static size_t set_lines(layout *l, double size, double y, bool draw)
{
  size_t rows = 0;
  l->broken = false;
  for (size_t i = 0; l->stamp->lines[i] != NULL; i++) {
    const char *text = l->stamp->lines[i];
    tc_canvas_style style = {.font = i == 0 ? TC_CANVAS_BOLD : TC_CANVAS_REGULAR, .size = size};
    while (*text != '\0' && rows < ROWS_MAX) {
      size_t fits = tc_canvas_fit(l->canvas, &style, l->width, text);
      char row[512];
      size_t taken = fits < sizeof row ? fits : sizeof row - 1;
      memcpy(row, text, taken);
      row[taken] = '\0';
      if (draw && y > 0)
        tc_canvas_text(l->canvas, &style, l->left, y, 0, row);
      y -= size * leading;
      rows++;
      text += taken;
      l->broken |= *text != '\0' && *text != ' ';
      text += strspn(text, " ");
    }
  }
  return rows;
}

/* As large as the rows allow, and, while it stays readable, no word in two parts. */
static void draw_text(layout *l)
{
  double size = largest, all = (double)set_lines(l, size, 0, false) * size * leading;
  while (size > smallest && (all > l->height || (l->broken && size > readable))) {
    size -= step;
    all = (double)set_lines(l, size, 0, false) * size * leading;
  }
  double top = margin + l->height - fmax(0, (l->height - all) / 2);
  (void)set_lines(l, size, top - size * 0.9, true);
}

/* The page with the text, as a PDF. */
static bool draw_page(const tc_pdf_stamp *stamp, tc_pdf_point size, double seal_width, tc_buf *out, tc_error *err)
{
  const char *const fonts[TC_CANVAS_FONTS] = {stamp->font_regular, stamp->font_bold, stamp->font_italic};
  tc_auto(tc_fonts) loaded = NULL;
  tc_auto(tc_canvas) canvas = NULL;
  if (!tc_fonts_load(fonts, false, &loaded, err) || !tc_canvas_create(loaded, &canvas, err) ||
      !tc_canvas_add_page(canvas, size.x, size.y, err))
    return false;
  double left = seal_width > 0 ? seal_width + 2 * margin : margin;
  layout l = {stamp, canvas, left, size.x - left - margin, size.y - 2 * margin, false};
  if (stamp->lines != NULL && l.width > smallest && l.height > smallest)
    draw_text(&l);
  return tc_canvas_save(canvas, out, err);
}

/* ---- Picture ---- */

static bool append(const void *data, size_t size, void *context, tc_error *err)
{
  return tc_buf_append(context, data, size, err);
}

static bool add_packed(tc_pdf_update *update, const char *entries, tc_bytes data, uint32_t *number, tc_error *err)
{
  tc_auto(tc_buf) packed = {0};
  tc_auto(tc_buf) all = {0};
  tc_auto(tc_deflate) deflate = NULL;
  return tc_deflate_create(append, &packed, &deflate, err) && tc_deflate_write(deflate, data.data, data.size, err) &&
         tc_deflate_end(deflate, err) && tc_buf_printf(&all, err, "%s /Filter /FlateDecode", entries) &&
         tc_pdf_update_add(update, NULL, number, err) &&
         tc_pdf_update_set_stream(update, *number, tc_buf_text(&all), tc_buf_bytes(&packed), err);
}

static bool add_profile(const tc_pdf_stamp *stamp, tc_pdf_update *update, uint32_t *number, tc_error *err)
{
  tc_auto(tc_buf) icc = {0};
  if (!tc_file_read(stamp->icc_rgb, ICC_MAX, &icc, err))
    return tc_error_prefix(err, "the stamp's profile");
  if (!tc_icc_is_usable(tc_buf_bytes(&icc), TC_PDF_COLOUR_RGB))
    return tc_fail(err, TC_CONFIG, "%s is no RGB profile that PDF/A allows", stamp->icc_rgb);
  return add_packed(update, "/N 3", tc_buf_bytes(&icc), number, err);
}

static bool add_seal(const tc_pdf_stamp *stamp, tc_pdf_update *update, uint32_t profile, uint32_t *number,
                     tc_error *err)
{
  tc_auto(tc_buf) entries = {0};
  tc_bytes pixels = {stamp->seal, 3 * stamp->seal_width * stamp->seal_height};
  return tc_buf_printf(&entries, err,
                       "/Type /XObject /Subtype /Image /Width %zu /Height %zu /BitsPerComponent 8 "
                       "/ColorSpace [/ICCBased %u 0 R] /Mask [255 255 255 255 255 255]",
                       stamp->seal_width, stamp->seal_height, profile) &&
         add_packed(update, tc_buf_text(&entries), pixels, number, err);
}

/* The seal's rectangle: as large as the height allows, at most two fifths of the width beside text. */
static tc_pdf_rect place_seal(const tc_pdf_stamp *stamp, tc_pdf_point size)
{
  bool alone = stamp->lines == NULL || stamp->lines[0] == NULL;
  if (stamp->seal == NULL)
    return (tc_pdf_rect){0};
  double room = (alone ? size.x : size.x * 0.4) - 2 * margin, high = size.y - 2 * margin;
  double scale = fmin(room / (double)stamp->seal_width, high / (double)stamp->seal_height);
  double width = fmax(0, scale * (double)stamp->seal_width), height = fmax(0, scale * (double)stamp->seal_height);
  double left = alone ? (size.x - width) / 2 : margin, bottom = (size.y - height) / 2;
  return (tc_pdf_rect){left, bottom, left + width, bottom + height};
}

/* ---- The form ---- */

static bool append_numbers(tc_buf *out, const double *numbers, size_t count, tc_error *err)
{
  for (size_t i = 0; i < count; i++)
    if (!tc_pdf_append_number(out, numbers[i], err) || !tc_buf_append_text(out, " ", err))
      return false;
  return true;
}

static bool append_seal(tc_pdf_rect seal, tc_buf *content, tc_error *err)
{
  const double matrix[6] = {seal.right - seal.left, 0, 0, seal.top - seal.bottom, seal.left, seal.bottom};
  if (seal.right <= seal.left || seal.top <= seal.bottom)
    return true;
  return tc_buf_append_text(content, "q ", err) && append_numbers(content, matrix, 6, err) &&
         tc_buf_append_text(content, "cm /Seal Do Q\n", err);
}

/* 12.5.5, algorithm 8: the viewer moves and scales the turned box onto Rect; the matrix only has to turn it back. */
static bool append_head(tc_pdf_point size, int rotate, tc_buf *entries, tc_error *err)
{
  static const double turned[4][6] = {
      {1, 0, 0, 1, 0, 0}, {0, 1, -1, 0, 0, 0}, {-1, 0, 0, -1, 0, 0}, {0, -1, 1, 0, 0, 0}};
  const double box[4] = {0, 0, size.x, size.y};
  return tc_buf_append_text(entries, "/Type /XObject /Subtype /Form /BBox [", err) &&
         append_numbers(entries, box, 4, err) && tc_buf_append_text(entries, "] /Matrix [", err) &&
         append_numbers(entries, turned[rotate / 90 % 4], 6, err) &&
         tc_buf_append_text(entries, "] /Resources <<\n", err);
}

typedef struct parts {
  tc_buf page; /* what the canvas drew */
  tc_pdf_document *drawn;
  tc_pdf_import *import;
  tc_buf entries, content;
} parts;
static void parts_finish(parts *p)
{
  tc_pdf_import_destroy(p->import);
  tc_pdf_document_destroy(p->drawn);
  tc_buf_finish(&p->page);
  tc_buf_finish(&p->entries);
  tc_buf_finish(&p->content);
}
TC_AUTO_VALUE(parts, parts_finish);

static bool open_page(parts *p, tc_pdf_update *update, const tc_pdf_object **resources, tc_error *err)
{
  uint32_t *pages = NULL;
  size_t count = 0;
  if (!tc_pdf_document_open_bytes(tc_buf_bytes(&p->page), NULL, &p->drawn, err) ||
      !tc_pdf_import_create(update, p->drawn, &p->import, err) || !tc_pdf_pages(p->drawn, 0, &pages, &count, err))
    return false;
  const tc_pdf_object *page = tc_pdf_lookup(p->drawn, 0, pages[0]);
  free(pages);
  *resources = tc_pdf_get_in(p->drawn, 0, page, "Resources");
  return tc_pdf_stream_data(p->drawn, 0, tc_pdf_get_in(p->drawn, 0, page, "Contents"), &p->content, err);
}

bool tc_pdf_stamp_add(const tc_pdf_stamp *stamp, tc_pdf_update *update, tc_pdf_point size, int rotate, uint32_t *out,
                      tc_error *err)
{
  tc_auto(parts) p = {0};
  const tc_pdf_object *resources = NULL;
  uint32_t profile = 0, image = 0;
  tc_pdf_rect seal = place_seal(stamp, size);
  if (!draw_page(stamp, size, seal.right - seal.left, &p.page, err) || !append_head(size, rotate, &p.entries, err) ||
      !append_seal(seal, &p.content, err) || !open_page(&p, update, &resources, err) ||
      !add_profile(stamp, update, &profile, err) ||
      !tc_pdf_import_entries(p.import, resources, "ProcSet", &p.entries, err) ||
      !tc_buf_printf(&p.entries, err, "/ColorSpace << /DefaultRGB [/ICCBased %u 0 R] >>\n", profile))
    return false;
  if (stamp->seal != NULL && (!add_seal(stamp, update, profile, &image, err) ||
                              !tc_buf_printf(&p.entries, err, "/XObject << /Seal %u 0 R >>\n", image)))
    return false;
  return tc_buf_append_text(&p.entries, ">>", err) &&
         add_packed(update, tc_buf_text(&p.entries), tc_buf_bytes(&p.content), out, err);
}
