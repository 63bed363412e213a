#include "pipeline/sides.h"

#include "base/queue.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { LEAST_DIGITS = 9 };

typedef size_t tc_sizes;
static void sizes_free(tc_sizes *p) { free(p); }
TC_AUTO_POINTER(tc_sizes, sizes_free);

/* ---- The rule ---- */

/* All that is read on a side, without blanks. */
static bool joined_text(const tc_json *side, tc_buf *out, tc_error *err)
{
  tc_json_member field;
  const tc_json *fields = tc_json_get(side, "fields");
  tc_auto(tc_buf) all = {0};
  for (bool more = tc_json_first(fields, &field); more; more = tc_json_next(fields, &field))
    if (!tc_buf_printf(&all, err, "%s\n", tc_json_get_text(field.value, "value", "")))
      return false;
  if (!tc_buf_append_text(&all, tc_json_get_text(side, "text", ""), err))
    return false;
  for (const char *c = tc_buf_text(&all); *c != '\0'; c++)
    if (*c != ' ' && !tc_buf_append(out, c, 1, err))
      return false;
  return true;
}

static bool is_number(const char *value)
{
  const size_t digits = strspn(value, "0123456789");
  return digits >= LEAST_DIGITS && value[digits] == '\0';
}

/* Whether `text` has the number, with a filler behind it where `filled`. */
static bool has_number(const char *text, const char *number, bool filled)
{
  for (const char *at = strstr(text, number); at != NULL; at = strstr(at + 1, number))
    if (!filled || at[strlen(number)] == '<')
      return true;
  return false;
}

/* Whether a number among the values of `side` stands in `text`. */
static bool is_named_in(const tc_json *side, const char *text, bool filled)
{
  tc_json_member field;
  const tc_json *fields = tc_json_get(side, "fields");
  for (bool more = tc_json_first(fields, &field); more; more = tc_json_next(fields, &field)) {
    const char *value = tc_json_get_text(field.value, "value", "");
    if (is_number(value) && has_number(text, value, filled))
      return true;
  }
  return false;
}

static bool same_type(const tc_json *a, const tc_json *b)
{
  return strcmp(tc_json_get_text(a, "document_type", ""), tc_json_get_text(b, "document_type", "")) == 0;
}

/* A paper of no known type gives no number of its own that others could be joined by. */
static bool is_known(const tc_json *side)
{
  return strcmp(tc_json_get_text(side, "document_type", "other"), "other") != 0;
}

/* The one side whose number stands on side `back`; `count` where there is none, or more than one. */
static bool find_front(const tc_json *const *sides, size_t count, size_t back, size_t *out, tc_error *err)
{
  tc_auto(tc_buf) text = {0};
  size_t found = 0;
  *out = count;
  if (!joined_text(sides[back], &text, err))
    return false;
  for (size_t i = 0; i < count; i++)
    if (i != back && sides[i] != NULL && is_known(sides[i]) &&
        is_named_in(sides[i], tc_buf_text(&text), !same_type(sides[i], sides[back]))) {
      found++;
      *out = i;
    }
  if (found != 1)
    *out = count;
  return true;
}

/* The side that comes first in the paper of `side`; of two that name each other the one that lies first. */
static size_t first_side(const size_t *fronts, size_t count, size_t side)
{
  for (size_t steps = 0; steps < count && fronts[side] < count; steps++) {
    const size_t front = fronts[side];
    if (fronts[front] == side)
      return front < side ? front : side;
    side = front;
  }
  return side;
}

