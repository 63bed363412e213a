/* The cryptographic half of a verification: everything that needs no trust and no clock. */
#include "signing/verify_private.h"

#include "signing/oids.h"

#include <string.h>

void tc_core_finish(tc_core *core)
{
  TS_TST_INFO_free(core->stamp);
  tc_cms_view_finish(&core->view);
  *core = (tc_core){0};
}

static tc_check yes(void) { return (tc_check){TC_YES, TC_REASON_OK}; }
static tc_check no(tc_reason reason) { return (tc_check){TC_NO, reason}; }
/* What nobody here can compute says nothing against the file. */
static tc_check unknown(tc_reason reason) { return (tc_check){TC_UNKNOWN, reason}; }

TS_TST_INFO *tc_stamp_info_read(tc_bytes der)
{
  const unsigned char *at = der.data;
  TS_TST_INFO *info = der.size <= INT32_MAX ? d2i_TS_TST_INFO(NULL, &at, (long)der.size) : NULL;
  if (info != NULL && at != der.data + der.size) {
    TS_TST_INFO_free(info);
    info = NULL;
  }
  ERR_clear_error();
  return info;
}

tc_hash tc_stamp_info_hash(TS_TST_INFO *info)
{
  const TS_MSG_IMPRINT *imprint = TS_TST_INFO_get_msg_imprint(info);
  const ASN1_OBJECT *oid = NULL;
  X509_ALGOR_get0(&oid, NULL, NULL, TS_MSG_IMPRINT_get_algo((TS_MSG_IMPRINT *)(uintptr_t)imprint));
  switch (OBJ_obj2nid(oid)) {
  case NID_sha1:
    return TC_HASH_SHA1;
  case NID_sha256:
    return TC_HASH_SHA256;
  case NID_sha384:
    return TC_HASH_SHA384;
  case NID_sha512:
    return TC_HASH_SHA512;
  default:
    return TC_HASH_UNKNOWN;
  }
}

bool tc_stamp_info_matches(TS_TST_INFO *info, const tc_hash_value *value)
{
  const ASN1_OCTET_STRING *bytes = TS_MSG_IMPRINT_get_msg(TS_TST_INFO_get_msg_imprint(info));
  return tc_stamp_info_hash(info) == value->hash && bytes != NULL && (size_t)ASN1_STRING_length(bytes) == value->size &&
         memcmp(ASN1_STRING_get0_data(bytes), value->bytes, value->size) == 0;
}

/* RFC 5652 5.3: the signer is named by issuer and serial number, to the byte, or by its key identifier. */
static bool is_signer(const tc_cms_view *view, X509 *certificate)
{
  if (view->by_key_id) {
    const ASN1_OCTET_STRING *id = X509_get0_subject_key_id(certificate);
    return id != NULL &&
           tc_bytes_equal((tc_bytes){ASN1_STRING_get0_data(id), (size_t)ASN1_STRING_length(id)}, view->signer_id);
  }
  tc_bytes rest = view->signer_id;
  tc_der name;
  tc_der serial;
  if (!tc_der_expect(&rest, TC_DER_SEQUENCE, &name) || !tc_der_expect(&rest, TC_DER_INTEGER, &serial) || rest.size > 0)
    return false;
  const unsigned char *issuer = NULL;
  size_t issuer_size = 0;
  unsigned char *number = NULL;
  int number_size = i2d_ASN1_INTEGER(X509_get0_serialNumber(certificate), &number);
  bool same = number_size > 0 && tc_bytes_equal(serial.whole, (tc_bytes){number, (size_t)number_size}) &&
              X509_NAME_get0_der(X509_get_issuer_name(certificate), &issuer, &issuer_size) == 1 &&
              tc_bytes_equal(name.whole, (tc_bytes){issuer, issuer_size});
  OPENSSL_free(number);
  return same;
}

static X509 *find_signer(const tc_cms_view *view, const tc_certs *certs)
{
  for (size_t i = 0; i < tc_certs_count(certs); i++)
    if (is_signer(view, tc_certs_x509(certs, i)))
      return tc_certs_x509(certs, i);
  return NULL;
}

