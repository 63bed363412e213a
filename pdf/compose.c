/*
 * The copy from its options to its bytes: geometry of each page, what is drawn (canvas), what lies under it (image and
 * words), structure, document, and the streams into it. One pass; a failure leaves the output unfinished, and the
 * caller throws it away.
 */
#include "pdf/compose.h"

#include "base/text.h"
#include "pdf/attestation_layout.h"
#include "pdf/canvas.h"
#include "pdf/compose_document.h"
#include "pdf/strip.h"

#include <math.h>
#include <string.h>

/* ISO 19005-3, 6.1.13: a page is between 3 and 14,400 units wide and high. */
static const double page_max = 14000, page_min = 9;
static const double a4_width = 595.28, a4_height = 841.89;
static const double inch = 72;

typedef struct composition {
  const tc_compose_options *options;
  tc_fonts *fonts; /* of this copy alone; NULL: they are the caller's */
  tc_canvas *canvas;
  tc_structure structure;
  tc_word_layer *words;
  tc_buf *contents; /* a capture page */
  tc_compose_plan plan;
  size_t document; /* the structure's top element */
  tc_compose_result result;
} composition;

tc_compose_options tc_compose_options_default(void)
{
  return (tc_compose_options){.seal_in_colour = true,
                              .font_regular = "/usr/share/fonts/truetype/liberation2/LiberationSerif-Regular.ttf",
                              .font_bold = "/usr/share/fonts/truetype/liberation2/LiberationSerif-Bold.ttf",
                              .font_italic = "/usr/share/fonts/truetype/liberation2/LiberationSerif-Italic.ttf",
                              .icc_rgb = "/usr/share/color/icc/sRGB.icc",
                              .max_pages = 1000,
                              .max_words = 2000000};
}

void tc_compose_result_finish(tc_compose_result *result)
{
  free(result->pages);
  *result = (tc_compose_result){0};
}

/* ---- Checks ---- */

static bool check_image(const tc_compose_page *page, const tc_compose_image *image, tc_error *err)
{
  const char *because = "";
  const tc_pdf_image *i = image->image;
  if (!tc_compose_takes(i, &because))
    return tc_fail(err, TC_USAGE, "an image cannot stand in the copy as it is: %s", because);
  if (i->width != page->capture_width || (uint64_t)image->first_row + i->height > page->capture_height)
    return tc_fail(err, TC_USAGE, "an image of %u × %u does not fit a capture of %u × %u", i->width, i->height,
                   page->capture_width, page->capture_height);
  if (i->encoding == TC_PDF_RAW && image->source.scan != NULL)
    return tc_fail(err, TC_USAGE, "pixels cannot come from a scanned page's encoded stream");
  return true;
}

static bool check_page(const tc_compose_page *page, tc_error *err)
{
  if (page->capture_width == 0 || page->capture_height == 0 || page->image_count == 0)
    return tc_fail(err, TC_USAGE, "a page without an image");
  for (size_t i = 0; i < page->image_count; i++)
    if (!check_image(page, &page->images[i], err))
      return false;
  if (page->has_placement && !(page->width > 0 && page->height > 0))
    return tc_fail(err, TC_USAGE, "a placement needs the page's size");
  return true;
}

static bool check_texts(const tc_compose_options *o, tc_error *err)
{
  const char *const texts[] = {o->title,      o->author,       o->subject,     o->language,     o->producer,
                               o->strip_left, o->strip_centre, o->strip_right, o->sample_notice};
  for (size_t i = 0; i < TC_ARRAY_LEN(texts); i++)
    if (texts[i] != NULL && !tc_text_is_valid(tc_bytes_of_text(texts[i])))
      return tc_fail(err, TC_USAGE, "a text of the copy is not UTF-8");
  for (size_t i = 0; i < o->file_count; i++)
    if (o->files[i].name == NULL || o->files[i].mime == NULL || !tc_text_is_valid(tc_bytes_of_text(o->files[i].name)))
      return tc_fail(err, TC_USAGE, "an associated file needs a name and a type");
  return true;
}

static bool check(const tc_compose_options *o, tc_error *err)
{
  if (o->title == NULL || o->language == NULL || o->producer == NULL || (o->page_count == 0 && o->attestation == NULL))
    return tc_fail(err, TC_USAGE, "a copy needs a title, a language, a producer and a page");
  tc_compose_options defaults = tc_compose_options_default();
  size_t words = 0, max_pages = o->max_pages > 0 ? o->max_pages : defaults.max_pages;
  if (o->page_count > max_pages)
    return tc_fail(err, TC_LIMIT, "the copy has %zu pages; pdf.max_pages allows %zu", o->page_count, max_pages);
  for (size_t i = 0; i < o->page_count; i++) {
    words += o->pages[i].word_count;
    if (!check_page(&o->pages[i], err))
      return tc_error_prefix(err, "page %zu", i + 1);
  }
  if (words > (o->max_words > 0 ? o->max_words : defaults.max_words))
    return tc_fail(err, TC_LIMIT, "the copy has %zu words, more than pdf.max_words", words);
  return check_texts(o, err);
}

