/*
 * A small PDF made by code, for the tests of the reader, the updater and the changes: one page with a line of text, in
 * the table or the stream kind (with an object stream), signed or not. No cryptography: the "signature" is a DER
 * sequence of the wanted size.
 */
#pragma once

#include "base/digest.h"
#include "base/file.h"
#include "pdf/changes.h"
#include "pdf/dss.h"
#include "pdf/signature.h"
#include "tests/tc_test.h"

#include <fcntl.h>
#include <sys/stat.h>

/* Builds a classic file object by object. */
typedef struct sample {
  tc_buf bytes;
  off_t offsets[32];
  unsigned count; /* highest number + 1 */
} sample;

static inline void sample_object(sample *s, unsigned number, const char *text)
{
  tc_error err = {0};
  s->offsets[number] = (off_t)s->bytes.size;
  if (number >= s->count)
    s->count = number + 1;
  assert_ok(tc_buf_printf(&s->bytes, &err, "%u 0 obj\n%s\nendobj\n", number, text), err);
}

static inline void sample_stream(sample *s, unsigned number, const char *entries, const void *data, size_t size)
{
  tc_error err = {0};
  s->offsets[number] = (off_t)s->bytes.size;
  if (number >= s->count)
    s->count = number + 1;
  assert_ok(tc_buf_printf(&s->bytes, &err, "%u 0 obj\n<< %s /Length %zu >>\nstream\n", number, entries, size), err);
  assert_ok(tc_buf_append(&s->bytes, data, size, &err), err);
  assert_ok(tc_buf_append_text(&s->bytes, "\nendstream\nendobj\n", &err), err);
}

/* Table, trailer and end for the objects from 1 on; prev 0: none. */
static inline void sample_end(sample *s, const char *trailer)
{
  tc_error err = {0};
  size_t section = s->bytes.size;
  assert_ok(tc_buf_printf(&s->bytes, &err, "xref\n0 %u\n0000000000 65535 f \n", s->count), err);
  for (unsigned i = 1; i < s->count; i++) {
    if (s->offsets[i] > 0)
      assert_ok(tc_buf_printf(&s->bytes, &err, "%010jd 00000 n \n", (intmax_t)s->offsets[i]), err);
    else
      assert_ok(tc_buf_append_text(&s->bytes, "0000000000 65535 f \n", &err), err);
  }
  assert_ok(tc_buf_printf(&s->bytes, &err, "trailer\n<< /Size %u %s >>\nstartxref\n%zu\n%%%%EOF\n", s->count, trailer,
                          section),
            err);
}

