/*
 * The parts of administrative layouts that no label names: the issuing authority at the top left, the date line
 * ("place, day … month … year …"), the title and what stands under it, the signature block at the bottom right.
 */
#include "base/text.h"
#include "ocr/fuzzy.h"
#include "ocr/slots.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#define HEAD_SHARE 0.35 /* of the page's height: where a head ends at the latest */
#define OFF_CENTRE 0.15 /* of the page's width: how far from the title's middle its lines may stand */
#define SMALL_RUN 0.72  /* of the usual height: lower words alone are a stamp's or specks */
#define LOPSIDED 2.0    /* heights: a centred line further off lost words at one of its ends */
#define LOST_WORDS 0.5  /* place confidence then */
#define NAME_SPAN 0.26  /* of the page's width: how far from the block's middle a signer's name may stand */

enum {
  CELL_TOKENS_MAX = 256,
  HEAD_LINES_MAX = 8,
  SHORT_LABEL = 4, /* letters */
  TITLE_GAP = 4,
  BLOCK_GAP = 14,
  NAME_WORDS_MIN = 2,
  NAME_WORDS_MAX = 6
};

typedef struct token_run {
  size_t tokens[CELL_TOKENS_MAX];
  size_t count;
  tc_box box;
} token_run;

/* The run of tokens of one cell that begins at `first`; returns the first token behind it. */
static size_t run_of_cell(const tc_page_view *view, size_t first, token_run *out)
{
  const tc_tokens *tokens = view->tokens;
  *out = (token_run){0};
  size_t t = first;
  for (; t < tokens->count && tokens->items[t].row == tokens->items[first].row; t++) {
    if (t > first && tokens->items[t].starts_cell)
      break;
    if (out->count < CELL_TOKENS_MAX)
      out->tokens[out->count++] = t;
    out->box = tc_box_union(out->box, tokens->items[t].box);
  }
  return t;
}

static bool run_text(const tc_page_view *view, const token_run *run, tc_buf *out, tc_error *err)
{
  for (size_t i = 0; i < run->count; i++)
    if ((i > 0 && !tc_buf_append_text(out, " ", err)) ||
        !tc_buf_append_text(out, view->tokens->items[run->tokens[i]].text, err))
      return false;
  return true;
}

static double middle_x(const tc_box *box) { return box->x + box->width / 2; }

static bool has_digit(const char *text) { return strpbrk(text, "0123456789") != NULL; }

/* A short label folds like other short words; it counts before a colon or a number alone. */
static bool starts_with_any(const tc_page_view *view, const token_run *run, const tc_label_set *labels)
{
  const tc_tokens *tokens = view->tokens;
  tc_anchor found;
  for (size_t i = 0; i < labels->count; i++)
    if (tc_label_match(tokens, run->tokens[0], labels->folded[i], &found) &&
        (strlen(labels->folded[i]) >= SHORT_LABEL || tokens->items[found.end - 1].colon ||
         (found.end < tokens->count && has_digit(tokens->items[found.end].text))))
      return true;
  return false;
}

static bool add_run(const tc_page_view *view, const token_run *run, tc_slot *slot, tc_error *err)
{
  slot->found = true;
  slot->place_confidence = 1;
  return tc_slot_add_line(view, run->tokens, run->count, slot, err);
}

/* ---- Head ---- */

/* Takes what stands beside the head in the same row off its cell: the state's name and motto. */
static void cut_at_stops(const tc_page_view *view, token_run *run)
{
  const tc_label_set *stops = &view->anchors->type->stops;
  double best = 0;
  size_t kept = run->count;
  for (size_t i = 0; i < run->count; i++)
    for (size_t s = 0; s < stops->count; s++) {
      tc_anchor found;
      if (tc_label_match(view->tokens, run->tokens[i], stops->folded[s], &found) && found.similarity > best) {
        best = found.similarity;
        kept = i;
      }
    }
  if (kept == run->count)
    return;
  run->count = kept;
  run->box = (tc_box){0};
  for (size_t i = 0; i < kept; i++)
    run->box = tc_box_union(run->box, view->tokens->items[run->tokens[i]].box);
}

typedef struct head {
  token_run lines[HEAD_LINES_MAX];
  size_t count;
  size_t own; /* the first line of the issuer's own name: superior bodies stand above it */
} head;

