/*
 * Private to pdf/: places on a page as it is seen, and where they lie in its own coordinates.
 */
#pragma once

#include "pdf/document.h"
#include "pdf/geometry.h"

typedef struct tc_pdf_page_place {
  tc_pdf_rect box; /* what is shown of the page (CropBox within MediaBox), in default user space */
  int rotate;      /* 0, 90, 180 or 270: clockwise, when it is shown */
  double unit;     /* points of one unit of user space (UserUnit) */
} tc_pdf_page_place;

/* ISO 32000-2, 7.7.3.3 and 7.7.3.4: the page's own entries, or what the tree hands down. TC_FORMAT: no usable MediaBox.
 */
TC_NODISCARD bool tc_pdf_page_place_read(const tc_pdf_document *document, size_t revision, uint32_t page,
                                         tc_pdf_page_place *out, tc_error *err);
/* A rectangle on the page as it is seen (points, origin at its lower left corner) in default user space. */
tc_pdf_rect tc_pdf_page_place_of(const tc_pdf_page_place *place, tc_pdf_rect seen);
