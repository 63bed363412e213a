/*
 * Writing an update: the objects after the file's last byte, then one cross-reference section of the kind the file has,
 * whose Prev is the section that closed the last revision. The file itself is only copied, from descriptor to
 * descriptor. In an encrypted file strings are encrypted here, under the number that their object has now.
 * What is written runs through a digest that the second half of /ID carries in the end (pdf/update_digest.h): its place
 * holds zeros until then, and stands in the part that is written last.
 */
#include "pdf/update_private.h"

#include "base/digest.h"
#include "base/file.h"
#include "pdf/crypt.h"
#include "pdf/object_write.h"
#include "pdf/update_digest.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

enum { FLUSH_SIZE = 256 * 1024, ID_SIZE = 16 };

/* Output: a buffer that is written out when it is large; `at` is the file offset of the buffer's start. */
typedef struct sink {
  int fd;
  off_t at;
  tc_buf buf;
  tc_sha256 *digest; /* of what was written out */
  size_t digits;     /* in the buffer: where those of /ID belong */
} sink;
static void sink_finish(sink *s)
{
  tc_buf_finish(&s->buf);
  tc_sha256_destroy(s->digest);
}
TC_AUTO_VALUE(sink, sink_finish);

static bool flush(sink *s, size_t above, tc_error *err)
{
  if (s->buf.size > above) {
    if (!tc_sha256_update(s->digest, s->buf.data, s->buf.size, err) ||
        !tc_fd_write_all(s->fd, s->buf.data, s->buf.size, err))
      return false;
    s->at += (off_t)s->buf.size;
    s->buf.size = 0;
  }
  return true;
}

/* The digest begins behind the %%EOF of the revision before: its end of line belongs to nobody else. */
static bool begin_digest(const tc_pdf_update *update, sink *s, tc_error *err)
{
  tc_bytes base = tc_pdf_document_bytes(update->document);
  size_t eof = (size_t)tc_pdf_revision_at(update->document, update->revision).eof;
  return tc_sha256_create(&s->digest, err) && tc_sha256_update(s->digest, base.data + eof, base.size - eof, err);
}

/* Puts the digits into the last part, and writes that. */
static bool write_last(sink *s, tc_error *err)
{
  tc_digest digest;
  if (!tc_sha256_update(s->digest, s->buf.data, s->buf.size, err) || !tc_sha256_end(s->digest, &digest, err))
    return false;
  tc_pdf_update_digits(&digest, (char *)s->buf.data + s->digits);
  return tc_fd_write_all(s->fd, s->buf.data, s->buf.size, err);
}

static off_t position(const sink *s) { return s->at + (off_t)s->buf.size; }

static bool write_item(const tc_pdf_update *update, tc_pdf_update_item *item, sink *s, tc_error *err)
{
  const tc_pdf_crypt *crypt = update->document->crypt;
  tc_bytes text = tc_buf_bytes(&item->text);
  if (!item->set)
    return tc_fail(err, TC_INTERNAL, "object %u was announced and never set", item->number);
  item->offset = position(s);
  if (!tc_buf_printf(&s->buf, err, "%u %u obj\n", item->number, item->generation) ||
      !(crypt == NULL ? tc_buf_append(&s->buf, text.data, text.size, err)
                      : tc_pdf_crypt_seal_text(crypt, item->number, item->generation, text, &s->buf, err)))
    return false;
  item->text_end = position(s);
  if (item->stream && (!tc_buf_append_text(&s->buf, "\nstream\n", err) ||
                       !tc_buf_append(&s->buf, item->data.data, item->data.size, err) ||
                       !tc_buf_append_text(&s->buf, "\nendstream", err)))
    return false;
  return tc_buf_append_text(&s->buf, "\nendobj\n", err) && flush(s, FLUSH_SIZE, err);
}

static bool write_items(tc_pdf_update *update, sink *s, tc_error *err)
{
  for (size_t i = 0; i < update->count; i++)
    if (!write_item(update, &update->items[i], s, err))
      return false;
  return true;
}

static bool write_id(const tc_pdf_update *update, sink *s, tc_error *err)
{
  const tc_pdf_object *trailer = tc_pdf_trailer(update->document, update->revision);
  const tc_pdf_object *first = tc_pdf_at(tc_pdf_get_in(update->document, update->revision, trailer, "ID"), 0);
  uint8_t fresh[ID_SIZE];
  char hex[2 * ID_SIZE + 1] = "";
  if (!tc_buf_append_text(&s->buf, "/ID [", err))
    return false;
  if (tc_pdf_bytes(first).size > 0) {
    if (!tc_pdf_write(first, &s->buf, err))
      return false;
  } else {
    if (!tc_random(fresh, sizeof fresh, err))
      return false;
    if (update->document->crypt == NULL)
      tc_hex((tc_bytes){fresh, sizeof fresh}, hex);
    if (!tc_buf_printf(&s->buf, err, "<%s>", hex))
      return false;
  }
  s->digits = s->buf.size + 2;
  return tc_buf_printf(&s->buf, err, " <%0*d>]", TC_PDF_UPDATE_DIGEST_DIGITS, 0);
}

/* Root, Info and the protection as they are; the first half of ID names the file, the second this state of it (14.4).
   The first half is part of a protection's key: where it was empty, it stays so. */
