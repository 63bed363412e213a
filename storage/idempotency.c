/* Idempotency keys: the first request claims the key, repetitions get its answer. */
#include "storage/job.h"
#include "storage/record_private.h"

#include <string.h>

void tc_idempotency_claim_finish(tc_idempotency_claim *claim)
{
  if (claim->answer != NULL)
    tc_json_release(claim->answer);
  *claim = (tc_idempotency_claim){0};
}

/* What the holder of the key left. A claim without an answer for ten minutes belonged to a request that died. */
static bool answer_of(tc_db_tx *tx, const char *office, const char *key, const tc_digest *request,
                      tc_idempotency_claim *out, tc_error *err)
{
  tc_auto(tc_db_rows) rows = NULL;
  tc_digest earlier;
  tc_db_param params[] = {tc_db_text(office), tc_db_text(key)};
  if (!tc_db_query(tx,
                   "SELECT request, status, answer, created_at < now() - interval '10 minutes' FROM idempotency"
                   " WHERE office_id = $1 AND key = $2 FOR UPDATE",
                   params, 2, &rows, err) ||
      !tc_db_get_digest(rows, 0, 0, &earlier, err))
    return false;
  if (memcmp(&earlier, request, sizeof earlier) != 0)
    return tc_fail(err, TC_CONFLICT, "this Idempotency-Key was used for another request");
  tc_idempotency_claim claim = {.status = (int)tc_db_get_integer(rows, 0, 1)};
  if (tc_db_is_null(rows, 0, 1)) {
    if (!tc_db_get_boolean(rows, 0, 3))
      return tc_fail(err, TC_CONFLICT, "the first request with this Idempotency-Key is still under way");
    claim.claimed = true;
    *out = claim;
    return tc_db_run(tx, "UPDATE idempotency SET created_at = now() WHERE office_id = $1 AND key = $2", params, 2, NULL,
                     err);
  }
  if (!tc_db_is_null(rows, 0, 2) && !tc_db_get_json(rows, 0, 2, &claim.answer, err))
    return false;
  *out = claim;
  return true;
}

TC_NODISCARD bool tc_idempotency_take(tc_db_tx *tx, const char *office, const char *key, const tc_digest *request,
                                      tc_idempotency_claim *out, tc_error *err)
{
  int64_t added = 0;
  tc_db_param params[] = {tc_db_text(office), tc_db_text(key), tc_db_digest(request)};
  if (!tc_db_run(tx, "INSERT INTO idempotency (office_id, key, request) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                 params, 3, &added, err))
    return false;
  if (added == 0)
    return answer_of(tx, office, key, request, out, err);
  *out = (tc_idempotency_claim){.claimed = true};
  return true;
}

TC_NODISCARD bool tc_idempotency_store(tc_db_tx *tx, const char *office, const char *key, int status,
                                       const tc_json *answer, tc_error *err)
{
  tc_auto(tc_buf) text = {0};
  tc_db_param json;
  int64_t changed = 0;
  if (!tc_record_json_param(answer, &text, &json, err))
    return false;
  tc_db_param params[] = {tc_db_text(office), tc_db_text(key), tc_db_integer(status), json};
  if (!tc_db_run(tx, "UPDATE idempotency SET status = $3, answer = $4::jsonb WHERE office_id = $1 AND key = $2", params,
                 4, &changed, err))
    return false;
  return changed == 1 || tc_fail(err, TC_NOT_FOUND, "this Idempotency-Key was not claimed");
}
