/*
 * Messages between a parent and its worker, over a stream socket: a header of fixed size that tells kind, length and
 * number of descriptors (which travel with it, SCM_RIGHTS), then a body of JSON. Each side takes the other's bytes as
 * hostile: lengths are bounded before anything is allocated, and descriptors that do not fit are closed.
 * Private to base/. Threading: one thread a direction at a time.
 */
#pragma once

#include "base/json.h"
#include "base/worker.h"

typedef enum tc_message_kind {
  TC_MESSAGE_CLOSED,   /* never sent: the other end is gone */
  TC_MESSAGE_START,    /* parent: settings, limits, paths */
  TC_MESSAGE_READY,    /* worker: warm, and its sandbox shut */
  TC_MESSAGE_CALL,     /* parent: a task */
  TC_MESSAGE_PROGRESS, /* worker: on its way */
  TC_MESSAGE_RESULT,   /* worker: the task is done */
  TC_MESSAGE_ERROR,    /* worker: the task, or the start, failed */
  TC_MESSAGE_KIND_COUNT
} tc_message_kind;

typedef struct tc_message {
  tc_message_kind kind;
  tc_json *body;
  int fds[TC_WORKER_FDS_MAX];
  size_t fd_count;
} tc_message;
void tc_message_finish(tc_message *message); /* closes what descriptors are left */
TC_AUTO_VALUE(tc_message, tc_message_finish);

typedef struct tc_channel {
  int fd;
  size_t limit;     /* bytes of a body */
  int64_t deadline; /* of tc_clock_ms; INT64_MAX: none */
} tc_channel;

int64_t tc_clock_ms(void); /* monotonic */

/* TC_LIMIT before anything went out; TC_TIMEOUT, TC_WORKER where the channel is spoilt afterwards. */
TC_NODISCARD bool tc_message_send(const tc_channel *channel, const tc_message *message, tc_error *err);
/* The other end's close between two messages is no failure: TC_MESSAGE_CLOSED. */
TC_NODISCARD bool tc_message_receive(const tc_channel *channel, tc_message *out, tc_error *err);

tc_json *tc_error_to_json(const tc_error *err);               /* NULL: no memory */
bool tc_error_from_json(const tc_json *value, tc_error *err); /* fills *err; returns false */
