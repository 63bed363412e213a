#include "signing/parties.h"

#include "signing/oids.h"
#include "signing/verify_private.h"

enum { CERTIFICATES_MAX = 128 };

void tc_cms_parties_finish(tc_cms_parties *parties)
{
  tc_certs_destroy(parties->pool);
  for (size_t i = 0; i < TC_ARRAY_LEN(parties->rows); i++)
    tc_buf_finish(&parties->rows[i].certificate);
  *parties = (tc_cms_parties){0};
}

/* The signer of one SignedData. Its digest is nobody's here, so the core's answers are not looked at. */
static bool add_party(tc_bytes cms, tc_signature_kind kind, tc_core *core, tc_cms_parties *into, tc_error *err)
{
  tc_hash_value none = {TC_HASH_SHA256, TC_SHA256_SIZE, {0}};
  tc_core_options how = {kind, &none, NULL, CERTIFICATES_MAX};
  if (!tc_core_verify(cms, &how, core, err))
    return false;
  if (core->signer == NULL)
    return tc_fail(err, TC_FORMAT, "the signer's certificate is not in the signature");
  if (into->count == TC_PARTIES_MAX)
    return tc_fail(err, TC_LIMIT, "more than %d time-stamps in one signature", TC_PARTIES_MAX - 1);
  into->rows[into->count].time = core->stamp_time;
  return tc_x509_der(core->signer, &into->rows[into->count++].certificate, err) &&
         tc_certs_add_all(into->pool, core->view.certificates, err);
}

static bool add_stamps(tc_bytes attributes, tc_cms_parties *into, tc_error *err)
{
  tc_bytes type, values;
  tc_der token;
  while (attributes.size > 0 && tc_attribute_next(&attributes, &type, &values)) {
    while (tc_bytes_equal(type, tc_oid_stamp_token) && values.size > 0 && tc_der_next(&values, &token)) {
      tc_auto(tc_core) core = {0};
      if (!add_party(token.whole, TC_SIGNATURE_STAMP, &core, into, err))
        return false;
      if (into->time == 0 || core.stamp_time < into->time)
        into->time = core.stamp_time;
    }
  }
  return true;
}

bool tc_cms_parties_read(tc_bytes cms, tc_signature_kind kind, tc_cms_parties *out, tc_error *err)
{
  tc_auto(tc_cms_parties) parties = {0};
  tc_auto(tc_core) core = {0};
  if (!tc_certs_create(&parties.pool, err) || !add_party(cms, kind, &core, &parties, err))
    return false;
  parties.time = core.stamp_time;
  if (kind == TC_SIGNATURE_DETACHED && !add_stamps(core.view.unsigned_attributes, &parties, err))
    return false;
  if (kind == TC_SIGNATURE_DETACHED)
    parties.rows[0].time = parties.time;
  *out = parties;
  parties = (tc_cms_parties){0};
  return true;
}
