#include "base/worker_protocol.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { MAGIC = 0x74634d31 };

typedef struct header {
  uint32_t magic;
  uint32_t kind;
  uint32_t fd_count;
  uint32_t size;
} header;

typedef union control {
  struct cmsghdr align;
  char bytes[CMSG_SPACE(sizeof(int) * TC_WORKER_FDS_MAX)];
} control;

int64_t tc_clock_ms(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void tc_message_finish(tc_message *message)
{
  for (size_t i = 0; i < message->fd_count; i++)
    close(message->fds[i]);
  tc_json_release(message->body);
  *message = (tc_message){0};
}

static bool wait_for(const tc_channel *channel, short events, tc_error *err)
{
  for (;;) {
    int64_t left = channel->deadline == INT64_MAX ? -1 : channel->deadline - tc_clock_ms();
    if (channel->deadline != INT64_MAX && left <= 0)
      return tc_fail(err, TC_TIMEOUT, "no answer in time");
    struct pollfd poller = {.fd = channel->fd, .events = events};
    int got = poll(&poller, 1, left > INT_MAX ? INT_MAX : (int)left);
    if (got > 0)
      return true;
    if (got < 0 && errno != EINTR)
      return tc_fail_errno(err, TC_WORKER, errno, "waiting on a worker's socket failed");
  }
}

/* Sends `size` bytes; the descriptors of `ancillary` go with the first. */
static bool send_bytes(const tc_channel *channel, const void *data, size_t size, struct msghdr ancillary, tc_error *err)
{
  for (size_t done = 0; done < size;) {
    struct iovec part = {.iov_base = (char *)(uintptr_t)data + done, .iov_len = size - done};
    ancillary.msg_iov = &part;
    ancillary.msg_iovlen = 1;
    ssize_t put = sendmsg(channel->fd, &ancillary, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (put < 0 && (errno == EAGAIN || errno == EINTR)) {
      if (!wait_for(channel, POLLOUT, err))
        return false;
      continue;
    }
    if (put < 0)
      return tc_fail(err, TC_WORKER, "sending to the other end failed (%s)", strerrorname_np(errno));
    done += (size_t)put;
    ancillary = (struct msghdr){0};
  }
  return true;
}

bool tc_message_send(const tc_channel *channel, const tc_message *message, tc_error *err)
{
  tc_auto(tc_buf) body = {0};
  if (message->body != NULL && !tc_json_write(message->body, &body, err))
    return false;
  if (body.size > channel->limit || body.size > UINT32_MAX)
    return tc_fail(err, TC_LIMIT, "a message of %zu bytes; the setting base.worker_message_bytes allows %zu", body.size,
                   channel->limit);
  if (message->fd_count > TC_WORKER_FDS_MAX)
    return tc_fail(err, TC_LIMIT, "%zu descriptors in a message; %d are allowed", message->fd_count, TC_WORKER_FDS_MAX);
  header head = {MAGIC, message->kind, (uint32_t)message->fd_count, (uint32_t)body.size};
  struct msghdr ancillary = {0};
  control room = {0};
  if (message->fd_count > 0) {
    size_t bytes = sizeof(int) * message->fd_count;
    room.align = (struct cmsghdr){.cmsg_len = CMSG_LEN(bytes), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
    memcpy(CMSG_DATA(&room.align), message->fds, bytes);
    ancillary.msg_control = &room;
    ancillary.msg_controllen = CMSG_SPACE(bytes);
  }
  return send_bytes(channel, &head, sizeof head, ancillary, err) &&
         send_bytes(channel, body.data, body.size, (struct msghdr){0}, err);
}

/* Takes the descriptors over; those beyond the limit are closed and told by `false`. */
static bool collect_fds(struct msghdr *ancillary, tc_message *into)
{
  bool fits = (ancillary->msg_flags & MSG_CTRUNC) == 0;
  for (struct cmsghdr *each = CMSG_FIRSTHDR(ancillary); each != NULL; each = CMSG_NXTHDR(ancillary, each)) {
    if (each->cmsg_level != SOL_SOCKET || each->cmsg_type != SCM_RIGHTS)
      continue;
    size_t count = (each->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < count; i++) {
      int fd;
      memcpy(&fd, CMSG_DATA(each) + i * sizeof fd, sizeof fd);
      if (into->fd_count < TC_WORKER_FDS_MAX) {
        into->fds[into->fd_count++] = fd;
      } else {
        close(fd);
        fits = false;
      }
    }
  }
  return fits;
}

/* One read of at most `size` bytes; *got is 0 at the end of the stream. Without `into`, descriptors are dropped. */
static bool receive_some(const tc_channel *channel, void *data, size_t size, tc_message *into, size_t *got,
                         tc_error *err)
{
  for (;;) {
    struct iovec part = {.iov_base = data, .iov_len = size};
    control room;
    struct msghdr ancillary = {.msg_iov = &part, .msg_iovlen = 1};
    if (into != NULL) {
      ancillary.msg_control = &room;
      ancillary.msg_controllen = sizeof room;
    }
    ssize_t count = recvmsg(channel->fd, &ancillary, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
      if (!wait_for(channel, POLLIN, err))
        return false;
      continue;
    }
    if (count < 0 && errno != ECONNRESET)
      return tc_fail(err, TC_WORKER, "receiving from the other end failed (%s)", strerrorname_np(errno));
    if (into != NULL && count >= 0 && !collect_fds(&ancillary, into))
      return tc_fail(err, TC_WORKER, "a message with too many descriptors");
    *got = count > 0 ? (size_t)count : 0;
    return true;
  }
}

/* *ended: the stream ended before the first byte. */
static bool receive_header(const tc_channel *channel, header *head, tc_message *into, bool *ended, tc_error *err)
{
  size_t done = 0;
  while (done < sizeof *head) {
    size_t got;
    if (!receive_some(channel, (char *)head + done, sizeof *head - done, into, &got, err))
      return false;
    *ended = got == 0 && done == 0;
    if (*ended)
      return true;
    if (got == 0)
      return tc_fail(err, TC_WORKER, "the stream ended within a message");
    done += got;
  }
  if (head->magic != MAGIC || head->kind == TC_MESSAGE_CLOSED || head->kind >= TC_MESSAGE_KIND_COUNT ||
      head->fd_count != into->fd_count)
    return tc_fail(err, TC_WORKER, "a malformed message");
  if (head->size > channel->limit)
    return tc_fail(err, TC_LIMIT, "a message of %u bytes; the setting base.worker_message_bytes allows %zu", head->size,
                   channel->limit);
  return true;
}

static bool receive_body(const tc_channel *channel, size_t size, tc_json **out, tc_error *err)
{
  tc_auto(tc_buf) body = {0};
  if (!tc_buf_reserve(&body, size, err))
    return false;
  while (body.size < size) {
    size_t got;
    if (!receive_some(channel, body.data + body.size, size - body.size, NULL, &got, err))
      return false;
    if (got == 0)
      return tc_fail(err, TC_WORKER, "the stream ended within a message");
    body.size += got;
  }
  tc_error problem = {0};
  if (!tc_json_parse(tc_buf_bytes(&body), out, &problem))
    return tc_fail(err, TC_WORKER, "a message that is no JSON: %s", problem.message);
  return true;
}

bool tc_message_receive(const tc_channel *channel, tc_message *out, tc_error *err)
{
  header head = {0};
  bool ended = false;
  tc_auto(tc_message) message = {0};
  if (!receive_header(channel, &head, &message, &ended, err))
    return false;
  if (!ended && head.size > 0 && !receive_body(channel, head.size, &message.body, err))
    return false;
  message.kind = ended ? TC_MESSAGE_CLOSED : (tc_message_kind)head.kind;
  *out = message;
  message = (tc_message){0};
  return true;
}

tc_json *tc_error_to_json(const tc_error *err)
{
  tc_json *value = tc_json_object();
  tc_json_set_text(value, "code", tc_code_info(err->code)->name);
  tc_json_set_text(value, "message", err->message);
  tc_json_set_integer(value, "errno", err->sys_errno);
  return value;
}

bool tc_error_from_json(const tc_json *value, tc_error *err)
{
  tc_code code = tc_code_from_name(tc_json_get_text(value, "code", ""));
  bool filled =
      tc_fail(err, code != TC_OK ? code : TC_INTERNAL, "%s", tc_json_get_text(value, "message", "no message"));
  if (err != NULL)
    err->sys_errno = (int)tc_json_get_integer(value, "errno", 0);
  return filled;
}
