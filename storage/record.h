/*
 * Records: what the warehouse keeps of one paper, from its capture to its delivery. Every call below is one step of
 * the story and runs inside the caller's transaction; the pipeline makes each step one transaction:
 *
 *     create → captured → recognised → (fields edited) → confirmed → compared → number bound → prepared → signed
 *            → second signature prepared → sealed → archived → delivered
 *
 * A step checks the record's state and version, writes its rows, moves the state, and writes an event; the ledger
 * (ledger.h) gets a leaf over all rows of the transaction by itself. Which steps a grade allows is data: the table
 * grade_step (schemas/sql). So a step out of order is TC_CONFLICT with the state in the message, and a step that was
 * done already can be told from it by reading the state again.
 * Files go into the blob store first (blob.h); rows name them by digest, in the table blob.
 *
 * Office: the id of an office (a short text of a-z, 0-9 and "-"). Record: 128 random bits in base32. Actor: who does it
 * (an account or a system part), free text of at most 200 bytes; never a secret.
 * Threading: as the transaction's. Errors besides each function's own: TC_NOT_FOUND (no such record), TC_CONFLICT
 * (state or version), and the database's.
 */
#pragma once

#include "storage/db.h"

typedef enum tc_record_state {
  TC_RECORD_RECEIVED,
  TC_RECORD_CAPTURED,
  TC_RECORD_RECOGNISED,
  TC_RECORD_CONFIRMED,
  TC_RECORD_COMPARED,
  TC_RECORD_PREPARED, /* number bound, exact bytes fixed */
  TC_RECORD_SIGNED,   /* by the certifier */
  TC_RECORD_SEALED,   /* by the agency */
  TC_RECORD_ARCHIVED,
  TC_RECORD_DELIVERED,
  TC_RECORD_RESCAN_ASKED,
  TC_RECORD_REFUSED,
  TC_RECORD_WITHDRAWN,
  TC_RECORD_SUPERSEDED,
  TC_RECORD_REVOKED,
  TC_RECORD_EXPIRED,
  TC_RECORD_DISPOSED,
  TC_RECORD_STATE_COUNT
} tc_record_state;
/* "received", …; and back (TC_RECORD_STATE_COUNT for an unknown name). */
const char *tc_record_state_name(tc_record_state state);
tc_record_state tc_record_state_from_name(const char *name);

/* Names of grades; which steps each allows is in the database. */
#define TC_GRADE_SELF_SCANNED "self_scanned"
#define TC_GRADE_DIGITISED "digitised"
#define TC_GRADE_CERTIFIED "certified"
#define TC_GRADE_BORN_DIGITAL "born_digital"

typedef struct tc_record_ref {
  const char *office;
  const char *id;
  int64_t version; /* the one the caller saw: a step on a newer one is TC_CONFLICT; 0: any */
} tc_record_ref;

/* ---- Offices ---- */

/* Makes the office, or updates its name; valid from today where it is new. */
TC_NODISCARD bool tc_office_ensure(tc_db_tx *tx, const char *id, const char *name, tc_error *err);

/* ---- Intake ---- */

typedef struct tc_record_capture {
  tc_digest digest; /* of the original bytes: in the blob store already */
  int64_t size;
  const char *media_type; /* as sniffed: image/jpeg, image/png, image/tiff, application/pdf */
  const char *file_name;  /* without folders; NULL: none */
} tc_record_capture;

typedef struct tc_record_intake {
  const char *office;
  const char *grade;
  const char *actor;
  const char *channel; /* counter, online or post */
  const char *purpose; /* the following may be NULL */
  const char *workstation;
  const char *device;
  const char *capture_mode;          /* flatbed, feeder, phone, file … */
  bool sample;                       /* a copy without value: demo and training */
  int paper;                         /* which of several papers on the first capture, from 1; 0: all of it */
  const tc_record_capture *captures; /* in reading order */
  size_t capture_count;              /* at least 1 */
} tc_record_intake;

