/*
 * Numbers. The book's row is locked by the UPDATE that draws, and stays so until the transaction ends: numbers come in
 * the order of commits, and a rollback leaves no gap. A number exists only together with its record's row in
 * register_entry, which nothing deletes.
 */
#include "storage/register.h"

#include "storage/record_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static bool print_number(const tc_register_binding *binding, int64_t number, char out[97], tc_error *err)
{
  size_t used = 0;
  for (const char *at = binding->format != NULL ? binding->format : "%N"; *at != '\0'; at++) {
    char piece[80];
    if (*at == '%' && at[1] == 'N')
      snprintf(piece, sizeof piece, "%" PRId64, number);
    else if (*at == '%' && at[1] == 'Y')
      snprintf(piece, sizeof piece, "%d", binding->year);
    else if (*at == '%' && at[1] == 'B')
      snprintf(piece, sizeof piece, "%s", binding->book);
    else
      snprintf(piece, sizeof piece, "%c", *at);
    if (*at == '%' && at[1] != '\0')
      at++;
    size_t size = strlen(piece);
    if (used + size > 96)
      return tc_fail(err, TC_CONFIG, "the format of certification numbers is too long");
    memcpy(out + used, piece, size);
    used += size;
  }
  out[used] = '\0';
  return true;
}

static bool read_bound(tc_db_tx *tx, const tc_record_info *info, tc_register_number *out, tc_error *err)
{
  tc_auto(tc_db_rows) rows = NULL;
  tc_db_param params[] = {tc_db_text(info->office), tc_db_text(info->id)};
  if (!tc_db_query(tx,
                   "SELECT number, year, book, number_text, date FROM register_entry"
                   " WHERE office_id = $1 AND record_id = $2 AND state <> 'void'",
                   params, 2, &rows, err))
    return false;
  tc_register_number number = {.number = tc_db_get_integer(rows, 0, 0), .year = (int)tc_db_get_integer(rows, 0, 1)};
  snprintf(number.book, sizeof number.book, "%s", tc_db_get_text(rows, 0, 2));
  snprintf(number.text, sizeof number.text, "%s", tc_db_get_text(rows, 0, 3));
  snprintf(number.date, sizeof number.date, "%s", tc_db_get_text(rows, 0, 4));
  *out = number;
  return true;
}

/* *found false: the office has no such book yet. */
static bool count_on(tc_db_tx *tx, const tc_db_param params[3], int64_t *out, bool *found, tc_error *err)
{
  tc_auto(tc_db_rows) rows = NULL;
  if (!tc_db_query(tx,
                   "UPDATE register_book SET last_number = last_number + 1"
                   " WHERE office_id = $1 AND book = $2 AND year = $3 RETURNING last_number",
                   params, 3, &rows, err))
    return false;
  *found = tc_db_rows_count(rows) > 0;
  if (*found)
    *out = tc_db_get_integer(rows, 0, 0);
  return true;
}

