/*
 * Inside of an update: what gathering and writing its objects share.
 */
#pragma once

#include "pdf/document_private.h"
#include "pdf/update.h"

typedef struct tc_pdf_update_item {
  uint32_t number;
  uint16_t generation;
  bool set, stream;
  off_t offset;   /* of `n g obj` */
  off_t text_end; /* one past the text */
  tc_buf text;    /* a value, or a stream's dictionary */
  tc_buf data;    /* of a stream, as it goes into the file */
} tc_pdf_update_item;

struct tc_pdf_update {
  int fd;
  off_t base_size;
  tc_pdf_document *document;
  size_t revision;
  tc_pdf_update_item *items;
  size_t count;
  uint32_t next_number;
  bool finished;
};

TC_NODISCARD bool tc_pdf_update_new_item(tc_pdf_update *update, uint32_t number, tc_pdf_update_item **out,
                                         tc_error *err);
