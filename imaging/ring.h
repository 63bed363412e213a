/*
 * Private to imaging/: the rings of seals that came out black, on bilevel and grey captures.
 */
#pragma once

#include "imaging/clean.h"

/* Finds round seals by their rings and takes the rings' ink out of both pictures of the clean page (of one size); print
   that crosses a ring stays. `dpi` > 0. */
TC_NODISCARD bool tc_ring_remove(tc_image *grey, tc_image *binary, double dpi, tc_seals *seals, tc_error *err);
