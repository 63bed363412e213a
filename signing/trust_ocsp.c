/*
 * OCSP responses of a path validation: those of the trust material and those that came with the document. A response
 * counts at the moment in question if it was made at or after it (it says more), or if its own time reaches it.
 */
#include "signing/trust_private.h"

#include "signing/verify_cache_private.h"

#include <string.h>

enum { SKEW_S = 300, WITHOUT_END_S = 24 * 3600 };

static bool reaches(const tc_path_run *run, const tc_ocsp_answer *answer)
{
  int64_t end = answer->next_update != 0 ? answer->next_update : answer->this_update + WITHOUT_END_S;
  return answer->this_update <= run->options->now + SKEW_S && answer->this_update <= answer->produced_at + SKEW_S &&
         end >= run->options->time;
}

/* An appointed responder must be beyond question itself: its certificate says that nobody need ask (RFC 6960
   4.2.2.2.1). */
static bool is_acceptable(const tc_path_run *run, const tc_ocsp_answer *answer)
{
  bool strong = !run->options->strength || tc_path_strength_time(run->options) < answer->strong_until;
  return strong && (!answer->delegated || answer->no_check);
}

/* Whether the response can be about the certificate at all: the serial number that it would name stands in it. Cheap,
   where reading a response costs two signatures. */
static bool may_tell_of(tc_bytes response, tc_bytes serial)
{
  return memmem(response.data, response.size, serial.data, serial.size) != NULL;
}

static void ask_list(const tc_path_run *run, const tc_certs *responses, const tc_ocsp_link *link,
                     tc_ocsp_verdict *verdict, int64_t *revoked_at)
{
  const ASN1_INTEGER *number = X509_get0_serialNumber(link->certificate);
  tc_bytes serial = {ASN1_STRING_get0_data(number), (size_t)ASN1_STRING_length(number)};
  for (size_t i = 0; i < tc_certs_ocsp_count(responses); i++) {
    tc_auto(tc_ocsp_answer) answer = {0};
    if (!may_tell_of(tc_certs_ocsp_der(responses, i), serial) ||
        !tc_verify_cache_read_ocsp(run->options->cache, responses, i, link, &answer) || !is_acceptable(run, &answer))
      continue;
    if (answer.status == TC_OCSP_REVOKED) {
      if (*verdict != TC_OCSP_SAYS_REVOKED || answer.revoked_at < *revoked_at)
        *revoked_at = answer.revoked_at;
      *verdict = TC_OCSP_SAYS_REVOKED;
    } else if (answer.status == TC_OCSP_GOOD && reaches(run, &answer) && *verdict == TC_OCSP_SILENT) {
      *verdict = TC_OCSP_SAYS_GOOD;
    }
  }
}

tc_ocsp_verdict tc_path_ask_ocsp(const tc_path_run *run, X509 *certificate, X509 *issuer, int64_t *revoked_at)
{
  const tc_certs *own = run->trust != NULL ? run->trust->others : NULL;
  const tc_ocsp_link link = {certificate, issuer, run->options->helpers};
  tc_ocsp_verdict verdict = TC_OCSP_SILENT;
  ask_list(run, own, &link, &verdict, revoked_at);
  ask_list(run, run->options->helpers, &link, &verdict, revoked_at);
  return verdict;
}

static bool ocsp_tells_of(const tc_certs *certs, X509 *certificate, X509 *issuer, tc_verify_cache *cache)
{
  const tc_path_options options = {.helpers = certs, .now = INT64_MAX - SKEW_S, .cache = cache};
  const tc_path_run run = {.options = &options};
  int64_t unused = 0;
  return tc_path_ask_ocsp(&run, certificate, issuer, &unused) != TC_OCSP_SILENT;
}

bool tc_certs_tell_of(const tc_certs *certs, const tc_certs *chain, X509 *certificate, tc_verify_cache *cache)
{
  const X509_NAME *issuer = X509_get_issuer_name(certificate);
  for (size_t i = 0; i < tc_certs_crl_count(certs); i++)
    if (X509_NAME_cmp(X509_CRL_get_issuer(tc_certs_crl(certs, i)), issuer) == 0)
      return true;
  for (size_t i = 0; i < tc_certs_count(chain); i++)
    if (X509_NAME_cmp(X509_get_subject_name(tc_certs_x509(chain, i)), issuer) == 0 &&
        ocsp_tells_of(certs, certificate, tc_certs_x509(chain, i), cache))
      return true;
  return false;
}
