#include "pipeline/context.h"

#include "base/file.h"
#include "pipeline/sign_check.h"
#include "pipeline/verify_report.h"
#include "signing/verify.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

/* ---- Open and close ---- */

bool tc_pipeline_workers(const tc_pipeline_options *options, tc_worker_pool **out, tc_error *err)
{
  const char *readable[] = {tc_settings_text(options->settings, "pipeline.share_folder"),
                            tc_settings_text(options->settings, "ocr.types_folder"),
                            tc_settings_text(options->settings, "ocr.more_types_folder"),
                            tc_settings_text(options->settings, "ocr.words_folder"),
                            tc_settings_text(options->settings, "ocr.tessdata"),
                            tc_settings_text(options->settings, "ocr.second_reader"),
                            tc_settings_text(options->settings, "ocr.calibration"),
                            tc_settings_text(options->settings, "pdf.password_file"),
                            NULL};
  const char *given[TC_ARRAY_LEN(readable)] = {0};
  size_t count = 0;
  for (size_t i = 0; readable[i] != NULL; i++)
    if (*readable[i] != '\0')
      given[count++] = readable[i];
  tc_worker_pool_options pool = {.command = options->worker_command,
                                 .count = (size_t)tc_settings_integer(options->settings, "pipeline.workers"),
                                 .settings = options->settings,
                                 .readable_paths = given};
  return tc_worker_pool_create(&pool, out, err);
}

static bool load_data(tc_pipeline *p, tc_error *err)
{
  const char *share = tc_settings_text(p->settings, "pipeline.share_folder");
  const char *nation = tc_settings_text(p->settings, "pipeline.nation");
  tc_auto(tc_str) folder = NULL;
  tc_auto(tc_str) schemas = NULL;
  tc_auto(tc_str) reasons = NULL;
  return tc_str_printf(&folder, err, "%s/schemas/%s", share, nation) &&
         tc_str_printf(&schemas, err, "%s/schemas", share) && tc_str_printf(&reasons, err, "%s/reasons.json", folder) &&
         tc_nation_load(folder, &p->nation, err) && tc_verify_reasons_load(reasons, &p->reasons, err) &&
         tc_ocr_load_types(p->settings, schemas, &p->types, err);
}

static bool open_storage(tc_pipeline *p, tc_error *err)
{
  tc_auto(tc_str) sql = NULL;
  if (!tc_str_printf(&sql, err, "%s/schemas/sql", tc_settings_text(p->settings, "pipeline.share_folder")))
    return false;
  tc_storage_options options = {.settings = p->settings, .schemas_sql = sql};
  return tc_storage_open(&options, &p->storage, err) &&
         tc_str_printf(&p->temporary_folder, err, "%s/tmp", tc_storage_data_folder(p->storage)) &&
         tc_dir_make(p->temporary_folder, 0700, err);
}

static bool open_keyring(tc_pipeline *p, tc_error *err)
{
  tc_auto(tc_str) names = NULL;
  if (!tc_str_printf(&names, err, "%s/demo-pki.json", tc_nation_folder(p->nation)))
    return false;
  tc_keyring_options options = {
      .settings = p->settings, .data_folder = tc_storage_data_folder(p->storage), .names = names};
  return tc_keyring_open(&options, &p->keyring, err);
}

static bool ensure_office(tc_pipeline *p, tc_error *err)
{
  tc_auto(tc_db_tx) tx = NULL;
  const char *name = tc_keyring_info(p->keyring, TC_ROLE_AGENCY)->common_name;
  return tc_db_begin(tc_storage_db(p->storage), TC_DB_READ_COMMITTED, &tx, err) &&
         tc_office_ensure(tx, p->office, name, err) && tc_db_commit(&tx, err);
}

