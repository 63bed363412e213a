/* Time-stamps over HTTP (RFC 3161 3.4). */
#include "signing/http.h"
#include "signing/stamp_private.h"

typedef struct http_stamper {
  tc_stamper base;
  char *url, *policy, *proxy;
  tc_http_limits limits;
} http_stamper;

static const char service[] = "time-stamp server";

tc_stamper_http_options tc_stamper_http_options_default(void)
{
  return (tc_stamper_http_options){.connect_timeout_ms = 5000,
                                   .total_timeout_ms = 15000,
                                   .response_limit = 65536,
                                   .token_limit = 16384,
                                   .clock_skew_s = 300};
}

static bool http_exchange(tc_stamper *base, tc_bytes request, tc_buf *response, tc_error *err)
{
  http_stamper *stamper = (http_stamper *)base;
  tc_http_request http = {.service = service,
                          .url = stamper->url,
                          .body = request,
                          .body_type = "application/timestamp-query",
                          .answer_type = "application/timestamp-reply",
                          .limits = stamper->limits};
  return tc_http_exchange(&http, response, err);
}

static void http_destroy(tc_stamper *base)
{
  http_stamper *stamper = (http_stamper *)base;
  free(stamper->url);
  free(stamper->policy);
  free(stamper->proxy);
  free(stamper);
}

static const tc_stamper_class http_class = {"http", http_exchange, http_destroy};

bool tc_stamper_http_create(const tc_stamper_http_options *options, tc_stamper **out, tc_error *err)
{
  if (!tc_http_check_url(service, options->url, err))
    return false;
  http_stamper *made = calloc(1, sizeof *made);
  if (made == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a source of time-stamps");
  made->base = (tc_stamper){.class = &http_class,
                            .lock = PTHREAD_MUTEX_INITIALIZER,
                            .roots = options->roots,
                            .token_limit = options->token_limit,
                            .clock_skew_s = options->clock_skew_s};
  tc_auto(tc_stamper) stamper = &made->base;
  if (!tc_str_copy(options->url, &made->url, err) ||
      (options->policy != NULL && options->policy[0] != '\0' && !tc_str_copy(options->policy, &made->policy, err)) ||
      (options->proxy != NULL && !tc_str_copy(options->proxy, &made->proxy, err)))
    return false;
  made->limits = (tc_http_limits){.proxy = made->proxy,
                                  .connect_timeout_ms = options->connect_timeout_ms,
                                  .total_timeout_ms = options->total_timeout_ms,
                                  .response_limit = options->response_limit};
  made->base.policy = made->policy;
  *out = tc_steal(&stamper);
  return true;
}
