/*
 * Private to imaging/: the only way to libvips. No type of libvips is seen outside vips_bridge.c.
 * libvips keeps its errors in a buffer of the process; each function here empties it into a tc_error.
 * Threading: one thread of the process at a time, because of that buffer.
 */
#pragma once

#include "imaging/decode.h"
#include "imaging/format.h"
#include "imaging/image.h"
#include "imaging/imaging_settings.h"
#include "imaging/render.h"

typedef struct tc_vips_source {
  tc_format format; /* JPEG, PNG, TIFF, JP2, WebP, HEIF */
  tc_bytes bytes;   /* borrowed */
  int page;         /* TIFF: the directory, from 0 */
  int shrink;       /* JPEG: 2, 4 or 8 give that fraction of the size in a fraction of the time; 0: whole */
  bool bilevel;     /* give TC_PIXEL_BILEVEL: black where the grey value is below 128 */
} tc_vips_source;

TC_NODISCARD bool tc_vips_start(tc_error *err);
TC_NODISCARD bool tc_vips_decode(const tc_vips_source *source, const tc_imaging_limits *limits, tc_image **out,
                                 tc_error *err);
/* What libvips reads of a header; for formats whose headers truecopy does not read itself (WebP, HEIF). HEIF's own
   turns and mirrors are undone by the decoder: its pages lie upright. Decodes nothing. */
TC_NODISCARD bool tc_vips_describe(const tc_vips_source *source, const tc_imaging_limits *limits, tc_page_info *out,
                                   tc_error *err);
/* Appends the embedded profile, nothing where there is none. */
TC_NODISCARD bool tc_vips_icc(const tc_vips_source *source, tc_buf *out, tc_error *err);
TC_NODISCARD bool tc_vips_render(tc_bytes pdf, int page, const tc_render_options *options,
                                 const tc_imaging_limits *limits, tc_image **out, tc_error *err);
TC_NODISCARD bool tc_vips_pdf_pages(tc_bytes pdf, int *out, tc_error *err);
/* Appends a JPEG (quality 80) of packed GREY8 or RGB8 rows, scaled down to at most max_width pixels. */
TC_NODISCARD bool tc_vips_encode_jpeg(const tc_image_shape *shape, tc_bytes rows, int max_width, tc_buf *out,
                                      tc_error *err);
