/*
 * One paper type out of its JSON file: members are read in form order, texts stay in the JSON that the type owns,
 * labels are folded once. An error names the file and, as a JSON pointer, the place in it.
 */
#include "ocr/type_file.h"

#include "ocr/fuzzy.h"

#include <stdint.h>
#include <string.h>

enum { TYPE_FILE_MAX = 1 << 20, LINES_MAX = 12 };

/* ---- Release ---- */

static void label_set_finish(tc_label_set *set)
{
  for (size_t i = 0; i < set->count; i++)
    free(set->folded[i]);
  free(set->folded);
}

void tc_paper_type_destroy(tc_paper_type *type)
{
  if (type == NULL)
    return;
  tc_label_set *sets[] = {&type->titles, &type->avoid, &type->marks, &type->required, &type->stops, &type->signature};
  for (size_t i = 0; i < TC_ARRAY_LEN(sets); i++)
    label_set_finish(sets[i]);
  for (size_t i = 0; i < type->field_count; i++) {
    label_set_finish(&type->fields[i].labels);
    label_set_finish(&type->fields[i].until);
    tc_pattern_destroy(type->fields[i].pattern);
    tc_pattern_destroy(type->fields[i].near);
    tc_pattern_destroy(type->fields[i].take);
  }
  for (size_t i = 0; i < type->section_count; i++)
    label_set_finish(&type->sections[i].headings);
  free(type->mark_rarities);
  free(type->sections);
  free(type->fields);
  free(type->checks);
  tc_json_release(type->json);
  free(type);
}

/* ---- One type ---- */

