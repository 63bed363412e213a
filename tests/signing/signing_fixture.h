/*
 * A demo PKI in a temporary folder for the tests of signing/, and signatures made with it. Header only: each test
 * program makes its own.
 */
#pragma once

#include "tests/tc_test.h"

#include "base/file.h"
#include "signing/cms.h"
#include "signing/pki.h"
#include "signing/stamp.h"
#include "signing/trust.h"
#include "signing/verify.h"

#include <time.h>

#define FIXTURE_PASSPHRASE "1234"

typedef struct fixture {
  char folder[64];
  tc_pki *pki;
  tc_signer certifier, agency, tsa, revoked;
  tc_authority *authority;
  tc_stamper *stamper;
  tc_trust *trust;
  int64_t now;
} fixture;

static const char *fixture_names(void)
{
  const char *root = getenv("TRUECOPY_SOURCE");
  static char path[4096];
  snprintf(path, sizeof path, "%s/schemas/national/vn/demo-pki.json", root != NULL ? root : SOURCE_ROOT);
  return path;
}

/* The addresses in the PKI's certificates; nobody listens there unless a test says so before it opens the fixture. */
static const char *fixture_url = "http://127.0.0.1:9/pki";

static tc_pki_options fixture_options(const fixture *f)
{
  tc_pki_options options = tc_pki_options_default();
  options.folder = f->folder;
  options.names = fixture_names();
  options.base_url = fixture_url;
  options.passphrase = FIXTURE_PASSPHRASE;
  options.with_revoked = true;
  return options;
}

static void fixture_open(fixture *f, tc_pki_key_kind kind, const char *module)
{
  tc_error err = {0};
  snprintf(f->folder, sizeof f->folder, "/tmp/tc-signing-XXXXXX");
  assert_non_null(mkdtemp(f->folder));
  tc_pki_options options = fixture_options(f);
  options.key_kind = kind;
  options.module = module;
  char *config = NULL;
  if (module != NULL) {
    assert_ok(tc_pki_write_softhsm_config(f->folder, &config, &err), err);
    setenv("SOFTHSM2_CONF", config, 1);
    free(config);
  }
  assert_ok(tc_pki_open(&options, &f->pki, &err), err);
  assert_ok(tc_pki_signer(f->pki, TC_PKI_CERTIFIER, &f->certifier, &err), err);
  assert_ok(tc_pki_signer(f->pki, TC_PKI_AGENCY, &f->agency, &err), err);
  assert_ok(tc_pki_signer(f->pki, TC_PKI_REVOKED, &f->revoked, &err), err);
  assert_ok(tc_pki_signer(f->pki, TC_PKI_TSA, &f->tsa, &err), err);
  tc_authority_options authority = tc_authority_options_default();
  authority.key = f->tsa.key;
  authority.chain = f->tsa.chain;
  assert_ok(tc_authority_create(&authority, &f->authority, &err), err);
  assert_ok(tc_stamper_local_create(f->authority, &f->stamper, &err), err);
  tc_auto(tc_certs) material = NULL;
  assert_ok(tc_certs_create(&material, &err), err);
  assert_ok(tc_pki_trust_material(f->pki, material, &err), err);
  assert_ok(tc_trust_create(&f->trust, &err), err);
  assert_ok(tc_trust_add(f->trust, material, &err), err);
  f->now = (int64_t)time(NULL);
}

static void fixture_close(fixture *f)
{
  tc_trust_destroy(f->trust);
  tc_stamper_destroy(f->stamper);
  tc_authority_destroy(f->authority);
  tc_pki_destroy(f->pki);
  char command[128];
  snprintf(command, sizeof command, "rm -rf '%s'", f->folder);
  assert_int_equal(system(command), 0); /* NOLINT: a path of our own making */
}

/* SHA-256 of a text, as signers and as verifiers want it. */
static inline tc_digest digest_of(const char *text)
{
  tc_error err = {0};
  tc_digest digest;
  assert_ok(tc_digest_of(tc_bytes_of_text(text), &digest, &err), err);
  return digest;
}

static inline tc_hash_value value_of(const tc_digest *digest)
{
  tc_hash_value value = {TC_HASH_SHA256, TC_SHA256_SIZE, {0}};
  memcpy(value.bytes, digest->bytes, TC_SHA256_SIZE);
  return value;
}

static inline void sign_text(const tc_signer *signer, tc_stamper *stamper, const char *text, tc_buf *out)
{
  tc_error err = {0};
  tc_digest digest = digest_of(text);
  tc_cms_options options = {.chain = signer->chain, .digest = &digest};
  assert_ok(tc_cms_sign(&options, signer->key, stamper, out, &err), err);
}

static inline tc_verify_options verify_options(const fixture *f)
{
  tc_verify_options options = tc_verify_options_default();
  options.trust = f->trust;
  options.now = f->now;
  return options;
}
