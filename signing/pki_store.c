/* The demo PKI's state on disk: loading, saving, CRLs, and what is handed to verifiers. */
#include "signing/pki_private.h"

#include "base/file.h"
#include "base/json.h"

#include <openssl/pem.h>
#include <string.h>

enum { STATE_LIMIT = 1 << 20, DAY = 86400, ROOT_CRL_LIFE = 180 * DAY, ISSUER_CRL_LIFE = 30 * DAY };

static bool read_one(const tc_pki *pki, const char *name, const char *ending, tc_certs *into, tc_error *err)
{
  tc_auto(tc_str) path = NULL;
  return tc_str_printf(&path, err, "%s/%s%s", pki->folder, name, ending) && tc_certs_add_path(into, path, err);
}

static bool load_certificate(tc_pki *pki, tc_pki_role role, tc_error *err)
{
  tc_auto(tc_certs) read = NULL;
  if (!tc_certs_create(&read, err) || !read_one(pki, tc_pki_role_name(role), ".pem", read, err))
    return false;
  if (tc_certs_count(read) != 1)
    return tc_fail(err, TC_FORMAT, "%s/%s.pem must hold one certificate", pki->folder, tc_pki_role_name(role));
  pki->certificates[role] = tc_certs_x509(read, 0);
  X509_up_ref(pki->certificates[role]);
  return true;
}

static bool load_crl(tc_pki *pki, tc_pki_role role, tc_error *err)
{
  tc_auto(tc_certs) read = NULL;
  if (!tc_certs_create(&read, err) || !read_one(pki, tc_pki_role_name(role), ".crl", read, err))
    return false;
  if (tc_certs_crl_count(read) != 1)
    return tc_fail(err, TC_FORMAT, "%s/%s.crl must hold one CRL", pki->folder, tc_pki_role_name(role));
  pki->crls[role] = tc_certs_crl(read, 0);
  X509_CRL_up_ref(pki->crls[role]);
  return true;
}

static bool keep_ders(tc_pki *pki, tc_error *err)
{
  for (tc_pki_role role = 0; role < TC_PKI_ROLE_COUNT; role++)
    if (pki->certificates[role] != NULL && pki->ders[role].size == 0 &&
        !tc_x509_der(pki->certificates[role], &pki->ders[role], err))
      return false;
  return true;
}

/* The passphrase is proved by the issuing CA's key before anything is tried on a token. */
bool tc_pki_private_key(tc_pki *pki, tc_pki_role role, tc_error *err)
{
  if (pki->ca_keys[role] != NULL)
    return true;
  tc_auto(tc_str) path = NULL;
  tc_auto(tc_buf) pem = {0};
  if (!tc_str_printf(&path, err, "%s/%s.key", pki->folder, tc_pki_role_name(role)) ||
      !tc_file_read(path, STATE_LIMIT, &pem, err))
    return false;
  tc_auto(BIO) bio = tc_bio_over(tc_buf_bytes(&pem));
  pki->ca_keys[role] = bio != NULL ? PEM_read_bio_PrivateKey(bio, NULL, NULL, pki->passphrase) : NULL;
  ERR_clear_error();
  if (pki->ca_keys[role] == NULL)
    return tc_fail(err, TC_DENIED, "%s cannot be read with this passphrase", path);
  return true;
}

static bool past_half_life(const X509_CRL *crl, int64_t now)
{
  int64_t from = tc_asn1_seconds(X509_CRL_get0_lastUpdate(crl));
  int64_t until = tc_asn1_seconds(X509_CRL_get0_nextUpdate(crl));
  return now > from + (until - from) / 2 || now < from;
}

