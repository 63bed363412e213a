/*
 * Raising a signed PDF's level, the part that looks into the file: who stands behind its signatures, and the revisions
 * that a security store and a document time-stamp are. Revisions are appended to the output in place: a file of
 * hundreds of megabytes is copied once, by the parent.
 */
#include "pipeline/tasks.h"

#include "base/digest.h"
#include "pdf/dss.h"
#include "pdf/signature.h"
#include "pipeline/trust_bundle.h"
#include "signing/parties.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- Survey ---- */

typedef struct survey {
  tc_pdf_document *document;
  tc_pdf_signatures *signatures;
  tc_certs *pool;
  tc_json *rows;
} survey;

static void survey_finish(survey *s)
{
  tc_pdf_signatures_destroy(s->signatures);
  tc_pdf_document_destroy(s->document);
  tc_certs_destroy(s->pool);
  tc_json_release(s->rows);
}
TC_AUTO_VALUE(survey, survey_finish);

static size_t index_of(const tc_certs *certs, tc_bytes der)
{
  size_t i = 0;
  while (i < tc_certs_count(certs) &&
         (tc_certs_der(certs, i).size != der.size || memcmp(tc_certs_der(certs, i).data, der.data, der.size) != 0))
    i++;
  return i;
}

/* How much revocation data the security store of a revision holds. */
static bool stored_at(const survey *s, size_t revision, size_t *out, tc_error *err)
{
  tc_auto(tc_pdf_dss) dss = {0};
  if (!tc_pdf_dss_read(s->document, revision, &dss, err))
    return false;
  *out = dss.crls.count + dss.ocsps.count;
  return true;
}

/* A later document time-stamp covers validation data that were not there when this signature was made. */
static bool is_covered(const survey *s, size_t index, bool *out, tc_error *err)
{
  size_t own = 0, later = 0;
  *out = false;
  if (!stored_at(s, tc_pdf_signatures_at(s->signatures, index)->revision, &own, err))
    return false;
  for (size_t i = index + 1; i < tc_pdf_signatures_count(s->signatures) && !*out; i++) {
    const tc_pdf_signature *one = tc_pdf_signatures_at(s->signatures, i);
    if (!one->is_timestamp)
      continue;
    if (!stored_at(s, one->revision, &later, err))
      return false;
    *out = later > own;
  }
  return true;
}

static bool add_row(survey *s, size_t index, tc_error *err)
{
  const tc_pdf_signature *signature = tc_pdf_signatures_at(s->signatures, index);
  tc_auto(tc_cms_parties) parties = {0};
  bool covered = false;
  if (!tc_cms_parties_read(signature->contents, signature->is_timestamp ? TC_SIGNATURE_STAMP : TC_SIGNATURE_DETACHED,
                           &parties, err) ||
      !is_covered(s, index, &covered, err) || !tc_certs_add_all(s->pool, parties.pool, err))
    return tc_error_prefix(err, "the signature %s", signature->field_name);
  tc_json *people = tc_json_array();
  for (size_t i = 0; i < parties.count; i++) {
    tc_json *person = tc_json_object();
    tc_json_set_integer(person, "certificate", (int64_t)index_of(s->pool, tc_buf_bytes(&parties.rows[i].certificate)));
    tc_json_set_integer(person, "time", parties.rows[i].time);
    tc_json_append(people, person);
  }
  tc_json *row = tc_json_object();
  tc_json_set_text(row, "field", signature->field_name);
  tc_json_set_boolean(row, "timestamp", signature->is_timestamp);
  tc_json_set_integer(row, "time", parties.time);
  tc_json_set_boolean(row, "covered", covered);
  tc_json_set(row, "parties", people);
  return tc_json_append(s->rows, row) || tc_fail(err, TC_NO_MEMORY, "no memory");
}

