#include "ocr/mrz.h"

#include <string.h>

enum { STATE_END = 5, ID_AT = 15, ID_SIZE = 12, DATE_SIZE = 6, NAME_FROM = 2 * TC_MRZ_LINE + 3 };

static const char letters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/* Document code and state are letters: a digit among them is a stroke of the letter before. */
static bool is_stroke(char sign, int at) { return at > 0 && at < STATE_END && sign >= '0' && sign <= '9'; }

/* Cards begin with A, C or I (Doc 9303 part 5, 4.2.2), and an I has feet. */
static char document_letter(char sign) { return sign == 'T' || sign == '1' || sign == 'L' ? 'I' : sign; }

/* Doc 9303 part 5, 4.2.2: what may stand at a place of the three lines. */
typedef enum class { ANY, DIGIT, LETTER } class;

static class class_at(int at)
{
  const int second = at - TC_MRZ_LINE;
  if (second >= TC_MRZ_LINE)
    return LETTER;
  if (second >= 0)
    return second < 7 || (second >= 8 && second < 15) || second == 29 ? DIGIT
           : second >= 15 && second < 18                              ? LETTER
                                                                      : ANY;
  return at == 14 || at == 29 ? DIGIT : at >= 2 && at < STATE_END ? LETTER : ANY;
}

static char alike(char sign, const char *from, const char *to)
{
  const char *at = strchr(from, sign);
  return at != NULL ? to[at - from] : sign;
}

static char mend(char sign, class place)
{
  switch (place) {
  case DIGIT:
    return alike(sign, "OQDILTZSGB", "0001112568");
  case LETTER:
    return alike(sign, "015682", "OISGBZ");
  case ANY:
    break;
  }
  return sign;
}

/* A sign of the zone; small letters in the name are capitals that a model of ordinary print read; 0: none of it. */
static char plain_sign(char sign, int at)
{
  if (at >= 2 * TC_MRZ_LINE && sign >= 'a' && sign <= 'z')
    return (char)(sign - 'a' + 'A');
  return sign == '<' || strchr(letters, sign) != NULL ? sign : '\0';
}

/* Doc 9303 part 3, 4.9: digits count as they are, letters from ten, the filler nothing; weights 7, 3, 1. */
static int weigh(const char *text, int size, int *position)
{
  static const int weights[] = {7, 3, 1};
  int sum = 0;
  for (int i = 0; i < size; i++, (*position)++) {
    const char *at = text[i] == '<' ? NULL : strchr(letters, text[i]);
    sum += at != NULL ? (int)(at - letters) * weights[*position % 3] : 0;
  }
  return sum;
}

char tc_mrz_check_digit(const char *text, int size)
{
  int position = 0;
  return (char)('0' + weigh(text, size, &position) % 10);
}

static bool checks(const tc_mrz *mrz, int first, int size, int digit_at)
{
  int position = 0;
  return weigh(mrz->text + first, size, &position) % 10 == mrz->text[digit_at] - '0';
}

/* yyMMdd, whose month and day may be unknown (ICAO Doc 9303 part 3, 4.7): 0 and 6 are mistaken for each other where
   check digits do not tell. */
static bool is_date(const char *date)
{
  const int month = (date[2] - '0') * 10 + date[3] - '0';
  const int day = (date[4] - '0') * 10 + date[5] - '0';
  return (strncmp(date + 2, "<<", 2) == 0 || (month >= 1 && month <= 12)) &&
         (strncmp(date + 4, "<<", 2) == 0 || (day >= 1 && day <= 31));
}

bool tc_mrz_is_valid(const tc_mrz *mrz)
{
  const char *second = mrz->text + TC_MRZ_LINE;
  int position = 0;
  int sum = weigh(mrz->text + 5, 25, &position);
  sum += weigh(second, 7, &position);
  sum += weigh(second + 8, 7, &position);
  sum += weigh(second + 18, 11, &position);
  return strchr("ACI", mrz->text[0]) != NULL && checks(mrz, 5, 9, 14) && checks(mrz, TC_MRZ_LINE, 6, TC_MRZ_LINE + 6) &&
         checks(mrz, TC_MRZ_LINE + 8, 6, TC_MRZ_LINE + 14) && is_date(second) && is_date(second + 8) &&
         sum % 10 == second[29] - '0';
}

/* The document's number may have letters. Where it does not fit its check digit, and with digits for the letters that
   look like them it does, those are digits. */
static void take_numbers(tc_mrz *mrz)
{
  tc_mrz numbers = *mrz;
  for (int i = STATE_END; i < ID_AT + ID_SIZE; i++)
    numbers.text[i] = mend(numbers.text[i], DIGIT);
  if (!tc_mrz_is_valid(mrz) && tc_mrz_is_valid(&numbers))
    *mrz = numbers;
}

/* Issuing state, sex, nationality and name: nothing tells whether a sign that was mended there is right. */
static bool has_no_check_digit(int position)
{
  const int second = position - TC_MRZ_LINE;
  return (position >= 2 && position < STATE_END) || second == 7 || (second >= 15 && second < 18) ||
         position >= 2 * TC_MRZ_LINE;
}

bool tc_mrz_parse(const char *printed, tc_mrz *out)
{
  tc_mrz mrz = {0};
  int size = 0;
  for (const char *at = printed; *at != '\0'; at++) {
    const bool foot = size == 1 && *at == 'I' && printed[0] != 'I' && mrz.text[0] == 'I';
    if (*at == ' ' || is_stroke(*at, size) || foot)
      continue;
    const char plain = plain_sign(*at, size);
    if (size == TC_MRZ_SIZE || plain == '\0')
      return false;
    mrz.text[size] = size == 0 ? document_letter(plain) : mend(plain, class_at(size));
    mrz.mended = mrz.mended || (has_no_check_digit(size) && mrz.text[size] != *at);
    size++;
  }
  if (size < NAME_FROM || size > TC_MRZ_SIZE)
    return false;
  memset(mrz.text + size, '<', (size_t)(TC_MRZ_SIZE - size));
  take_numbers(&mrz);
  *out = mrz;
  return true;
}

static void copy(char *out, const char *from, size_t size)
{
  memcpy(out, from, size);
  out[size] = '\0';
}

void tc_mrz_personal_id(const tc_mrz *mrz, char out[13]) { copy(out, mrz->text + ID_AT, ID_SIZE); }
void tc_mrz_birth(const tc_mrz *mrz, char out[7]) { copy(out, mrz->text + TC_MRZ_LINE, DATE_SIZE); }
void tc_mrz_expiry(const tc_mrz *mrz, char out[7]) { copy(out, mrz->text + TC_MRZ_LINE + 8, DATE_SIZE); }
char tc_mrz_sex(const tc_mrz *mrz) { return mrz->text[TC_MRZ_LINE + 7]; }

void tc_mrz_name(const tc_mrz *mrz, char out[TC_MRZ_LINE + 1])
{
  const char *line = mrz->text + TC_MRZ_LINE + TC_MRZ_LINE;
  size_t size = 0;
  for (size_t i = 0; i < TC_MRZ_LINE; i++)
    if (line[i] != '<' || (size > 0 && out[size - 1] != ' '))
      out[size++] = line[i] == '<' ? ' ' : line[i];
  while (size > 0 && out[size - 1] == ' ')
    size--;
  out[size] = '\0';
}
