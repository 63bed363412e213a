#include "pipeline/level.h"

#include "base/file.h"
#include "pdf/signature.h"
#include "pipeline/trust_bundle.h"
#include "signing/parties.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { WAIT_S = 2, SPARE_BYTES = 64 };

static const char *const names[] = {"B", "T", "LT", "LTA"};

const char *tc_level_name(tc_level level) { return names[level]; }

bool tc_level_from_name(const char *name, tc_level *out, tc_error *err)
{
  for (size_t i = 0; i < TC_ARRAY_LEN(names); i++)
    if (strcmp(names[i], name) == 0) {
      *out = (tc_level)i;
      return true;
    }
  return tc_fail(err, TC_USAGE, "\"%s\" is no level: they are B, T, LT and LTA", name);
}

/* What stands in the way is a service, not the file: a later try may do better. */
static bool is_passing(tc_code code)
{
  return code == TC_NETWORK || code == TC_TIMEOUT || code == TC_LIMIT || code == TC_CRYPTO || code == TC_NOT_FOUND ||
         code == TC_FORMAT;
}

/* ---- Looking into the file ---- */

typedef struct raising {
  const tc_level_request *request;
  tc_worker_answer survey;
  const tc_json *rows; /* signatures that count */
  size_t first;        /* of them */
  tc_certs *pool;
  tc_evidence evidence;
  int64_t stamp_until; /* of the document time-stamp that was appended last */
} raising;

static void raising_finish(raising *r)
{
  tc_worker_answer_finish(&r->survey);
  tc_certs_destroy(r->pool);
  tc_evidence_finish(&r->evidence);
}
TC_AUTO_VALUE(raising, raising_finish);

static bool look(raising *r, tc_error *err)
{
  tc_worker_call_options call = {.task = "survey", .fds = &r->request->fd, .fd_count = 1};
  tc_worker_answer_finish(&r->survey);
  r->survey = (tc_worker_answer){0};
  tc_certs_destroy(r->pool);
  r->pool = NULL;
  if (!tc_worker_pool_call(r->request->pool, &call, &r->survey, err) || !tc_certs_create(&r->pool, err) ||
      !tc_trust_bundle_read(r->survey.fds[0], r->pool, err))
    return false;
  r->rows = tc_json_get(r->survey.result, "signatures");
  r->first = 0;
  for (size_t i = 0; r->request->only_last && i < tc_json_count(r->rows); i++)
    if (!tc_json_get_boolean(tc_json_at(r->rows, i), "timestamp", false))
      r->first = i;
  return tc_json_count(r->rows) > 0 || tc_fail(err, TC_CONFLICT, "the PDF has no signature");
}

/* The time that is proven for a signature: its own time-stamp's, or that of the next document time-stamp. */
static int64_t proven_time(const raising *r, size_t index)
{
  int64_t own = tc_json_get_integer(tc_json_at(r->rows, index), "time", 0);
  for (size_t i = index + 1; own == 0 && i < tc_json_count(r->rows); i++)
    if (tc_json_get_boolean(tc_json_at(r->rows, i), "timestamp", false))
      own = tc_json_get_integer(tc_json_at(r->rows, i), "time", 0);
  return own;
}

static bool all_proven(const raising *r)
{
  for (size_t i = r->first; i < tc_json_count(r->rows); i++)
    if (proven_time(r, i) == 0)
      return false;
  return true;
}

/* ---- Appending ---- */

static bool append(raising *r, int bundle, bool stamped, tc_json **place, tc_error *err)
{
  tc_auto(tc_json) arguments = tc_json_object();
  tc_auto(tc_worker_answer) answer = {0};
  size_t limit = tc_keyring_stamp_limit(r->request->keyring);
  tc_json_set_integer(arguments, "stamp_size", stamped ? (int64_t)(limit + SPARE_BYTES) : 0);
  tc_worker_call_options call = {.task = "extend",
                                 .arguments = arguments,
                                 .fds = &bundle,
                                 .fd_count = bundle >= 0 ? 1 : 0,
                                 .outputs = &r->request->fd,
                                 .output_count = 1};
  if (!tc_worker_pool_call(r->request->pool, &call, &answer, err))
    return false;
  *place = tc_steal(&answer.result);
  return true;
}

