/*
 * libharu makes the pages, their resources and what is drawn on them. Fonts are ours (pdf/font.h): libharu embeds a
 * font anew for each document, which takes longer than all the rest of a copy, under a map that readers warn of. So its
 * pages name one of its built-in fonts, text is shown by our font's codes, and canvas_file.c puts our font in the
 * other's place.
 */
#include "pdf/canvas_private.h"

#include "base/text.h"
#include "pdf/qr.h"

#include <math.h>
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
  if (canvas->doc != NULL)
    HPDF_Free(canvas->doc);
  free(canvas->pages);
  free(canvas);
}

bool tc_canvas_create(const tc_fonts *fonts, tc_canvas **out, tc_error *err)
{
  tc_auto(tc_canvas) canvas = calloc(1, sizeof *canvas);
  if (canvas == NULL || (canvas->doc = HPDF_New(NULL, NULL)) == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a page");
  HPDF_SetCompressionMode(canvas->doc, HPDF_COMP_ALL);
  for (tc_canvas_font i = 0; i < TC_CANVAS_FONTS; i++)
    canvas->fonts[i].font = fonts->fonts[i];
  *out = tc_steal(&canvas);
  return true;
}

bool tc_canvas_add_page(tc_canvas *canvas, double width, double height, tc_error *err)
{
  if (canvas->count == canvas->capacity) {
    size_t capacity = canvas->capacity == 0 ? 16 : canvas->capacity * 2;
    HPDF_Page *pages = reallocarray(canvas->pages, capacity, sizeof(HPDF_Page));
    if (pages == NULL)
      return tc_fail(err, TC_NO_MEMORY, "no memory for a page");
    canvas->pages = pages;
    canvas->capacity = capacity;
  }
  HPDF_Page page = HPDF_AddPage(canvas->doc);
  if (page == NULL || HPDF_Page_SetWidth(page, (HPDF_REAL)width) != HPDF_OK ||
      HPDF_Page_SetHeight(page, (HPDF_REAL)height) != HPDF_OK)
    return tc_fail(err, TC_LIMIT, "a page of %.0f × %.0f points cannot be made", width, height);
  canvas->page = canvas->pages[canvas->count++] = page;
  return true;
}

size_t tc_canvas_page_count(const tc_canvas *canvas) { return canvas->count; }

void tc_canvas_select(tc_canvas *canvas, size_t page) { canvas->page = canvas->pages[page]; }

/* libharu has no call for marked content; its pages' content is a stream one can write to between its own calls. */
static void write_operator(tc_canvas *canvas, const char *text)
{
  HPDF_PageAttr attributes = canvas->page->attr;
  HPDF_Stream_WriteStr(attributes->stream, text);
}

void tc_canvas_begin_tag(tc_canvas *canvas, const char *type, int mcid)
{
  char text[96];
  if (mcid < 0)
    snprintf(text, sizeof text, "/Artifact <</Type /Pagination>> BDC\n");
  else
    snprintf(text, sizeof text, "/%s <</MCID %d>> BDC\n", type, mcid);
  write_operator(canvas, text);
}

/* 14.9.4: what a reader takes instead of the letters that follow, in UTF-16. */
void tc_canvas_begin_instead(tc_canvas *canvas, const char *text)
{
  write_operator(canvas, "/Span <</ActualText <FEFF");
  for (uint32_t c = 0; tc_text_next(&text, &c);) {
    char unit[16];
    if (c >= 0x10000)
      snprintf(unit, sizeof unit, "%04X%04X", 0xD800 + ((c - 0x10000) >> 10), 0xDC00 + (c & 0x3FF));
    else
      snprintf(unit, sizeof unit, "%04X", c);
    write_operator(canvas, unit);
  }
  write_operator(canvas, ">>> BDC\n");
}

void tc_canvas_end_tag(tc_canvas *canvas) { write_operator(canvas, "EMC\n"); }

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

/* One of libharu's fonts in the place of each of ours, once it is used. */
static HPDF_Font stand_in(tc_canvas *canvas, tc_canvas_font font)
{
  static const char *const names[TC_CANVAS_FONTS] = {"Times-Roman", "Times-Bold", "Times-Italic"};
  if (canvas->stand_ins[font] == NULL)
    canvas->stand_ins[font] = HPDF_GetFont(canvas->doc, names[font], NULL);
  return canvas->stand_ins[font];
}

static void begin_text(tc_canvas *canvas, const tc_canvas_style *style)
{
  HPDF_Page_SetRGBFill(canvas->page, (HPDF_REAL)style->colour[0], (HPDF_REAL)style->colour[1],
                       (HPDF_REAL)style->colour[2]);
  HPDF_Page_BeginText(canvas->page);
  HPDF_Page_SetFontAndSize(canvas->page, stand_in(canvas, style->font), (HPDF_REAL)style->size);
}

/* As hexadecimal codes of two bytes. */
static void show(tc_canvas *canvas, tc_canvas_font font, uint32_t c)
{
  char code[8];
  snprintf(code, sizeof code, "%04X", (unsigned)tc_font_code(&canvas->fonts[font], settable(c)));
  write_operator(canvas, code);
}

void tc_canvas_text(tc_canvas *canvas, const tc_canvas_style *style, double x, double y, double align, const char *text)
{
  begin_text(canvas, style);
  HPDF_Page_MoveTextPos(canvas->page, (HPDF_REAL)(x - align * tc_canvas_width(canvas, style, text)), (HPDF_REAL)y);
  write_operator(canvas, "<");
  for (uint32_t c = 0; tc_text_next(&text, &c);)
    show(canvas, style->font, c);
  write_operator(canvas, "> Tj\n");
  HPDF_Page_EndText(canvas->page);
}

/* The end of the longest start of `text`, up to a blank or to any character, that fits. */
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
    HPDF_Page_SetTextMatrix(canvas->page, (HPDF_REAL)k, (HPDF_REAL)s, (HPDF_REAL)-s, (HPDF_REAL)k,
                            (HPDF_REAL)(x - half * k), (HPDF_REAL)(y - half * s));
    write_operator(canvas, "<");
    show(canvas, style->font, c);
    write_operator(canvas, "> Tj\n");
    done += width;
  }
  HPDF_Page_EndText(canvas->page);
}

