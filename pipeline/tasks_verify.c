/*
 * Verifying a PDF in a worker: the strict reader and its list of changes (pdf/), each signature (signing/), and the
 * four answers. Result, beside what design calls verify's contract: {verdict, intact, trusted, in_force, paper_valid,
 * signatures: […], findings: [{code, severity, detail}], digest: SHA-256 of the file, record, number: from the copy's
 * own data, where there are} `in_force` is unknown here: only the warehouse knows, and the parent asks it.
 */
#include "pipeline/tasks.h"

#include "base/digest.h"
#include "pdf/changes.h"
#include "pipeline/copy_data.h"
#include "pipeline/verify_copy.h"
#include "pipeline/verify_kept.h"
#include "signing/verify.h"

#include <string.h>
#include <time.h>

enum { FD_PDF, FD_TRUST };

typedef struct verification {
  tc_pdf_document *document;
  tc_pdf_signatures *signatures;
  tc_pdf_changes *changes;
  const tc_trust *trust; /* lent, as the cache is */
  tc_verify_cache *cache;
  tc_certs *helpers; /* the security store's */
  tc_certs *used;    /* of all paths that were validated */
  tc_ranges_hash *ranges;
  int64_t now;
  int64_t signed_at; /* the earliest time that a signature's time-stamp proves; 0: none does */
  size_t max_bytes;  /* of a stream; and see verify_copy.h */
  tc_answer intact, trusted, paper_valid;
  size_t finding_count; /* violations */
  tc_json *findings, *rows;
} verification;

static void verification_finish(verification *v)
{
  tc_pdf_changes_destroy(v->changes);
  tc_pdf_signatures_destroy(v->signatures);
  tc_pdf_document_destroy(v->document);
  tc_certs_destroy(v->helpers);
  tc_certs_destroy(v->used);
  tc_ranges_hash_destroy(v->ranges);
  tc_json_release(v->findings);
  tc_json_release(v->rows);
}
TC_AUTO_VALUE(verification, verification_finish);

static bool load_trust(verification *v, int fd, tc_error *err)
{
  return tc_verify_kept_get(fd, &v->trust, &v->cache, err) && tc_certs_create(&v->used, err);
}

static void add_finding(verification *v, const char *code, tc_pdf_severity severity, const char *detail)
{
  tc_json *finding = tc_json_object();
  tc_json_set_text(finding, "code", code);
  tc_json_set_text(finding, "severity", severity == TC_PDF_VIOLATION ? "violation" : "note");
  tc_json_set_text(finding, "detail", detail);
  tc_json_append(v->findings, finding);
  v->finding_count += severity == TC_PDF_VIOLATION;
}

/* A damaged value of the security store is a finding's matter, not the end of the verification. */
static void add_helpers(verification *v, const tc_pdf_blob_list *list, tc_reason reason)
{
  for (size_t i = 0; i < list->count; i++) {
    tc_error unreadable = {0};
    if (!tc_verify_cache_add(v->cache, tc_buf_bytes(&list->items[i]), "the security store", v->helpers, &unreadable))
      add_finding(v, tc_reason_name(reason), TC_PDF_VIOLATION, unreadable.message);
  }
}

static bool load_document(verification *v, const tc_worker_request *request, tc_error *err)
{
  tc_auto(tc_task_pdf) pdf = {0};
  tc_auto(tc_pdf_dss) dss = {0};
  if (!tc_task_pdf_options(request, &pdf, err))
    return false;
  pdf.open.repair = true;
  v->max_bytes = pdf.open.limits.max_stream_bytes;
  if (!tc_pdf_document_open(request->fds[FD_PDF], &pdf.open, &v->document, err) ||
      !tc_pdf_signatures_read(v->document, &v->signatures, err) ||
      !tc_pdf_changes_read(v->document, v->signatures, NULL, &v->changes, err) ||
      !tc_pdf_dss_read(v->document, tc_pdf_revision_last(v->document), &dss, err) || !tc_certs_create(&v->helpers, err))
    return false;
  add_helpers(v, &dss.certs, TC_REASON_UNSIGNED_CERTIFICATE);
  add_helpers(v, &dss.crls, TC_REASON_UNSIGNED_CRL);
  for (size_t i = 0; i < dss.ocsps.count; i++)
    if (!tc_certs_add_ocsp(v->helpers, tc_buf_bytes(&dss.ocsps.items[i]), err))
      return false;
  return true;
}

