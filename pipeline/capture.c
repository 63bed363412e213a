/*
 * Two kinds of capture behind one object: an image file (imaging's decoder) and a scanned PDF (pdf's scan). A page is
 * `untouched` when its encoded image goes into the copy byte for byte; otherwise its pixels are stored losslessly, and
 * the caller embeds the whole original beside them.
 */
#include "pipeline/capture.h"

#include "imaging/cards.h"
#include "imaging/render.h"

#include <math.h>
#include <string.h>

/* A page as the rest of pipeline/ counts them. */
typedef struct entry {
  size_t page; /* of the file */
  bool is_part;
  tc_part part;
} entry;

struct tc_capture {
  int fd;
  tc_format format;
  tc_imaging_limits limits;
  double render_dpi;
  tc_decoder *decoder; /* an image file */
  tc_scan *scan;       /* a PDF */
  entry *entries;      /* NULL: the pages are the file's */
  size_t entry_count;
  bool splits; /* cards are looked for */
};

bool tc_capture_open(int fd, const tc_settings *settings, tc_capture **out, tc_error *err)
{
  tc_auto(tc_capture) capture = calloc(1, sizeof *capture);
  if (capture == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a capture");
  capture->fd = fd;
  capture->limits = tc_imaging_limits_from(settings);
  capture->render_dpi = (double)tc_settings_integer(settings, "pipeline.render_dpi");
  capture->splits = tc_settings_boolean(settings, "pipeline.split_cards");
  if (!tc_format_of_fd(fd, &capture->format, err) || !tc_format_require_capture(capture->format, err))
    return false;
  if (capture->format == TC_FORMAT_PDF) {
    tc_scan_limits limits = tc_scan_limits_from(settings);
    if (!tc_scan_open(fd, &limits, &capture->scan, err))
      return false;
  } else if (!tc_decoder_open(fd, &capture->limits, &capture->decoder, err)) {
    return false;
  }
  *out = tc_steal(&capture);
  return true;
}

void tc_capture_destroy(tc_capture *capture)
{
  if (capture == NULL)
    return;
  tc_decoder_destroy(capture->decoder);
  tc_scan_destroy(capture->scan);
  free(capture->entries);
  free(capture);
}

tc_format tc_capture_format(const tc_capture *capture) { return capture->format; }

static size_t file_page_count(const tc_capture *capture)
{
  return capture->scan != NULL ? tc_scan_page_count(capture->scan) : (size_t)tc_decoder_page_count(capture->decoder);
}

size_t tc_capture_page_count(const tc_capture *capture)
{
  return capture->entries != NULL ? capture->entry_count : file_page_count(capture);
}

static entry entry_of(const tc_capture *capture, size_t index)
{
  return capture->entries != NULL ? capture->entries[index] : (entry){.page = index};
}

size_t tc_capture_signature_count(const tc_capture *capture)
{
  return capture->scan != NULL ? tc_scan_signature_count(capture->scan) : 0;
}

/* ---- Pages of a PDF ---- */

/* Which decoder the image of a page needs; false: the page has to be rendered. */
static bool pdf_decodable(const tc_scan_page *page)
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
  if (!pdf_decodable(&page))
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
  bool direct = pdf_decodable(&page);
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
static bool encoded_page(tc_capture *capture, size_t index, tc_pdf_image *image, tc_bytes *bytes, const char **because,
                         tc_error *err)
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
  if (!encoded_page(capture, index, &image, &bytes, &because, err))
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

static bool name_page(const tc_capture *capture, size_t index, bool ok, tc_error *err)
{
  if (ok || tc_capture_page_count(capture) == 1 || err == NULL || strncmp(err->message, "page ", 5) == 0)
    return ok;
  return tc_error_prefix(err, "page %zu", index + 1);
}

static bool describe_file_page(tc_capture *capture, size_t page, tc_capture_page *out, tc_error *err)
{
  return capture->scan != NULL ? describe_pdf_page(capture, page, out, err)
                               : describe_image_page(capture, page, out, err);
}

bool tc_capture_describe(tc_capture *capture, size_t page, tc_capture_page *out, tc_error *err)
{
  const entry e = entry_of(capture, page);
  tc_capture_page info;
  if (!name_page(capture, page, describe_file_page(capture, e.page, &info, err), err))
    return false;
  info.file_page = e.page;
  if (e.is_part) {
    info.part = &capture->entries[page].part;
    info.width = e.part.width;
    info.height = e.part.height;
    info.encoding = "part";
    info.because = "it is one of several cards on the glass";
  }
  *out = info;
  return true;
}

static tc_json *annotation_json(const tc_scan_annotation *annotation)
{
  const double corners[] = {annotation->rect.left, annotation->rect.bottom, annotation->rect.right,
                            annotation->rect.top};
  tc_json *rect = tc_json_array();
  for (size_t i = 0; i < TC_ARRAY_LEN(corners); i++)
    tc_json_append(rect, tc_json_number(corners[i]));
  tc_json *row = tc_json_object();
  tc_json_set_text(row, "subtype", annotation->subtype);
  tc_json_set(row, "rect", rect);
  tc_json_set_boolean(row, "visible", annotation->is_visible);
  tc_json_set_boolean(row, "signature", annotation->is_signature);
  return row;
}

bool tc_capture_annotations(tc_capture *capture, size_t page, tc_json **out, tc_error *err)
{
  tc_auto(tc_json) rows = tc_json_array();
  tc_auto(tc_scan_page) scanned = {0};
  if (capture->scan != NULL && !tc_scan_read_page(capture->scan, entry_of(capture, page).page, &scanned, err))
    return name_page(capture, page, false, err);
  for (size_t i = 0; i < scanned.annotation_count; i++)
    tc_json_append(rows, annotation_json(&scanned.annotations[i]));
  *out = tc_steal(&rows);
  return true;
}

static bool decode_file_page(tc_capture *capture, size_t page, tc_image **out, tc_error *err)
{
  return capture->scan != NULL ? decode_pdf_page(capture, page, out, err)
                               : tc_decoder_decode(capture->decoder, (int)page, out, err);
}

bool tc_capture_decode(tc_capture *capture, size_t page, tc_image **out, tc_error *err)
{
  const entry e = entry_of(capture, page);
  tc_auto(tc_image) image = NULL;
  bool ok = decode_file_page(capture, e.page, &image, err);
  if (ok && e.is_part)
    ok = tc_part_cut(image, &e.part, out, err);
  else if (ok)
    *out = tc_steal(&image);
  return name_page(capture, page, ok, err);
}

/* ---- Cards on the glass ---- */

static bool add_entry(tc_capture *capture, const entry *e, tc_error *err)
{
  entry *longer = realloc(capture->entries, (capture->entry_count + 1) * sizeof *longer);
  if (longer == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a list of pages");
  capture->entries = longer;
  capture->entries[capture->entry_count++] = *e;
  return true;
}

/* A small picture of the page tells nearly always that there are no cards on it. */
static bool glance(tc_capture *capture, size_t page, tc_image **out, tc_error *err)
{
  return capture->scan != NULL ? decode_pdf_page_for(capture, page, TC_CARDS_GLANCE_DPI, out, err)
                               : tc_decoder_glance(capture->decoder, (int)page, TC_CARDS_GLANCE_DPI, out, err);
}

static bool find_cards(tc_capture *capture, size_t page, tc_cards *out, tc_image_shape *shape, tc_error *err)
{
  tc_capture_page info;
  tc_auto(tc_image) small = NULL;
  tc_auto(tc_image) image = NULL;
  bool possible = false;
  if (!describe_file_page(capture, page, &info, err))
    return false;
  /* What a program has drawn lay on no glass; black and white is not looked at. */
  static const char *const none[] = {"rendered", "ccitt", "jbig2"};
  bool looks = info.dpi_x > 0;
  for (size_t i = 0; i < TC_ARRAY_LEN(none); i++)
    looks = looks && strcmp(info.encoding, none[i]) != 0;
  if (!looks)
    return true;
  if (!glance(capture, page, &small, err) || !tc_cards_possible(small, &possible, err) ||
      (possible && (!decode_file_page(capture, page, &image, err) || !tc_cards_find(image, out, err))))
    return false;
  if (possible)
    *shape = *tc_image_shape_of(image);
  return true;
}

static bool split_page(tc_capture *capture, size_t page, bool *any, tc_error *err)
{
  tc_cards cards = {0};
  tc_image_shape shape = {0};
  entry e = {.page = page};
  if (!find_cards(capture, page, &cards, &shape, err))
    return tc_error_prefix(err, "page %zu", page + 1);
  *any = *any || cards.count > 0;
  if (cards.count == 0)
    return add_entry(capture, &e, err);
  e.is_part = true;
  for (int i = 0; i < cards.count; i++) {
    e.part = tc_part_around(&cards.items[i], &shape);
    if (!add_entry(capture, &e, err))
      return false;
  }
  return true;
}

static void forget_entries(tc_capture *capture)
{
  free(capture->entries);
  capture->entries = NULL;
  capture->entry_count = 0;
}

bool tc_capture_split(tc_capture *capture, tc_error *err)
{
  bool any = false;
  forget_entries(capture);
  const bool looks = capture->splits && file_page_count(capture) <= TC_CARDS_PAGES;
  for (size_t i = 0; looks && i < file_page_count(capture); i++)
    if (!split_page(capture, i, &any, err))
      return false;
  if (!any)
    forget_entries(capture);
  return true;
}

bool tc_capture_select(tc_capture *capture, const tc_json *pages, tc_error *err)
{
  forget_entries(capture);
  for (size_t i = 0; i < tc_json_count(pages); i++) {
    const tc_json *row = tc_json_at(pages, i);
    const tc_json *part = tc_json_get(row, "part");
    const int64_t page = tc_json_get_integer(row, "capture_page", -1);
    if (page < 0 || (size_t)page >= file_page_count(capture))
      return tc_fail(err, TC_USAGE, "the capture has no page %lld", (long long)page + 1);
    entry e = {.page = (size_t)page, .is_part = part != NULL};
    if ((part != NULL && !tc_part_from_json(part, &e.part, err)) || !add_entry(capture, &e, err))
      return false;
  }
  return capture->entry_count > 0 || tc_fail(err, TC_USAGE, "a list of no pages");
}

/* ---- For the copy ---- */

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
  return decode_file_page(capture, index, &image, err) && raw_of_image(image, out, err);
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
  bool direct = pdf_decodable(&page);
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
  if (!encoded_page(capture, index, &out->pdf_image, &bytes, &because, err))
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
  const entry e = entry_of(capture, page);
  bool ok = e.is_part               ? compose_part(capture, page, out, err)
            : capture->scan != NULL ? compose_pdf_page(capture, e.page, out, err)
                                    : compose_image_page(capture, e.page, out, err);
  if (!name_page(capture, page, ok, err)) {
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
