#include "pipeline/verify_copy.h"

#include "pdf/page_marks.h"
#include "pdf/update_digest.h"
#include "pipeline/code.h"
#include "pipeline/copy_data.h"

#include <stdio.h>
#include <string.h>

enum { FILE_MAX = 16 << 20, FILES_MAX = 64 << 20, URL_MAX = 600 };

#define CODE_PAGE "copy_page_differs"
#define CODE_MANIFEST "copy_manifest_differs"
#define CODE_OFFICER "copy_officer_signature"
#define CODE_CODE "copy_code_differs"
#define CODE_QR "copy_qr_differs"
#define CODE_SIGNER "copy_signer_missing"
#define CODE_UPDATE "copy_update_changed"

const char *const tc_verify_copy_codes[] = {CODE_PAGE, CODE_MANIFEST, CODE_OFFICER, CODE_CODE,
                                            CODE_QR,   CODE_SIGNER,   CODE_UPDATE};
const size_t tc_verify_copy_code_count = TC_ARRAY_LEN(tc_verify_copy_codes);

typedef struct checking {
  const tc_verify_copy_options *o;
  size_t revision; /* the last */
  tc_pdf_files files;
  tc_json *data, *manifest, *officer;
  uint32_t *pages;
  size_t page_count;
} checking;

static void checking_finish(checking *c)
{
  tc_pdf_files_finish(&c->files);
  tc_json_release(c->data);
  tc_json_release(c->manifest);
  tc_json_release(c->officer);
  free(c->pages);
}
TC_AUTO_VALUE(checking, checking_finish);

static void find(const checking *c, const char *code, const char *detail) { c->o->find(c->o->context, code, detail); }

static void find_page(const checking *c, const char *code, size_t page, const char *what)
{
  char detail[160];
  snprintf(detail, sizeof detail, "page %zu %s", page + 1, what);
  find(c, code, detail);
}

static const tc_buf *file_of(const checking *c, const char *name)
{
  for (size_t i = 0; i < c->files.count; i++)
    if (strcmp(c->files.items[i].name, name) == 0)
      return &c->files.items[i].data;
  return NULL;
}

static tc_json *json_of(const checking *c, const char *name)
{
  const tc_buf *file = file_of(c, name);
  tc_json *json = NULL;
  tc_error unreadable = {0};
  return file != NULL && tc_json_parse(tc_buf_bytes(file), &json, &unreadable) ? json : NULL;
}

/* ---- Pages ---- */

static bool check_image(const checking *c, size_t page, size_t *budget, tc_error *err)
{
  tc_digest expected;
  tc_pdf_image_answer answer = TC_PDF_IMAGE_OTHER;
  tc_error unreadable = {0};
  const tc_json *row = tc_json_at(tc_json_get(c->data, "pages"), page);
  if (tc_digest_from_hex(tc_json_get_text(row, "sha256", ""), &expected, &unreadable) &&
      !tc_pdf_page_image_is(c->o->document, c->revision, c->pages[page], &expected, budget, &answer, err))
    return false;
  if (answer == TC_PDF_IMAGE_OTHER)
    find_page(c, CODE_PAGE, page, "does not show the image that the copy's data name");
  return true;
}

static bool check_code_on(const checking *c, size_t page, tc_error *err)
{
  bool shown = false;
  const char *code = tc_json_get_text(c->data, "code", "");
  if (strlen(code) + 1 == TC_PAGE_CODE_SIZE &&
      !tc_pdf_page_shows(c->o->document, c->revision, c->pages[page], code, &shown, err))
    return false;
  if (!shown)
    find_page(c, CODE_CODE, page, "does not show the copy's code");
  return true;
}

/* The copied pages come first; the attestation follows. */
static bool check_pages(checking *c, tc_error *err)
{
  size_t copied = tc_json_count(tc_json_get(c->data, "pages")), budget = c->o->max_bytes;
  tc_error broken = {0};
  if (!tc_pdf_pages(c->o->document, c->revision, &c->pages, &c->page_count, &broken) && broken.code == TC_NO_MEMORY)
    return tc_fail(err, TC_NO_MEMORY, "%s", broken.message);
  if (copied == 0 || c->page_count <= copied) {
    find(c, CODE_PAGE, "the file has not the pages that the copy's data name");
    return true;
  }
  bool marked = tc_json_get(c->data, "url") != NULL;
  for (size_t i = 0; i < copied; i++)
    if (!check_image(c, i, &budget, err) || (marked && !check_code_on(c, i, err)))
      return false;
  return true;
}

