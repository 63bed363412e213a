/*
 * A step: which numbers a revision gives another place, what the rules explain of them, and the verdict on the rest.
 * An object that was written again with the same value is no change.
 */
#include "pdf/changes_step.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MAX_SHELL = 2 }; /* keys */

void tc_pdf_step_report(tc_pdf_step *step, const char *code, uint32_t object, const char *format, ...)
{
  char detail[300];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(detail, sizeof detail, format, arguments);
  va_end(arguments);
  tc_pdf_place place = tc_pdf_place_of(step->document, step->after, object);
  off_t offset = object != 0 && place.kind != TC_PDF_NOWHERE ? place.offset : -1;
  if (!step->failed && !tc_pdf_changes_add(step->changes, code, step->after, object, offset, step->err, "%s", detail))
    step->failed = true;
}

tc_pdf_change *tc_pdf_step_find(const tc_pdf_step *step, uint32_t number)
{
  for (size_t low = 0, high = step->count; low < high;) {
    size_t middle = (low + high) / 2;
    if (step->changed[middle].number == number)
      return &step->changed[middle];
    if (step->changed[middle].number < number)
      low = middle + 1;
    else
      high = middle;
  }
  return NULL;
}

const tc_pdf_object *tc_pdf_step_old(const tc_pdf_step *step, const tc_pdf_object *value)
{
  return tc_pdf_resolve(step->document, step->before, value);
}

const tc_pdf_object *tc_pdf_step_new(const tc_pdf_step *step, const tc_pdf_object *value)
{
  return tc_pdf_resolve(step->document, step->after, value);
}

bool tc_pdf_step_equal(const tc_pdf_step *step, const tc_pdf_object *old, const tc_pdf_object *new)
{
  return tc_pdf_equal(old, new) || tc_pdf_equal(tc_pdf_step_old(step, old), tc_pdf_step_new(step, new));
}

bool tc_pdf_step_is_new(const tc_pdf_step *step, const tc_pdf_object *value)
{
  const tc_pdf_change *change = tc_pdf_step_find(step, tc_pdf_reference(value));
  return change != NULL && !change->was_defined;
}

void tc_pdf_step_explain(tc_pdf_step *step, uint32_t number)
{
  tc_pdf_change *change = tc_pdf_step_find(step, number);
  if (change != NULL)
    change->explained = true;
}

static bool is_held_alone(const tc_pdf_step *step, uint32_t number, unsigned roles)
{
  uint32_t referrer = step->references->referrer[number];
  if (roles == 0)
    return true;
  return (step->references->roles[number] & ~roles) == 0 &&
         (roles == TC_PDF_ROLE_INFO ? referrer == 0 : referrer != UINT32_MAX);
}

void tc_pdf_step_explain_holder(tc_pdf_step *step, const tc_pdf_object *old, const tc_pdf_object *new, unsigned roles)
{
  uint32_t number = tc_pdf_reference(new);
  tc_pdf_change *change = tc_pdf_step_find(step, number);
  if (change == NULL)
    return;
  bool same = tc_pdf_reference(old) == number && is_held_alone(step, number, roles) &&
              (roles == TC_PDF_ROLE_METADATA || tc_pdf_kind_of(tc_pdf_step_old(step, old)) != TC_PDF_STREAM);
  if (!change->was_defined || same)
    change->explained = true;
}

static void explain_new(tc_pdf_step *step, const tc_pdf_object *value, size_t depth)
{
  tc_pdf_change *change = tc_pdf_step_find(step, tc_pdf_reference(value));
  if (depth > 2 * step->document->limits.max_depth)
    return;
  if (change != NULL) {
    if (change->was_defined || change->explained)
      return;
    change->explained = true;
    value = tc_pdf_step_new(step, value);
  }
  if (tc_pdf_kind_of(value) == TC_PDF_ARRAY) {
    for (size_t i = 0; i < tc_pdf_count(value); i++)
      explain_new(step, tc_pdf_at(value, i), depth + 1);
  } else {
    for (size_t i = 0; i < tc_pdf_count(value); i++)
      explain_new(step, tc_pdf_value_at(value, i), depth + 1);
  }
}

void tc_pdf_step_explain_new(tc_pdf_step *step, const tc_pdf_object *value) { explain_new(step, value, 0); }

static bool is_listed(tc_bytes key, const char *const *keys)
{
  for (; keys != NULL && *keys != NULL; keys++) {
    if (tc_bytes_are(key, *keys))
      return true;
  }
  return false;
}