/* Makes a record in the state received, or, where a live record (neither refused nor withdrawn nor disposed) of this
   office has the first capture, or this paper of it, already, gives that one: *existing tells, and nothing is written.
   Two intakes of the same capture at the same moment get one record. A later capture of the list that belongs to
   another live record is TC_CONFLICT. */
TC_NODISCARD bool tc_record_create(tc_db_tx *tx, const tc_record_intake *intake, char out_id[TC_ID_SIZE],
                                   bool *existing, tc_error *err);
/* The live record that holds a capture; *found false where there is none (out_id untouched). */
TC_NODISCARD bool tc_record_find_capture(tc_db_tx *tx, const char *office, const tc_digest *capture,
                                         char out_id[TC_ID_SIZE], bool *found, tc_error *err);
/* Records of other offices with the same capture, as a JSON array of {office, record, state}: for a warning. */
TC_NODISCARD bool tc_record_find_elsewhere(tc_db_tx *tx, const char *office, const tc_digest *capture, tc_json **out,
                                           tc_error *err);

/* A party of the record: kind person or organisation; role requester, holder, agent, declarant …; `identity`: number
   of the identity paper or enterprise code; `authority`: what an agent's right rests on. NULL where unknown. */
typedef struct tc_record_party {
  const char *kind, *role, *name, *identity, *address, *email, *authority;
} tc_record_party;
TC_NODISCARD bool tc_record_add_party(tc_db_tx *tx, const tc_record_ref *record, const tc_record_party *party,
                                      tc_error *err);

/* ---- Pages, recognition, fields ---- */

/* The stage that opened the captures: state received → captured. `pages` is an array, in reading order, of objects:
     capture (0-based index), capture_page (0-based), width, height (pixels), dpi_x, dpi_y (0: unknown), sha256 (hex, of
     the encoded image or, rendered, of its pixels), encoding (dct, ccitt, jpx, jbig2, flate, rendered)
   and, optional, any more (exif_turn, icc …): the whole object is kept. */
TC_NODISCARD bool tc_record_captured(tc_db_tx *tx, const tc_record_ref *record, const tc_json *pages, const char *actor,
                                     tc_error *err);

/* The result of recognition, in the shape of `extract --json` (docs: design contract): document_type,
   document_type_confidence, pages [{skew, skew_confidence, turn, quality …}] joined to the pages above by their order,
   fields {key: {value, as_printed, confidence, status, page, box, quad, evidence, assurance}}, text, engine. State
   captured → recognised; from recognised again (a better reading): fields that no person confirmed get a new revision.
   `words` names the blob with the words and quads; NULL: none. A field's assurance is "machine" unless the object says
   "cross_checked". */
TC_NODISCARD bool tc_record_recognised(tc_db_tx *tx, const tc_record_ref *record, const tc_json *result,
                                       const tc_record_capture *words, const char *actor, tc_error *err);

/* A person keys or corrects fields: {key: {value, as_printed?, status?, note?}} or {key: "value"}. New revisions with
   assurance person; earlier ones stay. The state stays. Pass the version that the person saw in `record`. */
TC_NODISCARD bool tc_record_edit_fields(tc_db_tx *tx, const tc_record_ref *record, const tc_json *fields,
                                        const char *actor, tc_error *err);
/* A person says that the fields are right: state → confirmed. `keys`: array of those looked at; NULL: all. Each gets a
   revision with assurance person where it had less. */
TC_NODISCARD bool tc_record_confirm(tc_db_tx *tx, const tc_record_ref *record, const tc_json *keys, const char *actor,
                                    tc_error *err);

