/*
 * Amounts: 5.000.000 or 120,5 with a unit behind, and numbers spelt out. Digits are parted in threes by one sign and
 * the fraction by another; where only one sign stands, three digits behind it (or more signs than one) mean thousands.
 */
#include "base/text.h"
#include "ocr/fuzzy.h"
#include "ocr/mrz.h"
#include "ocr/value.h"
#include "ocr/value_case.h"

#include <string.h>

enum { WORDS_MAX = 60, DIGITS_MAX = 15, GROUP = 3 };

/* ---- Digits ---- */

typedef struct shape {
  int dots, commas;
  char last;   /* the last sign, 0: none */
  int behind;  /* digits behind it */
  size_t size; /* bytes of the number */
} shape;

static shape shape_of(const char *text)
{
  shape s = {0};
  for (size_t i = 0; text[i] != '\0'; i++) {
    if (text[i] >= '0' && text[i] <= '9') {
      s.behind++;
      s.size = i + 1;
    } else if (text[i] == '.' || text[i] == ',') {
      s.last = text[i];
      s.behind = 0;
      s.dots += text[i] == '.' ? 1 : 0;
      s.commas += text[i] == ',' ? 1 : 0;
    } else {
      break;
    }
  }
  return s;
}

/* The sign that parts the fraction, 0 where there is none. */
static char point_of(const char *text, bool decimals)
{
  char number[2 * DIGITS_MAX + 1] = {0};
  const shape whole = shape_of(text);
  if (whole.size >= sizeof number)
    return 0;
  memcpy(number, text, whole.size);
  const shape s = shape_of(number);
  if (s.dots > 0 && s.commas > 0)
    return s.last;
  if (s.dots + s.commas != 1)
    return 0;
  return s.behind != GROUP || (s.last == ',' && decimals) ? s.last : 0;
}

/* Reads the number at the text's start; false where its groups are not threes. *size: its bytes. */
static bool read_number(const char *text, bool decimals, double *out, size_t *size)
{
  const char point = point_of(text, decimals);
  double number = 0;
  double scale = 0; /* of the next digit of a fraction */
  int run = 0;
  int digits = 0;
  bool grouped = false;
  *size = shape_of(text).size;
  for (size_t i = 0; i < *size; i++) {
    if (text[i] == '.' || text[i] == ',') {
      if (scale > 0 || run == 0 || (grouped && run != GROUP) ||
          run > (text[i] == point && !grouped ? DIGITS_MAX : GROUP))
        return false;
      scale = text[i] == point ? 0.1 : 0;
      grouped = true;
      run = 0;
      continue;
    }
    number = scale > 0 ? number + (text[i] - '0') * scale : number * 10 + (text[i] - '0');
    scale /= 10;
    run++;
    if (++digits > DIGITS_MAX)
      return false;
  }
  *out = number;
  return digits > 0 && run > 0 && (point != 0 || !grouped || run == GROUP);
}

/* The place of the number's last sign. */
static size_t last_sign(const char *text, size_t size)
{
  while (size > 0 && text[size] != '.' && text[size] != ',')
    size--;
  return size;
}

static const char *skip_blanks(const char *text) { return text + strspn(text, " "); }

static bool is_unit(const tc_value_context *context, const char *text)
{
  const tc_word_list *units = tc_words_list(context->words, tc_json_get_text(context->params, "units", NULL));
  tc_auto(tc_str) bare = NULL;
  const char *start = skip_blanks(text);
  size_t size = strlen(start);
  while (size > 0 && strchr(" .,;/)", start[size - 1]) != NULL)
    size--;
  return size == 0 || (tc_str_printf(&bare, NULL, "%.*s", (int)size, start) && tc_word_list_has(units, bare));
}

