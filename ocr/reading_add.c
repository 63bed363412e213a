#include "ocr/reading_add.h"

#include "base/text.h"

#include <string.h>

enum { RIM_SIGNS = 2, RANK_WORDS = 2 };

static bool may_end_early(const tc_field_model *model)
{
  const tc_value_kind *kind = model->kind;
  return kind->need != TC_NEED_LEXICON && model->find != TC_FIND_MRZ && strcmp(kind->name, "date_words") != 0 &&
         strcmp(kind->name, "amount_words") != 0 && !tc_json_get_boolean(model->params, "open", false);
}

/* A whole date with its year goes on with nothing. */
static bool is_complete(const tc_field_model *model, const tc_value *value, const char *behind)
{
  return strcmp(model->kind->name, "date") == 0 && value->date.year > 0 && strpbrk(behind, "0123456789") == NULL;
}

/* Behind a value with a structure a stain, a seal or the back of the page is read as words too: the longest beginning,
   of whole words, that has the structure is the value. Nobody vouches for its end, so that it counts as mended where it
   might go on. */
static bool read_beginning(const tc_value_context *context, const tc_field_model *model, const char *printed,
                           tc_value *value, tc_error *err)
{
  const bool code = strcmp(model->kind->name, "code") == 0;
  tc_auto(tc_str) part = NULL;
  if (value->valid || !may_end_early(model))
    return true;
  if (!tc_str_copy(printed, &part, err))
    return false;
  for (char *blank = strrchr(part, ' '); blank != NULL; blank = strrchr(part, ' ')) {
    const bool number_behind = strpbrk(printed + (blank - part), "0123456789") != NULL;
    *blank = '\0';
    tc_auto(tc_value) shorter = {0};
    tc_auto(tc_str) trimmed = NULL;
    if (code && number_behind)
      return true;
    if (!tc_slot_trim(part, &trimmed, err) || !model->kind->read(context, trimmed, &shorter, err))
      return false;
    if (!shorter.valid)
      continue;
    tc_value_finish(value);
    *value = shorter;
    shorter = (tc_value){0};
    value->mended = value->mended || !is_complete(model, value, printed + (blank - part));
    return true;
  }
  return true;
}

bool tc_reading_is_family(const tc_evidence_context *context, const tc_field_model *model, const char *text)
{
  const char *list = tc_json_get_text(model->params, "family", NULL);
  tc_auto(tc_str) first = NULL;
  return tc_str_printf(&first, NULL, "%.*s", (int)strcspn(text, " "), text) &&
         tc_word_list_has(tc_words_list(context->types->words, list), first);
}

/* A letter or two before a signer's family name are what a reader made of a seal's rim. */
static const char *behind_rim(const tc_evidence_context *context, const tc_field_model *model, const char *printed)
{
  const size_t size = strcspn(printed, " ");
  const char *rest = printed + size + (printed[size] != '\0' ? 1 : 0);
  tc_auto(tc_str) first = NULL;
  if (model->find != TC_FIND_SIGNER_NAME || strchr(rest, ' ') == NULL ||
      tc_reading_is_family(context, model, printed) || !tc_reading_is_family(context, model, rest) ||
      !tc_str_printf(&first, NULL, "%.*s", (int)size, printed))
    return printed;
  return tc_text_length(first) <= RIM_SIGNS ? rest : printed;
}

const char *tc_reading_behind_rank(const tc_evidence_context *context, const tc_field_model *model, const char *printed)
{
  const tc_word_list *ranks = tc_words_list(context->types->words, "ranks");
  const char *rest = printed;
  for (size_t words = 0; model->find == TC_FIND_SIGNER_NAME && words < RANK_WORDS; words++) {
    tc_auto(tc_str) rank = NULL;
    const char *blank = strchr(rest, ' ');
    if (blank == NULL || !tc_str_printf(&rank, NULL, "%.*s", (int)(blank - printed), printed))
      return printed;
    rest = blank + 1;
    if (strchr(rest, ' ') != NULL && tc_reading_is_family(context, model, rest) &&
        !tc_reading_is_family(context, model, printed) &&
        (tc_word_list_has(ranks, rank) || tc_word_list_ending(ranks, rank) != NULL))
      return rest;
  }
  return printed;
}

bool tc_reading_add(const tc_evidence_context *context, tc_finding *finding, const char *by, char *take, tc_error *err)
{
  const tc_field_model *model = finding->model;
  const tc_value_context value = {context->types->words, context->options->today, model->params, model->pattern};
  tc_reading *added = &finding->readings[finding->reading_count++];
  size_t start = 0;
  size_t end = 0;
  *added = (tc_reading){.by = by, .printed = take};
  const char *name = tc_reading_behind_rank(context, model, take);
  memmove(take, name, strlen(name) + 1);
  name = behind_rim(context, model, take);
  const bool behind = name > take;
  memmove(take, name, strlen(name) + 1);
  const bool part = model->take != NULL && tc_pattern_find(model->take, take, &start, &end);
  if (part) {
    memmove(take, take + start, end - start);
    take[end - start] = '\0';
  }
  if (!model->kind->read(&value, take, &added->value, err) || !read_beginning(&value, model, take, &added->value, err))
    return false;
  added->value.mended = added->value.mended || behind;
  /* without its frame nobody can say which part it is */
  added->value.valid = added->value.valid && (part || model->take == NULL);
  return true;
}

/* A code has a name in small letters, whatever the print has. */
static bool same_but_for_case(const char *a, const char *b)
{
  tc_auto(tc_str) left = NULL;
  tc_auto(tc_str) right = NULL;
  return tc_text_lower(a, &left, NULL) && tc_text_lower(b, &right, NULL) && strcmp(left, right) == 0;
}

bool tc_reading_same(const tc_reading *a, const tc_reading *b)
{
  const char *left = tc_buf_text(&a->value.text);
  const char *right = tc_buf_text(&b->value.text);
  const bool code = strcmp(a->by, TC_READING_CODE) == 0 || strcmp(b->by, TC_READING_CODE) == 0;
  return left[0] != '\0' && (code ? same_but_for_case(left, right) : strcmp(left, right) == 0);
}
