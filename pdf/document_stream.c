/*
 * The data of streams: their span in the file, which must be exactly Length bytes before `endstream`, and the filters
 * FlateDecode with predictors and ASCIIHexDecode (ISO 32000-2, 7.3.8 and 7.4). Decoded sizes are bounded.
 */
#include "pdf/document_private.h"

#include "pdf/crypt.h"

#include <string.h>
#define ZLIB_CONST
#include <zlib.h>

enum { CHUNK = 64 * 1024, MAX_FILTERS = 8 };

bool tc_pdf_stream_span(const tc_pdf_document *document, const tc_pdf_object *stream, int64_t length, tc_bytes *data,
                        off_t *end, tc_error *err)
{
  off_t start = stream->as.dict.data;
  size_t size = document->bytes.size;
  if (length < 0 || (uint64_t)length > size - (size_t)start)
    return tc_fail(err, TC_FORMAT, "the stream at offset %jd has no usable Length", (intmax_t)start);
  tc_pdf_lexer lexer = tc_pdf_lexer_at(document, start + (off_t)length);
  for (int i = 0; i < 2 && lexer.pos < size && tc_pdf_is_space(document->bytes.data[lexer.pos]); i++)
    lexer.pos++;
  bool ended = tc_pdf_take_keyword(&lexer, "endstream");
  tc_pdf_skip_space(&lexer);
  if (!ended || !tc_pdf_take_keyword(&lexer, "endobj"))
    return tc_fail(err, TC_FORMAT, "the stream at offset %jd does not end where its Length says", (intmax_t)start);
  *data = (tc_bytes){document->bytes.data + start, (size_t)length};
  *end = (off_t)lexer.pos;
  return true;
}

bool tc_pdf_stream_raw(const tc_pdf_document *document, size_t revision, const tc_pdf_object *stream, tc_bytes *out,
                       tc_error *err)
{
  if (stream->kind != TC_PDF_STREAM)
    return tc_fail(err, TC_FORMAT, "a stream is missing");
  const tc_pdf_object *length = tc_pdf_get_in(document, revision, stream, "Length");
  off_t end = 0;
  return tc_pdf_stream_span(document, stream, tc_pdf_integer(length, -1), out, &end, err);
}

bool tc_pdf_stream_plain(const tc_pdf_document *document, size_t revision, const tc_pdf_object *stream, tc_buf *hold,
                         tc_bytes *out, tc_error *err)
{
  tc_bytes raw = {NULL, 0};
  if (!tc_pdf_stream_raw(document, revision, stream, &raw, err))
    return false;
  if (document->crypt != NULL && raw.size > document->limits.max_stream_bytes)
    return tc_fail(err, TC_LIMIT, "an encrypted stream of more than %zu bytes", document->limits.max_stream_bytes);
  if (document->crypt != NULL && !tc_pdf_crypt_open_stream(document, revision, stream, raw, hold, err))
    return false;
  *out = document->crypt != NULL ? tc_buf_bytes(hold) : raw;
  return true;
}

static void end_inflate(z_stream *stream) { inflateEnd(stream); }
TC_AUTO_VALUE(z_stream, end_inflate);

bool tc_pdf_inflate_each(tc_bytes in, size_t limit, tc_pdf_sink sink, void *context, tc_error *err)
{
  tc_auto(z_stream) stream = {0};
  uint8_t piece[CHUNK];
  size_t total = 0;
  if (in.size > UINT32_MAX)
    return tc_fail(err, TC_LIMIT, "a compressed stream of more than 4 GiB");
  if (inflateInit(&stream) != Z_OK)
    return tc_fail(err, TC_NO_MEMORY, "no memory to decompress");
  stream.next_in = in.data;
  stream.avail_in = (uInt)in.size;
  for (int status = Z_OK; status != Z_STREAM_END;) {
    stream.next_out = piece;
    stream.avail_out = CHUNK;
    status = inflate(&stream, Z_NO_FLUSH);
    if (status != Z_OK && status != Z_STREAM_END)
      return tc_fail(err, TC_FORMAT, "a compressed stream is damaged");
    total += CHUNK - stream.avail_out;
    if (total > limit)
      return tc_fail(err, TC_LIMIT, "a stream decompresses to more than %zu bytes", limit);
    if (!sink((tc_bytes){piece, CHUNK - stream.avail_out}, context, err))
      return false;
  }
  return true;
}