static bool collect_head(const tc_page_view *view, const tc_field_model *field, head *out, tc_error *err)
{
  const tc_word_list *authorities = view->anchors->type->authority_heads;
  const double half = view->page->width / 2.0;
  double bottom = 0;
  for (size_t t = 0; t < view->tokens->count && out->count < HEAD_LINES_MAX;) {
    token_run *run = &out->lines[out->count];
    const size_t next = run_of_cell(view, t, run);
    if (run->box.y >= HEAD_SHARE * view->page->height || (view->title.found && t >= view->title.first))
      return true;
    cut_at_stops(view, run);
    t = next;
    if (run->count == 0 || middle_x(&run->box) >= half || run->box.x >= half * 0.8)
      continue;
    tc_auto(tc_buf) text = {0};
    if (!run_text(view, run, &text, err))
      return false;
    if (starts_with_any(view, run, &field->until))
      return true;
    if (!tc_is_upper_text(tc_buf_text(&text)))
      continue;
    if (out->count > 0 && run->box.y - bottom > 3 * view->lines->height)
      return true;
    if (authorities != NULL && tc_word_list_starts_alike(authorities, tc_buf_text(&text)))
      out->own = out->count;
    bottom = run->box.y + run->box.height;
    out->count++;
  }
  return true;
}

static bool find_head(const tc_page_view *view, const tc_field_model *field, tc_slot *slot, tc_error *err)
{
  head found = {0};
  if (!collect_head(view, field, &found, err))
    return false;
  for (size_t i = found.own; i < found.count; i++)
    if (!add_run(view, &found.lines[i], slot, err))
      return false;
  return true;
}

/* ---- Title ---- */

static bool find_title(const tc_page_view *view, tc_slot *slot, tc_error *err)
{
  if (!view->title.found)
    return true;
  token_run run = {0};
  for (size_t t = view->title.first; t < view->title.end && run.count < CELL_TOKENS_MAX; t++)
    run.tokens[run.count++] = t;
  return add_run(view, &run, slot, err);
}

static bool is_small_run(const tc_page_view *view, const token_run *run)
{
  for (size_t i = 0; i < run->count; i++)
    if (view->tokens->items[run->tokens[i]].box.height >= SMALL_RUN * view->lines->height)
      return false;
  return true;
}

static bool find_under_title(const tc_page_view *view, const tc_field_model *field, tc_slot *slot, tc_error *err)
{
  if (!view->title.found)
    return true;
  token_run run;
  tc_box title = {0};
  for (size_t i = view->title.first; i < view->title.end; i++)
    title = tc_box_union(title, view->tokens->items[i].box);
  double bottom = title.y + title.height;
  bool lopsided = false;
  size_t t = view->title.end;
  for (int line = 0; t < view->tokens->count && line < field->lines; line++) {
    t = run_of_cell(view, t, &run);
    /* a stamp beside the centred lines */
    if (fabs(middle_x(&run.box) - middle_x(&title)) > OFF_CENTRE * view->page->width || is_small_run(view, &run)) {
      line--;
      continue;
    }
    tc_auto(tc_buf) text = {0};
    tc_auto(tc_str) letters = NULL;
    if (!run_text(view, &run, &text, err) || !tc_fuzzy_fold(tc_buf_text(&text), &letters, err))
      return false;
    if (strlen(letters) < 3) {
      line--;
      continue;
    }
    if (starts_with_any(view, &run, &field->until) || tc_is_upper_text(tc_buf_text(&text)) ||
        run.box.y - bottom > TITLE_GAP * view->lines->height)
      return true;
    if (!add_run(view, &run, slot, err))
      return false;
    lopsided = lopsided || fabs(middle_x(&run.box) - middle_x(&title)) > LOPSIDED * view->lines->height;
    bottom = run.box.y + run.box.height;
  }
  if (lopsided)
    slot->place_confidence = LOST_WORDS;
  return true;
}

/* ---- Date line ---- */

typedef struct dateline {
  size_t place, day, end; /* tokens: first of the place, the word before the day, behind the year */
} dateline;

/* day … month … year … within one row, the place before it in the same cell. The word for "day" may be damaged: the
   month's word with a number before it, and the year's behind it, are enough. */