/* ---- Shapes ---- */

static void set_stroke(tc_canvas *canvas, double thickness, const double colour[3])
{
  HPDF_Page_SetLineWidth(canvas->page, (HPDF_REAL)thickness);
  HPDF_Page_SetRGBStroke(canvas->page, (HPDF_REAL)colour[0], (HPDF_REAL)colour[1], (HPDF_REAL)colour[2]);
}

static void set_fill(tc_canvas *canvas, const double colour[3])
{
  HPDF_Page_SetRGBFill(canvas->page, (HPDF_REAL)colour[0], (HPDF_REAL)colour[1], (HPDF_REAL)colour[2]);
}

void tc_canvas_line(tc_canvas *canvas, double x1, double y1, double x2, double y2, double thickness,
                    const double colour[3])
{
  set_stroke(canvas, thickness, colour);
  HPDF_Page_MoveTo(canvas->page, (HPDF_REAL)x1, (HPDF_REAL)y1);
  HPDF_Page_LineTo(canvas->page, (HPDF_REAL)x2, (HPDF_REAL)y2);
  HPDF_Page_Stroke(canvas->page);
}

static void add_rectangle(tc_canvas *canvas, tc_pdf_rect r)
{
  HPDF_Page_Rectangle(canvas->page, (HPDF_REAL)r.left, (HPDF_REAL)r.bottom, (HPDF_REAL)(r.right - r.left),
                      (HPDF_REAL)(r.top - r.bottom));
}

void tc_canvas_frame(tc_canvas *canvas, tc_pdf_rect rect, double thickness, const double colour[3])
{
  set_stroke(canvas, thickness, colour);
  add_rectangle(canvas, rect);
  HPDF_Page_Stroke(canvas->page);
}

void tc_canvas_fill(tc_canvas *canvas, tc_pdf_rect rect, const double colour[3])
{
  set_fill(canvas, colour);
  add_rectangle(canvas, rect);
  HPDF_Page_Fill(canvas->page);
}

void tc_canvas_circle(tc_canvas *canvas, tc_pdf_point centre, double radius, double thickness, const double colour[3])
{
  set_stroke(canvas, thickness, colour);
  HPDF_Page_Circle(canvas->page, (HPDF_REAL)centre.x, (HPDF_REAL)centre.y, (HPDF_REAL)radius);
  HPDF_Page_Stroke(canvas->page);
}

void tc_canvas_star(tc_canvas *canvas, tc_pdf_point centre, double radius, const double colour[3])
{
  set_fill(canvas, colour);
  for (int i = 0; i < 10; i++) {
    double angle = M_PI / 2 + i * M_PI / 5, r = i % 2 == 0 ? radius : radius * 0.382;
    HPDF_REAL x = (HPDF_REAL)(centre.x + r * cos(angle)), y = (HPDF_REAL)(centre.y + r * sin(angle));
    if (i == 0)
      HPDF_Page_MoveTo(canvas->page, x, y);
    else
      HPDF_Page_LineTo(canvas->page, x, y);
  }
  HPDF_Page_ClosePath(canvas->page);
  HPDF_Page_Fill(canvas->page);
}

bool tc_canvas_qr(tc_canvas *canvas, tc_pdf_rect rect, const char *payload, tc_error *err)
{
  tc_qr_run *runs = NULL;
  size_t count = 0;
  int width = 0;
  if (!tc_qr_encode(payload, TC_QR_BEST_MASK, &width, &runs, &count, err))
    return false;
  set_fill(canvas, (const double[3]){0, 0, 0});
  double step = (rect.right - rect.left) / width;
  for (size_t i = 0; i < count; i++)
    add_rectangle(canvas,
                  (tc_pdf_rect){rect.left + runs[i].column * step, rect.top - (runs[i].row + 1) * step,
                                rect.left + (runs[i].column + runs[i].length) * step, rect.top - runs[i].row * step});
  HPDF_Page_Fill(canvas->page);
  free(runs);
  return true;
}
