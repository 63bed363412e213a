#include "pipeline/verify_copy.h"

#include "pdf/page_marks.h"
#include "pdf/update_digest.h"
#include "pipeline/code.h"
#include "pipeline/copy_data.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define CODE_DATA "copy_data_unreadable"
#define CODE_PAGE "copy_page_differs"
#define CODE_MANIFEST "copy_manifest_differs"
#define CODE_OFFICER "copy_officer_signature"
#define CODE_CODE "copy_code_differs"
#define CODE_QR "copy_qr_differs"
#define CODE_SIGNER "copy_signer_missing"
#define CODE_SHOWN "copy_signature_shown"
#define CODE_UPDATE "copy_update_changed"

/* Images are unpacked piece by piece, so of them more may pass than is held: some 600 pages A4 at 300 dpi in colour
   where max_bytes is 256 MiB. */
enum { SAMPLES = 64 };

const char *const tc_verify_copy_codes[] = {CODE_DATA, CODE_PAGE,   CODE_MANIFEST, CODE_OFFICER, CODE_CODE,
                                            CODE_QR,   CODE_SIGNER, CODE_SHOWN,    CODE_UPDATE};
const size_t tc_verify_copy_code_count = TC_ARRAY_LEN(tc_verify_copy_codes);

typedef struct checking {
  const tc_verify_copy_options *o;
  size_t revision; /* the last */
  tc_pdf_marks marks;
  tc_buf manifest_bytes;
  tc_json *data, *manifest, *officer;
  uint32_t *pages;
  size_t page_count;
} checking;

