/*
 * What workers do for the pipeline: each task is one call of base/worker.h, with its arguments, descriptors and result
 * stated here. Everything that looks into hostile bytes is a task; parents only pass descriptors on.
 * Threading: tasks run in a worker process, one at a time.
 *
 * Those that look at a capture's pages count them as tc_capture does; with an argument `pages` ([{capture_page,
 * part?}], as "inspect" gives them) it is these pages.
 *
 *   "inspect"  fds [capture]; result {media_type, signatures, pages: [{capture, capture_page, part?, width, height,
 * dpi_x, dpi_y, orientation, encoding, untouched, because?, sha256, annotations}]} "read"     arguments {page, fields,
 * type?}; fds [capture]; result {page: {…clean report}, words: {…ocr/page.h}, extraction?: {…} when `fields`, for a
 * capture of one page} "extract"  arguments {type?}; fds [capture, words]; result {…ocr/extract.h} "compose" arguments:
 * see tasks_compose.c; fds [capture, words, file…], outputs [copy, scratch]; result {pages, blocks, size, untouched,
 * scale_unknown, and, where the arguments have a `signature` (as of "prepare", with the number of its `block`), what
 * "prepare" says of its place, which is then in the copy} "prepare"  arguments: tc_pdf_signature_options by name,
 * stamp?: {rect, lines}; fds [pdf, picture of a seal?] or none, outputs [pdf, without a fd extended in place]; result
 * {range, contents_offset, contents_size, digest, content?: the digest under the argument `hash`, where that is another
 * than SHA-256} "survey"   fds [pdf]; result {signatures: [{field, timestamp, time, covered, parties: [{certificate,
 * time}]}]}, fds [bundle of certificates that the parties' numbers count in] "extend"   arguments {stamp_size?}; fds
 * [bundle of validation data] or none, outputs [pdf, extended in place]; result as of "prepare" where there is a
 * stamp_size: the place of a document time-stamp "verify"   arguments {now}; fds [pdf, trust]; result: see
 * tasks_verify.c "report"   arguments: see tasks_report.c; outputs [pdf]; result {size} "picture"  arguments {page,
 * width}; fds [capture]; result {media_type, width, height}, fds [picture]
 */
#pragma once

#include "base/digest.h"
#include "base/worker.h"
#include "ocr/page.h"
#include "pdf/signature.h"
#include "signing/verify.h"

extern const tc_worker_tasks tc_pipeline_tasks;

/* Starts the image library before the sandbox closes. */
TC_NODISCARD bool tc_pipeline_warm_up(const tc_settings *settings, tc_error *err);

/* One file a group; the table is in tasks.c. */
bool tc_task_inspect(const tc_worker_request *request, tc_worker_reply *reply, tc_error *err);
bool tc_task_read(const tc_worker_request *request, tc_worker_reply *reply, tc_error *err);
bool tc_task_extract(const tc_worker_request *request, tc_worker_reply *reply, tc_error *err);
bool tc_task_compose(const tc_worker_request *request, tc_worker_reply *reply, tc_error *err);
bool tc_task_prepare(const tc_worker_request *request, tc_worker_reply *reply, tc_error *err);
bool tc_task_survey(const tc_worker_request *request, tc_worker_reply *reply, tc_error *err);
bool tc_task_extend(const tc_worker_request *request, tc_worker_reply *reply, tc_error *err);
bool tc_task_verify(const tc_worker_request *request, tc_worker_reply *reply, tc_error *err);
bool tc_task_report(const tc_worker_request *request, tc_worker_reply *reply, tc_error *err);
bool tc_task_picture(const tc_worker_request *request, tc_worker_reply *reply, tc_error *err);

/* The capture at this descriptor, with the pages that the arguments name. */
typedef struct tc_capture tc_capture; /* pipeline/capture.h */
TC_NODISCARD bool tc_task_open_capture(const tc_worker_request *request, size_t fd, tc_capture **out, tc_error *err);
/* The request has at least so many descriptors and outputs, or TC_INTERNAL. */
TC_NODISCARD bool tc_task_needs_fds(const tc_worker_request *request, size_t fds, size_t outputs, tc_error *err);
/* How a task opens a PDF: the limits and the password of the settings. The password is wiped at the end. */
typedef struct tc_task_pdf {
  tc_pdf_open_options open;
  char *password; /* what `open` borrows */
} tc_task_pdf;
TC_NODISCARD bool tc_task_pdf_options(const tc_worker_request *request, tc_task_pdf *out, tc_error *err);
void tc_task_pdf_finish(tc_task_pdf *pdf);
TC_AUTO_VALUE(tc_task_pdf, tc_task_pdf_finish);
/* The pages of a file of words (tc_recognition.words), from its start, into `count` pointers that are NULL before and
   the caller's to destroy, after a failure too; another number of pages is TC_INTERNAL. */
TC_NODISCARD bool tc_task_read_pages(int fd, tc_page **pages, size_t count, tc_error *err);
/* From so many pages on memory goes before time: the words of 200 pages are 18 MiB, the second reader's model is 52. */
enum { TC_LONG_CAPTURE = 50 };
/* Gives up the models that reading took; the next page to be read loads them again. */
void tc_task_release_reader(void);
/* {range, contents_offset, contents_size, digest} of a place that was prepared. */
TC_NODISCARD bool tc_task_report_prepared(const tc_pdf_prepared *prepared, const tc_digest *digest, tc_json *result,
                                          tc_error *err);
/* A signature's place reserved at the end of a PDF; what it came to is added to `result`. */
typedef struct tc_task_place {
  const tc_json *given; /* arguments of "prepare" */
  const tc_json *block; /* {page, rect}; NULL: those are in `given`, too */
  int in_fd, out_fd;    /* the same: in place */
} tc_task_place;
TC_NODISCARD bool tc_task_reserve(const tc_worker_request *request, const tc_task_place *place, tc_json *result,
                                  tc_error *err);
/* The digest under another hash in a result of "prepare"; *found false: there is none. */
TC_NODISCARD bool tc_prepared_content(const tc_json *prepared, tc_hash_value *out, bool *found, tc_error *err);