/* ---- One signature ---- */

/* The time that later, valid document time-stamps prove for what stands before them. */
static int64_t proven_by_later(const int64_t *stamp_times, size_t index, size_t count)
{
  int64_t earliest = 0;
  for (size_t i = index + 1; i < count; i++)
    if (stamp_times[i] != 0 && (earliest == 0 || stamp_times[i] < earliest))
      earliest = stamp_times[i];
  return earliest;
}

static tc_signature_kind kind_of(const tc_pdf_signature *signature)
{
  if (signature->is_timestamp)
    return TC_SIGNATURE_STAMP;
  return strcmp(signature->sub_filter, "adbe.pkcs7.sha1") == 0 ? TC_SIGNATURE_SHA1 : TC_SIGNATURE_DETACHED;
}

/* The digest that the signature must be over; unknown where it names none, or its ranges are odd. */
static bool hash_ranges(verification *v, const tc_pdf_signature *signature, tc_hash_value *out, tc_error *err)
{
  tc_hash hash = TC_HASH_UNKNOWN;
  tc_error unreadable = {0};
  *out = (tc_hash_value){0};
  if (!tc_signature_peek(signature->contents, kind_of(signature), &hash, &unreadable) || hash == TC_HASH_UNKNOWN ||
      signature->coverage == TC_PDF_COVERS_ODD)
    return true;
  return tc_ranges_hash_of(v->ranges, hash, signature->range, out, err);
}

static tc_verify_options verify_options(const verification *v, int64_t proven)
{
  tc_verify_options options = tc_verify_options_default();
  options.trust = v->trust;
  options.helpers = v->helpers;
  options.now = v->now;
  options.proven_time = proven;
  options.cache = v->cache;
  return options;
}

static bool verify_cms(verification *v, const tc_pdf_signature *signature, const tc_hash_value *content, int64_t proven,
                       tc_signature_result *out, tc_error *err)
{
  tc_verify_options options = verify_options(v, proven);
  return tc_signature_verify(signature->contents, kind_of(signature), content, &options, out, err);
}

static const char *coverage_name(tc_pdf_coverage coverage)
{
  static const char *const names[] = {"file", "revision", "odd"};
  return names[coverage];
}

/* ISO 32000-2, 12.8.3: a signature that says another format than it has is none. */
static bool is_known_format(const tc_pdf_signature *signature)
{
  static const char *const formats[] = {"ETSI.CAdES.detached", "adbe.pkcs7.detached", "adbe.pkcs7.sha1"};
  if (signature->is_timestamp)
    return strcmp(signature->sub_filter, "ETSI.RFC3161") == 0;
  for (size_t i = 0; i < TC_ARRAY_LEN(formats); i++)
    if (strcmp(signature->sub_filter, formats[i]) == 0)
      return true;
  return false;
}

/* What PAdES demands and the older format does not: to be named, and no fault of an adbe.pkcs7.detached signature. */
static tc_pdf_severity severity_of(const tc_pdf_signature *signature, tc_reason reason)
{
  bool older = strcmp(signature->sub_filter, "adbe.pkcs7.detached") == 0;
  bool demanded_later = reason == TC_REASON_SIGNING_CERTIFICATE_MISSING || reason == TC_REASON_CMS_NOT_DER;
  return older && demanded_later ? TC_PDF_NOTE : TC_PDF_VIOLATION;
}

