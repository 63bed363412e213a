/*
 * Reader of scanned PDFs, for captures that come as a PDF: which pages there are, and, where a page paints nothing but
 * one image, that image's encoded stream, untouched, with everything needed to decode it or to put it into another
 * PDF. It uses qpdf with recovery off: a damaged file is refused, never guessed at. Verifying signatures is not its
 * task (pdf/document.h); it only tells whether any stand in the file.
 *
 * Ownership: tc_scan owns its parser and its own copy of the descriptor; a tc_scan_page owns what it points to.
 * Threading: a tc_scan and its pages belong to one thread at a time. Runs in a worker: the bytes are hostile.
 */
#pragma once

#include "base/settings.h"
#include "pdf/geometry.h"
#include "pdf/image.h"

typedef struct tc_scan_limits {
  size_t max_bytes;         /* of the file */
  size_t max_pages;         /* in the page tree */
  size_t max_content_bytes; /* of one page's decoded content stream */
  size_t max_image_bytes;   /* of one image, encoded or decoded */
} tc_scan_limits;

tc_scan_limits tc_scan_limits_default(void);
tc_scan_limits tc_scan_limits_from(const tc_settings *settings); /* pdf.max_… */

typedef struct tc_scan_annotation {
  char subtype[24];  /* without its slash: "Widget", "Stamp" …; "" unknown */
  tc_pdf_rect rect;  /* user space of the page, points */
  bool is_signature; /* a signature field's widget */
  bool is_visible;   /* neither Hidden nor NoView, not empty, with an appearance */
} tc_scan_annotation;

typedef struct tc_scan_page {
  tc_pdf_rect media_box, crop_box; /* user space; crop_box lies within media_box */
  int rotate;                      /* 0, 90, 180 or 270 degrees clockwise */
  double user_unit;                /* points a unit of user space; 1 */
  double width, height;            /* of the crop box as displayed: turned, in points */

  bool image_only;         /* the content paints exactly one image, and nothing else that is visible */
  const char *because;     /* why not; NULL when image_only; static storage */
  tc_pdf_image image;      /* when image_only */
  tc_pdf_matrix placement; /* when image_only: the image's unit square → the displayed page (crop box turned by rotate,
                              origin at its bottom left, points) */
  size_t words_hidden;     /* show operators of invisible text (an earlier recognition's layer) */

  tc_scan_annotation *annotations;
  size_t annotation_count; /* at most 256 are listed */
} tc_scan_page;

void tc_scan_page_finish(tc_scan_page *page);
TC_AUTO_VALUE(tc_scan_page, tc_scan_page_finish);

/* `fd` is read by pread from its start; it is duplicated, and stays the caller's. limits NULL: the defaults.
   TC_ENCRYPTED: needs a password, or says it is encrypted at all; TC_FORMAT: not a PDF, or damaged; TC_LIMIT. */
TC_NODISCARD bool tc_scan_open(int fd, const tc_scan_limits *limits, tc_scan **out, tc_error *err);
void tc_scan_destroy(tc_scan *scan);
TC_AUTO_POINTER(tc_scan, tc_scan_destroy);

size_t tc_scan_page_count(const tc_scan *scan);
/* Signature fields that hold a signature. */
size_t tc_scan_signature_count(const tc_scan *scan);

/* index from 0. TC_FORMAT: a box, a content stream or an image that makes no sense. */
TC_NODISCARD bool tc_scan_read_page(tc_scan *scan, size_t index, tc_scan_page *out, tc_error *err);

/* The image's stream as it stands in the file, of a page that is image_only (TC_USAGE otherwise). Appends to *out. */
TC_NODISCARD bool tc_scan_read_image(tc_scan *scan, size_t index, tc_buf *out, tc_error *err);
/* The image's samples, for RAW, FLATE, LZW and RUN_LENGTH (TC_UNSUPPORTED otherwise): rows from the top, each padded
   to a byte, `bits` a component. Appends to *out. */
TC_NODISCARD bool tc_scan_read_samples(tc_scan *scan, size_t index, tc_buf *out, tc_error *err);
