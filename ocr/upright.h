/*
 * Which way up a page lies, where its ink alone did not tell: some of its lines are read in each of the ways that it
 * may lie. Internal to ocr/. Threading: an engine belongs to one thread at a time.
 */
#pragma once

#include "ocr/engine.h"

/* Quarter turns clockwise, 0..3, that bring the page upright; 0 where no way reads clearly better than as it is. `grey`
   and `binary` are one page. Half a turn is tried first, the quarters only where neither way reads well. */
TC_NODISCARD bool tc_upright_find(tc_engine *engine, const tc_image *grey, const tc_image *binary, int *turns,
                                  tc_error *err);
