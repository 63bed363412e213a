/*
 * One worker process as its parent sees it: started, warm and shut in; asked whether it lives; ended. Private to base/.
 * Threading: a process belongs to one thread at a time.
 */
#pragma once

#include "base/worker_protocol.h"

#include <sys/types.h>

enum { TC_WORKER_SOCKET = 3, TC_WORKER_EXIT_NO_MEMORY = 71 };

typedef struct tc_worker_process {
  pid_t pid;
  int fd;
  int64_t tasks; /* done so far */
} tc_worker_process;

/* Spawns the program and waits until it is ready. */
TC_NODISCARD bool tc_worker_process_start(const tc_worker_pool_options *options, tc_worker_process **out,
                                          tc_error *err);
/* Kills it if it still runs, and reaps it. */
void tc_worker_process_destroy(tc_worker_process *process);
TC_AUTO_POINTER(tc_worker_process, tc_worker_process_destroy);

/* Whether an idle process still waits for a call. */
bool tc_worker_process_is_alive(const tc_worker_process *process);
/* Ends a process that broke off and tells how it died; the process can only be destroyed then. Returns false. */
bool tc_worker_process_fail_dead(tc_worker_process *process, tc_error *err);
/* Tells an idle process to end of itself; waits for that until a time of tc_clock_ms. */
void tc_worker_process_dismiss(const tc_worker_process *process);
void tc_worker_process_await_end(const tc_worker_process *process, int64_t deadline);

/* Bounds the processor time of the next task: a backstop, should the parent itself be stopped. */
void tc_worker_process_limit_time(const tc_worker_process *process, int64_t milliseconds);
/* The peak of the resident size: counted afresh from the first call on, read by the second (0: unknown). The parent
   reads it from the kernel, so a worker cannot lie. */
void tc_worker_process_reset_peak(const tc_worker_process *process);
int64_t tc_worker_process_peak(const tc_worker_process *process);