static bool append_piece(tc_bytes piece, void *context, tc_error *err)
{
  return tc_buf_append(context, piece.data, piece.size, err);
}

static uint8_t paeth(int left, int up, int corner)
{
  int p = left + up - corner, a = abs(p - left), b = abs(p - up), c = abs(p - corner);
  return (uint8_t)(a <= b && a <= c ? left : b <= c ? up : corner);
}

bool tc_pdf_undo_png_row(uint8_t filter, uint8_t *row, const uint8_t *up, size_t size, size_t step)
{
  for (size_t i = 0; i < size; i++) {
    int left = i >= step ? row[i - step] : 0, corner = i >= step ? up[i - step] : 0;
    switch (filter) {
    case 0:
      return true;
    case 1:
      row[i] = (uint8_t)(row[i] + left);
      break;
    case 2:
      row[i] = (uint8_t)(row[i] + up[i]);
      break;
    case 3:
      row[i] = (uint8_t)(row[i] + (left + up[i]) / 2);
      break;
    case 4:
      row[i] = (uint8_t)(row[i] + paeth(left, up[i], corner));
      break;
    default:
      return false;
    }
  }
  return true;
}

static bool undo_png(tc_buf *data, size_t row_size, size_t step, tc_error *err)
{
  tc_auto(tc_buf) zeros = {0};
  if (!tc_buf_reserve(&zeros, row_size, err))
    return false;
  memset(zeros.data, 0, row_size);
  const uint8_t *up = zeros.data;
  size_t written = 0;
  for (size_t at = 0; at < data->size; at += row_size + 1) {
    size_t size = data->size - at - 1 < row_size ? data->size - at - 1 : row_size;
    uint8_t filter = data->data[at];
    memmove(data->data + written, data->data + at + 1, size);
    if (!tc_pdf_undo_png_row(filter, data->data + written, up, size, step))
      return tc_fail(err, TC_FORMAT, "an unknown PNG predictor in a stream");
    up = data->data + written;
    written += size;
  }
  data->size = written;
  return true;
}

bool tc_pdf_predictor_of(const tc_pdf_document *document, size_t revision, const tc_pdf_object *parameters,
                         tc_pdf_predictor *out, tc_error *err)
{
  int64_t predictor = tc_pdf_integer(tc_pdf_get_in(document, revision, parameters, "Predictor"), 1);
  *out = (tc_pdf_predictor){.kind = TC_PDF_PREDICT_NONE};
  if (predictor == 1)
    return true;
  int64_t colors = tc_pdf_integer(tc_pdf_get_in(document, revision, parameters, "Colors"), 1);
  int64_t bits = tc_pdf_integer(tc_pdf_get_in(document, revision, parameters, "BitsPerComponent"), 8);
  int64_t columns = tc_pdf_integer(tc_pdf_get_in(document, revision, parameters, "Columns"), 1);
  if (colors < 1 || colors > 32 || bits < 1 || bits > 16 || columns < 1 || columns > 1000000)
    return tc_fail(err, TC_FORMAT, "bad predictor parameters in a stream");
  bool png = predictor >= 10 && predictor <= 15;
  if (!png && (predictor != 2 || bits != 8))
    return tc_fail(err, TC_UNSUPPORTED, "predictor %jd of a stream", (intmax_t)predictor);
  *out = (tc_pdf_predictor){.kind = png ? TC_PDF_PREDICT_PNG : TC_PDF_PREDICT_TIFF,
                            .step = (size_t)(colors * bits + 7) / 8,
                            .row_size = (size_t)(colors * bits * columns + 7) / 8};
  return true;
}

void tc_pdf_undo_tiff_row(uint8_t *row, size_t size, size_t step)
{
  for (size_t i = step; i < size; i++)
    row[i] = (uint8_t)(row[i] + row[i - step]);
}

static bool undo_predictor(const tc_pdf_document *document, size_t revision, const tc_pdf_object *parameters,
                           tc_buf *data, tc_error *err)
{
  tc_pdf_predictor how;
  if (!tc_pdf_predictor_of(document, revision, parameters, &how, err))
    return false;
  if (how.kind == TC_PDF_PREDICT_PNG)
    return undo_png(data, how.row_size, how.step, err);
  for (size_t at = 0; how.kind == TC_PDF_PREDICT_TIFF && at < data->size; at += how.row_size)
    tc_pdf_undo_tiff_row(data->data + at, data->size - at < how.row_size ? data->size - at : how.row_size, how.step);
  return true;
}