/* The legal act: a person held the original beside the capture. State → compared. */
typedef struct tc_record_comparison {
  const char *actor;    /* who held it */
  const char *name;     /* as it will stand in the attestation */
  const char *title;    /* function; NULL: none */
  const char *original; /* what was held: "original", "certified_copy_of_register" …, data of the policy */
  int pages;            /* pages of the original that bear information; 0: as many as were captured */
  const char *note;     /* NULL: none */
} tc_record_comparison;
TC_NODISCARD bool tc_record_compared(tc_db_tx *tx, const tc_record_ref *record, const tc_record_comparison *comparison,
                                     tc_error *err);

/* ---- Prepare, sign, seal ---- */

typedef enum tc_record_signer {
  TC_SIGNER_CERTIFIER,
  TC_SIGNER_AGENCY,
  TC_SIGNER_OFFICER,
  TC_SIGNER_ANY
} tc_record_signer;

/* The exact bytes of one signature, fixed: a PDF with its placeholder, in the blob store. */
typedef struct tc_record_preparation {
  tc_record_signer signer;
  const char *actor;
  tc_digest document; /* the blob: the file with a placeholder of zeros */
  int64_t size;
  int64_t byte_range[4];  /* as in /ByteRange: offset, length, offset, length */
  tc_digest digest;       /* SHA-256 over the ranges: what is to be signed */
  const tc_json *details; /* whatever finishing needs (names of fields, profile); NULL: none */
} tc_record_preparation;

/* Fixes the bytes. For the certifier: state → prepared, and a grade that asks for a number must have one bound
   (register.h: tc_register_bind). For the agency: the state stays signed. Called again before the signature is there,
   the newer preparation holds and the older is kept as given up. */
TC_NODISCARD bool tc_record_prepare(tc_db_tx *tx, const tc_record_ref *record, const tc_record_preparation *preparation,
                                    tc_error *err);

/* The preparation that waits for its signature, for finish on another machine. TC_NOT_FOUND where none waits. */
typedef struct tc_record_pending {
  tc_record_signer signer;
  tc_digest document;
  int64_t size;
  int64_t byte_range[4];
  tc_digest digest;
  tc_json *details;    /* NULL: none */
  int64_t prepared_at; /* seconds since 1970 */
} tc_record_pending;
void tc_record_pending_finish(tc_record_pending *pending);
TC_AUTO_VALUE(tc_record_pending, tc_record_pending_finish);
TC_NODISCARD bool tc_record_read_pending(tc_db_tx *tx, const tc_record_ref *record, tc_record_pending *out,
                                         tc_error *err);

/* Signatures that wait, the longest first: an array of {record, signer, document, digest, content? (as in `details`),
   number, title, prepared_at}. */
typedef struct tc_record_waiting_query {
  const char *office;
  tc_record_signer signer; /* TC_SIGNER_ANY: whosesoever */
  int64_t before;          /* prepared before this moment, seconds since 1970; 0: whenever */
  int limit;
} tc_record_waiting_query;
TC_NODISCARD bool tc_record_waiting(tc_db_tx *tx, const tc_record_waiting_query *query, tc_json **out, tc_error *err);

/* The signature is in the file. */
typedef struct tc_record_signature {
  tc_record_signer signer;
  const char *actor;
  tc_digest prepared; /* the document of the preparation it belongs to: another is TC_CONFLICT */
  tc_digest document; /* the blob: the signed file */
  int64_t size;
  const char *level;   /* B, T, LT, LTA or pending */
  const char *subject; /* of the signing certificate; and its serial number in hex */
  const char *serial;
  const char *certificate_sha256; /* hex; NULL: not kept */
} tc_record_signature;

/* State prepared → signed (certifier, officer). */
TC_NODISCARD bool tc_record_signed(tc_db_tx *tx, const tc_record_ref *record, const tc_record_signature *signature,
                                   tc_error *err);
/* State signed → sealed: the agency's signature; writes the certified copy (the one PDF that is ever handed out) and
   issues the number. */
TC_NODISCARD bool tc_record_sealed(tc_db_tx *tx, const tc_record_ref *record, const tc_record_signature *signature,
                                   tc_error *err);
