/*
 * The server: libmicrohttpd's event thread receives requests and streams bodies into unnamed files; a whole request is
 * suspended and handed to a small pool of threads, whose handler gives the answer; then the connection is resumed and
 * the event thread sends it. So no handler ever holds up another connection.
 *
 * Requests whose Host is not this server's own, or whose Origin is another site's, are refused before their body is
 * read: a page of another site cannot drive a server that listens on loopback (DNS rebinding, cross-site requests).
 */
#include "service/server.h"

#include "base/file.h"
#include "base/log.h"
#include "base/queue.h"
#include "service/http/call_private.h"
#include "service/http/catch_up.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

enum { THREADS = 8, QUEUE_LENGTH = 1024, PORT_TRIES = 100 };

struct tc_server {
  tc_pipeline *pipeline;
  struct MHD_Daemon *daemon;
  tc_queue *queue;
  pthread_t threads[THREADS];
  size_t thread_count;
  tc_catch_up *catch_up; /* takes received records on in the background */
  char authority[64];    /* "127.0.0.1:8480" */
  char url[80];
  int64_t body_limit;
};

/* ---- Routing ---- */

/* Compares part by part; {…} catches one part. */
static bool match(const char *pattern, const char *path, char parts[CALL_PARTS][256])
{
  size_t count = 0;
  while (*pattern != '\0' && *path != '\0') {
    if (*pattern != '{') {
      if (*pattern++ != *path++)
        return false;
      continue;
    }
    pattern = strchr(pattern, '}') + 1;
    size_t length = strcspn(path, "/");
    if (length == 0 || length >= sizeof parts[0] || count == CALL_PARTS)
      return false;
    memcpy(parts[count], path, length);
    parts[count++][length] = '\0';
    path += length;
  }
  return *pattern == '\0' && *path == '\0';
}

static void find_route(tc_call *call)
{
  const char *method = strcmp(call->method, "HEAD") == 0 ? "GET" : call->method;
  for (size_t i = 0; i < tc_route_count; i++) {
    memset(call->parts, 0, sizeof call->parts);
    if (!match(tc_routes[i].pattern, call->path, call->parts))
      continue;
    if (strcmp(tc_routes[i].method, method) == 0) {
      call->route = &tc_routes[i];
      return;
    }
    size_t used = strlen(call->allow);
    snprintf(call->allow + used, sizeof call->allow - used, "%s%s", used > 0 ? ", " : "", tc_routes[i].method);
  }
  if (call->allow[0] != '\0')
    (void)tc_fail(&call->error, TC_USAGE, "%s does not take %s", call->path, call->method);
  else
    (void)tc_fail(&call->error, TC_NOT_FOUND, "there is nothing at %s", call->path);
}

/* ---- Host and Origin ---- */

static bool is_own_authority(const tc_server *server, const char *authority)
{
  char local[64];
  const char *port = strrchr(server->authority, ':');
  snprintf(local, sizeof local, "localhost%s", port);
  return strcmp(authority, server->authority) == 0 || strcmp(authority, local) == 0;
}

static void check_site(const tc_server *server, tc_call *call)
{
  const char *host = tc_call_header(call, "Host");
  const char *origin = tc_call_header(call, "Origin");
  if (host == NULL || !is_own_authority(server, host))
    (void)tc_fail(&call->error, TC_DENIED, "this server answers to http://%s/ only", server->authority);
  else if (origin != NULL && (strncmp(origin, "http://", 7) != 0 || !is_own_authority(server, origin + 7)))
    (void)tc_fail(&call->error, TC_DENIED, "requests of other sites' pages are not taken");
}

/* ---- Receiving ---- */

static tc_call *call_create(tc_server *server, struct MHD_Connection *connection, const char *method, const char *path)
{
  tc_call *call = calloc(1, sizeof *call);
  if (call == NULL)
    return NULL;
  call->connection = connection;
  call->pipeline = server->pipeline;
  call->catch_up = server->catch_up;
  call->body = -1;
  call->body_limit = server->body_limit;
  snprintf(call->method, sizeof call->method, "%s", method);
  if (snprintf(call->path, sizeof call->path, "%s", path) >= (int)sizeof call->path)
    (void)tc_fail(&call->error, TC_LIMIT, "the address is longer than %d bytes", CALL_PATH_MAX);
  check_site(server, call);
  if (call->error.code == TC_OK)
    find_route(call);
  const char *length = tc_call_header(call, "Content-Length");
  if (length != NULL && strtoll(length, NULL, 10) > call->body_limit)
    (void)tc_fail(&call->error, TC_LIMIT, "the body is larger than service.max_upload (%lld bytes)",
                  (long long)call->body_limit);
  return call;
}

