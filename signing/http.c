#include "signing/http.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static inline void curl_free_list(struct curl_slist *list) { curl_slist_free_all(list); }
typedef struct curl_slist header_list;
TC_AUTO_POINTER(CURL, curl_easy_cleanup);
TC_AUTO_POINTER(header_list, curl_free_list);

typedef struct answer {
  tc_buf *body;
  size_t start, limit;
  bool too_large;
} answer;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static void initialise(void) { curl_global_init(CURL_GLOBAL_DEFAULT); }

static size_t receive(char *data, size_t size, size_t count, void *context)
{
  answer *a = context;
  size_t bytes = size * count;
  a->too_large = a->body->size - a->start + bytes > a->limit;
  return !a->too_large && tc_buf_append(a->body, data, bytes, NULL) ? bytes : 0;
}

static bool add_header(header_list **list, const char *name, const char *value)
{
  char line[200];
  if (value == NULL)
    return true;
  snprintf(line, sizeof line, "%s: %s", name, value);
  header_list *longer = curl_slist_append(*list, line);
  if (longer != NULL)
    *list = longer;
  return longer != NULL;
}

static bool set_request(CURL *curl, const tc_http_request *r, answer *a, const header_list *headers)
{
  const char *proxy = r->limits.proxy != NULL ? r->limits.proxy : "";
  bool ok = curl_easy_setopt(curl, CURLOPT_URL, r->url) == CURLE_OK &&
            curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
            curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
            curl_easy_setopt(curl, CURLOPT_PROXY, proxy) == CURLE_OK &&
            curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
            curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, r->limits.connect_timeout_ms) == CURLE_OK &&
            curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, r->limits.total_timeout_ms) == CURLE_OK &&
            curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers) == CURLE_OK &&
            curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, receive) == CURLE_OK &&
            curl_easy_setopt(curl, CURLOPT_WRITEDATA, a) == CURLE_OK;
  if (r->body.size > 0)
    ok = ok && curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body.size) == CURLE_OK &&
         curl_easy_setopt(curl, CURLOPT_POSTFIELDS, r->body.data) == CURLE_OK;
  return ok;
}

static bool check_answer(CURL *curl, const tc_http_request *r, tc_error *err)
{
  long status = 0;
  char *type = NULL;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type);
  if (status != 200)
    return tc_fail(err, TC_NETWORK, "the %s %s answered with HTTP status %ld", r->service, r->url, status);
  size_t wanted = r->answer_type != NULL ? strlen(r->answer_type) : 0;
  if (wanted > 0 && (type == NULL || strncasecmp(type, r->answer_type, wanted) != 0 ||
                     (type[wanted] != '\0' && strchr("; ", type[wanted]) == NULL)))
    return tc_fail(err, TC_NETWORK, "the %s %s answered with something else than %s", r->service, r->url,
                   r->answer_type);
  return true;
}

bool tc_http_exchange(const tc_http_request *request, tc_buf *body, tc_error *err)
{
  pthread_once(&once, initialise);
  tc_auto(CURL) curl = curl_easy_init();
  tc_auto(header_list) headers = NULL;
  answer a = {body, body->size, request->limits.response_limit, false};
  if (curl == NULL || !add_header(&headers, "Accept", request->answer_type != NULL ? request->answer_type : "*/*") ||
      !add_header(&headers, "Content-Type", request->body_type) || !set_request(curl, request, &a, headers))
    return tc_fail(err, TC_NO_MEMORY, "no memory for a request to the %s", request->service);
  CURLcode result = curl_easy_perform(curl);
  if (a.too_large)
    return tc_fail(err, TC_LIMIT, "the %s %s answered more than %zu bytes", request->service, request->url, a.limit);
  if (result == CURLE_OPERATION_TIMEDOUT)
    return tc_fail(err, TC_TIMEOUT, "the %s %s did not answer in time", request->service, request->url);
  if (result != CURLE_OK)
    return tc_fail(err, TC_NETWORK, "the %s %s cannot be asked: %s", request->service, request->url,
                   curl_easy_strerror(result));
  return check_answer(curl, request, err);
}

bool tc_http_check_url(const char *service, const char *url, tc_error *err)
{
  if (url == NULL || (strncasecmp(url, "http://", 7) != 0 && strncasecmp(url, "https://", 8) != 0))
    return tc_fail(err, TC_USAGE, "the address of a %s starts with http:// or https://", service);
  return strchr(url, '@') == NULL || tc_fail(err, TC_USAGE, "the address of a %s must not hold a password", service);
}
