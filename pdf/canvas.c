#include "pdf/canvas.h"

#include "base/text.h"

#include <hpdf.h>
#include <math.h>
#include <qrencode.h>
#include <stdio.h>
#include <string.h>

struct tc_canvas {
  HPDF_Doc doc;
  HPDF_Font fonts[TC_CANVAS_FONTS];
  HPDF_FontDef font_defs[TC_CANVAS_FONTS];
  HPDF_Page *pages;
  size_t count, capacity;
  HPDF_Page page; /* the one that is drawn on */
};

void tc_canvas_destroy(tc_canvas *canvas)
{
  if (canvas == NULL)
    return;
  if (canvas->doc != NULL)
    HPDF_Free(canvas->doc);
  free(canvas->pages);
  free(canvas);
}

static bool load_font(tc_canvas *canvas, tc_canvas_font which, const char *path, tc_error *err)
{
  const char *name = HPDF_LoadTTFontFromFile(canvas->doc, path, HPDF_TRUE);
  canvas->fonts[which] = name != NULL ? HPDF_GetFont(canvas->doc, name, "UTF-8") : NULL;
  if (canvas->fonts[which] == NULL)
    return tc_fail(err, TC_CONFIG, "the font %s cannot be used (libharu error 0x%04lX)", path,
                   (unsigned long)HPDF_GetError(canvas->doc));
  canvas->font_defs[which] = ((HPDF_FontAttr)canvas->fonts[which]->attr)->fontdef;
  return true;
}

