/*
 * The findings, and the order of the examination: references of all objects, then each revision after the first signed
 * one as a step from the one before (changes_step.c and its rules), then the bytes that no cross-reference explains,
 * then the second reader. Steps are cumulative: a change that a later revision takes back is still a change, and the
 * work grows with the changed objects and not with revisions times objects.
 */
#include "pdf/changes.h"

#include "pdf/changes_private.h"
#include "pdf/changes_step.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MAX_VIOLATIONS = 1000, MAX_NOTES = 200 };

struct tc_pdf_changes {
  tc_pdf_finding *items;
  size_t count, capacity, notes;
};

const tc_pdf_finding_code tc_pdf_finding_codes[] = {
    {TC_PDF_CODE_COVERAGE, TC_PDF_VIOLATION, "A signature does not cover what a signature must cover"},
    {TC_PDF_CODE_REPAIRED, TC_PDF_NOTE, "The file's cross-references are broken and were rebuilt from its objects"},
    {TC_PDF_CODE_TRAILING, TC_PDF_VIOLATION, "Data follow the end of the file"},
    {TC_PDF_CODE_BYTES, TC_PDF_VIOLATION, "A later revision holds bytes that belong to nothing"},
    {TC_PDF_CODE_HIDDEN, TC_PDF_VIOLATION, "A later revision holds an object that no cross-reference names"},
    {TC_PDF_CODE_OVERRIDDEN, TC_PDF_VIOLATION, "An object was replaced after signing"},
    {TC_PDF_CODE_DELETED, TC_PDF_VIOLATION, "An object was deleted after signing"},
    {TC_PDF_CODE_UNREADABLE, TC_PDF_VIOLATION, "A later revision names an object that cannot be read"},
    {TC_PDF_CODE_UNEXPLAINED, TC_PDF_VIOLATION, "A later revision holds an object that no permitted change needs"},
    {TC_PDF_CODE_FILLED, TC_PDF_VIOLATION, "An object was added that signed content already referred to"},
    {TC_PDF_CODE_CONTAINER, TC_PDF_VIOLATION, "An object stream was replaced after signing"},
    {TC_PDF_CODE_TRAILER, TC_PDF_VIOLATION, "The trailer leads to another document than the signed one"},
    {TC_PDF_CODE_CATALOG, TC_PDF_VIOLATION, "The document catalog was changed after signing"},
    {TC_PDF_CODE_METADATA, TC_PDF_VIOLATION, "The document's metadata were changed after signing"},
    {TC_PDF_CODE_FORM, TC_PDF_VIOLATION, "The form was changed after signing"},
    {TC_PDF_CODE_FIELD_REMOVED, TC_PDF_VIOLATION, "A form field was removed after signing"},
    {TC_PDF_CODE_FIELD_ADDED, TC_PDF_VIOLATION, "A form field that is no signature was added after signing"},
    {TC_PDF_CODE_FIELD_CHANGED, TC_PDF_VIOLATION, "A form field was changed after signing"},
    {TC_PDF_CODE_FIELD_LOCKED, TC_PDF_VIOLATION, "A field was signed or filled in that an earlier signature locks"},
    {TC_PDF_CODE_FORM_FILLED, TC_PDF_NOTE, "A field was filled in after signing, as the signatures permit"},
    {TC_PDF_CODE_DOCMDP, TC_PDF_VIOLATION, "The certification signature does not permit the change"},
    {TC_PDF_CODE_PAGE, TC_PDF_VIOLATION, "A page was changed after signing"},
    {TC_PDF_CODE_ANNOTATION, TC_PDF_VIOLATION, "An annotation was added or removed after signing"},
    {TC_PDF_CODE_DSS, TC_PDF_VIOLATION, "The security store was changed in a way that is not an addition"},
    {TC_PDF_CODE_PERMS, TC_PDF_VIOLATION, "The permissions of the certification were changed after signing"},
    {TC_PDF_CODE_READERS, TC_PDF_VIOLATION, "Two readers see different pages in the file"},
    {TC_PDF_CODE_REMOVED, TC_PDF_VIOLATION, "The file holds a signature that was taken out of the form"},
    {TC_PDF_CODE_ORPHAN, TC_PDF_NOTE, "The file holds a signature that no form field presents"},
};
const size_t tc_pdf_finding_code_count = TC_ARRAY_LEN(tc_pdf_finding_codes);