bool tc_pipeline_open(const tc_pipeline_options *options, tc_pipeline **out, tc_error *err)
{
  tc_auto(tc_pipeline) p = calloc(1, sizeof *p);
  if (p == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for the pipeline");
  p->settings = options->settings;
  p->office = tc_settings_text(options->settings, "pipeline.office");
  if (!load_data(p, err) || !open_storage(p, err) || !open_keyring(p, err) ||
      !tc_cms_checker_create(&p->checker, err) || !tc_pipeline_workers(options, &p->pool, err) ||
      !ensure_office(p, err))
    return false;
  *out = tc_steal(&p);
  return true;
}

bool tc_pipeline_close(tc_pipeline *p, tc_error *err)
{
  if (p == NULL)
    return true;
  tc_worker_pool_destroy(p->pool);
  tc_cms_checker_destroy(p->checker);
  tc_keyring_close(p->keyring);
  tc_nation_destroy(p->nation);
  tc_paper_types_destroy(p->types);
  tc_json_release(p->reasons);
  bool ok = p->storage == NULL || tc_storage_close(p->storage, err);
  free(p->temporary_folder);
  free(p);
  return ok;
}

const tc_settings *tc_pipeline_config(const tc_pipeline *p) { return p->settings; }
tc_storage *tc_pipeline_storage(tc_pipeline *p) { return p->storage; }
tc_worker_pool *tc_pipeline_pool(tc_pipeline *p) { return p->pool; }
tc_keyring *tc_pipeline_keyring(tc_pipeline *p) { return p->keyring; }
const tc_nation *tc_pipeline_nation(const tc_pipeline *p) { return p->nation; }
const char *tc_pipeline_office(const tc_pipeline *p) { return p->office; }

bool tc_pipeline_scratch_file(const tc_pipeline *p, int *out_fd, tc_error *err)
{
  int fd = open(p->temporary_folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0)
    return tc_fail_errno(err, TC_IO, errno, "no temporary file in %s", p->temporary_folder);
  *out_fd = fd;
  return true;
}

/* ---- Intake ---- */

static const char *base_name(const char *path)
{
  const char *slash = strrchr(path, '/');
  return slash != NULL ? slash + 1 : path;
}

typedef struct receiving {
  tc_pipeline *pipeline;
  const tc_intake *intake;
  tc_record_capture capture;
  const tc_json *pages;
  const tc_json *signatures; /* verdict on a capture that is signed itself; NULL: it is not */
  tc_received *out;
} receiving;

/* One paper of `count`, from 0. */
static bool create_record(receiving *r, tc_db_tx *tx, size_t paper, size_t count, tc_error *err)
{
  const tc_intake *intake = r->intake;
  char *id = r->out->papers[paper].id;
  bool *existing = &r->out->papers[paper].existing;
  tc_auto(tc_json) pages = tc_inspection_pages(r->pages, paper);
  tc_record_intake record = {.office = r->pipeline->office,
                             .grade = intake->grade,
                             .actor = intake->actor,
                             .channel = intake->channel,
                             .capture_mode = intake->capture_mode,
                             .sample = tc_keyring_is_demo(r->pipeline->keyring),
                             .paper = count > 1 ? (int)paper + 1 : 0,
                             .captures = &r->capture,
                             .capture_count = 1};
  if (!tc_record_create(tx, &record, id, existing, err) || *existing)
    return *existing;
  tc_record_ref ref = {.office = r->pipeline->office, .id = id};
  tc_record_party requester = {.kind = "person", .role = "requester", .name = intake->requester};
  if (intake->requester != NULL && !tc_record_add_party(tx, &ref, &requester, err))
    return false;
  return tc_record_captured(tx, &ref, pages, intake->actor, err) &&
         (r->signatures == NULL || tc_record_note(tx, &ref, "capture_signatures", intake->actor, r->signatures, err));
}

/* Records and opened capture in one transaction: a record always has its pages. A record that has the whole capture
   from before stands for all of its papers. */
static bool create_records(tc_db_tx *tx, void *data, tc_error *err)
{
  receiving *r = data;
  const size_t count = tc_inspection_papers(r->pages);
  r->out->count = 0;
  for (size_t i = 0; i < count; i++) {
    if (!create_record(r, tx, i, count, err))
      return false;
    const bool same = i > 0 && strcmp(r->out->papers[i].id, r->out->papers[i - 1].id) == 0;
    if (same)
      break;
    r->out->count++;
  }
  return true;
}

/* A capture that was signed already (a born-digital result, an earlier copy) keeps its verdict in the record: the copy
   carries its pages alone. */
static bool judge_signatures(tc_pipeline *p, const tc_json *inspection, int fd, tc_json **out, tc_error *err)
{
  tc_auto(tc_certs) material = NULL;
  return tc_json_get_integer(inspection, "signatures", 0) == 0 ||
         (tc_certs_create(&material, err) && tc_keyring_trust(p->keyring, material, err) &&
          tc_verify_file(p->pool, fd, material, out, err));
}

bool tc_pipeline_receive(tc_pipeline *p, const tc_intake *intake, tc_received *out, tc_error *err)
{
  tc_auto(tc_json) inspection = NULL;
  tc_auto(tc_json) signatures = NULL;
  receiving r = {.pipeline = p, .intake = intake, .out = out};
  if (!tc_inspect(p->pool, intake->fd, &inspection, err) ||
      !judge_signatures(p, inspection, intake->fd, &signatures, err) ||
      !tc_blob_put_fd(tc_storage_blobs(p->storage), intake->fd, &r.capture.digest, &r.capture.size, err))
    return false;
  r.capture.media_type = tc_json_get_text(inspection, "media_type", "application/octet-stream");
  r.capture.file_name = intake->file_name != NULL ? base_name(intake->file_name) : NULL;
  r.pages = tc_json_get(inspection, "pages");
  r.signatures = signatures;
  if (tc_inspection_papers(r.pages) > TC_RECEIVED_MAX)
    return tc_fail(err, TC_LIMIT, "more than %d cards in one capture", TC_RECEIVED_MAX);
  return tc_db_transact(tc_storage_db(p->storage), TC_DB_READ_COMMITTED, create_records, &r, err);
}

/* ---- Reading ---- */

bool tc_pipeline_load(tc_pipeline *p, const char *id, tc_record_info *info, tc_json **record, tc_error *err)
{
  tc_auto(tc_db_tx) tx = NULL;
  tc_record_ref ref = {.office = p->office, .id = id};
  if (!tc_db_begin(tc_storage_db(p->storage), TC_DB_SNAPSHOT, &tx, err) || !tc_record_read(tx, &ref, info, err))
    return false;
  return record == NULL || tc_record_json(tx, &ref, record, err);
}

bool tc_pipeline_record(tc_pipeline *p, const char *id, tc_json **out, tc_error *err)
{
  tc_record_info info;
  return tc_pipeline_load(p, id, &info, out, err);
}

bool tc_pipeline_info(tc_pipeline *p, const char *id, tc_record_info *out, tc_error *err)
{
  return tc_pipeline_load(p, id, out, NULL, err);
}

bool tc_pipeline_open_copy(tc_pipeline *p, const char *id, int *out_fd, int64_t *out_size, tc_error *err)
{
  tc_record_info info;
  if (!tc_pipeline_info(p, id, &info, err))
    return false;
  if (!info.has_copy)
    return tc_fail(err, TC_CONFLICT, "record %s has no certified copy yet: its state is %s", id,
                   tc_record_state_name(info.state));
  return tc_blob_open(tc_storage_blobs(p->storage), &info.copy, out_fd, out_size, err);
}

bool tc_pipeline_friendly_name(tc_pipeline *p, const char *id, char **out, tc_error *err)
{
  tc_record_info info;
  if (!tc_pipeline_info(p, id, &info, err))
    return false;
  const char *type = *info.document_type != '\0' ? info.document_type : "document";
  return info.has_number ? tc_str_printf(out, err, "%s-%d-%04lld.pdf", type, info.year, (long long)info.number)
                         : tc_str_printf(out, err, "%s-%.8s.pdf", type, id);
}

/* ---- Ledger ---- */

static bool sign_head(void *data, tc_bytes message, tc_buf *signature, tc_error *err)
{
  tc_pipeline *p = data;
  tc_digest digest;
  tc_keyring_request request = {.role = TC_ROLE_AGENCY, .digest = &digest};
  return tc_digest_of(message, &digest, err) && tc_keyring_sign(p->keyring, &request, signature, err);
}

static bool verify_head(void *data, const char *key_id, tc_bytes message, tc_bytes signature, bool *valid,
                        tc_error *err)
{
  tc_pipeline *p = data;
  tc_auto(tc_certs) material = NULL;
  tc_auto(tc_trust) trust = NULL;
  tc_auto(tc_signature_result) result = {0};
  tc_hash_value value;
  tc_verify_options options = tc_verify_options_default();
  if (!tc_certs_create(&material, err) || !tc_keyring_trust(p->keyring, material, err) ||
      !tc_trust_create(&trust, err) || !tc_trust_add(trust, material, err) ||
      !tc_hash_parts(TC_HASH_SHA256, &message, 1, &value, err))
    return false;
  options.trust = trust;
  options.now = (int64_t)time(NULL);
  if (!tc_signature_verify(signature, TC_SIGNATURE_DETACHED, &value, &options, &result, err))
    return false;
  *valid = result.intact == TC_YES && strcmp(result.signer.fingerprint, key_id) == 0 &&
           (result.trusted == TC_YES || !tc_keyring_is_demo(p->keyring));
  return true;
}

static tc_ledger_signer ledger_signer(tc_pipeline *p)
{
  return (tc_ledger_signer){.key_id = tc_keyring_fingerprint(p->keyring, TC_ROLE_AGENCY),
                            .sign = sign_head,
                            .verify = verify_head,
                            .data = p};
}

bool tc_pipeline_sequence(tc_pipeline *p, tc_error *err)
{
  tc_ledger_signer signer = ledger_signer(p);
  tc_ledger_head head;
  return tc_storage_sequence(p->storage, &signer, &head, err);
}

bool tc_pipeline_audit(tc_pipeline *p, const tc_pipeline_audit_options *with, tc_audit_summary *out, tc_error *err)
{
  tc_ledger_signer signer = ledger_signer(p);
  tc_audit_options options = {.db = tc_storage_db(p->storage),
                              .blobs = tc_storage_blobs(p->storage),
                              .signer = &signer,
                              .heads_file = tc_storage_heads_file(p->storage),
                              .kept_heads_file = with->kept_heads_file,
                              .found = with->found,
                              .data = with->data};
  return tc_audit_run(&options, out, err);
}
