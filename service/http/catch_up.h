/*
 * Takes records on in the background: what was captured is recognised, and copies are
 * raised to their signature level and renewed, without anybody waiting for it. One thread; the
 * work itself is done by the workers. It starts with what an earlier run left unfinished.
 * Threading: tc_catch_up_poke from any thread.
 */
#pragma once

#include "pipeline/pipeline.h"

typedef struct tc_catch_up tc_catch_up;

TC_NODISCARD bool tc_catch_up_start(tc_pipeline *pipeline, tc_catch_up **out, tc_error *err);
/* There is something new. */
void tc_catch_up_poke(tc_catch_up *catch_up);
/* Ends after the record at hand. Takes NULL. */
void tc_catch_up_stop(tc_catch_up *catch_up);
