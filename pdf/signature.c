/*
 * Prepare and fill. Prepare gathers what the file has (form, page, field), refuses what an earlier signature forbids,
 * and sets the objects of one revision in an update: signature dictionary, field with its widget, empty appearance, and
 * those entries of page, form and catalog that lead to them. The ByteRange is written into its place once the update's
 * offsets are known. Fill touches the reserved digits and nothing else.
 */
#include "pdf/signature.h"

#include "base/digest.h"
#include "base/file.h"
#include "pdf/document_fields.h"
#include "pdf/document_signature.h"
#include "pdf/object_private.h"
#include "pdf/object_write.h"
#include "pdf/page_place.h"
#include "pdf/signature_dict.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MIN_CONTENTS = 64, MAX_CONTENTS = 1 << 24, FILL_CHUNK = 4096, MIN_STAMP = 10, FLAGS_PRINT_LOCKED = 132 };

typedef struct preparing {
  const tc_pdf_signature_options *options;
  tc_pdf_signature_options own; /* `options`, with the fields that are there now and the stamp's rectangle */
  char **present;               /* their names, NULL-terminated */
  size_t present_count;
  tc_pdf_update *update;
  const tc_pdf_document *document;
  size_t revision;
  uint32_t page; /* number of the widget's page */
  char *field_name;
  uint32_t field;                 /* number */
  const tc_pdf_object *old;       /* the existing field, or NULL */
  uint32_t value, appearance;     /* numbers */
  tc_pdf_point stamp_size;        /* as it is seen */
  int rotate;                     /* of the stamp's page */
  tc_buf catalog_entries;         /* new entries of the catalog */
  const char *catalog_without[3]; /* keys they replace */
  size_t catalog_count;
} preparing;

static void preparing_finish(preparing *p)
{
  tc_pdf_update_destroy(p->update);
  free(p->field_name);
  tc_buf_finish(&p->catalog_entries);
  for (size_t i = 0; i < p->present_count; i++)
    free(p->present[i]);
  free(p->present);
}
TC_AUTO_VALUE(preparing, preparing_finish);

tc_pdf_signature_options tc_pdf_signature_options_default(void)
{
  return (tc_pdf_signature_options){.contents_size = 16384};
}

static bool check_options(const tc_pdf_signature_options *options, tc_error *err)
{
  const char *name = options->field_name;
  if (name != NULL && (name[0] == '\0' || strchr(name, '.') != NULL))
    return tc_fail(err, TC_USAGE, "a signature field's name is not empty and has no dot");
  if (options->contents_size < MIN_CONTENTS || options->contents_size > MAX_CONTENTS)
    return tc_fail(err, TC_USAGE, "the reserved size must be %d to %d bytes", MIN_CONTENTS, MAX_CONTENTS);
  if (options->docmdp < 0 || options->docmdp > 3 ||
      (options->timestamp && (options->docmdp != 0 || options->lock != 0 || options->lock_present)))
    return tc_fail(err, TC_USAGE, "DocMDP permissions are 1 to 3, and a time-stamp has none and locks nothing");
  if (options->rect[2] < options->rect[0] || options->rect[3] < options->rect[1])
    return tc_fail(err, TC_USAGE, "the signature's rectangle has no area");
  return true;
}

static bool is_locked(const tc_pdf_signature *signature, const char *field)
{
  bool named = false;
  for (size_t i = 0; i < signature->lock_field_count; i++)
    named |= strcmp(signature->lock_fields[i], field) == 0;
  switch (signature->lock) {
  case TC_PDF_LOCK_ALL:
    return true;
  case TC_PDF_LOCK_INCLUDE:
    return named;
  case TC_PDF_LOCK_EXCLUDE:
    return !named;
  case TC_PDF_LOCK_NONE:
    break;
  }
  return false;
}

/* ISO 32000-2, table 22: bit 6 together with bit 4 lets a user add a field, bit 6 or bit 9 sign one that is there. A
   document time-stamp adds nothing of the user's. */
static bool check_permissions(const preparing *p, tc_error *err)
{
  enum { MODIFY = 1 << 3, ANNOTATE = 1 << 5, FILL = 1 << 8 };
  uint32_t given = tc_pdf_document_permissions(p->document);
  bool may_add = (given & ANNOTATE) != 0 && (given & MODIFY) != 0, may_fill = (given & (ANNOTATE | FILL)) != 0;
  return p->options->timestamp || (p->old != NULL ? may_fill : may_add) ||
         tc_fail(err, TC_DENIED, "the PDF's protection does not permit %s: give the owner's password",
                 p->old != NULL ? "signing" : "another signature field");
}

