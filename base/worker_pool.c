/*
 * The pool: a stack of idle processes (the last one used is the warmest) under one lock, and a count of those at work.
 * A call takes an idle process or starts one, outside the lock; a process that failed in any way but by telling a
 * task's error is destroyed, and the next call starts another.
 */
#include "base/worker_process.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

enum { DISMISS_MS = 1000, READABLE_MAX = 15 };
enum { SEALS = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE };

struct tc_worker_pool {
  tc_worker_pool_options options;
  const char *readable[READABLE_MAX + 1]; /* what options.readable_paths points to */
  size_t count;
  int64_t tasks_max;
  size_t message_bytes;
  int64_t timeout_ms;
  pthread_mutex_t lock;
  pthread_cond_t freed;
  tc_worker_process **idle; /* a stack with room for `count` */
  size_t idle_count;
  size_t busy_count;
};

static size_t usable_cores(void)
{
  cpu_set_t cores;
  return sched_getaffinity(0, sizeof cores, &cores) == 0 ? (size_t)CPU_COUNT(&cores) : 1;
}

bool tc_worker_pool_create(const tc_worker_pool_options *options, tc_worker_pool **out, tc_error *err)
{
  assert(options->command != NULL && options->settings != NULL);
  size_t count = options->count > 0 ? options->count : usable_cores();
  tc_worker_pool *pool = calloc(1, sizeof *pool);
  tc_worker_process **idle = calloc(count, sizeof *idle);
  if (pool == NULL || idle == NULL) {
    free(pool);
    free(idle);
    return tc_fail(err, TC_NO_MEMORY, "no memory for a pool of %zu workers", count);
  }
  *pool = (tc_worker_pool){
      .options = *options,
      .count = count,
      .tasks_max = tc_settings_integer(options->settings, "base.worker_tasks_max"),
      .message_bytes = (size_t)tc_settings_integer(options->settings, "base.worker_message_bytes"),
      .timeout_ms = tc_settings_integer(options->settings, "base.worker_timeout"),
      .idle = idle,
  };
  for (size_t i = 0; options->readable_paths != NULL && options->readable_paths[i] != NULL; i++) {
    assert(i < READABLE_MAX);
    pool->readable[i] = options->readable_paths[i];
  }
  pool->options.readable_paths = pool->readable;
  pthread_mutex_init(&pool->lock, NULL);
  pthread_cond_init(&pool->freed, NULL);
  *out = pool;
  return true;
}

void tc_worker_pool_destroy(tc_worker_pool *pool)
{
  if (pool == NULL)
    return;
  assert(pool->busy_count == 0);
  for (size_t i = 0; i < pool->idle_count; i++)
    tc_worker_process_dismiss(pool->idle[i]);
  int64_t deadline = tc_clock_ms() + DISMISS_MS;
  for (size_t i = 0; i < pool->idle_count; i++) {
    tc_worker_process_await_end(pool->idle[i], deadline);
    tc_worker_process_destroy(pool->idle[i]);
  }
  pthread_cond_destroy(&pool->freed);
  pthread_mutex_destroy(&pool->lock);
  free(pool->idle);
  free(pool);
}

size_t tc_worker_pool_count(const tc_worker_pool *pool) { return pool->count; }

/* Waits for a place; an idle process comes with it where there is one. */
static tc_worker_process *enter(tc_worker_pool *pool)
{
  pthread_mutex_lock(&pool->lock);
  while (pool->busy_count == pool->count)
    pthread_cond_wait(&pool->freed, &pool->lock);
  pool->busy_count++;
  tc_worker_process *process = pool->idle_count > 0 ? pool->idle[--pool->idle_count] : NULL;
  pthread_mutex_unlock(&pool->lock);
  return process;
}

/* Gives the place back, and the process where it may go on. */
static void leave(tc_worker_pool *pool, tc_worker_process *process)
{
  pthread_mutex_lock(&pool->lock);
  if (process != NULL)
    pool->idle[pool->idle_count++] = process;
  pool->busy_count--;
  pthread_cond_signal(&pool->freed);
  pthread_mutex_unlock(&pool->lock);
}

/* A copy of a descriptor that can only be read and has a position of its own. */
static bool open_for_reading(int fd, int *out, tc_error *err)
{
  struct stat status;
  if (fstat(fd, &status) != 0)
    return tc_fail_errno(err, TC_USAGE, errno, "a descriptor for a worker cannot be examined");
  if (!S_ISREG(status.st_mode))
    return tc_fail(err, TC_UNSUPPORTED, "workers read regular files only");
  char path[64];
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  int copy = open(path, O_RDONLY | O_CLOEXEC);
  if (copy < 0)
    return tc_fail_errno(err, TC_IO, errno, "a file cannot be opened once more for a worker");
  *out = copy;
  return true;
}

