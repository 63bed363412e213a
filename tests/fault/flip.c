/*
 * flip PDF TRUST START END STRIDE: changes single bytes of a signed PDF that verifies, one after the other, and asks
 * verification (pipeline/tasks_verify.c, in this process, on a memory file) what it says of each. With `random` for
 * STRIDE as many places as END minus START says are drawn from the whole file; START is their seed.
 *
 * At every offset in START, START+STRIDE … < END the byte is XORed with 0xFF and with 0x01. What may not be is printed
 * as "offset mask why" and makes the exit status 1:
 *   - a verdict "valid", anywhere;
 *   - "intact" in what the last signature covers, or inside its /Contents in what its CMS signs (the signed
 *     attributes) or is (the signature's value);
 *   - "intact" in what nothing signs (certificates, unsigned attributes and padding in it; a revision after it) without
 *     any finding.
 * The last line counts the changes, the unreadable ones and the intact ones.
 *
 * With --regions PDF it prints the last signature's gap (first and last offset of /Contents), the file's size and where
 * that signature's coverage ends instead.
 */
#include "base/file.h"
#include "imaging/imaging_settings.h"
#include "pdf/document.h"
#include "pdf/pdf_settings.h"
#include "pipeline/tasks.h"
#include "pipeline/trust_bundle.h"
#include "signing/signing_settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

enum { FILE_LIMIT = 64 << 20, SPANS = 2 };

typedef struct span {
  size_t start, end;
} span;

typedef struct flip {
  tc_settings *settings;
  tc_json *arguments;
  tc_buf bytes;
  int pdf, trust;
  size_t covered;    /* the end of what the last signature covers */
  span gap;          /* the last signature's /Contents, < and > included */
  span bound[SPANS]; /* in the file: the hexadecimal digits of the signed attributes and of the signature's value */
  size_t changes, unreadable, intact, faults;
} flip;

static _Noreturn void give_up(const tc_error *err)
{
  fprintf(stderr, "flip: %s\n", err->message);
  exit(3);
}

/* ---- Where the last signature lies ---- */

static const uint8_t *find_last(const tc_buf *bytes, const char *what)
{
  const uint8_t *found = NULL, *at = bytes->data;
  size_t length = strlen(what);
  while ((at = memmem(at, bytes->size - (size_t)(at - bytes->data), what, length)) != NULL) {
    found = at;
    at += length;
  }
  return found;
}

/* From the last /ByteRange: copies of this program's own have one signature in each revision. */
static bool find_gap(flip *f)
{
  const uint8_t *range = find_last(&f->bytes, "/ByteRange");
  size_t first, length, second, rest;
  if (range == NULL ||
      sscanf((const char *)range, "/ByteRange [ %zu %zu %zu %zu", &first, &length, &second, &rest) != 4)
    return false;
  f->gap = (span){first + length, second};
  f->covered = second + rest;
  return f->gap.start < f->gap.end && f->gap.end <= f->covered && f->covered <= f->bytes.size;
}

typedef struct der {
  const uint8_t *at, *end; /* of what is still to be read */
} der;

/* Reads one value's head; *value is its content, *whole starts at its tag. */
static bool der_next(der *in, int *tag, der *value)
{
  if (in->end - in->at < 2)
    return false;
  *tag = in->at[0];
  size_t length = in->at[1];
  const uint8_t *at = in->at + 2;
  if (length >= 0x80) {
    size_t count = length & 0x7F;
    if (count > 4 || (size_t)(in->end - at) < count)
      return false;
    for (length = 0; count > 0; count--)
      length = length << 8 | *at++;
  }
  if ((size_t)(in->end - at) < length)
    return false;
  *value = (der){at, at + length};
  in->at = at + length;
  return true;
}

static bool der_enter(der *in, int wanted)
{
  int tag;
  der value;
  do
    if (!der_next(in, &tag, &value))
      return false;
  while (tag != wanted);
  *in = value;
  return true;
}

