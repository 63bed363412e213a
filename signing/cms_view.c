#include "signing/cms_view.h"

#include "signing/oids.h"

#include <openssl/cms.h>

enum { TAG_KEY_ID = 0x80 };

void tc_cms_view_finish(tc_cms_view *view)
{
  tc_buf_finish(&view->der);
  tc_certs_destroy(view->certificates);
}

static bool holds(const tc_certs *certs, bool crls, tc_bytes der)
{
  for (size_t i = 0; i < (crls ? tc_certs_crl_count(certs) : tc_certs_count(certs)); i++)
    if (tc_bytes_equal(der, crls ? tc_certs_crl_der(certs, i) : tc_certs_der(certs, i)))
      return true;
  return false;
}

/* The embedded set, one kind at a time. *plain turns false where a member is not an X.509 certificate or CRL. */
static bool read_members(tc_bytes set, bool crls, const tc_cms_view_options *options, tc_cms_view *view, bool *plain,
                         tc_error *err)
{
  tc_certs *into = view->certificates;
  tc_der member;
  size_t count = 0;
  if (options->no_certificates)
    return true;
  while (set.size > 0) {
    if (!tc_der_next(&set, &member) || member.tag != TC_DER_SEQUENCE) {
      *plain = false;
      return true;
    }
    if (++count > options->max_certificates)
      return tc_fail(err, TC_LIMIT, "a signature embeds more than %zu certificates or CRLs", options->max_certificates);
    size_t before = crls ? tc_certs_crl_count(into) : tc_certs_count(into);
    tc_error failed = {0};
    bool known = false;
    bool added = tc_certs_add_embedded(into, member.whole, options->pool, &known, &failed);
    if (failed.code != TC_OK)
      return tc_error_set(err, failed.code, failed.sys_errno, failed.where, "%s", failed.message);
    size_t after = crls ? tc_certs_crl_count(into) : tc_certs_count(into);
    const bool again = after == before && holds(into, crls, member.whole);
    view->repeats = view->repeats || again;
    *plain = *plain && added && known && (after == before + 1 || again); /* readable, and of this kind */
  }
  return true;
}

static bool read_signer(tc_bytes info, tc_cms_view *view, int *version)
{
  tc_der element;
  tc_der digest;
  tc_der algorithm;
  tc_der signature;
  if (!tc_der_expect(&info, TC_DER_INTEGER, &element) || element.content.size != 1)
    return false;
  *version = element.content.data[0];
  view->by_key_id = tc_der_optional(&info, TAG_KEY_ID, &element);
  if (!view->by_key_id && !tc_der_expect(&info, TC_DER_SEQUENCE, &element))
    return false;
  view->signer_id = element.content;
  if (*version != (view->by_key_id ? 3 : 1) || !tc_der_expect(&info, TC_DER_SEQUENCE, &digest))
    return false;
  view->digest_hash = tc_hash_of_algorithm(digest);
  view->has_attributes = tc_der_optional(&info, TC_DER_CONTEXT_0, &element);
  if (view->has_attributes)
    view->attributes = element.content;
  if (!tc_der_expect(&info, TC_DER_SEQUENCE, &algorithm) || !tc_der_expect(&info, TC_DER_OCTETS, &signature))
    return false;
  view->signature_algorithm = algorithm.whole;
  view->signature = signature.content;
  if (tc_der_optional(&info, TC_DER_CONTEXT_1, &element))
    view->unsigned_attributes = element.content;
  return info.size == 0;
}

static bool read_signers(tc_bytes infos, tc_cms_view *view, int *version)
{
  tc_der info;
  while (infos.size > 0) {
    if (!tc_der_expect(&infos, TC_DER_SEQUENCE, &info))
      return false;
    if (view->signer_count++ == 0 && !read_signer(info.content, view, version))
      return false;
  }
  return true;
}

/* RFC 5652 5.1: digestAlgorithms holds what the signer uses; no other that we do not know. */
static bool digests_fit(tc_bytes algorithms, const tc_cms_view *view)
{
  bool found = false;
  tc_der algorithm;
  while (algorithms.size > 0) {
    if (!tc_der_expect(&algorithms, TC_DER_SEQUENCE, &algorithm))
      return false;
    tc_hash hash = tc_hash_of_algorithm(algorithm);
    if (hash == TC_HASH_UNKNOWN && view->digest_hash != TC_HASH_UNKNOWN)
      return false;
    found = found || hash == view->digest_hash;
  }
  return found;
}

static bool read_encapsulated(tc_bytes content, tc_cms_view *view)
{
  tc_der element;
  if (!tc_der_expect(&content, TC_DER_OID, &element))
    return false;
  view->content_type = element.content;
  view->attached = tc_der_optional(&content, TC_DER_CONTEXT_0, &element);
  if (content.size > 0)
    return false;
  if (!view->attached)
    return true;
  tc_bytes inner = element.content;
  if (!tc_der_expect(&inner, TC_DER_OCTETS, &element) || inner.size > 0)
    return false;
  view->content = element.content;
  return true;
}

/* The parts of the SignedData in their order; false: not of that shape. */
typedef struct frame {
  tc_der version, digests, encapsulated, certificates, crls, signers;
  bool has_certificates, has_crls;
} frame;

