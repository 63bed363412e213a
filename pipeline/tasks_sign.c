/*
 * A signature's place in a PDF, made in a worker, because the PDF may be anybody's.
 */
#include "pipeline/tasks.h"

#include "base/digest.h"
#include "imaging/decode.h"
#include "pdf/compose.h"
#include "pdf/pdf_settings.h"
#include "pdf/signature.h"

#include <stdio.h>
#include <string.h>

bool tc_task_report_prepared(const tc_pdf_prepared *prepared, const tc_digest *digest, tc_json *result, tc_error *err)
{
  char hex[TC_SHA256_HEX_SIZE];
  tc_digest_hex(digest, hex);
  tc_json *range = tc_json_array();
  for (size_t i = 0; i < 4; i++)
    tc_json_append(range, tc_json_integer(prepared->range[i]));
  tc_json_set(result, "range", range);
  tc_json_set_integer(result, "contents_offset", prepared->contents_offset);
  tc_json_set_integer(result, "contents_size", (int64_t)prepared->contents_size);
  return tc_json_set_text(result, "digest", hex) || tc_fail(err, TC_NO_MEMORY, "no memory");
}

/* The ranges under another hash than SHA-256: {hash, digest}. */
static bool report_content(int fd, const tc_pdf_prepared *prepared, tc_hash hash, tc_json *result, tc_error *err)
{
  tc_hash_value value;
  tc_auto(tc_ranges_hash) ranges = NULL;
  if (!tc_ranges_hash_create(fd, &ranges, err) || !tc_ranges_hash_of(ranges, hash, prepared->range, &value, err))
    return false;
  char hex[2 * sizeof value.bytes + 1];
  tc_hex((tc_bytes){value.bytes, value.size}, hex);
  tc_json *content = tc_json_object();
  tc_json_set_integer(content, "hash", (int64_t)hash);
  tc_json_set_text(content, "digest", hex);
  return tc_json_set(result, "content", content) || tc_fail(err, TC_NO_MEMORY, "no memory");
}

bool tc_prepared_content(const tc_json *prepared, tc_hash_value *out, bool *found, tc_error *err)
{
  const tc_json *content = tc_json_get(prepared, "content");
  const char *hex = tc_json_get_text(content, "digest", "");
  *found = content != NULL;
  *out = (tc_hash_value){.hash = (tc_hash)tc_json_get_integer(content, "hash", 0), .size = strlen(hex) / 2};
  if (!*found)
    return true;
  for (size_t i = 0; i < out->size && i < sizeof out->bytes; i++)
    if (sscanf(hex + 2 * i, "%2hhx", &out->bytes[i]) != 1)
      return tc_fail(err, TC_INTERNAL, "a prepared digest cannot be read");
  return out->size <= sizeof out->bytes || tc_fail(err, TC_INTERNAL, "a prepared digest is too long");
}

/* ---- The stamp ---- */

enum { FD_PDF, FD_SEAL, LINES_MAX = 16, SEAL_MAX_PIXELS = 16 << 20 };

typedef struct stamp {
  tc_pdf_stamp stamp;
  const char *lines[LINES_MAX + 1];
  tc_buf seal;
} stamp;
static void stamp_finish(stamp *s) { tc_buf_finish(&s->seal); }
TC_AUTO_VALUE(stamp, stamp_finish);

/* Rows of RGB, whatever the picture had. */
static bool copy_pixels(const tc_image *image, tc_buf *out, tc_error *err)
{
  int width = tc_image_width(image), bytes = tc_image_bytes_per_pixel(image);
  if (!tc_buf_reserve(out, (size_t)width * (size_t)tc_image_height(image) * 3, err))
    return false;
  for (int y = 0; y < tc_image_height(image); y++) {
    const uint8_t *row = tc_image_row(image, y);
    for (int x = 0; x < width; x++)
      for (int c = 0; c < 3; c++)
        out->data[out->size++] = bytes == 3   ? row[3 * x + c]
                                 : bytes == 1 ? row[x]
                                              : (uint8_t)((row[x / 8] >> (7 - x % 8) & 1) != 0 ? 0 : 255);
  }
  return true;
}

static bool read_seal(const tc_worker_request *request, stamp *s, tc_error *err)
{
  tc_imaging_limits limits = tc_imaging_limits_from(request->settings);
  tc_auto(tc_decoder) decoder = NULL;
  tc_auto(tc_image) image = NULL;
  if (!tc_decoder_open(request->fds[FD_SEAL], &limits, &decoder, err))
    return tc_error_prefix(err, "the seal");
  tc_page_info info = tc_decoder_page_info(decoder, 0);
  if ((int64_t)info.width * info.height > SEAL_MAX_PIXELS)
    return tc_fail(err, TC_LIMIT, "the seal has more than %d pixels", SEAL_MAX_PIXELS);
  if (!tc_decoder_decode(decoder, 0, &image, err) || !copy_pixels(image, &s->seal, err))
    return tc_error_prefix(err, "the seal");
  s->stamp.seal = s->seal.data;
  s->stamp.seal_width = (size_t)tc_image_width(image);
  s->stamp.seal_height = (size_t)tc_image_height(image);
  return true;
}

