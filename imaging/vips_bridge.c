/*
 * libvips behind one file. Loaders are opened in sequential mode on borrowed memory, brought to 8-bit grey or RGB, and
 * drawn strip by strip through one region straight into the rows of a tc_image: no thread, no second copy of the page.
 * Every loader class is blocked but the named ones, and those are called by name, never by sniffing.
 */
#include "imaging/vips_bridge.h"

#include <string.h>
#include <vips/vips.h>

enum { STRIP_ROWS = 128 };

/* A reference that the scope drops. */
typedef VipsImage vips_ref;
static void vips_ref_drop(VipsImage *image) { g_object_unref(image); }
TC_AUTO_POINTER(vips_ref, vips_ref_drop);

typedef VipsRegion region_ref;
static void region_ref_drop(VipsRegion *region) { g_object_unref(region); }
TC_AUTO_POINTER(region_ref, region_ref_drop);

static void drop_log(const gchar *domain, GLogLevelFlags level, const gchar *message, gpointer data)
{
  (void)domain, (void)level, (void)message, (void)data;
}

bool tc_vips_start(tc_error *err)
{
  static const char *const loaders[] = {"VipsForeignLoadJpegBuffer", "VipsForeignLoadPngBuffer",
                                        "VipsForeignLoadTiffBuffer", "VipsForeignLoadJp2kBuffer",
                                        "VipsForeignLoadWebpBuffer", "VipsForeignLoadHeifBuffer",
                                        "VipsForeignLoadPdfBuffer"};
  static bool started;
  if (started)
    return true;
  if (VIPS_INIT("truecopy") != 0)
    return tc_fail(err, TC_INTERNAL, "libvips cannot start: %s", vips_error_buffer());
  vips_concurrency_set(1);
  vips_cache_set_max(0);
  vips_cache_set_max_mem(0);
  vips_cache_set_max_files(0);
  vips_operation_block_set("VipsForeignLoad", TRUE);
  for (size_t i = 0; i < TC_ARRAY_LEN(loaders); i++)
    vips_operation_block_set(loaders[i], FALSE);
  /* What the decoders have to say comes back as errors; a library writes nothing to the terminal. */
  g_log_set_handler("VIPS", G_LOG_LEVEL_MASK, drop_log, NULL);
  g_log_set_handler("Poppler", G_LOG_LEVEL_MASK, drop_log, NULL);
  started = true;
  return true;
}

/* Fails with the first line of what libvips said. */
static bool fail_vips(tc_error *err, const char *what)
{
  char text[256];
  g_strlcpy(text, vips_error_buffer(), sizeof text);
  vips_error_clear();
  bool no_memory = strcasestr(text, "out of memory") != NULL;
  text[strcspn(text, "\n")] = '\0';
  if (no_memory)
    return tc_fail(err, TC_NO_MEMORY, "%s: no memory", what);
  return tc_fail(err, TC_FORMAT, "%s: %s", what, text[0] != '\0' ? text : "the decoder gave up");
}

static const char *damage_of(tc_format format)
{
  switch (format) {
  case TC_FORMAT_JPEG:
    return "the JPEG image is damaged or incomplete";
  case TC_FORMAT_PNG:
    return "the PNG image is damaged or incomplete";
  case TC_FORMAT_TIFF:
    return "the TIFF image is damaged or incomplete";
  case TC_FORMAT_WEBP:
    return "the WebP image is damaged or incomplete";
  case TC_FORMAT_HEIF:
    return "the HEIC image is damaged or incomplete";
  default:
    return "the image is damaged or incomplete";
  }
}

