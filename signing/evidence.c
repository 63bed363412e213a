/* What a security store holds that no signature covers, held against the paths that were validated. */
#include "signing/ocsp.h"
#include "signing/trust_private.h"
#include "signing/verify.h"

static void note(tc_reason reason, tc_evidence_faults *faults)
{
  if (reason == TC_REASON_UNSIGNED_CERTIFICATE)
    faults->certificates++;
  else
    faults->others++;
}

/* Whether the response tells of a certificate of the paths. */
static bool tells_of_any(tc_bytes response, const tc_certs *used)
{
  for (size_t i = 0; i < tc_certs_count(used); i++)
    for (size_t j = 0; j < tc_certs_count(used); j++) {
      tc_auto(tc_ocsp_answer) answer = {0};
      tc_error unused = {0};
      if (X509_NAME_cmp(X509_get_issuer_name(tc_certs_x509(used, i)), X509_get_subject_name(tc_certs_x509(used, j))) !=
          0)
        continue;
      tc_ocsp_subject subject = {.certificate = tc_certs_der(used, i), .issuer = tc_certs_der(used, j)};
      if (tc_ocsp_read(response, &subject, NULL, used, &answer, &unused))
        return true;
    }
  return false;
}

/* Whether an issuer of the paths vouches for the CRL. The one that was looked into may be a newer one, from elsewhere.
 */
static bool is_of_any(X509_CRL *crl, const tc_certs *used)
{
  bool found = false;
  for (size_t i = 0; i < tc_certs_count(used) && !found; i++) {
    X509 *issuer = tc_certs_x509(used, i);
    EVP_PKEY *key = X509_get0_pubkey(issuer);
    found = X509_NAME_cmp(X509_CRL_get_issuer(crl), X509_get_subject_name(issuer)) == 0 && key != NULL &&
            X509_CRL_verify(crl, key) == 1;
  }
  ERR_clear_error();
  return found;
}

bool tc_evidence_check(const tc_trust *trust, const tc_certs *evidence, const tc_certs *used, int64_t now,
                       tc_evidence_faults *out, tc_error *err)
{
  tc_evidence_faults faults = {0};
  tc_path_options how = tc_path_options_default();
  how.time = how.now = now;
  how.revocation = false;
  how.helpers = evidence;
  for (size_t i = 0; i < tc_certs_count(evidence); i++) {
    tc_auto(tc_path_result) path = {0};
    if (tc_certs_has_x509(used, tc_certs_x509(evidence, i)))
      continue;
    if (!tc_trust_validate_x509(trust, tc_certs_x509(evidence, i), &how, &path, err))
      return false;
    if (path.path != TC_YES)
      note(TC_REASON_UNSIGNED_CERTIFICATE, &faults);
  }
  for (size_t i = 0; i < tc_certs_crl_count(evidence); i++)
    if (!tc_certs_has_crl(used, tc_certs_crl_der(evidence, i)) && !is_of_any(tc_certs_crl(evidence, i), used))
      note(TC_REASON_UNSIGNED_CRL, &faults);
  for (size_t i = 0; i < tc_certs_ocsp_count(evidence); i++)
    if (!tells_of_any(tc_certs_ocsp_der(evidence, i), used))
      note(TC_REASON_UNSIGNED_CRL, &faults);
  *out = faults;
  return true;
}
