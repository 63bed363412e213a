#include "pdf/strip.h"

#include <math.h>
#include <string.h>

static const tc_canvas_style small = {TC_CANVAS_REGULAR, 8.5, {0.12, 0.12, 0.12}};
static const tc_canvas_style first_lines = {TC_CANVAS_REGULAR, 10, {0, 0, 0}}; /* Decree 30/2020, App. I */
static const double red[3] = {0.78, 0.05, 0.08}, grey[3] = {0.55, 0.55, 0.55};
static const double side = 22, row = 12, first_row = 12.5, gap = 14, narrowest = 200;

/* The notice is as large as the page allows: 7 to 15 points. */
static tc_canvas_style notice_style(const tc_canvas *canvas, const char *text, double width)
{
  tc_canvas_style style = {TC_CANVAS_BOLD, 15, {red[0], red[1], red[2]}};
  double needed = tc_canvas_width(canvas, &style, text);
  if (needed > width - 2 * side)
    style.size = fmax(7, style.size * (width - 2 * side) / needed);
  return style;
}

static bool fits_on_one_row(const tc_canvas *canvas, const tc_compose_options *o, double width)
{
  double left = o->strip_left != NULL ? tc_canvas_width(canvas, &small, o->strip_left) : 0;
  double centre = o->strip_centre != NULL ? tc_canvas_width(canvas, &small, o->strip_centre) : 0;
  double right = o->strip_right != NULL ? tc_canvas_width(canvas, &small, o->strip_right) : 0;
  double half = (width - 2 * side - centre) / 2;
  return centre > 0 ? left + gap <= half && right + gap <= half : left + gap + right <= width - 2 * side;
}

static size_t row_count(const tc_canvas *canvas, const tc_compose_options *o, double width)
{
  size_t texts = (size_t)(o->strip_left != NULL) + (o->strip_centre != NULL) + (o->strip_right != NULL);
  return texts > 1 && fits_on_one_row(canvas, o, width) ? 1 : texts;
}

tc_strip_measures tc_strip_measure(const tc_canvas *canvas, const tc_compose_options *o, double capture_width,
                                   bool first_page)
{
  tc_strip_measures m = {.width = fmax(capture_width, narrowest)};
  const char *const texts[] = {o->strip_left, o->strip_centre, o->strip_right};
  for (size_t i = 0; i < TC_ARRAY_LEN(texts); i++)
    if (texts[i] != NULL)
      m.width = fmax(m.width, tc_canvas_width(canvas, &small, texts[i]) + 2 * side);
  for (size_t i = 0; first_page && o->first_page_lines != NULL && o->first_page_lines[i] != NULL; i++) {
    m.above += first_row;
    m.width = fmax(m.width, tc_canvas_width(canvas, &first_lines, o->first_page_lines[i]) + 2 * side);
  }
  m.above += m.above > 0 ? 14 : 0;
  if (o->sample_notice != NULL)
    m.above += 28;
  size_t rows = row_count(canvas, o, m.width);
  m.below = rows > 0 ? 14 + (double)rows * row : 0;
  return m;
}

static bool append_expanded(tc_buf *out, const char *text, size_t page, size_t pages, tc_error *err)
{
  while (*text != '\0') {
    const char *brace = strchr(text, '{');
    size_t plain = brace != NULL ? (size_t)(brace - text) : strlen(text);
    bool ok = tc_buf_append(out, text, plain, err);
    text += plain;
    if (ok && strncmp(text, "{page}", 6) == 0) {
      ok = tc_buf_printf(out, err, "%zu", page + 1);
      text += 6;
    } else if (ok && strncmp(text, "{pages}", 7) == 0) {
      ok = tc_buf_printf(out, err, "%zu", pages);
      text += 7;
    } else if (ok && *text != '\0')
      ok = tc_buf_append(out, text++, 1, err);
    if (!ok)
      return false;
  }
  return true;
}

bool tc_strip_draw(tc_canvas *canvas, const tc_compose_options *o, double width, double height, size_t page,
                   size_t pages, tc_error *err)
{
  const struct {
    const char *text;
    double x, align;
  } texts[] = {{o->strip_left, side, 0}, {o->strip_centre, width / 2, 0.5}, {o->strip_right, width - side, 1}};
  size_t rows = row_count(canvas, o, width);
  tc_canvas_begin_tag(canvas, NULL, -1);
  if (rows > 0)
    tc_canvas_line(canvas, side, 6 + (double)rows * row + 3, width - side, 6 + (double)rows * row + 3, 0.4, grey);
  double y = 6 + ((double)rows - 1) * row + 3;
  for (size_t i = 0; i < TC_ARRAY_LEN(texts); i++) {
    tc_auto(tc_buf) text = {0};
    if (texts[i].text == NULL)
      continue;
    if (!append_expanded(&text, texts[i].text, page, pages, err))
      return false;
    bool stacked = rows > 1;
    tc_canvas_text(canvas, &small, stacked ? side : texts[i].x, y, stacked ? 0 : texts[i].align, tc_buf_text(&text));
    y -= stacked ? row : 0;
  }
  if (o->sample_notice != NULL) {
    tc_canvas_style style = notice_style(canvas, o->sample_notice, width);
    tc_canvas_frame(canvas, (tc_pdf_rect){side / 2, height - 25, width - side / 2, height - 4}, 1, red);
    tc_canvas_text(canvas, &style, width / 2, height - 14.5 - style.size * 0.33, 0.5, o->sample_notice);
  }
  tc_canvas_end_tag(canvas);
  return true;
}

tc_pdf_rect tc_strip_draw_first_lines(tc_canvas *canvas, const tc_compose_options *o, double width, double height,
                                      int mcid)
{
  double top = height - (o->sample_notice != NULL ? 28 : 0) - 5, y = top, widest = 0;
  tc_canvas_begin_tag(canvas, "P", mcid);
  for (size_t i = 0; o->first_page_lines[i] != NULL; i++) {
    y -= first_row;
    widest = fmax(widest, tc_canvas_width(canvas, &first_lines, o->first_page_lines[i]));
    tc_canvas_text(canvas, &first_lines, width - side, y + 3, 1, o->first_page_lines[i]);
  }
  tc_canvas_end_tag(canvas);
  return (tc_pdf_rect){width - side - widest, y, width - side, top};
}
