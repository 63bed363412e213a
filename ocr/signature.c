/*
 * The signature block at the bottom right: on whose behalf, the title, the name below the signature. What opens it
 * gives its axis; the cells below, about the axis, are sorted into the three. A name that stands off the axis, or
 * beside remains of letters, has lost words under the seal. Where what opens a block is lost, the date line above it
 * gives the axis.
 */
#include "base/text.h"
#include "ocr/dateline.h"
#include "ocr/runs.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#define FIRST_PART 0.3
#define NAME_SPAN 0.26 /* of the page's width: how far from the block's middle a signer's name may stand */

enum { BLOCK_GAP = 14, NAME_WORDS_MIN = 2, NAME_WORDS_MAX = 6, LABELS_LEAST = 4 };

static bool has_digit(const char *text) { return strpbrk(text, "0123456789") != NULL; }

typedef struct signature {
  tc_run authority[4];
  size_t authority_count;
  tc_run title;
  bool has_title;
  tc_run name;
  bool has_name;
  tc_run rough; /* the last line that may have been a name: damaged by the seal or the signature over it */
  bool has_rough;
  bool likely; /* it begins with a family name: what follows and does not is no better */
  bool whole;  /* nothing of the name seems lost: it stands in the middle, alone */
} signature;

static void drop_first(tc_run *run, size_t count)
{
  memmove(run->tokens, run->tokens + count, (run->count - count) * sizeof *run->tokens);
  run->count -= count;
}

/* Behind what a speck or a rule left before it. */
static bool begins_large(const char *text)
{
  uint32_t first = 0;
  while (tc_text_next(&text, &first))
    if (tc_text_is_letter(first) || tc_text_is_digit(first))
      return tc_text_is_upper(first);
  return false;
}

/* Takes a rank or a degree off, and what stands before it. */
static bool drop_rank(const tc_page_view *view, tc_run *run, tc_error *err)
{
  const tc_word_list *ranks = tc_words_list(view->types->words, "ranks");
  for (size_t at = 0; ranks != NULL && at < run->count; at++)
    for (size_t size = 2; size > 0; size--) {
      tc_auto(tc_buf) text = {0};
      tc_run part = {.count = size};
      if (run->count < at + size + NAME_WORDS_MIN)
        continue;
      memcpy(part.tokens, run->tokens + at, size * sizeof *part.tokens);
      tc_auto(tc_str) trimmed = NULL;
      if (!tc_run_text(view, &part, &text, err) || !tc_slot_trim(tc_buf_text(&text), &trimmed, err))
        return false;
      if (tc_word_list_has(ranks, trimmed) || tc_word_list_has(ranks, tc_buf_text(&text))) {
        drop_first(run, at + size);
        return true;
      }
    }
  return true;
}

/* A name's words: those that begin with a capital, behind a rank. *whole becomes false where something else stood about
   them: it may be what a seal left of one. */
static bool take_name(const tc_page_view *view, tc_run *run, bool *whole, tc_error *err)
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
static bool is_name(const tc_page_view *view, const tc_run *run)
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

/* Two words at least, one of them with a capital first, in which figures or small letters may stand for what a seal or
   a signature covers: a second reading may tell what it is. */
static bool may_be_name(const tc_page_view *view, const tc_run *run)
{
  size_t words = 0;
  size_t large = 0;
  for (size_t i = 0; i < run->count; i++) {
    const tc_token *token = &view->tokens->items[run->tokens[i]];
    if (token->colon || strchr("(-", token->text[0]) != NULL || tc_slot_is_faint(token))
      continue;
    words += strlen(token->folded) > 1 ? 1 : 0;
    large += strlen(token->folded) > 1 && begins_large(token->text) ? 1 : 0;
  }
  return run->count <= NAME_WORDS_MAX && words >= NAME_WORDS_MIN && large > 0 &&
         !view->anchors->is_start[run->tokens[0]];
}

static bool begins_with_family_name(const tc_page_view *view, const tc_run *run)
{
  const tc_paper_type *type = view->anchors->type;
  for (size_t f = 0; f < type->field_count; f++)
    if (type->fields[f].find == TC_FIND_SIGNER_NAME) {
      const char *family = tc_json_get_text(type->fields[f].params, "family", NULL);
      return tc_word_list_has(tc_words_list(view->types->words, family), view->tokens->items[run->tokens[0]].text);
    }
  return false;
}

/* An authority in capitals, or what a seal left of one: a word that ends like just one abbreviation, before a title. */
static bool is_authority(const tc_paper_type *type, const char *text)
{
  const char *rest = strchr(text, ' ');
  tc_auto(tc_str) first = NULL;
  if (tc_word_list_starts(type->authorities, text))
    return true;
  return rest != NULL && tc_is_upper_text(text) && rest[-1] == '.' &&
         tc_word_list_has_alike(type->signer_titles, rest + 1) &&
         tc_str_printf(&first, NULL, "%.*s", (int)(rest - text), text) &&
         tc_word_list_ending(type->authorities, first) != NULL;
}