static bool open_source(const tc_vips_source *source, VipsImage **out, tc_error *err)
{
  void *data = (void *)(uintptr_t)source->bytes.data; /* libvips reads only; its signature forgot const */
  size_t size = source->bytes.size;
  VipsImage *image = NULL;
  int status = -1;
  vips_error_clear();
  switch (source->format) {
  case TC_FORMAT_JPEG:
    status = vips_jpegload_buffer(data, size, &image, "shrink", source->shrink > 0 ? source->shrink : 1, "access",
                                  VIPS_ACCESS_SEQUENTIAL, "fail_on", VIPS_FAIL_ON_ERROR, NULL);
    break;
  case TC_FORMAT_PNG:
    status =
        vips_pngload_buffer(data, size, &image, "access", VIPS_ACCESS_SEQUENTIAL, "fail_on", VIPS_FAIL_ON_ERROR, NULL);
    break;
  case TC_FORMAT_TIFF:
    status = vips_tiffload_buffer(data, size, &image, "page", source->page, "access", VIPS_ACCESS_SEQUENTIAL, "fail_on",
                                  VIPS_FAIL_ON_ERROR, NULL);
    break;
  case TC_FORMAT_JP2:
    status =
        vips_jp2kload_buffer(data, size, &image, "access", VIPS_ACCESS_SEQUENTIAL, "fail_on", VIPS_FAIL_ON_ERROR, NULL);
    break;
  case TC_FORMAT_WEBP:
    status =
        vips_webpload_buffer(data, size, &image, "access", VIPS_ACCESS_SEQUENTIAL, "fail_on", VIPS_FAIL_ON_ERROR, NULL);
    break;
  case TC_FORMAT_HEIF:
    status =
        vips_heifload_buffer(data, size, &image, "access", VIPS_ACCESS_SEQUENTIAL, "fail_on", VIPS_FAIL_ON_ERROR, NULL);
    break;
  default:
    return tc_fail(err, TC_UNSUPPORTED, "%s is not decoded here", tc_format_name(source->format));
  }
  if (status != 0 || image == NULL)
    return fail_vips(err, damage_of(source->format));
  *out = image;
  return true;
}

/* Replaces *image by the result of a libvips operation on it. */
static bool replace(VipsImage **image, VipsImage *result, int status, const char *what, tc_error *err)
{
  if (status != 0 || result == NULL)
    return fail_vips(err, what);
  g_object_unref(*image);
  *image = result;
  return true;
}

/* To unsigned char in one band (grey) or three (sRGB), over white. */
static bool to_eight_bits(VipsImage **image, tc_error *err)
{
  static const char what[] = "the image's colours cannot be read";
  VipsImage *next = NULL;
  if (vips_image_get_coding(*image) != VIPS_CODING_NONE || vips_band_format_iscomplex((*image)->BandFmt))
    return tc_fail(err, TC_UNSUPPORTED, "%s: the samples are of an unusual kind", what);
  if (vips_image_hasalpha(*image)) {
    double white = (*image)->BandFmt == VIPS_FORMAT_USHORT ? 65535 : 255;
    VipsArrayDouble *ground = vips_array_double_newv(1, white);
    int status = vips_flatten(*image, &next, "background", ground, NULL);
    vips_area_unref(VIPS_AREA(ground));
    if (!replace(image, next, status, what, err))
      return false;
  }
  if ((*image)->Type == VIPS_INTERPRETATION_CMYK && (*image)->Bands == 4) {
    int status = vips_icc_transform(*image, &next, "srgb", "embedded", TRUE, "input_profile", "cmyk", NULL);
    if (!replace(image, next, status, what, err))
      return false;
  }
  bool colour = (*image)->Bands >= 3;
  VipsInterpretation space = colour ? VIPS_INTERPRETATION_sRGB : VIPS_INTERPRETATION_B_W;
  if ((*image)->BandFmt != VIPS_FORMAT_UCHAR || (*image)->Type == VIPS_INTERPRETATION_LAB) {
    if (vips_colourspace_issupported(*image)) {
      if (!replace(image, next, vips_colourspace(*image, &next, space, NULL), what, err))
        return false;
    }
    if ((*image)->BandFmt != VIPS_FORMAT_UCHAR &&
        !replace(image, next, vips_cast(*image, &next, VIPS_FORMAT_UCHAR, NULL), what, err))
      return false;
  }
  int bands = colour ? 3 : 1;
  if ((*image)->Bands != bands)
    return replace(image, next, vips_extract_band(*image, &next, 0, "n", bands, NULL), what, err);
  return true;
}

static void pack_row(const uint8_t *from, int width, uint8_t *to)
{
  for (int x = 0; x < width; x++)
    if (from[x] < 128)
      to[x >> 3] |= (uint8_t)(0x80 >> (x & 7));
}

/* Draws all strips; `image` is 8-bit of the bands that `to` has (one for bilevel). */
static bool draw(VipsImage *image, tc_image *to, const char *what, tc_error *err)
{
  tc_auto(region_ref) region = vips_region_new(image);
  if (region == NULL)
    return fail_vips(err, what);
  int bytes = tc_image_bytes_per_pixel(to);
  for (int top = 0; top < image->Ysize; top += STRIP_ROWS) {
    VipsRect strip = {0, top, image->Xsize, VIPS_MIN(STRIP_ROWS, image->Ysize - top)};
    if (vips_region_prepare(region, &strip) != 0)
      return fail_vips(err, what);
    for (int y = top; y < top + strip.height; y++) {
      const uint8_t *row = VIPS_REGION_ADDR(region, 0, y);
      if (bytes == 0)
        pack_row(row, image->Xsize, tc_image_row_mutable(to, y));
      else
        memcpy(tc_image_row_mutable(to, y), row, (size_t)image->Xsize * (size_t)bytes);
    }
  }
  return true;
}

