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

/* Whether the file bears the signature that the register has for a role: its newest one counts. */
static bool is_signed_as_registered(const tc_json *record, const char *role, const tc_json *result)
{
  const tc_json *registered = tc_json_get(record, "signatures"), *signatures = tc_json_get(result, "signatures");
  const char *serial = NULL;
  for (size_t i = 0; i < tc_json_count(registered); i++) {
    const tc_json *row = tc_json_at(registered, i);
    if (strcmp(tc_json_get_text(row, "signer", ""), role) == 0 && tc_json_get_text(row, "serial", NULL) != NULL)
      serial = tc_json_get_text(row, "serial", NULL);
  }
  for (size_t i = 0; serial != NULL && i < tc_json_count(signatures); i++)
    if (strcmp(tc_json_get_text(tc_json_at(signatures, i), "serial", ""), serial) == 0)
      return true;
  return serial == NULL;
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

/* What the register says of the file's signers and of the record's standing. */
static void apply_register(const tc_record_info *info, const tc_json *record, tc_json *result)
{
  static const tc_role roles[] = {TC_ROLE_CERTIFIER, TC_ROLE_AGENCY};
  tc_answer answer = tc_record_in_force(info->state);
  bool registered = true;
  for (size_t i = 0; i < TC_ARRAY_LEN(roles); i++)
    if (!is_signed_as_registered(record, tc_role_name(roles[i]), result)) {
      registered = false;
      add_unregistered(result, tc_role_name(roles[i]));
    }
  if (!registered) /* the record's standing is that of another file */
    return;
  tc_json_set_text(result, "in_force", tc_answer_name(answer));
  tc_json_set_text(result, "record", info->id);
  tc_json_set_text(result, "state", tc_record_state_name(info->state));
  if (answer == TC_NO && strcmp(tc_json_get_text(result, "verdict", ""), "valid") == 0)
    tc_json_set_text(result, "verdict", "invalid");
}

/* By the file's digest; a file that is not known but intact, and says of itself which record it is a copy of, by that:
   somebody else may have extended it. */
static bool find_record(tc_db_tx *tx, const tc_digest *digest, const tc_json *result, char office[65],
                        char id[TC_ID_SIZE], bool *found, tc_error *err)
{
  const char *record = tc_json_get_text(tc_json_get(result, "copy"), "record", "");
  tc_error unknown = {0};
  if (!tc_record_find_copy(tx, digest, office, id, found, err))
    return false;
  if (*found || !tc_id_is_valid(record))
    return true;
  *found = tc_record_find(tx, record, office, &unknown);
  snprintf(id, TC_ID_SIZE, "%s", record);
  return *found || unknown.code == TC_NOT_FOUND ||
         tc_error_set(err, unknown.code, unknown.sys_errno, unknown.where, "%s", unknown.message);
}

static bool look_up(tc_pipeline *p, const tc_digest *digest, tc_json *result, tc_error *err)
{
  tc_auto(tc_db_tx) tx = NULL;
  tc_auto(tc_json) record = NULL;
  char office[65], id[TC_ID_SIZE];
  bool found = false;
  tc_record_info info;
  if (!tc_db_begin(tc_storage_db(p->storage), TC_DB_SNAPSHOT, &tx, err) ||
      !find_record(tx, digest, result, office, id, &found, err))
    return false;
  if (!found)
    return true;
  tc_record_ref ref = {.office = office, .id = id};
  if (!tc_record_read(tx, &ref, &info, err) || !tc_record_json(tx, &ref, &record, err))
    return false;
  apply_register(&info, record, result);
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
