/*
 * The pages of the file itself, of either kind: their facts, their pixels, their encoded image. A page is `untouched`
 * when its encoded image goes into the copy byte for byte; otherwise its pixels are stored losslessly, and the caller
 * embeds the whole original beside them.
 */
#include "pipeline/capture_private.h"

#include "imaging/render.h"

#include <math.h>

/* ---- Pages of a PDF ---- */

/* Which decoder the image of a page needs; false: the page has to be rendered. */
bool tc_capture_pdf_decodable(const tc_scan_page *page)
{
  const tc_pdf_image *image = &page->image;
  if (!page->image_only || image->has_mask || image->colour == TC_PDF_COLOUR_UNKNOWN)
    return page->image_only && image->encoding == TC_PDF_JPX;
  switch (image->encoding) {
  case TC_PDF_DCT:
  case TC_PDF_CCITT:
  case TC_PDF_JBIG2:
  case TC_PDF_JPX:
    return true;
  case TC_PDF_RAW:
  case TC_PDF_FLATE:
  case TC_PDF_LZW:
  case TC_PDF_RUN_LENGTH:
    return image->palette.size == 0 && image->colour != TC_PDF_COLOUR_CMYK;
  default:
    return false;
  }
}

static bool decode_inverts(const tc_pdf_image *image)
{
  return image->has_decode && image->decode[0] > image->decode[1];
}

/* The other folder's word for the same image. Adobe's inverted CMYK is the JPEG decoder's own business. */
static tc_encoded_image encoded_of_pdf(const tc_pdf_image *image, tc_bytes bytes)
{
  static const tc_encoding encodings[] = {
      [TC_PDF_RAW] = TC_ENCODING_RAW,        [TC_PDF_FLATE] = TC_ENCODING_RAW, [TC_PDF_LZW] = TC_ENCODING_RAW,
      [TC_PDF_RUN_LENGTH] = TC_ENCODING_RAW, [TC_PDF_DCT] = TC_ENCODING_DCT,   [TC_PDF_CCITT] = TC_ENCODING_CCITT,
      [TC_PDF_JBIG2] = TC_ENCODING_JBIG2,    [TC_PDF_JPX] = TC_ENCODING_JPX,   [TC_PDF_OTHER] = TC_ENCODING_OTHER};
  return (tc_encoded_image){.encoding = encodings[image->encoding],
                            .bytes = bytes,
                            .globals = tc_buf_bytes(&image->jbig2_globals),
                            .width = (int)image->width,
                            .height = (int)image->height,
                            .bits = (int)image->bits,
                            .components = (int)image->components,
                            .invert = decode_inverts(image),
                            .png_predictor = 1,
                            .ccitt = {.k = image->ccitt.k,
                                      .black_is_1 = image->ccitt.black_is_1,
                                      .end_of_line = image->ccitt.end_of_line,
                                      .encoded_byte_align = image->ccitt.byte_align,
                                      .end_of_block = !image->ccitt.no_end_of_block,
                                      .rows = (int)image->height}};
}

static bool holds_samples(tc_pdf_encoding encoding)
{
  return encoding == TC_PDF_RAW || encoding == TC_PDF_FLATE || encoding == TC_PDF_LZW || encoding == TC_PDF_RUN_LENGTH;
}

static bool read_pdf_stream(tc_capture *capture, size_t index, const tc_scan_page *page, tc_buf *out, tc_error *err)
{
  return holds_samples(page->image.encoding) ? tc_scan_read_samples(capture->scan, index, out, err)
                                             : tc_scan_read_image(capture->scan, index, out, err);
}

static bool render_page(tc_capture *capture, size_t index, tc_image **out, tc_error *err)
{
  tc_render_options options = tc_render_options_default();
  options.dpi = capture->render_dpi;
  return tc_render_pdf_page(capture->fd, (int)index, &options, &capture->limits, out, err);
}

