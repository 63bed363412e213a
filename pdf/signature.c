/*
 * Prepare gathers what the file has (form, page, field), refuses what an earlier signature forbids, and has the objects
 * of one revision set in an update (signature_objects.c). The ByteRange is written into its place once the update's
 * offsets are known.
 */
#include "pdf/signature.h"

#include "pdf/document_fields.h"
#include "pdf/document_signature.h"
#include "pdf/signature_private.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { MIN_CONTENTS = 64 };

static void signing_finish(tc_pdf_signing *p)
{
  tc_pdf_update_destroy(p->update);
  free(p->field_name);
  tc_buf_finish(&p->catalog_entries);
  for (size_t i = 0; i < p->present_count; i++)
    free(p->present[i]);
  free(p->present);
}
TC_AUTO_VALUE(tc_pdf_signing, signing_finish);

tc_pdf_signature_options tc_pdf_signature_options_default(void)
{
  return (tc_pdf_signature_options){.contents_size = 16384};
}

static bool check_options(const tc_pdf_signature_options *options, tc_error *err)
{
  const char *name = options->field_name;
  if (name != NULL && (name[0] == '\0' || strchr(name, '.') != NULL))
    return tc_fail(err, TC_USAGE, "a signature field's name is not empty and has no dot");
  if (options->contents_size < MIN_CONTENTS || options->contents_size > TC_PDF_CONTENTS_MAX)
    return tc_fail(err, TC_USAGE, "the reserved size must be %d to %d bytes", MIN_CONTENTS, TC_PDF_CONTENTS_MAX);
  if (options->docmdp < 0 || options->docmdp > 3 ||
      (options->timestamp && (options->docmdp != 0 || options->lock != 0 || options->lock_present)))
    return tc_fail(err, TC_USAGE, "DocMDP permissions are 1 to 3, and a time-stamp has none and locks nothing");
  if (options->rect[2] < options->rect[0] || options->rect[3] < options->rect[1])
    return tc_fail(err, TC_USAGE, "the signature's rectangle has no area");
  return true;
}

/* ISO 32000-2, table 22: bit 6 together with bit 4 lets a user add a field, bit 6 or bit 9 sign one that is there. A
   document time-stamp adds nothing of the user's. */
static bool check_permissions(const tc_pdf_signing *p, tc_error *err)
{
  enum { MODIFY = 1 << 3, ANNOTATE = 1 << 5, FILL = 1 << 8 };
  uint32_t given = tc_pdf_document_permissions(p->document);
  bool may_add = (given & ANNOTATE) != 0 && (given & MODIFY) != 0, may_fill = (given & (ANNOTATE | FILL)) != 0;
  return p->options->timestamp || (p->old != NULL ? may_fill : may_add) ||
         tc_fail(err, TC_DENIED, "the PDF's protection does not permit %s: give the owner's password",
                 p->old != NULL ? "signing" : "another signature field");
}

/* A document time-stamp may always follow (ETSI EN 319 142-1, 5.4.3), even after P=1. */
static bool check_earlier(const tc_pdf_signing *p, const tc_pdf_signatures *earlier, tc_error *err)
{
  if (p->options->docmdp != 0 && tc_pdf_signatures_count(earlier) > 0)
    return tc_fail(err, TC_CONFLICT, "a certification must be the first signature of a PDF");
  for (size_t i = 0; i < tc_pdf_signatures_count(earlier); i++) {
    const tc_pdf_signature *one = tc_pdf_signatures_at(earlier, i);
    if (strcmp(one->field_name, p->field_name) == 0)
      return tc_fail(err, TC_CONFLICT, "the field %s is signed already", p->field_name);
    if (one->coverage == TC_PDF_COVERS_ODD)
      return tc_fail(err, TC_CONFLICT, "the PDF holds a damaged signature (%s)", one->problem);
    if (p->options->timestamp)
      continue;
    if (one->docmdp == 1)
      return tc_fail(err, TC_CONFLICT, "the PDF is certified and allows no further signature");
    if (tc_pdf_signature_locks(one, p->field_name))
      return tc_fail(err, TC_CONFLICT, "an earlier signature locks the field %s", p->field_name);
  }
  return true;
}

typedef struct search {
  const tc_pdf_signing *p;
  const char *name;
  bool found;
  bool is_signature, is_signed;
  uint32_t number;
  const tc_pdf_object *dict;
} search;

static bool match_field(const tc_pdf_field *field, void *data, tc_error *err)
{
  search *s = data;
  (void)err;
  if (strcmp(field->name, s->name) != 0 || s->found)
    return true;
  s->found = true;
  s->number = field->number;
  s->dict = field->dict;
  s->is_signature = tc_pdf_is_name(field->type, "Sig");
  s->is_signed = tc_pdf_is_signature(s->p->document, s->p->revision, field->value);
  return true;
}

static bool find_field(const tc_pdf_signing *p, const char *name, search *out, tc_error *err)
{
  *out = (search){.p = p, .name = name};
  return tc_pdf_fields_each(p->document, p->revision, match_field, out, err);
}

