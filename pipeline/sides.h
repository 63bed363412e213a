/*
 * Which of the cards on a glass belong together: the two sides of one card are one paper of two pages, every other card
 * is a paper of its own. Sides are joined only where what is read says so: a number that one side gives as a value (of
 * nine digits at least: a personal id) is read on the other, which is of the same type, or has it in machine-readable
 * lines (ICAO 9303: a filler "<" follows). Sides that name nobody are not guessed at: two papers come out, and a person
 * sees that.
 *
 * Threading: any number of calls at once.
 */
#pragma once

#include "base/worker.h"

/* Numbers the rows of `inspection`'s pages with `paper`, from 1, and puts those of one paper together, the side first
   that gives the number; nothing where none is a part. Pages that are no cards are one paper, as ever. Reads every card
   once. */
TC_NODISCARD bool tc_sides_join(tc_worker_pool *pool, int fd, tc_json *inspection, tc_error *err);

typedef struct tc_side {
  size_t paper;  /* from 1 */
  bool is_first; /* in its paper */
} tc_side;
/* The rule alone. `sides`: what "extract" found on each card, NULL for a page that is none; `out`: as many. */
TC_NODISCARD bool tc_sides_number(const tc_json *const *sides, size_t count, tc_side *out, tc_error *err);