/* The call's message; its descriptors are copies, so that the message can close them all. */
static bool build_call(const tc_worker_call_options *call, tc_message *message, tc_error *err)
{
  if (call->fd_count + call->output_count > TC_WORKER_FDS_MAX)
    return tc_fail(err, TC_LIMIT, "a worker takes %d descriptors at most", TC_WORKER_FDS_MAX);
  for (size_t i = 0; i < call->fd_count; i++, message->fd_count++)
    if (!open_for_reading(call->fds[i], &message->fds[message->fd_count], err))
      return false;
  for (size_t i = 0; i < call->output_count; i++, message->fd_count++) {
    int copy = fcntl(call->outputs[i], F_DUPFD_CLOEXEC, 0);
    if (copy < 0)
      return tc_fail_errno(err, TC_USAGE, errno, "an output descriptor for a worker cannot be copied");
    message->fds[message->fd_count] = copy;
  }
  message->kind = TC_MESSAGE_CALL;
  message->body = tc_json_object();
  /* keep: one more reference; the message only reads it */
  tc_json *arguments = call->arguments != NULL ? tc_json_keep((tc_json *)(uintptr_t)call->arguments) : tc_json_object();
  bool ok = tc_json_set(message->body, "arguments", arguments) && tc_json_set_text(message->body, "task", call->task) &&
            tc_json_set_integer(message->body, "outputs", (int64_t)call->output_count);
  return ok || tc_fail(err, TC_NO_MEMORY, "no memory for a message");
}

static bool take_answer(tc_message *message, tc_worker_answer *out, tc_error *err)
{
  for (size_t i = 0; i < message->fd_count; i++) {
    int seals = fcntl(message->fds[i], F_GET_SEALS);
    if (seals < 0 || (seals & SEALS) != SEALS)
      return tc_fail(err, TC_WORKER, "the worker sent a descriptor that is no sealed memory file");
  }
  *out = (tc_worker_answer){.result = tc_steal(&message->body), .fd_count = message->fd_count};
  memcpy(out->fds, message->fds, sizeof out->fds);
  message->fd_count = 0;
  return true;
}

/* What a round of messages ended with. */
typedef enum outcome {
  DONE,   /* with a result */
  FAILED, /* the task told its error; the worker can go on */
  BROKEN  /* the worker is of no use any more */
} outcome;

static outcome converse(const tc_channel *channel, const tc_worker_call_options *call, tc_worker_process *process,
                        tc_worker_answer *out, tc_error *err)
{
  for (;;) {
    tc_auto(tc_message) message = {0};
    if (!tc_message_receive(channel, &message, err))
      return BROKEN;
    switch (message.kind) {
    case TC_MESSAGE_PROGRESS:
      if (call->progress != NULL)
        call->progress(message.body, call->progress_data);
      continue;
    case TC_MESSAGE_RESULT:
      return take_answer(&message, out, err) ? DONE : BROKEN;
    case TC_MESSAGE_ERROR:
      tc_error_from_json(message.body, err);
      return FAILED;
    case TC_MESSAGE_CLOSED:
      tc_worker_process_fail_dead(process, err);
      return BROKEN;
    default:
      tc_fail(err, TC_WORKER, "the worker answered out of turn");
      return BROKEN;
    }
  }
}

static outcome run_in(const tc_worker_pool *pool, tc_worker_process *process, const tc_worker_call_options *call,
                      const tc_message *message, tc_worker_answer *out, tc_error *err)
{
  int64_t timeout = call->timeout_ms > 0 ? call->timeout_ms : pool->timeout_ms;
  const tc_channel channel = {.fd = process->fd, .limit = pool->message_bytes, .deadline = tc_clock_ms() + timeout};
  tc_worker_process_limit_time(process, timeout);
  tc_worker_process_reset_peak(process);
  tc_error problem = {0};
  outcome ended = BROKEN;
  if (tc_message_send(&channel, message, &problem))
    ended = converse(&channel, call, process, out, &problem);
  else if (problem.code == TC_LIMIT)
    ended = FAILED; /* nothing went out */
  else if (problem.code == TC_WORKER)
    tc_worker_process_fail_dead(process, &problem);
  if (ended == DONE)
    out->peak_memory_bytes = tc_worker_process_peak(process);
  else if (problem.code == TC_TIMEOUT && ended == BROKEN)
    tc_fail(err, TC_TIMEOUT, "the task %s took longer than %lld ms and was stopped", call->task, (long long)timeout);
  else if (ended == BROKEN)
    tc_fail(err, problem.code, "task %s: %s", call->task, problem.message);
  else if (err != NULL && err->code == TC_OK)
    *err = problem;
  process->tasks++;
  return ended;
}

static bool get_process(const tc_worker_pool *pool, tc_worker_process **process, tc_error *err)
{
  if (*process != NULL && tc_worker_process_is_alive(*process))
    return true;
  tc_worker_process_destroy(*process);
  *process = NULL;
  return tc_worker_process_start(&pool->options, process, err);
}

bool tc_worker_pool_call(tc_worker_pool *pool, const tc_worker_call_options *call, tc_worker_answer *out, tc_error *err)
{
  tc_auto(tc_message) message = {0};
  if (!build_call(call, &message, err))
    return false;
  tc_worker_process *process = enter(pool);
  outcome ended = BROKEN;
  if (get_process(pool, &process, err))
    ended = run_in(pool, process, call, &message, out, err);
  bool goes_on = ended != BROKEN && process->tasks < pool->tasks_max;
  if (!goes_on)
    tc_worker_process_destroy(process);
  leave(pool, goes_on ? process : NULL);
  return ended == DONE;
}

void tc_worker_answer_finish(tc_worker_answer *answer)
{
  for (size_t i = 0; i < answer->fd_count; i++)
    close(answer->fds[i]);
  tc_json_release(answer->result);
  *answer = (tc_worker_answer){0};
}
