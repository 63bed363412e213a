/*
 * What commands open: the pipeline, or workers alone. The demo PKI's token needs its configuration in the environment
 * before the first thread starts; that is done here.
 */
#pragma once

#include "pipeline/pipeline.h"
#include "service/app.h"

/* The hidden command that runs a worker. */
#define TC_WORKER_COMMAND "worker-process"

TC_NODISCARD bool tc_open_pipeline(const tc_app *app, tc_pipeline **out, tc_error *err);
TC_NODISCARD bool tc_open_workers(const tc_app *app, tc_worker_pool **out, tc_error *err);
