#include "pdf/splice.h"

#include "base/digest.h"
#include "base/file.h"
#include "pdf/inflate.h"
#include "pdf/scan.h"

#include <stdio.h>
#include <string.h>

enum { ENTRY_SIZE = 20, PENDING_MAX = 1 << 16 };

typedef struct output {
  int fd;
  tc_buf pending;
  uint64_t offset;
  tc_sha256 *digest; /* of all that is written: the file identifier comes from it */
} output;

typedef struct object {
  uint64_t from, to; /* in the skeleton */
  uint64_t offset;   /* in the output */
} object;

typedef struct splice {
  tc_bytes skeleton;
  const tc_splice_stream *streams;
  size_t stream_count;
  bool *used;
  object *objects; /* by number */
  size_t count;
  uint64_t xref;
  output out;
} splice;

void tc_splice_token(size_t index, char out[TC_SPLICE_TOKEN_SIZE + 1])
{
  snprintf(out, TC_SPLICE_TOKEN_SIZE + 1, "TC_STREAM_%08zu", index);
}

static bool flush(output *o, tc_error *err)
{
  if (o->pending.size > 0 && !tc_fd_write_all(o->fd, o->pending.data, o->pending.size, err))
    return false;
  o->pending.size = 0;
  return true;
}

static bool put(const void *data, size_t size, void *context, tc_error *err)
{
  output *o = context;
  o->offset += size;
  if (!tc_sha256_update(o->digest, data, size, err))
    return false;
  if (o->pending.size + size > PENDING_MAX && !flush(o, err))
    return false;
  return size > PENDING_MAX ? tc_fd_write_all(o->fd, data, size, err) : tc_buf_append(&o->pending, data, size, err);
}

static bool put_text(output *o, const char *text, tc_error *err) { return put(text, strlen(text), o, err); }

/* The number at `at`, decimal; false where there is none. */
static bool read_number(tc_bytes bytes, size_t at, uint64_t *out)
{
  uint64_t value = 0;
  size_t digits = 0;
  for (; at < bytes.size && bytes.data[at] >= '0' && bytes.data[at] <= '9' && digits < 18; at++, digits++)
    value = value * 10 + (bytes.data[at] - '0');
  *out = value;
  return digits > 0;
}

static int by_offset(const void *a, const void *b)
{
  const object *const *x = a, *const *y = b;
  return (*x)->from < (*y)->from ? -1 : (*x)->from > (*y)->from;
}

