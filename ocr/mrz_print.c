/*
 * Each line is set anew from its parts: what stands where is known from one part that is easy to find (the state, the
 * personal id, the letter between the two dates), so that a sign too many in one part does not move the others.
 */
#include "ocr/mrz_print.h"

#include "base/text.h"
#include "ocr/fuzzy.h"

#include <ctype.h>
#include <string.h>

#define NAME_ALIKE 0.7 /* the third line and the printed name */

enum { LINES = 3, LINE_ROOM = 48, HEAD = 5, NUMBER = 10, ID = 12, DAY = 7, STATE = 3, NAME_WORDS = 8 };
enum { HEAD_ROOM = 5, ID_ALIKE = 9, NUMBER_ALIKE = 7, DAY_ALIKE = 5, SECOND_FRONT = 18 };

typedef struct read_lines {
  char text[LINES][LINE_ROOM];
} read_lines;

/* Signs that no line has become '?', so that places stay countable. */
static bool split(const char *printed, read_lines *out)
{
  size_t line = 0;
  size_t size = 0;
  uint32_t sign = 0;
  while (tc_text_next(&printed, &sign)) {
    if (sign == ' ') {
      if (size > 0 && ++line == LINES)
        return false;
      size = 0;
      continue;
    }
    if (size + 1 == LINE_ROOM)
      return false;
    out->text[line][size++] = sign >= 0x80 ? '?' : (char)toupper((int)sign);
  }
  return line == LINES - 1 && size > 0;
}

static char digit_for(char sign)
{
  static const char from[] = "OQDILTZSGB";
  const char *at = sign != '\0' ? strchr(from, sign) : NULL;
  return at != NULL ? "0001112568"[at - from] : sign;
}

static size_t same_signs(const char *read, const char *wanted, size_t size)
{
  size_t same = 0;
  for (size_t i = 0; i < size && read[i] != '\0'; i++)
    same += digit_for(read[i]) == wanted[i] ? 1 : 0;
  return same;
}

static void copy_digits(char *out, const char *read, size_t size)
{
  for (size_t i = 0; i < size; i++)
    out[i] = digit_for(read[i]);
}

/* ---- The third line ---- */

typedef struct name_words {
  char text[NAME_WORDS][TC_MRZ_LINE + 1];
  size_t count;
} name_words;

static bool split_name(const char *name, name_words *out)
{
  while (*name != '\0') {
    const size_t size = strcspn(name, " ");
    tc_auto(tc_str) word = NULL;
    tc_auto(tc_str) folded = NULL;
    if (!tc_str_printf(&word, NULL, "%.*s", (int)size, name) || !tc_fuzzy_fold(word, &folded, NULL))
      return false;
    if (folded[0] != '\0') {
      if (out->count == NAME_WORDS || strlen(folded) > TC_MRZ_LINE)
        return false;
      char *to = out->text[out->count++];
      for (const char *at = folded; *at != '\0'; at++)
        *to++ = (char)toupper((unsigned char)*at);
    }
    name += size + strspn(name + size, " ");
  }
  return out->count > 1;
}

/* The words with one filler between, two behind the first `primary`; false where they do not fit the line. */
static bool set_name(const name_words *name, size_t primary, char out[TC_MRZ_LINE + 1])
{
  size_t size = 0;
  memset(out, '<', TC_MRZ_LINE);
  out[TC_MRZ_LINE] = '\0';
  for (size_t w = 0; w < name->count; w++) {
    const size_t letters = strlen(name->text[w]);
    size += w == 0 ? 0 : w == primary ? 2 : 1;
    if (size + letters > TC_MRZ_LINE)
      return false;
    memcpy(out + size, name->text[w], letters);
    size += letters;
  }
  return true;
}

/* Letters alone; fillers at the end are read as K too. */
static void letters_of(const char *line, char out[LINE_ROOM])
{
  size_t end = strlen(line);
  size_t size = 0;
  while (end > 0 && strchr("<K", line[end - 1]) != NULL)
    end--;
  for (size_t i = 0; i < end; i++)
    if (line[i] != '<')
      out[size++] = line[i];
  out[size] = '\0';
}

/* The same but for some signs, or one of them without its beginning. */
static bool is_name(const char *read, const char *name)
{
  char a[LINE_ROOM];
  char b[LINE_ROOM];
  letters_of(read, a);
  letters_of(name, b);
  const size_t size = strlen(a);
  const size_t whole = strlen(b);
  const bool end = size * 2 >= whole && size <= whole && strcmp(b + whole - size, a) == 0;
  return end || tc_fuzzy_similarity(a, size, b, whole, NAME_ALIKE) >= NAME_ALIKE;
}

/* How many words are the primary identifier's the line itself shows best. */
static bool third_line(const char *read, const char *printed_name, char *out)
{
  name_words name = {0};
  double least = 0;
  bool found = false;
  if (!split_name(printed_name, &name))
    return false;
  for (size_t primary = 1; primary < name.count; primary++) {
    char line[TC_MRZ_LINE + 1];
    if (!set_name(&name, primary, line) || !is_name(read, line))
      return false;
    const double far = tc_fuzzy_distance(read, strlen(read), line, TC_MRZ_LINE);
    if (found && far >= least)
      continue;
    memcpy(out, line, TC_MRZ_LINE);
    least = far;
    found = true;
  }
  return found;
}

/* ---- The second line ---- */

