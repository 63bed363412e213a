/*
 * The Encrypt dictionary (ISO 32000-2, 7.6.2, 7.6.4.2 and 7.6.6): which handler and revision, which methods for
 * strings, streams and embedded files, what the key is made of. A revision that names another protection than the
 * newest is refused: one key must open the whole file.
 */
#include "pdf/crypt_private.h"

#include <openssl/crypto.h>
#include <string.h>

static bool refuse_rc4(tc_error *err)
{
  return tc_fail(err, TC_ENCRYPTED,
                 "the PDF is protected with RC4, which anybody can break: protect it anew with AES (for example qpdf "
                 "--encrypt \"\" OWNER 256 --) or remove the protection, and give it again");
}

bool tc_pdf_crypt_method_of(const tc_pdf_crypt *crypt, const tc_pdf_object *name, tc_pdf_crypt_method *out,
                            tc_error *err)
{
  const tc_pdf_object *filter = tc_pdf_get_bytes(crypt->filters, tc_pdf_bytes(name));
  const tc_pdf_object *method = tc_pdf_get(filter, "CFM");
  bool old = crypt->revision == 4;
  *out = TC_PDF_CRYPT_NONE;
  if (tc_pdf_kind_of(name) == TC_PDF_NULL || tc_pdf_is_name(name, "Identity"))
    return true;
  if (tc_pdf_is_name(method, "V2"))
    return refuse_rc4(err);
  *out = old ? TC_PDF_CRYPT_AESV2 : TC_PDF_CRYPT_AESV3;
  return tc_pdf_is_name(method, old ? "AESV2" : "AESV3") ||
         tc_fail(err, TC_ENCRYPTED, "the PDF is encrypted by a method that is not known here: remove the protection");
}

static bool same_protection(const tc_pdf_document *document, size_t revision, size_t last)
{
  const tc_pdf_object *mine = tc_pdf_trailer(document, revision), *newest = tc_pdf_trailer(document, last);
  uint32_t number = tc_pdf_reference(tc_pdf_get(newest, "Encrypt"));
  tc_pdf_place then = tc_pdf_place_of(document, revision, number), now = tc_pdf_place_of(document, last, number);
  if (tc_pdf_kind_of(tc_pdf_get(mine, "Encrypt")) == TC_PDF_NULL)
    return tc_pdf_kind_of(tc_pdf_get(newest, "Encrypt")) == TC_PDF_NULL;
  return tc_pdf_equal(tc_pdf_get(mine, "Encrypt"), tc_pdf_get(newest, "Encrypt")) &&
         tc_pdf_equal(tc_pdf_at(tc_pdf_get(mine, "ID"), 0), tc_pdf_at(tc_pdf_get(newest, "ID"), 0)) &&
         (number == 0 || tc_pdf_place_equal(&then, &now));
}

/* Only what is written in the dictionary itself: its parts could otherwise be encrypted, or change apart from it. */
static bool read_shape(tc_pdf_crypt *crypt, tc_error *err)
{
  const tc_pdf_object *dict = crypt->dict;
  int64_t version = tc_pdf_integer(tc_pdf_get(dict, "V"), 0), revision = tc_pdf_integer(tc_pdf_get(dict, "R"), 0);
  if (!tc_pdf_is_dict(dict))
    return tc_fail(err, TC_ENCRYPTED, "the PDF is encrypted, and the dictionary of its protection cannot be read");
  if (!tc_pdf_is_name(tc_pdf_get(dict, "Filter"), "Standard"))
    return tc_fail(err, TC_ENCRYPTED,
                   "the PDF is encrypted for chosen recipients or by a foreign program: remove the protection");
  if (version >= 1 && version <= 3)
    return refuse_rc4(err);
  if (!(version == 4 && revision == 4) && !(version == 5 && (revision == 5 || revision == 6)))
    return tc_fail(err, TC_ENCRYPTED,
                   "the PDF is encrypted in a way (version %jd, revision %jd) that is not known here",
                   (intmax_t)version, (intmax_t)revision);
  crypt->revision = (int)revision;
  crypt->filters = tc_pdf_get(dict, "CF");
  crypt->metadata_is_plain = !tc_pdf_boolean(tc_pdf_get(dict, "EncryptMetadata"), true);
  crypt->permissions = (uint32_t)tc_pdf_integer(tc_pdf_get(dict, "P"), 0);
  const tc_pdf_object *files = tc_pdf_get(dict, "EFF");
  return tc_pdf_crypt_method_of(crypt, tc_pdf_get(dict, "StrF"), &crypt->strings, err) &&
         tc_pdf_crypt_method_of(crypt, tc_pdf_get(dict, "StmF"), &crypt->streams, err) &&
         tc_pdf_crypt_method_of(crypt, tc_pdf_kind_of(files) != TC_PDF_NULL ? files : tc_pdf_get(dict, "StmF"),
                                &crypt->files, err);
}

bool tc_pdf_crypt_create(const tc_pdf_document *document, const char *password, tc_pdf_crypt **out, tc_error *err)
{
  size_t last = tc_pdf_revision_last(document);
  const tc_pdf_object *trailer = tc_pdf_trailer(document, last), *value = tc_pdf_get(trailer, "Encrypt");
  for (size_t i = 0; i < last; i++)
    if (!same_protection(document, i, last))
      return tc_fail(err, TC_ENCRYPTED, "the protection of the PDF was changed by a later revision of it");
  if (tc_pdf_kind_of(value) == TC_PDF_NULL)
    return true;
  tc_auto(tc_pdf_crypt) crypt = calloc(1, sizeof *crypt);
  if (crypt == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a PDF");
  crypt->number = tc_pdf_reference(value);
  crypt->dict = tc_pdf_resolve(document, last, value);
  if (!read_shape(crypt, err))
    return false;
  tc_pdf_crypt_secrets secrets = {.owner = tc_pdf_bytes(tc_pdf_get(crypt->dict, "O")),
                                  .user = tc_pdf_bytes(tc_pdf_get(crypt->dict, "U")),
                                  .owner_key = tc_pdf_bytes(tc_pdf_get(crypt->dict, "OE")),
                                  .user_key = tc_pdf_bytes(tc_pdf_get(crypt->dict, "UE")),
                                  .id = tc_pdf_bytes(tc_pdf_at(tc_pdf_get(trailer, "ID"), 0)),
                                  .password = password != NULL ? password : ""};
  if (!tc_pdf_crypt_make_key(crypt, &secrets, err))
    return false;
  *out = tc_steal(&crypt);
  return true;
}

void tc_pdf_crypt_destroy(tc_pdf_crypt *crypt)
{
  if (crypt == NULL)
    return;
  OPENSSL_cleanse(crypt, sizeof *crypt);
  free(crypt);
}

uint32_t tc_pdf_crypt_permissions(const tc_pdf_crypt *crypt)
{
  return crypt->is_owner ? UINT32_MAX : crypt->permissions;
}