bool tc_value_read_amount(const tc_value_context *context, const char *printed, tc_value *out, tc_error *err)
{
  size_t size = 0;
  const bool decimals = tc_json_get_boolean(context->params, "decimals", false);
  const bool whole = read_number(printed, decimals, &out->number, &size);
  out->numbered = out->valid = whole && is_unit(context, printed + size);
  if (out->valid)
    tc_value_vouch(out, "amount");
  const bool bare = out->valid && tc_json_get_boolean(context->params, "bare", false);
  if (!tc_buf_printf(&out->text, err, "%.*s", (int)(bare ? size : strlen(printed)), printed))
    return false;
  /* where numbers have decimals, a comma parts them: a dot before another number of digits than three lost its tail */
  if (out->valid && decimals && strchr(printed, ',') == NULL && point_of(printed, decimals) == '.')
    ((char *)out->text.data)[last_sign(printed, size)] = ',';
  return true;
}

/* ---- Words ---- */

typedef struct spelt {
  char *folded[WORDS_MAX];
  size_t ends[WORDS_MAX]; /* byte behind the word */
  size_t count;
} spelt;

static void spelt_finish(spelt *words)
{
  for (size_t i = 0; i < words->count; i++)
    free(words->folded[i]);
}
TC_AUTO_VALUE(spelt, spelt_finish);

static bool split(const char *text, spelt *out, tc_error *err)
{
  for (size_t at = strspn(text, " ,"); text[at] != '\0' && out->count < WORDS_MAX; at += strspn(text + at, " ,")) {
    const size_t size = strcspn(text + at, " ,");
    tc_auto(tc_str) word = NULL;
    if (!tc_str_printf(&word, err, "%.*s", (int)size, text + at) || !tc_fuzzy_fold(word, &out->folded[out->count], err))
      return false;
    at += size;
    out->ends[out->count++] = at;
  }
  return true;
}

bool tc_value_read_amount_words(const tc_value_context *context, const char *printed, tc_value *out, tc_error *err)
{
  tc_auto(spelt) words = {0};
  tc_auto(tc_str) number = NULL;
  if (!tc_buf_append_text(&out->text, printed, err) || !split(printed, &words, err))
    return false;
  const size_t used = tc_words_amount(context->words, (const char *const *)words.folded, words.count, &out->number);
  if (used == 0)
    return true;
  out->numbered = true;
  if (!tc_str_printf(&number, err, "%.*s", (int)words.ends[used - 1], printed))
    return false;
  out->valid = is_unit(context, printed + words.ends[used - 1]) && tc_words_spells_numbers(context->words, number);
  out->mended = tc_case_has_stray_capital(number);
  if (out->valid)
    tc_value_vouch(out, "number_words");
  return true;
}

/* ---- Numbers with check digits ---- */

bool tc_value_check_digit(const tc_json *params, const char *digits)
{
  const tc_json *weights = tc_json_get(params, "weights");
  const size_t count = tc_json_count(weights);
  const int64_t modulus = tc_json_get_integer(params, "modulus", 0);
  int64_t sum = 0;
  if (count == 0 || modulus <= 0)
    return true;
  if (strlen(digits) <= count)
    return false;
  for (size_t i = 0; i < count; i++)
    sum += (digits[i] - '0') * (int64_t)tc_json_as_number(tc_json_at(weights, i), 0);
  return tc_json_get_integer(params, "from", 0) - sum % modulus == digits[count] - '0';
}

bool tc_value_read_mrz(const tc_value_context *context, const char *printed, tc_value *out, tc_error *err)
{
  (void)context;
  tc_mrz mrz;
  if (!tc_mrz_parse(printed, &mrz))
    return tc_buf_append_text(&out->text, printed, err);
  out->valid = tc_mrz_is_valid(&mrz);
  out->mended = mrz.mended;
  if (out->valid)
    tc_value_vouch(out, "check_digits");
  return tc_buf_printf(&out->text, err, "%.30s %.30s %.30s", mrz.text, mrz.text + TC_MRZ_LINE,
                       mrz.text + TC_MRZ_LINE + TC_MRZ_LINE);
}
