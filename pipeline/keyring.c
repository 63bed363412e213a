#include "pipeline/keyring_private.h"

#include <string.h>
#include <time.h>

static const char *const role_names[TC_ROLE_COUNT] = {"officer", "certifier", "agency"};

tc_hash tc_keyring_hash(const tc_settings *settings)
{
  const char *name = tc_settings_text(settings, "signing.digest");
  if (strcmp(name, "sha384") == 0)
    return TC_HASH_SHA384;
  return strcmp(name, "sha512") == 0 ? TC_HASH_SHA512 : TC_HASH_SHA256;
}

const char *tc_role_name(tc_role role) { return role_names[role]; }

bool tc_keyring_is_at_desk(const tc_keyring *keyring, tc_role role) { return keyring->signers[role].key == NULL; }
bool tc_keyring_is_demo(const tc_keyring *keyring) { return keyring->pki != NULL; }
tc_pki *tc_keyring_pki(tc_keyring *keyring) { return keyring->pki; }
const tc_cert_info *tc_keyring_info(const tc_keyring *keyring, tc_role role) { return &keyring->infos[role]; }
const char *tc_keyring_fingerprint(const tc_keyring *keyring, tc_role role) { return keyring->infos[role].fingerprint; }

/* ---- Operations ---- */

bool tc_keyring_size_limit(tc_keyring *keyring, tc_role role, size_t *out, tc_error *err)
{
  tc_digest any = {0};
  tc_cms_options options = {.chain = keyring->signers[role].chain, .digest = &any};
  return tc_cms_size_limit(&options, keyring->stamper, out, err);
}

/* Revocation data that nobody can give do not keep the counter waiting; what they say counts. */
static bool check_revocation(tc_keyring *keyring, tc_role role, int64_t now, tc_error *err)
{
  tc_auto(tc_evidence) evidence = {0};
  tc_error unknown = {0};
  int64_t revoked_at = 0;
  tc_revocation_question question = {.certificate = tc_certs_der(keyring->signers[role].chain, 0),
                                     .pool = keyring->signers[role].chain,
                                     .younger_than = now - keyring->check_revocation_s,
                                     .now = now};
  bool told = tc_keyring_evidence(keyring, &question, &evidence, &revoked_at, &unknown);
  if (revoked_at != 0 && revoked_at <= now)
    return tc_fail(err, TC_DENIED, "the certificate has been revoked");
  return told || unknown.code != TC_NO_MEMORY || tc_fail(err, TC_NO_MEMORY, "%s", unknown.message);
}

/* The certificate's own part of the check: asked before each signature, so its answer is kept for its second. */
static bool check_certificate(tc_keyring *keyring, tc_role role, int64_t now, tc_error *err)
{
  if (keyring->fitness[role].valid_at == now)
    return true;
  if (!tc_signer_check(&keyring->signers[role], now, err))
    return false;
  keyring->fitness[role].valid_at = now;
  return true;
}

/* After a failure: whether the token had been away, and is logged in to once more. */
static bool is_back(tc_keyring *keyring, tc_role role)
{
  tc_error still = {0};
  return tc_key_is_lost(keyring->signers[role].key) && tc_keyring_login_again(keyring, role, &still);
}

static bool check_key(tc_keyring *keyring, tc_role role, tc_error *err)
{
  const tc_key *key = keyring->signers[role].key;
  tc_error why = {0};
  return key == NULL || tc_key_ready(key, &why) || is_back(keyring, role) ||
         tc_error_set(err, why.code, why.sys_errno, why.where, "%s", why.message);
}

/* What failed for want of the token was not signed, so it is asked for once more when the token is back. */
static bool use_key(tc_keyring *keyring, tc_role role, tc_hash hash, tc_bytes attributes, tc_buf *signature,
                    tc_error *err)
{
  tc_key *key = keyring->signers[role].key;
  tc_error why = {0};
  return tc_key_sign_with(key, hash, attributes, signature, &why) ||
         (is_back(keyring, role) && tc_key_sign_with(key, hash, attributes, signature, &why)) ||
         tc_error_set(err, why.code, why.sys_errno, why.where, "%s", why.message);
}

bool tc_keyring_check(tc_keyring *keyring, tc_role role, tc_error *err)
{
  int64_t now = (int64_t)time(NULL);
  if (!check_key(keyring, role, err) || !check_certificate(keyring, role, now, err) ||
      (keyring->fitness[role].unrevoked_at != now && !check_revocation(keyring, role, now, err)))
    return tc_error_prefix(err, "the %s, %s", role_names[role], keyring->infos[role].common_name);
  keyring->fitness[role].unrevoked_at = now;
  return true;
}

static bool stamp_signature(tc_keyring *keyring, const tc_keyring_request *request, tc_bytes signature, tc_buf *token,
                            tc_error *err)
{
  tc_digest imprint;
  tc_error why = {0};
  if (!request->stamped || keyring->stamper == NULL)
    return true;
  if (!tc_digest_of(signature, &imprint, err))
    return false;
  if (tc_stamper_stamp(keyring->stamper, &imprint, token, NULL, &why))
    return true;
  token->size = 0;
  return request->stamp_optional || tc_error_set(err, why.code, why.sys_errno, why.where, "%s", why.message);
}