/* A title behind remains of its first word. */
static bool ends_like_title(const tc_paper_type *type, const char *text)
{
  for (const char *rest = strchr(text, ' '); rest != NULL; rest = strchr(rest + 1, ' '))
    if (strchr(rest + 1, ' ') != NULL && tc_word_list_has_alike(type->signer_titles, rest + 1))
      return true;
  return false;
}

/* Sorts one cell below the block's opening into authority, title or name. */
static bool sort_cell(const tc_page_view *view, tc_run *run, bool opens, signature *s, tc_error *err)
{
  const tc_paper_type *type = view->anchors->type;
  tc_auto(tc_buf) text = {0};
  tc_auto(tc_str) trimmed = NULL;
  if (!tc_run_text(view, run, &text, err) || !tc_slot_trim(tc_buf_text(&text), &trimmed, err))
    return false;
  if (is_authority(type, trimmed)) {
    if (s->authority_count < TC_ARRAY_LEN(s->authority))
      s->authority[s->authority_count++] = *run;
  } else if (tc_word_list_has_alike(type->signer_titles, trimmed) ||
             (!s->has_name && !s->has_title && s->authority_count > 0 && tc_is_upper_text(trimmed) &&
              (tc_word_list_starts_alike(type->signer_titles, trimmed) || ends_like_title(type, trimmed)))) {
    s->title = *run;
    s->has_title = true;
  } else if (!opens) {
    bool whole = false;
    const tc_run all = *run;
    if (!take_name(view, run, &whole, err))
      return false;
    const bool likely = is_name(view, run) && begins_with_family_name(view, run);
    /* what a seal left of a title in capitals is no name */
    const bool remains = !likely && tc_is_upper_text(trimmed);
    if (is_name(view, run) && !remains && (likely || !s->likely) && !view->anchors->is_start[run->tokens[0]]) {
      s->likely = likely;
      s->name = *run;
      s->has_name = true;
      s->whole = whole;
    } else if (!s->has_name && !tc_is_upper_text(trimmed) && may_be_name(view, &all)) {
      s->rough = all;
      s->has_rough = true;
    }
  }
  return true;
}

static bool opens_block(const tc_page_view *view, const tc_run *run, bool *out, tc_error *err)
{
  const tc_paper_type *type = view->anchors->type;
  tc_auto(tc_buf) text = {0};
  tc_auto(tc_str) trimmed = NULL;
  if (!tc_run_text(view, run, &text, err) || !tc_slot_trim(tc_buf_text(&text), &trimmed, err))
    return false;
  *out = tc_run_starts_with(view, run, &type->signature) ||
         (tc_is_upper_text(trimmed) &&
          (is_authority(type, trimmed) || tc_word_list_has_alike(type->signer_titles, trimmed)));
  return true;
}

/* Most of the form's labels stand above. */
static bool is_below_labels(const tc_page_view *view, double y)
{
  size_t above = 0;
  const size_t labels = tc_anchors_labels(view->anchors, y, &above);
  return labels >= LABELS_LEAST && 2 * above > labels;
}

/* The date line that a form ends with: the first one below its labels; INFINITY: none. Both sides of a card may stand
   on one page, so that its block is in the upper half. */
static double closing_date(const tc_page_view *view)
{
  tc_dateline line;
  for (size_t t = 0; t < view->tokens->count; t++)
    if (tc_dateline_at(view, t, &line) && line.place < line.day &&
        is_below_labels(view, view->tokens->items[line.day].box.y))
      return view->tokens->items[line.day].box.y;
  return INFINITY;
}

/* No block begins in the first part of what is printed, be it a whole page or a card in its upper corner: there is its
   head. A later page may hold nothing but the block. */
static double top_of_block(const tc_page_view *view)
{
  tc_box box = {0};
  if (view->index > 0)
    return 0;
  for (size_t t = 0; t < view->tokens->count; t++)
    if (view->tokens->items[t].folded[0] != '\0')
      box = tc_box_union(box, view->tokens->items[t].box);
  return fmin(box.y + FIRST_PART * box.height, closing_date(view));
}

/* Where the block is while it is read from the top. */
typedef struct block {
  double top;    /* none begins above */
  double axis;   /* its middle; below 0: none yet */
  double bottom; /* of what was read of it */
  double stamp;  /* the middle of the stamp of an earlier certification; below 0: none is at hand */
  double stamp_bottom;
} block;

/* Who certified a copy of the paper before signed beside the paper's own signer, and is none. The stamp ends with a
   name. */
