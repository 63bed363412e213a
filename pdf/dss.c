/*
 * Appending a security store: one revision with a stream for each new value, and a DSS dictionary that lists the old
 * ones and the new. The catalog changes only where it does not lead to a DSS object yet.
 */
#include "pdf/dss.h"

#include "pdf/object_write.h"

#include <stdio.h>
#include <string.h>

typedef struct appending {
  tc_pdf_update *update;
  const tc_pdf_document *document;
  size_t revision;
  tc_pdf_dss old;
} appending;

static void appending_finish(appending *a)
{
  tc_pdf_update_destroy(a->update);
  tc_pdf_dss_finish(&a->old);
}
TC_AUTO_VALUE(appending, appending_finish);

static bool holds(const tc_pdf_blob_list *list, tc_bytes value)
{
  for (size_t i = 0; i < list->count; i++) {
    if (list->items[i].size == value.size && memcmp(list->items[i].data, value.data, value.size) == 0)
      return true;
  }
  return false;
}

static bool given_before(const tc_bytes *values, size_t index)
{
  for (size_t i = 0; i < index; i++) {
    if (values[i].size == values[index].size && memcmp(values[i].data, values[index].data, values[i].size) == 0)
      return true;
  }
  return false;
}

/* `/Certs [old… new…]`; nothing where both are empty. */
static bool append_list(appending *a, const tc_pdf_object *store, const char *key, const tc_bytes *values, size_t count,
                        const tc_pdf_blob_list *held, tc_buf *out, tc_error *err)
{
  const tc_pdf_object *old = tc_pdf_get_in(a->document, a->revision, store, key);
  if (tc_pdf_count(old) == 0 && count == 0)
    return true;
  if (!tc_buf_printf(out, err, "/%s [", key) || !tc_pdf_write_elements(old, out, err))
    return false;
  for (size_t i = 0; i < count; i++) {
    uint32_t number = 0;
    if (values[i].size == 0 || holds(held, values[i]) || given_before(values, i))
      continue;
    if (!tc_pdf_update_add(a->update, NULL, &number, err) ||
        !tc_pdf_update_set_stream(a->update, number, "", values[i], err) || !tc_buf_printf(out, err, "%u 0 R ", number))
      return false;
  }
  return tc_buf_append_text(out, "]\n", err);
}

static bool set_catalog(appending *a, uint32_t store, tc_error *err)
{
  static const char *const without[] = {"DSS", NULL};
  tc_auto(tc_buf) text = {0};
  uint32_t number = tc_pdf_reference(tc_pdf_get(tc_pdf_trailer(a->document, a->revision), "Root"));
  const tc_pdf_object *catalog = tc_pdf_catalog(a->document, a->revision);
  if (number == 0)
    return tc_fail(err, TC_FORMAT, "the catalog is no object of its own");
  return tc_buf_append_text(&text, "<<\n", err) && tc_pdf_write_entries(catalog, without, &text, err) &&
         tc_buf_printf(&text, err, "/DSS %u 0 R\n>>", store) &&
         tc_pdf_update_set(a->update, number, tc_buf_bytes(&text), err);
}

bool tc_pdf_dss_append(int fd, const tc_pdf_dss_values *values, int out_fd, bool copied, tc_error *err)
{
  static const char *const without[] = {"Certs", "CRLs", "OCSPs", NULL};
  tc_auto(appending) a = {0};
  tc_auto(tc_buf) text = {0};
  if (!tc_pdf_update_begin(fd, values->open, &a.update, err))
    return false;
  a.document = tc_pdf_update_document(a.update);
  a.revision = tc_pdf_revision_last(a.document);
  if (!tc_pdf_dss_read(a.document, a.revision, &a.old, err))
    return false;
  const tc_pdf_object *catalog = tc_pdf_catalog(a.document, a.revision);
  const tc_pdf_object *store = tc_pdf_get_in(a.document, a.revision, catalog, "DSS");
  uint32_t number = tc_pdf_is_dict(store) ? tc_pdf_reference(tc_pdf_get(catalog, "DSS")) : 0;
  bool linked = number != 0;
  if (!linked && !tc_pdf_update_add(a.update, NULL, &number, err))
    return false;
  if (!tc_buf_append_text(&text, tc_pdf_is_dict(store) ? "<<\n" : "<<\n/Type /DSS\n", err) ||
      !tc_pdf_write_entries(store, without, &text, err) ||
      !append_list(&a, store, "Certs", values->certs, values->cert_count, &a.old.certs, &text, err) ||
      !append_list(&a, store, "CRLs", values->crls, values->crl_count, &a.old.crls, &text, err) ||
      !append_list(&a, store, "OCSPs", values->ocsps, values->ocsp_count, &a.old.ocsps, &text, err) ||
      !tc_buf_append_text(&text, ">>", err) || !tc_pdf_update_set(a.update, number, tc_buf_bytes(&text), err) ||
      (!linked && !set_catalog(&a, number, err)))
    return false;
  return tc_pdf_update_finish(a.update, out_fd, copied, NULL, err);
}