static bool report_signature(verification *v, const tc_pdf_signature *signature, const tc_signature_result *result,
                             tc_error *err)
{
  bool unchanged = tc_pdf_changes_allow(v->changes, signature) && signature->coverage != TC_PDF_COVERS_ODD &&
                   signature->contents_is_whole;
  tc_answer intact = !unchanged ? TC_NO : is_known_format(signature) ? result->intact : TC_UNKNOWN;
  v->intact = tc_answer_worse(v->intact, intact);
  v->trusted = tc_answer_worse(v->trusted, result->trusted);
  if (signature->coverage == TC_PDF_COVERS_ODD)
    add_finding(v, "signature_coverage", TC_PDF_VIOLATION, signature->problem);
  if (!signature->contents_is_whole)
    add_finding(v, "signature_contents", TC_PDF_VIOLATION, "the signature's value is not one whole DER value");
  if (!signature->padding_is_zero)
    add_finding(v, "padding_not_zero", TC_PDF_VIOLATION, "bytes after the signature's value are not zero");
  if (!is_known_format(signature))
    add_finding(v, tc_reason_name(TC_REASON_SIGNATURE_UNSUPPORTED), TC_PDF_VIOLATION, signature->sub_filter);
  for (size_t i = 0; i < result->finding_count; i++)
    add_finding(v, tc_reason_name(result->findings[i]), severity_of(signature, result->findings[i]),
                signature->field_name);
  tc_auto(tc_json) row = NULL;
  if (!tc_signature_result_to_json(result, &row, err))
    return false;
  tc_json_set_text(row, "field", signature->field_name);
  tc_json_set_text(row, "kind", signature->is_timestamp ? "document_timestamp" : "signature");
  tc_json_set_text(row, "sub_filter", signature->sub_filter);
  tc_json_set_text(row, "coverage", coverage_name(signature->coverage));
  tc_json_set_text(row, "reason", signature->reason);
  tc_json_set_text(row, "intact", tc_answer_name(intact));
  tc_json_set_text(row, "trusted", tc_answer_name(result->trusted));
  return tc_json_append(v->rows, tc_steal(&row)) || tc_fail(err, TC_NO_MEMORY, "no memory for a signature's result");
}

/* Later time-stamps first, since they prove the time of what stands before them. */
static bool verify_signatures(verification *v, tc_error *err)
{
  size_t count = tc_pdf_signatures_count(v->signatures);
  tc_signature_result *results = calloc(count + 1, sizeof *results);
  int64_t *stamp_times = calloc(count + 1, sizeof *stamp_times);
  tc_hash_value *contents = calloc(count + 1, sizeof *contents);
  bool ok = (results != NULL && stamp_times != NULL && contents != NULL) ||
            tc_fail(err, TC_NO_MEMORY, "no memory for the signatures");
  for (size_t i = 0; ok && i < count; i++) /* in the order of their revisions: shared starts are hashed once */
    ok = hash_ranges(v, tc_pdf_signatures_at(v->signatures, i), &contents[i], err);
  for (size_t i = count; ok && i-- > 0;) {
    const tc_pdf_signature *signature = tc_pdf_signatures_at(v->signatures, i);
    ok = verify_cms(v, signature, &contents[i], proven_by_later(stamp_times, i, count), &results[i], err);
    bool proves = ok && results[i].time_source == TC_TIME_STAMP && tc_signature_result_is_valid(&results[i]);
    if (proves && signature->is_timestamp)
      stamp_times[i] = results[i].signing_time;
    if (proves && (v->signed_at == 0 || results[i].signing_time < v->signed_at))
      v->signed_at = results[i].signing_time;
  }
  v->intact = v->trusted = count > 0 ? TC_YES : TC_UNKNOWN;
  for (size_t i = 0; ok && i < count; i++)
    ok = report_signature(v, tc_pdf_signatures_at(v->signatures, i), &results[i], err);
  for (size_t i = 0; ok && i < count; i++)
    ok = tc_certs_add_all(v->used, results[i].chain, err);
  for (size_t i = 0; results != NULL && i < count; i++)
    tc_signature_result_finish(&results[i]);
  free(results);
  free(stamp_times);
  free(contents);
  return ok;
}

/* A security store in a revision that no signature closes: nobody vouches for its bytes but what they prove. */
static bool check_evidence(verification *v, tc_error *err)
{
  tc_evidence_faults faults = {0};
  for (size_t i = 0; i < tc_pdf_signatures_count(v->signatures); i++)
    if (tc_pdf_signatures_at(v->signatures, i)->coverage == TC_PDF_COVERS_FILE)
      return true;
  if (v->trusted != TC_YES)
    return true;
  if (!tc_evidence_check(v->trust, v->helpers, v->used, v->now, &faults, err))
    return false;
  if (faults.certificates > 0)
    add_finding(v, tc_reason_name(TC_REASON_UNSIGNED_CERTIFICATE), TC_PDF_VIOLATION, "the security store");
  if (faults.others > 0)
    add_finding(v, tc_reason_name(TC_REASON_UNSIGNED_CRL), TC_PDF_VIOLATION, "the security store");
  return true;
}

/* ---- All ---- */

