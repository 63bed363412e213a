/*
 * Private to imaging/: the directories of a TIFF file through libtiff, whose types stay in tiff_directory.c. libtiff
 * tells how a page is encoded, hands its strips out untouched and decodes bilevel pages, where libvips would hide that
 * a fax stream broke off; everything else is decoded by libvips.
 * Ownership: a tc_tiff borrows the file's bytes. Threading: one thread at a time.
 */
#pragma once

#include "imaging/decode.h"

typedef struct tc_tiff tc_tiff;

typedef struct tc_tiff_page {
  tc_page_info info;
  int directory; /* number of the directory in the file */
  bool bilevel;  /* one bit, one sample, not tiled: tc_tiff_decode_bilevel reads it */
} tc_tiff_page;

/* Reads all directories but reduced images and masks. */
TC_NODISCARD bool tc_tiff_open(tc_bytes file, const tc_imaging_limits *limits, tc_tiff **out, tc_error *err);
void tc_tiff_destroy(tc_tiff *tiff);
TC_AUTO_POINTER(tc_tiff, tc_tiff_destroy);

int tc_tiff_page_count(const tc_tiff *tiff);
const tc_tiff_page *tc_tiff_page_at(const tc_tiff *tiff, int page);
TC_NODISCARD bool tc_tiff_decode_bilevel(tc_tiff *tiff, int page, tc_image **out, tc_error *err);
/* As tc_decoder_encoded. */
TC_NODISCARD bool tc_tiff_encoded(tc_tiff *tiff, int page, bool *out_found, tc_encoded_image *out, tc_error *err);

/* Decodes a fax stream as a PDF holds it, by putting a TIFF header before it. */
TC_NODISCARD bool tc_tiff_decode_ccitt(const tc_encoded_image *image, tc_image **out, tc_error *err);