/* State → archived: the copy is on the disk, its row is here, the blob was read back. A grade without a seal comes here
   from signed; the last signed document becomes its copy. */
TC_NODISCARD bool tc_record_archived(tc_db_tx *tx, const tc_record_ref *record, const char *actor, tc_error *err);

/* The manifest of the captures, where its officer signs elsewhere: a file of its own (`document`; the ranges are the
   whole of it) that waits for a detached signature while the record stays compared. What was signed is read when the
   copy is composed. */
TC_NODISCARD bool tc_record_prepare_manifest(tc_db_tx *tx, const tc_record_ref *record,
                                             const tc_record_preparation *preparation, tc_error *err);
/* `document` of the signature: the blob with the CMS. */
TC_NODISCARD bool tc_record_manifest_signed(tc_db_tx *tx, const tc_record_ref *record,
                                            const tc_record_signature *signature, tc_error *err);
typedef struct tc_record_manifest {
  tc_digest document;  /* the blob with the manifest */
  tc_digest signature; /* and the one with the CMS, where `is_signed`; else it waits for one */
  bool is_signed;
} tc_record_manifest;
/* The newest one that was not given up; *found tells. */
TC_NODISCARD bool tc_record_read_manifest(tc_db_tx *tx, const tc_record_ref *record, tc_record_manifest *out,
                                          bool *found, tc_error *err);

/* Prepared, signed, sealed and archived in one transaction: for a copy whose keys were all at hand, so that nothing lay
   between these steps. `document` is the copy with every signature, on the disk and verified; of each signature the
   bytes that it covers lie in it. From the state compared, with a number bound; TC_CONFLICT otherwise. */
typedef struct tc_record_made {
  tc_record_signer signer;
  int64_t byte_range[4];
  tc_digest digest; /* SHA-256 over the ranges */
  const char *level, *subject, *serial, *certificate_sha256;
} tc_record_made;
typedef struct tc_renewal tc_renewal; /* renewal.h */
typedef struct tc_record_issue {
  const char *actor;
  tc_digest document;
  int64_t size;
  const tc_record_made *signatures; /* in the order in which they were made: the certifier's, the agency's */
  size_t count;
  const tc_renewal *renewal; /* NULL: the copy has its level */
} tc_record_issue;
TC_NODISCARD bool tc_record_issued(tc_db_tx *tx, const tc_record_ref *record, const tc_record_issue *issue,
                                   tc_error *err);

/* ---- After ---- */

typedef struct tc_record_delivery {
  const char *actor, *recipient, *method; /* method: download, email, portal, handed_over … */
  const tc_json *proof;                   /* NULL: none */
} tc_record_delivery;
TC_NODISCARD bool tc_record_delivered(tc_db_tx *tx, const tc_record_ref *record, const tc_record_delivery *delivery,
                                      tc_error *err);

/* Who relied on a copy, for which procedure (its code), on which ground (consent, law, own_record …). */
typedef struct tc_record_reference {
  const char *actor, *organisation, *procedure, *ground, *note;
} tc_record_reference;
TC_NODISCARD bool tc_record_refer(tc_db_tx *tx, const tc_record_ref *record, const tc_record_reference *reference,
                                  tc_error *err);

/* Any other legal step of the record's grade, with its reason: refused, withdrawn, rescan_asked, superseded, revoked,
   expired. A bound number that was not issued is voided with that reason, in the same transaction; a waiting
   preparation is given up. `details` may be NULL. */
typedef struct tc_record_move {
  tc_record_state from, to;
  const char *actor;
  const char *reason; /* a stable word of the policy; required for refused, withdrawn, rescan_asked, revoked */
  const tc_json *details;
} tc_record_move;
TC_NODISCARD bool tc_record_transition(tc_db_tx *tx, const tc_record_ref *record, const tc_record_move *move,
                                       tc_error *err);
