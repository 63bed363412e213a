/*
 * Private to capture*.c: what a capture is made of. `page` and `index` of a file count from 0.
 */
#pragma once

#include "pipeline/capture.h"

/* A page as the rest of pipeline/ counts them. */
typedef struct tc_capture_entry {
  size_t page; /* of the file */
  bool is_part;
  tc_part part;
} tc_capture_entry;

struct tc_capture {
  int fd;
  tc_format format;
  tc_imaging_limits limits;
  double render_dpi;
  tc_decoder *decoder;       /* an image file */
  tc_scan *scan;             /* a PDF */
  tc_capture_entry *entries; /* NULL: the pages are the file's */
  size_t entry_count;
  bool splits; /* cards are looked for */
};

size_t tc_capture_file_page_count(const tc_capture *capture);
tc_capture_entry tc_capture_entry_of(const tc_capture *capture, size_t page);
/* Passes `ok` on; an error then names the page, where there are several. */
bool tc_capture_name_page(const tc_capture *capture, size_t page, bool ok, tc_error *err);

/* ---- Pages of the file (capture_page.c) ---- */

TC_NODISCARD bool tc_capture_describe_file_page(tc_capture *capture, size_t page, tc_capture_page *out, tc_error *err);
TC_NODISCARD bool tc_capture_decode_file_page(tc_capture *capture, size_t page, tc_image **out, tc_error *err);
/* A small picture of it, of about `dpi` where the format allows. */
TC_NODISCARD bool tc_capture_glance(tc_capture *capture, size_t page, double dpi, tc_image **out, tc_error *err);
/* The image of a PDF's page can be decoded; false: the page has to be rendered. */
bool tc_capture_pdf_decodable(const tc_scan_page *page);
/* The encoded image of an image file's page where it may stand in the copy as it is; *because says why not. */
TC_NODISCARD bool tc_capture_encoded_page(tc_capture *capture, size_t page, tc_pdf_image *image, tc_bytes *bytes,
                                          const char **because, tc_error *err);
