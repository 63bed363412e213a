/* Opening the keyring: keys that the settings name, or the demo PKI; the time-stamp source; sources of revocation data.
 */
#include "pipeline/keyring_private.h"

#include "base/file.h"

#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static const char *role_setting(const tc_settings *settings, tc_role role, const char *what)
{
  char name[64];
  snprintf(name, sizeof name, "signing.%s_%s", tc_role_name(role), what);
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

/* Only the certificate is here. */
static bool expect_desk(tc_keyring *keyring, const tc_settings *settings, tc_role role, tc_error *err)
{
  const char *chain = role_setting(settings, role, "chain");
  if (*chain == '\0')
    return tc_fail(err, TC_CONFIG, "signing.%s_chain names the certificate of the token at the desk",
                   tc_role_name(role));
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
                     tc_role_name(role));
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
                  tc_role_name(role))))
      return tc_error_prefix(err, "the %s's key", tc_role_name(role));
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

/* ---- Again ---- */

bool tc_keyring_login_again(tc_keyring *keyring, tc_role role, tc_error *err)
{
  char demo[TC_ID_SIZE] = "";
  tc_key *key = keyring->signers[role].key;
  if (keyring->pki != NULL && !read_or_make_secret(keyring->data_folder, demo, err))
    return false;
  const char *secret = keyring->pki != NULL ? demo : role_setting(keyring->settings, role, "secret");
  bool ok = *secret != '\0' ? tc_key_login(key, secret, err)
                            : tc_fail(err, TC_DENIED, "the %s's token wants its PIN", tc_role_name(role));
  OPENSSL_cleanse(demo, sizeof demo);
  return ok;
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
                 tc_role_name(role));
}

static bool describe_signers(tc_keyring *keyring, const tc_settings *settings, tc_error *err)
{
  for (tc_role role = 0; role < TC_ROLE_COUNT; role++)
    if (tc_certs_count(keyring->signers[role].chain) == 0 || !describe_signer(keyring, settings, role, err))
      return tc_error_prefix(err, "the %s's certificate", tc_role_name(role));
  return true;
}

bool tc_keyring_open(const tc_keyring_options *options, tc_keyring **out, tc_error *err)
{
  tc_auto(tc_keyring) keyring = calloc(1, sizeof *keyring);
  if (keyring == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for the keys");
  pthread_mutex_init(&keyring->lock, NULL);
  keyring->settings = options->settings;
  if (!tc_str_copy(options->data_folder, &keyring->data_folder, err))
    return false;
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
  free(keyring->data_folder);
  free(keyring);
}
