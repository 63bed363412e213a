/*
 * Reads a card's machine-readable lines, cell by cell of their grid: digits where only digits stand, letters where only
 * letters do (ICAO Doc 9303 part 5, 4.2). Threading: one thread at a time, as its engine.
 */
#pragma once

#include "ocr/engine.h"
#include "ocr/mrz_cells.h"

/* `lines`: as of tc_mrz_cells_find. Appends the three lines with blanks between them; nothing where no grid is found,
   or the engine sees more or fewer characters than stand in it. The engine reads Latin capitals and digits: best a
   model of English. */
TC_NODISCARD bool tc_mrz_read(tc_engine *engine, const tc_image *page, const tc_box *lines, size_t count, tc_buf *out,
                              tc_error *err);
