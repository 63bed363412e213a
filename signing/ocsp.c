/*
 * The client's end of OCSP. OpenSSL takes the response apart and verifies its signature; who may sign is judged here,
 * because OpenSSL's own judgement looks at today, and an answer in a security store is judged decades later.
 */
#include "signing/ocsp_private.h"
#include "signing/trust_private.h"

#include <openssl/ocsp.h>
#include <openssl/pem.h>
#include <string.h>

TC_AUTO_POINTER(OCSP_REQUEST, OCSP_REQUEST_free);
TC_AUTO_POINTER(OCSP_RESPONSE, OCSP_RESPONSE_free);
TC_AUTO_POINTER(OCSP_BASICRESP, OCSP_BASICRESP_free);
TC_AUTO_POINTER(OCSP_CERTID, OCSP_CERTID_free);
TC_AUTO_POINTER(ASN1_OCTET_STRING, ASN1_OCTET_STRING_free);

typedef struct parties {
  X509 *certificate, *issuer;
} parties;

static void parties_finish(parties *p)
{
  X509_free(p->certificate);
  X509_free(p->issuer);
}
TC_AUTO_VALUE(parties, parties_finish);

static bool parties_read(const tc_ocsp_subject *subject, parties *out, tc_error *err)
{
  parties p = {tc_x509_read(subject->certificate), tc_x509_read(subject->issuer)};
  if (p.certificate != NULL && p.issuer != NULL) {
    *out = p;
    return true;
  }
  parties_finish(&p);
  return tc_fail(err, TC_FORMAT, "these bytes are no certificate");
}

void tc_ocsp_answer_finish(tc_ocsp_answer *answer) { tc_buf_finish(&answer->signer); }

/* ---- The question ---- */

/* RFC 8954 2.1: the extension's value is an OCTET STRING within the OCTET STRING that every extension has. */
static bool put_nonce(OCSP_REQUEST *request, const uint8_t *nonce)
{
  tc_auto(ASN1_OCTET_STRING) value = ASN1_OCTET_STRING_new();
  return value != NULL && ASN1_OCTET_STRING_set(value, nonce, TC_OCSP_NONCE_SIZE) == 1 &&
         OCSP_REQUEST_add1_ext_i2d(request, NID_id_pkix_OCSP_Nonce, value, 0, 0) == 1;
}

bool tc_ocsp_request_make(const tc_ocsp_subject *subject, const uint8_t *nonce, tc_buf *out, tc_error *err)
{
  tc_auto(parties) p = {0};
  tc_auto(OCSP_REQUEST) request = OCSP_REQUEST_new();
  if (!parties_read(subject, &p, err))
    return false;
  OCSP_CERTID *id = OCSP_cert_to_id(EVP_sha1(), p.certificate, p.issuer);
  if (request == NULL || id == NULL || OCSP_request_add0_id(request, id) == NULL) {
    OCSP_CERTID_free(id);
    return tc_fail_ossl(err, TC_NO_MEMORY, "an OCSP request could not be made");
  }
  unsigned char *der = NULL;
  int size = nonce == NULL || put_nonce(request, nonce) ? i2d_OCSP_REQUEST(request, &der) : 0;
  bool ok = size > 0 ? tc_buf_append(out, der, (size_t)size, err)
                     : tc_fail_ossl(err, TC_NO_MEMORY, "an OCSP request could not be made");
  OPENSSL_free(der);
  return ok;
}

/* ---- The answer ---- */

bool tc_der_of_pem(tc_bytes bytes, tc_buf *out, tc_error *err)
{
  if (bytes.size > 0 && bytes.data[0] == 0x30)
    return tc_buf_append(out, bytes.data, bytes.size, err);
  tc_auto(BIO) bio = tc_bio_over(bytes);
  char *name = NULL, *header = NULL;
  unsigned char *data = NULL;
  long size = 0;
  bool read = bio != NULL && PEM_read_bio(bio, &name, &header, &data, &size) == 1;
  ERR_clear_error();
  bool ok = read ? tc_buf_append(out, data, (size_t)size, err) : tc_fail(err, TC_FORMAT, "neither DER nor PEM");
  OPENSSL_free(name);
  OPENSSL_free(header);
  OPENSSL_free(data);
  return ok;
}