static bool dateline_at(const tc_page_view *view, size_t month, dateline *out)
{
  const tc_tokens *tokens = view->tokens;
  const tc_words *words = view->types->words;
  const size_t row = tokens->items[month].row;
  if (tc_words_date_word(words, tokens->items[month].folded) != TC_DATE_WORD_MONTH || month < 2 ||
      tokens->items[month - 2].row != row)
    return false;
  const bool numbered = has_digit(tokens->items[month - 1].folded);
  const size_t day = numbered ? month - 2 : month - 1;
  if (!numbered && tc_words_date_word(words, tokens->items[day].folded) != TC_DATE_WORD_DAY)
    return false;
  for (size_t t = month + 1; t + 1 < tokens->count && t < month + 4 && tokens->items[t + 1].row == row; t++) {
    if (tc_words_date_word(words, tokens->items[t].folded) != TC_DATE_WORD_YEAR ||
        !has_digit(tokens->items[t + 1].folded))
      continue;
    size_t place = day;
    while (place > 0 && !tokens->items[place].starts_cell && tokens->items[place - 1].row == row)
      place--;
    *out = (dateline){place, day, t + 2};
    return true;
  }
  return false;
}

/* The first date line whose cell begins with a place and a comma. */
static bool find_dateline(const tc_page_view *view, tc_find part, tc_slot *slot, tc_error *err)
{
  for (size_t t = 0; t < view->tokens->count; t++) {
    dateline line;
    if (!dateline_at(view, t, &line) || line.place == line.day || line.day - line.place > 8)
      continue;
    const char *before = view->tokens->items[line.day - 1].text;
    if (strchr(",.;", before[strlen(before) - 1]) == NULL)
      continue;
    const bool place = part == TC_FIND_DATELINE_PLACE;
    token_run run = {0};
    for (size_t i = place ? line.place : line.day; i < (place ? line.day : line.end); i++)
      run.tokens[run.count++] = i;
    return add_run(view, &run, slot, err);
  }
  return true;
}

/* ---- Signature block ---- */

typedef struct signature {
  token_run authority[4];
  size_t authority_count;
  token_run title;
  bool has_title;
  token_run name;
  bool has_name;
  bool whole; /* nothing of the name seems lost: it stands in the middle, alone */
} signature;

static void drop_first(token_run *run, size_t count)
{
  memmove(run->tokens, run->tokens + count, (run->count - count) * sizeof *run->tokens);
  run->count -= count;
}

static bool begins_large(const char *text)
{
  uint32_t first = 0;
  return tc_text_next(&text, &first) && tc_text_is_upper(first);
}

/* Takes a rank or a degree off, and what stands before it. */
static bool drop_rank(const tc_page_view *view, token_run *run, tc_error *err)
{
  const tc_word_list *ranks = tc_words_list(view->types->words, "ranks");
  for (size_t at = 0; ranks != NULL && at < run->count; at++)
    for (size_t size = 2; size > 0; size--) {
      tc_auto(tc_buf) text = {0};
      token_run part = {.count = size};
      if (run->count < at + size + NAME_WORDS_MIN)
        continue;
      memcpy(part.tokens, run->tokens + at, size * sizeof *part.tokens);
      if (!run_text(view, &part, &text, err))
        return false;
      if (tc_word_list_has(ranks, tc_buf_text(&text))) {
        drop_first(run, at + size);
        return true;
      }
    }
  return true;
}

/* A name's words: those that begin with a capital, behind a rank. *whole becomes false where something else stood about
   them: it may be what a seal left of one. */
static bool take_name(const tc_page_view *view, token_run *run, bool *whole, tc_error *err)
{
  if (!drop_rank(view, run, err))
    return false;
  const size_t all = run->count;
  while (run->count > 0 && !begins_large(view->tokens->items[run->tokens[run->count - 1]].text))
    run->count--;
  while (run->count > 0 && !begins_large(view->tokens->items[run->tokens[0]].text))
    drop_first(run, 1);
  *whole = run->count == all;
  return true;
}

/* Two to six words, each with a capital first: a name's shape. */
static bool is_name(const tc_page_view *view, const token_run *run)
{
  if (run->count < NAME_WORDS_MIN || run->count > NAME_WORDS_MAX)
    return false;
  for (size_t i = 0; i < run->count; i++) {
    const char *text = view->tokens->items[run->tokens[i]].text;
    if (!begins_large(text) || has_digit(text))
      return false;
  }
  return true;
}

