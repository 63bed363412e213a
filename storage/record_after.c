/* What happens to a finished copy: delivery and reference. */
#include "storage/record_private.h"

TC_NODISCARD bool tc_record_delivered(tc_db_tx *tx, const tc_record_ref *record, const tc_record_delivery *delivery,
                                      tc_error *err)
{
  tc_record_info info;
  tc_auto(tc_buf) text = {0};
  tc_db_param proof;
  tc_record_event why = {.kind = "delivered_again", .actor = delivery->actor};
  if (!tc_record_begin_step(tx, record, &info, err) || !tc_record_json_param(delivery->proof, &text, &proof, err))
    return false;
  if (info.state == TC_RECORD_DELIVERED ? !tc_record_touch(tx, &info, err) || !tc_record_add_event(tx, &info, &why, err)
                                        : !tc_record_move_to(tx, &info, TC_RECORD_DELIVERED, &why, err))
    return false;
  tc_db_param params[] = {tc_db_text(info.office),         tc_db_text(info.id),          tc_db_text(delivery->actor),
                          tc_db_text(delivery->recipient), tc_db_text(delivery->method), proof};
  return tc_db_run(tx,
                   "INSERT INTO delivery (office_id, record_id, ordinal, actor, recipient, method, proof, at)"
                   " SELECT $1, $2, (SELECT coalesce(max(ordinal), 0) + 1 FROM delivery WHERE office_id = $1 AND"
                   "                 record_id = $2), $3, $4, $5, $6::jsonb, clock_timestamp()",
                   params, 6, NULL, err);
}

TC_NODISCARD bool tc_record_refer(tc_db_tx *tx, const tc_record_ref *record, const tc_record_reference *reference,
                                  tc_error *err)
{
  tc_record_info info;
  if (!tc_record_begin_step(tx, record, &info, err))
    return false;
  if (!info.has_copy)
    return tc_fail(err, TC_CONFLICT, "record %s is %s: there is no copy to rely on", info.id,
                   tc_record_state_name(info.state));
  tc_db_param params[] = {tc_db_text(info.office),          tc_db_text(info.id),
                          tc_db_text(reference->actor),     tc_db_text(reference->organisation),
                          tc_db_text(reference->procedure), tc_db_text(reference->ground),
                          tc_db_text(reference->note)};
  return tc_db_run(tx,
                   "INSERT INTO reference (office_id, record_id, ordinal, actor, organisation, procedure, ground, note,"
                   "                       at)"
                   " SELECT $1, $2, (SELECT coalesce(max(ordinal), 0) + 1 FROM reference WHERE office_id = $1 AND"
                   "                 record_id = $2), $3, $4, $5, $6, $7, clock_timestamp()",
                   params, 7, NULL, err);
}