bool tc_sides_number(const tc_json *const *sides, size_t count, tc_side *out, tc_error *err)
{
  tc_auto(tc_sizes) fronts = calloc(count + 1, sizeof *fronts);
  size_t whole = count; /* the first page that is no card: the others follow it */
  size_t papers = 0;
  if (fronts == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for %zu sides", count);
  for (size_t i = 0; i < count; i++) {
    fronts[i] = sides[i] == NULL ? whole : count;
    if (sides[i] == NULL && whole == count)
      whole = i;
    if (sides[i] != NULL && !find_front(sides, count, i, &fronts[i], err))
      return false;
  }
  for (size_t i = 0; i < count; i++) {
    const size_t first = first_side(fronts, count, i);
    size_t same = 0;
    while (same < i && first_side(fronts, count, same) != first)
      same++;
    out[i] = (tc_side){.paper = same < i ? out[same].paper : ++papers, .is_first = first == i};
  }
  return true;
}

/* ---- Reading ---- */

typedef struct looking {
  tc_worker_pool *pool;
  int fd;
  tc_json *pages;
  const tc_json **sides; /* within `answers` */
  tc_json **answers;     /* owned */
  pthread_mutex_t lock;
  tc_error error; /* of the first side that failed */
} looking;

static void look(size_t index, void *data)
{
  looking *l = data;
  if (tc_json_get(tc_json_at(l->pages, index), "part") == NULL)
    return;
  tc_auto(tc_json) arguments = tc_json_object();
  tc_auto(tc_worker_answer) answer = {0};
  tc_error problem = {0};
  tc_json_set_integer(arguments, "page", (int64_t)index);
  tc_json_set_boolean(arguments, "fields", true);
  tc_json_set(arguments, "pages", tc_json_keep(l->pages));
  tc_worker_call_options call = {.task = "read", .arguments = arguments, .fds = &l->fd, .fd_count = 1};
  const bool ok = tc_worker_pool_call(l->pool, &call, &answer, &problem);
  pthread_mutex_lock(&l->lock);
  if (!ok && l->error.code == TC_OK)
    l->error = problem;
  pthread_mutex_unlock(&l->lock);
  if (!ok)
    return;
  l->answers[index] = tc_steal(&answer.result);
  l->sides[index] = tc_json_get(l->answers[index], "extraction");
}

/* Papers in order, of each its first side first. */
static bool order_pages(tc_json *inspection, const tc_side *sides, tc_error *err)
{
  const tc_json *pages = tc_json_get(inspection, "pages");
  const size_t count = tc_json_count(pages);
  tc_auto(tc_json) ordered = tc_json_array();
  for (size_t paper = 1; paper <= count; paper++)
    for (int later = 0; later < 2; later++)
      for (size_t i = 0; i < count; i++) {
        tc_json *row = (tc_json *)(uintptr_t)tc_json_at(pages, i);
        if (sides[i].paper == paper && sides[i].is_first == (later == 0) &&
            (!tc_json_set_integer(row, "paper", (int64_t)paper) || !tc_json_append(ordered, tc_json_keep(row))))
          return tc_fail(err, TC_NO_MEMORY, "no memory for a list of pages");
      }
  return tc_json_set(inspection, "pages", tc_steal(&ordered)) || tc_fail(err, TC_NO_MEMORY, "no memory");
}

static bool read_and_order(looking *l, size_t count, tc_json *inspection, tc_error *err)
{
  tc_side *numbered = calloc(count + 1, sizeof *numbered);
  bool ok = (numbered != NULL && l->sides != NULL && l->answers != NULL) ||
            tc_fail(err, TC_NO_MEMORY, "no memory for %zu sides", count);
  ok = ok && tc_parallel(count, tc_worker_pool_count(l->pool), look, l, err);
  if (ok && l->error.code != TC_OK) {
    *err = l->error;
    ok = false;
  }
  ok = ok && tc_sides_number(l->sides, count, numbered, err) && order_pages(inspection, numbered, err);
  free(numbered);
  return ok;
}

bool tc_sides_join(tc_worker_pool *pool, int fd, tc_json *inspection, tc_error *err)
{
  tc_json *pages = (tc_json *)(uintptr_t)tc_json_get(inspection, "pages");
  const size_t count = tc_json_count(pages);
  bool any = false;
  for (size_t i = 0; i < count; i++)
    any = any || tc_json_get(tc_json_at(pages, i), "part") != NULL;
  if (!any)
    return true;
  looking l = {.pool = pool, .fd = fd, .pages = pages};
  l.sides = calloc(count, sizeof *l.sides);
  l.answers = calloc(count, sizeof(tc_json *));
  pthread_mutex_init(&l.lock, NULL);
  const bool ok = read_and_order(&l, count, inspection, err);
  pthread_mutex_destroy(&l.lock);
  for (size_t i = 0; i < count && l.answers != NULL; i++)
    tc_json_release(l.answers[i]);
  free(l.answers);
  free(l.sides);
  return ok;
}
