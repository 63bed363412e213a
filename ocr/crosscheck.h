/*
 * Checks of one field against others, by name out of one table (the enumeration "checks.check" of the JSON Schema):
 *
 *   same_date    [date, words]: digits and words give one date; both gain evidence
 *   id_person    [personal_id, sex, date or year of birth]: century, sex and year of the id fit; sex may be ""; a yes
 * speaks for three of its digits only, so it vouches for none not_before   [later, earlier] + "years": later is at
 * least that many years after earlier same_text    [a, b]: printed twice, the same but for case same_number  [amount,
 * words]: digits and words give one number mrz          [mrz, field] + "part": personal_id, birth, expiry, sex (with
 * "male": list) or name: the card's machine lines say the same as its print; a name is compared without marks
 *
 * A check whose fields are not all read says nothing. One that agrees vouches for its fields; one that fails makes
 * them doubtful. Threading: free of state.
 */
#pragma once

#include "base/json.h"
#include "ocr/value.h"

enum { TC_CROSSCHECK_FIELDS_MAX = 4 };

/* What a check sees of a field. */
typedef struct tc_checked {
  const tc_value *value; /* NULL: not read */
  const char *printed;
} tc_checked;

typedef enum tc_agreement { TC_AGREE_SILENT, TC_AGREE_YES, TC_AGREE_NO } tc_agreement;

typedef struct tc_crosscheck_kind {
  const char *name;
  size_t fields_min, fields_max;
  bool vouches; /* a yes is strong evidence for each field; else only a no counts */
  tc_agreement (*run)(const tc_words *words, const tc_json *params, const tc_checked *fields, size_t count);
} tc_crosscheck_kind;

typedef struct tc_crosscheck {
  const tc_crosscheck_kind *kind;
  const tc_json *params;
  size_t fields[TC_CROSSCHECK_FIELDS_MAX]; /* indices into the type's fields; SIZE_MAX for "" */
  size_t field_count;
} tc_crosscheck;

const tc_crosscheck_kind *tc_crosscheck_kind_find(const char *name); /* NULL: no such check */
const tc_crosscheck_kind *tc_crosscheck_kind_at(size_t index);       /* NULL behind the last */
