#include "pipeline/keyring.h"

#include "base/file.h"

#include <openssl/crypto.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

struct tc_keyring {
  pthread_mutex_t lock; /* over the demo PKI */
  tc_pki *pki;          /* demo */
  tc_key *keys[TC_ROLE_COUNT];
  tc_certs *chains[TC_ROLE_COUNT];
  tc_signer signers[TC_ROLE_COUNT]; /* borrow from pki, or from keys and chains */
  tc_cert_info infos[TC_ROLE_COUNT];
  tc_authority *authority;
  tc_stamper *stamper;
  tc_revocation *revocation;
  int64_t check_revocation_s;
};

static const char *const role_names[TC_ROLE_COUNT] = {"officer", "certifier", "agency"};

tc_hash tc_keyring_hash(const tc_settings *settings)
{
  const char *name = tc_settings_text(settings, "signing.digest");
  if (strcmp(name, "sha384") == 0)
    return TC_HASH_SHA384;
  return strcmp(name, "sha512") == 0 ? TC_HASH_SHA512 : TC_HASH_SHA256;
}

const char *tc_role_name(tc_role role) { return role_names[role]; }

static const char *role_setting(const tc_settings *settings, tc_role role, const char *what)
{
  char name[64];
  snprintf(name, sizeof name, "signing.%s_%s", role_names[role], what);
  return tc_settings_text(settings, name);
}

static tc_token_rules token_rules(const tc_settings *settings)
{
  return (tc_token_rules){.last_try = tc_settings_boolean(settings, "signing.token_last_try"),
                          .wrong_pins = (int)tc_settings_integer(settings, "signing.token_wrong_pins"),
                          .sessions = (int)tc_settings_integer(settings, "signing.token_sessions"),
                          .idle_s = tc_settings_integer(settings, "signing.token_idle_s")};
}

/* ---- Keys of one's own ---- */

static bool is_at_desk(const tc_settings *settings, tc_role role)
{
  return strcmp(role_setting(settings, role, "key"), "desk") == 0;
}

/* Only the certificate is here. The officer signs while the copy is composed, so that key cannot be away. */
static bool expect_desk(tc_keyring *keyring, const tc_settings *settings, tc_role role, tc_error *err)
{
  const char *chain = role_setting(settings, role, "chain");
  if (role == TC_ROLE_OFFICER)
    return tc_fail(err, TC_CONFIG, "signing.officer_key cannot be \"desk\": it signs while a copy is composed");
  if (*chain == '\0')
    return tc_fail(err, TC_CONFIG, "signing.%s_chain names the certificate of the token at the desk", role_names[role]);
  keyring->signers[role].chain = keyring->chains[role];
  return tc_certs_add_path(keyring->chains[role], chain, err);
}

static bool open_configured(tc_keyring *keyring, const tc_settings *settings, tc_error *err)
{
  tc_token_rules rules = token_rules(settings);
  for (tc_role role = 0; role < TC_ROLE_COUNT; role++) {
    const char *chain = role_setting(settings, role, "chain");
    tc_key_source source = {.uri = role_setting(settings, role, "key"),
                            .default_module = tc_settings_text(settings, "signing.pkcs11_module"),
                            .secret = role_setting(settings, role, "secret"),
                            .rules = &rules};
    if (*source.uri == '\0')
      return tc_fail(err, TC_CONFIG, "signing.%s_key is not set, though other keys are: set all of them, or none",
                     role_names[role]);
    if (!tc_certs_create(&keyring->chains[role], err))
      return false;
    if (is_at_desk(settings, role)) {
      if (!expect_desk(keyring, settings, role, err))
        return false;
      continue;
    }
    source.chain = *chain == '\0' ? keyring->chains[role] : NULL;
    if (!tc_key_open(&source, &keyring->keys[role], err) ||
        (*chain != '\0' && !tc_certs_add_path(keyring->chains[role], chain, err)) ||
        (tc_certs_count(keyring->chains[role]) == 0 &&
         !tc_fail(err, TC_CONFIG, "no certificate lies beside the key; name one with signing.%s_chain",
                  role_names[role])))
      return tc_error_prefix(err, "the %s's key", role_names[role]);
    keyring->signers[role] = (tc_signer){keyring->keys[role], keyring->chains[role]};
  }
  return true;
}

/* ---- The demo PKI ---- */

static bool read_or_make_secret(const char *data_folder, char out[TC_ID_SIZE], tc_error *err)
{
  tc_auto(tc_str) path = NULL;
  if (!tc_str_printf(&path, err, "%s/pki.secret", data_folder))
    return false;
  tc_auto(tc_buf) text = {0};
  if (access(path, F_OK) == 0) {
    if (!tc_file_read(path, 256, &text, err))
      return false;
    snprintf(out, TC_ID_SIZE, "%s", tc_buf_text(&text));
    OPENSSL_cleanse(text.data, text.size);
    return tc_id_is_valid(out) || tc_fail(err, TC_CONFIG, "%s is damaged", path);
  }
  return tc_id_random(out, err) && tc_file_write(path, tc_bytes_of_text(out), 0600, err);
}