/* ---- Code and address ---- */

static bool check_code(const checking *c, tc_error *err)
{
  tc_digest capture;
  char code[TC_PAGE_CODE_SIZE] = "";
  tc_error unreadable = {0};
  const tc_json *first = tc_json_at(tc_json_get(c->manifest, "captures"), 0);
  if (tc_digest_from_hex(tc_json_get_text(first, "sha256", ""), &capture, &unreadable) &&
      !tc_page_code(tc_json_get_text(c->data, "record", ""), &capture, code, err))
    return false;
  if (strcmp(code, tc_json_get_text(c->data, "code", "")) != 0)
    find(c, CODE_CODE, "the code is not that of the record and its capture");
  return true;
}

static bool ends_with(const char *text, const char *end)
{
  size_t size = strlen(text), tail = strlen(end);
  return size >= tail && strcmp(text + size - tail, end) == 0;
}

static bool check_qr(const checking *c, tc_error *err)
{
  const char *url = tc_json_get_text(c->data, "url", NULL);
  size_t copied = tc_json_count(tc_json_get(c->data, "pages"));
  bool shown = false;
  if (url == NULL || c->page_count <= copied)
    return true;
  if (strlen(url) > URL_MAX || !ends_with(url, tc_json_get_text(c->data, "record", "?")))
    find(c, CODE_QR, "the copy's address names another record");
  for (size_t i = strlen(url) <= URL_MAX ? c->page_count : 0; i-- > copied && !shown;)
    if (!tc_pdf_page_shows_qr(c->o->document, c->revision, c->pages[i], url, &shown, err))
      return false;
  if (!shown)
    find(c, CODE_QR, "no page of the attestation shows the QR code of the copy's address");
  return true;
}

/* ---- Manifest ---- */

/* Where it is large it is still in the file, as it was embedded: bit for bit, without a filter. */
static bool digest_of_file(const checking *c, const tc_pdf_file *file, tc_digest *out, tc_error *err)
{
  tc_auto(tc_buf) hold = {0};
  tc_bytes bytes = tc_buf_bytes(&file->data);
  tc_error unreadable = {0};
  if (bytes.size == 0 && !tc_pdf_stream_plain(c->o->document, c->revision, file->stream, &hold, &bytes, &unreadable))
    bytes = (tc_bytes){0};
  return tc_digest_of(bytes, out, err);
}

/* An original that is embedded is the capture that the officer signed for. */
static bool check_original(const checking *c, tc_error *err)
{
  const tc_json *first = tc_json_at(tc_json_get(c->manifest, "captures"), 0);
  const char *name = tc_json_get_text(first, "file_name", "");
  for (size_t i = 0; i < c->files.count; i++) {
    char hex[TC_SHA256_HEX_SIZE];
    tc_digest digest;
    if (strcmp(c->files.items[i].name, name) != 0)
      continue;
    if (!digest_of_file(c, &c->files.items[i], &digest, err))
      return false;
    tc_digest_hex(&digest, hex);
    if (strcmp(hex, tc_json_get_text(first, "sha256", "")) != 0)
      find(c, CODE_MANIFEST, "the embedded original is not the capture of the manifest");
  }
  return true;
}

static bool check_manifest(const checking *c, tc_error *err)
{
  bool same_record = strcmp(tc_json_get_text(c->manifest, "record", ""), tc_json_get_text(c->data, "record", "?")) == 0;
  if (!same_record || !tc_json_equal(tc_json_get(c->manifest, "pages"), tc_json_get(c->data, "pages")))
    find(c, CODE_MANIFEST, "the officer's manifest names another record or other pages");
  return check_original(c, err);
}

