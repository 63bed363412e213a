/*
 * What the files of pipeline/ share; private to the folder.
 */
#pragma once

#include "ocr/ocr.h"
#include "pipeline/level.h"
#include "pipeline/pipeline.h"

typedef struct tc_cms_checker tc_cms_checker; /* sign_check.h */

struct tc_pipeline {
  const tc_settings *settings;
  tc_storage *storage;
  tc_worker_pool *pool;
  tc_keyring *keyring;
  tc_cms_checker *checker;
  tc_nation *nation;
  tc_paper_types *types;
  tc_json *reasons;
  char *temporary_folder; /* on the blobs' file system; files in it have no name */
  const char *office;
};

/* The name people know a type of paper by; the id itself for an unknown one. */
const char *tc_pipeline_type_title(const tc_pipeline *pipeline, const char *document_type);

/* { fields: {…}, document_type, comparison … } of the record, for composing. */
TC_NODISCARD bool tc_pipeline_load(tc_pipeline *pipeline, const char *id, tc_record_info *info, tc_json **record,
                                   tc_error *err);

/* compose.c: the certified copy without signatures. *result: that of the task "compose" (tasks.h). */
typedef struct tc_composition {
  const tc_record_info *info;
  const tc_json *record;
  const tc_json *signature; /* whose place is reserved in the copy at once; NULL: none */
  int out_fd;
} tc_composition;
TC_NODISCARD bool tc_pipeline_compose(tc_pipeline *pipeline, const tc_composition *wanted, tc_json **result,
                                      tc_error *err);
/* sign.c: the name of the empty signature field over a block of the attestation (from 0); NULL: none. */
const char *tc_signature_field_of_block(size_t block);
const char *tc_signature_field_of(tc_role role); /* the certifier's and the agency's */
/* sign.c: one signature's place, its bytes and its row. */
TC_NODISCARD bool tc_pipeline_prepare_certifier(tc_pipeline *pipeline, const char *id, tc_error *err);
TC_NODISCARD bool tc_pipeline_prepare_agency(tc_pipeline *pipeline, const char *id, tc_error *err);
/* The agency's, unless one waits already. */
TC_NODISCARD bool tc_pipeline_prepare_seal(tc_pipeline *pipeline, const char *id, tc_error *err);
/* renew.c: the level that copies are to reach; and, within the transaction that archives a record, that its copy is not
   there yet. */
tc_level tc_pipeline_level(const tc_pipeline *pipeline);
TC_NODISCARD bool tc_pipeline_note_level(tc_pipeline *pipeline, tc_db_tx *tx, const tc_record_ref *record,
                                         tc_error *err);
