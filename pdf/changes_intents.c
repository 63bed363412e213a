/*
 * Rule for output intents. They say which colours device colours are, so they show: what is there stays, and none may
 * be added but sRGB, which is what screens show without one. EU DSS adds it with a visible signature, so that PDF/A
 * stays possible. Profiles that are sRGB are known by their digest.
 */
#include "base/digest.h"
#include "pdf/changes_private.h"

#include <string.h>

static const char *const known_profiles[] = {
    /* the one that Apache PDFBox and EU DSS bring */
    "4064240d928fddcc777915e2be0c81871c5ea9b6e08327ddbe6be9908fc22525",
    /* Debian's icc-profiles-free */
    "2a92d4bae450b76d8b0aa42193df974d75f62738ecebf74f01c5e75b12a95796",
};

static bool is_srgb(const tc_pdf_step *step, const tc_pdf_object *profile)
{
  tc_auto(tc_buf) data = {0};
  tc_digest digest;
  char text[TC_SHA256_HEX_SIZE];
  tc_error unreadable = {0};
  if (tc_pdf_kind_of(profile) != TC_PDF_STREAM ||
      tc_pdf_integer(tc_pdf_step_new(step, tc_pdf_get(profile, "N")), 0) != 3 ||
      !tc_pdf_stream_data(step->document, step->after, profile, &data, &unreadable) ||
      !tc_digest_of(tc_buf_bytes(&data), &digest, &unreadable))
    return false;
  tc_digest_hex(&digest, text);
  for (size_t i = 0; i < TC_ARRAY_LEN(known_profiles); i++)
    if (strcmp(text, known_profiles[i]) == 0)
      return true;
  return false;
}

/* Table 401; DestOutputProfileRef and MixingHints would say something else. */
static bool says_no_more(const tc_pdf_object *intent)
{
  static const char *const keys[] = {"Type",         "S",    "OutputCondition",  "OutputConditionIdentifier",
                                     "RegistryName", "Info", "DestOutputProfile"};
  size_t known = 0;
  for (size_t i = 0; i < TC_ARRAY_LEN(keys); i++)
    known += tc_pdf_kind_of(tc_pdf_get(intent, keys[i])) != TC_PDF_NULL;
  return tc_pdf_is_dict(intent) && tc_pdf_count(intent) == known &&
         tc_pdf_is_name(tc_pdf_get(intent, "S"), "GTS_PDFA1");
}

bool tc_pdf_step_intents(tc_pdf_step *step, const tc_pdf_object *old_value, const tc_pdf_object *new_value)
{
  const tc_pdf_object *intents = tc_pdf_step_new(step, new_value);
  const tc_pdf_object *intent = tc_pdf_step_new(step, tc_pdf_at(intents, 0));
  const tc_pdf_object *profile = tc_pdf_get(intent, "DestOutputProfile");
  if (tc_pdf_step_equal(step, old_value, new_value))
    return true;
  if (tc_pdf_kind_of(tc_pdf_step_old(step, old_value)) != TC_PDF_NULL || tc_pdf_kind_of(intents) != TC_PDF_ARRAY ||
      tc_pdf_count(intents) != 1 || !says_no_more(intent) || !tc_pdf_step_is_new(step, profile) ||
      !is_srgb(step, tc_pdf_step_new(step, profile)))
    return false;
  tc_pdf_step_explain_new(step, new_value);
  return true;
}
