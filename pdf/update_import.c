/*
 * Each object of the source gets a number of the update the first time that something refers to it, and waits on a
 * list; so depth is that of one object.
 */
#include "pdf/update_import.h"

#include "pdf/object_private.h"

#include <string.h>

typedef struct pair {
  uint32_t theirs, ours;
} pair;

struct tc_pdf_import {
  tc_pdf_update *update;
  const tc_pdf_document *source;
  size_t revision;
  pair *pairs;
  size_t count, done;
};

bool tc_pdf_import_create(tc_pdf_update *update, const tc_pdf_document *source, tc_pdf_import **out, tc_error *err)
{
  tc_pdf_import *import = calloc(1, sizeof *import);
  if (import == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a stamp");
  import->update = update;
  import->source = source;
  import->revision = tc_pdf_revision_last(source);
  *out = import;
  return true;
}

void tc_pdf_import_destroy(tc_pdf_import *import)
{
  if (import == NULL)
    return;
  free(import->pairs);
  free(import);
}

static bool number_of(tc_pdf_import *import, uint32_t theirs, uint32_t *ours, tc_error *err)
{
  for (size_t i = 0; i < import->count; i++) {
    if (import->pairs[i].theirs == theirs) {
      *ours = import->pairs[i].ours;
      return true;
    }
  }
  pair *grown = reallocarray(import->pairs, import->count + 1, sizeof *grown);
  if (grown == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a stamp");
  import->pairs = grown;
  if (!tc_pdf_update_add(import->update, NULL, ours, err))
    return false;
  import->pairs[import->count++] = (pair){theirs, *ours};
  return true;
}

static bool append(tc_pdf_import *import, const tc_pdf_object *value, tc_buf *out, tc_error *err);

static bool append_entry(tc_pdf_import *import, tc_bytes key, const tc_pdf_object *value, tc_buf *out, tc_error *err)
{
  tc_auto(tc_str) name = NULL;
  if (!tc_str_printf(&name, err, "%.*s", (int)key.size, (const char *)key.data) ||
      !tc_pdf_append_name(out, name, err) || !tc_buf_append_text(out, " ", err))
    return false;
  return append(import, value, out, err) && tc_buf_append_text(out, "\n", err);
}

static bool append_entries(tc_pdf_import *import, const tc_pdf_object *dict, const char *except, tc_buf *out,
                           tc_error *err)
{
  for (size_t i = 0; i < tc_pdf_count(dict); i++) {
    tc_bytes key = tc_pdf_key_at(dict, i);
    if ((except == NULL || !tc_bytes_are(key, except)) &&
        !append_entry(import, key, tc_pdf_value_at(dict, i), out, err))
      return false;
  }
  return true;
}

/* Recursion ends with the nesting that the parser allowed. */
static bool append(tc_pdf_import *import, const tc_pdf_object *value, tc_buf *out, tc_error *err)
{
  uint32_t number = tc_pdf_reference(value);
  if (number != 0)
    return number_of(import, number, &number, err) && tc_buf_printf(out, err, "%u 0 R", number);
  if (tc_pdf_is_dict(value))
    return tc_buf_append_text(out, "<<\n", err) && append_entries(import, value, NULL, out, err) &&
           tc_buf_append_text(out, ">>", err);
  if (tc_pdf_kind_of(value) != TC_PDF_ARRAY)
    return tc_pdf_write(value, out, err);
  if (!tc_buf_append_text(out, "[", err))
    return false;
  for (size_t i = 0; i < tc_pdf_count(value); i++)
    if (!append(import, tc_pdf_at(value, i), out, err) || !tc_buf_append_text(out, " ", err))
      return false;
  return tc_buf_append_text(out, "]", err);
}

static bool set_object(tc_pdf_import *import, pair numbers, tc_error *err)
{
  const tc_pdf_object *value = tc_pdf_lookup(import->source, import->revision, numbers.theirs);
  tc_auto(tc_buf) text = {0};
  tc_bytes data = {NULL, 0};
  if (tc_pdf_kind_of(value) != TC_PDF_STREAM)
    return append(import, value, &text, err) &&
           tc_pdf_update_set(import->update, numbers.ours, tc_buf_bytes(&text), err);
  return append_entries(import, value, "Length", &text, err) &&
         tc_pdf_stream_raw(import->source, import->revision, value, &data, err) &&
         tc_pdf_update_set_stream(import->update, numbers.ours, tc_buf_text(&text), data, err);
}

bool tc_pdf_import_entries(tc_pdf_import *import, const tc_pdf_object *dict, const char *except, tc_buf *out,
                           tc_error *err)
{
  if (!append_entries(import, dict, except, out, err))
    return false;
  while (import->done < import->count)
    if (!set_object(import, import->pairs[import->done++], err))
      return false;
  return true;
}