bool tc_pki_load(tc_pki *pki, tc_error *err)
{
  tc_auto(tc_str) path = NULL;
  tc_auto(tc_json) state = NULL;
  if (!tc_str_printf(&path, err, "%s/pki.json", pki->folder) || !tc_json_read_file(path, STATE_LIMIT, &state, err))
    return false;
  pki->whole = true;
  pki->crl_number = tc_json_get_integer(state, "crl_number", 0);
  snprintf(pki->token_label, sizeof pki->token_label, "%s", tc_json_get_text(state, "token", ""));
  if (pki->token_label[0] != '\0' && pki->module == NULL)
    return tc_fail(err, TC_CONFIG, "the demo PKI in %s has its keys on a token, and no PKCS#11 module is named",
                   pki->folder);
  const tc_json *roles = tc_json_get(state, "roles");
  for (tc_pki_role role = 0; role < TC_PKI_ROLE_COUNT; role++) {
    const tc_json *row = tc_json_get(roles, tc_pki_role_name(role));
    if (row == NULL)
      continue;
    pki->revoked_at[role] = tc_json_get_integer(row, "revoked_at", 0);
    pki->revoked_reason[role] = (int)tc_json_get_integer(row, "revoked_reason", 0);
    if (!load_certificate(pki, role, err))
      return false;
  }
  if (!keep_ders(pki, err) || !load_crl(pki, TC_PKI_ROOT, err) || !load_crl(pki, TC_PKI_ISSUER, err) ||
      !tc_pki_private_key(pki, TC_PKI_ISSUER, err))
    return false;
  bool stale = past_half_life(pki->crls[TC_PKI_ROOT], pki->now) || past_half_life(pki->crls[TC_PKI_ISSUER], pki->now);
  return !stale || tc_pki_renew_crls(pki, pki->now, err);
}

bool tc_pki_save(tc_pki *pki, tc_error *err)
{
  tc_auto(tc_json) state = tc_json_object();
  tc_json *roles = tc_json_object();
  for (tc_pki_role role = 0; role < TC_PKI_ROLE_COUNT; role++) {
    if (pki->certificates[role] == NULL)
      continue;
    tc_json *row = tc_json_object();
    tc_json_set_integer(row, "revoked_at", pki->revoked_at[role]);
    tc_json_set_integer(row, "revoked_reason", pki->revoked_reason[role]);
    tc_json_set(roles, tc_pki_role_name(role), row);
  }
  tc_json_set_integer(state, "crl_number", pki->crl_number);
  tc_json_set_text(state, "token", pki->token_label);
  tc_json_set(state, "roles", roles);
  tc_auto(tc_buf) text = {0};
  tc_auto(tc_str) path = NULL;
  return keep_ders(pki, err) && tc_json_write(state, &text, err) &&
         tc_str_printf(&path, err, "%s/pki.json", pki->folder) && tc_file_write(path, tc_buf_bytes(&text), 0600, err);
}

static bool write_crl(const tc_pki *pki, const char *folder, tc_pki_role role, tc_error *err)
{
  tc_auto(tc_str) path = NULL;
  unsigned char *der = NULL;
  int size = i2d_X509_CRL(pki->crls[role], &der);
  bool ok = size > 0 ? tc_str_printf(&path, err, "%s/%s.crl", folder, tc_pki_role_name(role)) &&
                           tc_file_write(path, (tc_bytes){der, (size_t)size}, 0644, err)
                     : tc_fail_ossl(err, TC_CRYPTO, "a CRL could not be encoded");
  OPENSSL_free(der);
  return ok;
}