bool tc_keyring_sign(tc_keyring *keyring, const tc_keyring_request *request, tc_buf *cms, tc_error *err)
{
  const tc_signer *signer = &keyring->signers[request->role];
  tc_cms_options options = {.chain = signer->chain,
                            .digest = request->digest,
                            .content = request->content,
                            .signing_time = request->signing_time};
  tc_auto(tc_buf) attributes = {0};
  tc_auto(tc_buf) signature = {0};
  tc_auto(tc_buf) token = {0};
  if (signer->key == NULL)
    return tc_fail(err, TC_CONFLICT, "the %s's key is at a desk: `truecopy desk` signs there",
                   role_names[request->role]);
  if (!check_certificate(keyring, request->role, (int64_t)time(NULL), err) ||
      !tc_cms_prepare(&options, &attributes, err) ||
      !use_key(keyring, request->role, tc_cms_hash(&options), tc_buf_bytes(&attributes), &signature, err) ||
      !stamp_signature(keyring, request, tc_buf_bytes(&signature), &token, err))
    return false;
  tc_cms_parts parts = {.chain = signer->chain,
                        .attributes = tc_buf_bytes(&attributes),
                        .signature = tc_buf_bytes(&signature),
                        .token = tc_buf_bytes(&token),
                        .hash = tc_cms_hash(&options),
                        .pkcs1 = tc_key_scheme(signer->key) == TC_SCHEME_RSA_PKCS1};
  return tc_cms_assemble(&parts, cms, err);
}

bool tc_keyring_take_cms(tc_keyring *keyring, tc_role role, bool stamped, tc_bytes given, tc_buf *cms, tc_error *err)
{
  tc_error why = {0};
  if (stamped && keyring->stamper != NULL &&
      tc_cms_stamp(given, keyring->signers[role].chain, keyring->stamper, cms, &why))
    return true;
  return tc_buf_append(cms, given.data, given.size, err);
}

bool tc_keyring_stamp(tc_keyring *keyring, const tc_digest *digest, tc_buf *token, tc_error *err)
{
  return keyring->stamper != NULL ? tc_stamper_stamp(keyring->stamper, digest, token, NULL, err)
                                  : tc_fail(err, TC_NOT_FOUND, "no time-stamp server is set (signing.tsa_url)");
}

size_t tc_keyring_stamp_limit(const tc_keyring *keyring)
{
  return keyring->stamper != NULL ? tc_stamper_token_limit(keyring->stamper) : 0;
}

bool tc_keyring_evidence(tc_keyring *keyring, const tc_revocation_question *question, tc_evidence *into,
                         int64_t *revoked_at, tc_error *err)
{
  tc_auto(tc_certs) known = NULL;
  tc_revocation_question asked = *question;
  if (!tc_certs_create(&known, err) || !tc_keyring_trust(keyring, known, err) ||
      (question->known != NULL && !tc_certs_add_all(known, question->known, err)))
    return false;
  asked.known = known;
  return tc_revocation_collect(keyring->revocation, &asked, into, revoked_at, err);
}

bool tc_keyring_respond_ocsp(tc_keyring *keyring, tc_bytes request, tc_buf *response, tc_error *err)
{
  if (keyring->pki == NULL)
    return tc_fail(err, TC_NOT_FOUND, "there is no OCSP responder here");
  pthread_mutex_lock(&keyring->lock);
  bool ok = tc_pki_respond_ocsp(keyring->pki, request, (int64_t)time(NULL), response, err);
  pthread_mutex_unlock(&keyring->lock);
  return ok;
}

bool tc_keyring_respond_stamp(tc_keyring *keyring, tc_bytes request, tc_buf *response, tc_error *err)
{
  if (keyring->authority == NULL)
    return tc_fail(err, TC_NOT_FOUND, "there is no time-stamping authority here");
  pthread_mutex_lock(&keyring->lock);
  bool ok = tc_authority_respond(keyring->authority, request, response, err);
  pthread_mutex_unlock(&keyring->lock);
  return ok;
}

bool tc_keyring_trust(tc_keyring *keyring, tc_certs *into, tc_error *err)
{
  if (!tc_revocation_add_crls(keyring->revocation, into, err))
    return false;
  if (keyring->pki == NULL) {
    for (tc_role role = 0; role < TC_ROLE_COUNT; role++)
      if (!tc_certs_add_all(into, keyring->chains[role], err))
        return false;
    return true;
  }
  pthread_mutex_lock(&keyring->lock);
  bool ok = tc_pki_trust_material(keyring->pki, into, err);
  pthread_mutex_unlock(&keyring->lock);
  return ok;
}

bool tc_keyring_export_trust(tc_keyring *keyring, const char *folder, tc_error *err)
{
  if (keyring->pki == NULL)
    return true;
  pthread_mutex_lock(&keyring->lock);
  bool ok = tc_pki_renew_crls(keyring->pki, (int64_t)time(NULL), err) && tc_pki_export_trust(keyring->pki, folder, err);
  pthread_mutex_unlock(&keyring->lock);
  return ok;
}