static void call_destroy(tc_call *call)
{
  if (call->response != NULL)
    MHD_destroy_response(call->response);
  if (call->body >= 0)
    close(call->body);
  free(call);
}

static void receive(tc_server *server, tc_call *call, const char *data, size_t size)
{
  if (call->error.code != TC_OK)
    return;
  if (call->body < 0 && !tc_pipeline_scratch_file(server->pipeline, &call->body, &call->error))
    return;
  call->body_size += (int64_t)size;
  if (call->body_size > call->body_limit)
    (void)tc_fail(&call->error, TC_LIMIT, "the body is larger than service.max_upload (%lld bytes)",
                  (long long)call->body_limit);
  else if (!tc_fd_write_all(call->body, data, size, &call->error))
    return;
}

static enum MHD_Result send_answer(tc_call *call)
{
  if (call->response == NULL) {
    tc_error err = {0};
    (void)tc_fail(&err, TC_INTERNAL, "no answer could be made");
    tc_call_answer_problem(call, &err);
  }
  if (call->response == NULL)
    return MHD_NO;
  static const char *const always[][2] = {
      {"X-Content-Type-Options", "nosniff"},
      {"Referrer-Policy", "same-origin"}, /* with no-referrer, browsers call the origin of our own forms null */
      {"Cross-Origin-Resource-Policy", "same-origin"},
      {"Content-Security-Policy",
       "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"}};
  for (size_t i = 0; i < TC_ARRAY_LEN(always); i++)
    MHD_add_response_header(call->response, always[i][0], always[i][1]);
  for (size_t i = 0; i < call->header_count; i++)
    MHD_add_response_header(call->response, call->headers[i].name, call->headers[i].value);
  return MHD_queue_response(call->connection, (unsigned int)call->status, call->response);
}

static enum MHD_Result handle(void *data, struct MHD_Connection *connection, const char *path, const char *method,
                              const char *version, const char *upload, size_t *upload_size, void **state)
{
  (void)version;
  tc_server *server = data;
  if (*state == NULL) {
    tc_call *call = call_create(server, connection, method, path);
    *state = call;
    if (call == NULL)
      return MHD_NO;
    if (call->error.code != TC_OK && tc_call_header(call, "Content-Length") != NULL) {
      tc_call_answer_problem(call, &call->error);
      call->received = true;
      return send_answer(call);
    }
    return MHD_YES;
  }
  tc_call *call = *state;
  if (*upload_size > 0) {
    receive(server, call, upload, *upload_size);
    *upload_size = 0;
    return MHD_YES;
  }
  if (call->received)
    return send_answer(call);
  call->received = true;
  if (call->error.code != TC_OK) {
    tc_call_answer_problem(call, &call->error);
    return send_answer(call);
  }
  MHD_suspend_connection(connection);
  if (!tc_queue_push(server->queue, call))
    MHD_resume_connection(connection);
  return MHD_YES;
}

static void completed(void *data, struct MHD_Connection *connection, void **state,
                      enum MHD_RequestTerminationCode reason)
{
  (void)data, (void)connection, (void)reason;
  if (*state != NULL)
    call_destroy(*state);
  *state = NULL;
}

/* ---- Threads ---- */

static void *serve_calls(void *data)
{
  tc_server *server = data;
  void *item = NULL;
  while (tc_queue_pop(server->queue, &item)) {
    tc_call *call = item;
    tc_route_run(call->route, call);
    MHD_resume_connection(call->connection);
  }
  return NULL;
}

static bool start_threads(tc_server *server, tc_error *err)
{
  for (; server->thread_count < THREADS; server->thread_count++) {
    int problem = pthread_create(&server->threads[server->thread_count], NULL, serve_calls, server);
    if (problem != 0)
      return tc_fail_errno(err, TC_NO_MEMORY, problem, "no thread for the server");
  }
  return true;
}

