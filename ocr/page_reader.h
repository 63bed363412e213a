/*
 * Reading a whole page with our own layout: its lines of text are found in its ink, cut out and read one by one; the
 * words' boxes are those of their ink. The engine sees no page, so that it spends nothing on layout.
 * Threading: as the engine's.
 */
#pragma once

#include "ocr/engine.h"
#include "ocr/text_lines.h"

/* `grey` GREY8 and `binary` BILEVEL of one size and resolution. `lines` and `ink` of `binary`. */
typedef struct tc_page_source {
  const tc_image *grey;
  const tc_ink *ink;
  const tc_text_lines *lines;
  const tc_page_map *to_capture; /* page pixels → capture pixels */
} tc_page_source;

/* Errors: those of tc_engine_recognise. */
TC_NODISCARD bool tc_page_read(tc_engine *engine, const tc_page_source *source, tc_page **out, tc_error *err);