/* RFC 5652, 5.3: SignerInfo ::= { version, sid, digestAlgorithm, [0] signedAttrs, signatureAlgorithm, signature … }. */
static bool find_bound(flip *f)
{
  size_t digits = f->gap.end - f->gap.start - 2;
  uint8_t *cms = calloc(digits / 2 + 1, 1);
  const char *hex = (const char *)f->bytes.data + f->gap.start + 1;
  for (size_t i = 0; i < digits / 2; i++) {
    unsigned int byte = 0;
    sscanf(hex + 2 * i, "%2x", &byte);
    cms[i] = (uint8_t)byte;
  }
  der in = {cms, cms + digits / 2}, attributes, value;
  int tag;
  bool ok = der_enter(&in, 0x30) && der_enter(&in, 0xA0) && der_enter(&in, 0x30); /* ContentInfo, SignedData */
  der infos = in;
  for (bool more = ok; more; more = der_next(&in, &tag, &value))
    if (in.at < in.end && *in.at == 0x31)
      infos = in; /* the last SET: signerInfos */
  ok = ok && der_enter(&infos, 0x31) && der_enter(&infos, 0x30);
  der signer = infos;
  ok = ok && der_enter(&infos, 0xA0);
  attributes = infos;
  ok = ok && der_enter(&signer, 0x04);
  if (ok) {
    f->bound[0].start = f->gap.start + 1 + 2 * (size_t)(attributes.at - cms);
    f->bound[0].end = f->gap.start + 1 + 2 * (size_t)(attributes.end - cms);
    f->bound[1].start = f->gap.start + 1 + 2 * (size_t)(signer.at - cms);
    f->bound[1].end = f->gap.start + 1 + 2 * (size_t)(signer.end - cms);
  }
  free(cms);
  return ok;
}

/* ---- Asking ---- */

static bool within(span s, size_t offset) { return offset >= s.start && offset < s.end; }

static const char *fault_of(const flip *f, size_t offset, const tc_json *result)
{
  if (strcmp(tc_json_get_text(result, "verdict", ""), "valid") == 0)
    return "valid";
  if (strcmp(tc_json_get_text(result, "intact", ""), "yes") != 0)
    return NULL;
  if (!within(f->gap, offset) && offset < f->covered)
    return "intact outside of the last signature";
  if (within(f->bound[0], offset) || within(f->bound[1], offset))
    return "intact with another signature";
  return tc_json_count(tc_json_get(result, "findings")) == 0 ? "intact without a finding" : NULL;
}

static bool verify(const flip *f, tc_json **out, tc_error *err)
{
  int fds[] = {f->pdf, f->trust};
  tc_worker_request request = {.arguments = f->arguments, .fds = fds, .fd_count = 2, .settings = f->settings};
  tc_worker_reply reply = {0};
  if (lseek(f->pdf, 0, SEEK_SET) != 0 || lseek(f->trust, 0, SEEK_SET) != 0 || !tc_task_verify(&request, &reply, err))
    return false;
  *out = reply.result;
  return true;
}

static void put(const flip *f, size_t offset, uint8_t value)
{
  tc_error err = {0};
  if (pwrite(f->pdf, &value, 1, (off_t)offset) != 1) {
    (void)tc_fail(&err, TC_IO, "the memory file cannot be written");
    give_up(&err);
  }
}

static void change(flip *f, size_t offset, uint8_t mask)
{
  tc_auto(tc_json) result = NULL;
  tc_error unreadable = {0};
  put(f, offset, f->bytes.data[offset] ^ mask);
  f->changes++;
  if (!verify(f, &result, &unreadable)) {
    f->unreadable++;
    if (unreadable.code == TC_INTERNAL || unreadable.code == TC_WORKER) {
      f->faults++;
      printf("%zu %02x %s\n", offset, mask, unreadable.message);
    }
    tc_error_clear(&unreadable);
  } else {
    const char *fault = fault_of(f, offset, result);
    f->intact += strcmp(tc_json_get_text(result, "intact", ""), "yes") == 0;
    f->faults += fault != NULL;
    if (fault != NULL)
      printf("%zu %02x %s\n", offset, mask, fault);
  }
  put(f, offset, f->bytes.data[offset]);
}

