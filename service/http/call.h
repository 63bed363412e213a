/*
 * One HTTP request and its answer, as a handler sees them. A handler runs on a thread of the server's own, may wait,
 * and ends by giving exactly one answer.
 * Ownership: the call owns its body file and answer; getters borrow. Threading: a call belongs to one thread at a time.
 */
#pragma once

#include "pipeline/pipeline.h"

#include <sys/types.h>

typedef struct tc_call tc_call;

tc_pipeline *tc_call_pipeline(const tc_call *call);
/* What the route's pattern caught, from 0: for "/records/{id}/pages/{n}" the id and the number. Never NULL. */
const char *tc_call_part(const tc_call *call, size_t index);
const char *tc_call_query(const tc_call *call, const char *name);  /* decoded; NULL: not there */
const char *tc_call_header(const tc_call *call, const char *name); /* NULL: not there */
/* The body, whole, in a file without a name; -1 where there is none. Borrowed. */
int tc_call_body(const tc_call *call);
int64_t tc_call_body_size(const tc_call *call);
/* The body as a JSON object of at most 1 MiB; no body is an empty object. */
TC_NODISCARD bool tc_call_body_json(const tc_call *call, tc_json **out, tc_error *err);
/* The one file of a multipart/form-data body, as a file without a name; the caller's. */
TC_NODISCARD bool tc_call_form_file(tc_call *call, int *out_fd, tc_error *err);

/* ---- Answers ---- */

void tc_call_answer_json(tc_call *call, int status, tc_json *take);
/* RFC 9457: application/problem+json, with the code's title and HTTP status. */
void tc_call_answer_problem(tc_call *call, const tc_error *err);
void tc_call_answer_text(tc_call *call, int status, const char *media_type, tc_bytes content);
typedef struct tc_call_file {
  int fd; /* taken over */
  int64_t size;
  const char *media_type;
  const char *download_name; /* Content-Disposition; NULL: shown in place */
  const char *etag;          /* without quotes; NULL: none */
  bool immutable;            /* addressed by content: may be kept for ever */
} tc_call_file;
/* A file, or the range of it that is asked for (RFC 9110, 14): 200, 206, 304 or 416. */
void tc_call_answer_file(tc_call *call, const tc_call_file *file);
void tc_call_answer_redirect(tc_call *call, const char *location);
/* One more header of the answer; before the answer is given. */
void tc_call_add_header(tc_call *call, const char *name, const char *value);

/* ---- Routes ---- */

/* Gives any answer, problems included. */
typedef void (*tc_call_handler)(tc_call *call);
/* Gives a status and a JSON value, or an error that becomes a problem. A POST with an Idempotency-Key is answered once:
   its repetition gets the same answer. */
typedef bool (*tc_api_handler)(tc_call *call, int *status, tc_json **answer, tc_error *err);

typedef struct tc_route {
  const char *method;
  const char *pattern; /* {name} stands for one part of the path */
  tc_call_handler handle;
  tc_api_handler api; /* one of the two */
} tc_route;

/* The one table of routes (routes.c). */
extern const tc_route tc_routes[];
extern const size_t tc_route_count;

/* Runs the route's handler and sees to it that there is an answer (api.c). */
void tc_route_run(const tc_route *route, tc_call *call);
/* Wakes the server's background recognition. */
void tc_call_poke(const tc_call *call);
