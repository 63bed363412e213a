/*
 * Time-stamps over HTTP (RFC 3161 3.4) by libcurl: one connection a request, only http and https, no redirects, no
 * proxy out of the environment, time-outs and a limit on the answer.
 */
#include "signing/stamp_private.h"

#include <curl/curl.h>
#include <pthread.h>
#include <string.h>
#include <strings.h>

typedef struct http_stamper {
  tc_stamper base;
  char *url, *policy, *proxy;
  long connect_timeout_ms, total_timeout_ms;
  size_t response_limit;
} http_stamper;

static inline void curl_free_list(struct curl_slist *list) { curl_slist_free_all(list); }
typedef struct curl_slist header_list;
TC_AUTO_POINTER(CURL, curl_easy_cleanup);
TC_AUTO_POINTER(header_list, curl_free_list);

typedef struct answer {
  tc_buf *body;
  size_t limit;
  bool too_large;
} answer;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static void initialise(void) { curl_global_init(CURL_GLOBAL_DEFAULT); }

tc_stamper_http_options tc_stamper_http_options_default(void)
{
  return (tc_stamper_http_options){.connect_timeout_ms = 5000,
                                   .total_timeout_ms = 15000,
                                   .response_limit = 65536,
                                   .token_limit = 16384,
                                   .clock_skew_s = 300};
}

static size_t receive(char *data, size_t size, size_t count, void *context)
{
  answer *a = context;
  size_t bytes = size * count;
  a->too_large = a->body->size + bytes > a->limit;
  return !a->too_large && tc_buf_append(a->body, data, bytes, NULL) ? bytes : 0;
}

static bool set_request(CURL *curl, const http_stamper *stamper, tc_bytes request, answer *a,
                        const header_list *headers)
{
  return curl_easy_setopt(curl, CURLOPT_URL, stamper->url) == CURLE_OK &&
         curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
         curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
         curl_easy_setopt(curl, CURLOPT_PROXY, stamper->proxy != NULL ? stamper->proxy : "") == CURLE_OK &&
         curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
         curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, stamper->connect_timeout_ms) == CURLE_OK &&
         curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, stamper->total_timeout_ms) == CURLE_OK &&
         curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request.size) == CURLE_OK &&
         curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.data) == CURLE_OK &&
         curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers) == CURLE_OK &&
         curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, receive) == CURLE_OK &&
         curl_easy_setopt(curl, CURLOPT_WRITEDATA, a) == CURLE_OK;
}

static bool check_answer(CURL *curl, const http_stamper *stamper, tc_error *err)
{
  long status = 0;
  char *type = NULL;
  static const char wanted[] = "application/timestamp-reply";
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type);
  if (status != 200)
    return tc_fail(err, TC_NETWORK, "the time-stamp server %s answered with HTTP status %ld", stamper->url, status);
  if (type == NULL || strncasecmp(type, wanted, strlen(wanted)) != 0 ||
      (type[strlen(wanted)] != '\0' && strchr("; ", type[strlen(wanted)]) == NULL))
    return tc_fail(err, TC_NETWORK, "the time-stamp server %s answered with something that is no time-stamp",
                   stamper->url);
  return true;
}

static bool http_exchange(tc_stamper *base, tc_bytes request, tc_buf *response, tc_error *err)
{
  http_stamper *stamper = (http_stamper *)base;
  tc_auto(CURL) curl = curl_easy_init();
  header_list *type = curl_slist_append(NULL, "Content-Type: application/timestamp-query");
  tc_auto(header_list) headers = type != NULL ? curl_slist_append(type, "Accept: application/timestamp-reply") : NULL;
  answer a = {response, stamper->response_limit, false};
  if (curl == NULL || headers == NULL || !set_request(curl, stamper, request, &a, headers)) {
    if (headers == NULL)
      curl_slist_free_all(type);
    return tc_fail(err, TC_NO_MEMORY, "no memory for a time-stamp request");
  }
  CURLcode result = curl_easy_perform(curl);
  if (a.too_large)
    return tc_fail(err, TC_LIMIT, "the time-stamp server %s answered more than %zu bytes", stamper->url,
                   stamper->response_limit);
  if (result == CURLE_OPERATION_TIMEDOUT)
    return tc_fail(err, TC_TIMEOUT, "the time-stamp server %s did not answer in time", stamper->url);
  if (result != CURLE_OK)
    return tc_fail(err, TC_NETWORK, "the time-stamp server %s cannot be asked: %s", stamper->url,
                   curl_easy_strerror(result));
  return check_answer(curl, stamper, err);
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
  if (options->url == NULL ||
      (strncasecmp(options->url, "http://", 7) != 0 && strncasecmp(options->url, "https://", 8) != 0))
    return tc_fail(err, TC_USAGE, "the address of a time-stamp server starts with http:// or https://");
  if (strchr(options->url, '@') != NULL)
    return tc_fail(err, TC_USAGE, "the address of a time-stamp server must not hold a password");
  pthread_once(&once, initialise);
  http_stamper *made = calloc(1, sizeof *made);
  if (made == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a source of time-stamps");
  made->base = (tc_stamper){.class = &http_class,
                            .roots = options->roots,
                            .token_limit = options->token_limit,
                            .clock_skew_s = options->clock_skew_s};
  made->connect_timeout_ms = options->connect_timeout_ms;
  made->total_timeout_ms = options->total_timeout_ms;
  made->response_limit = options->response_limit;
  tc_auto(tc_stamper) stamper = &made->base;
  if (!tc_str_copy(options->url, &made->url, err) ||
      (options->policy != NULL && options->policy[0] != '\0' && !tc_str_copy(options->policy, &made->policy, err)) ||
      (options->proxy != NULL && !tc_str_copy(options->proxy, &made->proxy, err)))
    return false;
  made->base.policy = made->policy;
  *out = tc_steal(&stamper);
  return true;
}
