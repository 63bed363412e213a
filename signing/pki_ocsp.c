/*
 * The demo PKI's OCSP responder (RFC 6960): one delegated key, answers made at the moment they are asked for, for the
 * certificates that the issuing CA made here. What it does not know, it says it does not know.
 */
#include "signing/pki_private.h"

#include <openssl/ocsp.h>

enum { ANSWER_LIFE_S = 3600 };

TC_AUTO_POINTER(OCSP_REQUEST, OCSP_REQUEST_free);
TC_AUTO_POINTER(OCSP_RESPONSE, OCSP_RESPONSE_free);
TC_AUTO_POINTER(OCSP_BASICRESP, OCSP_BASICRESP_free);
TC_AUTO_POINTER(OCSP_CERTID, OCSP_CERTID_free);

bool tc_pki_has_ocsp(const tc_pki *pki) { return pki->certificates[TC_PKI_OCSP] != NULL; }

static bool put_response(int status, OCSP_BASICRESP *basic, tc_buf *out, tc_error *err)
{
  tc_auto(OCSP_RESPONSE) response = OCSP_response_create(status, basic);
  unsigned char *der = NULL;
  int size = response != NULL ? i2d_OCSP_RESPONSE(response, &der) : 0;
  bool ok = size > 0 ? tc_buf_append(out, der, (size_t)size, err)
                     : tc_fail_ossl(err, TC_CRYPTO, "an OCSP response could not be made");
  OPENSSL_free(der);
  return ok;
}

/* The role whose certificate the question names; TC_PKI_ROLE_COUNT: none of ours. */
static tc_pki_role role_of(const tc_pki *pki, OCSP_CERTID *id)
{
  ASN1_OBJECT *algorithm = NULL;
  (void)OCSP_id_get0_info(NULL, &algorithm, NULL, NULL, id);
  const EVP_MD *md = EVP_get_digestbyobj(algorithm);
  for (tc_pki_role role = TC_PKI_ISSUER + 1; md != NULL && role < TC_PKI_ROLE_COUNT; role++) {
    tc_auto(OCSP_CERTID) own = pki->certificates[role] != NULL
                                   ? OCSP_cert_to_id(md, pki->certificates[role], pki->certificates[TC_PKI_ISSUER])
                                   : NULL;
    if (own != NULL && OCSP_id_cmp(own, id) == 0)
      return role;
  }
  return TC_PKI_ROLE_COUNT;
}

static bool add_status(const tc_pki *pki, OCSP_BASICRESP *basic, OCSP_CERTID *id, int64_t now)
{
  tc_pki_role role = role_of(pki, id);
  bool known = role < TC_PKI_ROLE_COUNT;
  bool revoked = known && pki->revoked_at[role] != 0 && pki->revoked_at[role] <= now;
  int status = V_OCSP_CERTSTATUS_UNKNOWN;
  if (known)
    status = revoked ? V_OCSP_CERTSTATUS_REVOKED : V_OCSP_CERTSTATUS_GOOD;
  tc_auto(ASN1_TIME) this_update = ASN1_TIME_set(NULL, (time_t)now);
  tc_auto(ASN1_TIME) next_update = ASN1_TIME_set(NULL, (time_t)(now + ANSWER_LIFE_S));
  tc_auto(ASN1_TIME) when = ASN1_TIME_set(NULL, (time_t)(revoked ? pki->revoked_at[role] : now));
  return this_update != NULL && next_update != NULL && when != NULL &&
         OCSP_basic_add1_status(basic, id, status, revoked ? pki->revoked_reason[role] : 0, revoked ? when : NULL,
                                this_update, next_update) != NULL;
}

static bool make_answer(tc_pki *pki, OCSP_REQUEST *request, int64_t now, OCSP_BASICRESP *basic, tc_error *err)
{
  for (int i = 0; i < OCSP_request_onereq_count(request); i++)
    if (!add_status(pki, basic, OCSP_onereq_get0_id(OCSP_request_onereq_get0(request, i)), now))
      return tc_fail_ossl(err, TC_CRYPTO, "an OCSP response could not be made");
  if (!tc_pki_private_key(pki, TC_PKI_OCSP, err))
    return false;
  if (OCSP_copy_nonce(basic, request) < 0 ||
      OCSP_basic_sign(basic, pki->certificates[TC_PKI_OCSP], pki->ca_keys[TC_PKI_OCSP], EVP_sha256(), NULL, 0) != 1)
    return tc_fail_ossl(err, TC_CRYPTO, "an OCSP response could not be signed");
  return true;
}

bool tc_pki_respond_ocsp(tc_pki *pki, tc_bytes request, int64_t now, tc_buf *response, tc_error *err)
{
  if (!tc_pki_has_ocsp(pki))
    return tc_fail(err, TC_NOT_FOUND, "this demo PKI was made without an OCSP responder");
  const unsigned char *at = request.data;
  tc_auto(OCSP_REQUEST) asked =
      request.size > 0 && request.size <= INT32_MAX ? d2i_OCSP_REQUEST(NULL, &at, (long)request.size) : NULL;
  ERR_clear_error();
  if (asked == NULL || at != request.data + request.size || OCSP_request_onereq_count(asked) == 0)
    return put_response(OCSP_RESPONSE_STATUS_MALFORMEDREQUEST, NULL, response, err);
  tc_auto(OCSP_BASICRESP) basic = OCSP_BASICRESP_new();
  if (basic == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for an OCSP response");
  return make_answer(pki, asked, now, basic, err) &&
         put_response(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic, response, err);
}
