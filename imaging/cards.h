/*
 * Cards on a scanner's glass: several small papers that lie side by side under the lid and were scanned at once, each
 * of which is a page of its own.
 *
 * Told from one sheet on which the sides of a card are printed: a thing on the glass has a thickness, and throws a soft
 * shadow on the lid, or the lid is dark; print has neither. And between such things there is nothing but the lid.
 * Precision comes before recall: one thing of a doubtful shape, or print beside the things, and the picture is one
 * page.
 *
 * Ownership: by value. Threading: free of state.
 */
#pragma once

#include "imaging/image.h"
#include "imaging/transform.h"

enum { TC_CARDS_MAX = 16 };

typedef struct tc_cards {
  int count;
  tc_quad items[TC_CARDS_MAX]; /* in reading order; corners as the picture stands, from the top left, in its pixels */
} tc_cards;

/* Whether the page may be such a glass: a quick look, for which a small picture of it (TC_CARDS_GLANCE_DPI) is enough.
   It misses none that tc_cards_find finds. */
enum { TC_CARDS_GLANCE_DPI = 75 };
TC_NODISCARD bool tc_cards_possible(const tc_image *image, bool *out, tc_error *err);

/* Finds them: two at least, or none. None, too, where the picture has no resolution (a photograph) or is black and
   white. Each is a rectangle at any angle with sides between 40 and 220 mm. TC_NO_MEMORY. */
TC_NODISCARD bool tc_cards_find(const tc_image *image, tc_cards *out, tc_error *err);