static bool note_stamp_end(raising *r, tc_bytes token, tc_error *err)
{
  tc_auto(tc_cms_parties) parties = {0};
  return tc_cms_parties_read(token, TC_SIGNATURE_STAMP, &parties, err) &&
         tc_level_authority_end(r->request->settings, tc_buf_bytes(&parties.rows[0].certificate), &r->stamp_until, err);
}

static bool fill_stamp(raising *r, const tc_json *place, tc_error *err)
{
  tc_digest digest;
  tc_auto(tc_buf) token = {0};
  tc_pdf_prepared prepared = {.contents_offset = (off_t)tc_json_get_integer(place, "contents_offset", -1),
                              .contents_size = (size_t)tc_json_get_integer(place, "contents_size", 0)};
  for (size_t i = 0; i < 4; i++)
    prepared.range[i] = (off_t)tc_json_as_number(tc_json_at(tc_json_get(place, "range"), i), 0);
  return tc_digest_from_hex(tc_json_get_text(place, "digest", ""), &digest, err) &&
         tc_keyring_stamp(r->request->keyring, &digest, &token, err) &&
         tc_pdf_signature_fill(r->request->fd, &prepared, tc_buf_bytes(&token), err) &&
         note_stamp_end(r, tc_buf_bytes(&token), err);
}

/* One step: revisions for `bundle` (-1: none) and a time-stamp. Where it fails the file is as it was before. */
static bool extend(raising *r, int bundle, bool stamped, tc_error *err)
{
  tc_auto(tc_json) place = NULL;
  tc_error why = {0};
  off_t before = lseek(r->request->fd, 0, SEEK_END);
  if (before > 0 && append(r, bundle, stamped, &place, &why) && (!stamped || fill_stamp(r, place, &why)))
    return true;
  if (before <= 0 || ftruncate(r->request->fd, before) != 0)
    return tc_fail(err, TC_IO, "a PDF could not be brought back to what it was");
  return tc_error_set(err, why.code, why.sys_errno, why.where, "%s", why.message);
}

/* ---- Validation data ---- */

/* Responders count whole seconds: what is to be younger than a time-stamp of this second waits for the next one. */
static void wait_until_after(int64_t when)
{
  for (int i = 0; i < WAIT_S * 20 && (int64_t)time(NULL) <= when; i++)
    usleep(50000);
}

static bool collect_party(raising *r, const tc_json *party, int64_t proven, tc_error *err)
{
  size_t index = (size_t)tc_json_get_integer(party, "certificate", -1);
  int64_t own = tc_json_get_integer(party, "time", 0);
  if (index >= tc_certs_count(r->pool))
    return tc_fail(err, TC_INTERNAL, "a survey names a certificate that it does not bring");
  int64_t when = own != 0 ? own : proven;
  wait_until_after(when);
  tc_revocation_question question = {
      .certificate = tc_certs_der(r->pool, index), .pool = r->pool, .younger_than = when, .now = (int64_t)time(NULL)};
  return tc_keyring_evidence(r->request->keyring, &question, &r->evidence, NULL, err);
}

static bool collect(raising *r, tc_error *err)
{
  for (size_t i = r->first; i < tc_json_count(r->rows); i++) {
    const tc_json *row = tc_json_at(r->rows, i);
    const tc_json *parties = tc_json_get(row, "parties");
    if (tc_json_get_boolean(row, "covered", false))
      continue;
    for (size_t j = 0; j < tc_json_count(parties); j++)
      if (!collect_party(r, tc_json_at(parties, j), proven_time(r, i), err))
        return false;
  }
  return true;
}

static bool bundle_of(const tc_evidence *evidence, int *out_fd, tc_error *err)
{
  tc_auto(tc_fd) fd = -1;
  if (!tc_trust_bundle_write(evidence->certs, &fd, err))
    return false;
  for (size_t i = 0; i < evidence->ocsp_count; i++)
    if (!tc_bundle_put(fd, 'O', tc_buf_bytes(&evidence->ocsps[i]), err))
      return false;
  *out_fd = tc_fd_steal(&fd);
  return true;
}