/* Sorts one cell below the block's opening into authority, title or name. */
static bool sort_cell(const tc_page_view *view, token_run *run, bool opens, signature *s, tc_error *err)
{
  const tc_paper_type *type = view->anchors->type;
  tc_auto(tc_buf) text = {0};
  tc_auto(tc_str) trimmed = NULL;
  if (!run_text(view, run, &text, err) || !tc_slot_trim(tc_buf_text(&text), &trimmed, err))
    return false;
  if (tc_word_list_starts(type->authorities, trimmed)) {
    if (s->authority_count < TC_ARRAY_LEN(s->authority))
      s->authority[s->authority_count++] = *run;
  } else if (tc_word_list_has_alike(type->signer_titles, trimmed) ||
             (!s->has_name && !s->has_title && s->authority_count > 0 && tc_is_upper_text(trimmed) &&
              tc_word_list_starts_alike(type->signer_titles, trimmed))) {
    s->title = *run;
    s->has_title = true;
  } else if (!opens) {
    bool whole = false;
    if (!take_name(view, run, &whole, err))
      return false;
    if (is_name(view, run)) {
      s->name = *run;
      s->has_name = true;
      s->whole = whole;
    }
  }
  return true;
}

static bool opens_block(const tc_page_view *view, const token_run *run, bool *out, tc_error *err)
{
  const tc_paper_type *type = view->anchors->type;
  tc_auto(tc_buf) text = {0};
  if (!run_text(view, run, &text, err))
    return false;
  const bool upper = tc_is_upper_text(tc_buf_text(&text));
  *out = starts_with_any(view, run, &type->signature) ||
         (upper && tc_word_list_starts(type->authorities, tc_buf_text(&text))) ||
         (upper && tc_word_list_has_alike(type->signer_titles, tc_buf_text(&text)));
  return true;
}

/* The last block of the page: what opens it, and the cells below it about its middle. */
static bool find_block(const tc_page_view *view, signature *out, tc_error *err)
{
  double axis = -1;
  double bottom = 0;
  token_run run;
  for (size_t t = 0; t < view->tokens->count;) {
    const size_t next = run_of_cell(view, t, &run);
    bool opens = false;
    if (run.box.y > 0.3 * view->page->height && !opens_block(view, &run, &opens, err))
      return false;
    const bool near = axis >= 0 && fabs(middle_x(&run.box) - axis) < NAME_SPAN * view->page->width / 2 &&
                      run.box.y - bottom < BLOCK_GAP * view->lines->height;
    if (opens && !near) {
      *out = (signature){0};
      axis = middle_x(&run.box);
    }
    if (opens || near) {
      const bool had_name = out->has_name;
      const double off = fabs(middle_x(&run.box) - axis);
      if (!sort_cell(view, &run, opens, out, err))
        return false;
      out->whole = out->whole && (had_name || off < LOPSIDED * view->lines->height);
      if (opens || out->has_name != had_name || !out->has_name)
        bottom = run.box.y + run.box.height;
    }
    t = next;
  }
  return true;
}

static bool find_signature(const tc_page_view *view, tc_find part, tc_slot *slot, tc_error *err)
{
  signature s = {0};
  if (!find_block(view, &s, err))
    return false;
  if (part == TC_FIND_SIGNER_AUTHORITY) {
    for (size_t i = 0; i < s.authority_count; i++)
      if (!add_run(view, &s.authority[i], slot, err))
        return false;
    return true;
  }
  if (part == TC_FIND_SIGNER_TITLE)
    return !s.has_title || add_run(view, &s.title, slot, err);
  if (!s.has_name)
    return true;
  if (!add_run(view, &s.name, slot, err))
    return false;
  slot->place_confidence = s.whole ? 1 : LOST_WORDS;
  return true;
}

bool tc_slot_find(const tc_page_view *view, const tc_field_model *field, tc_slot *slot, tc_error *err)
{
  switch (field->find) {
  case TC_FIND_HEAD:
    return find_head(view, field, slot, err);
  case TC_FIND_TITLE:
    return find_title(view, slot, err);
  case TC_FIND_UNDER_TITLE:
    return find_under_title(view, field, slot, err);
  case TC_FIND_DATELINE_PLACE:
  case TC_FIND_DATELINE_DATE:
    return find_dateline(view, field->find, slot, err);
  case TC_FIND_SIGNER_AUTHORITY:
  case TC_FIND_SIGNER_TITLE:
  case TC_FIND_SIGNER_NAME:
    return find_signature(view, field->find, slot, err);
  case TC_FIND_LABEL:
    break;
  }
  return true;
}
