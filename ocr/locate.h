/*
 * Where a type's labels stand on a page. Every label is tried at every run of tokens of a row; what is similar enough
 * is a candidate. A label that only one field of the type has takes its best place first (long and well-read labels
 * before short ones, no two on the same tokens). Such places bound the sections; inside its section, each label that
 * several fields share goes to the field whose turn it is, in form order. Two sections can stand side by side as
 * columns.
 *
 * Ownership: anchors borrow type, lines and tokens. Threading: immutable once made.
 */
#pragma once

#include "ocr/paper_model.h"
#include "ocr/tokens.h"

typedef struct tc_anchor {
  size_t first, end; /* tokens [first, end) of one row */
  size_t field;      /* of the type; SIZE_MAX: a phrase that only ends values */
  size_t section;    /* whose heading it is; SIZE_MAX: none */
  double similarity; /* 0 … 1 */
  double score;      /* letters of the label, weighted by similarity */
} tc_anchor;

typedef struct tc_column_band {
  bool present;
  size_t first_row, end_row;
  double split; /* x between the columns, clean pixels */
} tc_column_band;

typedef struct tc_anchors {
  const tc_paper_type *type;
  const tc_lines *lines;
  const tc_tokens *tokens;
  tc_anchor *chosen; /* one a located field, and the stops; in order of tokens */
  size_t chosen_count;
  bool *is_start; /* a token at which a label, chosen or likely, begins: no value runs over it */
  tc_column_band band;
} tc_anchors;

TC_NODISCARD bool tc_anchors_create(const tc_paper_type *type, const tc_lines *lines, const tc_tokens *tokens,
                                    tc_anchors **out, tc_error *err);
void tc_anchors_destroy(tc_anchors *anchors);
TC_AUTO_POINTER(tc_anchors, tc_anchors_destroy);

const tc_anchor *tc_anchors_of(const tc_anchors *anchors, size_t field); /* NULL: not located */
/* How many labels of fields were located, and how many of those begin above y (clean pixels). */
size_t tc_anchors_labels(const tc_anchors *anchors, double y, size_t *above);
/* The column of a token: 0 left, 1 right, -1 outside the band of columns. */
int tc_anchors_column(const tc_anchors *anchors, const tc_token *token);

/* "1." or "a)" or "II.", as forms set before a label. */
bool tc_is_enumerator(const char *text);
/* The best match of one label with tokens of a row from `first` on; false where none is similar enough. */
bool tc_label_match(const tc_tokens *tokens, size_t first, const char *label, tc_anchor *out);
/* The phrase, folded, stands somewhere on the page. */
bool tc_phrase_is_there(const tc_tokens *tokens, const char *phrase);