/* A document time-stamp may always follow (ETSI EN 319 142-1, 5.4.3), even after P=1. */
static bool check_earlier(const preparing *p, const tc_pdf_signatures *earlier, tc_error *err)
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
    if (is_locked(one, p->field_name))
      return tc_fail(err, TC_CONFLICT, "an earlier signature locks the field %s", p->field_name);
  }
  return true;
}

typedef struct search {
  const preparing *p;
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

static bool find_field(const preparing *p, const char *name, search *out, tc_error *err)
{
  *out = (search){.p = p, .name = name};
  return tc_pdf_fields_each(p->document, p->revision, match_field, out, err);
}

static bool choose_field(preparing *p, tc_error *err)
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

static bool add_present(preparing *p, const char *name, tc_error *err)
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
static bool choose_lock(preparing *p, tc_error *err)
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

static bool choose_page(preparing *p, tc_error *err)
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

/* The Rect of a field; its corners may be any two. */
static bool read_rect(const preparing *p, const tc_pdf_object *field, tc_pdf_rect *out)
{
  const tc_pdf_object *array = tc_pdf_get_in(p->document, p->revision, field, "Rect");
  double v[4];
  for (size_t i = 0; i < 4; i++)
    v[i] = tc_pdf_number(tc_pdf_at_in(p->document, p->revision, array, i), 0);
  *out = (tc_pdf_rect){fmin(v[0], v[2]), fmin(v[1], v[3]), fmax(v[0], v[2]), fmax(v[1], v[3])};
  return tc_pdf_kind_of(array) == TC_PDF_ARRAY && tc_pdf_count(array) == 4;
}

/* The stamp's rectangle in the page's own coordinates; of a field that is there, what its rectangle is when it is seen.
 */
static bool place_stamp(preparing *p, tc_error *err)
{
  const tc_pdf_stamp *stamp = p->options->stamp;
  tc_pdf_page_place place;
  double *rect = p->own.rect;
  if (stamp == NULL)
    return true;
  uint32_t widgets = p->old != NULL ? tc_pdf_reference(tc_pdf_get(p->old, "P")) : 0;
  if (!tc_pdf_page_place_read(p->document, p->revision, widgets != 0 ? widgets : p->page, &place, err))
    return false;
  tc_pdf_rect own = tc_pdf_page_place_of(&place, stamp->seen);
  if (p->old != NULL && !read_rect(p, p->old, &own))
    return tc_fail(err, TC_UNSUPPORTED, "the field %s has no rectangle of its own for a stamp", p->field_name);
  double width = (own.right - own.left) * place.unit, height = (own.top - own.bottom) * place.unit;
  bool lies = place.rotate % 180 != 0;
  p->rotate = place.rotate;
  p->stamp_size = lies ? (tc_pdf_point){height, width} : (tc_pdf_point){width, height};
  if (width < MIN_STAMP || height < MIN_STAMP)
    return tc_fail(err, TC_USAGE, "a stamp is at least %d points wide and high", MIN_STAMP);
  if (own.left < place.box.left || own.right > place.box.right || own.bottom < place.box.bottom ||
      own.top > place.box.top)
    return tc_fail(err, TC_USAGE, "the stamp does not lie within the page, which is %.0f × %.0f points",
                   (lies ? place.box.top - place.box.bottom : place.box.right - place.box.left) * place.unit,
                   (lies ? place.box.right - place.box.left : place.box.top - place.box.bottom) * place.unit);
  rect[0] = own.left;
  rect[1] = own.bottom;
  rect[2] = own.right;
  rect[3] = own.top;
  return true;
}

/* Replaces an array that is the value of `key`: in an object of its own that object, else in the holder's text. The
   holder's new entry is appended to *entry only in the second case. */
static bool extend_array(preparing *p, const tc_pdf_object *holder, const char *key, uint32_t added, tc_buf *entry,
                         tc_error *err)
{
  tc_auto(tc_buf) text = {0};
  uint32_t number = tc_pdf_reference(tc_pdf_get(holder, key));
  const tc_pdf_object *array = tc_pdf_get_in(p->document, p->revision, holder, key);
  if (tc_pdf_kind_of(array) != TC_PDF_ARRAY && tc_pdf_kind_of(array) != TC_PDF_NULL)
    return tc_fail(err, TC_FORMAT, "/%s is no array", key);
  if (!tc_buf_append_text(&text, "[", err) || !tc_pdf_write_elements(array, &text, err) ||
      !tc_buf_printf(&text, err, "%u 0 R]", added))
    return false;
  if (number != 0 && tc_pdf_kind_of(array) == TC_PDF_ARRAY)
    return tc_pdf_update_set(p->update, number, tc_buf_bytes(&text), err);
  return tc_buf_printf(entry, err, "/%s %s\n", key, tc_buf_text(&text));
}

/* The dictionary of an object without some keys, with new entries. */
static bool set_dict(preparing *p, uint32_t number, const tc_pdf_object *dict, const char *const *without,
                     const tc_buf *entries, tc_error *err)
{
  tc_auto(tc_buf) text = {0};
  return tc_buf_append_text(&text, "<<\n", err) && tc_pdf_write_entries(dict, without, &text, err) &&
         tc_buf_append(&text, entries->data, entries->size, err) && tc_buf_append_text(&text, ">>", err) &&
         tc_pdf_update_set(p->update, number, tc_buf_bytes(&text), err);
}

static bool set_page(preparing *p, tc_error *err)
{
  static const char *const without[] = {"Annots", NULL};
  tc_auto(tc_buf) entry = {0};
  const tc_pdf_object *page = tc_pdf_lookup(p->document, p->revision, p->page);
  if (!extend_array(p, page, "Annots", p->field, &entry, err))
    return false;
  return entry.size == 0 || set_dict(p, p->page, page, without, &entry, err);
}

/* The form: an object of its own, or a dictionary in the catalog, or not there yet. */
static bool set_form(preparing *p, const tc_pdf_object *catalog, tc_error *err)
{
  static const char *const without[] = {"Fields", "SigFlags", "NeedAppearances", NULL};
  static const char *const flags_only[] = {"SigFlags", "NeedAppearances", NULL};
  tc_auto(tc_buf) entries = {0};
  uint32_t number = tc_pdf_reference(tc_pdf_get(catalog, "AcroForm"));
  const tc_pdf_object *form = tc_pdf_get_in(p->document, p->revision, catalog, "AcroForm");
  bool direct = tc_pdf_is_dict(form) && number == 0;
  if (p->old == NULL && !extend_array(p, form, "Fields", p->field, &entries, err))
    return false;
  bool fields_here = entries.size > 0;
  bool flagged = tc_pdf_integer(tc_pdf_get_in(p->document, p->revision, form, "SigFlags"), 0) == 3;
  if (!fields_here && flagged)
    return true;
  if (!tc_buf_append_text(&entries, "/SigFlags 3\n", err))
    return false;
  const char *const *keys = fields_here ? without : flags_only;
  if (tc_pdf_is_dict(form) && !direct)
    return set_dict(p, number, form, keys, &entries, err);
  p->catalog_without[p->catalog_count++] = "AcroForm";
  if (direct)
    return tc_buf_append_text(&p->catalog_entries, "/AcroForm <<\n", err) &&
           tc_pdf_write_entries(form, keys, &p->catalog_entries, err) &&
           tc_buf_append(&p->catalog_entries, entries.data, entries.size, err) &&
           tc_buf_append_text(&p->catalog_entries, ">>\n", err);
  return tc_pdf_update_add(p->update, NULL, &number, err) &&
         set_dict(p, number, &tc_pdf_null_object, NULL, &entries, err) &&
         tc_buf_printf(&p->catalog_entries, err, "/AcroForm %u 0 R\n", number);
}

/* The catalog's Perms names the certification signature (12.8.6). */
static bool set_perms(preparing *p, const tc_pdf_object *catalog, tc_error *err)
{
  static const char *const without[] = {"DocMDP", NULL};
  tc_auto(tc_buf) entry = {0};
  uint32_t number = tc_pdf_reference(tc_pdf_get(catalog, "Perms"));
  const tc_pdf_object *perms = tc_pdf_get_in(p->document, p->revision, catalog, "Perms");
  if (p->options->docmdp == 0)
    return true;
  if (!tc_buf_printf(&entry, err, "/DocMDP %u 0 R\n", p->value))
    return false;
  if (number != 0 && tc_pdf_is_dict(perms))
    return set_dict(p, number, perms, without, &entry, err);
  p->catalog_without[p->catalog_count++] = "Perms";
  return tc_buf_append_text(&p->catalog_entries, "/Perms << ", err) &&
         tc_pdf_write_entries(perms, without, &p->catalog_entries, err) &&
         tc_buf_append(&p->catalog_entries, entry.data, entry.size, err) &&
         tc_buf_append_text(&p->catalog_entries, ">>\n", err);
}

static bool set_catalog(preparing *p, tc_error *err)
{
  uint32_t number = tc_pdf_reference(tc_pdf_get(tc_pdf_trailer(p->document, p->revision), "Root"));
  const tc_pdf_object *catalog = tc_pdf_catalog(p->document, p->revision);
  if (number == 0)
    return tc_fail(err, TC_FORMAT, "the catalog is no object of its own");
  if (!set_form(p, catalog, err) || !set_perms(p, catalog, err))
    return false;
  return p->catalog_count == 0 || set_dict(p, number, catalog, p->catalog_without, &p->catalog_entries, err);
}

/* ISO 19005-3, 6.3.3: a widget has an appearance stream, be it empty. */
static bool set_appearance(preparing *p, const double rect[4], tc_error *err)
{
  tc_auto(tc_buf) entries = {0};
  if (p->options->stamp != NULL)
    return tc_pdf_stamp_add(p->options->stamp, p->update, p->stamp_size, p->rotate, &p->appearance, err);
  if (!tc_buf_append_text(&entries, "/Type /XObject /Subtype /Form /Resources << >> /BBox [0 0 ", err) ||
      !tc_pdf_append_number(&entries, rect[2] - rect[0], err) || !tc_buf_append_text(&entries, " ", err) ||
      !tc_pdf_append_number(&entries, rect[3] - rect[1], err) || !tc_buf_append_text(&entries, "]", err))
    return false;
  return tc_pdf_update_add(p->update, NULL, &p->appearance, err) &&
         tc_pdf_update_set_stream(p->update, p->appearance, tc_buf_text(&entries), (tc_bytes){NULL, 0}, err);
}

static bool append_lock(preparing *p, tc_buf *entries, tc_error *err)
{
  tc_auto(tc_buf) lock = {0};
  uint32_t number = 0;
  if (p->options->lock == TC_PDF_LOCK_NONE)
    return true;
  return tc_buf_append_text(&lock, "<< /Type /SigFieldLock ", err) && tc_pdf_lock_entries(p->options, &lock, err) &&
         tc_buf_append_text(&lock, " >>", err) && tc_pdf_update_add(p->update, tc_buf_text(&lock), &number, err) &&
         tc_buf_printf(entries, err, "/Lock %u 0 R\n", number);
}

static bool set_new_field(preparing *p, tc_error *err)
{
  tc_pdf_place page = tc_pdf_place_of(p->document, p->revision, p->page);
  const double *rect = p->options->rect;
  tc_auto(tc_buf) entries = {0};
  if (!tc_pdf_update_add(p->update, NULL, &p->field, err) || !set_appearance(p, rect, err) ||
      !tc_buf_append_text(&entries, "/Type /Annot\n/Subtype /Widget\n/FT /Sig\n/T ", err) ||
      !tc_pdf_append_text(&entries, p->field_name, err) ||
      !tc_buf_printf(&entries, err, "\n/F %d\n/P %u %u R\n/V %u 0 R\n/AP << /N %u 0 R >>\n/Rect [", FLAGS_PRINT_LOCKED,
                     p->page, page.generation, p->value, p->appearance))
    return false;
  for (size_t i = 0; i < 4; i++) {
    if (!tc_pdf_append_number(&entries, rect[i], err) || !tc_buf_append_text(&entries, i < 3 ? " " : "]\n", err))
      return false;
  }
  return append_lock(p, &entries, err) && set_dict(p, p->field, &tc_pdf_null_object, NULL, &entries, err) &&
         set_page(p, err);
}

/* A field that waits for its signature keeps everything; only the value and, where missing, an appearance are added. */
static bool set_old_field(preparing *p, tc_error *err)
{
  static const char *const without[] = {"V", "AP", "F", "Lock", NULL};
  const char *const *keys = without;
  tc_auto(tc_buf) entries = {0};
  tc_pdf_rect own;
  bool has_rect = read_rect(p, p->old, &own);
  const double rect[4] = {own.left, own.bottom, own.right, own.top};
  if (!tc_buf_printf(&entries, err, "/V %u 0 R\n", p->value))
    return false;
  if (!has_rect) { /* its widgets are kids, and stay as they are */
    static const char *const value_only[] = {"V", NULL};
    return set_dict(p, p->field, p->old, value_only, &entries, err);
  }
  int64_t flags = tc_pdf_integer(tc_pdf_get_in(p->document, p->revision, p->old, "F"), 0);
  if (!set_appearance(p, rect, err) || !tc_buf_printf(&entries, err, "/AP << /N %u 0 R >>\n/F %jd\n", p->appearance,
                                                      (intmax_t)(flags | FLAGS_PRINT_LOCKED)))
    return false;
  if (p->options->lock == TC_PDF_LOCK_NONE) {
    static const char *const keep_lock[] = {"V", "AP", "F", NULL};
    keys = keep_lock;
  }
  return append_lock(p, &entries, err) && set_dict(p, p->field, p->old, keys, &entries, err);
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

static bool finish(preparing *p, const tc_pdf_signature_text *text, int out_fd, bool copied, tc_pdf_prepared *out,
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
  tc_auto(preparing) p = {.own = *options};
  p.options = &p.own;
  tc_auto(tc_pdf_signatures) earlier = NULL;
  tc_auto(tc_pdf_signature_text) text = {0};
  if (!check_options(options, err) || !tc_pdf_update_begin(fd, options->open, &p.update, err))
    return false;
  p.document = tc_pdf_update_document(p.update);
  p.revision = tc_pdf_revision_last(p.document);
  const tc_pdf_object *catalog = tc_pdf_get(tc_pdf_trailer(p.document, p.revision), "Root");
  if (!tc_pdf_signatures_read(p.document, &earlier, err) || !choose_field(&p, err) || !check_permissions(&p, err) ||
      !check_earlier(&p, earlier, err) || !choose_page(&p, err) || !place_stamp(&p, err) || !choose_lock(&p, err) ||
      !tc_pdf_signature_text_write(p.options, catalog, &text, err) ||
      !tc_pdf_update_add(p.update, NULL, &p.value, err) ||
      !tc_pdf_update_set(p.update, p.value, tc_buf_bytes(&text.text), err) ||
      !(p.old != NULL ? set_old_field(&p, err) : set_new_field(&p, err)) || !set_catalog(&p, err))
    return false;
  return finish(&p, &text, out_fd, copied, out, err);
}

bool tc_pdf_prepared_sha256(int fd, const tc_pdf_prepared *prepared, uint8_t out[32], tc_error *err)
{
  tc_auto(tc_sha256) digest = NULL;
  uint8_t chunk[65536];
  tc_digest result;
  if (!tc_sha256_create(&digest, err))
    return false;
  for (size_t part = 0; part < 4; part += 2) {
    off_t at = prepared->range[part], left = prepared->range[part + 1];
    while (left > 0) {
      size_t size = left < (off_t)sizeof chunk ? (size_t)left : sizeof chunk;
      if (!tc_fd_read_at(fd, chunk, size, at, err) || !tc_sha256_update(digest, chunk, size, err))
        return false;
      at += (off_t)size;
      left -= (off_t)size;
    }
  }
  if (!tc_sha256_end(digest, &result, err))
    return false;
  memcpy(out, result.bytes, sizeof result.bytes);
  return true;
}

/* The reserved place must still be what prepare left: '<', zeros only, '>'. */
static bool check_reserved(int fd, const tc_pdf_prepared *prepared, tc_error *err)
{
  char chunk[FILL_CHUNK];
  off_t end = prepared->contents_offset + 2 * (off_t)prepared->contents_size + 2;
  if (prepared->contents_size > MAX_CONTENTS || prepared->contents_offset <= 0)
    return tc_fail(err, TC_USAGE, "no prepared signature");
  for (off_t at = prepared->contents_offset; at < end;) {
    size_t size = end - at < FILL_CHUNK ? (size_t)(end - at) : FILL_CHUNK;
    if (!tc_fd_read_at(fd, chunk, size, at, err))
      return false;
    for (size_t i = 0; i < size; i++, at++) {
      char wanted = '0';
      if (at == prepared->contents_offset || at == end - 1)
        wanted = at == end - 1 ? '>' : '<';
      if (chunk[i] != wanted)
        return tc_fail(err, TC_CONFLICT, "the place of the signature at offset %jd is not empty", (intmax_t)at);
    }
  }
  return true;
}

bool tc_pdf_signature_fill(int fd, const tc_pdf_prepared *prepared, tc_bytes der, tc_error *err)
{
  char hex[2 * FILL_CHUNK + 1];
  if (der.size > prepared->contents_size)
    return tc_fail(err, TC_LIMIT, "the signature has %zu bytes, %zu were reserved", der.size, prepared->contents_size);
  if (!check_reserved(fd, prepared, err))
    return false;
  for (size_t at = 0; at < der.size; at += FILL_CHUNK) { /* the rest is zeros already */
    size_t size = der.size - at < FILL_CHUNK ? der.size - at : FILL_CHUNK;
    tc_hex((tc_bytes){der.data + at, size}, hex);
    ssize_t written = pwrite(fd, hex, 2 * size, prepared->contents_offset + 1 + 2 * (off_t)at);
    if (written != (ssize_t)(2 * size))
      return tc_fail_errno(err, TC_IO, written < 0 ? errno : ENOSPC, "writing the signature");
  }
  return true;
}
