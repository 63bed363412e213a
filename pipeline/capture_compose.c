/*
 * A capture's pages as they go into the copy, and their digests.
 */
#include "pipeline/capture_private.h"

/* Pixels as raw samples: rows from the top, each padded to a byte (an image's rows are padded to four). */
static bool raw_of_image(const tc_image *image, tc_capture_composed *out, tc_error *err)
{
  const tc_image_shape *shape = tc_image_shape_of(image);
  bool bilevel = shape->pixel == TC_PIXEL_BILEVEL;
  size_t row =
      bilevel ? ((size_t)shape->width + 7) / 8 : (size_t)shape->width * (size_t)tc_image_bytes_per_pixel(image);
  out->pdf_image = (tc_pdf_image){.encoding = TC_PDF_RAW,
                                  .width = (uint32_t)shape->width,
                                  .height = (uint32_t)shape->height,
                                  .bits = bilevel ? 1 : 8,
                                  .components = shape->pixel == TC_PIXEL_RGB8 ? 3 : 1,
                                  .colour = shape->pixel == TC_PIXEL_RGB8 ? TC_PDF_COLOUR_RGB : TC_PDF_COLOUR_GREY,
                                  .predictor = 1};
  if (bilevel) { /* here 1 is black, in DeviceGray 0 is */
    out->pdf_image.has_decode = true;
    out->pdf_image.decode[0] = 1;
  }
  for (int y = 0; y < shape->height; y++)
    if (!tc_buf_append(&out->stream, tc_image_row(image, y), row, err))
      return false;
  out->image.source = tc_pdf_source_memory(tc_buf_bytes(&out->stream));
  return true;
}

static bool compose_pixels(tc_capture *capture, size_t index, tc_capture_composed *out, tc_error *err)
{
  tc_auto(tc_image) image = NULL;
  return tc_capture_decode_file_page(capture, index, &image, err) && raw_of_image(image, out, err);
}

static bool compose_pdf_page(tc_capture *capture, size_t index, tc_capture_composed *out, tc_error *err)
{
  tc_auto(tc_scan_page) page = {0};
  if (!tc_scan_read_page(capture->scan, index, &page, err))
    return false;
  out->page.has_placement = true;
  out->page.width = page.width;
  out->page.height = page.height;
  const char *because = NULL;
  bool direct = tc_capture_pdf_decodable(&page);
  out->untouched = direct && tc_compose_takes(&page.image, &because);
  out->page.placement = direct ? page.placement : (tc_pdf_matrix){page.width, 0, 0, page.height, 0, 0};
  if (!out->untouched)
    return compose_pixels(capture, index, out, err);
  out->pdf_image = page.image;
  page.image = (tc_pdf_image){0};
  out->image.source = tc_pdf_source_scan(capture->scan, index);
  return true;
}

static bool compose_image_page(tc_capture *capture, size_t index, tc_capture_composed *out, tc_error *err)
{
  tc_page_info info = tc_decoder_page_info(capture->decoder, (int)index);
  tc_bytes bytes = {0};
  const char *because = NULL;
  if (!tc_capture_encoded_page(capture, index, &out->pdf_image, &bytes, &because, err))
    return false;
  out->page.dpi_x = info.dpi_x;
  out->page.dpi_y = info.dpi_y;
  out->page.orientation = info.exif_orientation;
  out->untouched = because == NULL;
  if (out->untouched) {
    out->image.source = tc_pdf_source_memory(bytes);
    return true;
  }
  tc_pdf_image_finish(&out->pdf_image);
  return compose_pixels(capture, index, out, err);
}

/* A card at its own size, its pixels as they were scanned. */
static bool compose_part(tc_capture *capture, size_t index, tc_capture_composed *out, tc_error *err)
{
  tc_capture_page info;
  if (!tc_capture_describe(capture, index, &info, err))
    return false;
  out->page.dpi_x = info.dpi_x;
  out->page.dpi_y = info.dpi_y;
  out->page.orientation = info.orientation;
  tc_auto(tc_image) image = NULL;
  return tc_capture_decode(capture, index, &image, err) && raw_of_image(image, out, err);
}

bool tc_capture_compose_page(tc_capture *capture, size_t page, tc_capture_composed *out, tc_error *err)
{
  const tc_capture_entry e = tc_capture_entry_of(capture, page);
  bool ok = e.is_part               ? compose_part(capture, page, out, err)
            : capture->scan != NULL ? compose_pdf_page(capture, e.page, out, err)
                                    : compose_image_page(capture, e.page, out, err);
  if (!tc_capture_name_page(capture, page, ok, err)) {
    tc_capture_composed_finish(out);
    return false;
  }
  out->page.capture_width = out->pdf_image.width;
  out->page.capture_height = out->pdf_image.height;
  out->image.image = &out->pdf_image;
  out->page.images = &out->image;
  out->page.image_count = 1;
  return true;
}

void tc_capture_composed_finish(tc_capture_composed *composed)
{
  tc_pdf_image_finish(&composed->pdf_image);
  tc_buf_finish(&composed->stream);
  *composed = (tc_capture_composed){0};
}

static bool update_digest(const void *data, size_t size, void *context, tc_error *err)
{
  return tc_sha256_update(context, data, size, err);
}

bool tc_capture_digest(tc_capture *capture, size_t page, tc_digest *out, tc_error *err)
{
  tc_auto(tc_sha256) digest = NULL;
  tc_capture_composed composed = {0};
  if (!tc_sha256_create(&digest, err) || !tc_capture_compose_page(capture, page, &composed, err))
    return false;
  bool ok = tc_pdf_source_read(&composed.image.source, update_digest, digest, err) && tc_sha256_end(digest, out, err);
  tc_capture_composed_finish(&composed);
  return ok;
}