static bool to_image(VipsImage *image, bool bilevel, const char *what, tc_image **out, tc_error *err)
{
  const tc_image_shape shape = {.pixel = image->Bands >= 3 ? TC_PIXEL_RGB8
                                         : bilevel         ? TC_PIXEL_BILEVEL
                                                           : TC_PIXEL_GREY8,
                                .width = image->Xsize,
                                .height = image->Ysize};
  tc_auto(tc_image) result = NULL;
  if (!tc_image_create(&shape, &result, err) || !draw(image, result, what, err))
    return false;
  *out = tc_steal(&result);
  return true;
}

/* libjpeg only warns of missing or impossible entropy-coded data and paints grey instead; the warning ends up in
   libvips' buffer. Scanners' harmless slips (stray bytes between segments, odd SOS parameters) stay accepted. */
static bool check_jpeg_warnings(tc_error *err)
{
  const char *said = vips_error_buffer();
  const char *corrupt = strstr(said, "Corrupt JPEG data");
  if ((corrupt != NULL && strstr(said, "extraneous bytes") == NULL) || strstr(said, "Premature end") != NULL)
    return fail_vips(err, damage_of(TC_FORMAT_JPEG));
  vips_error_clear();
  return true;
}

bool tc_vips_decode(const tc_vips_source *source, const tc_imaging_limits *limits, tc_image **out, tc_error *err)
{
  tc_auto(vips_ref) image = NULL;
  tc_auto(tc_image) result = NULL;
  if (!tc_vips_start(err) || !open_source(source, &image, err) ||
      !tc_imaging_check_pixels(limits, image->Xsize, image->Ysize, err) || !to_eight_bits(&image, err) ||
      !to_image(image, source->bilevel, damage_of(source->format), &result, err))
    return false;
  if (source->format == TC_FORMAT_JPEG && !check_jpeg_warnings(err))
    return false;
  vips_error_clear();
  *out = tc_steal(&result);
  return true;
}

bool tc_vips_describe(const tc_vips_source *source, const tc_imaging_limits *limits, tc_page_info *out, tc_error *err)
{
  tc_auto(vips_ref) image = NULL;
  if (!tc_vips_start(err) || !open_source(source, &image, err) ||
      !tc_imaging_check_pixels(limits, image->Xsize, image->Ysize, err))
    return false;
  const bool alpha = vips_image_hasalpha(image);
  *out = (tc_page_info){.width = image->Xsize,
                        .height = image->Ysize,
                        .components = image->Bands - (alpha ? 1 : 0),
                        .bits = (int)vips_format_sizeof(image->BandFmt) * 8,
                        .alpha = alpha,
                        .icc = vips_image_get_typeof(image, VIPS_META_ICC_NAME) != 0,
                        .exif_orientation = vips_image_get_orientation(image),
                        .encoding = TC_ENCODING_OTHER};
  vips_error_clear();
  return true;
}

bool tc_vips_icc(const tc_vips_source *source, tc_buf *out, tc_error *err)
{
  tc_auto(vips_ref) image = NULL;
  if (!tc_vips_start(err) || !open_source(source, &image, err))
    return false;
  if (!vips_image_get_typeof(image, VIPS_META_ICC_NAME))
    return true;
  const void *data = NULL;
  size_t size = 0;
  if (vips_image_get_blob(image, VIPS_META_ICC_NAME, &data, &size) != 0)
    return fail_vips(err, "the colour profile cannot be read");
  return tc_buf_append(out, data, size, err);
}