/* ---- Listening ---- */

static int bind_port(const char *address, int port)
{
  struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
  bool is_v4 = inet_pton(AF_INET, address, &v4.sin_addr) == 1;
  if (!is_v4 && inet_pton(AF_INET6, address, &v6.sin6_addr) != 1)
    return -1;
  int fd = socket(is_v4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const struct sockaddr *name = is_v4 ? (const struct sockaddr *)&v4 : (const struct sockaddr *)&v6;
  int on = 1;
  if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
      bind(fd, name, is_v4 ? sizeof v4 : sizeof v6) == 0 && listen(fd, 128) == 0)
    return fd;
  if (fd >= 0)
    close(fd);
  return -1;
}

static int port_of(int fd)
{
  struct sockaddr_in6 v6 = {0};
  struct sockaddr_in v4 = {0};
  socklen_t size = sizeof v6;
  if (getsockname(fd, (struct sockaddr *)&v6, &size) != 0)
    return 0;
  if (v6.sin6_family != AF_INET)
    return ntohs(v6.sin6_port);
  memcpy(&v4, &v6, sizeof v4);
  return ntohs(v4.sin_port);
}

static bool listen_somewhere(tc_server *server, const tc_settings *settings, int *out_fd, tc_error *err)
{
  const char *address = tc_settings_text(settings, "service.address");
  int port = (int)tc_settings_integer(settings, "service.port");
  int fd = -1;
  for (int i = 0; fd < 0 && i < (port == 0 ? 1 : PORT_TRIES) && port + i <= 65535; i++)
    fd = bind_port(address, port + i);
  if (fd < 0)
    return tc_fail_errno(err, TC_NETWORK, errno, "no free port from %d on at %s: set service.port", port, address);
  bool is_v4 = strchr(address, ':') == NULL;
  snprintf(server->authority, sizeof server->authority, is_v4 ? "%s:%d" : "[%s]:%d", address, port_of(fd));
  snprintf(server->url, sizeof server->url, "http://%s", server->authority);
  *out_fd = fd;
  return true;
}

static bool start_daemon(tc_server *server, const tc_settings *settings, tc_error *err)
{
  int fd = -1;
  if (!listen_somewhere(server, settings, &fd, err))
    return false;
  server->daemon = MHD_start_daemon(
      MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, NULL, NULL,
      handle, server, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_NOTIFY_COMPLETED, completed, NULL,
      MHD_OPTION_CONNECTION_LIMIT, (unsigned int)tc_settings_integer(settings, "service.max_connections"),
      MHD_OPTION_CONNECTION_TIMEOUT, (unsigned int)tc_settings_integer(settings, "service.connection_timeout"),
      MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)65536, MHD_OPTION_END);
  if (server->daemon != NULL)
    return true;
  close(fd);
  return tc_fail(err, TC_NETWORK, "the HTTP server cannot start at %s", server->url);
}

bool tc_server_start(tc_pipeline *pipeline, tc_server **out, tc_error *err)
{
  tc_auto(tc_server) server = calloc(1, sizeof *server);
  if (server == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for the server");
  const tc_settings *settings = tc_pipeline_config(pipeline);
  server->pipeline = pipeline;
  server->body_limit = tc_settings_integer(settings, "service.max_upload");
  if (!tc_queue_create(QUEUE_LENGTH, &server->queue, err) || !tc_catch_up_start(pipeline, &server->catch_up, err) ||
      !start_threads(server, err) || !start_daemon(server, settings, err))
    return false;
  *out = tc_steal(&server);
  return true;
}

const char *tc_server_url(const tc_server *server) { return server->url; }

void tc_server_stop(tc_server *server)
{
  if (server == NULL)
    return;
  int listening = server->daemon != NULL ? MHD_quiesce_daemon(server->daemon) : -1;
  if (server->queue != NULL)
    tc_queue_close(server->queue); /* what is queued is still served */
  for (size_t i = 0; i < server->thread_count; i++)
    pthread_join(server->threads[i], NULL);
  if (server->daemon != NULL)
    MHD_stop_daemon(server->daemon);
  if (listening >= 0)
    close(listening);
  tc_catch_up_stop(server->catch_up);
  tc_queue_destroy(server->queue);
  free(server);
}
