#include "ocr/slots.h"

#include "base/text.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#define FAINT 0.4              /* confidence in a sign, or in letters with other signs among them */
#define FAINT_WORD 0.15        /* … in two letters, which may be a word */
#define SOMETHING_LEFT_OUT 0.4 /* place confidence where such a word stands among those of the value */

void tc_slot_finish(tc_slot *slot) { tc_buf_finish(&slot->printed); }

/* ---- Text ---- */

bool tc_is_upper_text(const char *text)
{
  int upper = 0;
  int lower = 0;
  uint32_t codepoint = 0;
  while (tc_text_next(&text, &codepoint)) {
    upper += tc_text_is_upper(codepoint) ? 1 : 0;
    lower += tc_text_is_lower(codepoint) ? 1 : 0;
  }
  return upper >= 2 && upper > 3 * lower;
}

static bool is_edge(uint32_t c, bool at_end)
{
  if (tc_text_is_space(c) || c == 0x201C || c == 0x201D || c == 0x2018 || c == 0x2019 || c == 0x2026 || c == 0x2022 ||
      c == 0xAB || c == 0xBB || c == 0xB0 || c == 0xAC || c == 0xAE || c == 0xA9 || c == 0x2014 || c == 0x2013)
    return true;
  return c < 0x80 && strchr(at_end ? ".,;:-_|'\"`~*=<>[]{}^!\\" : ".,;:-_|'\"`~*=<>[]{}^!\\)", (int)c) != NULL;
}

bool tc_slot_trim(const char *joined, char **out, tc_error *err)
{
  const char *start = joined;
  const char *at = joined;
  uint32_t codepoint = 0;
  while (tc_text_next(&at, &codepoint) && is_edge(codepoint, false))
    start = at;
  const char *end = start;
  at = start;
  while (tc_text_next(&at, &codepoint))
    if (!is_edge(codepoint, true))
      end = at;
  /* a bracket that nothing opened, or nothing closed */
  if (end > start && end[-1] == ')' && memchr(start, '(', (size_t)(end - start)) == NULL)
    end--;
  if (end > start && start[0] == '(' && memchr(start, ')', (size_t)(end - start)) == NULL)
    start++;
  return tc_str_printf(out, err, "%.*s", (int)(end - start), start);
}

/* Nothing but strokes: what forms print, or clerks type, where there is no value. */
static bool is_blank_mark(const char *text)
{
  bool stroke = false;
  uint32_t codepoint = 0;
  for (const char *at = text; tc_text_next(&at, &codepoint);) {
    stroke = stroke || codepoint == '/' || codepoint == '-' || codepoint == 0x2013 || codepoint == 0x2014;
    if (codepoint >= 0x80 ? (codepoint != 0x2013 && codepoint != 0x2014 && codepoint != 0x2026)
                          : strchr("-/\\|. _", (int)codepoint) == NULL)
      return false;
  }
  return stroke;
}

/* ---- Collecting ---- */

void tc_slot_add_quad(tc_slot *slot, const tc_quad *quad)
{
  double left = quad->corner[0].x;
  double right = left;
  double top = quad->corner[0].y;
  double bottom = top;
  for (size_t i = 1; i < 4; i++) {
    left = fmin(left, quad->corner[i].x);
    right = fmax(right, quad->corner[i].x);
    top = fmin(top, quad->corner[i].y);
    bottom = fmax(bottom, quad->corner[i].y);
  }
  slot->capture = tc_box_union(slot->capture, (tc_box){left, top, right - left, bottom - top});
}

/* What the engine hardly believes in, and no number: a sign or two, or signs that no word has. Of such words one in a
   hundred stands on the paper; the others are grounds, stains and the back of the page. */
bool tc_slot_is_faint(const tc_token *token)
{
  if (token->folded[0] == '\0')
    return false;
  const char *at = token->text;
  size_t signs = 0;
  size_t letters = 0;
  uint32_t sign = 0;
  while (tc_text_next(&at, &sign)) {
    signs++;
    letters += tc_text_is_letter(sign) ? 1 : 0;
    if (tc_text_is_digit(sign) || sign == '<' || sign == '/')
      return false;
  }
  /* a speck or two beside a word is no reason to lose it */
  const bool odd =
      3 * (signs - letters) > signs && !(letters + 1 == signs && strchr(".,;:", token->text[strlen(token->text) - 1]));
  return odd || signs == 1 ? token->confidence < FAINT : signs == 2 && token->confidence < FAINT_WORD;
}