static bool open_pdf(tc_bytes pdf, int page, double scale, VipsImage **out, tc_error *err)
{
  void *data = (void *)(uintptr_t)pdf.data;
  VipsImage *image = NULL;
  vips_error_clear();
  if (vips_pdfload_buffer(data, pdf.size, &image, "page", page, "n", 1, "scale", scale, "access",
                          VIPS_ACCESS_SEQUENTIAL, "fail_on", VIPS_FAIL_ON_ERROR, NULL) != 0) {
    if (strcasestr(vips_error_buffer(), "encrypted") != NULL || strcasestr(vips_error_buffer(), "password") != NULL) {
      vips_error_clear();
      return tc_fail(err, TC_ENCRYPTED, "the PDF is encrypted: give an unencrypted one");
    }
    return fail_vips(err, "the PDF cannot be rendered");
  }
  if (image == NULL)
    return fail_vips(err, "the PDF cannot be rendered");
  *out = image;
  return true;
}

bool tc_vips_pdf_pages(tc_bytes pdf, int *out, tc_error *err)
{
  tc_auto(vips_ref) image = NULL;
  if (!tc_vips_start(err) || !open_pdf(pdf, 0, 1, &image, err))
    return false;
  *out = vips_image_get_n_pages(image);
  return true;
}

/* Brings the rendered page to exactly width × height: by a pixel or two at the edge, or by resampling. */
static bool fit_size(VipsImage **image, int width, int height, tc_error *err)
{
  static const char what[] = "the rendered page cannot be brought to size";
  VipsImage *next = NULL;
  if (abs((*image)->Xsize - width) > 2 || abs((*image)->Ysize - height) > 2) {
    int status =
        vips_resize(*image, &next, (double)width / (*image)->Xsize, "vscale", (double)height / (*image)->Ysize, NULL);
    if (!replace(image, next, status, what, err))
      return false;
  }
  if ((*image)->Xsize == width && (*image)->Ysize == height)
    return true;
  return replace(image, next, vips_embed(*image, &next, 0, 0, width, height, "extend", VIPS_EXTEND_COPY, NULL), what,
                 err);
}

bool tc_vips_render(tc_bytes pdf, int page, const tc_render_options *options, const tc_imaging_limits *limits,
                    tc_image **out, tc_error *err)
{
  static const char what[] = "the PDF page cannot be rendered";
  tc_auto(vips_ref) image = NULL;
  if (!tc_vips_start(err) || !open_pdf(pdf, 0, 1, &image, err))
    return false;
  if (page < 0 || page >= vips_image_get_n_pages(image))
    return tc_fail(err, TC_NOT_FOUND, "the PDF has %d pages, there is no page %d", vips_image_get_n_pages(image),
                   page + 1);
  tc_auto(vips_ref) at_72 = NULL;
  if (!open_pdf(pdf, page, 1, &at_72, err))
    return false;
  double scale = options->width > 0 ? (double)options->width / at_72->Xsize : options->dpi / 72;
  double across = at_72->Xsize * scale;
  double down = options->width > 0 ? options->height : at_72->Ysize * scale;
  if (!tc_imaging_check_pixels(limits, (int64_t)across, (int64_t)down, err))
    return false;
  tc_auto(vips_ref) shown = NULL;
  if (!open_pdf(pdf, page, scale, &shown, err) || !tc_imaging_check_pixels(limits, shown->Xsize, shown->Ysize, err) ||
      !to_eight_bits(&shown, err) || (options->width > 0 && !fit_size(&shown, options->width, options->height, err)))
    return false;
  tc_auto(tc_image) result = NULL;
  if (!to_image(shown, false, what, &result, err))
    return false;
  tc_image_set_dpi(result, 72 * scale, options->width > 0 ? 72.0 * options->height / at_72->Ysize : 72 * scale);
  vips_error_clear();
  *out = tc_steal(&result);
  return true;
}

bool tc_imaging_init(tc_error *err) { return tc_vips_start(err); }

bool tc_vips_encode_jpeg(const tc_image_shape *shape, tc_bytes rows, int max_width, tc_buf *out, tc_error *err)
{
  int bands = shape->pixel == TC_PIXEL_RGB8 ? 3 : 1;
  double scale = shape->width > max_width ? (double)max_width / shape->width : 1;
  tc_auto(vips_ref) image =
      vips_image_new_from_memory(rows.data, rows.size, shape->width, shape->height, bands, VIPS_FORMAT_UCHAR);
  tc_auto(vips_ref) small = NULL;
  void *jpeg = NULL;
  size_t size = 0;
  if (image == NULL || vips_resize(image, &small, scale, NULL) != 0 ||
      vips_jpegsave_buffer(small, &jpeg, &size, "Q", 80, "strip", TRUE, NULL) != 0)
    return fail_vips(err, "the picture");
  bool ok = tc_buf_append(out, jpeg, size, err);
  g_free(jpeg);
  return ok;
}
