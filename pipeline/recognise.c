#include "pipeline/recognise.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/queue.h"
#include "pipeline/sides.h"

#include <math.h>
#include <pthread.h>

void tc_recognition_finish(tc_recognition *recognition)
{
  tc_buf_finish(&recognition->words);
  tc_json_release(recognition->result);
  tc_json_release(recognition->timings);
  *recognition = (tc_recognition){0};
}

static tc_json *borrowed(const tc_json *value) { return tc_json_keep((tc_json *)(uintptr_t)value); }

static bool run_task(tc_worker_pool *pool, const tc_worker_call_options *call, tc_json **out, tc_error *err)
{
  tc_auto(tc_worker_answer) answer = {0};
  if (!tc_worker_pool_call(pool, call, &answer, err))
    return false;
  *out = tc_steal(&answer.result);
  return true;
}

bool tc_inspect(tc_worker_pool *pool, int fd, tc_json **out, tc_error *err)
{
  tc_worker_call_options call = {.task = "inspect", .fds = &fd, .fd_count = 1};
  tc_auto(tc_json) inspection = NULL;
  if (!run_task(pool, &call, &inspection, err) || !tc_sides_join(pool, fd, inspection, err))
    return false;
  *out = tc_steal(&inspection);
  return true;
}

static int64_t paper_of(const tc_json *pages, size_t page)
{
  return tc_json_get_integer(tc_json_at(pages, page), "paper", 0);
}

size_t tc_inspection_papers(const tc_json *pages)
{
  size_t papers = 1;
  for (size_t i = 1; i < tc_json_count(pages); i++)
    papers += paper_of(pages, i) != paper_of(pages, i - 1);
  return papers;
}

tc_json *tc_inspection_pages(const tc_json *pages, size_t paper)
{
  tc_json *rows = tc_json_array();
  size_t here = 0;
  for (size_t i = 0; i < tc_json_count(pages); i++) {
    here += i > 0 && paper_of(pages, i) != paper_of(pages, i - 1);
    if (here == paper)
      tc_json_append(rows, borrowed(tc_json_at(pages, i)));
  }
  return rows;
}

const tc_json *tc_pages_argument(const tc_json *pages) { return paper_of(pages, 0) > 0 ? pages : NULL; }

/* ---- Pages side by side ---- */

typedef struct reading {
  tc_worker_pool *pool;
  int fd;
  const char *type;
  const tc_json *rows; /* of the pages, as of tc_inspect */
  bool fields;         /* one page: extract in the same call */
  tc_json **pages;     /* what "read" answered, by page, but for its words */
  tc_buf *words;       /* a line of JSON a page */
  pthread_mutex_t lock;
  tc_error error; /* of the first page that failed */
} reading;

static bool take_words(reading *r, size_t index, tc_error *err)
{
  tc_buf *line = &r->words[index];
  bool ok = tc_json_write(tc_json_get(r->pages[index], "words"), line, err) && tc_buf_append_text(line, "\n", err);
  tc_json_remove(r->pages[index], "words");
  return ok;
}

static void add_common(const reading *r, tc_json *arguments)
{
  const tc_json *pages = tc_pages_argument(r->rows);
  if (pages != NULL)
    tc_json_set(arguments, "pages", borrowed(pages));
  if (r->type != NULL)
    tc_json_set_text(arguments, "type", r->type);
}

static void read_page(size_t index, void *data)
{
  reading *r = data;
  pthread_mutex_lock(&r->lock);
  bool stop = r->error.code != TC_OK;
  pthread_mutex_unlock(&r->lock);
  if (stop)
    return;
  tc_auto(tc_json) arguments = tc_json_object();
  tc_json_set_integer(arguments, "page", (int64_t)index);
  tc_json_set_boolean(arguments, "fields", r->fields);
  add_common(r, arguments);
  tc_worker_call_options call = {.task = "read", .arguments = arguments, .fds = &r->fd, .fd_count = 1};
  tc_error problem = {0};
  bool ok = run_task(r->pool, &call, &r->pages[index], &problem) && take_words(r, index, &problem);
  pthread_mutex_lock(&r->lock);
  if (!ok && r->error.code == TC_OK)
    r->error = problem;
  pthread_mutex_unlock(&r->lock);
}

static bool read_pages(reading *r, size_t count, tc_error *err)
{
  size_t threads = tc_worker_pool_count(r->pool);
  pthread_mutex_init(&r->lock, NULL);
  bool ok = tc_parallel(count, threads < count ? threads : count, read_page, r, err);
  pthread_mutex_destroy(&r->lock);
  if (ok && r->error.code != TC_OK) {
    *err = r->error;
    return false;
  }
  return ok;
}

