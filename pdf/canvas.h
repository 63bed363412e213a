/*
 * Private to pdf/: what is visible and ours: pages with text in embedded fonts, lines, frames, a QR code, a seal's
 * ring, drawn with libharu. One canvas holds all pages of a copy, so that each font is embedded once. Coordinates are
 * page points. Drawing calls do not fail one by one: libharu keeps its first error, and tc_canvas_save reports it. Text
 * is UTF-8; what the font has no glyph for is set as "?" (PDF/A allows no reference to .notdef).
 */
#pragma once

#include "base/buf.h"
#include "pdf/compose.h"
#include "pdf/font.h"

typedef enum tc_canvas_font { TC_CANVAS_REGULAR, TC_CANVAS_BOLD, TC_CANVAS_ITALIC, TC_CANVAS_FONTS } tc_canvas_font;

typedef struct tc_canvas_style {
  tc_canvas_font font;
  double size;      /* points */
  double colour[3]; /* RGB, 0–1; black is {0} */
} tc_canvas_style;

/* The fonts of a page, as tc_font_load. Shared freely once loaded. */
TC_NODISCARD bool tc_fonts_load(const char *const paths[TC_CANVAS_FONTS], bool stock, tc_fonts **out, tc_error *err);

typedef struct tc_canvas tc_canvas;

/* `fonts` is borrowed. */
TC_NODISCARD bool tc_canvas_create(const tc_fonts *fonts, tc_canvas **out, tc_error *err);
void tc_canvas_destroy(tc_canvas *canvas);
TC_AUTO_POINTER(tc_canvas, tc_canvas_destroy);

/* Adds a page and makes it the one that is drawn on. */
TC_NODISCARD bool tc_canvas_add_page(tc_canvas *canvas, double width, double height, tc_error *err);
size_t tc_canvas_page_count(const tc_canvas *canvas);
void tc_canvas_select(tc_canvas *canvas, size_t page);

/* Marked content (ISO 32000-1, 14.6) around what is drawn until tc_canvas_end_tag; mcid < 0: an artifact. */
void tc_canvas_begin_tag(tc_canvas *canvas, const char *type, int mcid);
/* Text for readers in place of what is drawn until tc_canvas_end_tag: letters along a curve do not read as words. */
void tc_canvas_begin_instead(tc_canvas *canvas, const char *text);
void tc_canvas_end_tag(tc_canvas *canvas);

double tc_canvas_width(const tc_canvas *canvas, const tc_canvas_style *style, const char *text);
/* align: 0 starts at x, 0.5 is centred on x, 1 ends at x. y is the base line. */
void tc_canvas_text(tc_canvas *canvas, const tc_canvas_style *style, double x, double y, double align,
                    const char *text);
/* Bytes of `text` that fit into `width`, broken at a blank where there is one; at least one character. */
size_t tc_canvas_fit(const tc_canvas *canvas, const tc_canvas_style *style, double width, const char *text);
/* Along a circle, centred at its top (or bottom, then upright too). */
void tc_canvas_arc_text(tc_canvas *canvas, const tc_canvas_style *style, tc_pdf_point centre, double radius, bool below,
                        const char *text);

void tc_canvas_line(tc_canvas *canvas, double x1, double y1, double x2, double y2, double thickness,
                    const double colour[3]);
void tc_canvas_frame(tc_canvas *canvas, tc_pdf_rect rect, double thickness, const double colour[3]);
void tc_canvas_fill(tc_canvas *canvas, tc_pdf_rect rect, const double colour[3]);
void tc_canvas_circle(tc_canvas *canvas, tc_pdf_point centre, double radius, double thickness, const double colour[3]);
void tc_canvas_star(tc_canvas *canvas, tc_pdf_point centre, double radius, const double colour[3]);
/* A QR code (ISO/IEC 18004, level M) whose modules fill the rectangle; the quiet zone is the caller's. TC_USAGE: more
   than a code holds. */
TC_NODISCARD bool tc_canvas_qr(tc_canvas *canvas, tc_pdf_rect rect, const char *payload, tc_error *err);

/* The pages as a PDF of their own, appended to *out: a reader takes its pages over. Errors: TC_INTERNAL with
   libharu's number where drawing failed, TC_NO_MEMORY. */
TC_NODISCARD bool tc_canvas_save(tc_canvas *canvas, tc_buf *out, tc_error *err);
