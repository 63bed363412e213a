/* A signature time-stamp for a CMS that came without one: its key is on a desk, the time-stamp server is asked here. */
#include "signing/cms.h"

#include "signing/cms_view.h"
#include "signing/der.h"
#include "signing/key_private.h"

enum { CERTIFICATES_MAX = 128 };

static bool read_parts(const tc_cms_view *view, const tc_certs *chain, tc_buf *attributes, tc_cms_parts *out,
                       tc_error *err)
{
  tc_signature_algorithm algorithm;
  if (view->signer_count != 1 || !view->has_attributes ||
      !tc_signature_algorithm_read(view->signature_algorithm, view->digest_hash, &algorithm))
    return tc_fail(err, TC_FORMAT, "not a CMS with one signature that we know");
  if (view->unsigned_attributes.size > 0)
    return tc_fail(err, TC_CONFLICT, "the CMS has unsigned attributes");
  if (!tc_der_put(attributes, TC_DER_SET, view->attributes, err))
    return false;
  *out = (tc_cms_parts){.chain = chain,
                        .attributes = tc_buf_bytes(attributes),
                        .signature = view->signature,
                        .hash = algorithm.hash,
                        .pkcs1 = algorithm.padding == TC_PADDING_PKCS1};
  return true;
}

bool tc_cms_stamp(tc_bytes cms, const tc_certs *chain, tc_stamper *stamper, tc_buf *out, tc_error *err)
{
  tc_auto(tc_cms_view) view = {0};
  tc_auto(tc_buf) attributes = {0};
  tc_auto(tc_buf) bare = {0};
  tc_auto(tc_buf) token = {0};
  tc_cms_view_options how = {.max_certificates = CERTIFICATES_MAX};
  tc_reason why = TC_REASON_OK;
  tc_cms_parts parts;
  tc_digest imprint;
  if (!tc_cms_view_read(cms, &how, &view, &why, err))
    return false;
  if (why != TC_REASON_OK)
    return tc_fail(err, TC_FORMAT, "not a CMS that can be read");
  /* Assembled without a token first: what is not this signer's is not worth a time-stamp. */
  if (!read_parts(&view, chain, &attributes, &parts, err) || !tc_cms_assemble(&parts, &bare, err) ||
      !tc_digest_of(parts.signature, &imprint, err) || !tc_stamper_stamp(stamper, &imprint, &token, NULL, err))
    return false;
  parts.token = tc_buf_bytes(&token);
  return tc_cms_assemble(&parts, out, err);
}
