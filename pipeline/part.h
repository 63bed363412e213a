/*
 * A part of a capture's page that is a page of its own: one of several cards that lay on the glass together. The page
 * shows what lies within the card's outline and a millimetre around it, in the capture's own pixels, neither turned nor
 * scaled, on white; nothing of its neighbours. Its grid of pixels is the part's: the part's corner on the capture takes
 * its places back there.
 *
 * Threading: free of state.
 */
#pragma once

#include "base/json.h"
#include "imaging/image.h"
#include "imaging/transform.h"

typedef struct tc_part {
  int left, top, width, height; /* of the capture's page, in its pixels */
  tc_quad outline;              /* of the card, in the same */
} tc_part;

/* The part of a picture of width × height with a card of this outline on it. */
tc_part tc_part_around(const tc_quad *outline, const tc_image_shape *picture);
/* Its outline in its own pixels. */
tc_quad tc_part_outline(const tc_part *part);
/* Cuts it out. TC_USAGE: it lies outside. */
TC_NODISCARD bool tc_part_cut(const tc_image *picture, const tc_part *part, tc_image **out, tc_error *err);

/* {left, top, width, height, outline: [[x, y] × 4]}. */
tc_json *tc_part_to_json(const tc_part *part);
/* TC_USAGE: it is none. */
TC_NODISCARD bool tc_part_from_json(const tc_json *json, tc_part *out, tc_error *err);
