/* See update_digest.h. The digits are looked for as they were written: in lower case, between < and >. */
#include "pdf/update_digest.h"

#include <stdio.h>
#include <string.h>

void tc_pdf_update_digits(const tc_digest *digest, char out[TC_PDF_UPDATE_DIGEST_DIGITS])
{
  char hex[TC_SHA256_HEX_SIZE];
  tc_digest_hex(digest, hex);
  memcpy(out, hex, TC_PDF_UPDATE_DIGEST_DIGITS);
}

static tc_bytes update_of(const tc_pdf_document *document, size_t revision)
{
  tc_bytes file = tc_pdf_document_bytes(document);
  size_t from = (size_t)tc_pdf_revision_at(document, revision - 1).eof;
  size_t to =
      revision == tc_pdf_revision_last(document) ? file.size : (size_t)tc_pdf_revision_at(document, revision).end;
  return (tc_bytes){file.data + from, to - from};
}

/* Where `<digits>` stands last, one past its bracket; NULL: nowhere. */
static const uint8_t *find_digits(tc_bytes update, const char *digits)
{
  char wanted[TC_PDF_UPDATE_DIGEST_DIGITS + 3];
  const uint8_t *found = NULL;
  size_t size = (size_t)snprintf(wanted, sizeof wanted, "<%.*s>", TC_PDF_UPDATE_DIGEST_DIGITS, digits);
  for (const uint8_t *at = update.data; at != NULL;) {
    at = memmem(at, update.size - (size_t)(at - update.data), wanted, size);
    if (at != NULL)
      found = ++at;
  }
  return found;
}

static bool digest_around(tc_bytes update, const uint8_t *digits, tc_digest *out, tc_error *err)
{
  char zeros[TC_PDF_UPDATE_DIGEST_DIGITS];
  const uint8_t *rest = digits + sizeof zeros;
  tc_auto(tc_sha256) running = NULL;
  memset(zeros, '0', sizeof zeros);
  return tc_sha256_create(&running, err) &&
         tc_sha256_update(running, update.data, (size_t)(digits - update.data), err) &&
         tc_sha256_update(running, zeros, sizeof zeros, err) &&
         tc_sha256_update(running, rest, (size_t)(update.data + update.size - rest), err) &&
         tc_sha256_end(running, out, err);
}

bool tc_pdf_update_fits(const tc_pdf_document *document, size_t revision, bool *out, tc_error *err)
{
  const tc_pdf_object *id = tc_pdf_get_in(document, revision, tc_pdf_trailer(document, revision), "ID");
  tc_bytes half = tc_pdf_bytes(tc_pdf_at(id, 1)), update = update_of(document, revision);
  char said[TC_PDF_UPDATE_DIGEST_DIGITS + 1], is[TC_PDF_UPDATE_DIGEST_DIGITS];
  tc_digest digest;
  bool fits = half.size * 2 == TC_PDF_UPDATE_DIGEST_DIGITS;
  if (fits) {
    tc_hex(half, said);
    const uint8_t *digits = find_digits(update, said);
    if (digits != NULL && !digest_around(update, digits, &digest, err))
      return false;
    fits = digits != NULL;
  }
  if (fits) {
    tc_pdf_update_digits(&digest, is);
    fits = memcmp(said, is, sizeof is) == 0;
  }
  *out = fits;
  return true;
}
