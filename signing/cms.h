/*
 * Detached CMS SignedData as PAdES and CAdES baseline want it, in three steps that may lie machines apart:
 * prepare (signed attributes out of a digest) → sign (one key operation, anywhere) → assemble (with the time-stamp).
 *
 * Standards: RFC 5652 (CMS), RFC 5035 (signing-certificate-v2), RFC 4055/4056 (RSASSA-PSS), RFC 5753/5754 (ECDSA),
 * ETSI EN 319 122-1 5 (CAdES), ETSI EN 319 142-1 6.3 (PAdES: no signing-time attribute, /M says it).
 * The digest comes from outside: the PDF's ranges are hashed once, by whoever holds the file.
 * Ownership: everything given is borrowed, what comes out is the caller's. Threading: free of state; the key's rule
 * (key.h) holds.
 */
#pragma once

#include "base/digest.h"
#include "signing/key.h"
#include "signing/stamp.h"

typedef struct tc_cms_options {
  const tc_certs *chain;        /* signer's certificate first; all of it is embedded */
  const tc_digest *digest;      /* SHA-256 of the content … */
  const tc_hash_value *content; /* … or its digest by another hash, which then signs, too; NULL: `digest` */
  int64_t signing_time;         /* seconds since 1970, UTC, for the signing-time attribute; 0: none. PAdES: always 0 */
} tc_cms_options;

/* Appends to *attributes the DER SET OF signed attributes: content-type, message-digest, signing-certificate-v2
   (and signing-time), sorted as DER wants: these bytes are what the key signs. */
TC_NODISCARD bool tc_cms_prepare(const tc_cms_options *options, tc_buf *attributes, tc_error *err);

/* The hash that these options sign with. */
tc_hash tc_cms_hash(const tc_cms_options *options);

typedef struct tc_cms_parts {
  const tc_certs *chain;
  tc_bytes attributes; /* from tc_cms_prepare */
  tc_bytes signature;  /* by the key of the first certificate */
  tc_bytes token;      /* RFC 3161 token over the SHA-256 of `signature`, as the unsigned attribute; size 0: none */
  tc_hash hash;        /* of attributes and content; UNKNOWN (0) stands for SHA-256 */
  bool pkcs1;          /* an RSA signature by RSASSA-PKCS1-v1_5 instead of PSS */
} tc_cms_parts;

/* Appends the ContentInfo in DER. The signature is verified against the certificate first (TC_CRYPTO when it is not
   its own): what leaves here verifies. */
TC_NODISCARD bool tc_cms_assemble(const tc_cms_parts *parts, tc_buf *out, tc_error *err);

/* A CMS that was made elsewhere, without a time-stamp, gets one: the same attributes and signature, with this chain and
   the token. Only one that is the first certificate's own signature is taken (TC_CRYPTO), with nothing unsigned in it
   yet (TC_CONFLICT); TC_FORMAT: no such CMS. Else the errors of tc_stamper_stamp. */
TC_NODISCARD bool tc_cms_stamp(tc_bytes cms, const tc_certs *chain, tc_stamper *stamper, tc_buf *out, tc_error *err);

/* All three steps with a key and a time-stamp source at hand; `stamper` may be NULL (B-B). */
TC_NODISCARD bool tc_cms_sign(const tc_cms_options *options, tc_key *key, tc_stamper *stamper, tc_buf *out,
                              tc_error *err);

/* Bytes of DER that tc_cms_sign gives at most, for the space to reserve in /Contents: from the real chain, the widest
   signature of its key and the widest token of the source (NULL: none). */
TC_NODISCARD bool tc_cms_size_limit(const tc_cms_options *options, const tc_stamper *stamper, size_t *out,
                                    tc_error *err);
