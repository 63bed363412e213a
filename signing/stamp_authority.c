/*
 * A time-stamping authority of our own: for the demo, for tests, and behind an HTTP server. The token is built by the
 * same builder as our signatures, so any key that signs can stamp. Serial numbers are 128 random bits: unique without
 * any state to keep or to lose (RFC 3161 2.4.2 asks for uniqueness, also after a crash).
 */
#include "signing/certs_private.h"
#include "signing/cms_private.h"
#include "signing/der.h"
#include "signing/oids.h"
#include "signing/stamp_private.h"
#include "signing/verify_private.h"

#include <string.h>
#include <time.h>

enum { SERIAL_BYTES = 16, TOKEN_SLACK = 512 };

/* RFC 3161 2.4.2 PKIFailureInfo: bit numbers. */
typedef enum failure { GRANTED = -1, BAD_ALG = 0, BAD_DATA_FORMAT = 5, UNACCEPTED_POLICY = 15 } failure;

struct tc_authority {
  tc_key *key;
  const tc_certs *chain;
  tc_buf policy; /* OID, contents only */
  int64_t accuracy_s;
  int64_t (*clock)(void *);
  void *clock_data;
};

typedef struct question {
  tc_bytes imprint; /* MessageImprint, whole: it goes into the answer as it came */
  tc_bytes nonce;   /* INTEGER, whole; size 0: none */
  bool wants_certificates;
} question;

tc_authority_options tc_authority_options_default(void)
{
  return (tc_authority_options){.policy = "2.999.10.4", .accuracy_s = 1};
}

void tc_authority_destroy(tc_authority *authority)
{
  if (authority == NULL)
    return;
  tc_buf_finish(&authority->policy);
  free(authority);
}

