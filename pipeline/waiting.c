/* Signatures that wait for a key that is not here: what they are, and what becomes of those that nobody signs. */
#include "pipeline/context.h"

bool tc_pipeline_waiting(tc_pipeline *p, tc_record_signer signer, int limit, tc_json **out, tc_error *err)
{
  tc_auto(tc_db_tx) tx = NULL;
  tc_record_waiting_query query = {.office = p->office, .signer = signer, .limit = limit};
  return tc_db_begin(tc_storage_db(p->storage), TC_DB_SNAPSHOT, &tx, err) && tc_record_waiting(tx, &query, out, err);
}

typedef struct lapsing {
  tc_record_ref ref;
  int64_t before;
  bool lapsed;
} lapsing;

/* Looked at again under the lock: it may have been signed a moment ago. */
static bool lapse(tc_db_tx *tx, void *data, tc_error *err)
{
  lapsing *l = data;
  tc_record_info info;
  tc_error none = {0};
  tc_auto(tc_record_pending) pending = {0};
  if (!tc_record_lock(tx, &l->ref, &info, err))
    return false;
  bool may_wait =
      info.state == TC_RECORD_COMPARED || info.state == TC_RECORD_PREPARED || info.state == TC_RECORD_SIGNED;
  if (!may_wait || !tc_record_read_pending(tx, &l->ref, &pending, &none) || pending.prepared_at >= l->before)
    return true;
  tc_record_move move = {
      .from = info.state, .to = TC_RECORD_WITHDRAWN, .actor = "truecopy", .reason = "not_signed_in_time"};
  l->lapsed = true;
  return tc_record_transition(tx, &l->ref, &move, err);
}

bool tc_pipeline_lapse(tc_pipeline *p, int64_t now, int *count, tc_error *err)
{
  enum { AT_ONCE = 100, DAY_S = 86400 };
  int64_t days = tc_settings_integer(p->settings, "pipeline.unsigned_days");
  tc_auto(tc_db_tx) tx = NULL;
  tc_auto(tc_json) waiting = NULL;
  *count = 0;
  if (days == 0)
    return true;
  tc_record_waiting_query query = {
      .office = p->office, .signer = TC_SIGNER_ANY, .before = now - days * DAY_S, .limit = AT_ONCE};
  if (!tc_db_begin(tc_storage_db(p->storage), TC_DB_SNAPSHOT, &tx, err) ||
      !tc_record_waiting(tx, &query, &waiting, err))
    return false;
  tc_db_rollback(tc_steal(&tx));
  for (size_t i = 0; i < tc_json_count(waiting); i++) {
    lapsing l = {.ref = {.office = p->office, .id = tc_json_get_text(tc_json_at(waiting, i), "record", "")},
                 .before = query.before};
    if (!tc_db_transact(tc_storage_db(p->storage), TC_DB_READ_COMMITTED, lapse, &l, err))
      return false;
    *count += l.lapsed;
  }
  return true;
}
