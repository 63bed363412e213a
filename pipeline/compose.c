/*
 * The certified copy's content: the texts of the attestation filled with this record's values, the copy's own data, the
 * manifest of the captures (manifest.h), and the call that has a worker compose it.
 */
#include "pipeline/context.h"

#include "base/file.h"
#include "pipeline/code.h"
#include "pipeline/copy_data.h"
#include "pipeline/manifest.h"
#include "pipeline/template.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

typedef struct composing {
  tc_pipeline *pipeline;
  const tc_record_info *info;
  const tc_json *record;
  tc_json *values;    /* for the places of the texts */
  tc_json *arguments; /* of the task */
  int64_t now;
} composing;

static const char *text_of(const composing *c, const char *key) { return tc_nation_text(c->pipeline->nation, key); }

static bool filled(const composing *c, const char *text, tc_json *into, const char *key, tc_error *err)
{
  tc_auto(tc_buf) buf = {0};
  return tc_template_fill(text, c->values, &buf, err) &&
         (tc_json_set_text(into, key, tc_buf_text(&buf)) || tc_fail(err, TC_NO_MEMORY, "no memory"));
}

static bool filled_list(const composing *c, const tc_json *texts, tc_json *into, const char *key, tc_error *err)
{
  tc_json *list = tc_json_array();
  tc_json_set(into, key, list);
  for (size_t i = 0; i < tc_json_count(texts); i++) {
    tc_auto(tc_buf) buf = {0};
    if (!tc_template_fill(tc_json_as_text(tc_json_at(texts, i), ""), c->values, &buf, err))
      return tc_error_prefix(err, "attestation.json, \"%s\"", key);
    tc_json_append(list, tc_json_text(tc_buf_text(&buf)));
  }
  return true;
}

/* ---- Values ---- */

static const char *party_name(const tc_json *record, const char *role)
{
  const tc_json *parties = tc_json_get(record, "parties");
  for (size_t i = 0; i < tc_json_count(parties); i++)
    if (strcmp(tc_json_get_text(tc_json_at(parties, i), "role", ""), role) == 0)
      return tc_json_get_text(tc_json_at(parties, i), "name", NULL);
  return NULL;
}

static bool copy_code(const composing *c, char out[TC_PAGE_CODE_SIZE], tc_error *err)
{
  tc_digest capture;
  const tc_json *first = tc_json_at(tc_json_get(c->record, "captures"), 0);
  return tc_digest_from_hex(tc_json_get_text(first, "sha256", ""), &capture, err) &&
         tc_page_code(c->info->id, &capture, out, err);
}

static bool fill_values(composing *c, tc_error *err)
{
  tc_pipeline *p = c->pipeline;
  const char *requester = party_name(c->record, "requester");
  const char *comparer = tc_json_get_text(tc_json_get(c->record, "comparison"), "name", NULL);
  char code[TC_PAGE_CODE_SIZE];
  tc_auto(tc_str) url = NULL;
  if (!copy_code(c, code, err) ||
      !tc_str_printf(&url, err, "%s%s", tc_settings_text(p->settings, "pipeline.resolver_url"), c->info->id))
    return false;
  c->values = tc_nation_clock(p->nation, c->now);
  tc_json_set_text(c->values, "number", c->info->number_text);
  tc_json_set_text(c->values, "book", c->info->book);
  tc_json_set_text(c->values, "type_title", tc_pipeline_type_title(p, c->info->document_type));
  tc_json_set_integer(c->values, "page_count", (int64_t)tc_json_count(tc_json_get(c->record, "pages")));
  tc_json_set_text(c->values, "requester", requester != NULL ? requester : text_of(c, "requester_unknown"));
  tc_json_set_text(c->values, "comparer", comparer != NULL ? comparer : text_of(c, "sample_comparer"));
  tc_json_set_text(c->values, "certifier", tc_keyring_info(p->keyring, TC_ROLE_CERTIFIER)->common_name);
  tc_json_set_text(c->values, "agency", tc_keyring_info(p->keyring, TC_ROLE_AGENCY)->common_name);
  tc_json_set_text(c->values, "officer", tc_keyring_info(p->keyring, TC_ROLE_OFFICER)->common_name);
  tc_json_set_text(c->values, "code", code);
  tc_json_set_text(c->values, "url", url);
  /* The composer fills these two, page by page. */
  tc_json_set_text(c->values, "page", "{page}");
  return tc_json_set_text(c->values, "pages", "{pages}") &&
         filled(c, text_of(c, "date_long"), c->values, "date_long", err) &&
         filled(c, text_of(c, "book_format"), c->values, "book", err);
}

