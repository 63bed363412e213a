/*
 * The objects of one signature: its dictionary, the field with its widget, an appearance (empty, or a stamp), and those
 * entries of page, form and catalog that lead to them.
 */
#include "pdf/signature_private.h"

#include "pdf/object_private.h"
#include "pdf/object_write.h"
#include "pdf/page_place.h"

#include <math.h>

enum { MIN_STAMP = 10, FLAGS_PRINT_LOCKED = 132 };

/* The Rect of a field; its corners may be any two. */
static bool read_rect(const tc_pdf_signing *p, const tc_pdf_object *field, tc_pdf_rect *out)
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
bool tc_pdf_signing_place(tc_pdf_signing *p, tc_error *err)
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
static bool extend_array(tc_pdf_signing *p, const tc_pdf_object *holder, const char *key, uint32_t added, tc_buf *entry,
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
static bool set_dict(tc_pdf_signing *p, uint32_t number, const tc_pdf_object *dict, const char *const *without,
                     const tc_buf *entries, tc_error *err)
{
  tc_auto(tc_buf) text = {0};
  return tc_buf_append_text(&text, "<<\n", err) && tc_pdf_write_entries(dict, without, &text, err) &&
         tc_buf_append(&text, entries->data, entries->size, err) && tc_buf_append_text(&text, ">>", err) &&
         tc_pdf_update_set(p->update, number, tc_buf_bytes(&text), err);
}

static bool set_page(tc_pdf_signing *p, tc_error *err)
{
  static const char *const without[] = {"Annots", NULL};
  tc_auto(tc_buf) entry = {0};
  const tc_pdf_object *page = tc_pdf_lookup(p->document, p->revision, p->page);
  if (!extend_array(p, page, "Annots", p->field, &entry, err))
    return false;
  return entry.size == 0 || set_dict(p, p->page, page, without, &entry, err);
}

/* The form: an object of its own, or a dictionary in the catalog, or not there yet. */
static bool set_form(tc_pdf_signing *p, const tc_pdf_object *catalog, tc_error *err)
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
static bool set_perms(tc_pdf_signing *p, const tc_pdf_object *catalog, tc_error *err)
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

static bool set_catalog(tc_pdf_signing *p, tc_error *err)
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
static bool set_appearance(tc_pdf_signing *p, const double rect[4], tc_error *err)
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

static bool append_lock(tc_pdf_signing *p, tc_buf *entries, tc_error *err)
{
  tc_auto(tc_buf) lock = {0};
  uint32_t number = 0;
  if (p->options->lock == TC_PDF_LOCK_NONE)
    return true;
  return tc_buf_append_text(&lock, "<< /Type /SigFieldLock ", err) && tc_pdf_lock_entries(p->options, &lock, err) &&
         tc_buf_append_text(&lock, " >>", err) && tc_pdf_update_add(p->update, tc_buf_text(&lock), &number, err) &&
         tc_buf_printf(entries, err, "/Lock %u 0 R\n", number);
}

static bool set_new_field(tc_pdf_signing *p, tc_error *err)
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
static bool set_old_field(tc_pdf_signing *p, tc_error *err)
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

bool tc_pdf_signing_set(tc_pdf_signing *p, const tc_pdf_signature_text *text, tc_error *err)
{
  return tc_pdf_update_add(p->update, NULL, &p->value, err) &&
         tc_pdf_update_set(p->update, p->value, tc_buf_bytes(&text->text), err) &&
         (p->old != NULL ? set_old_field(p, err) : set_new_field(p, err)) && set_catalog(p, err);
}