/* A JPEG is decoded no larger than `dpi` ask for; 0: whole. */
static bool decode_pdf_page_for(tc_capture *capture, size_t index, double dpi, tc_image **out, tc_error *err)
{
  tc_auto(tc_scan_page) page = {0};
  if (!tc_scan_read_page(capture->scan, index, &page, err))
    return false;
  if (!tc_capture_pdf_decodable(&page))
    return render_page(capture, index, out, err);
  tc_auto(tc_buf) stream = {0};
  if (!tc_imaging_check_pixels(&capture->limits, page.image.width, page.image.height, err) ||
      !read_pdf_stream(capture, index, &page, &stream, err))
    return false;
  tc_encoded_image encoded = encoded_of_pdf(&page.image, tc_buf_bytes(&stream));
  double width = hypot(page.placement.a, page.placement.b);
  double height = hypot(page.placement.c, page.placement.d);
  if (dpi > 0 && width > 0)
    encoded.shrink = tc_decode_shrink(page.image.width * 72.0 / width, dpi);
  if (!tc_decode_encoded(&encoded, &capture->limits, out, err))
    return false;
  if (width > 0 && height > 0)
    tc_image_set_dpi(*out, tc_image_width(*out) * 72.0 / width, tc_image_height(*out) * 72.0 / height);
  return true;
}

static bool decode_pdf_page(tc_capture *capture, size_t index, tc_image **out, tc_error *err)
{
  return decode_pdf_page_for(capture, index, 0, out, err);
}

/* ISO 32000-1, 8.9.5.1: an image whose placement turns it is turned back for reading by the orientation that undoes
   it; only whole quarter turns and no mirroring occur on scans, anything else counts as upright. */
static int orientation_of(tc_pdf_matrix m)
{
  if (fabs(m.a) >= fabs(m.b))
    return m.a >= 0 ? 1 : 3;
  return m.b < 0 ? 6 : 8;
}

static bool describe_pdf_page(tc_capture *capture, size_t index, tc_capture_page *out, tc_error *err)
{
  tc_auto(tc_scan_page) page = {0};
  if (!tc_scan_read_page(capture->scan, index, &page, err))
    return false;
  bool direct = tc_capture_pdf_decodable(&page);
  tc_capture_page info = {.orientation = 1, .encoding = "rendered"};
  if (!direct) {
    info.width = (int)lround(page.width / 72 * capture->render_dpi);
    info.height = (int)lround(page.height / 72 * capture->render_dpi);
    info.dpi_x = info.dpi_y = capture->render_dpi;
    info.because = page.image_only ? "the image's encoding or colours cannot be read on their own" : page.because;
  } else {
    info.width = (int)page.image.width;
    info.height = (int)page.image.height;
    info.dpi_x = info.width * 72.0 / hypot(page.placement.a, page.placement.b);
    info.dpi_y = info.height * 72.0 / hypot(page.placement.c, page.placement.d);
    info.orientation = orientation_of(page.placement);
    info.encoding = tc_pdf_encoding_name(page.image.encoding);
    const char *because = NULL;
    if (!tc_compose_takes(&page.image, &because))
      info.because = because;
  }
  *out = info;
  return true;
}

/* ---- Pages of an image file ---- */

