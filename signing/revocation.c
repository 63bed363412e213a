/* Following a chain to its root, and gathering what says that none of it was revoked. */
#include "signing/revocation_private.h"

#include <string.h>

enum { CHAIN_MAX = 10 };

tc_revocation_options tc_revocation_options_default(void)
{
  return (tc_revocation_options){.use_addresses = true,
                                 .connect_timeout_ms = 5000,
                                 .total_timeout_ms = 15000,
                                 .ocsp_limit = 65536,
                                 .crl_limit = 16 << 20,
                                 .attempts = 2,
                                 .pause_s = 30,
                                 .max_age_s = 86400};
}

void tc_revocation_destroy(tc_revocation *r)
{
  if (r == NULL)
    return;
  for (size_t i = 0; i < TC_REVOCATION_CACHE; i++)
    tc_revocation_data_finish(&r->cache[i].data);
  tc_servers_finish(&r->ocsp);
  tc_servers_finish(&r->crls);
  tc_rests_destroy(r->rests);
  pthread_mutex_destroy(&r->lock);
  free(r->crl_path);
  free(r->proxy);
  free(r);
}

bool tc_revocation_create(const tc_revocation_options *options, tc_revocation **out, tc_error *err)
{
  tc_revocation *made = calloc(1, sizeof *made);
  if (made == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for sources of revocation data");
  pthread_mutex_init(&made->lock, NULL);
  tc_auto(tc_revocation) r = made;
  r->options = *options;
  if ((options->crl_path != NULL && !tc_str_copy(options->crl_path, &r->crl_path, err)) ||
      (options->proxy != NULL && !tc_str_copy(options->proxy, &r->proxy, err)) ||
      !tc_servers_parse("OCSP responder", options->ocsp_urls, &r->ocsp, err) ||
      !tc_servers_parse("CRL server", options->crl_urls, &r->crls, err) ||
      !tc_rests_create(options->pause_s, &r->rests, err))
    return false;
  r->options.crl_path = r->crl_path;
  r->options.proxy = r->proxy;
  r->options.ocsp_urls = r->options.crl_urls = NULL;
  *out = tc_steal(&r);
  return true;
}

/* ---- Evidence ---- */

void tc_evidence_finish(tc_evidence *evidence)
{
  tc_certs_destroy(evidence->certs);
  for (size_t i = 0; i < evidence->ocsp_count; i++)
    tc_buf_finish(&evidence->ocsps[i]);
  free(evidence->ocsps);
  *evidence = (tc_evidence){0};
}

static bool add_ocsp(tc_evidence *into, tc_bytes der, tc_error *err)
{
  for (size_t i = 0; i < into->ocsp_count; i++)
    if (into->ocsps[i].size == der.size && memcmp(into->ocsps[i].data, der.data, der.size) == 0)
      return true;
  tc_buf *grown = reallocarray(into->ocsps, into->ocsp_count + 1, sizeof *grown);
  if (grown == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for revocation data");
  into->ocsps = grown;
  into->ocsps[into->ocsp_count] = (tc_buf){0};
  if (!tc_buf_append(&into->ocsps[into->ocsp_count], der.data, der.size, err))
    return false;
  into->ocsp_count++;
  return true;
}

static bool add_data(tc_evidence *into, const tc_revocation_data *data, tc_error *err)
{
  tc_bytes der = tc_buf_bytes(&data->der);
  return data->is_crl ? tc_certs_add(into->certs, der, "a CRL", err) : add_ocsp(into, der, err);
}

/* ---- The chain ---- */

static bool is_self_issued(X509 *certificate)
{
  return X509_NAME_cmp(X509_get_subject_name(certificate), X509_get_issuer_name(certificate)) == 0;
}

static bool issuer_among(const tc_certs *certs, X509 *certificate, tc_bytes *out)
{
  for (size_t i = 0; i < tc_certs_count(certs); i++) {
    X509 *candidate = tc_certs_x509(certs, i);
    bool fits = X509_check_issued(candidate, certificate) == X509_V_OK &&
                X509_verify(certificate, X509_get0_pubkey(candidate)) == 1;
    ERR_clear_error();
    if (fits) {
      *out = tc_certs_der(certs, i);
      return true;
    }
  }
  return false;
}

static bool find_issuer(tc_revocation *r, const tc_revocation_question *question, X509 *certificate, tc_certs *fetched,
                        tc_bytes *out, tc_error *err)
{
  if (issuer_among(question->known, certificate, out) || issuer_among(question->pool, certificate, out) ||
      issuer_among(fetched, certificate, out))
    return true;
  return tc_revocation_fetch_issuer(r, certificate, fetched, err) &&
         (issuer_among(fetched, certificate, out) || tc_fail(err, TC_NOT_FOUND, "the certificate of a CA is missing"));
}

/* A delegated responder without ocsp-nocheck is looked at by its CA's list (RFC 6960 4.2.2.2.1). */
static bool collect_responder(tc_revocation *r, const tc_revocation_question *question, const tc_revocation_link *of,
                              tc_bytes signer, tc_evidence *into, tc_error *err)
{
  if (signer.size == 0)
    return true;
  tc_auto(X509) certificate = tc_x509_read(signer);
  tc_auto(tc_revocation_data) data = {0};
  tc_revocation_link link = {
      .certificate = certificate, .issuer = of->issuer, .subject = {signer, of->subject.issuer}, .now = question->now};
  if (certificate == NULL)
    return tc_fail(err, TC_FORMAT, "an OCSP responder's certificate cannot be read");
  if (!tc_revocation_find(r, &link, question->known, true, &data, err))
    return false;
  return data.revoked_at == 0 ? add_data(into, &data, err)
                              : tc_fail(err, TC_CRYPTO, "the OCSP responder's own certificate is revoked");
}

static bool collect_link(tc_revocation *r, const tc_revocation_question *question, const tc_revocation_link *link,
                         tc_evidence *into, int64_t *revoked_at, tc_error *err)
{
  tc_auto(tc_revocation_data) data = {0};
  if (!tc_revocation_find(r, link, question->known, false, &data, err) ||
      !collect_responder(r, question, link, tc_buf_bytes(&data.signer), into, err))
    return false;
  if (data.revoked_at != 0 && (*revoked_at == 0 || data.revoked_at < *revoked_at))
    *revoked_at = data.revoked_at;
  return add_data(into, &data, err);
}

bool tc_revocation_collect(tc_revocation *r, const tc_revocation_question *question, tc_evidence *into,
                           int64_t *revoked_at, tc_error *err)
{
  tc_auto(tc_certs) fetched = NULL;
  tc_bytes at = question->certificate;
  int64_t unasked = 0;
  int64_t *revoked = revoked_at != NULL ? revoked_at : &unasked;
  *revoked = 0;
  if (!tc_certs_create(&fetched, err) || (into->certs == NULL && !tc_certs_create(&into->certs, err)))
    return false;
  for (int depth = 0; depth < CHAIN_MAX; depth++) {
    tc_auto(X509) certificate = tc_x509_read(at);
    tc_bytes above = {0};
    if (certificate == NULL)
      return tc_fail(err, TC_FORMAT, "these bytes are no certificate");
    if (!tc_certs_add(into->certs, at, "a certificate", err))
      return false;
    if (is_self_issued(certificate))
      return true;
    if (!find_issuer(r, question, certificate, fetched, &above, err))
      return false;
    tc_auto(X509) issuer = tc_x509_read(above);
    tc_revocation_link link = {.certificate = certificate,
                               .issuer = issuer,
                               .subject = {at, above},
                               .younger_than = depth == 0 ? question->younger_than : 0,
                               .now = question->now};
    if (!collect_link(r, question, &link, into, revoked, err))
      return false;
    at = above;
  }
  return tc_fail(err, TC_LIMIT, "a chain of more than %d certificates", CHAIN_MAX);
}

bool tc_revocation_add_crls(const tc_revocation *r, tc_certs *into, tc_error *err)
{
  tc_auto(tc_certs) files = NULL;
  if (r->crl_path == NULL || *r->crl_path == '\0')
    return true;
  if (!tc_certs_create(&files, err) || !tc_certs_add_path(files, r->crl_path, err))
    return tc_error_prefix(err, "signing.crl_path");
  for (size_t i = 0; i < tc_certs_crl_count(files); i++)
    if (!tc_certs_add(into, tc_certs_crl_der(files, i), "signing.crl_path", err))
      return false;
  return true;
}
