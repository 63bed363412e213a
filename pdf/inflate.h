/*
 * Private to pdf/: zlib's two directions (RFC 1950), with a limit on what comes out. Threading: free of state.
 */
#pragma once

#include "base/buf.h"

/* Appends at most `limit` bytes to *out (NULL: only counts them). A stream whose end is missing gives what there is.
   TC_LIMIT, TC_FORMAT. */
TC_NODISCARD bool tc_inflate(tc_bytes packed, size_t limit, tc_buf *out, tc_error *err);

/* Compresses in pieces, so that pixels are never held twice. */
typedef struct tc_deflate tc_deflate;
typedef bool (*tc_deflate_sink)(const void *data, size_t size, void *context, tc_error *err);
TC_NODISCARD bool tc_deflate_create(tc_deflate_sink sink, void *context, tc_deflate **out, tc_error *err);
void tc_deflate_destroy(tc_deflate *deflate);
TC_AUTO_POINTER(tc_deflate, tc_deflate_destroy);
TC_NODISCARD bool tc_deflate_write(tc_deflate *deflate, const void *data, size_t size, tc_error *err);
TC_NODISCARD bool tc_deflate_end(tc_deflate *deflate, tc_error *err);
