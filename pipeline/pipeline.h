/*
 * The pipeline: from a paper's capture to its certified copy in the warehouse. One object joins the warehouse, the
 * workers, the keys and the national data; each call below is one step of a record's story, done in one transaction,
 * so that a crash at any point leaves a record that the next run takes further (tc_pipeline_advance).
 *
 * Ownership: the pipeline owns what it opened. Threading: any number of threads once open; steps of one record queue up
 * in the database.
 */
#pragma once

#include "pipeline/keyring.h"
#include "pipeline/nation.h"
#include "pipeline/recognise.h"
#include "signing/reason.h"
#include "storage/storage.h"

typedef struct tc_pipeline tc_pipeline;

typedef struct tc_pipeline_options {
  const tc_settings *settings; /* pipeline.share_folder is set in them */
  const char *worker_command;  /* the program's hidden command that runs a worker */
} tc_pipeline_options;

TC_NODISCARD bool tc_pipeline_open(const tc_pipeline_options *options, tc_pipeline **out, tc_error *err);
/* An error is of the private database's stop; the object is gone anyway. */
bool tc_pipeline_close(tc_pipeline *pipeline, tc_error *err);
static inline void tc_pipeline_destroy(tc_pipeline *pipeline) { (void)tc_pipeline_close(pipeline, NULL); }
TC_AUTO_POINTER(tc_pipeline, tc_pipeline_destroy);

/* A pool of workers alone, for what needs no warehouse (extract, verify, sign). */
TC_NODISCARD bool tc_pipeline_workers(const tc_pipeline_options *options, tc_worker_pool **out, tc_error *err);

const tc_settings *tc_pipeline_config(const tc_pipeline *pipeline);
tc_storage *tc_pipeline_storage(tc_pipeline *pipeline);
tc_worker_pool *tc_pipeline_pool(tc_pipeline *pipeline);
tc_keyring *tc_pipeline_keyring(tc_pipeline *pipeline);
const tc_nation *tc_pipeline_nation(const tc_pipeline *pipeline);
const char *tc_pipeline_office(const tc_pipeline *pipeline);

/* A file without a name on the data folder's file system, for what is too large for memory; the caller's. */
TC_NODISCARD bool tc_pipeline_scratch_file(const tc_pipeline *pipeline, int *out_fd, tc_error *err);

/* ---- Steps ---- */

typedef struct tc_intake {
  int fd;                   /* the capture, from its start; borrowed */
  const char *file_name;    /* without folders; NULL: none */
  const char *grade;        /* TC_GRADE_… */
  const char *actor;        /* who hands it in */
  const char *channel;      /* counter, online or post */
  const char *capture_mode; /* flatbed, feeder, phone, file …; NULL: unknown */
  const char *requester;    /* NULL: unknown */
} tc_intake;

/* The records of a capture: one, or of several cards on the glass one for each (sides.h), in the order in which they
   lie. */
enum { TC_RECEIVED_MAX = 64 };
typedef struct tc_received {
  size_t count;
  struct {
    char id[TC_ID_SIZE];
    bool existing; /* the capture, or this paper of it, was known */
  } papers[TC_RECEIVED_MAX];
} tc_received;
/* → received. Looks at the capture first (a worker): what cannot be read makes no record. The same capture again gives
   its records. All of them in one transaction. TC_LIMIT: more papers than TC_RECEIVED_MAX. */
TC_NODISCARD bool tc_pipeline_receive(tc_pipeline *pipeline, const tc_intake *intake, tc_received *out, tc_error *err);

/* Who held the original beside the capture. NULL name: nobody did, which only the demo PKI may certify. */
typedef struct tc_pipeline_comparison {
  const char *actor, *name, *title;
} tc_pipeline_comparison;

/* Takes the record on, stage by stage, until it is in the state `until` or further, or a stage needs a person: then it
   stops there without an error, and *reached tells. `comparison` NULL: a record that waits for its comparison stays. */
TC_NODISCARD bool tc_pipeline_advance(tc_pipeline *pipeline, const char *id, tc_record_state until,
                                      const tc_pipeline_comparison *comparison, tc_record_state *reached,
                                      tc_error *err);

/* Persons' steps, each one transaction. `version`: the record's as the person saw it, 0 for any. */
TC_NODISCARD bool tc_pipeline_confirm(tc_pipeline *pipeline, const char *id, int64_t version, const tc_json *edits,
                                      const char *actor, tc_error *err);
TC_NODISCARD bool tc_pipeline_compare(tc_pipeline *pipeline, const char *id, int64_t version,
                                      const tc_pipeline_comparison *comparison, tc_error *err);

/* ---- Prepare and finish: the key may be on another desk ---- */

/* Fixes the next signature's exact bytes (the certifier's: binds the number and composes the copy; the agency's: after
   the certifier's is in) and tells what is to be signed. */
typedef struct tc_prepared_digest {
  tc_record_signer signer;
  tc_digest digest;   /* SHA-256 over the byte ranges */
  tc_digest document; /* the prepared file */
} tc_prepared_digest;
TC_NODISCARD bool tc_pipeline_prepare(tc_pipeline *pipeline, const char *id, tc_prepared_digest *out, tc_error *err);
/* Puts a signature in, by a CMS made elsewhere (it gets a time-stamp here), or, with size 0, by the keyring's key of
   that signer. */
TC_NODISCARD bool tc_pipeline_finish(tc_pipeline *pipeline, const char *id, tc_bytes cms, tc_error *err);

