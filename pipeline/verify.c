#include "pipeline/context.h"

#include "pipeline/trust_bundle.h"
#include "pipeline/verify_advice.h"

#include <string.h>
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

static bool look_up(tc_pipeline *p, const tc_digest *digest, tc_json *result, tc_error *err)
{
  tc_auto(tc_db_tx) tx = NULL;
  char office[65], id[TC_ID_SIZE];
  bool found = false;
  tc_record_info info;
  if (!tc_db_begin(tc_storage_db(p->storage), TC_DB_SNAPSHOT, &tx, err) ||
      !tc_record_find_copy(tx, digest, office, id, &found, err))
    return false;
  if (!found)
    return true;
  tc_record_ref ref = {.office = office, .id = id};
  if (!tc_record_read(tx, &ref, &info, err))
    return false;
  tc_answer answer = tc_record_in_force(info.state);
  tc_json_set_text(result, "in_force", tc_answer_name(answer));
  tc_json_set_text(result, "record", info.id);
  tc_json_set_text(result, "state", tc_record_state_name(info.state));
  if (answer == TC_NO && strcmp(tc_json_get_text(result, "verdict", ""), "valid") == 0)
    tc_json_set_text(result, "verdict", "invalid");
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
