/*
 * Names of people. A family is of a list: a first word that is none, but has the letters of just one, lost a mark. So
 * much is mended, and a mended value is never sure; of given names, whose syllables differ in nothing but marks, nobody
 * can say.
 * A signer's name ("signer") stands under a seal and a signature, which leave their remains before it and take its
 * first letters: it begins with a family's name, or it is not whole.
 */
#include "ocr/value.h"

#include "base/text.h"
#include "ocr/fuzzy.h"
#include "ocr/value_case.h"

#include <string.h>

enum { NAME_WORDS_MIN = 2, NAME_WORDS_MAX = 7, LETTERS_LEFT = 2 };

/* A word with a capital first and small letters behind. */
static bool append_capitalised(const char *word, tc_buf *out, tc_error *err)
{
  tc_auto(tc_str) lower = NULL;
  const char *rest = word;
  uint32_t first = 0;
  return !tc_text_next(&rest, &first) ||
         (tc_text_lower(rest, &lower, err) && tc_buf_append(out, word, (size_t)(rest - word), err) &&
          tc_buf_append_text(out, lower, err));
}

/* A name is in capitals throughout or in no word: a stroke across a word made its letters seem larger. */
static bool mend_case(const char *printed, tc_value *out, tc_error *err)
{
  tc_auto(tc_str) copy = NULL;
  if (!tc_case_has_lower(printed))
    return true;
  if (!tc_str_copy(printed, &copy, err))
    return false;
  out->text.size = 0;
  char *rest = NULL;
  for (char *word = strtok_r(copy, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
    const bool large = !tc_case_has_lower(word) && tc_text_length(word) > 1 && tc_case_is_capital(word);
    out->mended = out->mended || large;
    if ((out->text.size > 0 && !tc_buf_append_text(&out->text, " ", err)) ||
        !(large ? append_capitalised(word, &out->text, err) : tc_buf_append_text(&out->text, word, err)))
      return false;
  }
  return true;
}

static bool has_same_letters(const char *a, const char *b)
{
  tc_auto(tc_str) left = NULL;
  tc_auto(tc_str) right = NULL;
  return tc_fuzzy_fold(a, &left, NULL) && tc_fuzzy_fold(b, &right, NULL) && strcmp(left, right) == 0;
}

static bool is_signer(const tc_value_context *context) { return tc_json_get_boolean(context->params, "signer", false); }

/* The family that a first word which is none stands for; of a syllable nothing but the marks are in doubt, and
   what begins small lost its start. NULL: none, or several; of a signer, of whom a person looks at the name in any
   case, the commonest of several that differ in marks, which lists name first. */
static const char *family_of(const tc_value_context *context, const tc_word_list *family, const char *first)
{
  if (is_signer(context) && !tc_case_is_capital(first) && tc_text_length(first) >= LETTERS_LEFT)
    return tc_word_list_with_end(family, first);
  const bool is_none = tc_case_is_capital(first) && !tc_word_list_has(family, first);
  const char *member = is_none ? tc_word_list_nearest(family, first) : NULL;
  if (is_none && member == NULL && is_signer(context))
    member = tc_word_list_of_letters(family, first);
  const bool other = member != NULL && !has_same_letters(member, first) && tc_words_is_syllable(context->words, first);
  return other ? NULL : member;
}

/* The first word as the list of families has it, in the print's case. */
static bool mend_family(const tc_value_context *context, const tc_word_list *family, const char *printed, tc_buf *out,
                        tc_error *err)
{
  tc_auto(tc_str) first = NULL;
  tc_auto(tc_str) upper = NULL;
  const size_t size = strcspn(printed, " ");
  if (!tc_str_printf(&first, err, "%.*s", (int)size, printed))
    return false;
  const char *member = printed[size] != '\0' ? family_of(context, family, first) : NULL;
  if (member != NULL && !tc_case_has_lower(first) && !tc_text_upper(member, &upper, err))
    return false;
  return tc_buf_append_text(out,
                            upper != NULL    ? upper
                            : member != NULL ? member
                                             : first,
                            err) &&
         tc_buf_append_text(out, printed + size, err);
}

/* Small letters, or something else than letters: what is left of a seal, of a rank or of what stands above. */
static bool is_remains(const char *word, size_t size)
{
  uint32_t sign = 0;
  const char *at = word;
  bool letters = true;
  const bool small = tc_text_next(&at, &sign) && tc_text_is_lower(sign);
  for (at = word; letters && (size_t)(at - word) < size && tc_text_next(&at, &sign);)
    letters = tc_text_is_letter(sign);
  return small || !letters;
}

/* Behind the last remains before a family's name and one word more at least. */
static const char *behind_remains(const tc_value_context *context, const tc_word_list *family, const char *printed)
{
  const char *start = printed;
  for (const char *word = printed; is_signer(context) && *word != '\0';) {
    const size_t size = strcspn(word, " ");
    const char *next = word + size + strspn(word + size, " ");
    tc_auto(tc_str) first = NULL;
    if (!tc_str_printf(&first, NULL, "%.*s", (int)strcspn(next, " "), next))
      return printed;
    if (is_remains(word, size) && strchr(next, ' ') != NULL && tc_case_is_capital(first) &&
        (tc_word_list_has(family, first) || family_of(context, family, first) != NULL))
      start = next;
    word = next;
  }
  return start;
}

/* A word that people are called by, and no family is: the family's name before it was lost. */
static bool begins_with_given(const tc_value_context *context, const tc_word_list *family, const char *printed)
{
  const tc_word_list *given = tc_words_list(context->words, tc_json_get_text(context->params, "given", NULL));
  tc_auto(tc_str) first = NULL;
  return tc_str_printf(&first, NULL, "%.*s", (int)strcspn(printed, " "), printed) && tc_word_list_has(given, first) &&
         !tc_word_list_has(family, first);
}

typedef struct name_words {
  size_t count;
  bool family;    /* the first is a family's name */
  bool syllables; /* each is one, with a capital first */
  bool usual;     /* a family's name, and such as are given */
} name_words;

static bool look_at_words(const tc_value_context *context, const tc_word_list *family, const char *text,
                          name_words *out, tc_error *err)
{
  const tc_word_list *given = tc_words_list(context->words, tc_json_get_text(context->params, "given", NULL));
  tc_auto(tc_str) copy = NULL;
  if (!tc_str_copy(text, &copy, err))
    return false;
  *out = (name_words){.syllables = true, .usual = true};
  char *rest = NULL;
  for (char *word = strtok_r(copy, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
    out->family = out->family || (out->count == 0 && tc_word_list_has(family, word));
    out->syllables = out->syllables && tc_words_is_syllable(context->words, word) && tc_case_is_even(word) &&
                     tc_case_is_capital(word);
    out->usual = out->usual && (out->count == 0 ? tc_word_list_has(family, word)
                                                : tc_word_list_has(given, word) || tc_word_list_has(family, word));
    out->count++;
  }
  return true;
}

/* On some papers each name is in capitals; a code has it in small letters. */
static bool raise_case(const tc_value_context *context, tc_value *out, tc_error *err)
{
  tc_auto(tc_str) upper = NULL;
  if (!tc_json_get_boolean(context->params, "capitals", false))
    return true;
  if (!tc_text_upper(tc_buf_text(&out->text), &upper, err))
    return false;
  out->text.size = 0;
  return tc_buf_append_text(&out->text, upper, err);
}

bool tc_value_read_name(const tc_value_context *context, const char *printed, tc_value *out, tc_error *err)
{
  const tc_word_list *family = tc_words_list(context->words, tc_json_get_text(context->params, "family", NULL));
  tc_auto(tc_buf) name = {0};
  name_words words;
  const char *start = behind_remains(context, family, printed);
  const bool begins_given = is_signer(context) && start == printed && begins_with_given(context, family, printed);
  if (!(begins_given ? tc_buf_append_text(&name, printed, err) : mend_family(context, family, start, &name, err)) ||
      !look_at_words(context, family, tc_buf_text(&name), &words, err) ||
      !tc_buf_append_text(&out->text, tc_buf_text(&name), err))
    return false;
  out->mended = strcmp(tc_buf_text(&name), printed) != 0;
  out->valid = words.syllables && words.count >= NAME_WORDS_MIN && words.count <= NAME_WORDS_MAX &&
               (words.family || !is_signer(context));
  if (out->valid)
    tc_value_vouch(out, "syllables");
  if (out->valid && words.usual)
    tc_value_vouch(out, TC_VALUE_USUAL_NAME);
  return mend_case(tc_buf_text(&name), out, err) && raise_case(context, out, err);
}