/* What waits for a signature, the longest first: an array as tc_record_waiting gives. */
TC_NODISCARD bool tc_pipeline_waiting(tc_pipeline *pipeline, tc_record_signer signer, int limit, tc_json **out,
                                      tc_error *err);
/* Withdraws records whose signature has not come within pipeline.unsigned_days, some at once; their numbers become void
   with the reason not_signed_in_time. */
TC_NODISCARD bool tc_pipeline_lapse(tc_pipeline *pipeline, int64_t now, int *count, tc_error *err);

/* ---- Long life ---- */

/* What became of one copy. */
typedef struct tc_pipeline_raise {
  char id[TC_ID_SIZE];
  char from[9], level[9]; /* "B", "T", "LT", "LTA"; "" where nothing could be done */
  bool changed;           /* there is a new version of the copy */
  bool pending;           /* it is not at its level: tried again later */
  tc_error why;           /* what stands in the way */
} tc_pipeline_raise;
/* Raises a record's copy to the level of the setting signing.level, where it is below. A service that does not answer
   is no failure: *out says what was reached. TC_CONFLICT: no copy yet, or another worker was quicker. */
TC_NODISCARD bool tc_pipeline_raise_copy(tc_pipeline *pipeline, const char *id, tc_pipeline_raise *out, tc_error *err);
/* Takes the next copy of this office that is due before `before`, one that is below its level or whose archive
   time-stamp nears its end, and raises or renews it; none that was taken since `begun`. *found false: nothing is due.
 */
typedef struct tc_pipeline_due {
  int64_t before; /* seconds since 1970 */
  int64_t begun;  /* of tc_pipeline_renew_begin; 0: whenever it was taken */
} tc_pipeline_due;
TC_NODISCARD bool tc_pipeline_renew_begin(tc_pipeline *pipeline, int64_t *begun, tc_error *err);
TC_NODISCARD bool tc_pipeline_renew_next(tc_pipeline *pipeline, const tc_pipeline_due *due, tc_pipeline_raise *out,
                                         bool *found, tc_error *err);

/* ---- Reading ---- */

/* All of a record, as tc_record_json. */
TC_NODISCARD bool tc_pipeline_record(tc_pipeline *pipeline, const char *id, tc_json **out, tc_error *err);
TC_NODISCARD bool tc_pipeline_info(tc_pipeline *pipeline, const char *id, tc_record_info *out, tc_error *err);
/* The certified copy, read back and checked. The fd is the caller's. TC_CONFLICT before it is sealed. */
TC_NODISCARD bool tc_pipeline_open_copy(tc_pipeline *pipeline, const char *id, int *out_fd, int64_t *out_size,
                                        tc_error *err);
/* A name that people know the copy by: type, number, year; ASCII; ends in .pdf. */
TC_NODISCARD bool tc_pipeline_friendly_name(tc_pipeline *pipeline, const char *id, char **out, tc_error *err);

/* Verifies any PDF with this warehouse's knowledge: its keyring's trust, and whether a copy is in force. */
TC_NODISCARD bool tc_pipeline_verify(tc_pipeline *pipeline, int fd, tc_json **out, tc_error *err);
/* The same without a warehouse; `material` may be empty. */
TC_NODISCARD bool tc_verify_file(tc_worker_pool *pool, int fd, const tc_certs *material, tc_json **out, tc_error *err);

typedef struct tc_pipeline_report_options {
  const char *language; /* NULL: the nation's own */
  const char *file;     /* what the report calls it */
} tc_pipeline_report_options;
/* The report of a result of tc_pipeline_verify as a PDF/A, in a file without a name; the caller's. TC_USAGE: no words
   in that language. */
TC_NODISCARD bool tc_pipeline_report(tc_pipeline *pipeline, const tc_pipeline_report_options *options,
                                     const tc_json *result, int *out_fd, int64_t *size, tc_error *err);

/* Whether a copy whose record is in this state is in force: unknown before it is sealed. */
tc_answer tc_record_in_force(tc_record_state state);
/* The words of verification's reason codes: {code: {language: text, …}}; borrowed. */
const tc_json *tc_pipeline_reasons(const tc_pipeline *pipeline);

/* A page of the record's capture as JPEG, pages from 1, at most `width` pixels wide, in capture pixels' proportions and
   not turned. TC_NOT_FOUND: no such page. The fd is the caller's. */
typedef struct tc_picture_request {
  const char *id;
  int page, width;
} tc_picture_request;
TC_NODISCARD bool tc_pipeline_picture(tc_pipeline *pipeline, const tc_picture_request *request, int *out_fd,
                                      int64_t *out_size, tc_error *err);
/* {types: [{id, name}]}: the paper types that are known here. */
TC_NODISCARD bool tc_pipeline_list_types(tc_pipeline *pipeline, tc_json **out, tc_error *err);
/* {id, name, fields: [{key, name}]} of a paper type, in form order. */
TC_NODISCARD bool tc_pipeline_describe_type(tc_pipeline *pipeline, const char *type, tc_json **out, tc_error *err);

/* Ledger: places what was committed and signs a head; the audit over everything. */
TC_NODISCARD bool tc_pipeline_sequence(tc_pipeline *pipeline, tc_error *err);
typedef struct tc_pipeline_audit_options {
  const char *kept_heads_file; /* see tc_audit_options; NULL: none */
  void (*found)(const tc_audit_finding *finding, void *data);
  void *data;
} tc_pipeline_audit_options;
TC_NODISCARD bool tc_pipeline_audit(tc_pipeline *pipeline, const tc_pipeline_audit_options *with, tc_audit_summary *out,
                                    tc_error *err);
