/*
 * Private to pdf/: the second of the three writers. It opens the pages that the canvas drew, and makes the copy of
 * them, with a token in place of every large stream.
 */
#pragma once

#include "pdf/compose.h"
#include "pdf/splice.h"
#include "pdf/structure.h"
#include "pdf/word_layer.h"

/* Names of the resources that a page's content uses. */
#define TC_COMPOSE_FONT "TcWords"
#define TC_COMPOSE_IMAGE "TcImage" /* and the image's index */

typedef struct tc_compose_plan {
  const tc_compose_options *options;
  tc_bytes drawn;         /* the canvas's file */
  const tc_buf *contents; /* of each capture page: image and words, under what is drawn */
  const tc_structure *structure;
  const tc_word_layer *words; /* NULL: no page has any */
  size_t page_count;
  const tc_compose_block_result *blocks; /* where the attestation's blocks stand */

  tc_splice_stream *streams; /* filled in; freed by the caller with free() */
  size_t stream_count, stream_capacity;
} tc_compose_plan;

/* Appends the file with its tokens to *out. */
TC_NODISCARD bool tc_compose_document(tc_compose_plan *plan, tc_buf *out, tc_error *err);
