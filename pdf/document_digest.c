/*
 * The digest of a stream's decoded data, piece by piece: a page's samples may be more than is to be held in memory. One
 * row and the one above it is all that a predictor asks for.
 */
#include "pdf/document_private.h"

#include <string.h>

typedef struct unpacking {
  tc_pdf_predictor how;
  tc_sha256 *digest;
  uint8_t *row, *up;    /* of PNG with the filter byte */
  size_t filled, *size; /* of the row; of all that was unpacked */
} unpacking;

static void unpacking_finish(unpacking *u)
{
  tc_sha256_destroy(u->digest);
  free(u->row);
  free(u->up);
}
TC_AUTO_VALUE(unpacking, unpacking_finish);

static bool end_row(unpacking *u, tc_error *err)
{
  size_t head = u->how.kind == TC_PDF_PREDICT_PNG, size = u->filled - head;
  u->filled = 0;
  if (head == 0)
    tc_pdf_undo_tiff_row(u->row, size, u->how.step);
  else if (!tc_pdf_undo_png_row(u->row[0], u->row + 1, u->up + 1, size, u->how.step))
    return tc_fail(err, TC_FORMAT, "an unknown PNG predictor in a stream");
  if (!tc_sha256_update(u->digest, u->row + head, size, err))
    return false;
  uint8_t *swap = u->up;
  u->up = u->row;
  u->row = swap;
  return true;
}

static bool take_piece(tc_bytes piece, void *context, tc_error *err)
{
  unpacking *u = context;
  *u->size += piece.size;
  size_t whole = u->how.row_size + (u->how.kind == TC_PDF_PREDICT_PNG);
  if (u->how.kind == TC_PDF_PREDICT_NONE)
    return tc_sha256_update(u->digest, piece.data, piece.size, err);
  for (size_t at = 0; at < piece.size;) {
    size_t size = piece.size - at < whole - u->filled ? piece.size - at : whole - u->filled;
    memcpy(u->row + u->filled, piece.data + at, size);
    u->filled += size;
    at += size;
    if (u->filled == whole && !end_row(u, err))
      return false;
  }
  return true;
}

static bool digest_packed(tc_bytes packed, const tc_pdf_predictor *how, size_t limit, tc_digest *out, size_t *size,
                          tc_error *err)
{
  tc_auto(unpacking) u = {.how = *how, .size = size};
  u.row = calloc(how->row_size + 1, 1);
  u.up = calloc(how->row_size + 1, 1);
  if (u.row == NULL || u.up == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a row of samples");
  return tc_sha256_create(&u.digest, err) && tc_pdf_inflate_each(packed, limit, take_piece, &u, err) &&
         (u.filled == 0 || end_row(&u, err)) && tc_sha256_end(u.digest, out, err);
}

/* The one filter of a stream, where it is FlateDecode, and its parameters. */
static bool is_packed(const tc_pdf_document *document, size_t revision, const tc_pdf_object *stream,
                      const tc_pdf_object **parameters)
{
  const tc_pdf_object *filter = tc_pdf_get_in(document, revision, stream, "Filter");
  *parameters = tc_pdf_get_in(document, revision, stream, "DecodeParms");
  if (tc_pdf_kind_of(filter) == TC_PDF_ARRAY && tc_pdf_count(filter) == 1) {
    filter = tc_pdf_at_in(document, revision, filter, 0);
    *parameters = tc_pdf_at_in(document, revision, *parameters, 0);
  }
  return tc_pdf_is_name(filter, "FlateDecode") || tc_pdf_is_name(filter, "Fl");
}

bool tc_pdf_stream_digest(const tc_pdf_document *document, size_t revision, const tc_pdf_object *stream, size_t limit,
                          tc_digest *out, size_t *size, tc_error *err)
{
  const tc_pdf_object *parameters = NULL;
  tc_auto(tc_buf) hold = {0};
  tc_auto(tc_buf) decoded = {0};
  tc_pdf_predictor how;
  tc_bytes raw = {0};
  *size = 0;
  if (!tc_pdf_stream_plain(document, revision, stream, &hold, &raw, err))
    return false;
  tc_pdf_document_touched(document, raw.size);
  if (raw.size > limit)
    return tc_fail(err, TC_LIMIT, "a stream of more than %zu bytes", limit);
  *size = raw.size;
  if (is_packed(document, revision, stream, &parameters))
    return tc_pdf_predictor_of(document, revision, parameters, &how, err) &&
           digest_packed(raw, &how, limit, out, size, err);
  if (tc_pdf_kind_of(tc_pdf_get_in(document, revision, stream, "Filter")) == TC_PDF_NULL)
    return tc_digest_of(raw, out, err);
  return tc_pdf_decode(document, revision, stream, raw, &decoded, err) &&
         tc_digest_of(tc_buf_bytes(&decoded), out, err);
}
