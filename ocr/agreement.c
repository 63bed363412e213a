#include "ocr/agreement.h"

#include "base/text.h"
#include "ocr/readings.h"
#include "ocr/value_case.h"

#include <string.h>

static const char between[] = " .,;:-";

/* ---- Letters ---- */

/* The text with one blank for whatever stands between words. */
static bool words_of(const char *text, char **out)
{
  tc_auto(tc_buf) plain = {0};
  for (const char *at = text + strspn(text, between); *at != '\0';) {
    const size_t size = strcspn(at, between);
    if ((plain.size > 0 && !tc_buf_append_text(&plain, " ", NULL)) || !tc_buf_append(&plain, at, size, NULL))
      return false;
    at += size;
    at += strspn(at, between);
  }
  return tc_str_copy(tc_buf_text(&plain), out, NULL);
}

static bool same_words(const char *a, const char *b)
{
  tc_auto(tc_str) left = NULL;
  tc_auto(tc_str) right = NULL;
  return words_of(a, &left) && words_of(b, &right) && left[0] != '\0' && strcmp(left, right) == 0;
}

bool tc_texts_alike(const char *a, const char *b)
{
  tc_auto(tc_str) left = NULL;
  tc_auto(tc_str) right = NULL;
  return tc_text_lower(a, &left, NULL) && tc_text_lower(b, &right, NULL) && same_words(left, right);
}

/* Words of any language, and what has a structure or a list, are what they are to the sign. */
static bool may_be_alike(const tc_finding *finding)
{
  const tc_value_kind *kind = finding->model->kind;
  return kind->need == TC_NEED_LEXICON && strcmp(kind->name, "free") != 0;
}

bool tc_readings_agree(const tc_finding *finding, const tc_reading *a, const tc_reading *b)
{
  return tc_reading_same(a, b) || (may_be_alike(finding) && tc_texts_alike(a->printed, b->printed));
}

/* ---- Punctuation ---- */

bool tc_text_is_plain(const char *text)
{
  for (; *text != '\0'; text++)
    if ((unsigned char)*text >= 0x80)
      return false;
  return true;
}

static bool has_glued_dash(const char *text)
{
  for (const char *at = strchr(text, '-'); at != NULL; at = strchr(at + 1, '-')) {
    const bool before = at > text && at[-1] != ' ';
    const bool behind = at[1] != '\0' && at[1] != ' ';
    if (before != behind)
      return true;
  }
  return false;
}

typedef struct parts {
  size_t words;
  bool any;      /* a word of places stood before */
  bool sized;    /* … and not as the first word, which has a capital anyway */
  bool capital;  /* … with a capital, as all of them then have */
  bool adjacent; /* … right before */
  bool comma;    /* the word before ends in one */
  bool untidy;
} parts;

static void next_word(const tc_word_list *places, const char *word, parts *p)
{
  const bool capital = tc_case_is_capital(word);
  const bool place = tc_word_list_has(places, word) && (!p->sized || capital == p->capital);
  p->untidy = p->untidy || (place && p->any && !p->adjacent && !p->comma);
  if (place && p->words > 0 && !p->sized) {
    p->sized = true;
    p->capital = capital;
  }
  p->words++;
  p->any = p->any || place;
  p->adjacent = place;
}

static bool is_figure(char c) { return c >= '0' && c <= '9'; }

/* A number with a blank in it, or two of which one lost what stood between them. */
static bool has_broken_number(const char *text)
{
  for (const char *at = strchr(text, ' '); at != NULL; at = strchr(at + 1, ' '))
    if (at > text && is_figure(at[-1]) && is_figure(at[1]))
      return true;
  return false;
}

/* Behind a point or a dash small letters: a comma misread, or a speck. An abbreviation's point is one: "H." */
static bool has_lost_comma(const char *text)
{
  for (const char *at = strchr(text, ' '); at != NULL; at = strchr(at + 1, ' ')) {
    const char *behind = at + 1;
    uint32_t sign = 0;
    if (at > text && (at[-1] == '.' || at[-1] == '-') && tc_text_next(&behind, &sign) && tc_text_is_lower(sign))
      return true;
  }
  return false;
}

bool tc_text_is_tidy(const char *text)
{
  return !has_glued_dash(text) && !has_broken_number(text) && !has_lost_comma(text);
}

bool tc_address_is_tidy(const tc_words *words, const char *text)
{
  const tc_word_list *places = tc_words_list(words, "place_words");
  parts p = {.any = false};
  for (const char *at = text; places != NULL && *at != '\0' && !p.untidy;) {
    tc_auto(tc_str) word = NULL;
    const size_t size = strcspn(at, " ");
    const bool ends = size > 0 && strchr(",;.", at[size - 1]) != NULL;
    if (!tc_str_printf(&word, NULL, "%.*s", (int)(size - (ends ? 1 : 0)), at))
      return false;
    next_word(places, word, &p);
    p.comma = ends && at[size - 1] == ',';
    at += size + strspn(at + size, " ");
  }
  return !p.untidy;
}

/* The text ends in a small word of a date: "in the year", and then? */
static bool ends_in_date_word(const tc_words *words, const char *text)
{
  const char *last = strrchr(text, ' ');
  const char *at = last != NULL ? last + 1 : text;
  const char *word = at;
  uint32_t sign = 0;
  return tc_text_next(&at, &sign) && tc_text_is_lower(sign) && tc_words_spells_numbers(words, word);
}

