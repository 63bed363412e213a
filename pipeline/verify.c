#include "pipeline/context.h"

#include "pipeline/trust_bundle.h"
#include "pipeline/verify_advice.h"
#include "pipeline/verify_copy.h"
#include "pipeline/verify_report.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

bool tc_verify_file(tc_worker_pool *pool, int fd, const tc_certs *material, tc_json **out, tc_error *err)
{
  tc_auto(tc_fd) trust = -1;
  tc_auto(tc_json) arguments = tc_json_object();
  tc_auto(tc_worker_answer) answer = {0};
  tc_json_set_integer(arguments, "now", (int64_t)time(NULL));
  if (!tc_trust_bundle_write(material, &trust, err))
    return false;
  int fds[] = {fd, trust};
  tc_worker_call_options call = {.task = "verify", .arguments = arguments, .fds = fds, .fd_count = 2};
  if (!tc_worker_pool_call(pool, &call, &answer, err))
    return false;
  tc_json_set_text(answer.result, "advice", tc_verify_advice(answer.result));
  *out = tc_steal(&answer.result);
  return true;
}

/* A copy that this warehouse issued is in force while its record is; one it does not know stays unknown. */
tc_answer tc_record_in_force(tc_record_state state)
{
  switch (state) {
  case TC_RECORD_SEALED:
  case TC_RECORD_ARCHIVED:
  case TC_RECORD_DELIVERED:
    return TC_YES;
  case TC_RECORD_WITHDRAWN:
  case TC_RECORD_SUPERSEDED:
  case TC_RECORD_REVOKED:
  case TC_RECORD_EXPIRED:
    return TC_NO;
  default:
    return TC_UNKNOWN;
  }
}

/* Whether the signature in the role's field is by the certificate that the register has for the role. Of a certificate
   that the register does not have, only the very file that it knows is proof. */
static bool is_signed_as_registered(const char *certificate, tc_role role, bool is_known, const tc_json *result)
{
  const tc_json *signatures = tc_json_get(result, "signatures");
  for (size_t i = 0; *certificate != '\0' && i < tc_json_count(signatures); i++) {
    const tc_json *row = tc_json_at(signatures, i);
    if (strcmp(tc_json_get_text(row, "field", ""), tc_signature_field_of(role)) == 0)
      return strcmp(tc_json_get_text(row, "kind", ""), "signature") == 0 &&
             strcmp(tc_json_get_text(row, "certificate", ""), certificate) == 0;
  }
  return *certificate == '\0' && is_known;
}

static void add_unregistered(tc_json *result, const char *role)
{
  char detail[80];
  tc_json *finding = tc_json_object();
  snprintf(detail, sizeof detail, "the register has another %s", role);
  tc_json_set_text(finding, "code", TC_VERIFY_UNREGISTERED);
  tc_json_set_text(finding, "severity", "violation");
  tc_json_set_text(finding, "detail", detail);
  tc_json_append((tc_json *)(uintptr_t)tc_json_get(result, "findings"), finding);
  tc_json_set_text(result, "trusted", tc_answer_name(TC_NO));
  tc_json_set_text(result, "verdict", "invalid");
}

/* Whether all who have signed are those of the register; who is not, is a finding. */
static bool check_signers(tc_db_tx *tx, const tc_record_ref *ref, bool is_known, tc_json *result, bool *registered,
                          tc_error *err)
{
  static const struct {
    tc_role role;
    tc_record_signer signer;
  } places[] = {{TC_ROLE_CERTIFIER, TC_SIGNER_CERTIFIER}, {TC_ROLE_AGENCY, TC_SIGNER_AGENCY}};
  *registered = true;
  for (size_t i = 0; i < TC_ARRAY_LEN(places); i++) {
    char certificate[65];
    if (!tc_record_certificate(tx, ref, places[i].signer, certificate, err))
      return false;
    if (!is_signed_as_registered(certificate, places[i].role, is_known, result)) {
      *registered = false;
      add_unregistered(result, tc_role_name(places[i].role));
    }
  }
  return true;
}

