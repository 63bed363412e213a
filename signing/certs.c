/*
 * Each entry keeps the bytes it was read from beside the parsed object: what is embedded or compared is what came in,
 * never a second encoding of it.
 */
#include "signing/certs_private.h"

#include "base/file.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <openssl/pem.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

enum { FILE_LIMIT = 16 << 20 };

typedef struct entry {
  tc_buf der;
  tc_digest digest; /* of the DER */
  bool is_digested;
  X509 *x509; /* one of the two */
  X509_CRL *crl;
} entry;

typedef struct entries {
  entry *items;
  size_t count, capacity;
} entries;

struct tc_certs {
  entries certificates, crls, ocsps; /* of the last only the bytes */
};

static void entry_finish(entry *e)
{
  X509_free(e->x509);
  X509_CRL_free(e->crl);
  tc_buf_finish(&e->der);
}
TC_AUTO_VALUE(entry, entry_finish);

static void entries_finish(entries *list)
{
  for (size_t i = 0; i < list->count; i++)
    entry_finish(&list->items[i]);
  free(list->items);
}

static const entry *entries_find_digest(const entries *list, const tc_digest *digest)
{
  for (size_t i = 0; i < list->count; i++)
    if (memcmp(&list->items[i].digest, digest, sizeof *digest) == 0)
      return &list->items[i];
  return NULL;
}

static const entry *entries_find(const entries *list, tc_bytes der)
{
  for (size_t i = 0; i < list->count; i++)
    if (list->items[i].der.size == der.size && memcmp(list->items[i].der.data, der.data, der.size) == 0)
      return &list->items[i];
  return NULL;
}

/* Takes *e over, also on failure. */
static bool entries_push(entries *list, entry *take, tc_error *err)
{
  tc_auto(entry) e = *take;
  *take = (entry){0};
  if (!e.is_digested && !tc_digest_of(tc_buf_bytes(&e.der), &e.digest, err))
    return false;
  e.is_digested = true;
  if (entries_find_digest(list, &e.digest) != NULL)
    return true;
  if (list->count == list->capacity) {
    size_t capacity = list->capacity == 0 ? 8 : list->capacity * 2;
    entry *items = reallocarray(list->items, capacity, sizeof *items);
    if (items == NULL)
      return tc_fail(err, TC_NO_MEMORY, "no memory for a list of certificates");
    list->items = items;
    list->capacity = capacity;
  }
  list->items[list->count++] = e;
  memset(&e, 0, sizeof e); /* the list has it */
  return true;
}

