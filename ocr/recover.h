/*
 * What the first reading of a page missed: ink that no word covers (a name under a seal or a signature), read as a line
 * of its own.
 * Threading: as the engine's.
 */
#pragma once

#include "ocr/engine.h"

/* `grey` and `binary` are the page that was read, `page` its words; *page gains words, and loses those that the engine
   hardly believed in their place. At most a dozen and a half of regions are read. Errors: those of tc_engine_recognise.
 */
TC_NODISCARD bool tc_recover(tc_engine *engine, const tc_image *grey, const tc_image *binary,
                             const tc_transform *to_capture, tc_page *page, tc_error *err);