static bool lower_word(const char *at, size_t size, char **out)
{
  tc_auto(tc_str) word = NULL;
  return tc_str_printf(&word, NULL, "%.*s", (int)size, at) && tc_text_lower(word, out, NULL);
}

bool tc_text_is_phrased(const tc_words *words, const char *text)
{
  for (const char *at = text; *at != '\0';) {
    tc_auto(tc_str) left = NULL;
    tc_auto(tc_str) right = NULL;
    const size_t size = strcspn(at, " ");
    const char *next = at + size + strspn(at + size, " ");
    /* amid a text a name begins or ends where capitals do: its words are none of the phrase beside it */
    const bool apart = at != text && tc_case_is_capital(at) != tc_case_is_capital(next);
    if (!lower_word(at, size, &left) || !lower_word(next, strcspn(next, " ,;:.()"), &right) ||
        (!apart && tc_words_nearly_go_together(words, left, right)))
      return false;
    if (*next == '\0')
      return true;
    if (next[strcspn(next, " ")] == '\0' && (tc_words_go_on(words, left, right) || ends_in_date_word(words, text) ||
                                             tc_word_list_has(tc_words_list(words, "open_words"), right)))
      return false;
    at = next;
  }
  return true;
}

/* A word that one reader has with a capital and the other in small letters, amid small letters: nobody can say. */
static bool has_doubtful_capital(const tc_words *words, const char *chosen, const char *second)
{
  tc_auto(tc_str) left = NULL;
  tc_auto(tc_str) right = NULL;
  char *left_rest = NULL;
  char *right_rest = NULL;
  if (!tc_case_has_lower(chosen) || !tc_str_copy(chosen, &left, NULL) || !tc_str_copy(second, &right, NULL))
    return false;
  char *a = strtok_r(left, between, &left_rest);
  char *b = strtok_r(right, between, &right_rest);
  for (bool first = true; a != NULL && b != NULL; first = false) {
    if (!first && tc_case_is_capital(a) && !tc_case_is_capital(b) &&
        !tc_word_list_has(tc_words_list(words, "abbreviations"), a))
      return true;
    a = strtok_r(NULL, between, &left_rest);
    b = strtok_r(NULL, between, &right_rest);
  }
  return false;
}

/* A small letter that differs from its capital in nothing but size. */
static bool begins_in_doubt(const char *text) { return text[0] != '\0' && strchr("ckosuvwxz", text[0]) != NULL; }

/* A word that ends in a full stop where the other reader sees a comma. */
static bool has_doubtful_stop(const char *chosen, const char *second)
{
  while (*chosen != '\0' && *second != '\0') {
    const size_t size = strcspn(chosen, " ");
    const size_t other = strcspn(second, " ");
    if (size > 0 && other > 0 && chosen[size - 1] == '.' && second[other - 1] == ',')
      return true;
    chosen += size + strspn(chosen + size, " ");
    second += other + strspn(second + other, " ");
  }
  return false;
}

static size_t marks_in(const char *text)
{
  size_t count = 0;
  for (; *text != '\0'; text++)
    count += *text != ' ' && strchr(between, *text) != NULL ? 1 : 0;
  return count;
}

/* A reader gave it whole; the second reader, which loses marks of punctuation and tells capitals badly, only with no
   mark less than the first, or where the engine read it so at another attempt. */
static bool is_one_of(const tc_finding *finding, const tc_reading *chosen, const tc_reading *second)
{
  const tc_reading *first = &finding->readings[0];
  const char *text = tc_buf_text(&chosen->value.text);
  const char *of_first = tc_buf_text(&first->value.text);
  if (tc_reading_same(chosen, first))
    return true;
  for (size_t i = 1; i < finding->reading_count; i++)
    if (tc_reading_is_engine(&finding->readings[i]) && tc_reading_same(chosen, &finding->readings[i]))
      return true;
  return tc_reading_same(chosen, second) && marks_in(text) >= marks_in(of_first) && same_words(text, of_first);
}

bool tc_finding_is_tidy(const tc_words *words, const tc_finding *finding)
{
  const tc_reading *chosen = tc_finding_reading(finding);
  const tc_reading *second = tc_finding_reading_by(finding, TC_READING_SECOND_READER);
  const char *kind = finding->model->kind->name;
  if (chosen == NULL || second == NULL || !may_be_alike(finding))
    return true;
  const char *text = tc_buf_text(&chosen->value.text);
  const bool name = strcmp(kind, "name") == 0;
  const bool place = strcmp(kind, "place") == 0;
  if (!tc_text_is_tidy(text) || (place && !tc_address_is_tidy(words, text)) ||
      (!name && !tc_text_is_phrased(words, text)) || (!name && !place && begins_in_doubt(text)) ||
      has_doubtful_stop(text, second->printed))
    return false;
  const bool agreed =
      tc_readings_agree(finding, second, chosen) && tc_readings_agree(finding, &finding->readings[0], chosen);
  return !agreed || (is_one_of(finding, chosen, second) && !has_doubtful_capital(words, text, second->printed));
}