/* Folds the texts of an array member; one that is not there is empty. */
static bool read_labels(const tc_json *object, const char *member, const char *place, tc_label_set *out, tc_error *err)
{
  const tc_json *array = tc_json_get(object, member);
  if (array != NULL && !tc_json_is_array(array))
    return tc_fail(err, TC_CONFIG, "%s/%s: an array of texts is wanted", place, member);
  out->folded = calloc(tc_json_count(array) + 1, sizeof *out->folded);
  if (out->folded == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for paper types");
  for (size_t i = 0; i < tc_json_count(array); i++) {
    const char *text = tc_json_as_text(tc_json_at(array, i), NULL);
    if (text == NULL || text[0] == '\0')
      return tc_fail(err, TC_CONFIG, "%s/%s/%zu: a text is wanted", place, member, i);
    if (!tc_fuzzy_fold(text, &out->folded[out->count], err))
      return false;
    out->count++;
    if (out->folded[i][0] == '\0')
      return tc_fail(err, TC_CONFIG, "%s/%s/%zu: a letter or a digit is wanted", place, member, i);
  }
  return true;
}

static bool read_find(const tc_json *json, const char *place, tc_find *out, tc_error *err)
{
  static const char *const names[] = {[TC_FIND_LABEL] = "label",
                                      [TC_FIND_HEAD] = "head",
                                      [TC_FIND_TITLE] = "title",
                                      [TC_FIND_UNDER_TITLE] = "under_title",
                                      [TC_FIND_DATELINE_PLACE] = "dateline_place",
                                      [TC_FIND_DATELINE_DATE] = "dateline_date",
                                      [TC_FIND_SIGNER_AUTHORITY] = "signer_authority",
                                      [TC_FIND_SIGNER_TITLE] = "signer_title",
                                      [TC_FIND_SIGNER_NAME] = "signer_name",
                                      [TC_FIND_LINE] = "line",
                                      [TC_FIND_PATTERN] = "pattern",
                                      [TC_FIND_MRZ] = "mrz"};
  const char *name = tc_json_get_text(json, "find", "label");
  for (size_t i = 0; i < TC_ARRAY_LEN(names); i++)
    if (strcmp(names[i], name) == 0) {
      *out = (tc_find)i;
      return true;
    }
  return tc_fail(err, TC_CONFIG, "%s/find: '%s' is no way to find a value", place, name);
}

/* Lists that a value's parameters name must exist. */
static bool check_lists(const tc_json *value, const char *place, const tc_words *words, tc_error *err)
{
  static const char *const members[] = {"list", "family", "given", "ends", "provinces", "male", "units", "or"};
  for (size_t i = 0; i < TC_ARRAY_LEN(members); i++) {
    const char *name = tc_json_get_text(value, members[i], NULL);
    if (name != NULL && tc_words_list(words, name) == NULL)
      return tc_fail(err, TC_CONFIG, "%s/%s: there is no word list '%s'", place, members[i], name);
  }
  return true;
}

static bool read_value_kind(const tc_json *json, const char *place, const tc_words *words, tc_field_model *out,
                            tc_error *err)
{
  const tc_json *value = tc_json_get(json, "value");
  const char *kind = tc_json_get_text(value, "kind", "text");
  if (value != NULL && !tc_json_is_object(value))
    return tc_fail(err, TC_CONFIG, "%s/value: an object is wanted", place);
  out->kind = tc_value_kind_find(kind);
  if (out->kind == NULL)
    return tc_fail(err, TC_CONFIG, "%s/value/kind: '%s' is no kind of value", place, kind);
  out->params = value;
  tc_auto(tc_str) value_place = NULL;
  if (!tc_str_printf(&value_place, err, "%s/value", place) || !check_lists(value, value_place, words, err))
    return false;
  const char *pattern = tc_json_get_text(value, "pattern", NULL);
  const char *take = tc_json_get_text(json, "take", NULL);
  if (pattern == NULL && (strcmp(kind, "code") == 0 || out->find == TC_FIND_PATTERN || out->anywhere))
    return tc_fail(err, TC_CONFIG, "%s/value/pattern: is wanted", place);
  tc_error cause = {0};
  if (pattern != NULL && !tc_pattern_create(pattern, &out->pattern, &cause))
    return tc_fail(err, cause.code, "%s/value/pattern: %s", place, cause.message);
  const char *near = tc_json_get_text(value, "near", NULL);
  if (near != NULL && !tc_pattern_create(near, &out->near, &cause))
    return tc_fail(err, cause.code, "%s/value/near: %s", place, cause.message);
  return take == NULL || tc_pattern_create_search(take, &out->take, &cause) ||
         tc_fail(err, cause.code, "%s/take: %s", place, cause.message);
}

static bool read_field(const tc_json *json, const char *file, size_t index, const tc_words *words, tc_field_model *out,
                       tc_error *err)
{
  tc_auto(tc_str) place = NULL;
  if (!tc_str_printf(&place, err, "%s: /fields/%zu", file, index))
    return false;
  out->key = tc_json_get_text(json, "key", NULL);
  if (out->key == NULL || out->key[strspn(out->key, "abcdefghijklmnopqrstuvwxyz0123456789_")] != '\0')
    return tc_fail(err, TC_CONFIG, "%s/key: a name in snake_case is wanted", place);
  out->name = tc_json_get_text(json, "name", out->key);
  out->section = tc_json_get_text(json, "section", "");
  out->lines = (int)tc_json_get_integer(json, "lines", 1);
  out->below = tc_json_get_boolean(json, "below", false);
  out->by_hand = tc_json_get_boolean(json, "by_hand", false);
  out->anywhere = tc_json_get_boolean(json, "anywhere", false);
  if (out->lines < 1 || out->lines > LINES_MAX)
    return tc_fail(err, TC_CONFIG, "%s/lines: 1 to %d are possible", place, LINES_MAX);
  if (!read_find(json, place, &out->find, err) || !read_value_kind(json, place, words, out, err) ||
      !read_labels(json, "labels", place, &out->labels, err) || !read_labels(json, "until", place, &out->until, err))
    return false;
  const bool labelled = out->find == TC_FIND_LABEL || out->find == TC_FIND_LINE;
  const bool elsewhere = tc_json_get(json, "at") != NULL;
  if (elsewhere != (out->labels.count == 0) && (labelled || elsewhere))
    return tc_fail(err, TC_CONFIG, "%s/labels: %s", place, elsewhere ? "none is wanted" : "at least one is wanted");
  return true;
}

size_t tc_paper_type_field(const tc_paper_type *type, const char *key)
{
  size_t i = 0;
  while (i < type->field_count && strcmp(type->fields[i].key, key) != 0)
    i++;
  return i;
}

/* "at" names a field with a place of its own. */
static bool read_places(tc_paper_type *type, const char *file, tc_error *err)
{
  const tc_json *fields = tc_json_get(type->json, "fields");
  for (size_t i = 0; i < type->field_count; i++) {
    const char *at = tc_json_get_text(tc_json_at(fields, i), "at", NULL);
    const size_t other = at != NULL ? tc_paper_type_field(type, at) : SIZE_MAX;
    if (at != NULL && (other == type->field_count || tc_json_get(tc_json_at(fields, other), "at") != NULL))
      return tc_fail(err, TC_CONFIG, "%s: /fields/%zu/at: no field with a place is called '%s'", file, i, at);
    type->fields[i].at = other;
    if (at != NULL)
      type->fields[i].find = type->fields[other].find;
  }
  return true;
}

static bool read_fields(tc_paper_type *type, const char *file, const tc_words *words, tc_error *err)
{
  const tc_json *fields = tc_json_get(type->json, "fields");
  const size_t count = tc_json_count(fields);
  if (!tc_json_is_array(fields) || count == 0)
    return tc_fail(err, TC_CONFIG, "%s: /fields: an array with fields is wanted", file);
  type->fields = calloc(count, sizeof *type->fields);
  if (type->fields == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for paper types");
  for (size_t i = 0; i < count; i++) {
    const char *key = tc_json_get_text(tc_json_at(fields, i), "key", "");
    if (tc_paper_type_field(type, key) < type->field_count)
      return tc_fail(err, TC_CONFIG, "%s: /fields/%zu/key: '%s' is there twice", file, i, key);
    type->field_count++;
    if (!read_field(tc_json_at(fields, i), file, i, words, &type->fields[i], err))
      return false;
  }
  return read_places(type, file, err);
}

static bool read_check(const tc_json *json, const char *file, size_t index, const tc_paper_type *type,
                       const tc_words *words, tc_crosscheck *out, tc_error *err)
{
  tc_auto(tc_str) place = NULL;
  if (!tc_str_printf(&place, err, "%s: /checks/%zu", file, index))
    return false;
  const char *name = tc_json_get_text(json, "check", "");
  const tc_json *fields = tc_json_get(json, "fields");
  out->kind = tc_crosscheck_kind_find(name);
  if (out->kind == NULL)
    return tc_fail(err, TC_CONFIG, "%s/check: '%s' is no check", place, name);
  out->params = json;
  out->field_count = tc_json_count(fields);
  if (out->field_count < out->kind->fields_min || out->field_count > out->kind->fields_max)
    return tc_fail(err, TC_CONFIG, "%s/fields: '%s' takes %zu to %zu fields", place, name, out->kind->fields_min,
                   out->kind->fields_max);
  for (size_t i = 0; i < out->field_count; i++) {
    const char *key = tc_json_as_text(tc_json_at(fields, i), "?");
    const size_t at = tc_paper_type_field(type, key);
    if (at == type->field_count && key[0] != '\0')
      return tc_fail(err, TC_CONFIG, "%s/fields/%zu: the type has no field '%s'", place, i, key);
    out->fields[i] = key[0] != '\0' ? at : SIZE_MAX;
  }
  return check_lists(json, place, words, err);
}

static bool read_checks(tc_paper_type *type, const char *file, const tc_words *words, tc_error *err)
{
  const tc_json *checks = tc_json_get(type->json, "checks");
  type->check_count = tc_json_count(checks);
  type->checks = calloc(type->check_count + 1, sizeof *type->checks);
  if (type->checks == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for paper types");
  for (size_t i = 0; i < type->check_count; i++)
    if (!read_check(tc_json_at(checks, i), file, i, type, words, &type->checks[i], err))
      return false;
  return true;
}

static bool read_code(tc_paper_type *type, const char *file, tc_error *err)
{
  const tc_json *code = tc_json_get(type->json, "code");
  const tc_json *parts = tc_json_get(code, "parts");
  type->code.separator = tc_json_get_text(code, "separator", "|");
  if (code != NULL &&
      (tc_json_count(parts) == 0 || tc_json_count(parts) > TC_CODE_PARTS_MAX || strlen(type->code.separator) != 1))
    return tc_fail(err, TC_CONFIG, "%s: /code: 1 to %d parts and a separator of one sign are wanted", file,
                   TC_CODE_PARTS_MAX);
  for (size_t i = 0; i < tc_json_count(parts); i++) {
    const char *key = tc_json_as_text(tc_json_at(parts, i), "?");
    const size_t at = tc_paper_type_field(type, key);
    if (at == type->field_count && key[0] != '\0')
      return tc_fail(err, TC_CONFIG, "%s: /code/parts/%zu: the type has no field '%s'", file, i, key);
    type->code.fields[type->code.count++] = key[0] != '\0' ? at : SIZE_MAX;
  }
  return true;
}

bool tc_label_sets_share(const tc_label_set *a, const tc_label_set *b)
{
  for (size_t i = 0; i < a->count; i++)
    for (size_t j = 0; j < b->count; j++)
      if (strcmp(a->folded[i], b->folded[j]) == 0)
        return true;
  return false;
}

static bool has_heading(const tc_paper_type *type, const char *section)
{
  for (size_t i = 0; i < type->section_count; i++)
    if (strcmp(type->sections[i].name, section) == 0)
      return true;
  return false;
}

static void mark_unique(tc_paper_type *type)
{
  for (size_t i = 0; i < type->field_count; i++) {
    /* under a heading, a label counts only behind it */
    type->fields[i].unique = !has_heading(type, type->fields[i].section);
    for (size_t j = 0; j < type->field_count; j++)
      if (i != j && tc_label_sets_share(&type->fields[i].labels, &type->fields[j].labels))
        type->fields[i].unique = false;
  }
}

static bool read_sections(tc_paper_type *type, const char *file, tc_error *err)
{
  const tc_json *sections = tc_json_get(type->json, "sections");
  tc_auto(tc_str) place = NULL;
  if (sections != NULL && !tc_json_is_object(sections))
    return tc_fail(err, TC_CONFIG, "%s: /sections: an object is wanted", file);
  type->sections = calloc(tc_json_count(sections) + 1, sizeof *type->sections);
  if (type->sections == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for paper types");
  if (!tc_str_printf(&place, err, "%s: /sections", file))
    return false;
  tc_json_member member;
  for (bool more = tc_json_first(sections, &member); more; more = tc_json_next(sections, &member)) {
    tc_section_model *section = &type->sections[type->section_count++];
    section->name = member.key;
    if (!read_labels(sections, member.key, place, &section->headings, err))
      return false;
  }
  return true;
}

static bool read_lists(tc_paper_type *type, const char *file, const tc_words *words, tc_error *err)
{
  const struct {
    const char *member;
    const tc_word_list **slot;
  } rows[] = {{"signer_authorities", &type->authorities},
              {"signer_titles", &type->signer_titles},
              {"authority_heads", &type->authority_heads}};
  for (size_t i = 0; i < TC_ARRAY_LEN(rows); i++) {
    const char *name = tc_json_get_text(type->json, rows[i].member, NULL);
    *rows[i].slot = tc_words_list(words, name);
    if (name != NULL && *rows[i].slot == NULL)
      return tc_fail(err, TC_CONFIG, "%s: /%s: there is no word list '%s'", file, rows[i].member, name);
  }
  return true;
}

bool tc_type_file_read(const char *path, const tc_words *words, tc_paper_type **out, tc_error *err)
{
  tc_auto(tc_owned_type) type = calloc(1, sizeof *type);
  tc_auto(tc_str) place = NULL;
  if (type == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for paper types");
  tc_error cause = {0};
  if (!tc_json_read_file(path, TYPE_FILE_MAX, &type->json, &cause))
    return tc_fail(err, cause.code == TC_FORMAT ? TC_CONFIG : cause.code, "%s", cause.message);
  type->id = tc_json_get_text(type->json, "id", NULL);
  if (type->id == NULL || type->id[0] == '\0')
    return tc_fail(err, TC_CONFIG, "%s: /id: a text is wanted", path);
  type->name = tc_json_get_text(type->json, "name", type->id);
  type->untitled = tc_json_get_boolean(type->json, "untitled", false);
  const tc_json *columns = tc_json_get(type->json, "columns");
  if (columns != NULL && tc_json_count(columns) != 2)
    return tc_fail(err, TC_CONFIG, "%s: /columns: the names of two sections are wanted", path);
  for (size_t i = 0; i < 2; i++)
    type->columns[i] = tc_json_as_text(tc_json_at(columns, i), NULL);
  if (!tc_str_printf(&place, err, "%s: ", path) || !read_labels(type->json, "titles", place, &type->titles, err) ||
      !read_labels(type->json, "avoid", place, &type->avoid, err) ||
      !read_labels(type->json, "marks", place, &type->marks, err) ||
      !read_labels(type->json, "required", place, &type->required, err) ||
      !read_labels(type->json, "stops", place, &type->stops, err) ||
      !read_labels(type->json, "signature", place, &type->signature, err) || !read_lists(type, path, words, err) ||
      !read_sections(type, path, err) || !read_fields(type, path, words, err) || !read_checks(type, path, words, err) ||
      !read_code(type, path, err))
    return false;
  mark_unique(type);
  *out = tc_steal(&type);
  return true;
}