/* Specks and rules read as signs: no letter, no digit, and not a dash or a stroke that stands for something. */
bool tc_slot_is_speck(const tc_token *token)
{
  return token->folded[0] == '\0' && strncmp(token->text, "<<", 2) != 0 &&
         strspn(token->text, "-/&+") != strlen(token->text) && strcmp(token->text, "\u2013") != 0 &&
         !is_blank_mark(token->text);
}

/* The share of a word's width that stands before its first stroke, by the usual widths of signs; 1 without a stroke. */
static double share_before_stroke(const char *text)
{
  double all = 0;
  double before = -1;
  uint32_t sign = 0;
  while (tc_text_next(&text, &sign)) {
    const bool stroke = sign == '/' || sign == 0x2044;
    if (stroke && before < 0)
      before = all;
    all += stroke || sign == '-' ? 0.3 : tc_text_is_upper(sign) ? 0.7 : tc_text_is_digit(sign) ? 0.5 : 0.45;
  }
  return before < 0 || all <= 0 ? 1 : before / all;
}

static void add_number(const tc_token *token, tc_slot *slot)
{
  if (strpbrk(token->text, "0123456789") == NULL || slot->number_count == TC_SLOT_NUMBERS_MAX)
    return;
  tc_box box = token->box;
  box.width *= share_before_stroke(token->text);
  slot->numbers[slot->number_count++] = box;
}

void tc_slot_add_place(const tc_token *token, tc_slot *slot)
{
  slot->confidence = slot->words == 0 ? token->confidence : fmin(slot->confidence, token->confidence);
  slot->mean_confidence += token->confidence;
  slot->words++;
  tc_slot_add_quad(slot, &token->quad);
}

static bool is_all_noise(const tc_page_view *view, const size_t *tokens, size_t count)
{
  for (size_t i = 0; i < count; i++)
    if (!tc_slot_is_speck(&view->tokens->items[tokens[i]]) && !tc_slot_is_faint(&view->tokens->items[tokens[i]]))
      return false;
  return true;
}

/* Faint words count where there are no others: a place where something stands is not empty. */
bool tc_slot_add_line(const tc_page_view *view, const size_t *tokens, size_t count, tc_slot *slot, tc_error *err)
{
  tc_box box = {0};
  const bool nothing_else = is_all_noise(view, tokens, count);
  for (size_t i = 0; i < count; i++) {
    const tc_token *token = &view->tokens->items[tokens[i]];
    const bool faint = tc_slot_is_faint(token);
    if (tc_slot_is_speck(token) || (faint && !nothing_else)) {
      if (faint)
        slot->place_confidence = fmin(slot->place_confidence, SOMETHING_LEFT_OUT);
      continue;
    }
    const bool joint =
        token->glued && i > 0 && tokens[i - 1] + 1 == tokens[i] && !view->tokens->items[tokens[i - 1]].colon;
    if (slot->printed.size > 0 && !joint && !tc_buf_append_text(&slot->printed, " ", err))
      return false;
    const size_t start = slot->printed.size;
    if (!tc_buf_append_text(&slot->printed, token->text, err))
      return false;
    if (slot->mark_count < TC_SLOT_WORDS_MAX && slot->line_count < TC_SLOT_LINES_MAX)
      slot->marks[slot->mark_count++] =
          (tc_slot_word){start, slot->printed.size, token->confidence, token->box, slot->line_count};
    if (token->colon && i + 1 < count && !tc_buf_append_text(&slot->printed, ":", err))
      return false;
    tc_slot_add_place(token, slot);
    add_number(token, slot);
    box = tc_box_union(box, token->box);
  }
  if (box.width > 0 && slot->line_count < TC_SLOT_LINES_MAX) {
    slot->spans[slot->line_count] = box;
    slot->lines[slot->line_count++] = box;
  }
  return true;
}

