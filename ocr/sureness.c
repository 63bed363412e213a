#include "ocr/sureness.h"

#include "base/text.h"
#include "ocr/agreement.h"
#include "ocr/reading_add.h"

#include <string.h>

#define PLACE_SURE 0.84  /* similarity of the label */
#define PLACE_TEXT 0.95  /* … before a text, whose first words may have been taken for the label's last */
#define PLACE_TWICE 0.75 /* … before what has a structure, and two readers gave */
#define PLACE_LOST 0.5   /* … where what stands there says by itself what it is; below it words were left out */
#define PLAIN_WORD 0.80  /* confidences of both readers in what no hand wrote */
#define PLAIN_SIGN 0.90
#define BESIDE 1.0             /* print beside the words, in their heights: a word at least was lost */
#define BEYOND_DOUBT 0.99      /* of all that a text may read */
#define DOUBTED_WORD 0.5       /* the engine's confidence in a word of a text */
#define DOUBTED_BY_READER 0.70 /* the second reader's in a letter of it */
#define DOUBTED_NAME 0.30      /* … of a name whose syllables all are usual, */
#define SURE_NAME 0.85         /* and in each of which the engine has this confidence */
#define DOUBTED 0.45           /* the engine's confidence in a word */
#define UNDOUBTED 0.99         /* the second reader's in each figure */

enum { SHORT = 3 };

/* A short word in capitals may as well be in small letters, whose forms are the same. */
static bool is_short_capitals(const char *text) { return tc_text_length(text) <= SHORT && tc_is_upper_text(text); }

static bool is_name(const tc_finding *finding) { return strcmp(finding->model->kind->name, "name") == 0; }

/* Evidence that could have failed. The engine's confidence in its one reading is none. */
static bool has_evidence(const tc_finding *finding)
{
  const tc_value *value = &tc_finding_reading(finding)->value;
  return finding->reading_count > 1 || finding->vouched ||
         (tc_value_says(value, TC_VALUE_MEMBER) && !is_short_capitals(tc_buf_text(&value->text)));
}

/* Both readers gave it, to the sign. */
static bool is_read_twice(const tc_finding *finding)
{
  const tc_reading *chosen = tc_finding_reading(finding);
  const tc_reading *reader = tc_finding_reading_by(finding, TC_READING_SECOND_READER);
  return reader != NULL && tc_reading_same(reader, chosen) && tc_reading_same(&finding->readings[0], chosen);
}

/* Figures that the engine itself half doubts are a hand's now and then, which readers agree on and read wrong, but
   not where the second one is certain and another field says the same; words that either reader half doubts are ones
   with another mark, but for names behind their label, which are known, and for what is settled. */
static bool is_doubted(const tc_finding *finding)
{
  const double engine = finding->slot.confidence;
  const double reader = finding->opinion.confidence;
  if (tc_finding_reading_by(finding, TC_READING_CODE) != NULL || finding->model->find == TC_FIND_MRZ)
    return false;
  if (finding->model->kind->need == TC_NEED_STRUCTURE)
    return engine < DOUBTED && !(finding->vouched && is_read_twice(finding) && reader >= UNDOUBTED);
  const bool name = is_name(finding) && finding->slot.place_confidence >= PLACE_TEXT && engine >= SURE_NAME;
  return finding->model->kind->need == TC_NEED_LEXICON && finding->opinion.given && !finding->settled &&
         (engine < DOUBTED_WORD || reader < (name ? DOUBTED_NAME : DOUBTED_BY_READER));
}

/* Two readers of a text that differ are both often wrong: most in a mark that makes another word. A value with
   structure or of a list says by itself which of them is right; of a text only what is left beyond doubt of all that
   the readings allow (ocr/combine.h), but of names, where one mark makes another, and what one of them cannot be right
   about. Marks on words of any language are the readers' own now and then. */