static const tc_pdf_finding_code *find_code(const char *code)
{
  for (size_t i = 0; i < tc_pdf_finding_code_count; i++) {
    if (strcmp(tc_pdf_finding_codes[i].code, code) == 0)
      return &tc_pdf_finding_codes[i];
  }
  assert(!"a finding code that is not in the table");
  return &tc_pdf_finding_codes[0];
}

static bool grow(tc_pdf_changes *changes, tc_error *err)
{
  if (changes->count < changes->capacity)
    return true;
  size_t capacity = changes->capacity == 0 ? 16 : changes->capacity * 2;
  tc_pdf_finding *grown = reallocarray(changes->items, capacity, sizeof *grown);
  if (grown == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for the findings");
  changes->items = grown;
  changes->capacity = capacity;
  return true;
}

bool tc_pdf_has_only(const tc_pdf_object *dict, const char *const *keys)
{
  for (size_t i = 0; i < tc_pdf_count(dict); i++) {
    bool known = false;
    for (const char *const *key = keys; *key != NULL && !known; key++)
      known = tc_bytes_are(tc_pdf_key_at(dict, i), *key);
    if (!known)
      return false;
  }
  return true;
}

bool tc_pdf_changes_add(tc_pdf_changes *changes, const char *code, size_t revision, uint32_t object, off_t offset,
                        tc_error *err, const char *format, ...)
{
  char detail[400];
  va_list arguments;
  const tc_pdf_finding_code *row = find_code(code);
  bool note = row->severity == TC_PDF_NOTE;
  /* Many notes never crowd out a violation; after many violations the verdict stands. */
  if (note ? changes->notes >= MAX_NOTES : changes->count - changes->notes >= MAX_VIOLATIONS)
    return true;
  va_start(arguments, format);
  vsnprintf(detail, sizeof detail, format, arguments);
  va_end(arguments);
  if (!grow(changes, err))
    return false;
  tc_pdf_finding finding = {
      .code = row->code, .severity = row->severity, .revision = revision, .object = object, .offset = offset};
  if (!tc_str_copy(detail, &finding.detail, err))
    return false;
  changes->items[changes->count++] = finding;
  changes->notes += note;
  return true;
}

static bool add_coverage(const tc_pdf_signatures *signatures, tc_pdf_changes *changes, tc_error *err)
{
  for (size_t i = 0; i < tc_pdf_signatures_count(signatures); i++) {
    const tc_pdf_signature *signature = tc_pdf_signatures_at(signatures, i);
    if (signature->coverage == TC_PDF_COVERS_ODD &&
        !tc_pdf_changes_add(changes, TC_PDF_CODE_COVERAGE, SIZE_MAX, signature->value_number,
                            signature->contents_offset, err, "signature %s: %s", signature->field_name,
                            signature->problem))
      return false;
  }
  return true;
}

/* White space after the end of a revision that a signature closes, where no later revision follows: it shows nothing,
   but nobody signed it. */
static bool add_trailing(const tc_pdf_document *document, const tc_pdf_signatures *signatures, tc_pdf_changes *changes,
                         tc_error *err)
{
  for (size_t i = 0; i < tc_pdf_signatures_count(signatures); i++) {
    const tc_pdf_signature *signature = tc_pdf_signatures_at(signatures, i);
    off_t end = signature->range[2] + signature->range[3];
    if (signature->coverage == TC_PDF_COVERS_REVISION && signature->revision == tc_pdf_revision_last(document))
      return tc_pdf_changes_add(changes, TC_PDF_CODE_TRAILING, signature->revision, 0, end, err,
                                "signature %s leaves out the last %zu bytes", signature->field_name,
                                document->bytes.size - (size_t)end);
  }
  return true;
}

/* A number with two places in one section, or one that a hybrid file's table frees while its stream keeps it: readers
   choose as they like. What was hidden so before stays hidden. */
static bool is_doubted(const tc_pdf_document *document, size_t index)
{
  const tc_pdf_version *version = &document->versions[index], *older = index > 0 ? version - 1 : version;
  bool shown = older->number == version->number && older->revision < version->revision && !older->hidden &&
               older->place.kind != TC_PDF_NOWHERE;
  return version->doubted || (version->hidden && shown);
}

static bool add_doubted(const tc_pdf_document *document, size_t first, tc_pdf_changes *changes, tc_error *err)
{
  for (size_t i = 0; i < document->version_count; i++) {
    const tc_pdf_version *version = &document->versions[i];
    if (version->revision > first && is_doubted(document, i) &&
        !tc_pdf_changes_add(changes, TC_PDF_CODE_OVERRIDDEN, version->revision, version->number, -1, err,
                            "the cross-references name two places for object %u", version->number))
      return false;
  }
  return true;
}

/* The first revision that a signature closes; SIZE_MAX where no signature covers one. */
static size_t first_signed(const tc_pdf_signatures *signatures)
{
  size_t first = SIZE_MAX;
  for (size_t i = 0; i < tc_pdf_signatures_count(signatures); i++) {
    const tc_pdf_signature *signature = tc_pdf_signatures_at(signatures, i);
    if (signature->coverage != TC_PDF_COVERS_ODD && signature->revision < first)
      first = signature->revision;
  }
  return first;
}

static bool examine(const tc_pdf_document *document, const tc_pdf_signatures *signatures, bool second_reader,
                    tc_pdf_changes *changes, tc_error *err)
{
  tc_auto(tc_pdf_references) references = {0};
  size_t first = first_signed(signatures);
  if (!tc_pdf_references_read(document, signatures, changes, &references, err) ||
      !add_coverage(signatures, changes, err) || !add_trailing(document, signatures, changes, err))
    return false;
  if (first == SIZE_MAX)
    return true;
  if (tc_pdf_document_repaired(document) &&
      !tc_pdf_changes_add(changes, TC_PDF_CODE_REPAIRED, SIZE_MAX, 0, -1, err,
                          "the chain of cross-reference sections is broken; all bytes belong to objects"))
    return false;
  return add_doubted(document, first, changes, err) &&
         tc_pdf_steps(document, signatures, &references, first, changes, err) &&
         tc_pdf_changes_bytes(document, first, changes, err) &&
         (!second_reader || tc_pdf_second_reader(document, first, changes, err));
}

bool tc_pdf_changes_read(const tc_pdf_document *document, const tc_pdf_signatures *signatures,
                         const tc_pdf_changes_options *options, tc_pdf_changes **out, tc_error *err)
{
  tc_auto(tc_pdf_changes) changes = calloc(1, sizeof *changes);
  if (changes == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for the findings");
  if (!examine(document, signatures, options == NULL || options->second_reader, changes, err))
    return false;
  *out = tc_steal(&changes);
  return true;
}

void tc_pdf_changes_destroy(tc_pdf_changes *changes)
{
  if (changes == NULL)
    return;
  for (size_t i = 0; i < changes->count; i++)
    free(changes->items[i].detail);
  free(changes->items);
  free(changes);
}

size_t tc_pdf_changes_count(const tc_pdf_changes *changes) { return changes->count; }

const tc_pdf_finding *tc_pdf_changes_at(const tc_pdf_changes *changes, size_t index)
{
  assert(index < changes->count);
  return &changes->items[index];
}

bool tc_pdf_finding_concerns(const tc_pdf_finding *finding, const tc_pdf_signature *signature)
{
  return finding->severity == TC_PDF_VIOLATION &&
         (finding->revision == SIZE_MAX || finding->revision > signature->revision);
}

bool tc_pdf_changes_allow(const tc_pdf_changes *changes, const tc_pdf_signature *signature)
{
  if (signature->coverage == TC_PDF_COVERS_ODD)
    return false;
  for (size_t i = 0; i < changes->count; i++) {
    if (tc_pdf_finding_concerns(&changes->items[i], signature))
      return false;
  }
  return true;
}