bool tc_canvas_create(const char *const font_paths[TC_CANVAS_FONTS], tc_canvas **out, tc_error *err)
{
  tc_auto(tc_canvas) canvas = calloc(1, sizeof *canvas);
  if (canvas == NULL || (canvas->doc = HPDF_New(NULL, NULL)) == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a page");
  HPDF_SetCompressionMode(canvas->doc, HPDF_COMP_ALL);
  HPDF_UseUTFEncodings(canvas->doc);
  for (tc_canvas_font i = 0; i < TC_CANVAS_FONTS; i++)
    if (!load_font(canvas, i, font_paths[i], err))
      return false;
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

/* The text with only what the font has; at most `size` bytes, which is more than a line of a page holds. */
static const char *settable(const tc_canvas *canvas, tc_canvas_font font, const char *text, char *out, size_t size)
{
  size_t used = 0;
  uint32_t c = 0;
  while (tc_text_next(&text, &c) && used + 5 < size) {
    if (tc_text_is_space(c))
      c = ' ';
    if (c > 0xFFFF || HPDF_TTFontDef_GetGlyphid(canvas->font_defs[font], (HPDF_UINT16)c) == 0)
      c = '?';
    used += tc_text_encode(c, out + used);
  }
  out[used] = '\0';
  return out;
}

enum { LINE_MAX_BYTES = 4096 };

/* Of text that went through settable. */
static double width_of(const tc_canvas *canvas, const tc_canvas_style *style, const char *clean)
{
  HPDF_TextWidth width =
      HPDF_Font_TextWidth(canvas->fonts[style->font], (const HPDF_BYTE *)clean, (HPDF_UINT)strlen(clean));
  return width.width * style->size / 1000;
}

double tc_canvas_width(const tc_canvas *canvas, const tc_canvas_style *style, const char *text)
{
  char clean[LINE_MAX_BYTES];
  return width_of(canvas, style, settable(canvas, style->font, text, clean, sizeof clean));
}

static void set_style(tc_canvas *canvas, const tc_canvas_style *style)
{
  HPDF_Page_SetFontAndSize(canvas->page, canvas->fonts[style->font], (HPDF_REAL)style->size);
  HPDF_Page_SetRGBFill(canvas->page, (HPDF_REAL)style->colour[0], (HPDF_REAL)style->colour[1],
                       (HPDF_REAL)style->colour[2]);
}

void tc_canvas_text(tc_canvas *canvas, const tc_canvas_style *style, double x, double y, double align, const char *text)
{
  char clean[LINE_MAX_BYTES];
  settable(canvas, style->font, text, clean, sizeof clean);
  set_style(canvas, style);
  double left = x - align * width_of(canvas, style, clean);
  HPDF_Page_BeginText(canvas->page);
  HPDF_Page_TextOut(canvas->page, (HPDF_REAL)left, (HPDF_REAL)y, clean);
  HPDF_Page_EndText(canvas->page);
}

size_t tc_canvas_fit(const tc_canvas *canvas, const tc_canvas_style *style, double width, const char *text)
{
  size_t size = strlen(text), fits = 0, first = 0;
  char *part = malloc(size + 1);
  if (part == NULL)
    return size;
  for (const char *at = text; *at != '\0';) {
    uint32_t c = 0;
    if (!tc_text_next(&at, &c))
      break;
    size_t end = (size_t)(at - text);
    bool last = *at == '\0', blank_follows = *at == ' ';
    if (first == 0)
      first = end;
    if (!last && !blank_follows)
      continue;
    memcpy(part, text, end);
    part[end] = '\0';
    if (tc_canvas_width(canvas, style, part) > width)
      break;
    fits = end;
  }
  if (fits == 0) { /* one word is longer than the line: break inside it */
    fits = first;
    for (const char *at = text + first; *at != '\0';) {
      uint32_t c = 0;
      (void)tc_text_next(&at, &c);
      size_t end = (size_t)(at - text);
      memcpy(part, text, end);
      part[end] = '\0';
      if (tc_canvas_width(canvas, style, part) > width)
        break;
      fits = end;
    }
  }
  free(part);
  return fits;
}

void tc_canvas_arc_text(tc_canvas *canvas, const tc_canvas_style *style, tc_pdf_point centre, double radius, bool below,
                        const char *text)
{
  char clean[LINE_MAX_BYTES], one[5];
  settable(canvas, style->font, text, clean, sizeof clean);
  set_style(canvas, style);
  double total = width_of(canvas, style, clean) / radius, done = 0;
  HPDF_Page_BeginText(canvas->page);
  const char *at = clean;
  for (uint32_t c = 0; tc_text_next(&at, &c);) {
    tc_text_encode(c, one);
    double width = width_of(canvas, style, one) / radius;
    double angle = below ? -total / 2 + done + width / 2 : total / 2 - done - width / 2; /* from the vertical */
    double turn = angle, s = sin(angle), k = cos(angle);
    double x = centre.x + (below ? radius * s : -radius * s), y = centre.y + (below ? -radius * k : radius * k);
    double half = width * radius / 2;
    HPDF_Page_SetTextMatrix(canvas->page, (HPDF_REAL)cos(turn), (HPDF_REAL)sin(turn), (HPDF_REAL)-sin(turn),
                            (HPDF_REAL)cos(turn), (HPDF_REAL)(x - half * cos(turn)), (HPDF_REAL)(y - half * sin(turn)));
    HPDF_Page_ShowText(canvas->page, one);
    done += width;
  }
  HPDF_Page_EndText(canvas->page);
}

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
  QRcode *code = QRcode_encodeString8bit(payload, 0, QR_ECLEVEL_M);
  if (code == NULL)
    return tc_fail(err, TC_USAGE, "a QR code cannot hold %zu bytes", strlen(payload));
  set_fill(canvas, (const double[3]){0, 0, 0});
  double step = (rect.right - rect.left) / code->width;
  for (int row = 0; row < code->width; row++) {
    for (int column = 0; column < code->width;) {
      int end = column;
      while (end < code->width && (code->data[row * code->width + end] & 1) != 0)
        end++;
      if (end > column)
        add_rectangle(canvas, (tc_pdf_rect){rect.left + column * step, rect.top - (row + 1) * step,
                                            rect.left + end * step, rect.top - row * step});
      column = end > column ? end : column + 1;
    }
  }
  HPDF_Page_Fill(canvas->page);
  QRcode_free(code);
  return true;
}

bool tc_canvas_save(tc_canvas *canvas, tc_buf *out, tc_error *err)
{
  if (HPDF_GetError(canvas->doc) == HPDF_OK)
    HPDF_SaveToStream(canvas->doc);
  unsigned long error = HPDF_GetError(canvas->doc);
  if (error != HPDF_OK)
    return tc_fail(err, error == HPDF_FAILD_TO_ALLOC_MEM ? TC_NO_MEMORY : TC_INTERNAL,
                   "drawing a page failed (libharu error 0x%04lX, %ld)", error, (long)HPDF_GetErrorDetail(canvas->doc));
  HPDF_ResetStream(canvas->doc);
  HPDF_BYTE piece[65536];
  for (HPDF_UINT32 size = sizeof piece; size > 0;) {
    size = sizeof piece;
    HPDF_STATUS status = HPDF_ReadFromStream(canvas->doc, piece, &size);
    if (status != HPDF_OK && status != HPDF_STREAM_EOF)
      return tc_fail(err, TC_INTERNAL, "reading the pages failed (libharu error 0x%04lX)", (unsigned long)status);
    if (!tc_buf_append(out, piece, size, err))
      return false;
    if (status == HPDF_STREAM_EOF)
      break;
  }
  return true;
}