static bool open_demo(tc_keyring *keyring, const tc_keyring_options *options, tc_error *err)
{
  static const tc_pki_role roles[TC_ROLE_COUNT] = {TC_PKI_OFFICER, TC_PKI_CERTIFIER, TC_PKI_AGENCY};
  char secret[TC_ID_SIZE] = "";
  tc_auto(tc_str) folder = NULL;
  if (!tc_str_printf(&folder, err, "%s/pki", options->data_folder) ||
      !read_or_make_secret(options->data_folder, secret, err))
    return false;
  const char *module = tc_settings_text(options->settings, "signing.pkcs11_module");
  tc_token_rules rules = token_rules(options->settings);
  tc_pki_options pki = tc_pki_options_default();
  pki.rules = &rules;
  pki.folder = folder;
  pki.names = options->names;
  pki.base_url = tc_settings_text(options->settings, "pipeline.pki_url");
  pki.passphrase = secret;
  pki.module = *module != '\0' && access(module, R_OK) == 0 ? module : NULL;
  const char *kind = tc_settings_text(options->settings, "pipeline.demo_key_kind");
  pki.key_kind = strcmp(kind, "ec384") == 0 ? TC_PKI_EC384 : strcmp(kind, "ec") == 0 ? TC_PKI_EC : TC_PKI_RSA;
  bool ok = tc_pki_open(&pki, &keyring->pki, err);
  OPENSSL_cleanse(secret, sizeof secret);
  for (tc_role role = 0; ok && role < TC_ROLE_COUNT; role++)
    ok = tc_pki_signer(keyring->pki, roles[role], &keyring->signers[role], err);
  return ok;
}

/* ---- Time-stamps ---- */

static bool open_stamper(tc_keyring *keyring, const tc_settings *settings, tc_error *err)
{
  const char *url = tc_settings_text(settings, "signing.tsa_url");
  if (keyring->pki != NULL) {
    tc_signer tsa;
    tc_authority_options authority = tc_authority_options_default();
    if (!tc_pki_signer(keyring->pki, TC_PKI_TSA, &tsa, err))
      return false;
    authority.key = tsa.key;
    authority.chain = tsa.chain;
    if (!tc_authority_create(&authority, &keyring->authority, err))
      return false;
    if (*url == '\0')
      return tc_stamper_local_create(keyring->authority, &keyring->stamper, err);
  }
  if (*url == '\0')
    return true;
  tc_stamper_list_options list = {.urls = url,
                                  .each = tc_stamper_http_options_default(),
                                  .attempts = (int)tc_settings_integer(settings, "signing.service_attempts"),
                                  .pause_s = tc_settings_integer(settings, "signing.service_pause_s")};
  const char *policy = tc_settings_text(settings, "signing.tsa_policy");
  list.each.policy = *policy != '\0' ? policy : NULL;
  list.each.proxy = tc_settings_text(settings, "signing.proxy");
  list.each.connect_timeout_ms = (long)tc_settings_integer(settings, "signing.tsa_connect_timeout_ms");
  list.each.total_timeout_ms = (long)tc_settings_integer(settings, "signing.tsa_total_timeout_ms");
  list.each.response_limit = (size_t)tc_settings_integer(settings, "signing.tsa_response_limit");
  list.each.token_limit = (size_t)tc_settings_integer(settings, "signing.tsa_token_limit");
  list.each.clock_skew_s = tc_settings_integer(settings, "signing.tsa_clock_skew_s");
  return tc_stamper_list_create(&list, &keyring->stamper, err);
}

/* ---- Revocation data ---- */

/* The demo PKI's own responder, without a server in between. */
static bool respond(void *data, tc_bytes request, tc_buf *response, tc_error *err)
{
  return tc_keyring_respond_ocsp(data, request, response, err);
}

static bool open_revocation(tc_keyring *keyring, const tc_settings *settings, tc_error *err)
{
  tc_revocation_options options = tc_revocation_options_default();
  options.ocsp_urls = tc_settings_text(settings, "signing.ocsp_url");
  options.crl_urls = tc_settings_text(settings, "signing.crl_url");
  options.crl_path = tc_settings_text(settings, "signing.crl_path");
  options.use_addresses = tc_settings_boolean(settings, "signing.certificate_addresses");
  options.proxy = tc_settings_text(settings, "signing.proxy");
  options.connect_timeout_ms = (long)tc_settings_integer(settings, "signing.revocation_connect_timeout_ms");
  options.total_timeout_ms = (long)tc_settings_integer(settings, "signing.revocation_total_timeout_ms");
  options.ocsp_limit = (size_t)tc_settings_integer(settings, "signing.ocsp_response_limit");
  options.crl_limit = (size_t)tc_settings_integer(settings, "signing.crl_response_limit");
  options.attempts = (int)tc_settings_integer(settings, "signing.service_attempts");
  options.pause_s = tc_settings_integer(settings, "signing.service_pause_s");
  options.max_age_s = tc_settings_integer(settings, "signing.revocation_max_age_s");
  /* Servers that are named are asked instead of the demo PKI's own responder: a test can stop them. */
  if (keyring->pki != NULL && *options.ocsp_urls == '\0' && tc_pki_has_ocsp(keyring->pki)) {
    options.respond = respond;
    options.respond_data = keyring;
  }
  keyring->check_revocation_s = tc_settings_integer(settings, "signing.check_revocation_s");
  return tc_revocation_create(&options, &keyring->revocation, err);
}

