/*
 * bench/signing: signs composed copies with the keys of a demo PKI, level B-T, in one process, and says how long it
 * took.
 *
 *   batch sign  PKI SECRET NAMES THREADS COUNT OUT FILE...   the whole: place, digest, CMS, time-stamp, file
 *   batch floor PKI SECRET NAMES THREADS COUNT OUT FILE...   only what no signer can go without: one SHA-256 pass over
 *                                                            the file, the key's operation, the authority's operation
 *
 * The files are taken in turn until COUNT signatures are made. Prints a JSON object: copies, seconds, and processor
 * seconds, which other work on the machine does not blur.
 */
#include "base/clock.h"
#include "base/file.h"
#include "base/queue.h"
#include "pdf/signature.h"
#include "signing/cms.h"
#include "signing/pki.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

typedef struct bench {
  bool floor;
  char **files;
  size_t file_count;
  const char *out;
  tc_signer certifier, tsa;
  tc_stamper *stamper;
  size_t contents;
  _Atomic size_t failed;
} bench;

static bool prepare(const bench *b, size_t index, int out, tc_pdf_prepared *prepared, tc_error *err)
{
  tc_auto(tc_fd) in = -1;
  off_t size;
  tc_pdf_signature_options options = tc_pdf_signature_options_default();
  options.field_name = "Certifier";
  options.signed_at = (int64_t)time(NULL);
  options.utc_offset_minutes = 420;
  options.name = "Bench";
  options.reason = "Certified copy";
  options.docmdp = 2;
  options.contents_size = b->contents;
  return tc_file_open(b->files[index % b->file_count], &in, &size, err) &&
         tc_pdf_signature_prepare(in, &options, out, false, prepared, err);
}

static bool sign(const bench *b, size_t index, tc_error *err)
{
  char path[4096];
  tc_pdf_prepared prepared;
  tc_digest digest;
  tc_auto(tc_buf) cms = {0};
  snprintf(path, sizeof path, "%s/%zu.pdf", b->out, index);
  tc_auto(tc_fd) out = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (out < 0)
    return tc_fail(err, TC_IO, "%s cannot be written", path);
  tc_cms_options options = {.chain = b->certifier.chain, .digest = &digest};
  return prepare(b, index, out, &prepared, err) && tc_pdf_prepared_sha256(out, &prepared, digest.bytes, err) &&
         tc_cms_sign(&options, b->certifier.key, b->stamper, &cms, err) &&
         tc_pdf_signature_fill(out, &prepared, tc_buf_bytes(&cms), err);
}

static bool do_least(const bench *b, size_t index, tc_error *err)
{
  tc_auto(tc_fd) in = -1;
  off_t size;
  tc_digest digest;
  tc_auto(tc_buf) signature = {0};
  tc_auto(tc_buf) token = {0};
  return tc_file_open(b->files[index % b->file_count], &in, &size, err) && tc_digest_of_fd(in, 0, size, &digest, err) &&
         tc_key_sign(b->certifier.key, (tc_bytes){digest.bytes, sizeof digest.bytes}, &signature, err) &&
         tc_key_sign(b->tsa.key, tc_buf_bytes(&signature), &token, err);
}

static void run(size_t index, void *data)
{
  bench *b = data;
  tc_error err = {0};
  if (b->floor ? do_least(b, index, &err) : sign(b, index, &err))
    return;
  if (atomic_fetch_add(&b->failed, 1) == 0)
    fprintf(stderr, "batch: %s: %s\n", b->files[index % b->file_count], err.message);
}

static bool open_keys(bench *b, char **argv, tc_pki **pki, tc_authority **authority, tc_error *err)
{
  tc_pki_options options = tc_pki_options_default();
  tc_authority_options how = tc_authority_options_default();
  tc_digest any = {0};
  options.folder = argv[2];
  options.passphrase = argv[3];
  options.names = argv[4];
  if (!tc_pki_open(&options, pki, err) || !tc_pki_signer(*pki, TC_PKI_CERTIFIER, &b->certifier, err) ||
      !tc_pki_signer(*pki, TC_PKI_TSA, &b->tsa, err))
    return false;
  how.key = b->tsa.key;
  how.chain = b->tsa.chain;
  tc_cms_options cms = {.chain = b->certifier.chain, .digest = &any};
  return tc_authority_create(&how, authority, err) && tc_stamper_local_create(*authority, &b->stamper, err) &&
         tc_cms_size_limit(&cms, b->stamper, &b->contents, err);
}

int main(int argc, char **argv)
{
  bench b = {0};
  tc_pki *pki = NULL;
  tc_authority *authority = NULL;
  tc_error err = {0};
  if (argc < 9)
    return 3;
  b.floor = strcmp(argv[1], "floor") == 0;
  b.out = argv[7];
  b.files = argv + 8;
  b.file_count = (size_t)argc - 8;
  size_t threads = (size_t)strtoul(argv[5], NULL, 10), count = (size_t)strtoul(argv[6], NULL, 10);
  bool ok = open_keys(&b, argv, &pki, &authority, &err);
  double start = tc_clock_seconds(), processor = tc_clock_processor_seconds();
  ok = ok && tc_parallel(count, threads, run, &b, &err);
  if (ok)
    printf("{\"copies\": %zu, \"failed\": %zu, \"seconds\": %.4f, \"processor\": %.4f}\n", count, b.failed,
           tc_clock_seconds() - start, tc_clock_processor_seconds() - processor);
  else
    fprintf(stderr, "batch: %s\n", err.message);
  tc_stamper_destroy(b.stamper);
  tc_authority_destroy(authority);
  tc_pki_destroy(pki);
  return ok && b.failed == 0 ? 0 : 1;
}