bool tc_certs_create(tc_certs **out, tc_error *err)
{
  tc_certs *certs = calloc(1, sizeof *certs);
  if (certs == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a list of certificates");
  *out = certs;
  return true;
}

void tc_certs_destroy(tc_certs *certs)
{
  if (certs == NULL)
    return;
  entries_finish(&certs->certificates);
  entries_finish(&certs->crls);
  entries_finish(&certs->ocsps);
  free(certs);
}

X509 *tc_x509_read(tc_bytes der)
{
  const unsigned char *at = der.data;
  X509 *x509 = der.size <= LONG_MAX ? d2i_X509(NULL, &at, (long)der.size) : NULL;
  if (x509 != NULL && at != der.data + der.size) {
    X509_free(x509);
    x509 = NULL;
  }
  ERR_clear_error();
  return x509;
}

X509_CRL *tc_crl_read(tc_bytes der)
{
  const unsigned char *at = der.data;
  X509_CRL *crl = der.size <= LONG_MAX ? d2i_X509_CRL(NULL, &at, (long)der.size) : NULL;
  if (crl != NULL && at != der.data + der.size) {
    X509_CRL_free(crl);
    crl = NULL;
  }
  ERR_clear_error();
  return crl;
}

bool tc_x509_der(X509 *certificate, tc_buf *out, tc_error *err)
{
  int size = i2d_X509(certificate, NULL);
  if (size <= 0)
    return tc_fail_ossl(err, TC_CRYPTO, "a certificate could not be encoded");
  if (!tc_buf_reserve(out, (size_t)size + 1, err))
    return false;
  unsigned char *at = out->data + out->size;
  i2d_X509(certificate, &at);
  out->size += (size_t)size;
  out->data[out->size] = 0;
  return true;
}

/* One object in DER. *known tells whether the bytes were one. */
static bool add_der(tc_certs *certs, tc_bytes der, bool *known, tc_error *err)
{
  tc_auto(entry) e = {.x509 = tc_x509_read(der)};
  if (e.x509 == NULL)
    e.crl = tc_crl_read(der);
  *known = e.x509 != NULL || e.crl != NULL;
  if (!*known)
    return true;
  if (!tc_buf_append(&e.der, der.data, der.size, err))
    return false;
  return entries_push(e.x509 != NULL ? &certs->certificates : &certs->crls, &e, err);
}

static bool share_entry(entries *into, const entry *one, tc_error *err);

bool tc_certs_add_embedded(tc_certs *certs, tc_bytes der, tc_certs *pool, bool *known, tc_error *err)
{
  if (pool == NULL)
    return add_der(certs, der, known, err);
  const entry *certificate = entries_find(&pool->certificates, der);
  const entry *crl = certificate == NULL ? entries_find(&pool->crls, der) : NULL;
  if (certificate == NULL && crl == NULL) {
    if (!add_der(pool, der, known, err) || !*known)
      return *known;
    certificate = entries_find(&pool->certificates, der);
    crl = entries_find(&pool->crls, der);
  }
  *known = true;
  return certificate != NULL ? share_entry(&certs->certificates, certificate, err)
                             : share_entry(&certs->crls, crl, err);
}

static bool add_pem(tc_certs *certs, tc_bytes pem, const char *name, tc_error *err)
{
  tc_auto(BIO) bio = tc_bio_over(pem);
  if (bio == NULL)
    return tc_fail(err, TC_LIMIT, "%s is too large", name);
  char *label = NULL;
  char *header = NULL;
  unsigned char *data = NULL;
  long size = 0;
  size_t found = 0;
  bool ok = true;
  while (ok && PEM_read_bio(bio, &label, &header, &data, &size) == 1) {
    bool wanted = strcmp(label, PEM_STRING_X509) == 0 || strcmp(label, PEM_STRING_X509_CRL) == 0 ||
                  strcmp(label, PEM_STRING_X509_OLD) == 0;
    bool known = true;
    if (wanted)
      ok = add_der(certs, (tc_bytes){data, (size_t)size}, &known, err);
    if (ok && !known)
      ok = tc_fail(err, TC_FORMAT, "%s: block %zu is not a certificate or CRL", name, found + 1);
    found += wanted;
    OPENSSL_free(label);
    OPENSSL_free(header);
    OPENSSL_clear_free(data, (size_t)size); /* it may be a key */
  }
  ERR_clear_error();
  if (ok && found == 0)
    return tc_fail(err, TC_FORMAT, "%s holds no certificate and no CRL", name);
  return ok;
}

bool tc_certs_add(tc_certs *certs, tc_bytes bytes, const char *name, tc_error *err)
{
  bool known = false;
  if (bytes.size > 0 && bytes.data[0] == 0x30) {
    if (!add_der(certs, bytes, &known, err))
      return false;
    if (known)
      return true;
  }
  return add_pem(certs, bytes, name, err);
}

bool tc_certs_add_x509(tc_certs *certs, X509 *certificate, tc_error *err)
{
  tc_auto(entry) e = {0};
  if (!tc_x509_der(certificate, &e.der, err))
    return false;
  X509_up_ref(certificate);
  e.x509 = certificate;
  return entries_push(&certs->certificates, &e, err);
}

bool tc_certs_add_crl(tc_certs *certs, X509_CRL *crl, tc_error *err)
{
  tc_auto(entry) e = {0};
  unsigned char *der = NULL;
  int size = i2d_X509_CRL(crl, &der);
  if (size <= 0)
    return tc_fail_ossl(err, TC_CRYPTO, "a CRL could not be encoded");
  bool ok = tc_buf_append(&e.der, der, (size_t)size, err);
  OPENSSL_free(der);
  X509_CRL_up_ref(crl);
  e.crl = crl;
  return ok && entries_push(&certs->crls, &e, err);
}

static bool add_file(tc_certs *certs, const char *path, tc_error *err)
{
  tc_auto(tc_buf) content = {0};
  return tc_file_read(path, FILE_LIMIT, &content, err) && tc_certs_add(certs, tc_buf_bytes(&content), path, err);
}

static int is_certificate_file(const struct dirent *file)
{
  static const char *const endings[] = {".pem", ".crt", ".cer", ".der", ".crl"};
  size_t length = strlen(file->d_name);
  for (size_t i = 0; i < TC_ARRAY_LEN(endings); i++)
    if (length > 4 && strcasecmp(file->d_name + length - 4, endings[i]) == 0)
      return 1;
  return 0;
}

static bool add_folder(tc_certs *certs, const char *path, tc_error *err)
{
  struct dirent **names = NULL;
  int count = scandir(path, &names, is_certificate_file, alphasort);
  if (count < 0)
    return tc_fail_errno(err, TC_IO, errno, "%s cannot be read", path);
  bool ok = true;
  for (int i = 0; i < count; i++) {
    char *file = NULL;
    ok = ok && tc_str_printf(&file, err, "%s/%s", path, names[i]->d_name) && add_file(certs, file, err);
    free(file);
    free(names[i]);
  }
  free(names);
  if (ok && count == 0)
    return tc_fail(err, TC_NOT_FOUND, "%s holds no .pem, .crt, .cer, .der or .crl file", path);
  return ok;
}

bool tc_certs_add_path(tc_certs *certs, const char *path, tc_error *err)
{
  struct stat status;
  if (stat(path, &status) != 0)
    return tc_fail_errno(err, TC_IO, errno, "%s cannot be examined", path);
  return S_ISDIR(status.st_mode) ? add_folder(certs, path, err) : add_file(certs, path, err);
}

/* The parsed object is shared: reading a certificate costs more than anything else done with it. */
static bool share_entry(entries *into, const entry *one, tc_error *err)
{
  tc_auto(entry) e = {.digest = one->digest, .is_digested = true};
  if (entries_find_digest(into, &one->digest) != NULL)
    return true;
  if (!tc_buf_append(&e.der, one->der.data, one->der.size, err))
    return false;
  if (one->x509 != NULL && X509_up_ref(one->x509) == 1)
    e.x509 = one->x509;
  if (one->crl != NULL && X509_CRL_up_ref(one->crl) == 1)
    e.crl = one->crl;
  return entries_push(into, &e, err);
}

static bool share_entries(entries *into, const entries *from, tc_error *err)
{
  for (size_t i = 0; i < from->count; i++)
    if (!share_entry(into, &from->items[i], err))
      return false;
  return true;
}

bool tc_certs_add_all(tc_certs *certs, const tc_certs *from, tc_error *err)
{
  return from == NULL ||
         (share_entries(&certs->certificates, &from->certificates, err) &&
          share_entries(&certs->crls, &from->crls, err) && share_entries(&certs->ocsps, &from->ocsps, err));
}

bool tc_certs_add_ocsp(tc_certs *certs, tc_bytes der, tc_error *err)
{
  tc_auto(entry) e = {0};
  return tc_buf_append(&e.der, der.data, der.size, err) && entries_push(&certs->ocsps, &e, err);
}

size_t tc_certs_count(const tc_certs *certs) { return certs != NULL ? certs->certificates.count : 0; }

size_t tc_certs_crl_count(const tc_certs *certs) { return certs != NULL ? certs->crls.count : 0; }

size_t tc_certs_ocsp_count(const tc_certs *certs) { return certs != NULL ? certs->ocsps.count : 0; }

tc_bytes tc_certs_ocsp_der(const tc_certs *certs, size_t index)
{
  assert(index < tc_certs_ocsp_count(certs));
  return tc_buf_bytes(&certs->ocsps.items[index].der);
}

tc_bytes tc_certs_der(const tc_certs *certs, size_t index)
{
  assert(index < tc_certs_count(certs));
  return tc_buf_bytes(&certs->certificates.items[index].der);
}

tc_bytes tc_certs_crl_der(const tc_certs *certs, size_t index)
{
  assert(index < tc_certs_crl_count(certs));
  return tc_buf_bytes(&certs->crls.items[index].der);
}

const tc_digest *tc_certs_crl_digest(const tc_certs *certs, size_t index)
{
  assert(index < tc_certs_crl_count(certs));
  return &certs->crls.items[index].digest;
}

const tc_digest *tc_certs_ocsp_digest(const tc_certs *certs, size_t index)
{
  assert(index < tc_certs_ocsp_count(certs));
  return &certs->ocsps.items[index].digest;
}

static bool add_digests(const entries *list, tc_sha256 *running, tc_error *err)
{
  uint64_t count = list->count;
  if (!tc_sha256_update(running, &count, sizeof count, err))
    return false;
  for (size_t i = 0; i < list->count; i++)
    if (!tc_sha256_update(running, &list->items[i].digest, sizeof list->items[i].digest, err))
      return false;
  return true;
}

bool tc_certs_add_digests(const tc_certs *certs, tc_sha256 *running, tc_error *err)
{
  static const tc_certs none;
  const tc_certs *list = certs != NULL ? certs : &none;
  return add_digests(&list->certificates, running, err) && add_digests(&list->crls, running, err) &&
         add_digests(&list->ocsps, running, err);
}

X509 *tc_certs_x509(const tc_certs *certs, size_t index)
{
  assert(index < tc_certs_count(certs));
  return certs->certificates.items[index].x509;
}

X509_CRL *tc_certs_crl(const tc_certs *certs, size_t index)
{
  assert(index < tc_certs_crl_count(certs));
  return certs->crls.items[index].crl;
}

size_t tc_certs_size(const tc_certs *certs)
{
  size_t size = 0;
  for (size_t i = 0; i < tc_certs_count(certs); i++)
    size += certs->certificates.items[i].der.size;
  return size;
}

bool tc_certs_has_crl(const tc_certs *certs, tc_bytes der)
{
  return certs != NULL && entries_find(&certs->crls, der) != NULL;
}

bool tc_certs_has_x509(const tc_certs *certs, X509 *certificate)
{
  for (size_t i = 0; i < tc_certs_count(certs); i++)
    if (certs->certificates.items[i].x509 == certificate ||
        X509_cmp(certs->certificates.items[i].x509, certificate) == 0)
      return true;
  return false;
}