/* ---- Geometry ---- */

/* The capture's unit square on an area of width × height points whose origin is (0, 0). */
static tc_pdf_matrix capture_placement(const tc_compose_page *page, double *width, double *height, bool *unknown)
{
  if (page->has_placement && page->width <= page_max && page->height <= page_max) {
    *width = page->width;
    *height = page->height;
    return page->placement;
  }
  bool across = page->orientation >= 5 && page->orientation <= 8, known = page->dpi_x > 0 && page->dpi_y > 0;
  double w = page->capture_width / (known ? page->dpi_x : 1) * inch;
  double h = page->capture_height / (known ? page->dpi_y : 1) * inch;
  *width = across ? h : w;
  *height = across ? w : h;
  *unknown =
      !known || page->has_placement || !isfinite(w) || !isfinite(h) || fmax(w, h) > page_max || fmin(w, h) < page_min;
  if (*unknown) {
    double ratio = *width / *height;
    bool lies = ratio > 1;
    double room_width = lies ? a4_height : a4_width, room_height = lies ? a4_width : a4_height;
    *width = fmin(room_width, room_height * ratio);
    *height = *width / ratio;
  }
  return tc_pdf_matrix_then(tc_pdf_matrix_exif(page->orientation), tc_pdf_matrix_scale(*width, *height));
}

static bool add_capture_page(composition *c, size_t index, tc_error *err)
{
  const tc_compose_page *page = &c->options->pages[index];
  tc_compose_page_result *r = &c->result.pages[index];
  double width = 0, height = 0;
  tc_pdf_matrix placement = capture_placement(page, &width, &height, &r->scale_unknown);
  tc_strip_measures strip = tc_strip_measure(c->canvas, c->options, width, index == 0);
  r->width = strip.width;
  r->height = height + strip.above + strip.below;
  double left = (strip.width - width) / 2;
  r->capture_area = (tc_pdf_rect){left, strip.below, left + width, strip.below + height};
  placement = tc_pdf_matrix_then(placement, tc_pdf_matrix_move(left, strip.below));
  tc_pdf_matrix to_unit = {1.0 / page->capture_width, 0, 0, -1.0 / page->capture_height, 0, 1};
  r->to_page = tc_pdf_matrix_then(to_unit, placement);
  return tc_canvas_add_page(c->canvas, r->width, r->height, err);
}

/* ---- Content under what is drawn ---- */

static bool append_images(const tc_compose_page *page, const tc_compose_page_result *r, int mcid, tc_buf *out,
                          tc_error *err)
{
  const tc_pdf_rect a = r->capture_area;
  if (!tc_buf_printf(out, err, "/Figure <</MCID %d>> BDC\nq %.4f %.4f %.4f %.4f re W n 0 g\n", mcid, a.left, a.bottom,
                     a.right - a.left, a.top - a.bottom))
    return false;
  for (size_t i = 0; i < page->image_count; i++) {
    const tc_compose_image *image = &page->images[i];
    double rows = image->image->height;
    tc_pdf_matrix m = {page->capture_width, 0, 0, -rows, 0, image->first_row + rows};
    m = tc_pdf_matrix_then(m, r->to_page);
    if (!tc_buf_printf(out, err, "q %.6f %.6f %.6f %.6f %.6f %.6f cm /" TC_COMPOSE_IMAGE "%zu Do Q\n", m.a, m.b, m.c,
                       m.d, m.e, m.f, i))
      return false;
  }
  return tc_buf_append_text(out, "Q\nEMC\n", err);
}

/* Words of one block become one paragraph; the order is the caller's. */
static bool append_words(composition *c, size_t index, size_t section, tc_buf *out, tc_error *err)
{
  const tc_compose_page *page = &c->options->pages[index];
  for (size_t from = 0; from < page->word_count;) {
    size_t to = from + 1;
    while (to < page->word_count && page->words[to].block == page->words[from].block)
      to++;
    int mcid = 0;
    if (!tc_structure_leaf(&c->structure, "P", section, index, NULL, &mcid, err) ||
        !tc_buf_printf(out, err, "/P <</MCID %d>> BDC\n", mcid) ||
        !tc_word_layer_append(c->words, page->words + from, to - from, c->result.pages[index].to_page, TC_COMPOSE_FONT,
                              out, err) ||
        !tc_buf_append_text(out, "EMC\n", err))
      return false;
    from = to;
  }
  return true;
}

