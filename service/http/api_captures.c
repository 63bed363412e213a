#include "service/http/api.h"

#include <stdio.h>
#include <string.h>

static bool is_grade(const char *grade)
{
  static const char *const grades[] = {TC_GRADE_SELF_SCANNED, TC_GRADE_DIGITISED, TC_GRADE_CERTIFIED,
                                       TC_GRADE_BORN_DIGITAL};
  for (size_t i = 0; i < TC_ARRAY_LEN(grades); i++)
    if (strcmp(grades[i], grade) == 0)
      return true;
  return false;
}

static tc_json *papers_json(const tc_received *received)
{
  tc_json *papers = tc_json_array();
  for (size_t i = 0; i < received->count; i++) {
    tc_json *paper = tc_json_object();
    tc_json_set_text(paper, "id", received->papers[i].id);
    tc_json_set_boolean(paper, "existing", received->papers[i].existing);
    tc_json_append(papers, paper);
  }
  return papers;
}

/* POST /api/v1/captures?file_name=…&grade=…&requester=…: the body is the capture. 201 with the record; 200 where the
   capture is known. Several cards on a glass are several records; the first one is named as a single one is. */
bool tc_api_add_capture(tc_call *call, int *status, tc_json **answer, tc_error *err)
{
  if (tc_call_body_size(call) == 0)
    return tc_fail(err, TC_USAGE, "the body is empty: send the capture's bytes");
  const char *grade = tc_call_query(call, "grade");
  if (grade != NULL && !is_grade(grade))
    return tc_fail(err, TC_USAGE, "there is no grade '%s'", grade);
  const char *mode = tc_call_query(call, "capture_mode");
  tc_intake intake = {.fd = tc_call_body(call),
                      .file_name = tc_call_query(call, "file_name"),
                      .grade = grade != NULL ? grade : TC_GRADE_CERTIFIED,
                      .actor = "counter",
                      .channel = "counter",
                      .capture_mode = mode,
                      .requester = tc_call_query(call, "requester")};
  tc_received received = {0};
  if (!tc_pipeline_receive(tc_call_pipeline(call), &intake, &received, err))
    return false;
  const char *id = received.papers[0].id;
  const bool existing = received.papers[0].existing;
  char location[64];
  snprintf(location, sizeof location, "/api/v1/records/%s", id);
  tc_call_add_header(call, "Location", location);
  tc_call_poke(call);
  *answer = tc_json_object();
  tc_json_set_text(*answer, "id", id);
  tc_json_set_boolean(*answer, "existing", existing);
  tc_json_set(*answer, "papers", papers_json(&received));
  *status = existing ? 200 : 201;
  return true;
}

static bool open_capture(tc_call *call, const tc_digest *digest, tc_call_file *file, tc_error *err)
{
  tc_pipeline *p = tc_call_pipeline(call);
  tc_auto(tc_db_tx) tx = NULL;
  char id[TC_ID_SIZE];
  bool found = false;
  /* A blob is handed out here only where a live record holds it as its capture. */
  if (!tc_db_begin(tc_storage_db(tc_pipeline_storage(p)), TC_DB_SNAPSHOT, &tx, err) ||
      !tc_record_find_capture(tx, tc_pipeline_office(p), digest, id, &found, err))
    return false;
  if (!found)
    return tc_fail(err, TC_NOT_FOUND, "there is no such capture");
  file->media_type = "application/octet-stream";
  file->immutable = true;
  return tc_blob_open(tc_storage_blobs(tc_pipeline_storage(p)), digest, &file->fd, &file->size, err);
}

void tc_api_get_capture(tc_call *call)
{
  tc_error err = {0};
  tc_digest digest;
  tc_call_file file = {.fd = -1, .etag = tc_call_part(call, 0)};
  if (tc_digest_from_hex(tc_call_part(call, 0), &digest, &err) && open_capture(call, &digest, &file, &err))
    tc_call_answer_file(call, &file);
  else
    tc_call_answer_problem(call, &err);
}