static bool renew_crl(tc_pki *pki, tc_pki_role ca, int64_t now, tc_error *err)
{
  tc_pki_revocation revocations[TC_PKI_ROLE_COUNT];
  size_t count = 0;
  for (tc_pki_role role = TC_PKI_ISSUER; role < TC_PKI_ROLE_COUNT; role++)
    if (pki->revoked_at[role] != 0 && (ca == TC_PKI_ROOT) == (role == TC_PKI_ISSUER))
      revocations[count++] =
          (tc_pki_revocation){pki->certificates[role], pki->revoked_at[role], pki->revoked_reason[role]};
  if (!tc_pki_private_key(pki, ca, err))
    return false;
  tc_pki_crl_options options = {.issuer = pki->certificates[ca],
                                .issuer_key = pki->ca_keys[ca],
                                .revocations = revocations,
                                .count = count,
                                .number = pki->crl_number,
                                .now = now,
                                .life_s = ca == TC_PKI_ROOT ? ROOT_CRL_LIFE : ISSUER_CRL_LIFE};
  tc_auto(X509_CRL) crl = NULL;
  if (!tc_pki_make_crl(&options, &crl, err))
    return false;
  X509_CRL_free(pki->crls[ca]);
  pki->crls[ca] = tc_steal(&crl);
  return write_crl(pki, pki->folder, ca, err);
}

bool tc_pki_renew_crls(tc_pki *pki, int64_t now, tc_error *err)
{
  pki->crl_number++;
  return renew_crl(pki, TC_PKI_ROOT, now, err) && renew_crl(pki, TC_PKI_ISSUER, now, err) &&
         (!pki->whole || tc_pki_save(pki, err));
}

bool tc_pki_revoke(tc_pki *pki, tc_pki_role role, int64_t when, int reason, tc_error *err)
{
  if (role == TC_PKI_ROOT || pki->certificates[role] == NULL)
    return tc_fail(err, TC_NOT_FOUND, "the demo PKI has no certificate \"%s\" to revoke", tc_pki_role_name(role));
  pki->revoked_at[role] = when;
  pki->revoked_reason[role] = reason;
  return tc_pki_renew_crls(pki, when > pki->now ? when : pki->now, err);
}

static bool export_pem(const tc_pki *pki, const char *folder, tc_pki_role role, tc_error *err)
{
  tc_auto(tc_buf) pem = {0};
  tc_auto(tc_str) from = NULL;
  tc_auto(tc_str) to = NULL;
  return tc_str_printf(&from, err, "%s/%s.pem", pki->folder, tc_pki_role_name(role)) &&
         tc_str_printf(&to, err, "%s/%s.pem", folder, tc_pki_role_name(role)) &&
         tc_file_read(from, STATE_LIMIT, &pem, err) && tc_file_write(to, tc_buf_bytes(&pem), 0644, err);
}

bool tc_pki_export_trust(const tc_pki *pki, const char *folder, tc_error *err)
{
  return tc_dir_make(folder, 0755, err) && export_pem(pki, folder, TC_PKI_ROOT, err) &&
         export_pem(pki, folder, TC_PKI_ISSUER, err) && write_crl(pki, folder, TC_PKI_ROOT, err) &&
         write_crl(pki, folder, TC_PKI_ISSUER, err);
}

bool tc_pki_trust_material(const tc_pki *pki, tc_certs *into, tc_error *err)
{
  return tc_certs_add_x509(into, pki->certificates[TC_PKI_ROOT], err) &&
         tc_certs_add_x509(into, pki->certificates[TC_PKI_ISSUER], err) &&
         tc_certs_add_crl(into, pki->crls[TC_PKI_ROOT], err) && tc_certs_add_crl(into, pki->crls[TC_PKI_ISSUER], err);
}

bool tc_pki_write_softhsm_config(const char *folder, char **out_path, tc_error *err)
{
  tc_auto(tc_str) tokens = NULL;
  tc_auto(tc_str) path = NULL;
  tc_auto(tc_buf) text = {0};
  if (!tc_str_printf(&tokens, err, "%s/tokens", folder) || !tc_str_printf(&path, err, "%s/softhsm2.conf", folder) ||
      !tc_dir_make(tokens, 0700, err) ||
      !tc_buf_printf(&text, err, "directories.tokendir = %s\nobjectstore.backend = file\nlog.level = ERROR\n",
                     tokens) ||
      !tc_file_write(path, tc_buf_bytes(&text), 0600, err))
    return false;
  *out_path = tc_steal(&path);
  return true;
}
