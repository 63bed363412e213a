/*
 * What server.c and call.c share.
 */
#pragma once

#include "service/http/call.h"
#include "service/http/catch_up.h"

#include <microhttpd.h>

enum { CALL_PARTS = 4, CALL_HEADERS = 8, CALL_PATH_MAX = 1024 };

typedef struct call_header {
  char name[48];
  char value[512];
} call_header;

struct tc_call {
  struct MHD_Connection *connection;
  tc_pipeline *pipeline;
  tc_catch_up *catch_up;
  char method[16];
  char path[CALL_PATH_MAX];
  char parts[CALL_PARTS][256];
  const tc_route *route;
  char allow[32]; /* methods that this address takes, where the request's is not among them */
  int body;
  int64_t body_size, body_limit;
  tc_error error; /* of receiving: answered instead of the handler */
  bool received;  /* the body is whole, and the call is with a thread */

  struct MHD_Response *response;
  int status;
  call_header headers[CALL_HEADERS];
  size_t header_count;
};