/* ---- Start ---- */

static bool open_material(flip *f, const char *trust, tc_error *err)
{
  static const tc_settings_table *const modules[] = {&tc_imaging_settings, &tc_pdf_settings, &tc_pdf_reader_settings,
                                                     &tc_signing_settings};
  tc_settings_table tables[TC_ARRAY_LEN(modules)];
  for (size_t i = 0; i < TC_ARRAY_LEN(modules); i++)
    tables[i] = *modules[i];
  tc_settings_sources sources = {0};
  tc_auto(tc_certs) material = NULL;
  return tc_settings_load(tables, TC_ARRAY_LEN(tables), &sources, &f->settings, err) &&
         tc_certs_create(&material, err) && tc_certs_add_path(material, trust, err) &&
         tc_trust_bundle_write(material, &f->trust, err) && tc_memfd("copy", &f->pdf, err) &&
         tc_fd_write_all(f->pdf, f->bytes.data, f->bytes.size, err);
}

static void change_both(flip *f, size_t offset)
{
  change(f, offset, 0xFF);
  change(f, offset, 0x01);
}

/* A sequence that a seed repeats; whether the places are spread well is all that matters. */
static void change_random(flip *f, uint64_t seed, size_t count)
{
  for (uint64_t x = seed * 2 + 1; count > 0; count--) {
    x = x * 6364136223846793005U + 1442695040888963407U;
    change_both(f, (size_t)((x >> 33) % f->bytes.size));
  }
}

static void expect_valid(const flip *f)
{
  tc_error err = {0};
  tc_auto(tc_json) result = NULL;
  if (!verify(f, &result, &err))
    give_up(&err);
  const char *verdict = tc_json_get_text(result, "verdict", "");
  if (strcmp(verdict, "valid") == 0)
    return;
  (void)tc_fail(&err, TC_USAGE, "the untouched copy is %s", verdict);
  give_up(&err);
}

int main(int argc, char **argv)
{
  bool regions = argc == 3 && strcmp(argv[1], "--regions") == 0;
  flip f = {.pdf = -1, .trust = -1, .arguments = tc_json_object()};
  tc_error err = {0};
  if (!regions && argc != 6) {
    fputs("usage: flip PDF TRUST START END STRIDE | flip --regions PDF\n", stderr);
    return 2;
  }
  tc_json_set_integer(f.arguments, "now", (int64_t)time(NULL));
  if (!tc_file_read(argv[regions ? 2 : 1], FILE_LIMIT, &f.bytes, &err))
    give_up(&err);
  if ((!find_gap(&f) || !find_bound(&f)) && tc_fail(&err, TC_FORMAT, "no signature is found") == false)
    give_up(&err);
  if (regions) {
    printf("%zu %zu %zu %zu\n", f.gap.start, f.gap.end, f.bytes.size, f.covered);
    return 0;
  }
  if (!open_material(&f, argv[2], &err))
    give_up(&err);
  expect_valid(&f);
  size_t start = strtoull(argv[3], NULL, 10), end = strtoull(argv[4], NULL, 10), stride = strtoull(argv[5], NULL, 10);
  if (strcmp(argv[5], "random") == 0)
    change_random(&f, start, end - start);
  for (size_t i = start; stride > 0 && i < end && i < f.bytes.size; i += stride)
    change_both(&f, i);
  printf("%zu changes, %zu unreadable, %zu intact, %zu faults\n", f.changes, f.unreadable, f.intact, f.faults);
  return f.faults > 0 ? 1 : 0;
}