static void checking_finish(checking *c)
{
  tc_buf_finish(&c->manifest_bytes);
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

/* False only where memory fails; whatever else is wrong with what was read is a finding. */
static bool is_finding(const tc_error *why, tc_error *err)
{
  return why->code != TC_NO_MEMORY || tc_fail(err, TC_NO_MEMORY, "%s", why->message);
}

/* An embedded file by its name alone: what else the PDF embeds, and how much, does not matter. *there: it is embedded;
 *out stays empty where it cannot be read. */
static bool read_file(const checking *c, const char *name, bool *there, tc_buf *out, tc_error *err)
{
  const tc_pdf_object *stream = NULL;
  tc_error unreadable = {0};
  if (!tc_pdf_file_find(c->o->document, c->revision, name, &stream, err))
    return false;
  *there = stream != NULL;
  if (stream == NULL || tc_pdf_stream_data(c->o->document, c->revision, stream, out, &unreadable))
    return true;
  tc_buf_finish(out);
  return is_finding(&unreadable, err);
}

/* NULL where it is no JSON. */
static bool parse(tc_bytes bytes, tc_json **out, tc_error *err)
{
  tc_error unreadable = {0};
  return tc_json_parse(bytes, out, &unreadable) || is_finding(&unreadable, err);
}

/* ---- Pages ---- */

static bool check_image(checking *c, size_t page, tc_error *err)
{
  tc_digest expected;
  tc_pdf_image_answer answer = TC_PDF_IMAGE_OTHER;
  tc_error unreadable = {0};
  const tc_json *row = tc_json_at(tc_json_get(c->data, "pages"), page);
  if (tc_digest_from_hex(tc_json_get_text(row, "sha256", ""), &expected, &unreadable) &&
      !tc_pdf_page_image_is(&c->marks, c->pages[page], &expected, &answer, err))
    return false;
  if (answer == TC_PDF_IMAGE_OTHER)
    find_page(c, CODE_PAGE, page, "does not show the image that the copy's data name");
  else if (answer == TC_PDF_IMAGE_UNCHECKED)
    find_page(c, CODE_PAGE, page, "was not checked: the images of all pages are more than the limit");
  return true;
}

static bool check_code_on(checking *c, size_t page, tc_error *err)
{
  bool shown = false;
  const char *code = tc_json_get_text(c->data, "code", "");
  if (strlen(code) + 1 == TC_PAGE_CODE_SIZE && !tc_pdf_page_shows(&c->marks, c->pages[page], code, &shown, err))
    return false;
  if (!shown)
    find_page(c, CODE_CODE, page, "does not show the copy's code");
  return true;
}

/* The copied pages come first; the attestation follows. */
static bool check_pages(checking *c, tc_error *err)
{
  size_t copied = tc_json_count(tc_json_get(c->data, "pages"));
  tc_error broken = {0};
  if (!tc_pdf_pages(c->o->document, c->revision, &c->pages, &c->page_count, &broken) && !is_finding(&broken, err))
    return false;
  if (copied == 0 || c->page_count <= copied) {
    find(c, CODE_PAGE, "the file has not the pages that the copy's data name");
    return true;
  }
  for (size_t i = 0; i < copied; i++)
    if (!check_image(c, i, err) || !check_code_on(c, i, err))
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

static bool check_qr(checking *c, tc_error *err)
{
  const char *url = tc_json_get_text(c->data, "url", NULL);
  size_t copied = tc_json_count(tc_json_get(c->data, "pages"));
  bool shown = false;
  if (tc_json_get(c->data, "url") == NULL || c->page_count <= copied)
    return true;
  if (url == NULL || !ends_with(url, tc_json_get_text(c->data, "record", "?")))
    find(c, CODE_QR, "the copy's address names another record");
  for (size_t i = c->page_count; url != NULL && i-- > copied && !shown && c->marks.contents > 0;)
    if (!tc_pdf_page_shows_qr(&c->marks, c->pages[i], url, &shown, err))
      return false;
  if (!shown)
    find(c, CODE_QR, "no page of the attestation shows the QR code of the copy's address");
  return true;
}

/* ---- Manifest ---- */

/* An original that is embedded is the capture that the officer signed for. */
static bool check_original(checking *c, tc_error *err)
{
  const tc_json *first = tc_json_at(tc_json_get(c->manifest, "captures"), 0);
  const tc_pdf_object *original = NULL;
  char hex[TC_SHA256_HEX_SIZE] = "";
  tc_digest digest;
  size_t size = 0;
  tc_error unreadable = {0};
  if (!tc_pdf_file_find(c->o->document, c->revision, tc_json_get_text(first, "file_name", ""), &original, err))
    return false;
  if (original == NULL)
    return true;
  if (tc_pdf_stream_digest(c->o->document, c->revision, original, c->marks.samples, &digest, &size, &unreadable))
    tc_digest_hex(&digest, hex);
  else if (!is_finding(&unreadable, err))
    return false;
  if (strcmp(hex, tc_json_get_text(first, "sha256", "?")) != 0)
    find(c, CODE_MANIFEST, "the embedded original is not the capture of the manifest");
  return true;
}

static bool check_manifest(checking *c, tc_error *err)
{
  bool same_record = strcmp(tc_json_get_text(c->manifest, "record", ""), tc_json_get_text(c->data, "record", "?")) == 0;
  if (!same_record || !tc_json_equal(tc_json_get(c->manifest, "pages"), tc_json_get(c->data, "pages")))
    find(c, CODE_MANIFEST, "the officer's manifest names another record or other pages");
  return check_original(c, err);
}

static bool check_officer(checking *c, tc_error *err)
{
  tc_auto(tc_buf) cms = {0};
  bool there = false;
  tc_hash hash = TC_HASH_UNKNOWN;
  tc_hash_value content = {0};
  tc_error unreadable = {0};
  if (!read_file(c, TC_COPY_MANIFEST_SIGNATURE_NAME, &there, &cms, err))
    return false;
  if (c->manifest_bytes.size == 0 || cms.size == 0 ||
      !tc_signature_peek(tc_buf_bytes(&cms), TC_SIGNATURE_DETACHED, &hash, &unreadable) || hash == TC_HASH_UNKNOWN) {
    find(c, CODE_OFFICER, "the manifest has no signature that can be read");
    return is_finding(&unreadable, err);
  }
  tc_bytes bytes = tc_buf_bytes(&c->manifest_bytes);
  tc_auto(tc_signature_result) result = {0};
  if (!tc_hash_parts(hash, &bytes, 1, &content, err) ||
      !tc_signature_verify(tc_buf_bytes(&cms), TC_SIGNATURE_DETACHED, &content, c->o->officer, &result, err) ||
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

/* Somebody else may sign a copy, too, and is not trusted with what it shows. */
static void check_others(const checking *c)
{
  const tc_json *signers = tc_json_get(c->data, "signers");
  for (size_t i = 0; i < tc_pdf_signatures_count(c->o->signatures); i++) {
    const tc_pdf_signature *signature = tc_pdf_signatures_at(c->o->signatures, i);
    bool named = tc_json_count(signers) == 0;
    for (size_t k = 0; k < tc_json_count(signers); k++)
      named |= strcmp(tc_json_get_text(tc_json_at(signers, k), "field", ""), signature->field_name) == 0;
    char detail[160];
    snprintf(detail, sizeof detail, "field %.100s covers a part of a page", signature->field_name);
    if (!named && signature->visible)
      find(c, CODE_SHOWN, detail);
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

/* *is_copy: the file says that it is one, and what it says can be read. */
static bool read_data(checking *c, bool *is_copy, tc_error *err)
{
  tc_auto(tc_buf) bytes = {0};
  bool there = false;
  if (!read_file(c, TC_COPY_DATA_NAME, &there, &bytes, err) || !parse(tc_buf_bytes(&bytes), &c->data, err))
    return false;
  if (there && c->data == NULL)
    find(c, CODE_DATA, TC_COPY_DATA_NAME);
  *is_copy = strcmp(tc_json_get_text(c->data, "format", ""), TC_COPY_FORMAT) == 0;
  return !*is_copy || (read_file(c, TC_COPY_MANIFEST_NAME, &there, &c->manifest_bytes, err) &&
                       parse(tc_buf_bytes(&c->manifest_bytes), &c->manifest, err));
}

bool tc_verify_copy(const tc_verify_copy_options *options, tc_json **data, tc_json **officer, tc_error *err)
{
  tc_auto(checking) c = {.o = options, .revision = tc_pdf_revision_last(options->document)};
  bool is_copy = false;
  c.marks = (tc_pdf_marks){.document = options->document,
                           .revision = c.revision,
                           .samples = options->max_bytes < SIZE_MAX / SAMPLES ? options->max_bytes * SAMPLES : SIZE_MAX,
                           .contents = options->max_bytes};
  if (!read_data(&c, &is_copy, err))
    return false;
  if (!is_copy)
    return true;
  if (!check_pages(&c, err) || !check_code(&c, err) || !check_qr(&c, err) || !check_manifest(&c, err) ||
      !check_officer(&c, err) || !check_updates(&c, err))
    return false;
  check_signers(&c);
  check_others(&c);
  *data = tc_steal(&c.data);
  *officer = tc_steal(&c.officer);
  return true;
}