static inline void sample_table(tc_buf *out)
{
  static const char content[] = "BT /F1 24 Tf 72 720 Td (one line) Tj ET";
  tc_error err = {0};
  sample s = {0};
  assert_ok(tc_buf_append_text(&s.bytes, "%PDF-1.7\n%\xE2\xE3\xCF\xD3\n", &err), err);
  sample_object(&s, 1, "<< /Type /Catalog /Pages 2 0 R /Lang (vi) >>");
  sample_object(&s, 2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
  sample_object(&s, 3,
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595.276 841.89] /Contents 4 0 R "
                "/Resources << /Font << /F1 5 0 R >> >> >>");
  sample_stream(&s, 4, "", content, sizeof content - 1);
  sample_object(&s, 5, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>");
  sample_object(&s, 6, "<< /Title (sample) /Producer (truecopy tests) >>");
  sample_end(&s, "/Root 1 0 R /Info 6 0 R /ID [<01> <01>]");
  *out = s.bytes;
}

/* The same page; catalog, pages and page in an object stream, and a cross-reference stream. */
static inline void sample_compressed(tc_buf *out)
{
  static const char content[] = "BT /F1 24 Tf 72 720 Td (one line) Tj ET";
  static const char first[] = "<< /Type /Catalog /Pages 2 0 R >> ",
                    second[] = "<< /Type /Pages /Kids [3 0 R] /Count 1 >> ";
  static const char third[] =
      "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << >> >> ";
  tc_error err = {0};
  sample s = {0};
  char header[64], objects[512];
  assert_ok(tc_buf_append_text(&s.bytes, "%PDF-1.7\n", &err), err);
  sample_stream(&s, 4, "", content, sizeof content - 1);
  int header_size =
      snprintf(header, sizeof header, "1 0 2 %zu 3 %zu ", sizeof first - 1, sizeof first + sizeof second - 2);
  int size = snprintf(objects, sizeof objects, "%s%s%s%s", header, first, second, third);
  char entries[64];
  snprintf(entries, sizeof entries, "/Type /ObjStm /N 3 /First %d", header_size);
  sample_stream(&s, 5, entries, objects, (size_t)size);
  size_t section = s.bytes.size;
  uint8_t rows[7][5] = {{0}, {2, 0, 0, 5, 0}, {2, 0, 0, 5, 1}, {2, 0, 0, 5, 2}};
  const off_t places[3] = {s.offsets[4], s.offsets[5], (off_t)section};
  for (unsigned i = 0; i < 3; i++) {
    rows[4 + i][0] = 1;
    rows[4 + i][1] = (uint8_t)(places[i] >> 16);
    rows[4 + i][2] = (uint8_t)(places[i] >> 8);
    rows[4 + i][3] = (uint8_t)places[i];
  }
  sample_stream(&s, 6, "/Type /XRef /Size 7 /W [1 3 1] /Root 1 0 R", rows, sizeof rows);
  assert_ok(tc_buf_printf(&s.bytes, &err, "startxref\n%zu\n%%%%EOF\n", section), err);
  *out = s.bytes;
}

static inline int sample_fd(tc_bytes bytes)
{
  tc_error err = {0};
  int fd = -1;
  assert_ok(tc_memfd("sample", &fd, &err), err);
  assert_ok(tc_fd_write_all(fd, bytes.data, bytes.size, &err), err);
  return fd;
}

static inline void sample_read(int fd, tc_buf *out)
{
  tc_error err = {0};
  out->size = 0;
  assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
  assert_ok(tc_fd_read_all(fd, (size_t)1 << 30, out, &err), err);
}

/* A SEQUENCE of exactly `size` bytes, 4 to 65539. */
static inline void sample_der(size_t size, tc_buf *out)
{
  tc_error err = {0};
  uint8_t header[4] = {0x30, 0x82, (uint8_t)((size - 4) >> 8), (uint8_t)(size - 4)};
  assert_ok(tc_buf_append(out, header, sizeof header, &err), err);
  while (out->size < size)
    assert_ok(tc_buf_append(out, "\xA5", 1, &err), err);
}

/* Prepares and fills: *bytes becomes the signed file. */
static inline void sample_sign(tc_buf *bytes, const tc_pdf_signature_options *options, tc_pdf_prepared *prepared)
{
  tc_error err = {0};
  tc_auto(tc_fd) in = sample_fd(tc_buf_bytes(bytes));
  tc_auto(tc_fd) out = sample_fd((tc_bytes){NULL, 0});
  tc_auto(tc_buf) der = {0};
  sample_der(100, &der);
  assert_ok(tc_pdf_signature_prepare(in, options, out, false, prepared, &err), err);
  assert_ok(tc_pdf_signature_fill(out, prepared, tc_buf_bytes(&der), &err), err);
  sample_read(out, bytes);
}

static inline void sample_sign_default(tc_buf *bytes)
{
  tc_pdf_signature_options options = tc_pdf_signature_options_default();
  tc_pdf_prepared prepared;
  options.contents_size = 128;
  options.signed_at = 1700000000;
  sample_sign(bytes, &options, &prepared);
}

static inline void sample_append(tc_buf *bytes, const char *text)
{
  tc_error err = {0};
  assert_ok(tc_buf_append_text(bytes, text, &err), err);
}

/* Appends a revision by the updater: objects as number and text, ended by number 0. */
typedef struct sample_object_text {
  uint32_t number; /* 0 ends; UINT32_MAX: a new one */
  const char *text;
} sample_object_text;
static inline void sample_update(tc_buf *bytes, const sample_object_text *objects)
{
  tc_error err = {0};
  tc_auto(tc_fd) in = sample_fd(tc_buf_bytes(bytes));
  tc_auto(tc_fd) out = sample_fd((tc_bytes){NULL, 0});
  tc_auto(tc_pdf_update) update = NULL;
  assert_ok(tc_pdf_update_begin(in, NULL, &update, &err), err);
  for (; objects->number != 0; objects++) {
    uint32_t number = 0;
    if (objects->number == UINT32_MAX)
      assert_ok(tc_pdf_update_add(update, objects->text, &number, &err), err);
    else
      assert_ok(tc_pdf_update_set(update, objects->number, tc_bytes_of_text(objects->text), &err), err);
  }
  assert_ok(tc_pdf_update_finish(update, out, false, NULL, &err), err);
  sample_read(out, bytes);
}

/* The document, its signatures and what changed; any step may fail on broken input, then *changes stays NULL. */
typedef struct sample_verdict {
  tc_pdf_document *document;
  tc_pdf_signatures *signatures;
  tc_pdf_changes *changes;
} sample_verdict;
static inline void sample_verdict_finish(sample_verdict *v)
{
  tc_pdf_changes_destroy(v->changes);
  tc_pdf_signatures_destroy(v->signatures);
  tc_pdf_document_destroy(v->document);
}
TC_AUTO_VALUE(sample_verdict, sample_verdict_finish);

static inline bool sample_examine(tc_bytes bytes, bool second_reader, sample_verdict *out, tc_error *err)
{
  tc_pdf_open_options options = tc_pdf_open_options_default();
  tc_pdf_changes_options how = {.second_reader = second_reader};
  options.repair = true;
  return tc_pdf_document_open_bytes(bytes, &options, &out->document, err) &&
         tc_pdf_signatures_read(out->document, &out->signatures, err) &&
         tc_pdf_changes_read(out->document, out->signatures, &how, &out->changes, err);
}

/* All signatures (at least one) stand, as far as structure tells. */
static inline bool sample_is_intact(const sample_verdict *v)
{
  bool intact = v->changes != NULL && tc_pdf_signatures_count(v->signatures) > 0;
  for (size_t i = 0; intact && i < tc_pdf_signatures_count(v->signatures); i++)
    intact = tc_pdf_changes_allow(v->changes, tc_pdf_signatures_at(v->signatures, i));
  return intact;
}

static inline bool sample_has_finding(const sample_verdict *v, const char *code)
{
  for (size_t i = 0; i < tc_pdf_changes_count(v->changes); i++) {
    if (strcmp(tc_pdf_changes_at(v->changes, i)->code, code) == 0)
      return true;
  }
  return false;
}
