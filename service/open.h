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
/* A command that does one piece of work on the warehouse: parses the line, opens the pipeline, runs, closes, reports.
   `run` gets the line's input and may set the exit status, which is 0 before. Returns the exit status. */
typedef bool (*tc_pipeline_work)(tc_pipeline *pipeline, void *input, int *status, tc_error *err);
int tc_run_on_pipeline(const tc_app_line *line, tc_pipeline_work run);
/* Keys and national data without the warehouse: no database is started. */
TC_NODISCARD bool tc_open_nation(const tc_app *app, tc_nation **out, tc_error *err);
TC_NODISCARD bool tc_open_keyring(const tc_app *app, const tc_nation *nation, tc_keyring **out, tc_error *err);
TC_NODISCARD bool tc_open_workers(const tc_app *app, tc_worker_pool **out, tc_error *err);