static void report_changes(verification *v)
{
  for (size_t i = 0; i < tc_pdf_changes_count(v->changes); i++) {
    const tc_pdf_finding *finding = tc_pdf_changes_at(v->changes, i);
    add_finding(v, finding->code, finding->severity, finding->detail);
    if (finding->severity == TC_PDF_VIOLATION && tc_pdf_signatures_count(v->signatures) > 0 &&
        finding->revision == SIZE_MAX)
      v->intact = TC_NO;
  }
  if (tc_pdf_signatures_count(v->signatures) == 0)
    add_finding(v, "no_signature", TC_PDF_NOTE, "the file has no signature");
}

/* valid = yes, yes, not no; the fourth answer never changes the verdict. */
static const char *verdict_of(const verification *v)
{
  if (v->intact == TC_NO || v->trusted == TC_NO)
    return "invalid";
  bool plain = v->finding_count == 0 && !tc_pdf_document_repaired(v->document); /* rebuilt is guessed, never valid */
  return v->intact == TC_YES && v->trusted == TC_YES && plain ? "valid" : "indeterminate";
}

static void add_copy_finding(void *context, const char *code, const char *detail)
{
  add_finding(context, code, TC_PDF_VIOLATION, detail);
}

/* The copy's own data: signed, so they count only where the file is intact. */
static bool add_copy_data(verification *v, tc_json *result, tc_error *err)
{
  tc_auto(tc_json) data = NULL;
  tc_auto(tc_json) officer = NULL;
  tc_verify_options how = verify_options(v, v->signed_at);
  tc_verify_copy_options options = {.document = v->document,
                                    .signatures = v->signatures,
                                    .rows = v->rows,
                                    .officer = &how,
                                    .max_bytes = v->max_bytes,
                                    .find = add_copy_finding,
                                    .context = v};
  if (v->intact != TC_YES)
    return true;
  if (!tc_verify_copy(&options, &data, &officer, err))
    return false;
  if (data == NULL)
    return true;
  v->paper_valid = tc_copy_data_paper_valid(data, v->now);
  tc_json_set_text(result, "record", tc_json_get_text(data, "record", NULL));
  tc_json_set_text(result, "number", tc_json_get_text(data, "number", NULL));
  tc_json_set_text(result, "document_type", tc_json_get_text(data, "document_type", NULL));
  tc_json_set_boolean(result, "sample", tc_json_get_boolean(data, "sample", false));
  if (officer != NULL)
    tc_json_set(result, "captured_by", tc_steal(&officer));
  return true;
}

static bool digest_text(verification *v, char hex[TC_SHA256_HEX_SIZE], tc_error *err)
{
  tc_hash_value value = {0};
  const off_t whole[4] = {0, (off_t)tc_pdf_document_bytes(v->document).size, 0, 0};
  if (!tc_ranges_hash_of(v->ranges, TC_HASH_SHA256, whole, &value, err))
    return false;
  tc_hex((tc_bytes){value.bytes, value.size}, hex);
  return true;
}

bool tc_task_verify(const tc_worker_request *request, tc_worker_reply *reply, tc_error *err)
{
  tc_auto(verification) v = {.findings = tc_json_array(), .rows = tc_json_array()};
  v.now = tc_json_get_integer(request->arguments, "now", (int64_t)time(NULL));
  char hex[TC_SHA256_HEX_SIZE];
  tc_auto(tc_json) data = tc_json_object();
  if (!tc_task_needs_fds(request, 2, 0, err) || !load_trust(&v, request->fds[FD_TRUST], err) ||
      !load_document(&v, request, err) || !tc_ranges_hash_create(request->fds[FD_PDF], &v.ranges, err) ||
      !verify_signatures(&v, err) || !check_evidence(&v, err) || !digest_text(&v, hex, err))
    return false;
  report_changes(&v);
  if (!add_copy_data(&v, data, err))
    return false;
  tc_json *result = tc_json_object();
  tc_json_set_text(result, "verdict", verdict_of(&v));
  tc_json_set_text(result, "intact", tc_answer_name(v.intact));
  tc_json_set_text(result, "trusted", tc_answer_name(v.trusted));
  tc_json_set_text(result, "in_force", tc_answer_name(TC_UNKNOWN));
  tc_json_set_text(result, "paper_valid", tc_answer_name(v.paper_valid));
  tc_json_set(result, "signatures", tc_json_keep(v.rows));
  tc_json_set(result, "findings", tc_json_keep(v.findings));
  tc_json_set(result, "copy", tc_steal(&data));
  tc_json_set_text(result, "digest", hex);
  reply->result = result;
  return true;
}
