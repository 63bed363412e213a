#include "ocr/paper_type.h"

#include "ocr/type_file.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>

enum { TYPES_MAX = 1000 };

void tc_paper_types_destroy(tc_paper_types *types)
{
  if (types == NULL)
    return;
  for (size_t i = 0; i < types->count; i++)
    tc_paper_type_destroy(types->types[i]);
  free(types->types);
  tc_words_destroy(types->words);
  free(types);
}

/* ---- The folder ---- */

static bool add_type(tc_paper_types *types, tc_paper_type *take, tc_error *err)
{
  tc_auto(tc_owned_type) type = take;
  for (size_t i = 0; i < types->count; i++)
    if (strcmp(types->types[i]->id, type->id) == 0) {
      tc_paper_type_destroy(types->types[i]);
      types->types[i] = tc_steal(&type);
      return true;
    }
  if (types->count >= TYPES_MAX)
    return tc_fail(err, TC_LIMIT, "more than %d paper types", TYPES_MAX);
  tc_paper_type **grown = realloc(types->types, (types->count + 1) * sizeof(tc_paper_type *));
  if (grown == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for paper types");
  types->types = grown;
  grown[types->count++] = tc_steal(&type);
  return true;
}

static int only_json(const struct dirent *entry)
{
  const size_t size = strlen(entry->d_name);
  return entry->d_name[0] != '.' && size > strlen(".json") &&
         strcmp(entry->d_name + size - strlen(".json"), ".json") == 0;
}

static bool load_folder(tc_paper_types *types, const char *folder, tc_error *err)
{
  struct dirent **entries = NULL;
  const int count = scandir(folder, &entries, only_json, alphasort);
  if (count < 0)
    return tc_fail_errno(err, TC_CONFIG, errno, "can not read the paper types in %s", folder);
  bool ok = true;
  for (int i = 0; i < count; i++) {
    tc_auto(tc_str) path = NULL;
    tc_paper_type *type = NULL;
    ok = ok && tc_str_printf(&path, err, "%s/%s", folder, entries[i]->d_name) &&
         tc_type_file_read(path, types->words, &type, err) && add_type(types, type, err);
    free(entries[i]);
  }
  free(entries);
  return ok;
}

static int compare_types(const void *a, const void *b)
{
  return strcmp((*(tc_paper_type *const *)a)->id, (*(tc_paper_type *const *)b)->id);
}

/* How many of the types have one of the labels, among their own labels and marks. */
static size_t types_that_share(const tc_paper_types *types, const tc_label_set *labels)
{
  size_t sharing = 0;
  for (size_t i = 0; i < types->count; i++) {
    const tc_paper_type *type = types->types[i];
    bool shares = tc_label_sets_share(&type->marks, labels);
    for (size_t f = 0; f < type->field_count && !shares; f++)
      shares = tc_label_sets_share(&type->fields[f].labels, labels);
    sharing += shares ? 1 : 0;
  }
  return sharing > 0 ? sharing : 1;
}

/* What tells a type from the others is what they do not have. */
static bool weigh_words(tc_paper_types *types, tc_error *err)
{
  for (size_t i = 0; i < types->count; i++) {
    tc_paper_type *type = types->types[i];
    for (size_t f = 0; f < type->field_count; f++)
      type->fields[f].rarity = 1.0 / (double)types_that_share(types, &type->fields[f].labels);
    type->mark_rarities = calloc(type->marks.count + 1, sizeof *type->mark_rarities);
    if (type->mark_rarities == NULL)
      return tc_fail(err, TC_NO_MEMORY, "no memory for paper types");
    for (size_t m = 0; m < type->marks.count; m++) {
      const tc_label_set mark = {&type->marks.folded[m], 1};
      type->mark_rarities[m] = 1.0 / (double)types_that_share(types, &mark);
    }
  }
  return true;
}

bool tc_paper_types_load(const tc_paper_types_options *options, tc_paper_types **out, tc_error *err)
{
  tc_auto(tc_paper_types) types = calloc(1, sizeof *types);
  if (types == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for paper types");
  const bool more = options->more_folder != NULL && options->more_folder[0] != '\0';
  if (!tc_words_load(options->words_folder, &types->words, err) || !load_folder(types, options->folder, err) ||
      (more && !load_folder(types, options->more_folder, err)))
    return false;
  if (types->count == 0)
    return tc_fail(err, TC_CONFIG, "%s: no paper type is in it", options->folder);
  qsort(types->types, types->count, sizeof(tc_paper_type *), compare_types);
  if (!weigh_words(types, err))
    return false;
  *out = tc_steal(&types);
  return true;
}

/* ---- Questions ---- */

const tc_paper_type *tc_paper_types_find(const tc_paper_types *types, const char *id)
{
  for (size_t i = 0; id != NULL && i < types->count; i++)
    if (strcmp(types->types[i]->id, id) == 0)
      return types->types[i];
  return NULL;
}

size_t tc_paper_types_count(const tc_paper_types *types) { return types->count; }
const char *tc_paper_types_id(const tc_paper_types *types, size_t index) { return types->types[index]->id; }
const char *tc_paper_types_name(const tc_paper_types *types, size_t index) { return types->types[index]->name; }

const char *tc_paper_types_field_name(const tc_paper_types *types, const char *type_id, const char *key)
{
  const tc_paper_type *type = tc_paper_types_find(types, type_id);
  const size_t at = type != NULL ? tc_paper_type_field(type, key) : 0;
  return type != NULL && at < type->field_count ? type->fields[at].name : key;
}

const char *tc_paper_types_field_key(const tc_paper_types *types, const char *type_id, size_t index)
{
  const tc_paper_type *type = tc_paper_types_find(types, type_id);
  return type != NULL && index < type->field_count ? type->fields[index].key : NULL;
}