/* ---- Joining ---- */

/* What inspection knows of a page, and what reading found. */
static tc_json *joined_page(const tc_json *inspected, const tc_json *read)
{
  tc_json *page = tc_json_object();
  const tc_json *sources[] = {inspected, read};
  for (size_t i = 0; i < TC_ARRAY_LEN(sources); i++) {
    tc_json_member member;
    for (bool more = tc_json_first(sources[i], &member); more; more = tc_json_next(sources[i], &member))
      tc_json_set(page, member.key, tc_json_keep((tc_json *)(uintptr_t)member.value));
  }
  return page;
}

static bool extract_fields(const reading *r, tc_bytes words, tc_json **out, tc_error *err)
{
  tc_auto(tc_fd) words_fd = -1;
  tc_auto(tc_json) arguments = tc_json_object();
  if (!tc_memfd("words", &words_fd, err) || !tc_fd_write_all(words_fd, words.data, words.size, err))
    return false;
  add_common(r, arguments);
  int fds[] = {r->fd, words_fd};
  tc_worker_call_options call = {.task = "extract", .arguments = arguments, .fds = fds, .fd_count = TC_ARRAY_LEN(fds)};
  return run_task(r->pool, &call, out, err);
}

static bool join(const reading *r, size_t count, tc_recognition *out, tc_error *err)
{
  tc_json *pages = tc_json_array();
  out->result = tc_json_object();
  tc_json_set(out->result, "pages", pages);
  for (size_t i = 0; i < count; i++) {
    tc_json_append(pages, joined_page(tc_json_at(r->rows, i), tc_json_get(r->pages[i], "page")));
    if (!tc_buf_append(&out->words, r->words[i].data, r->words[i].size, err))
      return false;
    tc_buf_finish(&r->words[i]);
  }
  return true;
}

static void join_timings(const reading *r, size_t count, const tc_json *of_document, tc_json *timings)
{
  tc_json *pages = tc_json_array();
  for (size_t i = 0; i < count; i++)
    tc_json_append(pages, borrowed(tc_json_get(r->pages[i], "timings")));
  tc_json_set(timings, "pages", pages);
  if (of_document != NULL)
    tc_json_set(timings, "document", borrowed(of_document));
}

/* The extraction's members stand beside the pages, as the contract of `extract --json` has them. */
static void add_extraction(const tc_json *extraction, tc_json *result)
{
  tc_json_member member;
  for (bool more = tc_json_first(extraction, &member); more; more = tc_json_next(extraction, &member))
    tc_json_set(result, member.key, borrowed(member.value));
}

static bool recognise_pages(reading *r, size_t count, tc_recognition *out, tc_error *err)
{
  if (!read_pages(r, count, err) || !join(r, count, out, err))
    return false;
  if (r->fields) {
    add_extraction(tc_json_get(r->pages[0], "extraction"), out->result);
    join_timings(r, count, NULL, out->timings);
    return true;
  }
  tc_auto(tc_json) answer = NULL;
  if (!extract_fields(r, tc_buf_bytes(&out->words), &answer, err))
    return false;
  add_extraction(tc_json_get(answer, "extraction"), out->result);
  join_timings(r, count, tc_json_get(answer, "timings"), out->timings);
  return true;
}

static double rounded(double seconds) { return round(seconds * 1e4) / 1e4; }

bool tc_recognise(tc_worker_pool *pool, const tc_recognise_options *options, tc_recognition *out, tc_error *err)
{
  tc_auto(tc_recognition) recognition = {.timings = tc_json_object()};
  const double start = tc_clock_seconds();
  size_t count = tc_json_count(options->pages);
  reading r = {.pool = pool, .fd = options->fd, .type = options->type, .rows = options->pages, .fields = count == 1};
  r.pages = calloc(count + 1, sizeof(tc_json *));
  r.words = calloc(count + 1, sizeof *r.words);
  bool ok = (r.pages != NULL && r.words != NULL) || tc_fail(err, TC_NO_MEMORY, "no memory for %zu pages", count);
  ok = ok && recognise_pages(&r, count, &recognition, err);
  for (size_t i = 0; i < count && r.pages != NULL && r.words != NULL; i++) {
    tc_json_release(r.pages[i]);
    tc_buf_finish(&r.words[i]);
  }
  free(r.pages);
  free(r.words);
  if (!ok)
    return false;
  recognition.elapsed = rounded(tc_clock_seconds() - start);
  *out = recognition;
  recognition = (tc_recognition){0};
  return true;
}
