/*
 * Worker processes: whatever decodes, renders, recognises or parses hostile bytes runs in one. A worker is the program
 * itself, spawned by a hidden command in a cleared environment with OMP_THREAD_LIMIT=1, sandboxed (seccomp always,
 * Landlock where the kernel has it, memory and time limits) before it sees the first byte. It is fed by read-only
 * descriptors and answers by messages of known length over a socketpair, with pixels and files in memfds.
 * A worker that dies or stalls is replaced, and its call fails alone (TC_WORKER, TC_TIMEOUT, TC_NO_MEMORY).
 *
 * Descriptors. What a call hands in is opened anew for reading, so the worker can neither write to it nor move the
 * parent's file position, and each starts at offset 0; `outputs` are passed as they are, to be written. What an answer
 * brings back are memfds (tc_memfd), sealed by the worker's side and checked by the parent's: nobody can change or
 * shrink them any more, so a parent may map them. Unmap a writable mapping before the task returns, or sealing fails.
 *
 * What a task finds missing in the sandbox: sockets, new processes, opening for writing, deleting, renaming, signals to
 * others, a changed limit; each fails with EPERM. Threads, memory and opening for reading (below the folders that
 * Landlock leaves: libraries, /usr/share, fonts, /proc/self and the pool's readable_paths) work.
 *
 * Ownership: the pool owns its processes; an answer owns its JSON and descriptors.
 * Threading: tc_worker_pool_call may be called from any number of threads at once; each call holds one worker.
 */
#pragma once

#include "base/json.h"
#include "base/settings.h"

enum { TC_WORKER_FDS_MAX = 16 };

/* ---- The worker's side ---- */

typedef struct tc_worker_request {
  const tc_json *arguments;
  const int *fds; /* borrowed, read-only, at offset 0: closed after the task */
  size_t fd_count;
  const int *outputs; /* borrowed: the call's outputs */
  size_t output_count;
  const tc_settings *settings;
} tc_worker_request;

typedef struct tc_worker_reply {
  tc_json *result;            /* NULL: an empty object. Taken over */
  int fds[TC_WORKER_FDS_MAX]; /* memfds of tc_memfd. Taken over: sealed, sent, closed */
  size_t fd_count;
} tc_worker_reply;

typedef struct tc_worker_task {
  const char *name;
  bool (*run)(const tc_worker_request *request, tc_worker_reply *reply, tc_error *err);
} tc_worker_task;

typedef struct tc_worker_tasks {
  const tc_worker_task *rows;
  size_t count;
} tc_worker_tasks;

/* Runs once before the first call, under Landlock and the limits, but before seccomp: what a library loads once
   (language models, fonts). May be NULL. */
typedef bool (*tc_worker_warm_up)(const tc_settings *settings, tc_error *err);

typedef struct tc_worker_main_options {
  const tc_settings_table *settings_tables; /* the same as the parent's, tc_base_settings among them */
  size_t settings_table_count;
  const tc_worker_tasks *tasks; /* one for each module that has tasks */
  size_t tasks_count;
  tc_worker_warm_up warm_up;
} tc_worker_main_options;

/* The hidden command's whole body: reads the settings from the socket (descriptor 3), shuts the sandbox, serves calls
   until the parent closes. Returns the exit status. */
int tc_worker_main(const tc_worker_main_options *options);

/* ---- The parent's side ---- */

typedef struct tc_worker_pool tc_worker_pool;

typedef struct tc_worker_pool_options {
  const char *program;  /* NULL: this program (/proc/self/exe) */
  const char *command;  /* the hidden command, argv[1] */
  size_t count;         /* workers at most; 0: one a core this process may use */
  int64_t memory_bytes; /* address space of each; 0: the setting base.worker_memory */
  const tc_settings *settings;
  const char *const *readable_paths; /* NULL-terminated: what Landlock leaves readable too (data files, folders);
                                        at most 15; NULL: none. The texts must outlive the pool, as settings must */
} tc_worker_pool_options;

typedef struct tc_worker_call_options {
  const char *task;
  const tc_json *arguments;
  const int *fds; /* borrowed */
  size_t fd_count;
  const int *outputs;  /* borrowed: what the worker may write to, such as an unlinked temporary file */
  size_t output_count; /* fd_count + output_count ≤ TC_WORKER_FDS_MAX */
  int timeout_ms;      /* 0: the setting base.worker_timeout */
  void (*progress)(const tc_json *message, void *data); /* NULL: none; called on the calling thread */
  void *progress_data;
} tc_worker_call_options;

typedef struct tc_worker_answer {
  tc_json *result;
  int fds[TC_WORKER_FDS_MAX];
  size_t fd_count;
  int64_t peak_memory_bytes; /* the largest resident size of the worker during the task; 0: unknown */
} tc_worker_answer;

/* Workers start on demand, and are kept. `count` bounds how many run at once. */
TC_NODISCARD bool tc_worker_pool_create(const tc_worker_pool_options *options, tc_worker_pool **out, tc_error *err);
void tc_worker_pool_destroy(tc_worker_pool *pool); /* no call may be under way */
TC_AUTO_POINTER(tc_worker_pool, tc_worker_pool_destroy);
size_t tc_worker_pool_count(const tc_worker_pool *pool);

/* Waits for a free worker (without limit: queue the work with tc_queue), runs one task in it and waits for its answer.
   A task that failed gives its own error. TC_LIMIT: a message longer than the setting base.worker_message_bytes;
   TC_TIMEOUT: stopped; TC_NO_MEMORY: the worker ran out of its memory; TC_WORKER: it died (the signal is named), or
   broke the protocol. */
TC_NODISCARD bool tc_worker_pool_call(tc_worker_pool *pool, const tc_worker_call_options *call, tc_worker_answer *out,
                                      tc_error *err);
void tc_worker_answer_finish(tc_worker_answer *answer);
TC_AUTO_VALUE(tc_worker_answer, tc_worker_answer_finish);

/* In the worker: sends a progress message of the task under way (may be called any number of times). */
void tc_worker_progress(const tc_json *message);
