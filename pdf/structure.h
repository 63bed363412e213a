/*
 * Private to pdf/: the tagged structure of a copy while it grows (ISO 32000-1, 14.7): elements, each with its parent
 * and, where it has content of its own, the page and the number (MCID) of its marked content.
 */
#pragma once

#include "base/buf.h"

#include <stddef.h>

typedef struct tc_structure_element {
  const char *type; /* "P", "Figure": static storage */
  size_t parent;    /* index; TC_STRUCTURE_ROOT: the document */
  size_t page;      /* from 0 */
  int mcid;         /* on that page; -1: no content of its own */
  char *alt;        /* /Alt, or NULL */
} tc_structure_element;

#define TC_STRUCTURE_ROOT ((size_t)-1)

typedef struct tc_structure {
  tc_structure_element *elements;
  size_t count, capacity;
  int *next_mcid; /* a page */
  size_t page_capacity;
} tc_structure;

void tc_structure_finish(tc_structure *structure);
TC_AUTO_VALUE(tc_structure, tc_structure_finish);

/* An element that only holds others. */
TC_NODISCARD bool tc_structure_group(tc_structure *structure, const char *type, size_t parent, size_t *out,
                                     tc_error *err);
/* An element with marked content on `page`; *out_mcid is what its BDC says. */
TC_NODISCARD bool tc_structure_leaf(tc_structure *structure, const char *type, size_t parent, size_t page,
                                    const char *alt, int *out_mcid, tc_error *err);
