/*
 * What stands at a field's place: the tokens of its value, gathered right of the label up to the next one, over wrapped
 * lines, or by one of the finders of administrative layouts (head, title, date line, signature block).
 * Ownership: a slot owns its text. Threading: free of state.
 */
#pragma once

#include "ocr/locate.h"

enum { TC_SLOT_LINES_MAX = 12, TC_SLOT_NUMBERS_MAX = 4, TC_SLOT_WORDS_MAX = 96 };

/* Where a word stands in what is printed. */
typedef struct tc_slot_word {
  size_t start, end; /* bytes; end excluded */
  double confidence;
  tc_box box;  /* clean pixels */
  size_t line; /* of the slot's */
} tc_slot_word;

typedef struct tc_slot {
  bool found;        /* the place is known (a label, a finder's frame), whatever stands there */
  bool blank;        /* -/-, // or the like is printed there */
  tc_buf printed;    /* as read, lines joined by a blank, freed of leaders and edges' punctuation */
  double confidence; /* the least of its words */
  double mean_confidence;
  double place_confidence; /* how sure the place itself is: similarity of the label */
  size_t words;
  tc_slot_word marks[TC_SLOT_WORDS_MAX]; /* of its first words */
  size_t mark_count;                     /* 0: not known */
  tc_box lines[TC_SLOT_LINES_MAX];       /* clean pixels: where a second reading should look, a box a line */
  tc_box spans[TC_SLOT_LINES_MAX]; /* of the same lines: what the words read cover; of no width where there are none */
  size_t line_count;
  tc_box numbers[TC_SLOT_NUMBERS_MAX]; /* clean pixels: its first words with digits, each up to a stroke in it */
  size_t number_count;
  tc_box label;   /* clean pixels: of the field's label; of no width where it has none */
  tc_box capture; /* capture pixels: the upright box of the value, or of the empty place */
} tc_slot;

void tc_slot_finish(tc_slot *slot);
TC_AUTO_VALUE(tc_slot, tc_slot_finish);

/* Where a type's title stands. */
typedef struct tc_title {
  bool found;
  size_t first, end; /* tokens */
  size_t row;
  double similarity;
} tc_title;

typedef struct tc_page_view {
  const tc_paper_types *types;
  const tc_page *page;
  const tc_lines *lines;
  const tc_tokens *tokens;
  const tc_anchors *anchors;
  tc_title title;
  size_t index; /* of the page in its document */
} tc_page_view;

/* *out is zeroed by the caller. A place that is not there leaves found false. */
TC_NODISCARD bool tc_slot_read(const tc_page_view *view, size_t field, tc_slot *out, tc_error *err);

/* Steps that slots.c and finders.c share. */
void tc_slot_add_place(const tc_token *token, tc_slot *slot); /* its place and confidence, without its text */
TC_NODISCARD bool tc_slot_add_line(const tc_page_view *view, const size_t *tokens, size_t count, tc_slot *slot,
                                   tc_error *err);
bool tc_slot_is_speck(const tc_token *token); /* specks and rules read as signs, which are no part of a value */
bool tc_slot_is_faint(const tc_token *token); /* hardly a word: tc_slot_add_line leaves it out, and says so */
void tc_slot_add_quad(tc_slot *slot, const tc_quad *quad);
/* The value of a label that was located (slot_label.c). */
TC_NODISCARD bool tc_slot_read_label(const tc_page_view *view, const tc_field_model *field, const tc_anchor *anchor,
                                     tc_slot *slot, tc_error *err);
TC_NODISCARD bool tc_slot_close(tc_slot *slot, tc_error *err); /* trims, finds blanks */
TC_NODISCARD bool tc_slot_find_signature(const tc_page_view *view, tc_find part, tc_slot *slot, tc_error *err);
/* By the look of the print (find_print.c). */
TC_NODISCARD bool tc_slot_find_line(const tc_page_view *view, const tc_field_model *field, tc_slot *slot,
                                    tc_error *err);
TC_NODISCARD bool tc_slot_find_pattern(const tc_page_view *view, const tc_field_model *field, tc_slot *slot,
                                       tc_error *err);
/* Of a label that was lost, where the value can be known without (find_unlabelled.c). */
TC_NODISCARD bool tc_slot_find_unlabelled(const tc_page_view *view, const tc_field_model *field, tc_slot *slot,
                                          tc_error *err);
TC_NODISCARD bool tc_slot_find_mrz(const tc_page_view *view, tc_slot *slot, tc_error *err);
TC_NODISCARD bool tc_slot_find(const tc_page_view *view, const tc_field_model *field, tc_slot *slot, tc_error *err);

/* The least confidence of the words in the bytes [start, end) of what is printed. */
double tc_slot_confidence(const tc_slot *slot, size_t start, size_t end);

/* The text of tokens joined the way a slot joins them; for second readings too. */
TC_NODISCARD bool tc_slot_trim(const char *joined, char **out, tc_error *err);
bool tc_is_upper_text(const char *text); /* most of its letters are capitals */
