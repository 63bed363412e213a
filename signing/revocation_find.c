/* Finding revocation data for one certificate: the cache, then each source in its order. */
#include "signing/revocation_private.h"

#include "base/digest.h"

#include <pthread.h>
#include <string.h>

/* ---- The cache ---- */

static bool same_key(const tc_digest *a, const tc_digest *b)
{
  return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}
static bool key_of(tc_bytes der, tc_digest *out) { return tc_digest_of(der, out, NULL); }

static bool copy_data(const tc_revocation_data *from, tc_revocation_data *out, tc_error *err)
{
  tc_auto(tc_revocation_data) copy = *from;
  copy.der = copy.signer = (tc_buf){0};
  if (!tc_buf_append(&copy.der, from->der.data, from->der.size, err) ||
      !tc_buf_append(&copy.signer, from->signer.data, from->signer.size, err))
    return false;
  *out = copy;
  copy = (tc_revocation_data){0};
  return true;
}

/* CRLs are kept by their issuer, answers by their certificate. */
static bool look_up(tc_revocation *r, const tc_revocation_link *link, bool crl, tc_revocation_data *out)
{
  tc_digest key;
  bool found = false;
  tc_auto(tc_revocation_data) data = {0};
  if (!key_of(crl ? link->subject.issuer : link->subject.certificate, &key))
    return false;
  pthread_mutex_lock(&r->lock);
  for (size_t i = 0; i < TC_REVOCATION_CACHE && !found; i++) {
    const tc_revocation_kept *kept = &r->cache[i];
    found = kept->data.der.size > 0 && kept->data.is_crl == crl && same_key(&kept->key, &key) &&
            copy_data(&kept->data, &data, NULL);
  }
  pthread_mutex_unlock(&r->lock);
  if (!found)
    return false;
  if (!crl) {
    *out = data;
    data = (tc_revocation_data){0};
  } else if (!tc_revocation_read_crl(tc_buf_bytes(&data.der), link, out, NULL))
    return false;
  if (tc_revocation_is_fresh(out, link, r->options.max_age_s, NULL))
    return true;
  tc_revocation_data_finish(out);
  *out = (tc_revocation_data){0};
  return false;
}

static void keep(tc_revocation *r, const tc_revocation_link *link, const tc_revocation_data *data)
{
  tc_digest key;
  tc_revocation_data copy = {0};
  if (!key_of(data->is_crl ? link->subject.issuer : link->subject.certificate, &key) || !copy_data(data, &copy, NULL))
    return;
  pthread_mutex_lock(&r->lock);
  size_t place = r->cache_next;
  for (size_t i = 0; i < TC_REVOCATION_CACHE; i++)
    if (r->cache[i].data.der.size > 0 && r->cache[i].data.is_crl == data->is_crl && same_key(&r->cache[i].key, &key))
      place = i;
  if (place == r->cache_next)
    r->cache_next = (r->cache_next + 1) % TC_REVOCATION_CACHE;
  tc_revocation_data_finish(&r->cache[place].data);
  r->cache[place] = (tc_revocation_kept){key, copy};
  pthread_mutex_unlock(&r->lock);
}

/* ---- Sources ---- */

typedef struct finding {
  tc_revocation *r;
  const tc_revocation_link *link;
  tc_revocation_data *out;
  bool stale; /* the last answer held, and was merely not young enough */
} finding;

static tc_http_limits limits_of(const tc_revocation *r, size_t response_limit)
{
  return (tc_http_limits){.proxy = r->options.proxy,
                          .connect_timeout_ms = r->options.connect_timeout_ms,
                          .total_timeout_ms = r->options.total_timeout_ms,
                          .response_limit = response_limit};
}

static bool take_ocsp(finding *f, tc_bytes response, const uint8_t *nonce, tc_error *err)
{
  tc_auto(tc_ocsp_answer) answer = {0};
  tc_auto(tc_revocation_data) data = {0};
  if (!tc_ocsp_read(response, &f->link->subject, nonce, NULL, &answer, err))
    return false;
  if (answer.status == TC_OCSP_UNKNOWN)
    return tc_fail(err, TC_NOT_FOUND, "the OCSP responder does not know the certificate"); /* no fault of its own */
  data.this_update = answer.this_update;
  data.next_update = answer.next_update;
  data.revoked_at = answer.revoked_at;
  f->stale = !tc_revocation_is_fresh(&data, f->link, f->r->options.max_age_s, err);
  if (f->stale || !tc_der_of_pem(response, &data.der, err) ||
      (answer.delegated && !answer.no_check &&
       !tc_buf_append(&data.signer, answer.signer.data, answer.signer.size, err)))
    return false;
  *f->out = data;
  data = (tc_revocation_data){0};
  return true;
}

static bool take_crl(finding *f, tc_bytes bytes, tc_error *err)
{
  tc_auto(tc_revocation_data) data = {0};
  if (!tc_revocation_read_crl(bytes, f->link, &data, err))
    return false;
  f->stale = !tc_revocation_is_fresh(&data, f->link, f->r->options.max_age_s, err);
  if (f->stale)
    return false;
  *f->out = data;
  data = (tc_revocation_data){0};
  return true;
}