/* The content: detached, it is the caller's digest; of a token it is inside, and its imprint is the caller's. */
static bool content_digest(const tc_core_options *options, tc_core *core, tc_hash_value *out, tc_error *err)
{
  const tc_cms_view *view = &core->view;
  if (options->kind == TC_SIGNATURE_SHA1) {
    if (!view->attached || !tc_bytes_equal(view->content_type, tc_oid_data))
      core->structure = no(TC_REASON_CMS_STRUCTURE);
    if (!tc_bytes_equal(view->content, (tc_bytes){options->content->bytes, options->content->size}))
      core->digest = no(TC_REASON_DIGEST_MISMATCH);
    else if (view->digest_hash == TC_HASH_UNKNOWN)
      core->digest = unknown(TC_REASON_DIGEST_UNSUPPORTED);
    else
      return tc_hash_parts(view->digest_hash, &view->content, 1, out, err);
    return true;
  }
  if (options->kind == TC_SIGNATURE_DETACHED) {
    if (view->attached || !tc_bytes_equal(view->content_type, tc_oid_data))
      core->structure = no(TC_REASON_CMS_STRUCTURE);
    *out = *options->content;
    if (view->digest_hash == TC_HASH_UNKNOWN || options->content->hash != view->digest_hash)
      core->digest = unknown(TC_REASON_DIGEST_UNSUPPORTED);
    return true;
  }
  core->stamp = tc_bytes_equal(view->content_type, tc_oid_tst_info) ? tc_stamp_info_read(view->content) : NULL;
  if (core->stamp == NULL || !view->has_attributes) {
    core->structure = no(TC_REASON_STAMP_UNREADABLE);
    return true;
  }
  core->stamp_time = tc_asn1_seconds(TS_TST_INFO_get_time(core->stamp));
  if (!tc_stamp_info_matches(core->stamp, options->content))
    core->digest = no(TC_REASON_STAMP_IMPRINT_MISMATCH);
  if (view->digest_hash != TC_HASH_UNKNOWN)
    return tc_hash_parts(view->digest_hash, &view->content, 1, out, err);
  core->digest = unknown(TC_REASON_DIGEST_UNSUPPORTED);
  return true;
}

static void claimed_time(tc_core *core)
{
  tc_der value;
  if (tc_attribute_find(core->view.attributes, tc_oid_signing_time, &value) != TC_REASON_OK)
    return;
  const unsigned char *at = value.whole.data;
  tc_auto(ASN1_TIME) time = d2i_ASN1_TIME(NULL, &at, (long)value.whole.size);
  int64_t seconds = tc_asn1_seconds(time);
  core->claimed_time = seconds > 0 ? seconds : 0;
  ERR_clear_error();
}

/* RFC 5652 11.1, 11.2: both must be there, once, with one value. */
static void check_attributes(tc_core *core, const tc_hash_value *content)
{
  tc_bytes attributes = core->view.attributes;
  tc_der value;
  tc_reason reason = tc_attribute_find(attributes, tc_oid_content_type, &value);
  if (reason == TC_REASON_OK && !tc_bytes_equal(value.content, core->view.content_type))
    reason = TC_REASON_CMS_STRUCTURE;
  if (reason != TC_REASON_OK)
    core->structure = no(reason);
  reason = tc_attribute_find(attributes, tc_oid_message_digest, &value);
  if (reason == TC_REASON_OK &&
      (value.tag != TC_DER_OCTETS || !tc_bytes_equal(value.content, (tc_bytes){content->bytes, content->size})))
    reason = TC_REASON_DIGEST_MISMATCH;
  if (core->digest.result != TC_NO && core->digest.reason != TC_REASON_DIGEST_UNSUPPORTED)
    core->digest = reason == TC_REASON_OK ? yes() : no(reason);
  claimed_time(core);
}

/* The first ESSCertID of a signing-certificate attribute: its hash, and which algorithm. RFC 5035 3, 4. */
static bool read_ess(tc_bytes value, bool v2, tc_hash *hash, tc_bytes *expected)
{
  tc_der element;
  *hash = v2 ? TC_HASH_SHA256 : TC_HASH_SHA1;
  if (!tc_der_expect(&value, TC_DER_SEQUENCE, &element))
    return false;
  value = element.content;
  if (!tc_der_expect(&value, TC_DER_SEQUENCE, &element))
    return false;
  value = element.content;
  if (!tc_der_expect(&value, TC_DER_SEQUENCE, &element))
    return false;
  value = element.content;
  if (v2 && tc_der_optional(&value, TC_DER_SEQUENCE, &element))
    *hash = tc_hash_of_algorithm(element);
  if (*hash == TC_HASH_UNKNOWN || !tc_der_expect(&value, TC_DER_OCTETS, &element))
    return false;
  *expected = element.content;
  return true;
}

static bool check_signing_certificate(tc_core *core, tc_error *err)
{
  tc_der value;
  bool v2 = true;
  tc_reason reason = tc_attribute_find(core->view.attributes, tc_oid_signing_certificate_v2, &value);
  if (reason == TC_REASON_SIGNED_ATTRIBUTE_MISSING) {
    v2 = false;
    reason = tc_attribute_find(core->view.attributes, tc_oid_signing_certificate, &value);
  }
  if (reason == TC_REASON_SIGNED_ATTRIBUTE_MISSING) {
    core->signing_certificate = (tc_check){TC_UNKNOWN, TC_REASON_SIGNING_CERTIFICATE_MISSING};
    return true;
  }
  tc_hash hash = TC_HASH_UNKNOWN;
  tc_bytes expected = {0};
  if (reason != TC_REASON_OK || !read_ess(value.whole, v2, &hash, &expected)) {
    core->signing_certificate = no(TC_REASON_SIGNING_CERTIFICATE_MISMATCH);
    return true;
  }
  if (core->signer == NULL)
    return true;
  tc_auto(tc_buf) der = {0};
  tc_hash_value actual;
  if (!tc_x509_der(core->signer, &der, err))
    return false;
  tc_bytes whole = tc_buf_bytes(&der);
  if (!tc_hash_parts(hash, &whole, 1, &actual, err))
    return false;
  bool same = tc_bytes_equal(expected, (tc_bytes){actual.bytes, actual.size});
  core->signing_certificate = same ? yes() : no(TC_REASON_SIGNING_CERTIFICATE_MISMATCH);
  return true;
}

