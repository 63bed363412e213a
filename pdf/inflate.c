#include "pdf/inflate.h"

#define ZLIB_CONST
#include <zlib.h>

bool tc_inflate(tc_bytes packed, size_t limit, tc_buf *out, tc_error *err)
{
  z_stream z = {0};
  if (inflateInit(&z) != Z_OK)
    return tc_fail(err, TC_NO_MEMORY, "no memory to inflate");
  unsigned char piece[65536];
  size_t done = 0, total = 0;
  int state = Z_OK;
  bool ok = true;
  while (ok && state == Z_OK) {
    if (z.avail_in == 0 && done < packed.size) {
      size_t step = packed.size - done < 1U << 30 ? packed.size - done : 1U << 30;
      z.next_in = packed.data + done;
      z.avail_in = (uInt)step;
      done += step;
    }
    z.next_out = piece;
    z.avail_out = sizeof piece;
    state = inflate(&z, Z_NO_FLUSH);
    size_t got = sizeof piece - z.avail_out;
    total += got;
    if (total > limit)
      ok = tc_fail(err, TC_LIMIT, "a compressed stream holds more than %zu bytes", limit);
    else if (out != NULL && got > 0)
      ok = tc_buf_append(out, piece, got, err);
  }
  inflateEnd(&z);
  if (ok && state != Z_STREAM_END && state != Z_BUF_ERROR)
    return tc_fail(err, TC_FORMAT, "a compressed stream is damaged");
  return ok;
}

struct tc_deflate {
  z_stream z;
  tc_deflate_sink sink;
  void *context;
};

bool tc_deflate_create(tc_deflate_sink sink, void *context, tc_deflate **out, tc_error *err)
{
  tc_deflate *deflate = calloc(1, sizeof *deflate);
  if (deflate == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory to compress");
  deflate->sink = sink;
  deflate->context = context;
  if (deflateInit(&deflate->z, 6) != Z_OK) {
    free(deflate);
    return tc_fail(err, TC_NO_MEMORY, "no memory to compress");
  }
  *out = deflate;
  return true;
}

void tc_deflate_destroy(tc_deflate *deflate)
{
  if (deflate == NULL)
    return;
  deflateEnd(&deflate->z);
  free(deflate);
}

static bool run(tc_deflate *self, int flush, tc_error *err)
{
  unsigned char piece[65536];
  do {
    self->z.next_out = piece;
    self->z.avail_out = sizeof piece;
    if (deflate(&self->z, flush) == Z_STREAM_ERROR)
      return tc_fail(err, TC_INTERNAL, "compressing failed");
    size_t got = sizeof piece - self->z.avail_out;
    if (got > 0 && !self->sink(piece, got, self->context, err))
      return false;
  } while (self->z.avail_out == 0);
  return true;
}

bool tc_deflate_write(tc_deflate *deflate, const void *data, size_t size, tc_error *err)
{
  const unsigned char *at = data;
  while (size > 0) {
    size_t step = size < 1U << 30 ? size : 1U << 30;
    deflate->z.next_in = at;
    deflate->z.avail_in = (uInt)step;
    if (!run(deflate, Z_NO_FLUSH, err))
      return false;
    at += step;
    size -= step;
  }
  return true;
}

bool tc_deflate_end(tc_deflate *deflate, tc_error *err)
{
  deflate->z.avail_in = 0;
  return run(deflate, Z_FINISH, err);
}