static bool draw(tc_db_tx *tx, const char *office, const tc_register_binding *binding, int64_t *out, tc_error *err)
{
  bool found = false;
  tc_db_param params[] = {tc_db_text(office), tc_db_text(binding->book), tc_db_integer(binding->year)};
  return count_on(tx, params, out, &found, err) &&
         (found ||
          (tc_db_run(tx, "INSERT INTO register_book (office_id, book, year) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                     params, 3, NULL, err) &&
           count_on(tx, params, out, &found, err)));
}

/* The entry, the record's next version and the event of it, and the number as it was written. */
static const char sql_bind[] =
    "WITH bound AS ("
    "  INSERT INTO register_entry (office_id, book, year, number, number_text, record_id, state, date,"
    "    requester, original_name, signer, signer_title, copies, pages, fee, note, bound_by, bound_at)"
    "  VALUES ($1, $2, $3, $4, $5, $6, 'bound', $7::date, $8, $9, $10, $11, $12, $13, $14, $15, $16,"
    "          clock_timestamp()) RETURNING number_text, date),"
    " touched AS ("
    "  UPDATE record SET version = version + 1, updated_at = clock_timestamp() WHERE office_id = $1 AND id = $6)"
    " INSERT INTO event (office_id, record_id, ordinal, kind, actor, at)"
    " SELECT $1, $6, (SELECT coalesce(max(ordinal), 0) + 1 FROM event WHERE office_id = $1 AND record_id = $6),"
    "        'number_bound', $16, clock_timestamp() FROM bound"
    " RETURNING (SELECT number_text FROM bound), (SELECT date FROM bound)";

static bool add_entry(tc_db_tx *tx, const tc_record_info *info, const tc_register_binding *binding, int64_t number,
                      tc_register_number *out, tc_error *err)
{
  char text[97];
  tc_auto(tc_db_rows) rows = NULL;
  if (!print_number(binding, number, text, err))
    return false;
  tc_db_param params[] = {tc_db_text(info->office),
                          tc_db_text(binding->book),
                          tc_db_integer(binding->year),
                          tc_db_integer(number),
                          tc_db_text(text),
                          tc_db_text(info->id),
                          tc_db_text(binding->date),
                          tc_db_text(binding->requester),
                          tc_db_text(binding->original_name),
                          tc_db_text(binding->signer),
                          tc_db_text(binding->signer_title),
                          tc_db_integer(binding->copies),
                          tc_db_integer(binding->pages),
                          tc_db_integer(binding->fee),
                          tc_db_text(binding->note),
                          tc_db_text(binding->actor)};
  if (!tc_db_query(tx, sql_bind, params, TC_ARRAY_LEN(params), &rows, err))
    return false;
  *out = (tc_register_number){.number = number, .year = binding->year};
  snprintf(out->book, sizeof out->book, "%s", binding->book);
  snprintf(out->text, sizeof out->text, "%s", tc_db_get_text(rows, 0, 0));
  snprintf(out->date, sizeof out->date, "%s", tc_db_get_text(rows, 0, 1));
  return true;
}

/* Only a record that can be prepared from where it is gets a number. */
static bool check_step(tc_db_tx *tx, const tc_record_info *info, tc_error *err)
{
  tc_auto(tc_db_rows) rows = NULL;
  tc_db_param params[] = {tc_db_text(info->grade), tc_db_text(tc_record_state_name(info->state))};
  if (!tc_db_query(tx,
                   "SELECT g.needs_number AND EXISTS (SELECT FROM grade_step s WHERE s.grade = g.name AND"
                   "  s.from_state = $2 AND s.to_state = 'prepared') FROM grade g WHERE g.name = $1",
                   params, 2, &rows, err))
    return false;
  return tc_db_get_boolean(rows, 0, 0) ||
         tc_fail(err, TC_CONFLICT, "record %s (%s, %s) cannot take a number of the register", info->id, info->grade,
                 tc_record_state_name(info->state));
}

TC_NODISCARD bool tc_register_bind(tc_db_tx *tx, const tc_record_ref *record, const tc_register_binding *binding,
                                   tc_register_number *out, tc_error *err)
{
  tc_record_info info;
  int64_t number = 0;
  if (!tc_record_begin_step(tx, record, &info, err))
    return false;
  if (info.has_number)
    return read_bound(tx, &info, out, err);
  return check_step(tx, &info, err) && draw(tx, info.office, binding, &number, err) &&
         add_entry(tx, &info, binding, number, out, err);
}

TC_NODISCARD bool tc_register_void_bound(tc_db_tx *tx, const tc_record_info *record, const char *reason,
                                         const char *actor, int64_t *voided, tc_error *err)
{
  tc_db_param params[] = {tc_db_text(record->office), tc_db_text(record->id), tc_db_text(reason), tc_db_text(actor)};
  return tc_db_run(tx,
                   "UPDATE register_entry SET state = 'void', void_reason = $3, voided_by = $4,"
                   "                          voided_at = clock_timestamp()"
                   " WHERE office_id = $1 AND record_id = $2 AND state = 'bound'",
                   params, 4, voided, err);
}

TC_NODISCARD bool tc_register_void(tc_db_tx *tx, const tc_record_ref *record, const char *reason, const char *actor,
                                   tc_error *err)
{
  tc_record_info info;
  int64_t voided = 0;
  tc_record_event event = {.kind = "number_voided", .reason = reason, .actor = actor};
  if (reason == NULL || reason[0] == '\0')
    return tc_fail(err, TC_USAGE, "a number is voided only with a reason");
  if (!tc_record_begin_step(tx, record, &info, err) || !tc_register_void_bound(tx, &info, reason, actor, &voided, err))
    return false;
  if (voided == 0 && info.has_number)
    return tc_fail(err, TC_CONFLICT, "number %s of record %s is issued and stays so", info.number_text, info.id);
  if (voided == 0)
    return tc_fail(err, TC_NOT_FOUND, "record %s has no number", info.id);
  return tc_record_touch(tx, &info, err) && tc_record_add_event(tx, &info, &event, err);
}

TC_NODISCARD bool tc_register_list(tc_db_tx *tx, const tc_register_query *query, tc_json **out, tc_error *err)
{
  int limit = query->limit > 0 && query->limit <= 1000 ? query->limit : 100;
  tc_db_param params[] = {tc_db_text(query->office), tc_db_text(query->book), tc_db_integer(query->year),
                          tc_db_integer(query->from), tc_db_integer(limit)};
  return tc_record_query_json(
      tx,
      "SELECT coalesce(jsonb_agg(jsonb_build_object('number', number, 'text', number_text, 'state', state, 'date', "
      "date,"
      "  'record', record_id, 'requester', requester, 'original_name', original_name, 'signer', signer,"
      "  'signer_title', signer_title, 'copies', copies, 'pages', pages, 'fee', fee, 'note', note,"
      "  'void_reason', void_reason, 'bound_at', bound_at, 'issued_at', issued_at, 'voided_at', voided_at)"
      "  ORDER BY number), '[]')"
      " FROM (SELECT * FROM register_entry WHERE office_id = $1 AND book = $2 AND year = $3 AND number >= $4"
      "       ORDER BY number LIMIT $5) entries",
      params, 5, out, err);
}

TC_NODISCARD bool tc_register_books(tc_db_tx *tx, const char *office, tc_json **out, tc_error *err)
{
  tc_db_param params[] = {tc_db_text(office)};
  return tc_record_query_json(
      tx,
      "SELECT coalesce(jsonb_agg(jsonb_build_object('office', office_id, 'book', book, 'year', year,"
      "  'last', last_number, 'issued', issued, 'bound', bound, 'void', voided) ORDER BY office_id, year, book), '[]')"
      " FROM (SELECT b.office_id, b.book, b.year, b.last_number, count(*) FILTER (WHERE state = 'issued') AS issued,"
      "              count(*) FILTER (WHERE state = 'bound') AS bound, count(*) FILTER (WHERE state = 'void') AS voided"
      "       FROM register_book b LEFT JOIN register_entry e USING (office_id, book, year)"
      "       WHERE $1::text IS NULL OR b.office_id = $1 GROUP BY b.office_id, b.book, b.year) books",
      params, 1, out, err);
}