static bool is_of_stamp(const tc_page_view *view, const tc_run *run, block *b, bool *out, tc_error *err)
{
  const tc_word_list *stamps = tc_words_list(view->types->words, "copy_stamps");
  tc_auto(tc_buf) text = {0};
  if (!tc_run_text(view, run, &text, err))
    return false;
  const bool opens = tc_word_list_starts_alike(stamps, tc_buf_text(&text));
  const bool inside = b->stamp >= 0 && fabs(tc_run_middle(run) - b->stamp) < NAME_SPAN * view->page->width / 2 &&
                      run->box.y - b->stamp_bottom < BLOCK_GAP * view->lines->height;
  *out = opens || inside;
  if (opens)
    b->stamp = tc_run_middle(run);
  if (*out)
    b->stamp_bottom = run->box.y + run->box.height;
  if (inside && !opens && is_name(view, run))
    b->stamp = -1;
  return true;
}

static bool add_cell(const tc_page_view *view, tc_run *run, block *b, signature *out, tc_error *err)
{
  bool opens = false;
  if (run->box.y > b->top && !opens_block(view, run, &opens, err))
    return false;
  const bool near = b->axis >= 0 && fabs(tc_run_middle(run) - b->axis) < NAME_SPAN * view->page->width / 2 &&
                    run->box.y > b->top && run->box.y - b->bottom < BLOCK_GAP * view->lines->height;
  if (opens && !near) {
    *out = (signature){0};
    b->axis = tc_run_middle(run);
  }
  if (!opens && !near)
    return true;
  const bool had_name = out->has_name;
  const double off = fabs(tc_run_middle(run) - b->axis);
  if (!sort_cell(view, run, opens, out, err))
    return false;
  out->whole = out->whole && (had_name || off < TC_RUN_LOPSIDED * view->lines->height);
  if (opens || out->has_name != had_name || !out->has_name)
    b->bottom = run->box.y + run->box.height;
  return true;
}

static bool read_block(const tc_page_view *view, block *b, signature *out, tc_error *err)
{
  tc_run run;
  for (size_t t = 0; t < view->tokens->count;) {
    bool of_stamp = false;
    t = tc_run_of_cell(view, t, &run);
    if (!is_of_stamp(view, &run, b, &of_stamp, err) || (!of_stamp && !add_cell(view, &run, b, out, err)))
      return false;
  }
  return true;
}

/* The date line that stands above a block: the last of the page. */
static bool above_block(const tc_page_view *view, double top, tc_box *out)
{
  bool found = false;
  tc_dateline line;
  for (size_t t = 0; t < view->tokens->count; t++) {
    if (!tc_dateline_at(view, t, &line) || line.place == line.day || view->tokens->items[line.place].box.y <= top)
      continue;
    *out = (tc_box){0};
    for (size_t i = line.place; i < line.end; i++)
      *out = tc_box_union(*out, view->tokens->items[i].box);
    found = true;
  }
  return found;
}

/* The last block of the page: what opens it, and the cells below it about its middle. */
static bool find_block(const tc_page_view *view, signature *out, tc_error *err)
{
  block b = {.top = top_of_block(view), .axis = -1, .stamp = -1};
  tc_box date;
  if (!read_block(view, &b, out, err))
    return false;
  if (b.axis < 0 && above_block(view, b.top, &date)) {
    b = (block){
        .top = date.y + date.height, .axis = date.x + date.width / 2, .bottom = date.y + date.height, .stamp = -1};
    if (!read_block(view, &b, out, err))
      return false;
    out->whole = false;
  }
  if (!out->has_name && out->has_rough) {
    out->name = out->rough;
    out->has_name = true;
    out->whole = false;
  }
  return true;
}

bool tc_slot_find_signature(const tc_page_view *view, tc_find part, tc_slot *slot, tc_error *err)
{
  signature s = {0};
  if (!find_block(view, &s, err))
    return false;
  if (part == TC_FIND_SIGNER_AUTHORITY) {
    for (size_t i = 0; i < s.authority_count; i++)
      if (!tc_run_add(view, &s.authority[i], slot, err))
        return false;
    return true;
  }
  if (part == TC_FIND_SIGNER_TITLE) {
    if (!s.has_title || !tc_run_add(view, &s.title, slot, err))
      return !s.has_title;
    /* where the seal took words of the name, or title and name stand on two axes, a word of the title may be gone */
    const bool centred = s.has_name && s.whole &&
                         fabs(tc_run_middle(&s.title) - tc_run_middle(&s.name)) < TC_RUN_LOPSIDED * view->lines->height;
    slot->place_confidence = fmin(slot->place_confidence, centred ? 1 : TC_RUN_LOST_WORDS);
    return true;
  }
  if (!s.has_name)
    return true;
  if (!tc_run_add(view, &s.name, slot, err))
    return false;
  slot->place_confidence = fmin(slot->place_confidence, s.whole ? 1 : TC_RUN_LOST_WORDS);
  return true;
}
