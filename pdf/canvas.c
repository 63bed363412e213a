/*
 * Each page's content is a buffer of operators (canvas_file.c writes them out). A call that fails for want of memory is
 * remembered, and what is drawn after it does not matter any more.
 */
#include "pdf/canvas_private.h"

#include "base/text.h"
#include "pdf/qr.h"
#include "pdf/update.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* ---- Fonts ---- */

void tc_fonts_destroy(tc_fonts *fonts)
{
  if (fonts == NULL)
    return;
  for (tc_canvas_font i = 0; i < TC_CANVAS_FONTS; i++)
    tc_font_destroy(fonts->fonts[i]);
  free(fonts);
}

bool tc_fonts_load(const char *const paths[TC_CANVAS_FONTS], bool stock, tc_fonts **out, tc_error *err)
{
  tc_auto(tc_fonts) fonts = calloc(1, sizeof *fonts);
  if (fonts == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for fonts");
  for (tc_canvas_font i = 0; i < TC_CANVAS_FONTS; i++)
    if (!tc_font_load(paths[i], stock, &fonts->fonts[i], err))
      return false;
  *out = tc_steal(&fonts);
  return true;
}

/* ---- Pages ---- */

void tc_canvas_destroy(tc_canvas *canvas)
{
  if (canvas == NULL)
    return;
  for (tc_canvas_font i = 0; i < TC_CANVAS_FONTS; i++)
    tc_font_use_finish(&canvas->fonts[i]);
  for (size_t i = 0; i < canvas->count; i++)
    tc_buf_finish(&canvas->pages[i].content);
  free(canvas->pages);
  free(canvas);
}

bool tc_canvas_create(const tc_fonts *fonts, tc_canvas **out, tc_error *err)
{
  tc_canvas *canvas = calloc(1, sizeof *canvas);
  if (canvas == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a page");
  for (tc_canvas_font i = 0; i < TC_CANVAS_FONTS; i++)
    canvas->fonts[i].font = fonts->fonts[i];
  *out = canvas;
  return true;
}

bool tc_canvas_add_page(tc_canvas *canvas, double width, double height, tc_error *err)
{
  if (canvas->count == canvas->capacity) {
    size_t capacity = canvas->capacity == 0 ? 16 : canvas->capacity * 2;
    tc_canvas_page *pages = reallocarray(canvas->pages, capacity, sizeof *pages);
    if (pages == NULL)
      return tc_fail(err, TC_NO_MEMORY, "no memory for a page");
    canvas->pages = pages;
    canvas->capacity = capacity;
  }
  canvas->page = &canvas->pages[canvas->count++];
  *canvas->page = (tc_canvas_page){.width = width, .height = height};
  return true;
}

size_t tc_canvas_page_count(const tc_canvas *canvas) { return canvas->count; }

void tc_canvas_select(tc_canvas *canvas, size_t page) { canvas->page = &canvas->pages[page]; }

/* ---- Operators ---- */

static void put(tc_canvas *canvas, const char *text)
{
  if (!canvas->failed)
    canvas->failed = !tc_buf_append_text(&canvas->page->content, text, NULL);
}

/* The numbers, then the operator. */
static void put_numbers(tc_canvas *canvas, const char *operator, size_t count, ...)
{
  va_list numbers;
  va_start(numbers, count);
  for (size_t i = 0; i < count; i++) {
    double number = va_arg(numbers, double);
    canvas->failed |= !tc_pdf_append_number(&canvas->page->content, number, NULL);
    put(canvas, " ");
  }
  va_end(numbers);
  put(canvas, operator);
}

static void set_fill(tc_canvas *canvas, const double colour[3])
{
  put_numbers(canvas, "rg\n", 3, colour[0], colour[1], colour[2]);
}

static void set_stroke(tc_canvas *canvas, double thickness, const double colour[3])
{
  put_numbers(canvas, "w ", 1, thickness);
  put_numbers(canvas, "RG\n", 3, colour[0], colour[1], colour[2]);
}

void tc_canvas_begin_tag(tc_canvas *canvas, const char *type, int mcid)
{
  char text[96];
  if (mcid < 0)
    snprintf(text, sizeof text, "/Artifact <</Type /Pagination>> BDC\n");
  else
    snprintf(text, sizeof text, "/%s <</MCID %d>> BDC\n", type, mcid);
  put(canvas, text);
}

/* 14.9.4: what a reader takes instead of the letters that follow, in UTF-16. */
void tc_canvas_begin_instead(tc_canvas *canvas, const char *text)
{
  put(canvas, "/Span <</ActualText <FEFF");
  for (uint32_t c = 0; tc_text_next(&text, &c);) {
    char unit[16];
    if (c >= 0x10000)
      snprintf(unit, sizeof unit, "%04X%04X", 0xD800 + ((c - 0x10000) >> 10), 0xDC00 + (c & 0x3FF));
    else
      snprintf(unit, sizeof unit, "%04X", c);
    put(canvas, unit);
  }
  put(canvas, ">>> BDC\n");
}

void tc_canvas_end_tag(tc_canvas *canvas) { put(canvas, "EMC\n"); }

/* ---- Text ---- */

/* White space of any kind is a blank. */
static uint32_t settable(uint32_t c) { return tc_text_is_space(c) ? ' ' : c; }

double tc_canvas_width(const tc_canvas *canvas, const tc_canvas_style *style, const char *text)
{
  long width = 0;
  for (uint32_t c = 0; tc_text_next(&text, &c);)
    width += tc_font_width(canvas->fonts[style->font].font, settable(c));
  return (double)width * style->size / 1000;
}

static void begin_text(tc_canvas *canvas, const tc_canvas_style *style)
{
  char font[24];
  set_fill(canvas, style->colour);
  snprintf(font, sizeof font, "BT /F%d ", (int)style->font + 1);
  put(canvas, font);
  put_numbers(canvas, "Tf\n", 1, style->size);
}

/* As hexadecimal codes of two bytes. */
static void show(tc_canvas *canvas, tc_canvas_font font, uint32_t c)
{
  char code[8];
  snprintf(code, sizeof code, "%04X", (unsigned)tc_font_code(&canvas->fonts[font], settable(c)));
  put(canvas, code);
}

void tc_canvas_text(tc_canvas *canvas, const tc_canvas_style *style, double x, double y, double align, const char *text)
{
  begin_text(canvas, style);
  put_numbers(canvas, "Td <", 2, x - align * tc_canvas_width(canvas, style, text), y);
  for (uint32_t c = 0; tc_text_next(&text, &c);)
    show(canvas, style->font, c);
  put(canvas, "> Tj ET\n");
}

/* The end of the longest start of `text`, up to a blank or to any character, that fits; `from` bytes fit anyway. */
static size_t fit(const tc_canvas *canvas, const tc_canvas_style *style, double width, const char *text, bool anywhere)
{
  const tc_font *font = canvas->fonts[style->font].font;
  double room = width * 1000 / style->size;
  long used = 0;
  size_t fits = 0;
  for (const char *at = text; *at != '\0';) {
    uint32_t c = 0;
    (void)tc_text_next(&at, &c);
    used += tc_font_width(font, settable(c));
    if ((double)used > room)
      break;
    if (anywhere || *at == '\0' || *at == ' ')
      fits = (size_t)(at - text);
  }
  return fits;
}

size_t tc_canvas_fit(const tc_canvas *canvas, const tc_canvas_style *style, double width, const char *text)
{
  const char *second = text;
  uint32_t c = 0;
  size_t fits = fit(canvas, style, width, text, false);
  if (fits == 0) /* one word is longer than the line: break inside it */
    fits = fit(canvas, style, width, text, true);
  if (fits == 0 && *text != '\0')
    fits = tc_text_next(&second, &c) ? (size_t)(second - text) : 1;
  return fits;
}

void tc_canvas_arc_text(tc_canvas *canvas, const tc_canvas_style *style, tc_pdf_point centre, double radius, bool below,
                        const char *text)
{
  double total = tc_canvas_width(canvas, style, text) / radius, done = 0;
  begin_text(canvas, style);
  for (uint32_t c = 0; tc_text_next(&text, &c);) {
    double width = tc_font_width(canvas->fonts[style->font].font, settable(c)) * style->size / 1000 / radius;
    double angle = below ? -total / 2 + done + width / 2 : total / 2 - done - width / 2; /* from the vertical */
    double s = sin(angle), k = cos(angle), half = width * radius / 2;
    double x = centre.x + (below ? radius * s : -radius * s), y = centre.y + (below ? -radius * k : radius * k);
    put_numbers(canvas, "Tm <", 6, k, s, -s, k, x - half * k, y - half * s);
    show(canvas, style->font, c);
    put(canvas, "> Tj\n");
    done += width;
  }
  put(canvas, "ET\n");
}

/* ---- Shapes ---- */

static void add_rectangle(tc_canvas *canvas, tc_pdf_rect r)
{
  put_numbers(canvas, "re\n", 4, r.left, r.bottom, r.right - r.left, r.top - r.bottom);
}

void tc_canvas_line(tc_canvas *canvas, double x1, double y1, double x2, double y2, double thickness,
                    const double colour[3])
{
  set_stroke(canvas, thickness, colour);
  put_numbers(canvas, "m ", 2, x1, y1);
  put_numbers(canvas, "l S\n", 2, x2, y2);
}

void tc_canvas_frame(tc_canvas *canvas, tc_pdf_rect rect, double thickness, const double colour[3])
{
  set_stroke(canvas, thickness, colour);
  add_rectangle(canvas, rect);
  put(canvas, "S\n");
}

void tc_canvas_fill(tc_canvas *canvas, tc_pdf_rect rect, const double colour[3])
{
  set_fill(canvas, colour);
  add_rectangle(canvas, rect);
  put(canvas, "f\n");
}

/* Four curves; 0.5523 makes them the nearest to a quarter of a circle. */
void tc_canvas_circle(tc_canvas *canvas, tc_pdf_point centre, double radius, double thickness, const double colour[3])
{
  double x = centre.x, y = centre.y, r = radius, k = radius * 0.5523;
  set_stroke(canvas, thickness, colour);
  put_numbers(canvas, "m\n", 2, x - r, y);
  put_numbers(canvas, "c\n", 6, x - r, y + k, x - k, y + r, x, y + r);
  put_numbers(canvas, "c\n", 6, x + k, y + r, x + r, y + k, x + r, y);
  put_numbers(canvas, "c\n", 6, x + r, y - k, x + k, y - r, x, y - r);
  put_numbers(canvas, "c s\n", 6, x - k, y - r, x - r, y - k, x - r, y);
}

void tc_canvas_star(tc_canvas *canvas, tc_pdf_point centre, double radius, const double colour[3])
{
  set_fill(canvas, colour);
  for (int i = 0; i < 10; i++) {
    double angle = M_PI / 2 + i * M_PI / 5, r = i % 2 == 0 ? radius : radius * 0.382;
    put_numbers(canvas, i == 0 ? "m\n" : "l\n", 2, centre.x + r * cos(angle), centre.y + r * sin(angle));
  }
  put(canvas, "f\n");
}

bool tc_canvas_qr(tc_canvas *canvas, tc_pdf_rect rect, const char *payload, tc_error *err)
{
  tc_qr_run *runs = NULL;
  size_t count = 0;
  int width = 0;
  if (!tc_qr_encode(payload, &width, &runs, &count, err))
    return false;
  set_fill(canvas, (const double[3]){0, 0, 0});
  double step = (rect.right - rect.left) / width;
  for (size_t i = 0; i < count; i++)
    add_rectangle(canvas,
                  (tc_pdf_rect){rect.left + runs[i].column * step, rect.top - (runs[i].row + 1) * step,
                                rect.left + (runs[i].column + runs[i].length) * step, rect.top - runs[i].row * step});
  put(canvas, "f\n");
  free(runs);
  return true;
}
