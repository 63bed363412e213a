/*
 * One HTTP exchange with a service outside (time-stamps, OCSP, CRLs; a truecopy server) by libcurl: only http and
 * https, no redirects (an answer belongs to the address that was configured), no proxy out of the environment,
 * time-outs, and a limit on the answer. Ownership: borrows all that a request names. Threading: a connection a request,
 * so any number of threads.
 */
#pragma once

#include "base/buf.h"

typedef struct tc_http_limits {
  const char *proxy; /* NULL or "": none */
  long connect_timeout_ms, total_timeout_ms;
  size_t response_limit; /* bytes */
} tc_http_limits;

typedef struct tc_http_request {
  const char *service; /* for messages: "time-stamp server" */
  const char *url;
  tc_bytes body;           /* size 0: GET, otherwise POST */
  const char *body_type;   /* media type of the body */
  const char *answer_type; /* that the answer must have; NULL: any */
  tc_http_limits limits;
} tc_http_request;

/* Appends the answer's body. TC_NETWORK: away, a status other than 200, another type; TC_TIMEOUT; TC_LIMIT. */
TC_NODISCARD bool tc_http_exchange(const tc_http_request *request, tc_buf *answer, tc_error *err);
/* An address of a service: http(s), without a password. TC_USAGE otherwise. */
TC_NODISCARD bool tc_http_check_url(const char *service, const char *url, tc_error *err);
