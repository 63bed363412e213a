/*
 * Fuzz targets: whatever a stranger's file reaches in verification. Each takes any bytes and must return; what it says
 * does not matter. With -fsanitize=fuzzer this is the whole program of one target (FUZZ_TARGET names it); smoke.c runs
 * all of them for some seconds without it.
 */
#include "tests/fuzz/targets.h"

#include "base/file.h"
#include "imaging/imaging_settings.h"
#include "pdf/changes.h"
#include "pdf/page_marks.h"
#include "pdf/pdf_settings.h"
#include "pdf/update_digest.h"
#include "pipeline/tasks.h"
#include "pipeline/trust_bundle.h"
#include "signing/ocsp.h"
#include "signing/signing_settings.h"
#include "signing/verify.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What verification reads back of a certified copy's pages and last revision. */
static bool read_back(const tc_pdf_document *document, tc_error *err)
{
  size_t revision = tc_pdf_revision_last(document), count = 0;
  tc_pdf_marks marks = {.document = document, .revision = revision, .samples = 1 << 20, .contents = 1 << 20};
  uint32_t *pages = NULL;
  tc_digest digest = {0};
  tc_pdf_image_answer image;
  bool found = false, ok = true;
  if ((revision > 0 && !tc_pdf_update_fits(document, revision, &found, err)) ||
      !tc_pdf_pages(document, revision, &pages, &count, err))
    return false;
  for (size_t i = 0; i < count && i < 4 && ok; i++)
    ok = tc_pdf_page_image_is(&marks, pages[i], &digest, &image, err) &&
         tc_pdf_page_shows(&marks, pages[i], "ABCD-EFGH-JKMN-P", &found, err) &&
         tc_pdf_page_shows_qr(&marks, pages[i], "https://truecopy.example/v/x", &found, err);
  free(pages);
  return ok;
}

static void fuzz_pdf(tc_bytes bytes)
{
  tc_error err = {0};
  tc_pdf_open_options options = tc_pdf_open_options_default();
  tc_auto(tc_pdf_document) document = NULL;
  tc_auto(tc_pdf_signatures) signatures = NULL;
  tc_auto(tc_pdf_changes) changes = NULL;
  tc_auto(tc_pdf_dss) dss = {0};
  const tc_pdf_object *file = NULL;
  options.repair = true;
  options.limits.max_memory = (size_t)64 << 20;
  options.limits.max_stream_bytes = (size_t)4 << 20;
  if (!tc_pdf_document_open_bytes(bytes, &options, &document, &err) ||
      !tc_pdf_signatures_read(document, &signatures, &err) ||
      !tc_pdf_changes_read(document, signatures, NULL, &changes, &err) ||
      !tc_pdf_dss_read(document, tc_pdf_revision_last(document), &dss, &err) ||
      !tc_pdf_file_find(document, tc_pdf_revision_last(document), "truecopy.json", &file, &err) ||
      !read_back(document, &err))
    tc_error_clear(&err);
}

static void verify_kind(tc_bytes bytes, tc_signature_kind kind)
{
  tc_error err = {0};
  tc_auto(tc_signature_result) result = {0};
  tc_verify_options options = tc_verify_options_default();
  tc_hash hash = TC_HASH_UNKNOWN;
  tc_hash_value content = {.hash = TC_HASH_SHA256, .size = 32};
  if (tc_signature_peek(bytes, kind, &hash, &err) && hash != TC_HASH_UNKNOWN)
    content.hash = hash;
  tc_error_clear(&err);
  if (!tc_signature_verify(bytes, kind, &content, &options, &result, &err))
    tc_error_clear(&err);
}

static void fuzz_cms(tc_bytes bytes)
{
  verify_kind(bytes, TC_SIGNATURE_DETACHED);
  verify_kind(bytes, TC_SIGNATURE_SHA1);
}

static void fuzz_stamp(tc_bytes bytes) { verify_kind(bytes, TC_SIGNATURE_STAMP); }