static bool pdf_image_of_encoded(const tc_encoded_image *encoded, tc_bytes icc, tc_pdf_image *out, tc_error *err)
{
  static const tc_pdf_encoding encodings[] = {
      [TC_ENCODING_RAW] = TC_PDF_RAW,     [TC_ENCODING_DCT] = TC_PDF_DCT,        [TC_ENCODING_JPX] = TC_PDF_JPX,
      [TC_ENCODING_CCITT] = TC_PDF_CCITT, [TC_ENCODING_JBIG2] = TC_PDF_JBIG2,    [TC_ENCODING_FLATE] = TC_PDF_FLATE,
      [TC_ENCODING_LZW] = TC_PDF_LZW,     [TC_ENCODING_PACKBITS] = TC_PDF_OTHER, [TC_ENCODING_OTHER] = TC_PDF_OTHER};
  *out = (tc_pdf_image){.encoding = encodings[encoded->encoding],
                        .width = (uint32_t)encoded->width,
                        .height = (uint32_t)encoded->height,
                        .bits = (unsigned)encoded->bits,
                        .components = (unsigned)encoded->components,
                        .colour = encoded->components == 4                                ? TC_PDF_COLOUR_CMYK
                                  : encoded->components == 3 || encoded->palette.size > 0 ? TC_PDF_COLOUR_RGB
                                                                                          : TC_PDF_COLOUR_GREY,
                        .predictor = encoded->png_predictor,
                        .ccitt = {.k = encoded->ccitt.k,
                                  .end_of_line = encoded->ccitt.end_of_line,
                                  .byte_align = encoded->ccitt.encoded_byte_align,
                                  .black_is_1 = encoded->ccitt.black_is_1,
                                  .no_end_of_block = !encoded->ccitt.end_of_block}};
  if (encoded->invert) {
    out->has_decode = true;
    for (int i = 0; i < encoded->components; i++)
      out->decode[2 * i] = 1;
  }
  return tc_buf_append(&out->icc, icc.data, icc.size, err) &&
         tc_buf_append(&out->palette, encoded->palette.data, encoded->palette.size, err);
}

/* The page's encoded image where it may stand in the copy as it is; *because says why not. */
bool tc_capture_encoded_page(tc_capture *capture, size_t index, tc_pdf_image *image, tc_bytes *bytes,
                             const char **because, tc_error *err)
{
  bool found = false;
  tc_encoded_image encoded = {0};
  tc_bytes icc = {0};
  if (!tc_decoder_encoded(capture->decoder, (int)index, &found, &encoded, err) ||
      !tc_decoder_icc(capture->decoder, (int)index, &icc, err))
    return false;
  *because = found ? NULL : "the file's encoding has no counterpart in PDF";
  if (!found)
    return true;
  if (!pdf_image_of_encoded(&encoded, icc, image, err))
    return false;
  const char *reason = NULL;
  if (!tc_compose_takes(image, &reason))
    *because = reason;
  *bytes = encoded.bytes;
  return true;
}

static bool describe_image_page(tc_capture *capture, size_t index, tc_capture_page *out, tc_error *err)
{
  tc_page_info info = tc_decoder_page_info(capture->decoder, (int)index);
  tc_auto(tc_pdf_image) image = {0};
  tc_bytes bytes = {0};
  const char *because = NULL;
  if (!tc_capture_encoded_page(capture, index, &image, &bytes, &because, err))
    return false;
  *out = (tc_capture_page){.width = info.width,
                           .height = info.height,
                           .dpi_x = info.dpi_x,
                           .dpi_y = info.dpi_y,
                           .orientation = info.exif_orientation,
                           .encoding = tc_encoding_name(info.encoding),
                           .because = because};
  return true;
}

/* ---- Both ---- */

bool tc_capture_describe_file_page(tc_capture *capture, size_t page, tc_capture_page *out, tc_error *err)
{
  return capture->scan != NULL ? describe_pdf_page(capture, page, out, err)
                               : describe_image_page(capture, page, out, err);
}

bool tc_capture_decode_file_page(tc_capture *capture, size_t page, tc_image **out, tc_error *err)
{
  return capture->scan != NULL ? decode_pdf_page(capture, page, out, err)
                               : tc_decoder_decode(capture->decoder, (int)page, out, err);
}

bool tc_capture_glance(tc_capture *capture, size_t page, double dpi, tc_image **out, tc_error *err)
{
  return capture->scan != NULL ? decode_pdf_page_for(capture, page, dpi, out, err)
                               : tc_decoder_glance(capture->decoder, (int)page, dpi, out, err);
}