/* ---- Texts ---- */

static bool add_blocks(const composing *c, tc_json *attestation, tc_error *err)
{
  static const char *const texts[] = {"heading", "subheading", "name", "seal_top", "seal_bottom"};
  const tc_json *from = tc_json_get(tc_nation_attestation(c->pipeline->nation), "blocks");
  tc_json *blocks = tc_json_array();
  tc_json_set(attestation, "blocks", blocks);
  for (size_t i = 0; i < tc_json_count(from); i++) {
    const tc_json *block = tc_json_at(from, i);
    tc_json *out = tc_json_object();
    tc_json_append(blocks, out);
    tc_json_set_text(out, "field", tc_signature_field_of_block(i));
    for (size_t t = 0; t < TC_ARRAY_LEN(texts); t++) {
      const char *text = tc_json_get_text(block, texts[t], NULL);
      if (text != NULL && !filled(c, text, out, texts[t], err))
        return false;
    }
    if (!filled_list(c, tc_json_get(block, "lines"), out, "lines", err))
      return false;
  }
  return true;
}

static bool add_rows(const composing *c, tc_json *attestation, tc_error *err)
{
  const tc_json *from = tc_json_get(tc_nation_attestation(c->pipeline->nation), "rows");
  tc_json *rows = tc_json_array();
  tc_json_set(attestation, "rows", rows);
  for (size_t i = 0; i < tc_json_count(from); i++) {
    tc_json *row = tc_json_object();
    tc_json_append(rows, row);
    tc_json_set_text(row, "label", tc_json_get_text(tc_json_at(from, i), "label", ""));
    if (!filled(c, tc_json_get_text(tc_json_at(from, i), "value", ""), row, "value", err))
      return false;
  }
  return true;
}

static bool add_list_of_keys(const composing *c, tc_json *into, const char *name, const char *const *keys,
                             tc_error *err)
{
  tc_auto(tc_json) texts = tc_json_array();
  for (; *keys != NULL; keys++)
    tc_json_append(texts, tc_json_text(text_of(c, *keys)));
  return filled_list(c, texts, into, name, err);
}

static bool add_attestation(composing *c, tc_error *err)
{
  static const char *const state[] = {"heading", "motto", NULL};
  static const char *const opening[] = {"statement", NULL};
  static const char *const closing[] = {"what", NULL};
  static const char *const notes[] = {"how", "code_use", NULL};
  const tc_json *texts = tc_nation_attestation(c->pipeline->nation);
  tc_json *a = tc_json_object();
  tc_json_set(c->arguments, "attestation", a);
  return filled(c, text_of(c, "title"), a, "title", err) && filled(c, text_of(c, "subtitle"), a, "subtitle", err) &&
         filled(c, text_of(c, "place_date"), a, "place_date", err) && filled(c, "{url}", a, "qr_payload", err) &&
         filled(c, text_of(c, "qr_description"), a, "qr_description", err) &&
         filled(c, text_of(c, "code_label"), a, "code_label", err) && filled(c, "{code}", a, "code", err) &&
         filled_list(c, tc_json_get(texts, "agency_heading"), a, "agency", err) &&
         add_list_of_keys(c, a, "state", state, err) && add_list_of_keys(c, a, "opening", opening, err) &&
         add_list_of_keys(c, a, "closing", closing, err) && add_list_of_keys(c, a, "notes", notes, err) &&
         add_blocks(c, a, err) && add_rows(c, a, err);
}

static bool add_texts(composing *c, tc_error *err)
{
  tc_json *a = c->arguments;
  const tc_json *texts = tc_nation_attestation(c->pipeline->nation);
  tc_json_set_text(a, "producer", "truecopy " TC_VERSION);
  tc_json_set_integer(a, "created", c->now);
  tc_json_set_text(a, "language", text_of(c, "lang"));
  if (c->info->sample)
    tc_json_set_text(a, "sample_notice", text_of(c, "sample_notice"));
  tc_json_set_text(a, "scale_note", text_of(c, "scale_unknown"));
  return filled(c, text_of(c, "document_title"), a, "title", err) && filled(c, "{agency}", a, "author", err) &&
         filled(c, text_of(c, "subject"), a, "subject", err) && filled(c, "{type_title}", a, "page_description", err) &&
         filled(c, text_of(c, "strip_left"), a, "strip_left", err) &&
         filled(c, text_of(c, "strip_centre"), a, "strip_centre", err) &&
         filled(c, text_of(c, "strip_right"), a, "strip_right", err) &&
         filled_list(c, tc_json_get(texts, "stamp"), a, "first_page_lines", err) && add_attestation(c, err);
}