/* Six digits and their check digit; the print's day where the digits do not check and nearly are it. */
static void set_day(const char *read, const char *printed, char *out)
{
  char wanted[DAY + 1];
  copy_digits(out, read, DAY);
  if (tc_mrz_check_digit(out, DAY - 1) == out[DAY - 1] || printed[0] == '\0')
    return;
  memcpy(wanted, printed, DAY - 1);
  wanted[DAY - 1] = tc_mrz_check_digit(printed, DAY - 1);
  if (same_signs(read, wanted, DAY) >= DAY_ALIKE)
    memcpy(out, wanted, DAY);
}

/* The letter between the two dates, or what an M is read as, a sign too early or too late; 0: not found. */
static size_t sex_of(const char *read)
{
  static const int around[] = {0, 1, -1};
  for (size_t i = 0; i < TC_ARRAY_LEN(around); i++) {
    const size_t at = (size_t)(DAY + around[i]);
    if (strchr("MFHNW<", read[at]) != NULL && read[at] != '\0')
      return at;
  }
  return 0;
}

static bool second_line(const char *read, const tc_mrz_print *print, char *out)
{
  const size_t size = strlen(read);
  const size_t sex = size >= SECOND_FRONT + 2 ? sex_of(read) : 0;
  const char last = size > 0 ? digit_for(read[size - 1]) : '\0';
  char day[DAY + 1] = {0};
  if (sex == 0 || sex + 1 + DAY + STATE >= size || !isdigit((unsigned char)last))
    return false;
  const char *behind = read + sex + 1 + DAY + STATE;
  if (strspn(behind, "<K?") + 1 < size - (size_t)(behind - read))
    return false;
  /* a sign that was lost: the print has it */
  memcpy(day, sex < DAY ? "?" : read + sex - DAY, 1);
  memcpy(day + 1, read + sex - (DAY - 1), DAY - 1);
  set_day(day, print->birth, out);
  out[DAY] = strchr("HNW", read[sex]) != NULL ? 'M' : read[sex];
  set_day(read + sex + 1, print->expiry, out + DAY + 1);
  memcpy(out + DAY + 1 + DAY, behind - STATE, STATE);
  memset(out + SECOND_FRONT, '<', TC_MRZ_LINE - SECOND_FRONT - 1);
  out[TC_MRZ_LINE - 1] = last;
  return true;
}

/* ---- The first line ---- */

/* Where the state of the second line stands, be it with one sign misread; NULL: nowhere near the beginning. */
static const char *find_state(const char *read, const char *state)
{
  for (size_t allowed = 0; allowed < 2; allowed++)
    for (size_t at = 2; at < HEAD_ROOM && read[at] != '\0'; at++)
      if (strnlen(read + at, STATE) == STATE && same_signs(read + at, state, STATE) + allowed >= STATE)
        return read + at;
  return NULL;
}

/* Most of it, be the end of the line lost. */
static const char *find_id(const char *read, const char *id)
{
  const char *best = NULL;
  size_t most = ID_ALIKE - 1;
  const size_t size = strlen(read);
  for (size_t at = NUMBER; at + ID_ALIKE <= size; at++)
    if (same_signs(read + at, id, ID) > most) {
      most = same_signs(read + at, id, ID);
      best = read + at;
    }
  return best;
}

/* The document's number and its check digit; where they do not fit, the end of the personal id, if they nearly are it.
 */
static bool set_number(const char *read, const char *id, char *out)
{
  char wanted[NUMBER];
  copy_digits(out, read, NUMBER);
  if (tc_mrz_check_digit(out, NUMBER - 1) == out[NUMBER - 1])
    return true;
  memcpy(wanted, id + ID - (NUMBER - 1), NUMBER - 1);
  wanted[NUMBER - 1] = tc_mrz_check_digit(wanted, NUMBER - 1);
  memcpy(out, wanted, NUMBER);
  return same_signs(read, wanted, NUMBER) >= NUMBER_ALIKE;
}

static bool first_line(const char *read, const char *state, const char *id, char *out)
{
  const char *at = find_state(read, state);
  const char *id_at = at != NULL && id[0] != '\0' ? find_id(at + STATE, id) : NULL;
  if (id_at == NULL || strchr("ACIT1L", read[0]) == NULL || !isupper((unsigned char)at[-1]))
    return false;
  out[0] = strchr("T1L", read[0]) != NULL ? 'I' : read[0];
  out[1] = at[-1];
  memcpy(out + 2, state, STATE);
  const size_t behind = strlen(id_at);
  const char last = digit_for(id_at[behind - 1]);
  memcpy(out + HEAD + NUMBER, id, ID);
  memcpy(out + HEAD + NUMBER + ID, "<<", 2);
  out[TC_MRZ_LINE - 1] = behind > ID && isdigit((unsigned char)last) ? last : tc_mrz_check_digit(id, ID);
  return set_number(id_at - NUMBER, id, out + HEAD);
}

bool tc_mrz_mend(const char *printed, const tc_mrz_print *print, tc_mrz *out)
{
  read_lines read = {0};
  tc_mrz mrz = {0};
  char *second = mrz.text + TC_MRZ_LINE;
  if (!split(printed, &read) || !second_line(read.text[1], print, second) ||
      !first_line(read.text[0], second + 1 + 2 * DAY, print->personal_id, mrz.text) ||
      !third_line(read.text[2], print->name, second + TC_MRZ_LINE) || !tc_mrz_is_valid(&mrz))
    return false;
  for (size_t i = 0; i < LINES; i++)
    mrz.mended = mrz.mended || strlen(read.text[i]) != TC_MRZ_LINE ||
                 memcmp(read.text[i], mrz.text + i * TC_MRZ_LINE, TC_MRZ_LINE) != 0;
  *out = mrz;
  return true;
}
