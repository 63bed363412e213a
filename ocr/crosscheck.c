#include "ocr/crosscheck.h"

#include "base/text.h"
#include "ocr/fuzzy.h"
#include "ocr/mrz.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define HALF_CENT 0.005

enum { ID_DIGITS = 12 };

static bool is_read(const tc_checked *field) { return field->value != NULL && field->value->valid; }

static tc_agreement same_date(const tc_words *words, const tc_json *params, const tc_checked *fields, size_t count)
{
  (void)words;
  (void)params;
  (void)count;
  if (!is_read(&fields[0]) || fields[1].value == NULL || fields[1].value->date.year == 0)
    return TC_AGREE_SILENT;
  return tc_date_compare(fields[0].value->date, fields[1].value->date) == 0 ? TC_AGREE_YES : TC_AGREE_NO;
}

/* The fourth digit counts centuries from 1900, two a century: even male, odd female; then two digits of the year. */
static tc_agreement id_person(const tc_words *words, const tc_json *params, const tc_checked *fields, size_t count)
{
  if (!is_read(&fields[0]) || count < 3 || !is_read(&fields[2]))
    return TC_AGREE_SILENT;
  const char *id = tc_buf_text(&fields[0].value->text);
  if (strspn(id, "0123456789") != ID_DIGITS || id[ID_DIGITS] != '\0')
    return TC_AGREE_SILENT;
  const int century = 1900 + (id[3] - '0') / 2 * 100;
  if (century + (id[4] - '0') * 10 + (id[5] - '0') != fields[2].value->date.year)
    return TC_AGREE_NO;
  if (!is_read(&fields[1]))
    return TC_AGREE_YES;
  const tc_word_list *male = tc_words_list(words, tc_json_get_text(params, "male", NULL));
  if (male == NULL)
    return TC_AGREE_YES;
  const bool is_male = tc_word_list_has(male, tc_buf_text(&fields[1].value->text));
  return is_male == ((id[3] - '0') % 2 == 0) ? TC_AGREE_YES : TC_AGREE_NO;
}

static tc_agreement not_before(const tc_words *words, const tc_json *params, const tc_checked *fields, size_t count)
{
  (void)words;
  (void)count;
  if (!is_read(&fields[0]) || !is_read(&fields[1]))
    return TC_AGREE_SILENT;
  tc_date later = fields[0].value->date;
  tc_date earlier = fields[1].value->date;
  if (later.year == 0 || earlier.year == 0)
    return TC_AGREE_SILENT;
  earlier.year += (int)tc_json_get_integer(params, "years", 0);
  if (earlier.day == 0 || later.day == 0)
    return later.year >= earlier.year ? TC_AGREE_YES : TC_AGREE_NO;
  return tc_date_compare(later, earlier) >= 0 ? TC_AGREE_YES : TC_AGREE_NO;
}

static tc_agreement same_text(const tc_words *words, const tc_json *params, const tc_checked *fields, size_t count)
{
  (void)words;
  (void)params;
  (void)count;
  if (fields[0].printed == NULL || fields[1].printed == NULL)
    return TC_AGREE_SILENT;
  tc_auto(tc_str) a = NULL;
  tc_auto(tc_str) b = NULL;
  if (!tc_text_lower(fields[0].printed, &a, NULL) || !tc_text_lower(fields[1].printed, &b, NULL))
    return TC_AGREE_SILENT;
  return strcmp(a, b) == 0 ? TC_AGREE_YES : TC_AGREE_NO;
}

static tc_agreement same_number(const tc_words *words, const tc_json *params, const tc_checked *fields, size_t count)
{
  (void)words;
  (void)params;
  (void)count;
  for (size_t i = 0; i < 2; i++)
    if (fields[i].value == NULL || !fields[i].value->numbered)
      return TC_AGREE_SILENT;
  return fabs(fields[0].value->number - fields[1].value->number) < HALF_CENT ? TC_AGREE_YES : TC_AGREE_NO;
}

/* yyMMdd */
static bool is_day(const char *short_date, tc_date date)
{
  return strtol(short_date, NULL, 10) == (date.year % 100 * 100L + date.month) * 100 + date.day;
}

static bool folds_alike(const char *a, const char *b)
{
  tc_auto(tc_str) left = NULL;
  tc_auto(tc_str) right = NULL;
  return tc_fuzzy_fold(a, &left, NULL) && tc_fuzzy_fold(b, &right, NULL) && strcmp(left, right) == 0;
}

/* The machine-readable lines against what is printed for people. */
static tc_agreement mrz(const tc_words *words, const tc_json *params, const tc_checked *fields, size_t count)
{
  (void)count;
  tc_mrz lines;
  char part[TC_MRZ_LINE + 1];
  const char *name = tc_json_get_text(params, "part", "");
  if (!is_read(&fields[0]) || !is_read(&fields[1]) || !tc_mrz_parse(tc_buf_text(&fields[0].value->text), &lines))
    return TC_AGREE_SILENT;
  const char *printed = tc_buf_text(&fields[1].value->text);
  bool same = false;
  if (strcmp(name, "personal_id") == 0) {
    tc_mrz_personal_id(&lines, part);
    same = strcmp(part, printed) == 0;
  } else if (strcmp(name, "birth") == 0 || strcmp(name, "expiry") == 0) {
    if (fields[1].value->date.day == 0)
      return TC_AGREE_SILENT;
    (name[0] == 'b' ? tc_mrz_birth : tc_mrz_expiry)(&lines, part);
    same = is_day(part, fields[1].value->date);
  } else if (strcmp(name, "sex") == 0) {
    const tc_word_list *male = tc_words_list(words, tc_json_get_text(params, "male", NULL));
    same = tc_mrz_sex(&lines) == (tc_word_list_has(male, printed) ? 'M' : 'F');
  } else {
    tc_mrz_name(&lines, part);
    same = folds_alike(part, printed);
  }
  return same ? TC_AGREE_YES : TC_AGREE_NO;
}

static const tc_crosscheck_kind kinds[] = {
    {"same_date", 2, 2, true, same_date},     {"id_person", 3, 3, false, id_person},
    {"not_before", 2, 2, false, not_before},  {"same_text", 2, 2, true, same_text},
    {"same_number", 2, 2, true, same_number}, {"mrz", 2, 2, true, mrz},
};

const tc_crosscheck_kind *tc_crosscheck_kind_find(const char *name)
{
  for (size_t i = 0; i < TC_ARRAY_LEN(kinds); i++)
    if (strcmp(kinds[i].name, name) == 0)
      return &kinds[i];
  return NULL;
}

const tc_crosscheck_kind *tc_crosscheck_kind_at(size_t index)
{
  return index < TC_ARRAY_LEN(kinds) ? &kinds[index] : NULL;
}