static bool ask_ocsp(finding *f, const char *url, tc_error *err)
{
  uint8_t nonce[TC_OCSP_NONCE_SIZE];
  tc_auto(tc_buf) question = {0};
  tc_auto(tc_buf) response = {0};
  if (!tc_random(nonce, sizeof nonce, err) || !tc_ocsp_request_make(&f->link->subject, nonce, &question, err))
    return false;
  tc_http_request request = {.service = "OCSP responder",
                             .url = url,
                             .body = tc_buf_bytes(&question),
                             .body_type = "application/ocsp-request",
                             .limits = limits_of(f->r, f->r->options.ocsp_limit)};
  if (url == NULL)
    return f->r->options.respond(f->r->options.respond_data, request.body, &response, err) &&
           take_ocsp(f, tc_buf_bytes(&response), nonce, err);
  return tc_http_exchange(&request, &response, err) && take_ocsp(f, tc_buf_bytes(&response), nonce, err);
}

static bool ask_crl(finding *f, const char *url, tc_error *err)
{
  tc_auto(tc_buf) body = {0};
  tc_http_request request = {.service = "CRL server", .url = url, .limits = limits_of(f->r, f->r->options.crl_limit)};
  return tc_http_exchange(&request, &body, err) && take_crl(f, tc_buf_bytes(&body), err);
}

/* Each server in its order, so many times; what failed rests. The last error stays. */
static bool ask_servers(finding *f, const tc_servers *servers, bool (*ask)(finding *, const char *, tc_error *),
                        tc_error *last)
{
  for (size_t i = 0; i < servers->count; i++) {
    const char *url = servers->urls[i];
    if (tc_rests_has(f->r->rests, url)) {
      tc_error_clear(last);
      (void)tc_fail(last, TC_NETWORK, "%s failed a moment ago and is left alone for a while", url);
      continue;
    }
    for (int attempt = 0; attempt < f->r->options.attempts; attempt++) {
      tc_error_clear(last);
      f->stale = false;
      if (ask(f, url, last))
        return true;
      if (f->stale || (last->code != TC_NETWORK && last->code != TC_TIMEOUT))
        break;
    }
    if (tc_is_server_fault(last->code) && !f->stale)
      tc_rests_add(f->r->rests, url);
  }
  return false;
}

static bool ask_ocsp_servers(finding *f, tc_error *last)
{
  tc_auto(tc_servers) servers = {0};
  for (size_t i = 0; i < f->r->ocsp.count; i++)
    if (!tc_servers_add(&servers, f->r->ocsp.urls[i], last))
      return false;
  if (f->r->options.use_addresses)
    tc_revocation_addresses(f->link->certificate, NID_ad_OCSP, &servers);
  return ask_servers(f, &servers, ask_ocsp, last);
}

static bool ask_crl_servers(finding *f, tc_error *last)
{
  tc_auto(tc_servers) servers = {0};
  for (size_t i = 0; i < f->r->crls.count; i++)
    if (!tc_servers_add(&servers, f->r->crls.urls[i], last))
      return false;
  if (f->r->options.use_addresses)
    tc_revocation_crl_addresses(f->link->certificate, &servers);
  return ask_servers(f, &servers, ask_crl, last);
}

static bool among_known(finding *f, const tc_certs *known, tc_error *last)
{
  for (size_t i = 0; i < tc_certs_crl_count(known); i++) {
    X509_CRL *crl = tc_certs_crl(known, i);
    if (X509_NAME_cmp(X509_CRL_get_issuer(crl), X509_get_subject_name(f->link->issuer)) != 0)
      continue;
    tc_error_clear(last);
    if (take_crl(f, tc_certs_crl_der(known, i), last))
      return true;
  }
  return false;
}

static bool among_files(finding *f, tc_error *last)
{
  tc_auto(tc_certs) files = NULL;
  const char *path = f->r->options.crl_path;
  if (path == NULL || *path == '\0')
    return false;
  tc_error_clear(last);
  return tc_certs_create(&files, last) && tc_certs_add_path(files, path, last) && among_known(f, files, last);
}

bool tc_revocation_find(tc_revocation *r, const tc_revocation_link *link, const tc_certs *known, bool crl_only,
                        tc_revocation_data *out, tc_error *err)
{
  finding f = {r, link, out, false};
  tc_error last = {0};
  if ((!crl_only && look_up(r, link, false, out)) || look_up(r, link, true, out))
    return true;
  bool found = (!crl_only && r->options.respond != NULL && ask_ocsp(&f, NULL, &last)) ||
               (!crl_only && ask_ocsp_servers(&f, &last)) || among_known(&f, known, &last) || among_files(&f, &last) ||
               ask_crl_servers(&f, &last);
  if (found) {
    keep(r, link, out);
    return true;
  }
  if (last.code == TC_OK)
    return tc_fail(err, TC_NOT_FOUND, "no source of revocation data is known");
  return tc_error_set(err, last.code, last.sys_errno, last.where, "%s", last.message);
}

bool tc_revocation_fetch_issuer(tc_revocation *r, X509 *certificate, tc_certs *into, tc_error *err)
{
  tc_auto(tc_servers) servers = {0};
  tc_error last = {0};
  if (r->options.use_addresses)
    tc_revocation_addresses(certificate, NID_ad_ca_issuers, &servers);
  for (size_t i = 0; i < servers.count; i++) {
    tc_auto(tc_buf) body = {0};
    tc_http_request request = {
        .service = "server of certificates", .url = servers.urls[i], .limits = limits_of(r, r->options.ocsp_limit)};
    tc_error_clear(&last);
    if (tc_rests_has(r->rests, servers.urls[i]))
      continue;
    if (tc_http_exchange(&request, &body, &last) && tc_certs_add(into, tc_buf_bytes(&body), servers.urls[i], &last))
      return true;
    tc_rests_add(r->rests, servers.urls[i]);
  }
  return last.code == TC_OK ? tc_fail(err, TC_NOT_FOUND, "the certificate of a CA is missing")
                            : tc_error_set(err, last.code, last.sys_errno, last.where, "%s", last.message);
}
