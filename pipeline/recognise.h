/*
 * From a capture to its words and fields, through workers: its pages are read by as many workers as are free, each
 * page on its own; a document of one page is read and extracted in one call.
 * Words stay text here: as JSON values, those of a long document would take twenty times the room.
 * Ownership: the result owns its JSON. Threading: any number of calls at once.
 */
#pragma once

#include "base/worker.h"

typedef struct tc_recognition {
  tc_json *inspection; /* of the task "inspect" */
  tc_buf words;        /* what the invisible text is made from: JSON Lines, a page of ocr/page.h a line */
  tc_json *result;     /* {document_type, document_type_confidence, pages: […], fields, text}: the body of
                          `extract --json`, and what the warehouse stores */
  tc_json *timings;    /* seconds of processor where the work was done: {pages: [{decode, clean, layout, first_reading,
                          second_reading, extraction}], document: {the same}}, the last where there are several pages,
                          whose fields are extracted together; and {inspect}, seconds on the wall */
  double elapsed;      /* seconds on the wall, waiting for a worker included */
} tc_recognition;

void tc_recognition_finish(tc_recognition *recognition);
TC_AUTO_VALUE(tc_recognition, tc_recognition_finish);

/* `fd` is borrowed; `type` NULL: found out. Errors: those of the capture (base/error.h's codes for formats, limits,
   encryption), naming the page where there are several. */
TC_NODISCARD bool tc_recognise(tc_worker_pool *pool, int fd, const char *type, tc_recognition *out, tc_error *err);
/* The first step alone: result of the task "inspect". */
TC_NODISCARD bool tc_inspect(tc_worker_pool *pool, int fd, tc_json **out, tc_error *err);
