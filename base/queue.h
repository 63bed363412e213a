/*
 * A bounded queue between threads, and N threads that run the same function over items of a list.
 * Ownership: items are borrowed pointers; the queue never frees them. Threading: all calls from any thread.
 */
#pragma once

#include "base/auto.h"
#include "base/error.h"

#include <stddef.h>

typedef struct tc_queue tc_queue;

TC_NODISCARD bool tc_queue_create(size_t capacity, tc_queue **out, tc_error *err);
void tc_queue_destroy(tc_queue *queue);
TC_AUTO_POINTER(tc_queue, tc_queue_destroy);
bool tc_queue_push(tc_queue *queue, void *item); /* waits while full; false once the queue is closed */
bool tc_queue_pop(tc_queue *queue, void **out);  /* waits while empty; false once closed and empty */
void tc_queue_close(tc_queue *queue);            /* wakes all; no push succeeds any more */

/* Calls run(index, data) once for each 0 ≤ index < count, started in order of index, on at most `threads` threads of
   which the caller's is one, and returns when all ended. Fails before the first call (TC_NO_MEMORY) or not at all. */
TC_NODISCARD bool tc_parallel(size_t count, size_t threads, void (*run)(size_t index, void *data), void *data,
                              tc_error *err);