/* ---- Open and close ---- */

/* Key and certificate belong together. Whether it may sign is asked when it signs: an office whose certificate has
   expired still renews and verifies. */
static bool describe_signer(tc_keyring *keyring, const tc_settings *settings, tc_role role, tc_error *err)
{
  const tc_signer *signer = &keyring->signers[role];
  tc_cert_info *info = &keyring->infos[role];
  const char *whose = role_setting(settings, role, "subject");
  if (!tc_cert_describe(tc_certs_der(signer->chain, 0), info, err) || !tc_signer_check(signer, info->not_after, err))
    return false;
  return *whose == '\0' || tc_cert_is_of(info, whose) ||
         tc_fail(err, TC_DENIED, "it is of \"%s\", not of \"%s\" (signing.%s_subject)", info->common_name, whose,
                 role_names[role]);
}

static bool describe_signers(tc_keyring *keyring, const tc_settings *settings, tc_error *err)
{
  for (tc_role role = 0; role < TC_ROLE_COUNT; role++)
    if (tc_certs_count(keyring->signers[role].chain) == 0 || !describe_signer(keyring, settings, role, err))
      return tc_error_prefix(err, "the %s's certificate", role_names[role]);
  return true;
}

bool tc_keyring_open(const tc_keyring_options *options, tc_keyring **out, tc_error *err)
{
  tc_auto(tc_keyring) keyring = calloc(1, sizeof *keyring);
  if (keyring == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for the keys");
  pthread_mutex_init(&keyring->lock, NULL);
  bool configured = false;
  for (tc_role role = 0; role < TC_ROLE_COUNT; role++)
    configured = configured || *role_setting(options->settings, role, "key") != '\0';
  bool ok = configured ? open_configured(keyring, options->settings, err) : open_demo(keyring, options, err);
  if (ok && strcmp(tc_settings_text(options->settings, "signing.rsa_padding"), "pkcs1") == 0)
    for (tc_role role = 0; role < TC_ROLE_COUNT; role++)
      if (keyring->signers[role].key != NULL)
        tc_key_use_pkcs1(keyring->signers[role].key);
  if (!ok || !describe_signers(keyring, options->settings, err) || !open_stamper(keyring, options->settings, err) ||
      !open_revocation(keyring, options->settings, err))
    return false;
  *out = tc_steal(&keyring);
  return true;
}

void tc_keyring_close(tc_keyring *keyring)
{
  if (keyring == NULL)
    return;
  tc_revocation_destroy(keyring->revocation);
  tc_stamper_destroy(keyring->stamper);
  tc_authority_destroy(keyring->authority);
  for (tc_role role = 0; role < TC_ROLE_COUNT; role++) {
    tc_key_destroy(keyring->keys[role]);
    tc_certs_destroy(keyring->chains[role]);
  }
  tc_pki_destroy(keyring->pki);
  pthread_mutex_destroy(&keyring->lock);
  free(keyring);
}

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
  if (!tc_keyring_evidence(keyring, &question, &evidence, &revoked_at, &unknown))
    return unknown.code != TC_NO_MEMORY || tc_fail(err, TC_NO_MEMORY, "%s", unknown.message);
  return revoked_at == 0 || revoked_at > now || tc_fail(err, TC_DENIED, "the certificate has been revoked");
}

bool tc_keyring_check(tc_keyring *keyring, tc_role role, tc_error *err)
{
  int64_t now = (int64_t)time(NULL);
  const tc_key *key = keyring->signers[role].key;
  return ((key == NULL || tc_key_ready(key, err)) && tc_signer_check(&keyring->signers[role], now, err) &&
          check_revocation(keyring, role, now, err)) ||
         tc_error_prefix(err, "the %s, %s", role_names[role], keyring->infos[role].common_name);
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
  if (!tc_signer_check(signer, (int64_t)time(NULL), err) || !tc_cms_prepare(&options, &attributes, err) ||
      !tc_key_sign_with(signer->key, tc_cms_hash(&options), tc_buf_bytes(&attributes), &signature, err) ||
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
