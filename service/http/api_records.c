#include "service/http/api.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static bool begin(tc_call *call, tc_db_tx **tx, tc_error *err)
{
  return tc_db_begin(tc_storage_db(tc_pipeline_storage(tc_call_pipeline(call))), TC_DB_SNAPSHOT, tx, err);
}

static bool integer_query(const tc_call *call, const char *name, long min, long max, long fallback, long *out,
                          tc_error *err)
{
  const char *text = tc_call_query(call, name);
  char *end = NULL;
  long value = text != NULL ? strtol(text, &end, 10) : fallback;
  if (text != NULL && (*text == '\0' || *end != '\0' || value < min || value > max))
    return tc_fail(err, TC_USAGE, "%s=%s: a number from %ld to %ld is wanted", name, text, min, max);
  *out = value;
  return true;
}

/* A cursor is the time and id of a record, as "next" gave it. */
static bool check_cursor(const char *text, tc_error *err)
{
  struct tm time = {0};
  const char *at = text != NULL ? strptime(text, "%Y-%m-%dT%H:%M:%S", &time) : NULL;
  if (text == NULL)
    return true;
  if (at != NULL && *at == '.')
    at += 1 + strspn(at + 1, "0123456789");
  if (at == NULL || strncmp(at, "Z ", 2) != 0 || !tc_id_is_valid(at + 2) || at - text > 40)
    return tc_fail(err, TC_USAGE, "before: not a cursor that a list gave as \"next\"");
  return true;
}

bool tc_api_list_records(tc_call *call, int *status, tc_json **answer, tc_error *err)
{
  (void)status;
  tc_auto(tc_db_tx) tx = NULL;
  long limit = 0;
  const char *state = tc_call_query(call, "state");
  tc_record_query query = tc_record_query_default();
  query.office = tc_pipeline_office(tc_call_pipeline(call));
  query.grade = tc_call_query(call, "grade");
  query.document_type = tc_call_query(call, "document_type");
  query.text = tc_call_query(call, "q");
  query.before = tc_call_query(call, "before");
  if (state != NULL && (query.state = tc_record_state_from_name(state)) == TC_RECORD_STATE_COUNT)
    return tc_fail(err, TC_USAGE, "there is no state '%s'", state);
  if (!check_cursor(query.before, err) || !integer_query(call, "limit", 1, 500, 50, &limit, err))
    return false;
  query.limit = (int)limit;
  return begin(call, &tx, err) && tc_record_list(tx, &query, answer, err);
}

bool tc_api_get_record(tc_call *call, int *status, tc_json **answer, tc_error *err)
{
  (void)status;
  return tc_pipeline_record(tc_call_pipeline(call), tc_call_part(call, 0), answer, err);
}

bool tc_api_field_history(tc_call *call, int *status, tc_json **answer, tc_error *err)
{
  (void)status;
  tc_auto(tc_db_tx) tx = NULL;
  tc_record_ref ref = {.office = tc_pipeline_office(tc_call_pipeline(call)), .id = tc_call_part(call, 0)};
  return begin(call, &tx, err) && tc_record_field_history(tx, &ref, tc_call_part(call, 1), answer, err);
}

bool tc_api_counts(tc_call *call, int *status, tc_json **answer, tc_error *err)
{
  (void)status;
  tc_auto(tc_db_tx) tx = NULL;
  return begin(call, &tx, err) && tc_record_counts(tx, tc_pipeline_office(tc_call_pipeline(call)), answer, err);
}

bool tc_api_list_types(tc_call *call, int *status, tc_json **answer, tc_error *err)
{
  (void)status;
  return tc_pipeline_list_types(tc_call_pipeline(call), answer, err);
}

bool tc_api_get_type(tc_call *call, int *status, tc_json **answer, tc_error *err)
{
  (void)status;
  const char *type = tc_call_part(call, 0);
  tc_auto(tc_json) described = NULL;
  if (!tc_pipeline_describe_type(tc_call_pipeline(call), type, &described, err))
    return false;
  if (tc_json_count(tc_json_get(described, "fields")) == 0)
    return tc_fail(err, TC_NOT_FOUND, "there is no paper type '%s'", type);
  *answer = tc_steal(&described);
  return true;
}

bool tc_api_register(tc_call *call, int *status, tc_json **answer, tc_error *err)
{
  (void)status;
  tc_auto(tc_db_tx) tx = NULL;
  long from = 0, limit = 0;
  char *end = NULL;
  long year = strtol(tc_call_part(call, 1), &end, 10);
  if (*end != '\0' || year < 1900 || year > 9999)
    return tc_fail(err, TC_NOT_FOUND, "there is no register of the year %s", tc_call_part(call, 1));
  if (!integer_query(call, "from", 1, 1000000000, 1, &from, err) ||
      !integer_query(call, "limit", 1, 1000, 100, &limit, err))
    return false;
  tc_register_query query = {.office = tc_pipeline_office(tc_call_pipeline(call)),
                             .book = tc_call_part(call, 0),
                             .year = (int)year,
                             .from = from,
                             .limit = (int)limit};
  return begin(call, &tx, err) && tc_register_list(tx, &query, answer, err);
}

/* ---- Files ---- */

void tc_api_get_copy(tc_call *call)
{
  tc_error err = {0};
  tc_pipeline *p = tc_call_pipeline(call);
  const char *id = tc_call_part(call, 0);
  tc_auto(tc_str) name = NULL;
  tc_record_info info;
  tc_call_file file = {.fd = -1, .media_type = "application/pdf"};
  char etag[TC_SHA256_HEX_SIZE];
  if (!tc_pipeline_info(p, id, &info, &err) || !tc_pipeline_friendly_name(p, id, &name, &err) ||
      !tc_pipeline_open_copy(p, id, &file.fd, &file.size, &err)) {
    tc_call_answer_problem(call, &err);
    return;
  }
  tc_digest_hex(&info.copy, etag);
  file.etag = etag;
  file.download_name = name;
  tc_call_answer_file(call, &file);
}

void tc_api_get_picture(tc_call *call)
{
  tc_error err = {0};
  tc_call_file file = {.fd = -1, .media_type = "image/jpeg", .immutable = true};
  long width = 0;
  long number = strtol(tc_call_part(call, 1), NULL, 10);
  if (!integer_query(call, "width", 16, 4096, 1400, &width, &err) ||
      !tc_pipeline_picture(tc_call_pipeline(call),
                           &(tc_picture_request){.id = tc_call_part(call, 0), .page = (int)number, .width = (int)width},
                           &file.fd, &file.size, &err))
    tc_call_answer_problem(call, &err);
  else
    tc_call_answer_file(call, &file);
}
