/*
 * Rules for trailer, document information, catalog, security store and extensions. Everything else in the catalog must
 * stay equal (ISO 32000-2, 12.8.2.2; ETSI EN 319 142-1, 5.4).
 */
#include "pdf/changes_private.h"

static void report_catalog_key(tc_pdf_step *step, tc_bytes key, void *data)
{
  const uint32_t *number = data;
  tc_pdf_step_report(step, TC_PDF_CODE_CATALOG, *number, "the catalog's /%.*s was changed",
                     (int)(key.size < 40 ? key.size : 40), (const char *)key.data);
}

static void report_info_key(tc_pdf_step *step, tc_bytes key, void *data)
{
  const uint32_t *number = data;
  tc_pdf_step_report(step, TC_PDF_CODE_METADATA, *number, "the document information's /%.*s was changed",
                     (int)(key.size < 40 ? key.size : 40), (const char *)key.data);
}

/* Writers stamp the time of their update into the document information; nothing else may change there. */
static void check_info(tc_pdf_step *step, const tc_pdf_object *old, const tc_pdf_object *new)
{
  static const char *const stamps[] = {"ModDate", "Producer", NULL};
  uint32_t number = tc_pdf_reference(new);
  tc_pdf_step_explain_holder(step, old, new, TC_PDF_ROLE_INFO);
  tc_pdf_step_differences(step, tc_pdf_step_old(step, old), tc_pdf_step_new(step, new), stamps, report_info_key,
                          &number);
}

static void check_trailer(tc_pdf_step *step)
{
  const tc_pdf_object *old = tc_pdf_trailer(step->document, step->before);
  const tc_pdf_object *new = tc_pdf_trailer(step->document, step->after);
  const tc_pdf_object *root = tc_pdf_get(new, "Root");
  if (!tc_pdf_equal(tc_pdf_get(old, "Root"), root) || tc_pdf_reference(root) == 0)
    tc_pdf_step_report(step, TC_PDF_CODE_TRAILER, tc_pdf_reference(root), "the trailer names another catalog");
  /* Table 15: a number from Size on counts as free, to readers that mind it */
  if (tc_pdf_integer(tc_pdf_get(new, "Size"), 0) < tc_pdf_integer(tc_pdf_get(old, "Size"), 0))
    tc_pdf_step_report(step, TC_PDF_CODE_TRAILER, 0, "the trailer's Size is less than before");
  check_info(step, tc_pdf_get(old, "Info"), tc_pdf_get(new, "Info"));
}

/* A list of certificates, CRLs or OCSP responses: what was in it stays, in its order; what is new is streams. */
static void check_evidence(tc_pdf_step *step, const tc_pdf_object *old_value, const tc_pdf_object *new_value)
{
  const tc_pdf_object *old = tc_pdf_step_old(step, old_value), *new = tc_pdf_step_new(step, new_value);
  tc_pdf_step_explain_holder(step, old_value, new_value, TC_PDF_ROLE_EVIDENCE);
  for (size_t i = 0; i < tc_pdf_count(new); i++) {
    const tc_pdf_object *element = tc_pdf_at(new, i);
    if (tc_pdf_step_is_new(step, element)) {
      tc_pdf_step_explain_new(step, element);
      if (tc_pdf_kind_of(tc_pdf_step_new(step, element)) != TC_PDF_STREAM)
        tc_pdf_step_report(step, TC_PDF_CODE_DSS, tc_pdf_reference(element), "an entry of the store is no stream");
    }
  }
  if (tc_pdf_kind_of(new) != TC_PDF_ARRAY && tc_pdf_kind_of(new) != TC_PDF_NULL)
    tc_pdf_step_report(step, TC_PDF_CODE_DSS, 0, "a list of the security store is no array");
  if (tc_pdf_kind_of(old) == TC_PDF_ARRAY && tc_pdf_count(new) == 0 && tc_pdf_count(old) > 0)
    tc_pdf_step_report(step, TC_PDF_CODE_DSS, 0, "a list of the security store was emptied");
}

static void report_store_key(tc_pdf_step *step, tc_bytes key, void *data)
{
  (void)data;
  tc_pdf_step_report(step, TC_PDF_CODE_DSS, 0, "the security store's /%.*s was changed",
                     (int)(key.size < 40 ? key.size : 40), (const char *)key.data);
}

static void check_vri_entry(tc_pdf_step *step, const tc_pdf_object *old_value, const tc_pdf_object *new_value)
{
  static const char *const lists[] = {"Cert", "CRL", "OCSP"};
  static const char *const known[] = {"Cert", "CRL", "OCSP", "TU", "TS", "Type", NULL};
  const tc_pdf_object *old = tc_pdf_step_old(step, old_value), *new = tc_pdf_step_new(step, new_value);
  tc_pdf_step_explain_holder(step, old_value, new_value, TC_PDF_ROLE_OTHER); /* its key is a digest */
  for (size_t i = 0; i < TC_ARRAY_LEN(lists); i++)
    check_evidence(step, tc_pdf_get(old, lists[i]), tc_pdf_get(new, lists[i]));
  tc_pdf_step_explain_new(step, tc_pdf_get(new, "TS"));
  tc_pdf_step_differences(step, old, new, known, report_store_key, NULL);
}