static bool decode_hex(tc_bytes in, tc_buf *out, tc_error *err)
{
  int high = -1;
  for (size_t i = 0; i < in.size && in.data[i] != '>'; i++) {
    int byte = in.data[i], lower = byte | 0x20;
    if (tc_pdf_is_space(byte))
      continue;
    int digit = byte >= '0' && byte <= '9' ? byte - '0' : lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    if (digit < 0)
      return tc_fail(err, TC_FORMAT, "no hexadecimal digit in a stream");
    uint8_t value = (uint8_t)(high * 16 + digit);
    if (high >= 0 && !tc_buf_append(out, &value, 1, err))
      return false;
    high = high >= 0 ? -1 : digit;
  }
  uint8_t last = (uint8_t)(high * 16);
  return high < 0 || tc_buf_append(out, &last, 1, err);
}

static bool apply_filter(const tc_pdf_document *document, size_t revision, const tc_pdf_object *filter,
                         const tc_pdf_object *parameters, tc_bytes in, tc_buf *out, tc_error *err)
{
  if (tc_pdf_is_name(filter, "FlateDecode") || tc_pdf_is_name(filter, "Fl"))
    return tc_pdf_inflate_each(in, document->limits.max_stream_bytes, append_piece, out, err) &&
           undo_predictor(document, revision, parameters, out, err);
  if (tc_pdf_is_name(filter, "ASCIIHexDecode") || tc_pdf_is_name(filter, "AHx"))
    return decode_hex(in, out, err);
  if (tc_pdf_is_name(filter, "Crypt") && document->crypt != NULL) /* was applied when the stream was decrypted */
    return tc_buf_append(out, in.data, in.size, err);
  tc_bytes name = tc_pdf_bytes(filter);
  return tc_fail(err, TC_UNSUPPORTED, "the stream filter %.*s", (int)(name.size < 40 ? name.size : 40),
                 name.data != NULL ? (const char *)name.data : "");
}

bool tc_pdf_decode(const tc_pdf_document *document, size_t revision, const tc_pdf_object *stream, tc_bytes raw,
                   tc_buf *out, tc_error *err)
{
  const tc_pdf_object *filters = tc_pdf_get_in(document, revision, stream, "Filter");
  const tc_pdf_object *parameters = tc_pdf_get_in(document, revision, stream, "DecodeParms");
  bool many = tc_pdf_kind_of(filters) == TC_PDF_ARRAY;
  size_t count = many ? tc_pdf_count(filters) : tc_pdf_kind_of(filters) == TC_PDF_NAME;
  if (count > MAX_FILTERS)
    return tc_fail(err, TC_LIMIT, "a stream with %zu filters", count);
  tc_auto(tc_buf) current = {0};
  if (raw.size > document->limits.max_stream_bytes)
    return tc_fail(err, TC_LIMIT, "a stream of more than %zu bytes", document->limits.max_stream_bytes);
  if (count == 0)
    return tc_buf_append(out, raw.data, raw.size, err);
  tc_bytes in = raw;
  for (size_t i = 0; i < count; i++) {
    tc_auto(tc_buf) next = {0};
    if (!apply_filter(document, revision, many ? tc_pdf_at_in(document, revision, filters, i) : filters,
                      many ? tc_pdf_at_in(document, revision, parameters, i) : parameters, in, &next, err))
      return false;
    tc_buf swap = current;
    current = next;
    next = swap;
    in = tc_buf_bytes(&current);
  }
  return tc_buf_append(out, current.data, current.size, err);
}

bool tc_pdf_stream_data(const tc_pdf_document *document, size_t revision, const tc_pdf_object *stream, tc_buf *out,
                        tc_error *err)
{
  tc_bytes raw = {NULL, 0};
  tc_auto(tc_buf) hold = {0};
  return tc_pdf_stream_plain(document, revision, stream, &hold, &raw, err) &&
         tc_pdf_decode(document, revision, stream, raw, out, err);
}
