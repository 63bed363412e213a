/*
 * Private to pdf/: the margins that a copy adds around a capture (strip below, notices above), and the same strip at
 * the foot of the attestation. First the measures, which decide how much a page grows; then, when all pages are known,
 * the texts.
 */
#pragma once

#include "pdf/canvas.h"
#include "pdf/compose.h"

typedef struct tc_strip_measures {
  double width;        /* of the page: the capture's, or what the texts need at least */
  double above, below; /* what the page grows by */
} tc_strip_measures;

tc_strip_measures tc_strip_measure(const tc_canvas *canvas, const tc_compose_options *options, double capture_width,
                                   bool first_page);
/* Draws on the selected page. page from 0; *first_lines gets the box of the first page's lines. mcid < 0: artifact. */
TC_NODISCARD bool tc_strip_draw(tc_canvas *canvas, const tc_compose_options *options, double width, double height,
                                size_t page, size_t pages, tc_error *err);
tc_pdf_rect tc_strip_draw_first_lines(tc_canvas *canvas, const tc_compose_options *options, double width, double height,
                                      int mcid);