static void add_standing(const tc_record_info *info, tc_json *result)
{
  tc_answer answer = tc_record_in_force(info->state);
  tc_json_set_text(result, "in_force", tc_answer_name(answer));
  tc_json_set_text(result, "record", info->id);
  tc_json_set_text(result, "state", tc_record_state_name(info->state));
  if (answer == TC_NO && strcmp(tc_json_get_text(result, "verdict", ""), "valid") == 0)
    tc_json_set_text(result, "verdict", "invalid");
}

/* By the file's digest (*is_known); a file that is not known but intact and by signers whom we trust, and says of
   itself which record it is a copy of, by that: somebody else may have extended it. What a stranger says of himself
   counts for nothing. */
static bool find_record(tc_db_tx *tx, const tc_digest *digest, const tc_json *result, char office[65],
                        char id[TC_ID_SIZE], bool *is_known, bool *found, tc_error *err)
{
  const char *record = tc_json_get_text(tc_json_get(result, "copy"), "record", "");
  bool trusted = strcmp(tc_json_get_text(result, "trusted", ""), tc_answer_name(TC_YES)) == 0;
  tc_error unknown = {0};
  if (!tc_record_find_copy(tx, digest, office, id, is_known, err))
    return false;
  *found = *is_known;
  if (*found || !trusted || !tc_id_is_valid(record))
    return true;
  *found = tc_record_find(tx, record, office, &unknown);
  snprintf(id, TC_ID_SIZE, "%s", record);
  return *found || unknown.code == TC_NOT_FOUND ||
         tc_error_set(err, unknown.code, unknown.sys_errno, unknown.where, "%s", unknown.message);
}

static bool look_up(tc_pipeline *p, const tc_digest *digest, tc_json *result, tc_error *err)
{
  tc_auto(tc_db_tx) tx = NULL;
  char office[65], id[TC_ID_SIZE];
  bool is_known = false, found = false, registered = false;
  tc_record_info info;
  if (!tc_db_begin(tc_storage_db(p->storage), TC_DB_SNAPSHOT, &tx, err) ||
      !find_record(tx, digest, result, office, id, &is_known, &found, err))
    return false;
  if (!found)
    return true;
  tc_record_ref ref = {.office = office, .id = id};
  if (!tc_record_read(tx, &ref, &info, err) || !check_signers(tx, &ref, is_known, result, &registered, err))
    return false;
  if (registered) /* else the record's standing is that of another file */
    add_standing(&info, result);
  tc_json_set_text(result, "advice", tc_verify_advice(result));
  return true;
}

bool tc_pipeline_verify(tc_pipeline *p, int fd, tc_json **out, tc_error *err)
{
  tc_auto(tc_certs) material = NULL;
  tc_auto(tc_json) result = NULL;
  tc_digest digest;
  if (!tc_certs_create(&material, err) || !tc_keyring_trust(p->keyring, material, err) ||
      !tc_verify_file(p->pool, fd, material, &result, err) ||
      !tc_digest_from_hex(tc_json_get_text(result, "digest", ""), &digest, err) || !look_up(p, &digest, result, err))
    return false;
  *out = tc_steal(&result);
  return true;
}

bool tc_pipeline_report(tc_pipeline *p, const tc_pipeline_report_options *options, const tc_json *result, int *out_fd,
                        int64_t *size, tc_error *err)
{
  tc_auto(tc_fd) fd = -1;
  struct stat status;
  tc_verify_report_options report = {.reasons = p->reasons,
                                     .language = options->language != NULL ? options->language
                                                                           : tc_nation_text(p->nation, "lang"),
                                     .file = options->file,
                                     .result = result,
                                     .now = (int64_t)time(NULL)};
  if (!tc_pipeline_scratch_file(p, &fd, err) || !tc_verify_report(p->pool, &report, fd, err))
    return false;
  if (fstat(fd, &status) != 0)
    return tc_fail_errno(err, TC_IO, errno, "the report's size");
  *size = status.st_size;
  *out_fd = tc_fd_steal(&fd);
  return true;
}
