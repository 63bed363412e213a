/* A source of time-stamps: makes the request, has the kind exchange it, and verifies the answer before it is used. */
#include "signing/stamp_private.h"

#include <string.h>
#include <time.h>

void tc_stamper_destroy(tc_stamper *stamper)
{
  if (stamper == NULL)
    return;
  tc_verify_cache_destroy(stamper->cache);
  pthread_mutex_destroy(&stamper->lock);
  stamper->class->destroy(stamper);
}

size_t tc_stamper_token_limit(const tc_stamper *stamper) { return stamper->token_limit; }

/* The exchange is not under the lock: a slow server holds nobody up. */
static bool check(tc_stamper *stamper, tc_bytes answer, tc_stamp_expectation *expected, tc_buf *token, int64_t *when,
                  tc_error *err)
{
  pthread_mutex_lock(&stamper->lock);
  bool ok =
      stamper->cache != NULL ? tc_verify_cache_trim(stamper->cache, err) : tc_verify_cache_create(&stamper->cache, err);
  expected->cache = stamper->cache;
  ok = ok && tc_stamp_response_check(answer, expected, token, when, err);
  pthread_mutex_unlock(&stamper->lock);
  return ok;
}

bool tc_stamper_stamp(tc_stamper *stamper, const tc_digest *imprint, tc_buf *token, int64_t *time_out, tc_error *err)
{
  if (stamper->class->stamp != NULL)
    return stamper->class->stamp(stamper, imprint, token, time_out, err);
  tc_stamp_request request = {.imprint = *imprint, .policy = stamper->policy};
  tc_auto(tc_buf) question = {0};
  tc_auto(tc_buf) answer = {0};
  int64_t when = 0;
  if (!tc_stamp_request_make(&request, &question, err) ||
      !stamper->class->exchange(stamper, tc_buf_bytes(&question), &answer, err))
    return false;
  tc_stamp_expectation expected = {.request = &request,
                                   .roots = stamper->roots,
                                   .now = stamper->clock != NULL ? stamper->clock(stamper->clock_data)
                                                                 : (int64_t)time(NULL),
                                   .clock_skew_s = stamper->clock_skew_s,
                                   .token_limit = stamper->token_limit};
  if (!check(stamper, tc_buf_bytes(&answer), &expected, token, &when, err))
    return false;
  if (time_out != NULL)
    *time_out = when;
  return true;
}
