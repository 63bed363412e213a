#include "ocr/classify.h"

#include "ocr/fuzzy.h"

#include <math.h>
#include <string.h>

#define TITLE_THRESHOLD 0.78
#define LOWER_CASE_COST 0.12 /* titles are set in capitals */
#define NOISE 0.5            /* mean confidence of what is no words: a desk's edge, a seal */
#define TITLE_ZONE 0.6       /* of the page's height */

enum { LONG_STOP = 16 }; /* letters: a shorter one may be a word of a title */

/* Compares a title with the tokens from `first` on, over the rest of its cell and, for long titles, the next row. */
static double title_at(const tc_tokens *tokens, size_t first, const char *title, size_t *end, tc_error *err, bool *ok)
{
  const size_t wanted = strlen(title);
  tc_auto(tc_buf) joined = {0};
  tc_auto(tc_buf) printed = {0};
  double best = 0;
  size_t rows = 1;
  for (size_t t = first; t < tokens->count && rows <= 2; t++) {
    if (t > first && tokens->items[t].row != tokens->items[t - 1].row)
      rows++;
    else if (t > first && tokens->items[t].starts_cell)
      break;
    if (rows > 2 || joined.size > wanted + wanted / 3 + 1)
      break;
    *ok = *ok && tc_buf_append_text(&joined, tokens->items[t].folded, err) &&
          tc_buf_append_text(&printed, tokens->items[t].text, err);
    if (!*ok)
      return 0;
    double similarity = tc_fuzzy_similarity(tc_buf_text(&joined), joined.size, title, wanted, TITLE_THRESHOLD);
    if (!tc_is_upper_text(tc_buf_text(&printed)))
      similarity -= LOWER_CASE_COST;
    if (similarity > best) {
      best = similarity;
      *end = t + 1;
    }
  }
  return best;
}

/* A title may be followed by a note on its own line, by its translation behind a stroke or by specks, not by more words
   on its line. */
static bool ends_line(const tc_tokens *tokens, size_t end)
{
  for (size_t t = end; t < tokens->count && tokens->items[t].row == tokens->items[end - 1].row; t++) {
    if (tokens->items[t].starts_cell)
      return true;
    if (tokens->items[t].text[0] == '/')
      return true;
    if (strlen(tokens->items[t].folded) > 1 && tokens->items[t].confidence >= NOISE)
      return false;
  }
  return true;
}

/* The first word of its cell, be it behind specks. */
static bool begins_cell(const tc_tokens *tokens, size_t at)
{
  if (tokens->items[at].folded[0] == '\0')
    return false;
  while (!tokens->items[at].starts_cell && at > 0 && tokens->items[at - 1].folded[0] == '\0')
    at--;
  return tokens->items[at].starts_cell;
}

bool tc_classify_title(const tc_label_set *titles, const tc_lines *lines, const tc_tokens *tokens, tc_title *out,
                       tc_error *err)
{
  *out = (tc_title){0};
  bool ok = true;
  for (size_t t = 0; ok && t < tokens->count; t++) {
    const tc_token *token = &tokens->items[t];
    if (!begins_cell(tokens, t) || token->box.y > TITLE_ZONE * lines->page->height)
      continue;
    for (size_t i = 0; ok && i < titles->count; i++) {
      size_t end = t + 1;
      const double similarity = title_at(tokens, t, titles->folded[i], &end, err, &ok);
      if (similarity > TITLE_THRESHOLD && similarity > out->similarity && ends_line(tokens, end))
        *out = (tc_title){true, t, end, token->row, similarity};
    }
  }
  return ok;
}

static bool is_chosen(const tc_anchors *anchors, size_t token)
{
  for (size_t i = 0; i < anchors->chosen_count; i++)
    if (token >= anchors->chosen[i].first && token < anchors->chosen[i].end)
      return true;
  return false;
}

/* The head of a page in one cell, where two sides of it stand close to each other: no title. */
static bool holds_stop(const tc_anchors *anchors, size_t first, size_t end)
{
  const tc_label_set *stops = &anchors->type->stops;
  tc_anchor found;
  for (size_t t = first; t < end; t++)
    for (size_t s = 0; s < stops->count; s++)
      if (strlen(stops->folded[s]) >= LONG_STOP && tc_label_match(anchors->tokens, t, stops->folded[s], &found))
        return true;
  return false;
}

bool tc_classify_title_line(const tc_anchors *anchors, size_t first, size_t *end, tc_buf *text, tc_box *box, bool *out,
                            tc_error *err)
{
  const tc_tokens *tokens = anchors->tokens;
  const double width = anchors->lines->page->width;
  double confidence = 0;
  size_t t = first;
  *box = (tc_box){0};
  for (; t < tokens->count && tokens->items[t].row == tokens->items[first].row; t++) {
    if (t > first && tokens->items[t].starts_cell)
      break;
    if (!tc_buf_append_text(text, tokens->items[t].text, err) || !tc_buf_append_text(text, " ", err))
      return false;
    *box = tc_box_union(*box, tokens->items[t].box);
    confidence += tokens->items[t].confidence;
  }
  const bool centred = fabs(box->x + box->width / 2 - width / 2) < 0.12 * width;
  *out = centred && confidence >= NOISE * (double)(t - first) && box->y <= TITLE_ZONE * anchors->lines->page->height &&
         t - first >= 2 && !is_chosen(anchors, first) && tc_is_upper_text(tc_buf_text(text)) &&
         !holds_stop(anchors, first, t);
  *end = t;
  return true;
}

bool tc_classify_any_title(const tc_anchors *anchors, tc_title *out, tc_error *err)
{
  double best = 0;
  *out = (tc_title){0};
  for (size_t t = 0, end = 0; t < anchors->tokens->count; t = end) {
    tc_auto(tc_buf) text = {0};
    tc_box box;
    bool is_title = false;
    if (!tc_classify_title_line(anchors, t, &end, &text, &box, &is_title, err))
      return false;
    if (!is_title || box.height <= best * 1.1)
      continue;
    best = box.height;
    *out = (tc_title){true, t, end, anchors->tokens->items[t].row, 1};
  }
  return true;
}