static void check_vri(tc_pdf_step *step, const tc_pdf_object *old_value, const tc_pdf_object *new_value)
{
  const tc_pdf_object *old = tc_pdf_step_old(step, old_value), *new = tc_pdf_step_new(step, new_value);
  tc_pdf_step_explain_holder(step, old_value, new_value, TC_PDF_ROLE_VRI);
  for (size_t i = 0; i < tc_pdf_count(new) && tc_pdf_is_dict(new); i++) {
    tc_bytes key = tc_pdf_key_at(new, i);
    if (key.size == 40) /* the SHA-1 of a signature, in hexadecimal */
      check_vri_entry(step, tc_pdf_get_bytes(old, key), tc_pdf_value_at(new, i));
    else if (!tc_bytes_are(key, "Type"))
      report_store_key(step, key, NULL);
  }
}

static void check_store(tc_pdf_step *step, const tc_pdf_object *old_value, const tc_pdf_object *new_value)
{
  static const char *const lists[] = {"Certs", "CRLs", "OCSPs"};
  static const char *const known[] = {"Certs", "CRLs", "OCSPs", "VRI", "Type", NULL};
  const tc_pdf_object *old = tc_pdf_step_old(step, old_value), *new = tc_pdf_step_new(step, new_value);
  if (!tc_pdf_is_dict(new)) {
    if (tc_pdf_is_dict(old))
      tc_pdf_step_report(step, TC_PDF_CODE_DSS, 0, "the security store was removed");
    return;
  }
  tc_pdf_step_explain_holder(step, old_value, new_value, TC_PDF_ROLE_DSS);
  for (size_t i = 0; i < TC_ARRAY_LEN(lists); i++)
    check_evidence(step, tc_pdf_get(old, lists[i]), tc_pdf_get(new, lists[i]));
  check_vri(step, tc_pdf_get(old, "VRI"), tc_pdf_get(new, "VRI"));
  tc_pdf_step_differences(step, old, new, known, report_store_key, NULL);
}

/* 7.2.2: a catalog may say a later version than before, `1.7` and the like, and shows nothing with it. */
static void check_version(tc_pdf_step *step, uint32_t catalog, const tc_pdf_object *old, const tc_pdf_object *new)
{
  tc_bytes before = tc_pdf_bytes(tc_pdf_step_old(step, old)), after = tc_pdf_bytes(tc_pdf_step_new(step, new));
  bool is_version = tc_pdf_kind_of(new) == TC_PDF_NAME && after.size == 3 && after.data[1] == '.';
  if (!tc_pdf_step_equal(step, old, new) && (!is_version || tc_bytes_compare(after, before) < 0))
    report_catalog_key(step, tc_bytes_of_text("Version"), &catalog);
}

/* Extensions only name the developers' extensions of the standard that a file uses (7.12). */
static void check_extensions(tc_pdf_step *step, const tc_pdf_object *old, const tc_pdf_object *new)
{
  tc_pdf_step_explain_holder(step, old, new, TC_PDF_ROLE_EXTENSIONS);
  tc_pdf_step_explain_new(step, new);
}

void tc_pdf_step_document(tc_pdf_step *step)
{
  static const char *const handled[] = {"AcroForm", "DSS",      "Extensions",    "Version",
                                        "Perms",    "Metadata", "OutputIntents", NULL};
  const tc_pdf_object *old_root = tc_pdf_get(tc_pdf_trailer(step->document, step->before), "Root");
  const tc_pdf_object *new_root = tc_pdf_get(tc_pdf_trailer(step->document, step->after), "Root");
  const tc_pdf_object *old = tc_pdf_step_old(step, old_root), *new = tc_pdf_step_new(step, new_root);
  uint32_t number = tc_pdf_reference(new_root);
  check_trailer(step);
  if (!tc_pdf_is_dict(new)) {
    tc_pdf_step_report(step, TC_PDF_CODE_CATALOG, number, "the catalog is no dictionary");
    return;
  }
  tc_pdf_step_explain_holder(step, old_root, new_root, 0);
  tc_pdf_step_differences(step, old, new, handled, report_catalog_key, &number);
  if (!tc_pdf_step_equal(step, tc_pdf_get(old, "Perms"), tc_pdf_get(new, "Perms")))
    tc_pdf_step_report(step, TC_PDF_CODE_PERMS, number, "the catalog's Perms were changed");
  if (!tc_pdf_step_intents(step, tc_pdf_get(old, "OutputIntents"), tc_pdf_get(new, "OutputIntents")))
    report_catalog_key(step, tc_bytes_of_text("OutputIntents"), &number);
  check_version(step, number, tc_pdf_get(old, "Version"), tc_pdf_get(new, "Version"));
  tc_pdf_step_metadata(step, tc_pdf_get(old, "Metadata"), tc_pdf_get(new, "Metadata"));
  check_extensions(step, tc_pdf_get(old, "Extensions"), tc_pdf_get(new, "Extensions"));
  check_store(step, tc_pdf_get(old, "DSS"), tc_pdf_get(new, "DSS"));
  tc_pdf_step_form(step, tc_pdf_get(old, "AcroForm"), tc_pdf_get(new, "AcroForm"));
  if (tc_pdf_equal(tc_pdf_get(old, "StructTreeRoot"), tc_pdf_get(new, "StructTreeRoot")))
    tc_pdf_step_structure(step, tc_pdf_get(new, "StructTreeRoot"));
}