bool tc_authority_create(const tc_authority_options *options, tc_authority **out, tc_error *err)
{
  tc_auto(tc_authority) authority = calloc(1, sizeof *authority);
  if (authority == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a time-stamping authority");
  tc_auto(ASN1_OBJECT) policy = OBJ_txt2obj(options->policy, 1);
  if (policy == NULL)
    return tc_fail_ossl(err, TC_CONFIG, "\"%s\" is no policy of time-stamps", options->policy);
  if (tc_certs_count(options->chain) == 0 || options->accuracy_s < 1 || options->accuracy_s > 3600)
    return tc_fail(err, TC_CONFIG,
                   "a time-stamping authority wants a certificate and an accuracy of 1 to 3600 seconds");
  if (!tc_buf_append(&authority->policy, OBJ_get0_data(policy), OBJ_length(policy), err))
    return false;
  authority->key = options->key;
  authority->chain = options->chain;
  authority->accuracy_s = options->accuracy_s;
  authority->clock = options->clock;
  authority->clock_data = options->clock_data;
  *out = tc_steal(&authority);
  return true;
}

/* RFC 3161 2.4.1 */
static failure read_request(const tc_authority *authority, tc_bytes request, question *out)
{
  tc_der element;
  tc_der part;
  if (!tc_der_expect(&request, TC_DER_SEQUENCE, &element) || request.size > 0 || !tc_der_is_strict(element.whole))
    return BAD_DATA_FORMAT;
  tc_bytes rest = element.content;
  if (!tc_der_expect(&rest, TC_DER_INTEGER, &part) || part.content.size != 1 || part.content.data[0] != 1 ||
      !tc_der_expect(&rest, TC_DER_SEQUENCE, &part))
    return BAD_DATA_FORMAT;
  out->imprint = part.whole;
  tc_bytes inner = part.content;
  tc_der algorithm;
  tc_der digest;
  if (!tc_der_expect(&inner, TC_DER_SEQUENCE, &algorithm) || !tc_der_expect(&inner, TC_DER_OCTETS, &digest) ||
      inner.size > 0)
    return BAD_DATA_FORMAT;
  tc_hash hash = tc_hash_of_algorithm(algorithm);
  if (hash == TC_HASH_UNKNOWN || hash == TC_HASH_SHA1)
    return BAD_ALG;
  if (digest.content.size != (size_t)EVP_MD_get_size(tc_hash_md(hash)))
    return BAD_DATA_FORMAT;
  if (tc_der_optional(&rest, TC_DER_OID, &part) && !tc_bytes_equal(part.content, tc_buf_bytes(&authority->policy)))
    return UNACCEPTED_POLICY;
  if (tc_der_optional(&rest, TC_DER_INTEGER, &part))
    out->nonce = part.content.size <= 64 ? part.whole : (tc_bytes){0};
  if (tc_der_optional(&rest, TC_DER_BOOLEAN, &part))
    out->wants_certificates = part.content.size == 1 && part.content.data[0] != 0;
  return rest.size == 0 ? GRANTED : BAD_DATA_FORMAT;
}

static bool put_generalized_time(tc_buf *out, int64_t seconds, tc_error *err)
{
  time_t when = (time_t)seconds;
  struct tm utc;
  char text[20];
  if (gmtime_r(&when, &utc) == NULL || strftime(text, sizeof text, "%Y%m%d%H%M%SZ", &utc) != 15)
    return tc_fail(err, TC_INTERNAL, "the clock is out of range");
  return tc_der_put(out, TC_DER_TIME, tc_bytes_of_text(text), err);
}

static bool put_accuracy(tc_buf *out, int64_t seconds, tc_error *err)
{
  uint8_t bytes[2] = {(uint8_t)(seconds >> 8), (uint8_t)seconds};
  bool is_short = seconds < 0x80;
  size_t start = out->size;
  return tc_der_put(out, TC_DER_INTEGER, (tc_bytes){bytes + is_short, 2 - (size_t)is_short}, err) &&
         tc_der_close(out, start, TC_DER_SEQUENCE, err);
}

/* RFC 3161 2.4.2 TSTInfo */
static bool put_info(const tc_authority *authority, const question *asked, tc_buf *out, tc_error *err)
{
  uint8_t serial[SERIAL_BYTES];
  int64_t now = authority->clock != NULL ? authority->clock(authority->clock_data) : (int64_t)time(NULL);
  size_t start = out->size;
  if (!tc_random(serial, sizeof serial, err))
    return false;
  serial[0] = (uint8_t)((serial[0] & 0x3F) | 0x40);
  return tc_der_put_small(out, 1, err) && tc_der_put(out, TC_DER_OID, tc_buf_bytes(&authority->policy), err) &&
         tc_buf_append(out, asked->imprint.data, asked->imprint.size, err) &&
         tc_der_put(out, TC_DER_INTEGER, (tc_bytes){serial, sizeof serial}, err) &&
         put_generalized_time(out, now, err) && put_accuracy(out, authority->accuracy_s, err) &&
         (asked->nonce.size == 0 || tc_buf_append(out, asked->nonce.data, asked->nonce.size, err)) &&
         tc_der_close(out, start, TC_DER_SEQUENCE, err);
}

static bool put_token(const tc_authority *authority, const question *asked, tc_buf *out, tc_error *err)
{
  tc_auto(tc_buf) info = {0};
  tc_auto(tc_buf) attributes = {0};
  tc_auto(tc_buf) signature = {0};
  tc_auto(tc_certs) none = NULL;
  tc_digest digest;
  if (!put_info(authority, asked, &info, err) || !tc_digest_of(tc_buf_bytes(&info), &digest, err))
    return false;
  tc_attribute_values values = {
      tc_oid_tst_info, {digest.bytes, sizeof digest.bytes}, tc_certs_der(authority->chain, 0), 0};
  if (!tc_attributes_put(&values, &attributes, err) ||
      !tc_key_sign(authority->key, tc_buf_bytes(&attributes), &signature, err))
    return false;
  tc_cms_parts parts = {
      .chain = authority->chain, .attributes = tc_buf_bytes(&attributes), .signature = tc_buf_bytes(&signature)};
  tc_cms_content content = {tc_oid_tst_info, tc_buf_bytes(&info), !asked->wants_certificates};
  return tc_cms_wrap(&parts, &content, out, err);
}

/* PKIStatusInfo: granted, or rejection with the failure's bit. */
static bool put_status(failure why, tc_buf *out, tc_error *err)
{
  size_t start = out->size;
  if (!tc_der_put_small(out, why == GRANTED ? 0 : 2, err))
    return false;
  if (why != GRANTED) {
    uint8_t bits[4] = {0};
    size_t bytes = (size_t)why / 8 + 1;
    bits[0] = (uint8_t)(7 - why % 8);
    bits[bytes] = (uint8_t)(0x80 >> (why % 8));
    if (!tc_der_put(out, TC_DER_BITS, (tc_bytes){bits, bytes + 1}, err))
      return false;
  }
  return tc_der_close(out, start, TC_DER_SEQUENCE, err);
}

bool tc_authority_respond(tc_authority *authority, tc_bytes request, tc_buf *response, tc_error *err)
{
  question asked = {0};
  failure why = read_request(authority, request, &asked);
  size_t start = response->size;
  return put_status(why, response, err) && (why != GRANTED || put_token(authority, &asked, response, err)) &&
         tc_der_close(response, start, TC_DER_SEQUENCE, err);
}

typedef struct local_stamper {
  tc_stamper base;
  tc_authority *authority;
} local_stamper;

static bool local_exchange(tc_stamper *stamper, tc_bytes request, tc_buf *response, tc_error *err)
{
  return tc_authority_respond(((local_stamper *)stamper)->authority, request, response, err);
}

static void local_destroy(tc_stamper *stamper) { free(stamper); }

static const tc_stamper_class local_class = {"local", local_exchange, local_destroy};

bool tc_stamper_local_create(tc_authority *authority, tc_stamper **out, tc_error *err)
{
  local_stamper *made = calloc(1, sizeof *made);
  if (made == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a source of time-stamps");
  made->base = (tc_stamper){.class = &local_class,
                            .lock = PTHREAD_MUTEX_INITIALIZER,
                            .token_limit =
                                tc_certs_size(authority->chain) + tc_key_signature_limit(authority->key) + TOKEN_SLACK,
                            .clock_skew_s = 60,
                            .clock = authority->clock,
                            .clock_data = authority->clock_data};
  made->authority = authority;
  *out = &made->base;
  return true;
}