static bool read_response(tc_bytes bytes, OCSP_BASICRESP **out, tc_error *err)
{
  tc_auto(tc_buf) der = {0};
  if (!tc_der_of_pem(bytes, &der, err))
    return tc_error_prefix(err, "an OCSP response");
  const unsigned char *at = der.data;
  tc_auto(OCSP_RESPONSE) response = d2i_OCSP_RESPONSE(NULL, &at, (long)der.size);
  if (response == NULL || at != der.data + der.size) {
    ERR_clear_error();
    return tc_fail(err, TC_FORMAT, "the answer is no OCSP response");
  }
  int status = OCSP_response_status(response);
  /* RFC 6960 2.3: not a certificate that it answers for. Then it has not failed, and others may still ask it. */
  if (status == OCSP_RESPONSE_STATUS_UNAUTHORIZED)
    return tc_fail(err, TC_NOT_FOUND, "the OCSP responder does not answer for this certificate");
  if (status != OCSP_RESPONSE_STATUS_SUCCESSFUL)
    return tc_fail(err, TC_NETWORK, "the OCSP responder refused: %s", OCSP_response_status_str(status));
  OCSP_BASICRESP *basic = OCSP_response_get1_basic(response);
  if (basic == NULL)
    return tc_fail_ossl(err, TC_FORMAT, "the answer is no basic OCSP response");
  *out = basic;
  return true;
}

/* RFC 8954 2.1; the value is an OCTET STRING, which old responders leave bare. An answer without one is replayable and
   nothing worse: its times tell its age. */
static bool check_nonce(OCSP_BASICRESP *basic, const uint8_t *nonce, bool *has, tc_error *err)
{
  int at = OCSP_BASICRESP_get_ext_by_NID(basic, NID_id_pkix_OCSP_Nonce, -1);
  if (at < 0 || nonce == NULL)
    return true;
  const ASN1_OCTET_STRING *value = X509_EXTENSION_get_data(OCSP_BASICRESP_get_ext(basic, at));
  const unsigned char *data = ASN1_STRING_get0_data(value);
  size_t size = (size_t)ASN1_STRING_length(value);
  if (size == TC_OCSP_NONCE_SIZE + 2 && data[0] == V_ASN1_OCTET_STRING && data[1] == TC_OCSP_NONCE_SIZE) {
    data += 2;
    size -= 2;
  }
  *has = size == TC_OCSP_NONCE_SIZE && memcmp(data, nonce, size) == 0;
  return *has || tc_fail(err, TC_CRYPTO, "the OCSP response answers another request (nonce)");
}

/* RFC 6960 4.2.2.2: the issuer itself, or one it appointed: issued by it directly, with id-kp-OCSPSigning. */
static bool check_signer(X509 *signer, const parties *p, tc_ocsp_answer *answer, tc_error *err)
{
  if (X509_cmp(signer, p->issuer) != 0) {
    bool appointed = (X509_get_extended_key_usage(signer) & XKU_OCSP_SIGN) != 0 &&
                     (X509_get_extension_flags(signer) & EXFLAG_XKUSAGE) != 0 &&
                     X509_check_issued(p->issuer, signer) == X509_V_OK &&
                     X509_verify(signer, X509_get0_pubkey(p->issuer)) == 1;
    ERR_clear_error();
    if (!appointed)
      return tc_fail(err, TC_CRYPTO, "the OCSP response is signed by one that the issuing CA did not appoint");
    answer->delegated = true;
    answer->no_check = X509_get_ext_by_NID(signer, NID_id_pkix_OCSP_noCheck, -1) >= 0;
  }
  if (answer->produced_at < tc_asn1_seconds(X509_get0_notBefore(signer)) ||
      answer->produced_at > tc_asn1_seconds(X509_get0_notAfter(signer)))
    return tc_fail(err, TC_CRYPTO, "the OCSP response is signed with a certificate that was not valid then");
  return tc_x509_der(signer, &answer->signer, err);
}

static bool find_signer(OCSP_BASICRESP *basic, const parties *p, const tc_certs *helpers, X509 **out, tc_error *err)
{
  tc_auto(tc_x509_stack) others = sk_X509_new_null();
  bool ok = others != NULL && sk_X509_push(others, p->issuer) > 0;
  for (size_t i = 0; ok && i < tc_certs_count(helpers); i++)
    ok = sk_X509_push(others, tc_certs_x509(helpers, i)) > 0;
  if (!ok)
    return tc_fail(err, TC_NO_MEMORY, "no memory for an OCSP response");
  X509 *signer = NULL;
  if (OCSP_resp_get0_signer(basic, &signer, others) != 1) {
    ERR_clear_error();
    return tc_fail(err, TC_CRYPTO, "the certificate of the OCSP responder is missing");
  }
  if (OCSP_basic_verify(basic, others, NULL, OCSP_NOVERIFY) != 1)
    return tc_fail_ossl(err, TC_CRYPTO, "the OCSP response's signature does not hold");
  *out = signer;
  return true;
}