void tc_pdf_step_differences(tc_pdf_step *step, const tc_pdf_object *old, const tc_pdf_object *new,
                             const char *const *except, void (*visit)(tc_pdf_step *, tc_bytes key, void *data),
                             void *data)
{
  for (size_t i = 0; i < tc_pdf_count(new); i++) {
    tc_bytes key = tc_pdf_key_at(new, i);
    if (!is_listed(key, except) && !tc_pdf_step_equal(step, tc_pdf_get_bytes(old, key), tc_pdf_value_at(new, i)))
      visit(step, key, data);
  }
  for (size_t i = 0; i < tc_pdf_count(old); i++) {
    tc_bytes key = tc_pdf_key_at(old, i);
    bool gone = tc_pdf_kind_of(tc_pdf_get_bytes(new, key)) == TC_PDF_NULL;
    if (gone && !is_listed(key, except) &&
        tc_pdf_kind_of(tc_pdf_step_old(step, tc_pdf_value_at(old, i))) != TC_PDF_NULL)
      visit(step, key, data);
  }
}

/* The same value in both revisions; of streams the dictionary and the bytes. */
static bool is_rewritten(const tc_pdf_step *step, uint32_t number)
{
  const tc_pdf_object *old = tc_pdf_lookup(step->document, step->before, number);
  const tc_pdf_object *new = tc_pdf_lookup(step->document, step->after, number);
  if (tc_pdf_kind_of(old) != TC_PDF_STREAM || tc_pdf_kind_of(new) != TC_PDF_STREAM)
    return new != &tc_pdf_null_object &&tc_pdf_equal(old, new);
  tc_bytes old_data, new_data;
  tc_auto(tc_buf) old_hold = {0};
  tc_auto(tc_buf) new_hold = {0};
  tc_error unreadable = {0};
  if (tc_pdf_count(old) != tc_pdf_count(new))
    return false;
  for (size_t i = 0; i < tc_pdf_count(old); i++) {
    if (!tc_pdf_equal(tc_pdf_value_at(old, i), tc_pdf_get_bytes(new, tc_pdf_key_at(old, i))))
      return false;
  }
  return tc_pdf_stream_plain(step->document, step->before, old, &old_hold, &old_data, &unreadable) &&
         tc_pdf_stream_plain(step->document, step->after, new, &new_hold, &new_data, &unreadable) &&
         tc_bytes_compare(old_data, new_data) == 0;
}

/* Cross-reference streams and object streams are the file's own machinery. What something refers to is not: a page's
   contents may call themselves a cross-reference stream. */
static bool is_machinery(const tc_pdf_step *step, const tc_pdf_change *change)
{
  const tc_pdf_object *new = tc_pdf_lookup(step->document, step->after, change->number);
  const tc_pdf_object *old = tc_pdf_lookup(step->document, step->before, change->number);
  if (tc_pdf_kind_of(new) != TC_PDF_STREAM)
    return false;
  if (tc_pdf_is_name(tc_pdf_get(new, "Type"), "XRef"))
    return step->references->first[change->number] == UINT32_MAX &&
           (!change->was_defined || tc_pdf_is_name(tc_pdf_get(old, "Type"), "XRef"));
  return tc_pdf_is_name(tc_pdf_get(new, "Type"), "ObjStm") && !change->was_defined &&
         step->references->container[change->number] != 0;
}

/* An empty shell that a writer left behind: nothing ever refers to it, it says nothing and leads nowhere. A catalog is
   what readers that rebuild a file look for. */
static bool is_left_over(const tc_pdf_step *step, const tc_pdf_change *change)
{
  const tc_pdf_object *new = tc_pdf_lookup(step->document, step->after, change->number);
  if (change->was_defined || step->references->first[change->number] != UINT32_MAX || !tc_pdf_is_dict(new) ||
      tc_pdf_kind_of(new) == TC_PDF_STREAM || tc_pdf_is_name(tc_pdf_get(new, "Type"), "Catalog"))
    return false;
  for (size_t i = 0; i < tc_pdf_count(new); i++)
    if (tc_pdf_kind_of(tc_pdf_value_at(new, i)) != TC_PDF_NAME)
      return false;
  return tc_pdf_count(new) <= MAX_SHELL;
}

