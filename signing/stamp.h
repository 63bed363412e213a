/*
 * RFC 3161 time-stamps: the source a signer asks (over HTTP, or a local authority), and the authority itself.
 *
 * A source is one const struct of functions, a file each. Every token is verified before it is handed out: status,
 * imprint, nonce, policy, the TSA's signature, its certificate (critical extendedKeyUsage timeStamping alone), and
 * that its time is near ours.
 * Threading: a source may be used by several threads at once (each request has its own connection); the authority
 * signs under its key's rule (key.h), so a PKCS#11 authority belongs to one thread.
 * Ownership: sources borrow what their options point to for their whole life, texts are copied.
 * Standard: RFC 3161 with RFC 5816; ETSI EN 319 422.
 */
#pragma once

#include "base/digest.h"
#include "signing/key.h"

typedef struct tc_stamper tc_stamper;

void tc_stamper_destroy(tc_stamper *stamper);
TC_AUTO_POINTER(tc_stamper, tc_stamper_destroy);

/* Appends the TimeStampToken (a ContentInfo in DER) over this SHA-256. *time (may be NULL): its genTime in seconds
   since 1970. TC_NETWORK: the server refused, was away or answered nonsense; TC_TIMEOUT; TC_LIMIT: the answer is too
   large; TC_CRYPTO: an answer that does not hold. */
TC_NODISCARD bool tc_stamper_stamp(tc_stamper *stamper, const tc_digest *imprint, tc_buf *token, int64_t *time,
                                   tc_error *err);
size_t tc_stamper_token_limit(const tc_stamper *stamper); /* bytes a token has at most; more is TC_LIMIT */

typedef struct tc_stamper_http_options {
  const char *url;       /* http:// or https:// */
  const char *policy;    /* dotted OID to ask for and insist on; NULL: any */
  const tc_certs *roots; /* trust anchors of the TSA; NULL: its chain is not judged here, only its signature */
  const char *proxy;     /* NULL: none (the environment is not read) */
  long connect_timeout_ms, total_timeout_ms;
  size_t response_limit; /* bytes */
  size_t token_limit;    /* bytes reserved for a token */
  int64_t clock_skew_s;  /* how far genTime may be from our clock */
} tc_stamper_http_options;

tc_stamper_http_options tc_stamper_http_options_default(void);
/* TC_USAGE: an address that is not http(s). Opens no connection yet. */
TC_NODISCARD bool tc_stamper_http_create(const tc_stamper_http_options *options, tc_stamper **out, tc_error *err);

/* Several servers as one source: asked in their order, each `attempts` times; one that failed rests for `pause_s`
   seconds. `urls`: addresses separated by blanks, at most 16;
   options->url is not used. The error is that of the last one asked. */
typedef struct tc_stamper_list_options {
  const char *urls;
  tc_stamper_http_options each;
  int attempts;
  int64_t pause_s;
} tc_stamper_list_options;
TC_NODISCARD bool tc_stamper_list_create(const tc_stamper_list_options *options, tc_stamper **out, tc_error *err);

typedef struct tc_authority tc_authority; /* a time-stamping authority of our own */

typedef struct tc_authority_options {
  tc_key *key;
  const tc_certs *chain;    /* its certificate first: extendedKeyUsage critical, timeStamping alone */
  const char *policy;       /* dotted OID */
  int64_t accuracy_s;       /* 1 … */
  int64_t (*clock)(void *); /* seconds since 1970; NULL: the system's */
  void *clock_data;
} tc_authority_options;

tc_authority_options tc_authority_options_default(void);
TC_NODISCARD bool tc_authority_create(const tc_authority_options *options, tc_authority **out, tc_error *err);
void tc_authority_destroy(tc_authority *authority);
TC_AUTO_POINTER(tc_authority, tc_authority_destroy);

/* What an HTTP server does: TimeStampReq in DER in, TimeStampResp in DER out (also a rejection, with its
   PKIFailureInfo, for a request that is not understood). Serial numbers are 128 random bits, never repeated.
   Fails only where no answer can be made. Content types: application/timestamp-query, application/timestamp-reply. */
TC_NODISCARD bool tc_authority_respond(tc_authority *authority, tc_bytes request, tc_buf *response, tc_error *err);

/* The authority as a source, in this process. */
TC_NODISCARD bool tc_stamper_local_create(tc_authority *authority, tc_stamper **out, tc_error *err);