static bool is_undisputed(const tc_finding *finding)
{
  const tc_reading *chosen = tc_finding_reading(finding);
  const tc_reading *reader = tc_finding_reading_by(finding, TC_READING_SECOND_READER);
  const tc_reading *code = tc_finding_reading_by(finding, TC_READING_CODE);
  if (finding->model->kind->need != TC_NEED_LEXICON || reader == NULL || code != NULL)
    return true;
  const bool agreed =
      tc_readings_agree(finding, reader, chosen) && tc_readings_agree(finding, &finding->readings[0], chosen);
  const bool foreign = strcmp(finding->model->kind->name, "free") == 0;
  return !finding->untidy && (agreed || finding->settled || (!is_name(finding) && finding->backed >= BEYOND_DOUBT)) &&
         (!foreign || tc_text_is_plain(tc_buf_text(&chosen->value.text)));
}

/* The label says where a value stands. What two readers gave says it by itself where it is a member of a closed list, a
   name (a signer's that stands off its block is whole where the second reader, who looks far to either side of it, sees
   no more), or an address from its beginning to its end; what has a structure needs a damaged label, or another field
   that says the same. */
static bool is_in_place(const tc_finding *finding)
{
  const tc_reading *chosen = tc_finding_reading(finding);
  const double place = finding->slot.place_confidence;
  const bool text = finding->model->kind->need == TC_NEED_LEXICON;
  const bool structure = finding->model->kind->need == TC_NEED_STRUCTURE;
  const bool by_itself = tc_value_says(&chosen->value, TC_VALUE_MEMBER) ||
                         finding->model->find == TC_FIND_SIGNER_NAME ||
                         (place >= PLACE_LOST && (is_name(finding) || finding->bounded)) ||
                         (structure && (place >= PLACE_TWICE || finding->vouched));
  return place >= (text ? PLACE_TEXT : PLACE_SURE) || (by_itself && is_read_twice(finding));
}

/* Print beside the words is a word of theirs that was lost; where two readers gave what is whole by its structure, it
   is something else. */
static bool is_whole(const tc_finding *finding)
{
  const bool text = finding->model->kind->need == TC_NEED_LEXICON;
  return finding->beside < BESIDE || (!text && is_read_twice(finding));
}

/* Syllables that nobody is called by are likelier a name with a mark misread, on which readers agree now and then;
   lines for machines say nothing of marks, a code does. And of those lines the name alone has no check digit. */
static bool may_be_called(const tc_finding *finding)
{
  const tc_reading *chosen = tc_finding_reading(finding);
  if (finding->model->find == TC_FIND_MRZ)
    return finding->named;
  return !is_name(finding) || tc_value_says(&chosen->value, TC_VALUE_USUAL_NAME) ||
         tc_finding_reading_by(finding, TC_READING_CODE) != NULL;
}

/* A form that is filled in by hand as a rule; these words no hand wrote. */
static bool is_plain_print(const tc_finding *finding)
{
  return is_read_twice(finding) && finding->slot.confidence >= PLAIN_WORD && finding->opinion.confidence >= PLAIN_SIGN;
}

bool tc_finding_could_be_sure(const tc_finding *finding)
{
  const tc_reading *reading = tc_finding_reading(finding);
  const tc_reading *code = tc_finding_reading_by(finding, TC_READING_CODE);
  return reading != NULL && reading->value.valid && !reading->value.mended && !finding->contradicted &&
         (!finding->model->by_hand || is_plain_print(finding)) && is_in_place(finding) && is_whole(finding) &&
         (code == NULL || tc_reading_same(code, reading)) && has_evidence(finding) && is_undisputed(finding) &&
         !is_doubted(finding) && may_be_called(finding);
}

bool tc_finding_is_bounded(const tc_words *words, const tc_finding *finding)
{
  const tc_reading *chosen = tc_finding_reading(finding);
  if (chosen == NULL || !tc_value_says(&chosen->value, "province"))
    return false;
  const char *text = tc_buf_text(&chosen->value.text);
  const tc_word_list *openings = tc_words_list(words, "address_openings");
  return (text[0] >= '0' && text[0] <= '9') || (openings != NULL && tc_word_list_starts(openings, text));
}