static bool is_about(const OCSP_SINGLERESP *single, const parties *p)
{
  OCSP_CERTID *id = (OCSP_CERTID *)(uintptr_t)OCSP_SINGLERESP_get0_id(single);
  ASN1_OBJECT *algorithm = NULL;
  if (OCSP_id_get0_info(NULL, &algorithm, NULL, NULL, id) != 1)
    return false;
  const EVP_MD *md = EVP_get_digestbyobj(algorithm);
  tc_auto(OCSP_CERTID) own = md != NULL ? OCSP_cert_to_id(md, p->certificate, p->issuer) : NULL;
  ERR_clear_error();
  return own != NULL && OCSP_id_cmp(own, id) == 0;
}

static int64_t seconds_or_zero(const ASN1_GENERALIZEDTIME *time)
{
  int64_t seconds = tc_asn1_seconds(time);
  return seconds > 0 ? seconds : 0;
}

static bool read_single(OCSP_BASICRESP *basic, const parties *p, tc_ocsp_answer *out, tc_error *err)
{
  for (int i = 0; i < OCSP_resp_count(basic); i++) {
    OCSP_SINGLERESP *single = OCSP_resp_get0(basic, i);
    ASN1_GENERALIZEDTIME *revoked = NULL, *this_update = NULL, *next_update = NULL;
    if (!is_about(single, p))
      continue;
    int status = OCSP_single_get0_status(single, &out->reason, &revoked, &this_update, &next_update);
    out->this_update = seconds_or_zero(this_update);
    out->next_update = seconds_or_zero(next_update);
    out->revoked_at = seconds_or_zero(revoked);
    out->status = TC_OCSP_UNKNOWN;
    if (status == V_OCSP_CERTSTATUS_GOOD)
      out->status = TC_OCSP_GOOD;
    else if (status == V_OCSP_CERTSTATUS_REVOKED)
      out->status = TC_OCSP_REVOKED;
    return out->this_update != 0 || tc_fail(err, TC_FORMAT, "an OCSP response without thisUpdate");
  }
  return tc_fail(err, TC_NOT_FOUND, "the OCSP response says nothing about this certificate");
}

/* A responder of one CA that is asked about another CA's certificate says "unknown", signed as it can. That is no lie,
   and nothing is believed of it. */
static bool judge_signer(OCSP_BASICRESP *basic, X509 *signer, const parties *p, tc_ocsp_answer *answer, tc_error *err)
{
  tc_error why = {0};
  tc_error none = {0};
  tc_ocsp_answer said = {0};
  if (check_signer(signer, p, answer, &why))
    return true;
  if (read_single(basic, p, &said, &none) && said.status == TC_OCSP_UNKNOWN)
    return tc_fail(err, TC_NOT_FOUND, "the OCSP responder does not answer for this certificate");
  return tc_error_set(err, why.code, why.sys_errno, why.where, "%s", why.message);
}

static int64_t earlier(int64_t a, int64_t b) { return a < b ? a : b; }

/* The response's own signature and key, and those of a responder's certificate. */
static int64_t strong_until(const OCSP_BASICRESP *basic, X509 *signer, const tc_ocsp_answer *answer)
{
  const X509_ALGOR *own = NULL;
  X509_get0_signature(NULL, &own, signer);
  int64_t until =
      earlier(tc_signed_strong_until(OCSP_resp_get0_tbs_sigalg(basic)), tc_key_strong_until(X509_get0_pubkey(signer)));
  return answer->delegated ? earlier(until, tc_signed_strong_until(own)) : until;
}

static bool read_answer(tc_bytes response, const parties *p, const uint8_t *nonce, const tc_certs *helpers,
                        tc_ocsp_answer *out, tc_error *err)
{
  tc_auto(OCSP_BASICRESP) basic = NULL;
  tc_auto(tc_ocsp_answer) answer = {.reason = -1};
  X509 *signer = NULL;
  if (!read_response(response, &basic, err) || !find_signer(basic, p, helpers, &signer, err))
    return false;
  answer.produced_at = seconds_or_zero(OCSP_resp_get0_produced_at(basic));
  if (!judge_signer(basic, signer, p, &answer, err) || !check_nonce(basic, nonce, &answer.has_nonce, err) ||
      !read_single(basic, p, &answer, err))
    return false;
  answer.strong_until = strong_until(basic, signer, &answer);
  *out = answer;
  answer = (tc_ocsp_answer){0};
  return true;
}

bool tc_ocsp_read(tc_bytes response, const tc_ocsp_subject *subject, const uint8_t *nonce, const tc_certs *helpers,
                  tc_ocsp_answer *out, tc_error *err)
{
  tc_auto(parties) p = {0};
  return parties_read(subject, &p, err) && read_answer(response, &p, nonce, helpers, out, err);
}

bool tc_ocsp_read_x509(tc_bytes response, X509 *certificate, X509 *issuer, const tc_certs *helpers, tc_ocsp_answer *out,
                       tc_error *err)
{
  const parties borrowed = {certificate, issuer};
  return read_answer(response, &borrowed, NULL, helpers, out, err);
}