static bool read_frame(tc_bytes der, frame *out)
{
  tc_der element;
  tc_bytes rest = der;
  if (!tc_der_expect(&rest, TC_DER_SEQUENCE, &element) || rest.size > 0)
    return false;
  rest = element.content;
  if (!tc_der_expect(&rest, TC_DER_OID, &element) || !tc_bytes_equal(element.content, tc_oid_signed_data) ||
      !tc_der_expect(&rest, TC_DER_CONTEXT_0, &element) || rest.size > 0)
    return false;
  rest = element.content;
  if (!tc_der_expect(&rest, TC_DER_SEQUENCE, &element) || rest.size > 0)
    return false;
  rest = element.content;
  if (!tc_der_expect(&rest, TC_DER_INTEGER, &out->version) || !tc_der_expect(&rest, TC_DER_SET, &out->digests) ||
      !tc_der_expect(&rest, TC_DER_SEQUENCE, &out->encapsulated))
    return false;
  out->has_certificates = tc_der_optional(&rest, TC_DER_CONTEXT_0, &out->certificates);
  out->has_crls = tc_der_optional(&rest, TC_DER_CONTEXT_1, &out->crls);
  return tc_der_expect(&rest, TC_DER_SET, &out->signers) && rest.size == 0;
}

static bool read_parts(const tc_cms_view_options *options, tc_cms_view *view, tc_reason *why, tc_error *err)
{
  frame f = {0};
  int signer_version = 0;
  bool plain = true;
  *why = TC_REASON_CMS_STRUCTURE;
  if (!tc_der_is_strict(tc_buf_bytes(&view->der)) || !read_frame(tc_buf_bytes(&view->der), &f) ||
      !read_encapsulated(f.encapsulated.content, view))
    return true;
  if ((f.has_certificates && !read_members(f.certificates.content, false, options, view, &plain, err)) ||
      (f.has_crls && !read_members(f.crls.content, true, options, view, &plain, err)))
    return false;
  bool readable = read_signers(f.signers.content, view, &signer_version);
  if (view->signer_count != 1) {
    *why = view->signer_count == 0 ? TC_REASON_CMS_NO_SIGNER : TC_REASON_CMS_SEVERAL_SIGNERS;
    return true;
  }
  /* RFC 5652 5.1, for plain certificates and CRLs: 3 for other content than id-data or a signer by key, else 1. Signers
     that always write 3 are common, and nothing depends on it. */
  bool plain_data = tc_bytes_equal(view->content_type, tc_oid_data) && signer_version != 3;
  int version = f.version.content.size == 1 ? f.version.content.data[0] : 0;
  if (readable && plain && (version == 3 || (version == 1 && plain_data)) && digests_fit(f.digests.content, view))
    *why = TC_REASON_OK;
  return true;
}

/* BER, which PDF forbids and some signers write: OpenSSL turns it into DER. */
static bool from_ber(tc_bytes cms, tc_cms_view *view, bool *readable, tc_error *err)
{
  *readable = false;
  const unsigned char *at = cms.data;
  CMS_ContentInfo *parsed = cms.size <= INT32_MAX ? d2i_CMS_ContentInfo(NULL, &at, (long)cms.size) : NULL;
  unsigned char *der = NULL;
  int size = parsed != NULL ? i2d_CMS_ContentInfo(parsed, &der) : -1;
  bool ok = size <= 0 || tc_buf_append(&view->der, der, (size_t)size, err);
  *readable = ok && size > 0;
  view->was_ber = true;
  view->read = (size_t)(at - cms.data);
  OPENSSL_free(der);
  CMS_ContentInfo_free(parsed);
  ERR_clear_error();
  return ok;
}

bool tc_cms_view_read(tc_bytes cms, const tc_cms_view_options *options, tc_cms_view *out, tc_reason *why, tc_error *err)
{
  tc_auto(tc_cms_view) view = {0};
  tc_bytes rest = cms;
  tc_der element;
  bool readable = tc_der_expect(&rest, TC_DER_SEQUENCE, &element);
  if (!tc_certs_create(&view.certificates, err))
    return false;
  if (readable) {
    view.read = element.whole.size;
    if (!tc_buf_append(&view.der, element.whole.data, element.whole.size, err))
      return false;
  } else if (!from_ber(cms, &view, &readable, err)) {
    return false;
  }
  tc_reason reason = TC_REASON_CMS_UNREADABLE;
  if (readable && !read_parts(options, &view, &reason, err))
    return false;
  *why = reason;
  *out = view;
  view = (tc_cms_view){0};
  return true;
}

bool tc_attribute_next(tc_bytes *rest, tc_bytes *type, tc_bytes *values)
{
  tc_der attribute;
  tc_der part;
  if (!tc_der_expect(rest, TC_DER_SEQUENCE, &attribute))
    return false;
  tc_bytes inner = attribute.content;
  if (!tc_der_expect(&inner, TC_DER_OID, &part))
    return false;
  *type = part.content;
  if (!tc_der_expect(&inner, TC_DER_SET, &part) || inner.size > 0)
    return false;
  *values = part.content;
  return true;
}

tc_reason tc_attribute_find(tc_bytes attributes, tc_bytes type, tc_der *value)
{
  size_t found = 0;
  tc_bytes at;
  tc_bytes values;
  while (attributes.size > 0) {
    if (!tc_attribute_next(&attributes, &at, &values))
      return TC_REASON_CMS_STRUCTURE;
    if (!tc_bytes_equal(at, type))
      continue;
    if (!tc_der_next(&values, value) || values.size > 0)
      return TC_REASON_SIGNED_ATTRIBUTE_REPEATED;
    found++;
  }
  return found == 0  ? TC_REASON_SIGNED_ATTRIBUTE_MISSING
         : found > 1 ? TC_REASON_SIGNED_ATTRIBUTE_REPEATED
                     : TC_REASON_OK;
}
