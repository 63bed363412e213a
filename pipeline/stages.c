/*
 * The story of a record, as a table: in which state which stage takes it on. Each stage ends in one transaction, so the
 * state says what has happened, and a run that was killed goes on where the last transaction left off.
 */
#include "pipeline/manifest.h"
#include "pipeline/sign.h"

#include "base/file.h"

#include <string.h>

typedef struct step {
  tc_pipeline *pipeline;
  const char *id;
  tc_record_state until;
  const tc_pipeline_comparison *comparison;
} step;

/* What a stage did: went on, waits for a person, went straight to the archive, or failed. */
typedef enum outcome { WENT_ON, WAITS, ARCHIVED, FAILED } outcome;

/* ---- Recognition ---- */

typedef struct storing {
  tc_pipeline *pipeline;
  const char *id;
  const tc_json *result;
  tc_record_capture words;
} storing;

static bool store_recognition(tc_db_tx *tx, void *data, tc_error *err)
{
  storing *s = data;
  tc_record_ref ref = {.office = s->pipeline->office, .id = s->id};
  return tc_record_recognised(tx, &ref, s->result, &s->words, "truecopy", err);
}

/* What is known of the record's pages from their capture alone: what an earlier reading found goes. */
static tc_json *captured_pages(const tc_json *record)
{
  static const char *const read[] = {"number", "skew", "quality"};
  tc_json *rows = tc_json_array();
  const tc_json *pages = tc_json_get(record, "pages");
  for (size_t i = 0; i < tc_json_count(pages); i++) {
    tc_json *row = tc_json_object();
    tc_json_member m;
    for (bool more = tc_json_first(tc_json_at(pages, i), &m); more; more = tc_json_next(tc_json_at(pages, i), &m)) {
      bool kept = !tc_json_is_null(m.value);
      for (size_t k = 0; k < TC_ARRAY_LEN(read); k++)
        kept = kept && strcmp(m.key, read[k]) != 0;
      if (kept)
        tc_json_set(row, m.key, tc_json_keep((tc_json *)(uintptr_t)m.value));
    }
    tc_json_append(rows, row);
  }
  return rows;
}

static bool open_capture(tc_pipeline *p, const char *id, int *out_fd, tc_json **pages, tc_error *err)
{
  tc_record_info info;
  tc_auto(tc_json) record = NULL;
  tc_digest digest;
  int64_t size;
  if (!tc_pipeline_load(p, id, &info, &record, err))
    return false;
  *pages = captured_pages(record);
  const tc_json *first = tc_json_at(tc_json_get(record, "captures"), 0);
  return tc_digest_from_hex(tc_json_get_text(first, "sha256", ""), &digest, err) &&
         tc_blob_open(tc_storage_blobs(p->storage), &digest, out_fd, &size, err);
}

static outcome recognise(step *s, tc_error *err)
{
  tc_pipeline *p = s->pipeline;
  tc_auto(tc_fd) fd = -1;
  tc_auto(tc_json) pages = NULL;
  tc_auto(tc_recognition) recognition = {0};
  storing w = {.pipeline = p, .id = s->id};
  if (!open_capture(p, s->id, &fd, &pages, err))
    return FAILED;
  const tc_recognise_options options = {.fd = fd, .pages = pages};
  if (!tc_recognise(p->pool, &options, &recognition, err) ||
      !tc_blob_put(tc_storage_blobs(p->storage), tc_buf_bytes(&recognition.words), &w.words.digest, err))
    return FAILED;
  w.words.size = (int64_t)recognition.words.size;
  w.words.media_type = "application/jsonl";
  w.result = recognition.result;
  return tc_db_transact(tc_storage_db(p->storage), TC_DB_READ_COMMITTED, store_recognition, &w, err) ? WENT_ON : FAILED;
}

/* ---- Comparison and number ---- */

/* With every key at hand nothing lies between a comparison, a number and its copy (issue.c). */
static bool goes_straight(const step *s)
{
  const tc_keyring *keys = s->pipeline->keyring;
  return s->until >= TC_RECORD_ARCHIVED && !tc_keyring_is_at_desk(keys, TC_ROLE_CERTIFIER) &&
         !tc_keyring_is_at_desk(keys, TC_ROLE_AGENCY);
}

static bool comparison_row(const tc_pipeline *p, const tc_pipeline_comparison *from, tc_record_comparison *out,
                           tc_error *err)
{
  if (from->name == NULL && !tc_keyring_is_demo(p->keyring))
    return tc_fail(err, TC_USAGE, "say who compared the original with its capture: only the demo's samples go without");
  *out = (tc_record_comparison){.actor = from->actor,
                                .name = from->name != NULL ? from->name : tc_nation_text(p->nation, "sample_comparer"),
                                .title = from->title,
                                .original = "original"};
  return true;
}

static outcome compare(step *s, tc_error *err)
{
  tc_record_comparison row;
  if (s->comparison == NULL)
    return WAITS;
  if (!goes_straight(s) || tc_keyring_is_at_desk(s->pipeline->keyring, TC_ROLE_OFFICER))
    return tc_pipeline_compare(s->pipeline, s->id, 0, s->comparison, err) ? WENT_ON : FAILED;
  return comparison_row(s->pipeline, s->comparison, &row, err) && tc_pipeline_issue(s->pipeline, s->id, &row, err)
             ? ARCHIVED
             : FAILED;
}

static outcome prepare(step *s, tc_error *err)
{
  bool ready = false;
  if (!tc_manifest_prepare(s->pipeline, s->id, &ready, err))
    return FAILED;
  if (!ready)
    return WAITS;
  if (goes_straight(s))
    return tc_pipeline_issue(s->pipeline, s->id, NULL, err) ? ARCHIVED : FAILED;
  return tc_pipeline_prepare_certifier(s->pipeline, s->id, err) ? WENT_ON : FAILED;
}