/* Certificates and CRLs, and a path over all of them. */
static void fuzz_certs(tc_bytes bytes)
{
  tc_error err = {0};
  tc_auto(tc_certs) certs = NULL;
  tc_auto(tc_trust) trust = NULL;
  if (!tc_certs_create(&certs, &err) || !tc_certs_add(certs, bytes, "fuzz", &err) || !tc_trust_create(&trust, &err) ||
      !tc_trust_add(trust, certs, &err)) {
    tc_error_clear(&err);
    return;
  }
  for (size_t i = 0; i < tc_certs_count(certs); i++) {
    tc_cert_info info;
    tc_auto(tc_path_result) path = {0};
    tc_path_options how = tc_path_options_default();
    how.time = how.now = 1700000000;
    how.helpers = certs;
    how.strength = true;
    if (!tc_cert_describe(tc_certs_der(certs, i), &info, &err) ||
        !tc_trust_validate(trust, tc_certs_der(certs, i), &how, &path, &err))
      tc_error_clear(&err);
  }
}

/* An OCSP response; the certificate and its issuer are whatever follows it, or itself. */
static void fuzz_ocsp(tc_bytes bytes)
{
  tc_error err = {0};
  tc_auto(tc_ocsp_answer) answer = {0};
  tc_ocsp_subject subject = {.certificate = bytes, .issuer = bytes};
  if (!tc_ocsp_read(bytes, &subject, NULL, NULL, &answer, &err))
    tc_error_clear(&err);
}

static const tc_settings *settings(void)
{
  static const tc_settings_table *const modules[] = {&tc_imaging_settings, &tc_pdf_settings, &tc_pdf_reader_settings,
                                                     &tc_signing_settings};
  static tc_settings *loaded;
  tc_settings_table tables[TC_ARRAY_LEN(modules)];
  tc_settings_sources sources = {0};
  tc_error err = {0};
  for (size_t i = 0; i < TC_ARRAY_LEN(modules); i++)
    tables[i] = *modules[i];
  if (loaded == NULL && !tc_settings_load(tables, TC_ARRAY_LEN(tables), &sources, &loaded, &err))
    abort();
  return loaded;
}

/* The whole of a worker's verification. */
static void fuzz_verify(tc_bytes bytes)
{
  tc_error err = {0};
  tc_auto(tc_fd) pdf = -1;
  tc_auto(tc_fd) trust = -1;
  tc_auto(tc_certs) nothing = NULL;
  tc_auto(tc_json) arguments = tc_json_object();
  tc_worker_reply reply = {0};
  if (!tc_certs_create(&nothing, &err) || !tc_trust_bundle_write(nothing, &trust, &err) ||
      !tc_memfd("pdf", &pdf, &err) || !tc_fd_write_all(pdf, bytes.data, bytes.size, &err) ||
      lseek(pdf, 0, SEEK_SET) != 0)
    abort();
  int fds[] = {pdf, trust};
  tc_worker_request request = {.arguments = arguments, .fds = fds, .fd_count = 2, .settings = settings()};
  if (tc_task_verify(&request, &reply, &err) && strcmp(tc_json_get_text(reply.result, "verdict", ""), "valid") == 0)
    abort(); /* nothing is trusted, so nothing is valid */
  tc_json_release(reply.result);
  tc_error_clear(&err);
}

const tc_fuzz_target tc_fuzz_targets[] = {{"pdf", fuzz_pdf},     {"cms", fuzz_cms},   {"stamp", fuzz_stamp},
                                          {"certs", fuzz_certs}, {"ocsp", fuzz_ocsp}, {"verify", fuzz_verify}};
const size_t tc_fuzz_target_count = TC_ARRAY_LEN(tc_fuzz_targets);

#ifdef FUZZ_TARGET
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  for (size_t i = 0; i < tc_fuzz_target_count; i++)
    if (strcmp(tc_fuzz_targets[i].name, FUZZ_TARGET) == 0)
      tc_fuzz_targets[i].run((tc_bytes){data, size});
  return 0;
}
#endif