bool tc_task_survey(const tc_worker_request *request, tc_worker_reply *reply, tc_error *err)
{
  tc_auto(survey) s = {.rows = tc_json_array()};
  tc_auto(tc_task_pdf) pdf = {0};
  if (!tc_task_needs_fds(request, 1, 0, err) || !tc_task_pdf_options(request, &pdf, err) ||
      !tc_pdf_document_open(request->fds[0], &pdf.open, &s.document, err) ||
      !tc_pdf_signatures_read(s.document, &s.signatures, err) || !tc_certs_create(&s.pool, err))
    return false;
  for (size_t i = 0; i < tc_pdf_signatures_count(s.signatures); i++)
    if (!add_row(&s, i, err))
      return false;
  if (!tc_trust_bundle_write(s.pool, &reply->fds[0], err))
    return false;
  reply->fd_count = 1;
  reply->result = tc_json_object();
  return tc_json_set(reply->result, "signatures", tc_steal(&s.rows)) || tc_fail(err, TC_NO_MEMORY, "no memory");
}

/* ---- Extend ---- */

typedef struct values {
  tc_buf bundle; /* the three lists point into it */
  tc_bytes *lists[3];
  size_t counts[3];
} values;

static void values_finish(values *v)
{
  tc_buf_finish(&v->bundle);
  for (size_t i = 0; i < 3; i++)
    free(v->lists[i]);
}
TC_AUTO_VALUE(values, values_finish);

static bool take_value(values *v, char kind, tc_bytes der, tc_error *err)
{
  static const char kinds[] = "CRO";
  const char *at = strchr(kinds, kind);
  if (kind == '\0' || at == NULL)
    return tc_fail(err, TC_INTERNAL, "validation data of an unknown kind");
  size_t list = (size_t)(at - kinds);
  tc_bytes *grown = reallocarray(v->lists[list], v->counts[list] + 1, sizeof *grown);
  if (grown == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for validation data");
  v->lists[list] = grown;
  grown[v->counts[list]++] = der;
  return true;
}

static bool append_store(int bundle, const tc_pdf_open_options *open, int pdf, tc_error *err)
{
  tc_auto(values) v = {0};
  tc_error damage = {0};
  char kind;
  tc_bytes der;
  if (!tc_bundle_load(bundle, &v.bundle, err))
    return false;
  tc_bytes rest = tc_buf_bytes(&v.bundle);
  while (tc_bundle_next(&rest, &kind, &der, &damage))
    if (!take_value(&v, kind, der, err))
      return false;
  if (damage.code != TC_OK)
    return tc_fail(err, damage.code, "%s", damage.message);
  tc_pdf_dss_values store = {.certs = v.lists[0],
                             .cert_count = v.counts[0],
                             .crls = v.lists[1],
                             .crl_count = v.counts[1],
                             .ocsps = v.lists[2],
                             .ocsp_count = v.counts[2],
                             .open = open};
  return tc_pdf_dss_append(pdf, &store, pdf, true, err);
}

static bool append_stamp(int pdf, const tc_pdf_open_options *open, size_t contents_size, tc_json *result, tc_error *err)
{
  tc_pdf_signature_options options = tc_pdf_signature_options_default();
  tc_pdf_prepared prepared;
  tc_digest digest;
  options.timestamp = true;
  options.open = open;
  options.contents_size = contents_size;
  return tc_pdf_signature_prepare(pdf, &options, pdf, true, &prepared, err) &&
         tc_pdf_prepared_sha256(pdf, &prepared, digest.bytes, err) &&
         tc_task_report_prepared(&prepared, &digest, result, err);
}

bool tc_task_extend(const tc_worker_request *request, tc_worker_reply *reply, tc_error *err)
{
  size_t contents_size = (size_t)tc_json_get_integer(request->arguments, "stamp_size", 0);
  tc_auto(tc_task_pdf) pdf = {0};
  if (!tc_task_needs_fds(request, 0, 1, err) || !tc_task_pdf_options(request, &pdf, err))
    return false;
  reply->result = tc_json_object();
  return (request->fd_count == 0 || append_store(request->fds[0], &pdf.open, request->outputs[0], err)) &&
         (contents_size == 0 || append_stamp(request->outputs[0], &pdf.open, contents_size, reply->result, err));
}
