/*
 * The parts of administrative layouts that no label names: the issuing authority at the top left, the date line
 * ("place, day … month … year …"), the title and what stands under it. (The signature block: ocr/signature.c.)
 */
#include "base/text.h"
#include "ocr/dateline.h"
#include "ocr/fuzzy.h"
#include "ocr/runs.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#define HEAD_SHARE 0.35 /* of the page's height: where a head ends at the latest */
#define OFF_CENTRE 0.15 /* of the page's width: how far from the title's middle its lines may stand */
#define SMALL_RUN 0.72  /* of the usual height: lower words alone are a stamp's or specks */

#define RIGHT_OF 0.9 /* twice the middle of a date line, in widths: it stands right of the middle, or nearly */

enum { HEAD_LINES_MAX = 8, TITLE_GAP = 4, DATELINE_WORDS = 8, PLACE_WORDS = 5 };

/* ---- Head ---- */

/* Takes what stands beside the head in the same row off its cell: the state's name and motto. */
static void cut_at_stops(const tc_page_view *view, tc_run *run)
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
  tc_run lines[HEAD_LINES_MAX];
  size_t count;
  size_t own; /* the first line of the issuer's own name: superior bodies stand above it */
} head;

static bool collect_head(const tc_page_view *view, const tc_field_model *field, head *out, tc_error *err)
{
  const tc_word_list *authorities = view->anchors->type->authority_heads;
  const double half = view->page->width / 2.0;
  double bottom = 0;
  for (size_t t = 0; t < view->tokens->count && out->count < HEAD_LINES_MAX;) {
    tc_run *run = &out->lines[out->count];
    const size_t next = tc_run_of_cell(view, t, run);
    if (run->box.y >= HEAD_SHARE * view->page->height || (view->title.found && t >= view->title.first))
      return true;
    cut_at_stops(view, run);
    t = next;
    if (run->count == 0 || tc_run_middle(run) >= half || run->box.x >= half * 0.8)
      continue;
    tc_auto(tc_buf) text = {0};
    if (!tc_run_text(view, run, &text, err))
      return false;
    if (tc_run_starts_with(view, run, &field->until))
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
    if (!tc_run_add(view, &found.lines[i], slot, err))
      return false;
  return true;
}

/* ---- Title ---- */

static bool find_title(const tc_page_view *view, tc_slot *slot, tc_error *err)
{
  if (!view->title.found)
    return true;
  tc_run run = {0};
  for (size_t t = view->title.first; t < view->title.end && run.count < TC_RUN_TOKENS_MAX; t++)
    run.tokens[run.count++] = t;
  return tc_run_add(view, &run, slot, err);
}

static bool is_small_run(const tc_page_view *view, const tc_run *run)
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
  tc_run run;
  tc_run title = {0};
  for (size_t i = view->title.first; i < view->title.end; i++)
    title.box = tc_box_union(title.box, view->tokens->items[i].box);
  double bottom = title.box.y + title.box.height;
  bool lopsided = false;
  size_t t = view->title.end;
  for (int line = 0; t < view->tokens->count && line < field->lines; line++) {
    t = tc_run_of_cell(view, t, &run);
    /* a stamp beside the centred lines */
    if (fabs(tc_run_middle(&run) - tc_run_middle(&title)) > OFF_CENTRE * view->page->width ||
        is_small_run(view, &run)) {
      line--;
      continue;
    }
    tc_auto(tc_buf) text = {0};
    tc_auto(tc_str) letters = NULL;
    if (!tc_run_text(view, &run, &text, err) || !tc_fuzzy_fold(tc_buf_text(&text), &letters, err))
      return false;
    if (strlen(letters) < 3) {
      line--;
      continue;
    }
    if (tc_run_starts_with(view, &run, &field->until) || tc_is_upper_text(tc_buf_text(&text)) ||
        run.box.y - bottom > TITLE_GAP * view->lines->height)
      return true;
    if (!tc_run_add(view, &run, slot, err))
      return false;
    lopsided = lopsided || fabs(tc_run_middle(&run) - tc_run_middle(&title)) > TC_RUN_LOPSIDED * view->lines->height;
    bottom = run.box.y + run.box.height;
  }
  if (lopsided)
    slot->place_confidence = TC_RUN_LOST_WORDS;
  return true;
}

/* ---- Date line ---- */

/* The comma was lost: then the cell must be nothing but a place in capitals and the date, right of the middle. */
static bool is_plain_dateline(const tc_page_view *view, const tc_dateline *line)
{
  const tc_tokens *tokens = view->tokens;
  const tc_token *first = &tokens->items[line->place];
  const tc_token *last = &tokens->items[line->end - 1];
  const bool ends =
      line->end == tokens->count || tokens->items[line->end].row != last->row || tokens->items[line->end].starts_cell;
  for (size_t t = line->place; t < line->day; t++) {
    const char *at = tokens->items[t].text;
    uint32_t letter = 0;
    if (!tc_text_next(&at, &letter) || !tc_text_is_upper(letter))
      return false;
  }
  return ends && line->day - line->place <= PLACE_WORDS &&
         first->box.x + last->box.x + last->box.width > RIGHT_OF * view->page->width;
}

static bool begins_with_place(const tc_page_view *view, const tc_dateline *line, bool comma)
{
  if (line->place == line->day || line->day - line->place > DATELINE_WORDS)
    return false;
  const char *before = view->tokens->items[line->day - 1].text;
  return comma ? strchr(",.;", before[strlen(before) - 1]) != NULL : is_plain_dateline(view, line);
}

typedef bool dateline_test(const tc_page_view *view, size_t token, tc_dateline *out);

static bool first_dateline(const tc_page_view *view, dateline_test *is_one, bool comma, tc_dateline *out)
{
  for (size_t t = 0; t < view->tokens->count; t++)
    if (is_one(view, t, out) && begins_with_place(view, out, comma))
      return true;
  return false;
}

/* The first date line whose cell begins with a place and a comma; else one that lost its comma; else, of one whose
   numbers a hand wrote, the place. */
static bool find_dateline(const tc_page_view *view, tc_find part, tc_slot *slot, tc_error *err)
{
  tc_dateline line;
  const bool place = part == TC_FIND_DATELINE_PLACE;
  if (!first_dateline(view, tc_dateline_at, true, &line) && !first_dateline(view, tc_dateline_at, false, &line) &&
      !(place && first_dateline(view, tc_dateline_form_at, true, &line)))
    return true;
  tc_run run = {0};
  for (size_t i = place ? line.place : line.day; i < (place ? line.day : line.end); i++)
    run.tokens[run.count++] = i;
  return tc_run_add(view, &run, slot, err);
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
    return tc_slot_find_signature(view, field->find, slot, err);
  case TC_FIND_LINE:
    return tc_slot_find_line(view, field, slot, err);
  case TC_FIND_PATTERN:
    return tc_slot_find_pattern(view, field, slot, err);
  case TC_FIND_MRZ:
    return tc_slot_find_mrz(view, slot, err);
  case TC_FIND_LABEL:
    break;
  }
  return true;
}
