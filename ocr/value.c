#include "ocr/value.h"

#include "base/text.h"

#include <ctype.h>
#include <string.h>

enum { BOX_RULES_MIN = 5 };

void tc_value_finish(tc_value *value) { tc_buf_finish(&value->text); }

void tc_value_vouch(tc_value *value, const char *evidence)
{
  if (value->evidence_count < TC_VALUE_EVIDENCE_MAX)
    value->evidence[value->evidence_count++] = evidence;
}

bool tc_value_says(const tc_value *value, const char *evidence)
{
  for (size_t i = 0; i < value->evidence_count; i++)
    if (strcmp(value->evidence[i], evidence) == 0)
      return true;
  return false;
}

/* ---- Numbers ---- */

static bool read_code(const tc_value_context *context, const char *printed, tc_value *out, tc_error *err)
{
  const bool blanks = tc_json_get_boolean(context->params, "blanks", false);
  for (const char *at = printed; *at != '\0'; at++)
    if ((*at != ' ' || blanks) && !tc_buf_append(&out->text, at, 1, err))
      return false;
  const char *text = tc_buf_text(&out->text);
  out->valid = context->pattern != NULL && tc_pattern_matches(context->pattern, text);
  if (out->valid)
    tc_value_vouch(out, "pattern");
  out->partial = !out->valid && text[0] == '/' && tc_text_length(text) > 2;
  return true;
}

/* Digits of a text without blanks and dots; false when anything else is in it. */
static bool digits_of(const char *printed, tc_buf *out, tc_error *err, bool *pure)
{
  *pure = true;
  for (const char *at = printed; *at != '\0'; at++) {
    if (isdigit((unsigned char)*at)) {
      if (!tc_buf_append(out, at, 1, err))
        return false;
    } else if (*at != ' ' && *at != '.') {
      *pure = false;
    }
  }
  return true;
}

static bool read_digits(const tc_value_context *context, const char *printed, tc_value *out, tc_error *err)
{
  bool pure = false;
  tc_auto(tc_buf) digits = {0};
  if (!digits_of(printed, &digits, err, &pure) ||
      !tc_buf_append_text(&out->text, pure ? tc_buf_text(&digits) : printed, err))
    return false;
  const tc_json *sizes = tc_json_get(context->params, "sizes");
  out->valid = pure && digits.size > 0 && tc_json_count(sizes) == 0;
  for (size_t i = 0; pure && i < tc_json_count(sizes); i++)
    out->valid = out->valid || (double)digits.size == tc_json_as_number(tc_json_at(sizes, i), 0);
  out->valid = out->valid && tc_value_check_digit(context->params, tc_buf_text(&digits));
  if (out->valid)
    tc_value_vouch(out, tc_json_get(context->params, "weights") != NULL ? "check_digit" : "digits");
  return true;
}

/* Digits in boxes whose rules were read as signs between them: one digit, or what it looks like, a box. */
static bool boxed_digits(const char *printed, tc_buf *out, tc_error *err)
{
  size_t rules = 0;
  bool odd = false;
  for (const char *at = printed; *at != '\0'; at++) {
    rules += strchr("|[](){}", *at) != NULL ? 1 : 0;
    const bool digit = isdigit((unsigned char)*at) || *at == 'o' || *at == 'O';
    if (digit && !tc_buf_append(out, isdigit((unsigned char)*at) ? at : "0", 1, err))
      return false;
    odd = odd || (!digit && strchr(" |[](){}lIJ", *at) == NULL);
  }
  if (odd || rules < BOX_RULES_MIN)
    tc_buf_finish(out);
  return true;
}

/* Digits 1–3 province of registration; digit 4 century and sex; digits 5–6 year: there is no check digit, so a wrong
   digit elsewhere shows only in a second reading or against sex and date of birth. */
static bool read_personal_id(const tc_value_context *context, const char *printed, tc_value *out, tc_error *err)
{
  bool pure = false;
  tc_auto(tc_buf) digits = {0};
  tc_auto(tc_buf) boxed = {0};
  if (!digits_of(printed, &digits, err, &pure) || !boxed_digits(printed, &boxed, err))
    return false;
  if (!pure && boxed.size == TC_ID_DIGITS) {
    tc_buf_finish(&digits);
    if (!tc_buf_append(&digits, boxed.data, boxed.size, err))
      return false;
    pure = out->mended = true;
  }
  if (!tc_buf_append_text(&out->text, pure ? tc_buf_text(&digits) : printed, err))
    return false;
  const tc_word_list *provinces = tc_words_list(context->words, tc_json_get_text(context->params, "provinces", NULL));
  tc_auto(tc_str) province = NULL;
  if (!tc_str_printf(&province, err, "%.3s", tc_buf_text(&digits)))
    return false;
  out->valid = pure && digits.size == TC_ID_DIGITS && digits.data[0] == '0' && digits.data[3] <= '3' &&
               (provinces == NULL || tc_word_list_has(provinces, province));
  if (out->valid)
    tc_value_vouch(out, "personal_id");
  return true;
}

static const tc_value_kind kinds[] = {
    {"text", TC_NEED_LEXICON, false, NULL, tc_value_read_line},
    {"free", TC_NEED_LEXICON, false, NULL, tc_value_read_free},
    {"name", TC_NEED_LEXICON, false, NULL, tc_value_read_name},
    {"place", TC_NEED_LEXICON, false, tc_value_ends_in_province, tc_value_read_place},
    {"date", TC_NEED_STRUCTURE, false, NULL, tc_value_read_date},
    {"date_words", TC_NEED_STRUCTURE, false, NULL, tc_value_read_date_words},
    {"year", TC_NEED_STRUCTURE, false, NULL, tc_value_read_year},
    {"choice", TC_NEED_MEMBER, false, NULL, tc_value_read_choice},
    {"code", TC_NEED_STRUCTURE, false, NULL, read_code},
    {"digits", TC_NEED_STRUCTURE, true, NULL, read_digits},
    {"personal_id", TC_NEED_STRUCTURE, true, NULL, read_personal_id},
    {"id_paper", TC_NEED_LEXICON, false, tc_value_ends_large, tc_value_read_id_paper},
    {"amount", TC_NEED_STRUCTURE, false, NULL, tc_value_read_amount},
    {"amount_words", TC_NEED_STRUCTURE, false, NULL, tc_value_read_amount_words},
    {"mrz", TC_NEED_STRUCTURE, false, NULL, tc_value_read_mrz},
};

const tc_value_kind *tc_value_kind_find(const char *name)
{
  for (size_t i = 0; i < TC_ARRAY_LEN(kinds); i++)
    if (strcmp(kinds[i].name, name) == 0)
      return &kinds[i];
  return NULL;
}

const tc_value_kind *tc_value_kind_at(size_t index) { return index < TC_ARRAY_LEN(kinds) ? &kinds[index] : NULL; }
