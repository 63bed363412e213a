/*
 * What every API route has in common: an answer or a problem, and Idempotency-Key. A key is claimed in the database
 * before the work and its answer stored after it; a repetition with the same body gets that answer, with another body a
 * conflict. Only good answers are stored: what failed may be tried again under its key.
 */
#include "service/http/api.h"

#include "service/http/call_private.h"

#include "base/text.h"
#include "storage/job.h"

#include <string.h>

enum { KEY_LIMIT = 200 };

static bool request_digest(const tc_call *call, tc_digest *out, tc_error *err)
{
  tc_auto(tc_sha256) digest = NULL;
  tc_digest body = {0};
  if (call->body >= 0 && !tc_digest_of_fd(call->body, 0, -1, &body, err))
    return false;
  return tc_sha256_create(&digest, err) && tc_sha256_update(digest, call->method, strlen(call->method) + 1, err) &&
         tc_sha256_update(digest, call->path, strlen(call->path) + 1, err) &&
         tc_sha256_update(digest, body.bytes, sizeof body.bytes, err) && tc_sha256_end(digest, out, err);
}

static bool claim_key(tc_call *call, const char *key, tc_idempotency_claim *claim, tc_error *err)
{
  tc_digest digest;
  tc_auto(tc_db_tx) tx = NULL;
  if (key[0] == '\0' || strlen(key) > KEY_LIMIT || !tc_text_is_valid(tc_bytes_of_text(key)))
    return tc_fail(err, TC_USAGE, "an Idempotency-Key has 1 to %d characters", KEY_LIMIT);
  return request_digest(call, &digest, err) &&
         tc_db_begin(tc_storage_db(tc_pipeline_storage(call->pipeline)), TC_DB_READ_COMMITTED, &tx, err) &&
         tc_idempotency_take(tx, tc_pipeline_office(call->pipeline), key, &digest, claim, err) &&
         tc_db_commit(&tx, err);
}

static bool store_answer(tc_call *call, const char *key, int status, const tc_json *answer, tc_error *err)
{
  tc_auto(tc_db_tx) tx = NULL;
  return tc_db_begin(tc_storage_db(tc_pipeline_storage(call->pipeline)), TC_DB_READ_COMMITTED, &tx, err) &&
         tc_idempotency_store(tx, tc_pipeline_office(call->pipeline), key, status, answer, err) &&
         tc_db_commit(&tx, err);
}

/* The answer under a key: the stored one, or a new one that is stored. */
static bool answer_once(const tc_route *route, tc_call *call, const char *key, int *status, tc_json **answer,
                        tc_error *err)
{
  tc_auto(tc_idempotency_claim) claim = {0};
  if (!claim_key(call, key, &claim, err))
    return false;
  if (!claim.claimed) {
    *status = claim.status;
    *answer = tc_steal(&claim.answer);
    return true;
  }
  return route->api(call, status, answer, err) && store_answer(call, key, *status, *answer, err);
}

static void run_api(const tc_route *route, tc_call *call)
{
  tc_error err = {0};
  tc_json *answer = NULL;
  int status = 200;
  const char *key = strcmp(call->method, "POST") == 0 ? tc_call_header(call, "Idempotency-Key") : NULL;
  bool ok =
      key != NULL ? answer_once(route, call, key, &status, &answer, &err) : route->api(call, &status, &answer, &err);
  if (ok) {
    tc_call_answer_json(call, status, answer);
    return;
  }
  tc_json_release(answer);
  tc_call_answer_problem(call, &err);
}

/* ---- What no handler wants to see ---- */

static enum MHD_Result check_query(void *data, enum MHD_ValueKind kind, const char *name, const char *value)
{
  (void)kind, (void)name;
  bool *valid = data;
  *valid = *valid && (value == NULL || tc_text_is_valid(tc_bytes_of_text(value)));
  return MHD_YES;
}

/* Texts are UTF-8, and what stands where a record's id stands is one. */
static bool check_address(const tc_route *route, const tc_call *call, tc_error *err)
{
  bool valid = true;
  for (size_t i = 0; i < CALL_PARTS; i++)
    valid = valid && tc_text_is_valid(tc_bytes_of_text(call->parts[i]));
  if (valid && strstr(route->pattern, "/{id}") != NULL && !tc_id_is_valid(call->parts[0]))
    return tc_fail(err, TC_NOT_FOUND, "there is no record %.40s", call->parts[0]);
  MHD_get_connection_values(call->connection, MHD_GET_ARGUMENT_KIND, check_query, &valid);
  return valid || tc_fail(err, TC_USAGE, "the address is not UTF-8");
}

void tc_route_run(const tc_route *route, tc_call *call)
{
  tc_error err = {0};
  if (!check_address(route, call, &err)) {
    tc_call_answer_problem(call, &err);
    return;
  }
  if (route->api != NULL)
    run_api(route, call);
  else
    route->handle(call);
}