static bool write_trailer_entries(const tc_pdf_update *update, sink *s, tc_error *err)
{
  static const char *const carried[] = {"Root", "Info", "Encrypt"};
  const tc_pdf_object *trailer = tc_pdf_trailer(update->document, update->revision);
  tc_buf *out = &s->buf;
  for (size_t i = 0; i < TC_ARRAY_LEN(carried); i++) {
    const tc_pdf_object *value = tc_pdf_get(trailer, carried[i]);
    if (tc_pdf_kind_of(value) == TC_PDF_NULL)
      continue;
    if (!tc_buf_printf(out, err, "/%s ", carried[i]) || !tc_pdf_write(value, out, err) ||
        !tc_buf_append_text(out, " ", err))
      return false;
  }
  return write_id(update, s, err) &&
         tc_buf_printf(out, err, " /Size %u /Prev %jd", update->next_number,
                       (intmax_t)tc_pdf_revision_at(update->document, update->revision).section);
}

static int compare_items(const void *a, const void *b)
{
  const tc_pdf_update_item *left = a, *right = b;
  return (left->number > right->number) - (left->number < right->number);
}

/* How many items from `from` on have numbers in a row. */
static size_t row_length(const tc_pdf_update *update, size_t from)
{
  size_t length = 1;
  while (from + length < update->count && update->items[from + length].number == update->items[from].number + length)
    length++;
  return length;
}

static bool write_table(const tc_pdf_update *update, sink *s, tc_error *err)
{
  if (!tc_buf_append_text(&s->buf, "xref\n0 1\n0000000000 65535 f \n", err))
    return false;
  for (size_t i = 0; i < update->count;) {
    size_t length = row_length(update, i);
    if (!tc_buf_printf(&s->buf, err, "%u %zu\n", update->items[i].number, length))
      return false;
    for (size_t end = i + length; i < end; i++) {
      if (!tc_buf_printf(&s->buf, err, "%010jd %05u n \n", (intmax_t)update->items[i].offset,
                         update->items[i].generation))
        return false;
    }
  }
  return tc_buf_append_text(&s->buf, "trailer\n<< ", err) && write_trailer_entries(update, s, err) &&
         tc_buf_append_text(&s->buf, " >>\n", err);
}

/* The cross-reference stream is an object too, and its own last entry: W [1 8 2], not compressed. */
static bool write_stream(tc_pdf_update *update, sink *s, tc_error *err)
{
  tc_auto(tc_buf) index = {0};
  tc_auto(tc_buf) rows = {0};
  tc_pdf_update_item *self = NULL;
  off_t offset = position(s);
  if (!tc_pdf_update_new_item(update, update->next_number, &self, err))
    return false;
  self->offset = offset;
  self->set = true;
  uint32_t number = update->next_number++;
  for (size_t i = 0; i < update->count; i += row_length(update, i)) {
    if (!tc_buf_printf(&index, err, "%u %zu ", update->items[i].number, row_length(update, i)))
      return false;
  }
  for (size_t i = 0; i < update->count; i++) {
    uint8_t row[11] = {1};
    for (size_t byte = 0; byte < 8; byte++)
      row[1 + byte] = (uint8_t)((uint64_t)update->items[i].offset >> (56 - 8 * byte));
    row[9] = (uint8_t)(update->items[i].generation >> 8);
    row[10] = (uint8_t)update->items[i].generation;
    if (!tc_buf_append(&rows, row, sizeof row, err))
      return false;
  }
  return tc_buf_printf(&s->buf, err, "%u 0 obj\n<< /Type /XRef /W [1 8 2] /Index [%s] ", number, tc_buf_text(&index)) &&
         write_trailer_entries(update, s, err) && tc_buf_printf(&s->buf, err, " /Length %zu >>\nstream\n", rows.size) &&
         tc_buf_append(&s->buf, rows.data, rows.size, err) && tc_buf_append_text(&s->buf, "\nendstream\nendobj\n", err);
}

static bool place_output(const tc_pdf_update *update, int out_fd, bool copied, tc_error *err)
{
  struct stat status;
  if (!copied) {
    if (lseek(out_fd, 0, SEEK_SET) != 0)
      return tc_fail_errno(err, TC_IO, errno, "seeking in the output");
    if (!tc_fd_copy(update->fd, out_fd, err))
      return false;
  }
  if (fstat(out_fd, &status) != 0)
    return tc_fail_errno(err, TC_IO, errno, "the output's size");
  if (status.st_size != update->base_size)
    return tc_fail(err, TC_CONFLICT, "the output does not hold exactly the file that is updated");
  if (lseek(out_fd, update->base_size, SEEK_SET) != update->base_size)
    return tc_fail_errno(err, TC_IO, errno, "seeking in the output");
  return true;
}

bool tc_pdf_update_finish(tc_pdf_update *update, int out_fd, bool copied, tc_pdf_update_result *result, tc_error *err)
{
  tc_bytes base = tc_pdf_document_bytes(update->document);
  tc_auto(sink) s = {.fd = out_fd, .at = update->base_size};
  if (update->finished)
    return tc_fail(err, TC_INTERNAL, "the update is finished already");
  if (!tc_pdf_document_check(update->document, err) || !place_output(update, out_fd, copied, err) ||
      !begin_digest(update, &s, err))
    return false;
  update->finished = true;
  qsort(update->items, update->count, sizeof *update->items, compare_items);
  if (base.data[base.size - 1] != '\n' && !tc_buf_append_text(&s.buf, "\n", err))
    return false;
  if (!write_items(update, &s, err))
    return false;
  off_t section = position(&s);
  bool stream = tc_pdf_revision_at(update->document, update->revision).xref_stream;
  if (!(stream ? write_stream(update, &s, err) : write_table(update, &s, err)) ||
      !tc_buf_printf(&s.buf, err, "startxref\n%jd\n%%%%EOF\n", (intmax_t)section) || !write_last(&s, err))
    return false;
  if (result != NULL)
    *result = (tc_pdf_update_result){.size = position(&s), .section = section};
  return true;
}