/* {rect, lines} and the seal's picture as a second file. */
static bool read_stamp(const tc_worker_request *request, const tc_json *given, stamp *s, tc_error *err)
{
  tc_compose_options look = tc_compose_options_from(request->settings);
  const tc_json *lines = tc_json_get(given, "lines"), *rect = tc_json_get(given, "rect");
  s->stamp = (tc_pdf_stamp){.lines = s->lines,
                            .font_regular = look.font_regular,
                            .font_bold = look.font_bold,
                            .font_italic = look.font_italic,
                            .icc_rgb = look.icc_rgb};
  s->stamp.seen = (tc_pdf_rect){tc_json_as_number(tc_json_at(rect, 0), 0), tc_json_as_number(tc_json_at(rect, 1), 0),
                                tc_json_as_number(tc_json_at(rect, 2), 0), tc_json_as_number(tc_json_at(rect, 3), 0)};
  for (size_t i = 0; i < tc_json_count(lines) && i < LINES_MAX; i++)
    s->lines[i] = tc_json_as_text(tc_json_at(lines, i), "");
  return request->fd_count <= FD_SEAL || read_seal(request, s, err);
}

/* ---- The signature's place ---- */

static void read_options(const tc_json *given, const tc_json *place, tc_pdf_signature_options *options)
{
  options->field_name = tc_json_get_text(given, "field_name", NULL);
  int64_t page = tc_json_get_integer(place, "page", 0);
  options->page_from_end = page < 0;
  options->page = (size_t)(page < 0 ? -page - 1 : page);
  for (size_t i = 0; i < 4; i++)
    options->rect[i] = tc_json_as_number(tc_json_at(tc_json_get(place, "rect"), i), 0);
  options->signed_at = tc_json_get_integer(given, "signed_at", 0);
  options->utc_offset_minutes = (int)tc_json_get_integer(given, "utc_offset_minutes", 0);
  options->name = tc_json_get_text(given, "name", NULL);
  options->reason = tc_json_get_text(given, "reason", NULL);
  options->location = tc_json_get_text(given, "location", NULL);
  options->docmdp = (int)tc_json_get_integer(given, "docmdp", 0);
  options->lock_present = tc_json_get_boolean(given, "lock", false);
  options->contents_size = (size_t)tc_json_get_integer(given, "contents_size", 16384);
}

bool tc_task_reserve(const tc_worker_request *request, const tc_task_place *place, tc_json *result, tc_error *err)
{
  tc_auto(tc_task_pdf) pdf = {0};
  tc_auto(stamp) seen = {0};
  tc_pdf_signature_options options = tc_pdf_signature_options_default();
  const tc_json *given = place->given, *shown = tc_json_get(given, "stamp");
  bool in_place = place->in_fd == place->out_fd;
  tc_pdf_prepared prepared;
  tc_digest digest;
  read_options(given, place->block != NULL ? place->block : given, &options);
  options.open = &pdf.open;
  options.stamp = shown != NULL ? &seen.stamp : NULL;
  if (!tc_task_pdf_options(request, &pdf, err) || (shown != NULL && !read_stamp(request, shown, &seen, err)) ||
      !tc_pdf_signature_prepare(place->in_fd, &options, place->out_fd, in_place, &prepared, err) ||
      !tc_pdf_prepared_sha256(place->out_fd, &prepared, digest.bytes, err))
    return false;
  tc_hash hash = (tc_hash)tc_json_get_integer(given, "hash", TC_HASH_SHA256);
  return tc_task_report_prepared(&prepared, &digest, result, err) &&
         (hash == TC_HASH_SHA256 || report_content(place->out_fd, &prepared, hash, result, err));
}

bool tc_task_prepare(const tc_worker_request *request, tc_worker_reply *reply, tc_error *err)
{
  if (!tc_task_needs_fds(request, 0, 1, err))
    return false;
  tc_task_place place = {.given = request->arguments,
                         .in_fd = request->fd_count > 0 ? request->fds[FD_PDF] : request->outputs[0],
                         .out_fd = request->outputs[0]};
  reply->result = tc_json_object();
  return tc_task_reserve(request, &place, reply->result, err);
}
