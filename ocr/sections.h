/*
 * Labels that several fields of a type share, given out section by section: a section begins at its heading, or at its
 * first label that no other field has; two sections can stand side by side as columns. Internal to ocr/.
 * Threading: free of state.
 */
#pragma once

#include "ocr/locate.h"

typedef struct tc_anchor_list {
  tc_anchor *items; /* best score first */
  size_t count, capacity;
} tc_anchor_list;

static inline bool tc_anchor_overlaps(const tc_anchor *a, const tc_anchor *b)
{
  return a->first < b->end && b->first < a->end;
}

bool tc_anchors_are_free(const tc_anchors *a, const tc_anchor *candidate); /* nothing chosen stands on its tokens */

/* Finds the columns and chooses places for the fields that have no label of their own; `a` has its unique labels. */
void tc_sections_choose(tc_anchors *a, const tc_anchor_list *list);
