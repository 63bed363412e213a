/*
 * Opening a document: its bytes, its limits, its chain of sections or, where that is broken and repair is allowed, what
 * document_repair.c finds. Lookups are in document_lookup.c.
 */
#include "pdf/document_private.h"

#include "pdf/crypt.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

static const tc_setting setting_rows[] = {
    {"pdf.reader_max_objects", TC_SETTING_INTEGER, "2000000", 1000, 50000000, NULL,
     "Objects that a PDF may name, in all its revisions together"},
    {"pdf.reader_max_stream_bytes", TC_SETTING_INTEGER, "268435456", 65536, 4294967295, NULL,
     "Bytes of one decoded stream that the strict PDF reader looks into"},
    {"pdf.reader_max_memory", TC_SETTING_INTEGER, "402653184", 1048576, 68719476736, NULL,
     "Bytes that the strict PDF reader may hold for parsed objects"},
    {"pdf.reader_max_revisions", TC_SETTING_INTEGER, "5000", 1, 1000000, NULL, "Cross-reference sections of a PDF"},
    {"pdf.reader_max_depth", TC_SETTING_INTEGER, "64", 8, 500, NULL, "Nesting of values and of trees in a PDF"},
    {"pdf.password_file", TC_SETTING_TEXT, "", 0, 1024, NULL,
     "A file whose first line is the password of encrypted PDFs; empty: they are opened without one"},
};
const tc_settings_table tc_pdf_reader_settings = {setting_rows, TC_ARRAY_LEN(setting_rows)};

tc_pdf_limits tc_pdf_limits_default(void)
{
  return (tc_pdf_limits){.max_objects = 2000000,
                         .max_stream_bytes = (size_t)256 << 20,
                         .max_memory = (size_t)384 << 20,
                         .max_revisions = 5000,
                         .max_depth = 64};
}

tc_pdf_limits tc_pdf_limits_from(const tc_settings *settings)
{
  return (tc_pdf_limits){
      .max_objects = (size_t)tc_settings_integer(settings, "pdf.reader_max_objects"),
      .max_stream_bytes = (size_t)tc_settings_integer(settings, "pdf.reader_max_stream_bytes"),
      .max_memory = (size_t)tc_settings_integer(settings, "pdf.reader_max_memory"),
      .max_revisions = (size_t)tc_settings_integer(settings, "pdf.reader_max_revisions"),
      .max_depth = (size_t)tc_settings_integer(settings, "pdf.reader_max_depth"),
  };
}

tc_pdf_open_options tc_pdf_open_options_default(void)
{
  return (tc_pdf_open_options){.limits = tc_pdf_limits_default()};
}

enum { AROUND = 2 << 20, HELD = 8 << 20 }; /* a kernel may map a huge page around each byte that is touched */

bool tc_pdf_document_is_large(const tc_pdf_document *document)
{
  return document->mapped != NULL && document->bytes.size >= 2 * HELD;
}

void tc_pdf_document_give_back(const tc_pdf_document *document)
{
  (void)madvise(document->mapped, document->bytes.size, MADV_DONTNEED); /* private, and never written to */
}

void tc_pdf_document_touched(const tc_pdf_document *document, size_t bytes)
{
  if (!tc_pdf_document_is_large(document))
    return;
  document->state->touched += bytes + AROUND;
  if (document->state->touched < HELD)
    return;
  document->state->touched = 0;
  tc_pdf_document_give_back(document);
}

tc_pdf_lexer tc_pdf_lexer_at(const tc_pdf_document *document, off_t offset)
{
  return (tc_pdf_lexer){.bytes = document->bytes,
                        .pos = (size_t)offset,
                        .in_file = true,
                        .max_depth = document->limits.max_depth,
                        .arena = &document->state->arena};
}

void tc_pdf_document_destroy(tc_pdf_document *document)
{
  if (document == NULL)
    return;
  if (document->state != NULL) {
    tc_pdf_arena_finish(&document->state->arena);
    free(document->state->cache);
  }
  free(document->state);
  tc_pdf_crypt_destroy(document->crypt);
  free(document->password);
  free(document->sections);
  free(document->versions);
  free(document->first);
  free(document->revisions);
  free(document->trailers);
  if (document->mapped != NULL)
    munmap(document->mapped, document->bytes.size);
  free(document);
}

/* Forgets what a failed reading of the chain left, so that repair starts from nothing. */
static void forget(tc_pdf_document *document)
{
  free(document->sections);
  free(document->versions);
  free(document->first);
  free(document->revisions);
  free(document->trailers);
  document->sections = NULL;
  document->versions = NULL;
  document->first = NULL;
  document->revisions = NULL;
  document->trailers = NULL;
  document->section_count = document->version_count = document->version_capacity = document->revision_count = 0;
  document->number_end = 0;
}

