/*
 * From a capture to its words and fields, through workers: its pages are read by as many workers as are free, each
 * page on its own; a document of one page is read and extracted in one call.
 * Words stay text here: as JSON values, those of a long document would take twenty times the room.
 * Ownership: the result owns its JSON. Threading: any number of calls at once.
 */
#pragma once

#include "base/worker.h"

typedef struct tc_recognition {
  tc_buf words;     /* what the invisible text is made from: JSON Lines, a page of ocr/page.h a line */
  tc_json *result;  /* {document_type, document_type_confidence, pages: […], fields, text}: the body of
                       `extract --json`, and what the warehouse stores */
  tc_json *timings; /* seconds of processor where the work was done: {pages: [{decode, clean, layout, first_reading,
                       second_reading, extraction}], document: {the same}}, the last where there are several pages,
                       whose fields are extracted together */
  double elapsed;   /* seconds on the wall, waiting for a worker included */
} tc_recognition;

void tc_recognition_finish(tc_recognition *recognition);
TC_AUTO_VALUE(tc_recognition, tc_recognition_finish);

/* What a capture is: result of the task "inspect". Where several cards lay on its glass, each page's row has a number
   `paper`, from 1: pages of one number are one paper, and stand together, in its order (sides.h). Errors: those of the
   capture (base/error.h's codes for formats, limits, encryption), naming the page where there are several. */
TC_NODISCARD bool tc_inspect(tc_worker_pool *pool, int fd, tc_json **out, tc_error *err);
/* How many papers those pages are, and the rows of one of them, from 0. */
size_t tc_inspection_papers(const tc_json *pages);
tc_json *tc_inspection_pages(const tc_json *pages, size_t paper);
/* The argument `pages` of tasks that look at one of several papers; NULL where the capture is one paper. Borrowed. */
const tc_json *tc_pages_argument(const tc_json *pages);

typedef struct tc_recognise_options {
  int fd;               /* the capture; borrowed */
  const char *type;     /* NULL: found out */
  const tc_json *pages; /* of one paper, rows as of tc_inspect */
} tc_recognise_options;
TC_NODISCARD bool tc_recognise(tc_worker_pool *pool, const tc_recognise_options *options, tc_recognition *out,
                               tc_error *err);
