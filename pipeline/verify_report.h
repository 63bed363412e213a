/*
 * The report of a verification for people, as a PDF/A-3b and PDF/UA-1 of its own: first whether the file can be used
 * and what to do next, then the four answers, the signatures, the findings. Words come from the nation's table of
 * reasons, in one of its languages. The report is not signed: it says so, and names the file by its digest.
 */
#pragma once

#include "base/json.h"
#include "base/worker.h"

typedef struct tc_verify_report_options {
  const tc_json *reasons; /* rows by code, as of tc_pipeline_reasons */
  const char *language;   /* "vi": a key of the rows */
  const char *file;       /* its name; a folder before it is left out */
  const tc_json *result;  /* of tc_verify_file or tc_pipeline_verify */
  int64_t now;
} tc_verify_report_options;

/* {code: row} of the table's rows. */
TC_NODISCARD bool tc_verify_reasons_load(const char *path, tc_json **out, tc_error *err);
/* What stands in the report: {title, language, producer, created, opening: […], rows: [{label, value}], closing: […],
   notes: […]}, no list longer than 200. Signatures and findings beyond 150 and 100 are counted in the last row of
   theirs. TC_USAGE: the table has no such language. */
TC_NODISCARD bool tc_verify_report_texts(const tc_verify_report_options *options, tc_json **out, tc_error *err);
/* Writes the PDF to out_fd. TC_USAGE: the table has no such language. */
TC_NODISCARD bool tc_verify_report(tc_worker_pool *pool, const tc_verify_report_options *options, int out_fd,
                                   tc_error *err);
