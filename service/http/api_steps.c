/*
 * Persons' steps and the signing of a record, each a call of its own.
 */
#include "service/http/api.h"

#include "base/file.h"

#include <string.h>

/* The state after the step, for the client to go on from. */
static bool answer_state(tc_call *call, tc_json **answer, tc_error *err)
{
  tc_record_info info;
  if (!tc_pipeline_info(tc_call_pipeline(call), tc_call_part(call, 0), &info, err))
    return false;
  *answer = tc_json_object();
  tc_json_set_text(*answer, "id", info.id);
  tc_json_set_text(*answer, "state", tc_record_state_name(info.state));
  tc_json_set_integer(*answer, "version", info.version);
  if (info.has_number)
    tc_json_set_text(*answer, "number", info.number_text);
  tc_json_set_text(*answer, "level", info.level);
  return true;
}

bool tc_api_confirm(tc_call *call, int *status, tc_json **answer, tc_error *err)
{
  (void)status;
  tc_auto(tc_json) body = NULL;
  if (!tc_call_body_json(call, &body, err))
    return false;
  const tc_json *fields = tc_json_get(body, "fields");
  if (fields != NULL && !tc_json_is_object(fields))
    return tc_fail(err, TC_USAGE, "\"fields\" is an object of keys and values");
  const char *actor = tc_json_get_text(body, "actor", "counter");
  return tc_pipeline_confirm(tc_call_pipeline(call), tc_call_part(call, 0), tc_json_get_integer(body, "version", 0),
                             fields, actor, err) &&
         answer_state(call, answer, err);
}

static tc_pipeline_comparison comparison_of(const tc_json *body)
{
  return (tc_pipeline_comparison){.actor = tc_json_get_text(body, "actor", "counter"),
                                  .name = tc_json_get_text(body, "name", NULL),
                                  .title = tc_json_get_text(body, "title", NULL)};
}

bool tc_api_compare(tc_call *call, int *status, tc_json **answer, tc_error *err)
{
  (void)status;
  tc_auto(tc_json) body = NULL;
  if (!tc_call_body_json(call, &body, err))
    return false;
  tc_pipeline_comparison comparison = comparison_of(body);
  return tc_pipeline_compare(tc_call_pipeline(call), tc_call_part(call, 0), tc_json_get_integer(body, "version", 0),
                             &comparison, err) &&
         answer_state(call, answer, err);
}

/* Whose signatures may be made elsewhere, in the order in which a copy needs them. */
static const struct {
  tc_record_signer signer;
  tc_role role;
} signers[] = {
    {TC_SIGNER_OFFICER, TC_ROLE_OFFICER}, {TC_SIGNER_CERTIFIER, TC_ROLE_CERTIFIER}, {TC_SIGNER_AGENCY, TC_ROLE_AGENCY}};

static const char *signer_name(tc_record_signer signer)
{
  for (size_t i = 0; i < TC_ARRAY_LEN(signers); i++)
    if (signers[i].signer == signer)
      return tc_role_name(signers[i].role);
  return "";
}

bool tc_api_prepare(tc_call *call, int *status, tc_json **answer, tc_error *err)
{
  (void)status;
  tc_prepared_digest prepared;
  char hex[TC_SHA256_HEX_SIZE];
  if (!tc_pipeline_prepare(tc_call_pipeline(call), tc_call_part(call, 0), &prepared, err) ||
      !answer_state(call, answer, err))
    return false;
  tc_json_set_text(*answer, "signer", signer_name(prepared.signer));
  tc_digest_hex(&prepared.digest, hex);
  tc_json_set_text(*answer, "digest", hex);
  tc_digest_hex(&prepared.document, hex);
  tc_json_set_text(*answer, "document", hex);
  return true;
}

/* The body is the CMS in DER (application/pkcs7-signature), or empty: then the server's own key signs. */
bool tc_api_finish(tc_call *call, int *status, tc_json **answer, tc_error *err)
{
  enum { CMS_LIMIT = 1 << 20 };
  (void)status;
  tc_auto(tc_buf) cms = {0};
  if (tc_call_body_size(call) > 0 &&
      (lseek(tc_call_body(call), 0, SEEK_SET) != 0 || !tc_fd_read_all(tc_call_body(call), CMS_LIMIT, &cms, err)))
    return tc_fail(err, TC_IO, "the body cannot be read");
  return tc_pipeline_finish(tc_call_pipeline(call), tc_call_part(call, 0), tc_buf_bytes(&cms), err) &&
         answer_state(call, answer, err);
}