/* ---- Signatures ---- */

/* A key at somebody's desk signs when that person does (truecopy desk). */
static outcome sign(step *s, tc_error *err)
{
  if (tc_keyring_is_at_desk(s->pipeline->keyring, TC_ROLE_CERTIFIER))
    return WAITS;
  return tc_pipeline_finish(s->pipeline, s->id, (tc_bytes){0}, err) ? WENT_ON : FAILED;
}

static outcome seal(step *s, tc_error *err)
{
  if (!tc_pipeline_prepare_seal(s->pipeline, s->id, err))
    return FAILED;
  if (tc_keyring_is_at_desk(s->pipeline->keyring, TC_ROLE_AGENCY))
    return WAITS;
  return tc_pipeline_finish(s->pipeline, s->id, (tc_bytes){0}, err) ? WENT_ON : FAILED;
}

/* ---- Archive ---- */

static bool mark_archived(tc_db_tx *tx, void *data, tc_error *err)
{
  step *s = data;
  tc_record_ref ref = {.office = s->pipeline->office, .id = s->id};
  return tc_record_archived(tx, &ref, "truecopy", err) && tc_pipeline_note_level(s->pipeline, tx, &ref, err);
}

/* The copy is read back from the disk and verified as anybody would, before the record counts as archived. */
static outcome archive(step *s, tc_error *err)
{
  tc_pipeline *p = s->pipeline;
  tc_auto(tc_fd) fd = -1;
  int64_t size;
  if (!tc_pipeline_open_copy(p, s->id, &fd, &size, err) || !tc_sign_verify_own(p, s->id, fd, err))
    return FAILED;
  return tc_db_transact(tc_storage_db(p->storage), TC_DB_READ_COMMITTED, mark_archived, s, err) ? WENT_ON : FAILED;
}

/* ---- The table ---- */

typedef struct stage {
  tc_record_state in;
  const char *name;
  outcome (*run)(step *s, tc_error *err);
} stage;

static const stage stages[] = {
    {TC_RECORD_CAPTURED, "recognise", recognise}, /* → recognised */
    {TC_RECORD_RECOGNISED, "compare", compare},   /* → compared: a person confirms fields before, or nobody does */
    {TC_RECORD_CONFIRMED, "compare", compare},    /* → compared */
    {TC_RECORD_COMPARED, "prepare", prepare}, /* → prepared: number bound, bytes fixed; keys at hand: → archived */
    {TC_RECORD_PREPARED, "sign", sign},       /* → signed by the certifier */
    {TC_RECORD_SIGNED, "seal", seal},         /* → sealed by the agency */
    {TC_RECORD_SEALED, "archive", archive},   /* → archived */
};

static const stage *stage_of(tc_record_state state)
{
  for (size_t i = 0; i < TC_ARRAY_LEN(stages); i++)
    if (stages[i].in == state)
      return &stages[i];
  return NULL;
}

bool tc_pipeline_advance(tc_pipeline *pipeline, const char *id, tc_record_state until,
                         const tc_pipeline_comparison *comparison, tc_record_state *reached, tc_error *err)
{
  step s = {.pipeline = pipeline, .id = id, .until = until, .comparison = comparison};
  for (;;) {
    tc_record_info info;
    if (!tc_pipeline_info(pipeline, id, &info, err))
      return false;
    *reached = info.state;
    const stage *next = stage_of(info.state);
    if (info.state >= until || next == NULL)
      return true;
    switch (next->run(&s, err)) {
    case WENT_ON:
      break;
    case WAITS:
      return true;
    case ARCHIVED:
      *reached = TC_RECORD_ARCHIVED;
      return true;
    case FAILED:
      return tc_error_prefix(err, "%s", next->name);
    }
  }
}

/* ---- Persons' steps ---- */

typedef struct person_step {
  tc_record_ref ref;
  const tc_json *edits;
  const char *actor;
  const tc_record_comparison *comparison;
} person_step;

static bool confirm_fields(tc_db_tx *tx, void *data, tc_error *err)
{
  person_step *w = data;
  if (tc_json_count(w->edits) > 0 && !tc_record_edit_fields(tx, &w->ref, w->edits, w->actor, err))
    return false;
  tc_record_ref any = {.office = w->ref.office, .id = w->ref.id};
  return tc_record_confirm(tx, tc_json_count(w->edits) > 0 ? &any : &w->ref, NULL, w->actor, err);
}

bool tc_pipeline_confirm(tc_pipeline *p, const char *id, int64_t version, const tc_json *edits, const char *actor,
                         tc_error *err)
{
  person_step w = {.ref = {.office = p->office, .id = id, .version = version}, .edits = edits, .actor = actor};
  return tc_db_transact(tc_storage_db(p->storage), TC_DB_READ_COMMITTED, confirm_fields, &w, err);
}

static bool write_comparison(tc_db_tx *tx, void *data, tc_error *err)
{
  const person_step *w = data;
  return tc_record_compared(tx, &w->ref, w->comparison, err);
}

bool tc_pipeline_compare(tc_pipeline *p, const char *id, int64_t version, const tc_pipeline_comparison *comparison,
                         tc_error *err)
{
  tc_record_comparison row;
  person_step w = {.ref = {.office = p->office, .id = id, .version = version}, .comparison = &row};
  return comparison_row(p, comparison, &row, err) &&
         tc_db_transact(tc_storage_db(p->storage), TC_DB_READ_COMMITTED, write_comparison, &w, err);
}