static void judge(tc_pdf_step *step, const tc_pdf_change *change)
{
  uint32_t number = change->number;
  bool defined = tc_pdf_place_of(step->document, step->after, number).kind != TC_PDF_NOWHERE;
  if (!defined) {
    if (change->was_defined)
      tc_pdf_step_report(step, TC_PDF_CODE_DELETED, number, "object %u was deleted", number);
    return;
  }
  tc_pdf_place old = tc_pdf_place_of(step->document, step->before, number);
  tc_pdf_place new = tc_pdf_place_of(step->document, step->after, number);
  if (tc_pdf_lookup(step->document, step->after, number) == &tc_pdf_null_object)
    tc_pdf_step_report(step, TC_PDF_CODE_UNREADABLE, number, "object %u cannot be read", number);
  else if (change->was_defined && old.generation != new.generation) /* older references lead nowhere now */
    tc_pdf_step_report(step, TC_PDF_CODE_OVERRIDDEN, number, "object %u was given another generation", number);
  else if (change->was_defined && step->references->container[number] != 0)
    tc_pdf_step_report(step, TC_PDF_CODE_CONTAINER, number, "object stream %u was replaced", number);
  else if (!change->was_defined && step->references->first[number] <= step->before)
    tc_pdf_step_report(step, TC_PDF_CODE_FILLED, number, "object %u gives meaning to an older reference", number);
  else if (change->explained || is_machinery(step, change) || is_left_over(step, change) ||
           (change->was_defined && is_rewritten(step, number)))
    return;
  else if (change->was_defined)
    tc_pdf_step_report(step, TC_PDF_CODE_OVERRIDDEN, number, "object %u was replaced", number);
  else
    tc_pdf_step_report(step, TC_PDF_CODE_UNEXPLAINED, number, "object %u is new and serves no permitted change",
                       number);
}

/* Versions of all revisions in the order of their revisions, and where each revision's begin. */
typedef struct by_revision {
  uint32_t *numbers;
  size_t *start; /* revision_count + 1 of them */
} by_revision;
static void by_revision_finish(by_revision *b)
{
  free(b->numbers);
  free(b->start);
}
TC_AUTO_VALUE(by_revision, by_revision_finish);

static bool sort_by_revision(const tc_pdf_document *document, by_revision *out, tc_error *err)
{
  out->numbers = calloc(document->version_count + 1, sizeof *out->numbers);
  out->start = calloc(document->revision_count + 2, sizeof *out->start);
  if (out->numbers == NULL || out->start == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory to compare revisions");
  for (size_t i = 0; i < document->version_count; i++)
    out->start[document->versions[i].revision + 2]++;
  for (size_t i = 2; i < document->revision_count + 2; i++)
    out->start[i] += out->start[i - 1];
  for (size_t i = 0; i < document->version_count;
       i++) /* start[r + 1] runs to its own end, which is where r + 1 starts */
    out->numbers[out->start[document->versions[i].revision + 1]++] = document->versions[i].number;
  return true;
}

static bool collect(tc_pdf_step *step, const by_revision *sorted, tc_error *err)
{
  size_t from = sorted->start[step->after], to = sorted->start[step->after + 1];
  step->changed = calloc(to - from + 1, sizeof *step->changed);
  if (step->changed == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory to compare revisions");
  for (size_t i = from; i < to; i++) { /* the versions are sorted by number, and so are these */
    uint32_t number = sorted->numbers[i];
    tc_pdf_place old = tc_pdf_place_of(step->document, step->before, number);
    tc_pdf_place new = tc_pdf_place_of(step->document, step->after, number);
    if (number != 0 && !tc_pdf_place_equal(&old, &new))
      step->changed[step->count++] = (tc_pdf_change){.number = number, .was_defined = old.kind != TC_PDF_NOWHERE};
  }
  return true;
}

static bool run(tc_pdf_step *step, const by_revision *sorted, tc_error *err)
{
  if (!collect(step, sorted, err))
    return false;
  tc_pdf_step_document(step);
  tc_pdf_step_pages(step);
  for (size_t i = 0; i < step->count; i++)
    judge(step, &step->changed[i]);
  return !step->failed;
}

bool tc_pdf_steps(const tc_pdf_document *document, const tc_pdf_signatures *signatures,
                  const tc_pdf_references *references, size_t first, tc_pdf_changes *changes, tc_error *err)
{
  tc_auto(by_revision) sorted = {0};
  if (!sort_by_revision(document, &sorted, err))
    return false;
  for (size_t after = first + 1; after < document->revision_count; after++) {
    tc_pdf_step step = {.document = document,
                        .signatures = signatures,
                        .references = references,
                        .before = after - 1,
                        .after = after,
                        .changes = changes,
                        .err = err};
    bool done = run(&step, &sorted, err);
    free(step.changed);
    if (!done)
      return false;
  }
  return true;
}