/* ---- The copy's data ---- */

static tc_json *copied(const tc_json *value) { return tc_json_keep((tc_json *)(uintptr_t)value); }

static tc_json *fields_data(const tc_json *record)
{
  static const char *const kept[] = {"value", "as_printed", "status", "assurance", "confidence", NULL};
  tc_json *fields = tc_json_object();
  tc_json_member member;
  const tc_json *from = tc_json_get(record, "fields");
  for (bool more = tc_json_first(from, &member); more; more = tc_json_next(from, &member)) {
    tc_json *field = tc_json_object();
    tc_manifest_copy(member.value, field, kept);
    tc_json_set(fields, member.key, field);
  }
  return fields;
}

/* Who is to sign, and where: what a copy without one of them lacks, its own data tell. */
static tc_json *signers_data(const composing *c)
{
  static const tc_role roles[] = {TC_ROLE_CERTIFIER, TC_ROLE_AGENCY};
  tc_json *signers = tc_json_array();
  for (size_t i = 0; i < TC_ARRAY_LEN(roles); i++) {
    tc_json *signer = tc_json_object();
    tc_json_set_text(signer, "role", tc_role_name(roles[i]));
    tc_json_set_text(signer, "field", tc_signature_field_of(roles[i]));
    tc_json_set_text(signer, "name", tc_keyring_info(c->pipeline->keyring, roles[i])->common_name);
    tc_json_append(signers, signer);
  }
  return signers;
}

static tc_json *copy_data(const composing *c)
{
  char until[11];
  tc_json *data = tc_json_object();
  tc_json_set_text(data, "format", TC_COPY_FORMAT);
  tc_json_set_text(data, "record", c->info->id);
  tc_json_set_text(data, "office", c->info->office);
  tc_json_set_text(data, "number", c->info->number_text);
  tc_json_set_text(data, "document_type", c->info->document_type);
  tc_json_set_boolean(data, "sample", c->info->sample);
  tc_json_set_text(data, "certified_at", tc_json_get_text(c->values, "time_iso", ""));
  tc_json_set_integer(data, "utc_offset_minutes", tc_nation_utc_offset(c->pipeline->nation));
  tc_json_set_text(data, "code", tc_json_get_text(c->values, "code", ""));
  tc_json_set_text(data, "url", tc_json_get_text(c->values, "url", ""));
  tc_json_set(data, "signers", signers_data(c));
  tc_json_set_text(data, "update_digest", "sha256"); /* pdf/update_digest.h */
  if (tc_nation_valid_until(c->pipeline->nation, c->info->document_type, tc_json_get(c->record, "fields"), until))
    tc_json_set_text(data, "valid_until", until);
  tc_json_set(data, "fields", fields_data(c->record));
  tc_json_set(data, "pages", tc_manifest_pages(c->record));
  return data;
}

/* ---- Associated files ---- */

typedef struct attachment {
  const char *name, *mime, *relationship, *description_key;
  tc_buf content;
} attachment;

static void describe_file(const composing *c, const attachment *file, tc_json *row)
{
  tc_json_set_text(row, "name", file->name);
  tc_json_set_text(row, "mime", file->mime);
  tc_json_set_text(row, "relationship", file->relationship);
  tc_json_set_text(row, "description", text_of(c, file->description_key));
  tc_json_set_integer(row, "modified", c->now);
}

static bool add_file(composing *c, tc_json *rows, const attachment *file, int *out_fd, tc_error *err)
{
  tc_auto(tc_fd) fd = -1;
  if (!tc_memfd(file->name, &fd, err) || !tc_fd_write_all(fd, file->content.data, file->content.size, err))
    return false;
  tc_json *row = tc_json_object();
  describe_file(c, file, row);
  tc_json_append(rows, row);
  *out_fd = tc_fd_steal(&fd);
  return true;
}

enum { FILE_COUNT = 3 };

static bool make_contents(composing *c, attachment files[FILE_COUNT], tc_error *err)
{
  tc_auto(tc_json) data = copy_data(c);
  tc_manifest_request manifest = {.info = c->info, .record = c->record, .now = c->now};
  return tc_json_write(data, &files[0].content, err) &&
         tc_manifest_get(c->pipeline, &manifest, &files[1].content, &files[2].content, err);
}