static bool choose_field(tc_pdf_signing *p, tc_error *err)
{
  search found = {0};
  if (p->options->field_name != NULL) {
    if (!tc_str_copy(p->options->field_name, &p->field_name, err) || !find_field(p, p->field_name, &found, err))
      return false;
    if (found.found && (!found.is_signature || found.is_signed || found.number == 0))
      return tc_fail(err, TC_CONFLICT, "the field %s is signed already, or is no signature field", p->field_name);
    p->field = found.number;
    p->old = found.found ? found.dict : NULL;
    return true;
  }
  for (int i = 1;; i++) {
    tc_auto(tc_str) name = NULL;
    if (!tc_str_printf(&name, err, "Signature%d", i) || !find_field(p, name, &found, err))
      return false;
    if (!found.found) {
      p->field_name = tc_steal(&name);
      return true;
    }
  }
}

static bool add_present(tc_pdf_signing *p, const char *name, tc_error *err)
{
  char **grown = reallocarray(p->present, p->present_count + 2, sizeof *grown);
  if (grown == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for the names of fields");
  p->present = grown;
  if (!tc_str_copy(name, &grown[p->present_count], err))
    return false;
  grown[++p->present_count] = NULL;
  return true;
}

static bool note_field(const tc_pdf_field *field, void *data, tc_error *err)
{
  return add_present(data, field->name, err);
}

/* FieldMDP with Include and every name: an "All" would lock fields that do not exist yet, and readers differ on whether
   a later document time-stamp's field is one of them. */
static bool choose_lock(tc_pdf_signing *p, tc_error *err)
{
  if (!p->options->lock_present)
    return true;
  if (!tc_pdf_fields_each(p->document, p->revision, note_field, p, err) ||
      (p->old == NULL && !add_present(p, p->field_name, err)))
    return false;
  p->own.lock = TC_PDF_LOCK_INCLUDE;
  p->own.lock_fields = (const char *const *)p->present;
  return true;
}

static bool choose_page(tc_pdf_signing *p, tc_error *err)
{
  uint32_t *pages = NULL;
  size_t count = 0;
  if (!tc_pdf_pages(p->document, p->revision, &pages, &count, err))
    return false;
  bool there = p->options->page < count;
  size_t index = p->options->page_from_end ? count - 1 - p->options->page : p->options->page;
  p->page = there ? pages[index] : 0;
  free(pages);
  return there || tc_fail(err, TC_USAGE, "the PDF has %zu pages, and no page %zu", count, p->options->page + 1);
}

/* Once the file is written, the ByteRange goes into the room that was left for it. */
static bool write_range(int fd, const tc_pdf_prepared *prepared, off_t at, tc_error *err)
{
  char text[TC_PDF_RANGE_ROOM + 1];
  int length = snprintf(text, sizeof text, "%jd %jd %jd %jd", (intmax_t)prepared->range[0],
                        (intmax_t)prepared->range[1], (intmax_t)prepared->range[2], (intmax_t)prepared->range[3]);
  if (length < 0 || (size_t)length >= sizeof text)
    return tc_fail(err, TC_LIMIT, "the PDF is too large for its ByteRange");
  if (pwrite(fd, text, (size_t)length, at) != length)
    return tc_fail_errno(err, TC_IO, errno, "writing the ByteRange");
  return true;
}

static bool finish(tc_pdf_signing *p, const tc_pdf_signature_text *text, int out_fd, bool copied, tc_pdf_prepared *out,
                   tc_error *err)
{
  tc_pdf_update_result result = {0};
  if (!tc_pdf_update_finish(p->update, out_fd, copied, &result, err))
    return false;
  off_t end = tc_pdf_update_end(p->update, p->value);
  tc_pdf_prepared prepared = {.contents_offset = end - (off_t)text->contents_before_end,
                              .contents_size = p->options->contents_size};
  prepared.range[1] = prepared.contents_offset;
  prepared.range[2] = prepared.contents_offset + 2 * (off_t)prepared.contents_size + 2;
  prepared.range[3] = result.size - prepared.range[2];
  if (!write_range(out_fd, &prepared, end - (off_t)text->range_before_end, err))
    return false;
  *out = prepared;
  return true;
}

bool tc_pdf_signature_prepare(int fd, const tc_pdf_signature_options *options, int out_fd, bool copied,
                              tc_pdf_prepared *out, tc_error *err)
{
  tc_auto(tc_pdf_signing) p = {.own = *options};
  p.options = &p.own;
  tc_auto(tc_pdf_signatures) earlier = NULL;
  tc_auto(tc_pdf_signature_text) text = {0};
  if (!check_options(options, err) || !tc_pdf_update_begin(fd, options->open, &p.update, err))
    return false;
  p.document = tc_pdf_update_document(p.update);
  p.revision = tc_pdf_revision_last(p.document);
  const tc_pdf_object *catalog = tc_pdf_get(tc_pdf_trailer(p.document, p.revision), "Root");
  if (!tc_pdf_signatures_read(p.document, &earlier, err) || !choose_field(&p, err) || !check_permissions(&p, err) ||
      !check_earlier(&p, earlier, err) || !choose_page(&p, err) || !tc_pdf_signing_place(&p, err) ||
      !choose_lock(&p, err) || !tc_pdf_signature_text_write(p.options, catalog, &text, err) ||
      !tc_pdf_signing_set(&p, &text, err))
    return false;
  return finish(&p, &text, out_fd, copied, out, err);
}