static bool fill_capture_page(composition *c, size_t index, tc_error *err)
{
  const tc_compose_page *page = &c->options->pages[index];
  const tc_compose_page_result *r = &c->result.pages[index];
  tc_buf *out = &c->contents[index];
  size_t section = 0;
  int mcid = 0;
  if (!tc_structure_group(&c->structure, "Sect", c->document, &section, err))
    return false;
  if (index == 0 && c->options->first_page_lines != NULL && c->options->first_page_lines[0] != NULL) {
    if (!tc_structure_leaf(&c->structure, "P", section, 0, NULL, &mcid, err))
      return false;
    tc_canvas_select(c->canvas, 0);
    c->result.first_page_block.rect = tc_strip_draw_first_lines(c->canvas, c->options, r->width, r->height, mcid);
    c->result.has_first_page_block = true;
  }
  return tc_structure_leaf(&c->structure, "Figure", section, index,
                           page->description != NULL ? page->description : c->options->title, &mcid, err) &&
         tc_buf_append_text(out, "q\n", err) && append_images(page, r, mcid, out, err) &&
         append_words(c, index, section, out, err) && tc_buf_append_text(out, "Q\n", err);
}

/* ---- The whole ---- */

static bool draw_strips(composition *c, tc_error *err)
{
  size_t pages = tc_canvas_page_count(c->canvas);
  for (size_t i = 0; i < pages; i++) {
    bool is_capture = i < c->result.capture_count;
    tc_canvas_select(c->canvas, i);
    if (!tc_strip_draw(c->canvas, c->options, is_capture ? c->result.pages[i].width : a4_width,
                       is_capture ? c->result.pages[i].height : a4_height, i, pages, err))
      return false;
  }
  c->result.page_count = pages;
  return true;
}

bool tc_compose_load_fonts(const tc_compose_options *o, tc_fonts **out, tc_error *err)
{
  tc_compose_options d = tc_compose_options_default();
  const char *const fonts[TC_CANVAS_FONTS] = {o->font_regular != NULL ? o->font_regular : d.font_regular,
                                              o->font_bold != NULL ? o->font_bold : d.font_bold,
                                              o->font_italic != NULL ? o->font_italic : d.font_italic};
  return tc_fonts_load(fonts, true, out, err);
}

static bool prepare(composition *c, tc_error *err)
{
  const tc_compose_options *o = c->options;
  c->contents = calloc(o->page_count + 1, sizeof *c->contents);
  c->result.pages = calloc(o->page_count + 1, sizeof *c->result.pages);
  if (c->contents == NULL || c->result.pages == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a copy");
  c->result.capture_count = o->page_count;
  if (o->fonts == NULL && !tc_compose_load_fonts(o, &c->fonts, err))
    return false;
  return tc_canvas_create(o->fonts != NULL ? o->fonts : c->fonts, &c->canvas, err) &&
         tc_word_layer_create(&c->words, err) &&
         tc_structure_group(&c->structure, "Document", TC_STRUCTURE_ROOT, &c->document, err);
}

static bool draw(composition *c, tc_buf *drawn, tc_error *err)
{
  for (size_t i = 0; i < c->options->page_count; i++)
    if (!add_capture_page(c, i, err) || !fill_capture_page(c, i, err))
      return tc_error_prefix(err, "page %zu", i + 1);
  if (c->options->attestation != NULL &&
      !tc_attestation_lay_out(c->canvas, &c->structure, c->document, c->options, &c->result, err))
    return tc_error_prefix(err, "attestation");
  if (!draw_strips(c, err) || !tc_canvas_save(c->canvas, drawn, err))
    return false;
  tc_canvas_destroy(tc_steal(&c->canvas));
  return true;
}

static bool compose(composition *c, int out_fd, tc_error *err)
{
  tc_auto(tc_buf) drawn = {0};
  tc_auto(tc_buf) skeleton = {0};
  if (!check(c->options, err) || !prepare(c, err) || !draw(c, &drawn, err))
    return false;
  tc_compose_options with_defaults = *c->options;
  if (with_defaults.icc_rgb == NULL)
    with_defaults.icc_rgb = tc_compose_options_default().icc_rgb;
  c->plan = (tc_compose_plan){.options = &with_defaults,
                              .drawn = tc_buf_bytes(&drawn),
                              .contents = c->contents,
                              .structure = &c->structure,
                              .words = c->words,
                              .page_count = c->result.page_count,
                              .blocks = c->result.blocks};
  if (!tc_compose_document(&c->plan, &skeleton, err))
    return false;
  tc_buf_finish(&drawn);
  return tc_splice(tc_buf_bytes(&skeleton), c->plan.streams, c->plan.stream_count, out_fd, &c->result.size, err);
}

static void finish(composition *c)
{
  for (size_t i = 0; c->contents != NULL && i < c->options->page_count; i++)
    tc_buf_finish(&c->contents[i]);
  free(c->contents);
  free(c->plan.streams);
  tc_canvas_destroy(c->canvas);
  tc_fonts_destroy(c->fonts);
  tc_word_layer_destroy(c->words);
  tc_structure_finish(&c->structure);
  tc_compose_result_finish(&c->result);
}

bool tc_compose(const tc_compose_options *options, int out_fd, tc_compose_result *out, tc_error *err)
{
  composition c = {.options = options};
  bool ok = compose(&c, out_fd, err);
  if (ok) {
    *out = c.result;
    c.result = (tc_compose_result){0};
  }
  finish(&c);
  return ok;
}
