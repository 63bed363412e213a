/* Several time-stamp servers as one source. */
#include "signing/servers.h"
#include "signing/stamp_private.h"

typedef struct list_stamper {
  tc_stamper base;
  tc_servers servers;
  tc_stamper *each[TC_SERVERS_MAX];
  tc_rests *rests;
  int attempts;
} list_stamper;

static bool try_one(list_stamper *list, size_t index, const tc_digest *imprint, tc_buf *token, int64_t *time,
                    tc_error *last)
{
  for (int attempt = 0; attempt < list->attempts; attempt++) {
    tc_error_clear(last);
    if (tc_stamper_stamp(list->each[index], imprint, token, time, last))
      return true;
    if (last->code != TC_NETWORK && last->code != TC_TIMEOUT)
      break;
  }
  if (tc_is_server_fault(last->code))
    tc_rests_add(list->rests, list->servers.urls[index]);
  return false;
}

/* A server that rests is passed over: a dead one costs a batch its time-out once. */
static bool list_stamp(tc_stamper *base, const tc_digest *imprint, tc_buf *token, int64_t *time, tc_error *err)
{
  list_stamper *list = (list_stamper *)base;
  tc_error last = {0};
  for (size_t i = 0; i < list->servers.count; i++)
    if (!tc_rests_has(list->rests, list->servers.urls[i]) && try_one(list, i, imprint, token, time, &last))
      return true;
  if (last.code == TC_OK)
    return tc_fail(err, TC_NETWORK, "the time-stamp server%s failed a moment ago and %s left alone for a while",
                   list->servers.count > 1 ? "s" : "", list->servers.count > 1 ? "are" : "is");
  return tc_error_set(err, last.code, last.sys_errno, last.where, "%s", last.message);
}

static void list_destroy(tc_stamper *base)
{
  list_stamper *list = (list_stamper *)base;
  for (size_t i = 0; i < list->servers.count; i++)
    tc_stamper_destroy(list->each[i]);
  tc_servers_finish(&list->servers);
  tc_rests_destroy(list->rests);
  free(list);
}

static const tc_stamper_class list_class = {"list", NULL, list_destroy, list_stamp};

bool tc_stamper_list_create(const tc_stamper_list_options *options, tc_stamper **out, tc_error *err)
{
  list_stamper *list = calloc(1, sizeof *list);
  if (list == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a source of time-stamps");
  list->base =
      (tc_stamper){.class = &list_class, .lock = PTHREAD_MUTEX_INITIALIZER, .token_limit = options->each.token_limit};
  list->attempts = options->attempts > 0 ? options->attempts : 1;
  tc_auto(tc_stamper) stamper = &list->base;
  if (!tc_servers_parse("time-stamp server", options->urls, &list->servers, err) ||
      !tc_rests_create(options->pause_s, &list->rests, err))
    return false;
  if (list->servers.count == 0)
    return tc_fail(err, TC_USAGE, "no time-stamp server is named");
  for (size_t i = 0; i < list->servers.count; i++) {
    tc_stamper_http_options each = options->each;
    each.url = list->servers.urls[i];
    if (!tc_stamper_http_create(&each, &list->each[i], err))
      return false;
  }
  *out = tc_steal(&stamper);
  return true;
}