static bool check_officer(checking *c, tc_error *err)
{
  const tc_buf *manifest = file_of(c, TC_COPY_MANIFEST_NAME), *cms = file_of(c, TC_COPY_MANIFEST_SIGNATURE_NAME);
  tc_hash hash = TC_HASH_UNKNOWN;
  tc_hash_value content = {0};
  tc_error unreadable = {0};
  if (manifest == NULL || cms == NULL ||
      !tc_signature_peek(tc_buf_bytes(cms), TC_SIGNATURE_DETACHED, &hash, &unreadable) || hash == TC_HASH_UNKNOWN) {
    find(c, CODE_OFFICER, "the manifest has no signature that can be read");
    return true;
  }
  tc_bytes bytes = tc_buf_bytes(manifest);
  tc_auto(tc_signature_result) result = {0};
  if (!tc_hash_parts(hash, &bytes, 1, &content, err) ||
      !tc_signature_verify(tc_buf_bytes(cms), TC_SIGNATURE_DETACHED, &content, c->o->officer, &result, err) ||
      !tc_signature_result_to_json(&result, &c->officer, err))
    return false;
  tc_json_set_text(c->officer, "intact", tc_answer_name(result.intact));
  tc_json_set_text(c->officer, "trusted", tc_answer_name(result.trusted));
  if (result.intact != TC_YES)
    find(c, CODE_OFFICER, "the officer's signature over the manifest does not hold");
  else if (result.trusted == TC_NO)
    find(c, CODE_OFFICER, "the officer's certificate was not valid for the manifest");
  return true;
}

/* ---- Signers ---- */

static bool has_signed(const checking *c, const tc_json *signer)
{
  for (size_t i = 0; i < tc_json_count(c->o->rows); i++) {
    const tc_json *row = tc_json_at(c->o->rows, i);
    if (strcmp(tc_json_get_text(row, "field", ""), tc_json_get_text(signer, "field", "?")) == 0)
      return strcmp(tc_json_get_text(row, "kind", ""), "signature") == 0 &&
             strcmp(tc_json_get_text(row, "signer", ""), tc_json_get_text(signer, "name", "?")) == 0;
  }
  return false;
}

static void check_signers(const checking *c)
{
  const tc_json *signers = tc_json_get(c->data, "signers");
  for (size_t i = 0; i < tc_json_count(signers); i++) {
    const tc_json *signer = tc_json_at(signers, i);
    char detail[400];
    if (has_signed(c, signer))
      continue;
    snprintf(detail, sizeof detail, "field %.60s is not signed by %.255s", tc_json_get_text(signer, "field", "?"),
             tc_json_get_text(signer, "name", "?"));
    find(c, CODE_SIGNER, detail);
  }
}

/* ---- What nothing signs yet ---- */

static size_t last_signed(const tc_pdf_signatures *signatures)
{
  size_t last = 0;
  for (size_t i = 0; i < tc_pdf_signatures_count(signatures); i++) {
    const tc_pdf_signature *signature = tc_pdf_signatures_at(signatures, i);
    if (signature->coverage != TC_PDF_COVERS_ODD && signature->revision > last)
      last = signature->revision;
  }
  return last;
}

static bool check_updates(const checking *c, tc_error *err)
{
  bool demanded = tc_json_get(c->data, "update_digest") != NULL;
  for (size_t i = last_signed(c->o->signatures) + 1; demanded && i <= c->revision; i++) {
    bool fits = false;
    if (!tc_pdf_update_fits(c->o->document, i, &fits, err))
      return false;
    if (!fits)
      find(c, CODE_UPDATE, "a revision that nothing signs yet is not as it was written");
  }
  return true;
}

bool tc_verify_copy(const tc_verify_copy_options *options, tc_json **data, tc_json **officer, tc_error *err)
{
  tc_auto(checking) c = {.o = options, .revision = tc_pdf_revision_last(options->document)};
  tc_error unreadable = {0};
  if (!tc_pdf_files_list(options->document, c.revision, FILES_MAX, FILE_MAX, &c.files, &unreadable))
    return true; /* another's file: what it embeds is its own affair */
  c.data = json_of(&c, TC_COPY_DATA_NAME);
  if (strcmp(tc_json_get_text(c.data, "format", ""), TC_COPY_FORMAT) != 0)
    return true;
  c.manifest = json_of(&c, TC_COPY_MANIFEST_NAME);
  if (!check_pages(&c, err) || !check_code(&c, err) || !check_qr(&c, err) || !check_manifest(&c, err) ||
      !check_officer(&c, err) || !check_updates(&c, err))
    return false;
  check_signers(&c);
  *data = tc_steal(&c.data);
  *officer = tc_steal(&c.officer);
  return true;
}
