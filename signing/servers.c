#include "signing/servers.h"

#include "signing/http.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

enum { RESTS = 64 };

void tc_servers_finish(tc_servers *servers)
{
  for (size_t i = 0; i < servers->count; i++)
    free(servers->urls[i]);
  *servers = (tc_servers){0};
}

bool tc_servers_add(tc_servers *servers, const char *url, tc_error *err)
{
  tc_error unasked = {0};
  for (size_t i = 0; i < servers->count; i++)
    if (strcmp(servers->urls[i], url) == 0)
      return true;
  if (servers->count == TC_SERVERS_MAX || !tc_http_check_url("server", url, &unasked))
    return true;
  if (!tc_str_copy(url, &servers->urls[servers->count], err))
    return false;
  servers->count++;
  return true;
}

bool tc_servers_parse(const char *service, const char *text, tc_servers *out, tc_error *err)
{
  tc_auto(tc_servers) servers = {0};
  tc_auto(tc_str) copy = NULL;
  char *rest = NULL;
  if (!tc_str_copy(text != NULL ? text : "", &copy, err))
    return false;
  for (char *url = strtok_r(copy, " \t", &rest); url != NULL; url = strtok_r(NULL, " \t", &rest)) {
    if (!tc_http_check_url(service, url, err))
      return false;
    if (servers.count == TC_SERVERS_MAX)
      return tc_fail(err, TC_USAGE, "more than %d addresses of a %s", TC_SERVERS_MAX, service);
    if (!tc_servers_add(&servers, url, err))
      return false;
  }
  *out = servers;
  servers = (tc_servers){0};
  return true;
}

/* ---- Rest ---- */

typedef struct rest {
  char *url;
  int64_t until;
} rest;

struct tc_rests {
  pthread_mutex_t lock;
  int64_t pause_s;
  rest rows[RESTS];
};

static int64_t monotonic_s(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec;
}

bool tc_rests_create(int64_t pause_s, tc_rests **out, tc_error *err)
{
  tc_rests *rests = calloc(1, sizeof *rests);
  if (rests == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a list of servers");
  pthread_mutex_init(&rests->lock, NULL);
  rests->pause_s = pause_s;
  *out = rests;
  return true;
}

void tc_rests_destroy(tc_rests *rests)
{
  if (rests == NULL)
    return;
  for (size_t i = 0; i < RESTS; i++)
    free(rests->rows[i].url);
  pthread_mutex_destroy(&rests->lock);
  free(rests);
}

bool tc_rests_has(tc_rests *rests, const char *url)
{
  int64_t now = monotonic_s();
  bool found = false;
  pthread_mutex_lock(&rests->lock);
  for (size_t i = 0; i < RESTS; i++)
    found = found || (rests->rows[i].until > now && strcmp(rests->rows[i].url, url) == 0);
  pthread_mutex_unlock(&rests->lock);
  return found;
}

/* Where the table is full, the one that would come back first gives its row. */
void tc_rests_add(tc_rests *rests, const char *url)
{
  int64_t now = monotonic_s();
  pthread_mutex_lock(&rests->lock);
  rest *row = &rests->rows[0];
  for (size_t i = 0; i < RESTS; i++) {
    rest *one = &rests->rows[i];
    if (one->url != NULL && strcmp(one->url, url) == 0) {
      row = one;
      break;
    }
    if (one->until < row->until)
      row = one;
  }
  char *copy = strdup(url);
  if (copy != NULL) {
    free(row->url);
    *row = (rest){copy, now + rests->pause_s};
  }
  pthread_mutex_unlock(&rests->lock);
}

bool tc_is_server_fault(tc_code code)
{
  return code == TC_NETWORK || code == TC_TIMEOUT || code == TC_LIMIT || code == TC_FORMAT || code == TC_CRYPTO;
}
