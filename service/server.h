/*
 * The HTTP service: the JSON API of schemas/api/openapi.yaml and the pages that are its client, over libmicrohttpd.
 * Handlers never wait: what takes longer than 5 ms runs on threads of the server's own while the connection is
 * suspended. Until access control exists it listens on loopback only, and checks Host and Origin of every request.
 *
 * Ownership: the server borrows the pipeline, which must outlive it. Threading: start and stop from one thread; the
 * server's own threads use the pipeline.
 */
#pragma once

#include "pipeline/pipeline.h"

typedef struct tc_server tc_server;

/* Binds service.address and service.port, or the next free port of the following hundred, and starts serving. */
TC_NODISCARD bool tc_server_start(tc_pipeline *pipeline, tc_server **out, tc_error *err);
/* "http://127.0.0.1:8480", borrowed. */
const char *tc_server_url(const tc_server *server);
/* Lets requests under way end, then stops. */
void tc_server_stop(tc_server *server);
TC_AUTO_POINTER(tc_server, tc_server_stop);

/* Waits until SIGINT or SIGTERM arrives. Call tc_block_stop_signals before any thread starts. */
void tc_block_stop_signals(void);
void tc_wait_for_stop(void);