/* The digest that the key signed: of the attributes as SET OF (RFC 5652 5.4), or of the content itself. */
static bool signed_digest(const tc_core *core, const tc_hash_value *content, tc_hash_value *out, tc_error *err)
{
  const tc_cms_view *view = &core->view;
  if (!view->has_attributes) {
    *out = *content;
    return true;
  }
  tc_auto(tc_buf) set = {0};
  if (!tc_der_put(&set, TC_DER_SET, view->attributes, err))
    return false;
  tc_bytes whole = tc_buf_bytes(&set);
  return tc_hash_parts(core->scheme.hash, &whole, 1, out, err);
}

static bool key_verifies(const tc_core *core, const tc_hash_value *digest)
{
  EVP_PKEY *key = X509_get0_pubkey(core->signer);
  tc_auto(EVP_PKEY_CTX) context = key != NULL ? EVP_PKEY_CTX_new(key, NULL) : NULL;
  const tc_signature_algorithm *scheme = &core->scheme;
  int kind = key != NULL ? EVP_PKEY_get_base_id(key) : 0;
  bool kind_fits = scheme->padding == TC_PADDING_ECDSA
                       ? kind == EVP_PKEY_EC
                       : kind == EVP_PKEY_RSA || (kind == EVP_PKEY_RSA_PSS && scheme->padding == TC_PADDING_PSS);
  bool ok = context != NULL && kind_fits && EVP_PKEY_verify_init(context) == 1;
  if (ok && scheme->padding == TC_PADDING_PSS)
    ok = EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, scheme->salt) == 1 &&
         EVP_PKEY_CTX_set_rsa_mgf1_md(context, tc_hash_md(scheme->hash)) == 1;
  else if (ok && scheme->padding == TC_PADDING_PKCS1)
    ok = EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1;
  ok = ok && EVP_PKEY_CTX_set_signature_md(context, tc_hash_md(scheme->hash)) == 1 &&
       EVP_PKEY_verify(context, core->view.signature.data, core->view.signature.size, digest->bytes, digest->size) == 1;
  ERR_clear_error();
  return ok;
}

static bool check_signature(tc_core *core, const tc_hash_value *content, tc_error *err)
{
  if (!tc_signature_algorithm_read(core->view.signature_algorithm, core->view.digest_hash, &core->scheme)) {
    core->scheme = (tc_signature_algorithm){0};
    core->signature = unknown(TC_REASON_SIGNATURE_UNSUPPORTED);
    return true;
  }
  if (core->signer == NULL) {
    core->signature = (tc_check){TC_UNKNOWN, TC_REASON_SIGNER_CERTIFICATE_MISSING};
    return true;
  }
  tc_hash_value digest;
  if (!signed_digest(core, content, &digest, err))
    return false;
  core->signature = key_verifies(core, &digest) ? yes() : no(TC_REASON_SIGNATURE_INVALID);
  return true;
}

bool tc_core_verify(tc_bytes cms, const tc_core_options *options, tc_core *out, tc_error *err)
{
  tc_auto(tc_core) core = {.over_signature = options->over_signature,
                           .structure = {TC_YES, TC_REASON_OK},
                           .digest = {TC_UNKNOWN, TC_REASON_NOT_CHECKED},
                           .signature = {TC_UNKNOWN, TC_REASON_NOT_CHECKED},
                           .signing_certificate = {TC_UNKNOWN, TC_REASON_SIGNING_CERTIFICATE_MISSING},
                           .algorithm = {TC_UNKNOWN, TC_REASON_NOT_CHECKED}};
  tc_reason why = TC_REASON_OK;
  tc_hash_value content = {0};
  tc_cms_view_options how = {.max_certificates = options->max_certificates,
                             .pool = tc_verify_cache_pool(options->cache)};
  if (!tc_cms_view_read(cms, &how, &core.view, &why, err))
    return false;
  if (why != TC_REASON_OK) {
    core.structure = no(why);
  } else {
    core.signer = find_signer(&core.view, core.view.certificates);
    if (core.signer == NULL)
      core.signer = find_signer(&core.view, options->helpers);
    if (!content_digest(options, &core, &content, err))
      return false;
    if (core.view.has_attributes)
      check_attributes(&core, &content);
    else if (core.digest.reason == TC_REASON_NOT_CHECKED) /* the signature itself is over the content's digest */
      core.digest = yes();
    if (!check_signing_certificate(&core, err) || !check_signature(&core, &content, err))
      return false;
    tc_core_check_strength(&core, options->proven_time != 0 ? options->proven_time : INT64_MAX - 1);
  }
  *out = core;
  core = (tc_core){0};
  return true;
}