/* Words keep their places in what is left of the text, `trimmed`, which is a part of it. */
static void move_marks(tc_slot *slot, const char *trimmed)
{
  const char *found = strstr(tc_buf_text(&slot->printed), trimmed);
  const size_t offset = found != NULL ? (size_t)(found - tc_buf_text(&slot->printed)) : 0;
  const size_t size = strlen(trimmed);
  size_t kept = 0;
  for (size_t i = 0; found != NULL && i < slot->mark_count; i++) {
    tc_slot_word mark = slot->marks[i];
    if (mark.end <= offset || mark.start >= offset + size)
      continue;
    mark.start = mark.start > offset ? mark.start - offset : 0;
    mark.end = mark.end - offset < size ? mark.end - offset : size;
    slot->marks[kept++] = mark;
  }
  slot->mark_count = kept;
}

double tc_slot_confidence(const tc_slot *slot, size_t start, size_t end)
{
  double least = 1;
  for (size_t i = 0; i < slot->mark_count; i++)
    if (slot->marks[i].end > start && slot->marks[i].start < end)
      least = fmin(least, slot->marks[i].confidence);
  const bool known = slot->mark_count > 0 && end <= slot->marks[slot->mark_count - 1].end;
  return known ? least : slot->confidence;
}

bool tc_slot_close(tc_slot *slot, tc_error *err)
{
  if (slot->words > 0)
    slot->mean_confidence /= (double)slot->words;
  slot->blank = slot->printed.size > 0 && is_blank_mark(tc_buf_text(&slot->printed));
  tc_auto(tc_str) trimmed = NULL;
  tc_auto(tc_str) squeezed = NULL;
  if (!tc_slot_trim(tc_buf_text(&slot->printed), &trimmed, err) || !tc_text_squeeze(trimmed, &squeezed, err))
    return false;
  move_marks(slot, trimmed);
  tc_buf_finish(&slot->printed);
  return slot->blank || tc_buf_append_text(&slot->printed, squeezed, err);
}

/* Words of another value were taken for the label: what is known by its look, and stands elsewhere, is the value. */
static bool instead_of_label(const tc_page_view *view, const tc_field_model *model, tc_slot *slot, tc_error *err)
{
  const tc_value_context context = {.words = view->types->words, .params = model->params, .pattern = model->pattern};
  const char *printed = tc_buf_text(&slot->printed);
  size_t start = 0;
  size_t end = 0;
  tc_auto(tc_str) part = NULL;
  tc_auto(tc_value) value = {0};
  tc_auto(tc_slot) found = {0};
  if (model->take == NULL || !tc_pattern_find(model->take, printed, &start, &end))
    end = strlen(printed);
  if (!tc_str_printf(&part, err, "%.*s", (int)(end - start), printed + start) ||
      !model->kind->read(&context, part, &value, err))
    return false;
  if (value.valid)
    return true;
  if (!tc_slot_find_pattern(view, model, &found, err) || !tc_slot_close(&found, err))
    return false;
  if (!found.found)
    return true;
  const tc_slot place = *slot;
  *slot = found;
  found = place;
  slot->place_confidence = SOMETHING_LEFT_OUT;
  return true;
}

bool tc_slot_read(const tc_page_view *view, size_t field, tc_slot *out, tc_error *err)
{
  const tc_field_model *fields = view->anchors->type->fields;
  const tc_field_model *model = &fields[fields[field].at != SIZE_MAX ? fields[field].at : field];
  if (model->find != TC_FIND_LABEL)
    return tc_slot_find(view, model, out, err) && (model->find == TC_FIND_MRZ || tc_slot_close(out, err));
  const tc_anchor *anchor = tc_anchors_of(view->anchors, field);
  if (anchor == NULL && model->anywhere)
    return tc_slot_find_pattern(view, model, out, err) && tc_slot_close(out, err);
  if (anchor == NULL)
    return tc_slot_find_unlabelled(view, model, out, err) && tc_slot_close(out, err);
  if (!tc_slot_read_label(view, model, anchor, out, err))
    return false;
  return !model->anywhere || instead_of_label(view, model, out, err);
}
