/*
 * Private to imaging/: what JPEG and PNG files say of themselves, read without decoding. Only what truecopy must know
 * to certify and to embed; the pixels come from libvips.
 * Ownership: bytes given out are borrowed from the file's. Threading: free of state.
 */
#pragma once

#include "imaging/decode.h"

typedef struct tc_exif {
  int orientation;     /* 1..8; 0 = not said */
  double dpi_x, dpi_y; /* 0 = not said */
} tc_exif;

/* Reads a TIFF structure as EXIF carries it (JEITA CP-3451, 4.6). What is damaged counts as not said. */
void tc_exif_read(tc_bytes tiff, tc_exif *out);

/* Resolutions that are a camera's or an editor's default, or that no scanner has, count as not said: 0. */
double tc_stated_dpi(double dpi);

typedef struct tc_jpeg_header {
  tc_page_info info;
  bool embeddable; /* a PDF's DCTDecode shows it as it is */
  bool invert;     /* Adobe's inverted CMYK */
} tc_jpeg_header;

TC_NODISCARD bool tc_jpeg_header_read(tc_bytes file, tc_jpeg_header *out, tc_error *err);

typedef struct tc_png_header {
  tc_page_info info;
  bool embeddable;  /* its zlib stream fits a PDF's FlateDecode */
  tc_bytes palette; /* RGB triples */
} tc_png_header;

TC_NODISCARD bool tc_png_header_read(tc_bytes file, tc_png_header *out, tc_error *err);
/* Appends the zlib stream: the data of all IDAT chunks. */
TC_NODISCARD bool tc_png_stream(tc_bytes file, tc_buf *out, tc_error *err);