/* qpdf's own table: one section, entries of 20 bytes (ISO 32000-1, 7.5.4). */
static bool read_table(splice *s, object ***out_order, size_t *out_used, tc_error *err)
{
  const tc_bytes k = s->skeleton;
  const char *last = k.size > 64 ? memmem(k.data + k.size - 64, 64, "startxref\n", 10) : NULL;
  uint64_t at = last != NULL ? (uint64_t)(last - (const char *)k.data) + 10 : 0, count = 0;
  if (last == NULL || !read_number(k, (size_t)at, &s->xref) || s->xref + 7 > k.size ||
      memcmp(k.data + s->xref, "xref\n0 ", 7) != 0 || !read_number(k, (size_t)s->xref + 7, &count))
    return tc_fail(err, TC_INTERNAL, "the composed pages have no plain table");
  const uint8_t *line_end = memchr(k.data + s->xref + 7, '\n', k.size - s->xref - 7);
  uint64_t entries = line_end != NULL ? (uint64_t)(line_end - k.data) + 1 : k.size;
  if (count > (k.size - entries) / ENTRY_SIZE)
    return tc_fail(err, TC_INTERNAL, "the composed pages' table is cut off");
  s->count = (size_t)count;
  s->objects = calloc(s->count + 1, sizeof *s->objects);
  object **order = calloc(s->count + 1, sizeof(object *));
  *out_order = order;
  if (s->objects == NULL || order == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a table");
  size_t used = 0;
  for (size_t i = 1; i < s->count; i++) {
    if (!read_number(k, (size_t)entries + i * ENTRY_SIZE, &s->objects[i].from) || s->objects[i].from >= s->xref)
      return tc_fail(err, TC_INTERNAL, "the composed pages' table makes no sense");
    order[used++] = &s->objects[i];
  }
  qsort(order, used, sizeof(object *), by_offset);
  for (size_t i = 0; i < used; i++)
    order[i]->to = i + 1 < used ? order[i + 1]->from : s->xref;
  *out_used = used;
  return true;
}

/* ---- A stream's bytes ---- */

/* PNG prediction (ISO 32000-1, 7.4.4.4), row by row: Sub or Up, whichever leaves the smaller differences. */
typedef struct predictor {
  const tc_splice_stream *stream;
  tc_deflate *deflate;
  uint8_t *previous, *row, *line; /* line: a filter byte and the filtered row */
  size_t filled, rows;
} predictor;

static bool end_row(predictor *p, tc_error *err)
{
  const size_t size = p->stream->row_bytes, left = p->stream->pixel_bytes;
  uint64_t sub = 0, up = 0;
  for (size_t i = 0; i < size; i++) {
    int8_t d = (int8_t)(p->row[i] - (i >= left ? p->row[i - left] : 0)), e = (int8_t)(p->row[i] - p->previous[i]);
    sub += (unsigned)(d < 0 ? -d : d);
    up += (unsigned)(e < 0 ? -e : e);
  }
  p->line[0] = sub < up ? 1 : 2;
  for (size_t i = 0; i < size; i++)
    p->line[i + 1] = (uint8_t)(p->row[i] - (sub < up ? (i >= left ? p->row[i - left] : 0) : p->previous[i]));
  uint8_t *swap = p->previous;
  p->previous = p->row;
  p->row = swap;
  p->filled = 0;
  p->rows++;
  return tc_deflate_write(p->deflate, p->line, size + 1, err);
}

static bool predict(const void *data, size_t size, void *context, tc_error *err)
{
  predictor *p = context;
  const uint8_t *at = data;
  while (size > 0 && p->rows < p->stream->rows) {
    size_t room = p->stream->row_bytes - p->filled, step = size < room ? size : room;
    memcpy(p->row + p->filled, at, step);
    p->filled += step;
    at += step;
    size -= step;
    if (p->filled == p->stream->row_bytes && !end_row(p, err))
      return false;
  }
  return true;
}

static bool append(const void *data, size_t size, void *context, tc_error *err)
{
  return tc_buf_append(context, data, size, err);
}

static bool pack(const tc_splice_stream *stream, tc_buf *out, tc_error *err)
{
  tc_auto(tc_deflate) deflate = NULL;
  uint8_t *rows = calloc(3, stream->row_bytes + 1);
  if (rows == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a row of pixels");
  size_t size = stream->row_bytes + 1;
  predictor p = {.stream = stream, .previous = rows, .row = rows + size, .line = rows + 2 * size};
  bool ok = tc_deflate_create(append, out, &deflate, err);
  p.deflate = deflate;
  ok = ok && tc_pdf_source_read(&stream->source, predict, &p, err) && tc_deflate_end(deflate, err);
  free(rows);
  if (ok && p.rows < stream->rows)
    return tc_fail(err, TC_FORMAT, "an image's pixels end in row %zu of %zu", p.rows, stream->rows);
  return ok;
}

/* Bytes whose count shows only when they are there. */
static bool materialise(const tc_splice_stream *stream, tc_buf *out, tc_error *err)
{
  return stream->row_bytes > 0 ? pack(stream, out, err) : tc_pdf_source_read(&stream->source, append, out, err);
}

/* ---- Objects ---- */

/* Whether the object is a stream that consists of an unused token; then where its data and its /Length stand. */
static bool find_token(splice *s, const object *o, size_t *out_index, size_t *out_length, size_t *out_data)
{
  static const char length[] = "/Length 18 ", keyword[] = ">>\nstream\nTC_STREAM_";
  const uint8_t *from = s->skeleton.data + o->from;
  size_t size = (size_t)(o->to - o->from);
  const uint8_t *at = memmem(from, size, keyword, sizeof keyword - 1);
  const uint8_t *said = memmem(from, size, length, sizeof length - 1);
  uint64_t index = 0;
  if (at == NULL || said == NULL || said > at)
    return false;
  size_t data = (size_t)(at - s->skeleton.data) + 10, number = data + 10;
  static const char tail[] = "\nendstream";
  if (!read_number(s->skeleton, number, &index) || index >= s->stream_count || s->used[index] ||
      data + TC_SPLICE_TOKEN_SIZE + sizeof tail - 1 > o->to ||
      memcmp(s->skeleton.data + data + TC_SPLICE_TOKEN_SIZE, tail, sizeof tail - 1) != 0)
    return false;
  *out_index = (size_t)index;
  *out_length = (size_t)(said - s->skeleton.data) + 8;
  *out_data = data;
  return true;
}

static bool put_object(splice *s, object *o, tc_error *err)
{
  size_t index = 0, length_at = 0, data_at = 0;
  o->offset = s->out.offset;
  const uint8_t *k = s->skeleton.data;
  if (!find_token(s, o, &index, &length_at, &data_at))
    return put(k + o->from, (size_t)(o->to - o->from), &s->out, err);
  s->used[index] = true;
  const tc_splice_stream *stream = &s->streams[index];
  tc_auto(tc_buf) made = {0};
  bool is_made = stream->row_bytes > 0 || stream->source.scan != NULL;
  if (is_made && !materialise(stream, &made, err))
    return false;
  char length[24];
  snprintf(length, sizeof length, "%zu", is_made ? made.size : tc_pdf_source_size(&stream->source));
  size_t rest = data_at + TC_SPLICE_TOKEN_SIZE;
  return put(k + o->from, length_at - (size_t)o->from, &s->out, err) && put_text(&s->out, length, err) &&
         put(k + length_at + 2, data_at - length_at - 2, &s->out, err) &&
         (is_made ? put(made.data, made.size, &s->out, err) : tc_pdf_source_read(&stream->source, put, &s->out, err)) &&
         put(k + rest, (size_t)o->to - rest, &s->out, err);
}

/* The trailer as qpdf wrote it, with an identifier made of everything before it (14.4). */
static bool put_trailer(splice *s, uint64_t table_offset, tc_error *err)
{
  const tc_bytes k = s->skeleton;
  const uint8_t *from = memmem(k.data + s->xref, k.size - s->xref, "trailer ", 8);
  const uint8_t *to = from != NULL ? memmem(from, (size_t)(k.data + k.size - from), "startxref", 9) : NULL;
  const uint8_t *id = to != NULL ? memmem(from, (size_t)(to - from), "/ID [<", 6) : NULL;
  if (id == NULL || to - id < 6 + 32 + 2 + 32)
    return tc_fail(err, TC_INTERNAL, "the composed pages have no identifier");
  tc_digest digest;
  char hex[TC_SHA256_HEX_SIZE];
  if (!tc_sha256_end(s->out.digest, &digest, err))
    return false;
  tc_digest_hex(&digest, hex);
  tc_auto(tc_buf) trailer = {0};
  if (!tc_buf_append(&trailer, from, (size_t)(to - from), err))
    return false;
  uint8_t *at = trailer.data + (id - from) + 6;
  memcpy(at, hex, 32);
  memcpy(at + 34, hex, 32);
  if (!tc_buf_printf(&trailer, err, "startxref\n%llu\n%%%%EOF\n", (unsigned long long)table_offset))
    return false;
  s->out.offset += trailer.size;
  return flush(&s->out, err) && tc_fd_write_all(s->out.fd, trailer.data, trailer.size, err);
}

static bool put_table(splice *s, tc_error *err)
{
  uint64_t table_offset = s->out.offset;
  char line[64];
  snprintf(line, sizeof line, "xref\n0 %zu\n0000000000 65535 f \n", s->count);
  if (!put_text(&s->out, line, err))
    return false;
  for (size_t i = 1; i < s->count; i++) {
    if (s->objects[i].offset > 9999999999ULL)
      return tc_fail(err, TC_LIMIT, "the copy is larger than a PDF's table can say");
    snprintf(line, sizeof line, "%010llu 00000 n \n", (unsigned long long)s->objects[i].offset);
    if (!put_text(&s->out, line, err))
      return false;
  }
  return put_trailer(s, table_offset, err);
}

static bool run(splice *s, object ***order, tc_error *err)
{
  size_t count = 0;
  if (!tc_sha256_create(&s->out.digest, err) || !read_table(s, order, &count, err))
    return false;
  uint64_t head = count > 0 ? (*order)[0]->from : s->xref;
  if (!put(s->skeleton.data, (size_t)head, &s->out, err))
    return false;
  for (size_t i = 0; i < count; i++)
    if (!put_object(s, (*order)[i], err))
      return false;
  for (size_t i = 0; i < s->stream_count; i++)
    if (!s->used[i])
      return tc_fail(err, TC_INTERNAL, "stream %zu found no place in the composed pages", i);
  return put_table(s, err);
}

bool tc_splice(tc_bytes skeleton, const tc_splice_stream *streams, size_t count, int out_fd, uint64_t *out_size,
               tc_error *err)
{
  splice s = {.skeleton = skeleton, .streams = streams, .stream_count = count, .out = {.fd = out_fd}};
  object **order = NULL;
  s.used = calloc(count + 1, sizeof *s.used);
  bool ok = s.used != NULL ? run(&s, &order, err) : tc_fail(err, TC_NO_MEMORY, "no memory for a table");
  if (ok)
    *out_size = s.out.offset;
  free(order);
  free(s.objects);
  free(s.used);
  tc_buf_finish(&s.out.pending);
  tc_sha256_destroy(s.out.digest);
  return ok;
}