/* ---- The steps ---- */

static bool prove_times(raising *r, tc_level_reached *reached, tc_error *err)
{
  if (all_proven(r))
    return true;
  if (!extend(r, -1, true, err))
    return false;
  reached->changed = true;
  return look(r, err);
}

/* Without a time-stamp the store is worth having all the same. */
static bool store_and_stamp(raising *r, tc_level_reached *reached, tc_error *err)
{
  tc_auto(tc_fd) bundle = -1;
  tc_error why = {0};
  if (!collect(r, err) || !bundle_of(&r->evidence, &bundle, err))
    return false;
  bool stamped = r->request->wanted == TC_LEVEL_LTA && extend(r, bundle, true, &why);
  if (!stamped && ((why.code != TC_OK && !is_passing(why.code)) || !extend(r, bundle, false, err)))
    return why.code == TC_OK ? false : tc_error_set(err, why.code, why.sys_errno, why.where, "%s", why.message);
  reached->changed = true;
  reached->level = stamped ? TC_LEVEL_LTA : TC_LEVEL_LT;
  reached->holds_until = stamped ? r->stamp_until : 0;
  return why.code == TC_OK || tc_error_set(err, why.code, why.sys_errno, why.where, "%s", why.message);
}

static bool take_steps(raising *r, tc_level_reached *reached, tc_error *err)
{
  tc_level wanted = r->request->wanted;
  reached->level = all_proven(r) ? TC_LEVEL_T : TC_LEVEL_B;
  if (wanted == TC_LEVEL_B || !prove_times(r, reached, err))
    return wanted == TC_LEVEL_B;
  reached->level = TC_LEVEL_T;
  return wanted == TC_LEVEL_T || store_and_stamp(r, reached, err);
}

bool tc_level_raise(const tc_level_request *request, tc_level_reached *out, tc_error *err)
{
  tc_auto(raising) r = {.request = request};
  tc_level_reached reached = {0};
  if (!look(&r, err))
    return false;
  if (!take_steps(&r, &reached, &reached.why) && !is_passing(reached.why.code))
    return tc_error_set(err, reached.why.code, reached.why.sys_errno, reached.why.where, "%s", reached.why.message);
  *out = reached;
  return true;
}

/* ---- How long a time-stamp holds ---- */

/* "RSA-2048=2031-01-01 EC-P-256=2040-01-01": the end of this kind of key; 0: not said. */
static bool algorithm_end(const char *ends, const char *kind, int64_t *out, tc_error *err)
{
  char wanted[sizeof((tc_cert_info *)0)->key];
  snprintf(wanted, sizeof wanted, "%s", kind);
  for (char *blank = strchr(wanted, ' '); blank != NULL; blank = strchr(blank, ' '))
    *blank = '-';
  *out = 0;
  for (const char *at = ends; *at != '\0';) {
    at += strspn(at, " ");
    size_t size = strcspn(at, " ");
    const char *equals = memchr(at, '=', size);
    struct tm day = {0};
    const char *end = equals != NULL ? strptime(equals + 1, "%Y-%m-%d", &day) : NULL;
    if (size > 0 && (end == NULL || end != at + size))
      return tc_fail(err, TC_CONFIG, "signing.algorithm_ends: \"%.*s\" is not KIND=YYYY-MM-DD", (int)size, at);
    if (size > 0 && strlen(wanted) == (size_t)(equals - at) && strncmp(at, wanted, strlen(wanted)) == 0)
      *out = (int64_t)timegm(&day);
    at += size;
  }
  return true;
}

bool tc_level_authority_end(const tc_settings *settings, tc_bytes certificate, int64_t *out, tc_error *err)
{
  tc_cert_info info;
  int64_t end = 0;
  if (!tc_cert_describe(certificate, &info, err) ||
      !algorithm_end(tc_settings_text(settings, "signing.algorithm_ends"), info.key, &end, err))
    return false;
  *out = end != 0 && end < info.not_after ? end : info.not_after;
  return true;
}
