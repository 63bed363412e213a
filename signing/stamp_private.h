/* Private to signing/: what a source of time-stamps implements, and the two ends of RFC 3161. */
#pragma once

#include "signing/ossl.h"
#include "signing/stamp.h"
#include "signing/verify.h"

#include <pthread.h>

typedef struct tc_stamper_class {
  const char *name;
  /* TimeStampReq in, TimeStampResp out. NULL where `stamp` does all of it. */
  bool (*exchange)(tc_stamper *stamper, tc_bytes request, tc_buf *response, tc_error *err);
  void (*destroy)(tc_stamper *stamper);
  /* tc_stamper_stamp by other means: for a source that is several; NULL: by exchange. */
  bool (*stamp)(tc_stamper *stamper, const tc_digest *imprint, tc_buf *token, int64_t *time, tc_error *err);
} tc_stamper_class;

struct tc_stamper {
  const tc_stamper_class *class;
  const tc_certs *roots;
  const char *policy; /* owned by the kind; NULL: any */
  size_t token_limit;
  int64_t clock_skew_s;
  int64_t (*clock)(void *); /* NULL: the system's */
  void *clock_data;
  /* An authority's certificates stand in each of its tokens, and reading them takes longer than all the rest. */
  pthread_mutex_t lock;
  tc_verify_cache *cache; /* under the lock; NULL: nothing yet */
};

typedef struct tc_stamp_request {
  tc_digest imprint;
  uint8_t nonce[8];   /* first byte 1 … 127, so that its DER is plain */
  const char *policy; /* NULL: any */
} tc_stamp_request;

/* A request with certReq and a fresh nonce. */
TC_NODISCARD bool tc_stamp_request_make(tc_stamp_request *request, tc_buf *out, tc_error *err);

typedef struct tc_stamp_expectation {
  const tc_stamp_request *request;
  const tc_certs *roots;
  int64_t now, clock_skew_s;
  size_t token_limit;
  tc_verify_cache *cache; /* NULL: none */
} tc_stamp_expectation;

/* Verifies a TimeStampResp against its request; appends its token. */
TC_NODISCARD bool tc_stamp_response_check(tc_bytes response, const tc_stamp_expectation *expected, tc_buf *token,
                                          int64_t *time, tc_error *err);
