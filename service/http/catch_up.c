#include "service/http/catch_up.h"

#include "base/log.h"

#include <pthread.h>
#include <time.h>

enum { BATCH = 64, LOOK_EVERY_S = 1, RETRY_AFTER_S = 30, LEFT_S = 10 };

struct tc_catch_up {
  tc_pipeline *pipeline;
  pthread_t thread;
  pthread_mutex_t lock;
  pthread_cond_t changed;
  bool poked, stopping;
};

static bool list_in(tc_pipeline *p, const tc_record_state *states, size_t count, tc_json **out, tc_error *err)
{
  tc_auto(tc_db_tx) tx = NULL;
  return tc_db_begin(tc_storage_db(tc_pipeline_storage(p)), TC_DB_SNAPSHOT, &tx, err) &&
         tc_record_unfinished(tx, tc_pipeline_office(p), states, count, BATCH, out, err);
}

static bool is_stopping(tc_catch_up *c)
{
  pthread_mutex_lock(&c->lock);
  bool stopping = c->stopping;
  pthread_mutex_unlock(&c->lock);
  return stopping;
}

/* The fault is the capture's own: trying again would end the same way. */
static bool is_final(tc_code code)
{
  return code == TC_FORMAT || code == TC_UNSUPPORTED || code == TC_ENCRYPTED || code == TC_LIMIT;
}

typedef struct asking {
  tc_record_ref ref;
  tc_record_move move;
} asking;

static bool move_record(tc_db_tx *tx, void *data, tc_error *err)
{
  asking *a = data;
  return tc_record_transition(tx, &a->ref, &a->move, err);
}

/* A capture whose head could be read and whose pixels cannot goes back to the counter. */
static bool ask_rescan(tc_catch_up *c, const char *id, const tc_error *problem, tc_error *err)
{
  tc_auto(tc_json) details = tc_json_object();
  tc_json_set_text(details, "message", problem->message);
  asking a = {.ref = {.office = tc_pipeline_office(c->pipeline), .id = id},
              .move = {.from = TC_RECORD_CAPTURED,
                       .to = TC_RECORD_RESCAN_ASKED,
                       .actor = "truecopy",
                       .reason = tc_code_info(problem->code)->name,
                       .details = details}};
  tc_db *db = tc_storage_db(tc_pipeline_storage(c->pipeline));
  return tc_db_transact(db, TC_DB_READ_COMMITTED, move_record, &a, err);
}

/* False where something failed: the next look waits longer. */
static bool take_on(tc_catch_up *c)
{
  tc_error err = {0};
  tc_auto(tc_json) waiting = NULL;
  if (!list_in(c->pipeline, &(tc_record_state){TC_RECORD_CAPTURED}, 1, &waiting, &err)) {
    tc_log_error(NULL, &err);
    return false;
  }
  bool good = true;
  for (size_t i = 0; i < tc_json_count(waiting) && !is_stopping(c); i++) {
    const char *id = tc_json_get_text(tc_json_at(waiting, i), "id", "");
    tc_record_state reached;
    tc_error problem = {0};
    if (!tc_pipeline_advance(c->pipeline, id, TC_RECORD_RECOGNISED, NULL, &reached, &problem)) {
      tc_error unmoved = {0};
      tc_log_error(id, &problem);
      if (!is_final(problem.code) || !ask_rescan(c, id, &problem, &unmoved))
        good = false;
    }
  }
  return good;
}

/* What a person compared or a desk signed and nobody took further, because a server or the desk ended in between:
   prepared, sealed and archived here, as far as the keys are at hand. What was done a moment ago is somebody's work
   still. */
static bool finish_left(tc_catch_up *c)
{
  static const tc_record_state states[] = {TC_RECORD_SEALED, TC_RECORD_COMPARED, TC_RECORD_SIGNED};
  bool at_desk = tc_keyring_is_at_desk(tc_pipeline_keyring(c->pipeline), TC_ROLE_AGENCY);
  tc_error err = {0};
  tc_auto(tc_json) left = NULL;
  if (!list_in(c->pipeline, states, at_desk ? 2 : 3, &left, &err)) {
    tc_log_error(NULL, &err);
    return false;
  }
  bool good = true;
  for (size_t i = 0; i < tc_json_count(left) && !is_stopping(c); i++) {
    const char *id = tc_json_get_text(tc_json_at(left, i), "id", "");
    tc_record_state reached;
    tc_error problem = {0};
    if (tc_json_get_number(tc_json_at(left, i), "idle_s", 0) < LEFT_S ||
        tc_pipeline_advance(c->pipeline, id, TC_RECORD_ARCHIVED, NULL, &reached, &problem))
      continue;
    tc_log_error(id, &problem);
    good = false;
  }
  return good;
}

/* Copies below their level, and archive time-stamps that near their end. What stands in the way of one is in its row.
 */
static bool raise_due(tc_catch_up *c)
{
  for (int i = 0; i < BATCH && !is_stopping(c); i++) {
    tc_error err = {0};
    tc_pipeline_raise raised = {0};
    bool found = false;
    tc_pipeline_due due = {.before = (int64_t)time(NULL)};
    if (!tc_pipeline_renew_next(c->pipeline, &due, &raised, &found, &err)) {
      tc_log_error(NULL, &err);
      return false;
    }
    if (!found)
      return true;
    if (raised.pending)
      tc_log_error(raised.id, &raised.why);
  }
  return true;
}

/* Copies that nobody signed. */
static bool lapse(tc_catch_up *c)
{
  int lapsed = 0;
  tc_error err = {0};
  if (tc_pipeline_lapse(c->pipeline, (int64_t)time(NULL), &lapsed, &err))
    return true;
  tc_log_error(NULL, &err);
  return false;
}

static void wait_for_work(tc_catch_up *c, int seconds)
{
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_sec += seconds;
  pthread_mutex_lock(&c->lock);
  while (!c->poked && !c->stopping)
    if (pthread_cond_timedwait(&c->changed, &c->lock, &until) != 0)
      break;
  c->poked = false;
  pthread_mutex_unlock(&c->lock);
}

static void *run(void *data)
{
  tc_catch_up *c = data;
  while (!is_stopping(c))
    wait_for_work(c, take_on(c) && raise_due(c) && lapse(c) && finish_left(c) ? LOOK_EVERY_S : RETRY_AFTER_S);
  return NULL;
}

bool tc_catch_up_start(tc_pipeline *pipeline, tc_catch_up **out, tc_error *err)
{
  tc_catch_up *c = calloc(1, sizeof *c);
  if (c == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for the background work");
  c->pipeline = pipeline;
  pthread_mutex_init(&c->lock, NULL);
  pthread_cond_init(&c->changed, NULL);
  int problem = pthread_create(&c->thread, NULL, run, c);
  if (problem != 0) {
    free(c);
    return tc_fail_errno(err, TC_NO_MEMORY, problem, "no thread for the background work");
  }
  *out = c;
  return true;
}

void tc_catch_up_poke(tc_catch_up *c)
{
  pthread_mutex_lock(&c->lock);
  c->poked = true;
  pthread_cond_signal(&c->changed);
  pthread_mutex_unlock(&c->lock);
}

void tc_catch_up_stop(tc_catch_up *c)
{
  if (c == NULL)
    return;
  pthread_mutex_lock(&c->lock);
  c->stopping = true;
  pthread_cond_signal(&c->changed);
  pthread_mutex_unlock(&c->lock);
  pthread_join(c->thread, NULL);
  pthread_mutex_destroy(&c->lock);
  pthread_cond_destroy(&c->changed);
  free(c);
}