/* What a desk has to sign, and by whose certificate: it refuses where its token holds another. */
bool tc_api_waiting(tc_call *call, int *status, tc_json **answer, tc_error *err)
{
  enum { AT_ONCE = 100 };
  (void)status;
  tc_pipeline *p = tc_call_pipeline(call);
  const char *name = tc_call_part(call, 0);
  tc_auto(tc_json) waiting = NULL;
  size_t which = 0;
  while (which < TC_ARRAY_LEN(signers) && strcmp(name, tc_role_name(signers[which].role)) != 0)
    which++;
  if (which == TC_ARRAY_LEN(signers))
    return tc_fail(err, TC_NOT_FOUND, "nothing is signed by \"%s\": officer, certifier and agency sign", name);
  if (!tc_pipeline_waiting(p, signers[which].signer, AT_ONCE, &waiting, err))
    return false;
  const tc_cert_info *info = tc_keyring_info(tc_pipeline_keyring(p), signers[which].role);
  *answer = tc_json_object();
  tc_json_set_text(*answer, "signer", name);
  tc_json_set_text(*answer, "name", info->common_name);
  tc_json_set_text(*answer, "certificate", info->fingerprint);
  return tc_json_set(*answer, "waiting", tc_steal(&waiting)) || tc_fail(err, TC_NO_MEMORY, "no memory");
}

/* Compare, prepare, sign, seal and archive in one call, with the server's own keys: the counter's one button. */
bool tc_api_certify(tc_call *call, int *status, tc_json **answer, tc_error *err)
{
  (void)status;
  tc_auto(tc_json) body = NULL;
  tc_record_state reached;
  if (!tc_call_body_json(call, &body, err))
    return false;
  tc_pipeline_comparison comparison = comparison_of(body);
  return tc_pipeline_advance(tc_call_pipeline(call), tc_call_part(call, 0), TC_RECORD_ARCHIVED, &comparison, &reached,
                             err) &&
         tc_pipeline_sequence(tc_call_pipeline(call), err) && answer_state(call, answer, err);
}

static bool in_transaction(tc_call *call, tc_db_work work, void *data, tc_error *err)
{
  tc_db *db = tc_storage_db(tc_pipeline_storage(tc_call_pipeline(call)));
  return tc_db_transact(db, TC_DB_READ_COMMITTED, work, data, err);
}

typedef struct moving {
  tc_record_ref ref;
  tc_record_move move;
} moving;

static bool move_record(tc_db_tx *tx, void *data, tc_error *err)
{
  moving *m = data;
  tc_record_info info;
  if (!tc_record_lock(tx, &m->ref, &info, err))
    return false;
  m->move.from = info.state;
  return tc_record_transition(tx, &m->ref, &m->move, err);
}

bool tc_api_move(tc_call *call, int *status, tc_json **answer, tc_error *err)
{
  (void)status;
  tc_auto(tc_json) body = NULL;
  if (!tc_call_body_json(call, &body, err))
    return false;
  moving m = {.ref = {.office = tc_pipeline_office(tc_call_pipeline(call)),
                      .id = tc_call_part(call, 0),
                      .version = tc_json_get_integer(body, "version", 0)}};
  const char *to = tc_json_get_text(body, "to", "");
  m.move.to = tc_record_state_from_name(to);
  m.move.actor = tc_json_get_text(body, "actor", "counter");
  m.move.reason = tc_json_get_text(body, "reason", NULL);
  if (m.move.to == TC_RECORD_STATE_COUNT)
    return tc_fail(err, TC_USAGE, "\"to\": there is no state '%s'", to);
  return in_transaction(call, move_record, &m, err) && answer_state(call, answer, err);
}

typedef struct referring {
  tc_record_ref ref;
  tc_record_reference reference;
} referring;

static bool add_reference(tc_db_tx *tx, void *data, tc_error *err)
{
  referring *r = data;
  return tc_record_refer(tx, &r->ref, &r->reference, err);
}

bool tc_api_refer(tc_call *call, int *status, tc_json **answer, tc_error *err)
{
  tc_auto(tc_json) body = NULL;
  if (!tc_call_body_json(call, &body, err))
    return false;
  referring r = {.ref = {.office = tc_pipeline_office(tc_call_pipeline(call)), .id = tc_call_part(call, 0)},
                 .reference = {.actor = tc_json_get_text(body, "actor", "agency"),
                               .organisation = tc_json_get_text(body, "organisation", NULL),
                               .procedure = tc_json_get_text(body, "procedure", NULL),
                               .ground = tc_json_get_text(body, "ground", NULL),
                               .note = tc_json_get_text(body, "note", NULL)}};
  if (r.reference.organisation == NULL || r.reference.procedure == NULL || r.reference.ground == NULL)
    return tc_fail(err, TC_USAGE, "a reference names its organisation, procedure and ground");
  *status = 201;
  return in_transaction(call, add_reference, &r, err) && answer_state(call, answer, err);
}