static bool add_files(composing *c, int fds[FILE_COUNT], tc_error *err)
{
  attachment files[FILE_COUNT] = {
      {TC_COPY_DATA_NAME, "application/json", "data", "fields_description", {0}},
      {TC_COPY_MANIFEST_NAME, "application/json", "source", "manifest_description", {0}},
      {TC_COPY_MANIFEST_SIGNATURE_NAME, "application/pkcs7-signature", "supplement", "capture_reason", {0}},
  };
  tc_json *rows = tc_json_array();
  tc_json_set(c->arguments, "files", rows);
  bool ok = make_contents(c, files, err);
  for (size_t i = 0; i < FILE_COUNT; i++) {
    ok = ok && add_file(c, rows, &files[i], &fds[i], err);
    tc_buf_finish(&files[i].content);
  }
  /* Embedded by the worker where a page cannot stand untouched. */
  const tc_json *capture = tc_json_at(tc_json_get(c->record, "captures"), 0);
  const char *name = tc_json_get_text(capture, "file_name", NULL);
  attachment original = {name != NULL ? name : "capture",
                         tc_json_get_text(capture, "media_type", ""),
                         "source",
                         "original_description",
                         {0}};
  tc_json *row = tc_json_object();
  describe_file(c, &original, row);
  tc_json_set(c->arguments, "original", row);
  return ok;
}

/* ---- The worker's call ---- */

static bool open_inputs(composing *c, int *capture_fd, int *words_fd, tc_error *err)
{
  tc_digest capture, words;
  int64_t size;
  tc_blob_store *blobs = tc_storage_blobs(c->pipeline->storage);
  const tc_json *first = tc_json_at(tc_json_get(c->record, "captures"), 0);
  return tc_digest_from_hex(tc_json_get_text(first, "sha256", ""), &capture, err) &&
         tc_digest_from_hex(tc_json_get_text(c->record, "words", ""), &words, err) &&
         tc_blob_open(blobs, &capture, capture_fd, &size, err) && tc_blob_open(blobs, &words, words_fd, &size, err);
}

static bool call_worker(composing *c, int out_fd, tc_json **result, tc_error *err)
{
  tc_auto(tc_fd) capture_fd = -1;
  tc_auto(tc_fd) words_fd = -1;
  tc_auto(tc_fd) scratch_fd = -1;
  int file_fds[FILE_COUNT] = {-1, -1, -1};
  tc_auto(tc_worker_answer) answer = {0};
  bool ok = add_files(c, file_fds, err) && open_inputs(c, &capture_fd, &words_fd, err) &&
            tc_pipeline_scratch_file(c->pipeline, &scratch_fd, err);
  if (ok) {
    int fds[] = {capture_fd, words_fd, file_fds[0], file_fds[1], file_fds[2]};
    int outputs[] = {out_fd, scratch_fd};
    tc_worker_call_options call = {.task = "compose",
                                   .arguments = c->arguments,
                                   .fds = fds,
                                   .fd_count = TC_ARRAY_LEN(fds),
                                   .outputs = outputs,
                                   .output_count = TC_ARRAY_LEN(outputs)};
    ok = tc_worker_pool_call(c->pipeline->pool, &call, &answer, err);
  }
  for (size_t i = 0; i < FILE_COUNT; i++)
    tc_fd_finish(&file_fds[i]);
  if (ok)
    *result = tc_steal(&answer.result);
  return ok;
}

bool tc_pipeline_compose(tc_pipeline *pipeline, const tc_composition *wanted, tc_json **result, tc_error *err)
{
  composing c = {.pipeline = pipeline,
                 .info = wanted->info,
                 .record = wanted->record,
                 .arguments = tc_json_object(),
                 .now = (int64_t)time(NULL)};
  if (wanted->signature != NULL)
    tc_json_set(c.arguments, "signature", copied(wanted->signature));
  const tc_json *pages = tc_pages_argument(tc_json_get(wanted->record, "pages"));
  if (pages != NULL)
    tc_json_set(c.arguments, "pages", copied(pages));
  bool ok = fill_values(&c, err) && add_texts(&c, err) && call_worker(&c, wanted->out_fd, result, err);
  tc_json_release(c.arguments);
  tc_json_release(c.values);
  return ok;
}