/* What is not encrypted (the trailers, the dictionary of the protection) is read before the key is there. */
static bool unlock(tc_pdf_document *document, tc_error *err)
{
  tc_pdf_crypt *crypt = NULL;
  if (!tc_pdf_crypt_create(document, document->password, &crypt, err))
    return false;
  document->crypt = crypt;
  return true;
}

static bool read_structure(tc_pdf_document *document, bool repair, tc_error *err)
{
  static const char header[] = "%PDF-";
  if (document->bytes.size < sizeof header - 1 || memcmp(document->bytes.data, header, sizeof header - 1) != 0)
    return tc_fail(err, TC_FORMAT, "no PDF: it does not start with %%PDF-");
  tc_error first = {0};
  if (tc_pdf_read_chain(document, &first))
    return unlock(document, err);
  if (repair && first.code == TC_FORMAT) {
    tc_error unused = {0};
    forget(document);
    if (tc_pdf_repair(document, &unused)) {
      document->repaired = true;
      return true;
    }
  }
  return tc_error_set(err, first.code, first.sys_errno, first.where, "%s", first.message);
}

static bool document_create(const tc_pdf_open_options *options, tc_pdf_document **out, tc_error *err)
{
  tc_auto(tc_pdf_document) document = calloc(1, sizeof *document);
  if (document == NULL || (document->state = calloc(1, sizeof *document->state)) == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a PDF");
  document->limits = options != NULL ? options->limits : tc_pdf_limits_default();
  if (options != NULL && options->password != NULL && !tc_str_copy(options->password, &document->password, err))
    return false;
  document->state->arena.limit = document->limits.max_memory;
  *out = tc_steal(&document);
  return true;
}

bool tc_pdf_document_open_bytes(tc_bytes bytes, const tc_pdf_open_options *options, tc_pdf_document **out,
                                tc_error *err)
{
  tc_auto(tc_pdf_document) document = NULL;
  if (!document_create(options, &document, err))
    return false;
  document->bytes = bytes;
  if (!read_structure(document, options != NULL && options->repair, err))
    return false;
  *out = tc_steal(&document);
  return true;
}

bool tc_pdf_document_open(int fd, const tc_pdf_open_options *options, tc_pdf_document **out, tc_error *err)
{
  struct stat status;
  tc_auto(tc_pdf_document) document = NULL;
  if (!document_create(options, &document, err))
    return false;
  if (fstat(fd, &status) != 0)
    return tc_fail_errno(err, TC_IO, errno, "the PDF's size");
  if (status.st_size <= 0)
    return tc_fail(err, TC_FORMAT, "no PDF: the file is empty");
  void *mapped = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (mapped == MAP_FAILED)
    return tc_fail_errno(err, TC_IO, errno, "mapping the PDF");
  document->mapped = mapped;
  document->bytes = (tc_bytes){mapped, (size_t)status.st_size};
  if (!read_structure(document, options != NULL && options->repair, err))
    return false;
  *out = tc_steal(&document);
  return true;
}

bool tc_pdf_document_check(const tc_pdf_document *document, tc_error *err)
{
  const tc_error *damage = &document->state->damage;
  return damage->code == TC_OK ||
         tc_error_set(err, damage->code, damage->sys_errno, damage->where, "%s", damage->message);
}

bool tc_pdf_document_repaired(const tc_pdf_document *document) { return document->repaired; }
bool tc_pdf_document_encrypted(const tc_pdf_document *document) { return document->crypt != NULL; }

uint32_t tc_pdf_document_permissions(const tc_pdf_document *document)
{
  return document->crypt != NULL ? tc_pdf_crypt_permissions(document->crypt) : UINT32_MAX;
}

tc_bytes tc_pdf_document_bytes(const tc_pdf_document *document) { return document->bytes; }
size_t tc_pdf_revision_count(const tc_pdf_document *document) { return document->revision_count; }
size_t tc_pdf_revision_last(const tc_pdf_document *document) { return document->revision_count - 1; }
uint32_t tc_pdf_number_end(const tc_pdf_document *document) { return document->number_end; }

tc_pdf_revision tc_pdf_revision_at(const tc_pdf_document *document, size_t index) { return document->revisions[index]; }

bool tc_pdf_revision_ending_at(const tc_pdf_document *document, off_t offset, size_t *out)
{
  for (size_t low = 0, high = document->revision_count; low < high;) {
    size_t middle = (low + high) / 2;
    const tc_pdf_revision *revision = &document->revisions[middle];
    if (offset >= revision->eof && offset <= revision->end) {
      *out = middle;
      return true;
    }
    if (offset < revision->eof)
      high = middle;
    else
      low = middle + 1;
  }
  return false;
}