/* An event without a change of state (a view of a sensitive record, a failed attempt and its code). */
TC_NODISCARD bool tc_record_note(tc_db_tx *tx, const tc_record_ref *record, const char *kind, const char *actor,
                                 const tc_json *details, tc_error *err);

/* ---- Reading ---- */

/* What a stage needs to decide what comes next. */
typedef struct tc_record_info {
  char office[65];
  char id[TC_ID_SIZE];
  tc_record_state state;
  char grade[33];
  char document_type[65]; /* "" before recognition */
  int64_t version;
  char level[9]; /* signature level; "" before */
  bool sample;
  bool has_copy;
  tc_digest copy; /* the certified copy's blob, where has_copy */
  int64_t copy_size;
  bool has_number; /* bound or issued, not void */
  char book[65];
  int year;
  int64_t number;
  char number_text[97]; /* as it is printed */
} tc_record_info;
TC_NODISCARD bool tc_record_read(tc_db_tx *tx, const tc_record_ref *record, tc_record_info *out, tc_error *err);
/* The same, with the record's row locked until the transaction ends: steps of one record queue up. */
TC_NODISCARD bool tc_record_lock(tc_db_tx *tx, const tc_record_ref *record, tc_record_info *out, tc_error *err);
/* A record found by its public id alone (what the QR holds). office of at least 65 bytes. */
TC_NODISCARD bool tc_record_find(tc_db_tx *tx, const char *id, char out_office[65], tc_error *err);
/* The record whose certified copy has this digest; *found tells. */
TC_NODISCARD bool tc_record_find_copy(tc_db_tx *tx, const tc_digest *document, char out_office[65],
                                      char out_id[TC_ID_SIZE], bool *found, tc_error *err);
/* Everything: {office, id, grade, state, version, document_type, …, captures:[…], pages:[…], fields:{key:{…}},
   parties:[…], comparison, number:{…}, signatures:[…], copy:{sha256,size,level}, events:[…], references, deliveries}.
 */
TC_NODISCARD bool tc_record_json(tc_db_tx *tx, const tc_record_ref *record, tc_json **out, tc_error *err);
/* SHA-256 (hex) of the certificate of the newest signature by this signer; "" where none is kept. */
TC_NODISCARD bool tc_record_certificate(tc_db_tx *tx, const tc_record_ref *record, tc_record_signer signer,
                                        char out_hex[65], tc_error *err);
/* All revisions of one field, oldest first. */
TC_NODISCARD bool tc_record_field_history(tc_db_tx *tx, const tc_record_ref *record, const char *key, tc_json **out,
                                          tc_error *err);

/* Newest first. NULL, 0 and TC_RECORD_STATE_COUNT: no condition. */
typedef struct tc_record_query {
  const char *office;
  tc_record_state state;
  const char *grade;
  const char *document_type;
  const char *text;   /* in field values, file names and numbers; case does not matter */
  const char *before; /* cursor: "next" of the page before */
  int limit;          /* 1 to 500; 0: 50 */
} tc_record_query;
tc_record_query tc_record_query_default(void);
/* {records:[{office, id, state, grade, document_type, number, created_at, title, fields_sure, fields_check,
   fields_missing, pages, file_name, level}], next: cursor or null}. */
TC_NODISCARD bool tc_record_list(tc_db_tx *tx, const tc_record_query *query, tc_json **out, tc_error *err);
/* Number of records in each state: {received: n, …, total: n}; office NULL: all. They sum. */
TC_NODISCARD bool tc_record_counts(tc_db_tx *tx, const char *office, tc_json **out, tc_error *err);
/* Records of an office that wait for a machine's step (what a restart resumes), oldest first: an array of
   {office, id, state, idle_s}. `states`: which, at most `limit`; a compared one whose manifest waits for the officer's
   signature waits for a person, and is none of them. */
TC_NODISCARD bool tc_record_unfinished(tc_db_tx *tx, const char *office, const tc_record_state *states, size_t count,
                                       int limit, tc_json **out, tc_error *err);
