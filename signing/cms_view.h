/*
 * Private to signing/: a SignedData taken apart (RFC 5652 5.1, 5.3) so that each byte of it belongs to a part below or
 * to the fixed frame, which is checked while reading. Parts point into the view's own copy of the DER.
 */
#pragma once

#include "signing/certs_private.h"
#include "signing/der.h"
#include "signing/reason.h"
#include "signing/verify.h"

typedef struct tc_cms_view {
  tc_buf der;   /* the ContentInfo, made DER where it was BER */
  size_t read;  /* bytes of the input that the ContentInfo took */
  bool repeats; /* a certificate or CRL is embedded twice */
  bool was_ber;
  tc_bytes content_type; /* eContentType, OID contents */
  bool attached;
  tc_bytes content;       /* eContent's octets */
  tc_certs *certificates; /* embedded certificates and CRLs */
  size_t signer_count;    /* the parts below are the first signer's */
  tc_bytes signer_id;     /* issuerAndSerialNumber's contents, or the key identifier */
  bool by_key_id;
  tc_hash digest_hash; /* of digestAlgorithm; TC_HASH_UNKNOWN: one we do not know */
  bool has_attributes;
  tc_bytes attributes;          /* signedAttrs' contents */
  tc_bytes signature_algorithm; /* the whole AlgorithmIdentifier */
  tc_bytes signature;
  tc_bytes unsigned_attributes; /* contents */
} tc_cms_view;

void tc_cms_view_finish(tc_cms_view *view);
TC_AUTO_VALUE(tc_cms_view, tc_cms_view_finish);

typedef struct tc_cms_view_options {
  size_t max_certificates;
  tc_certs *pool;       /* what was read already is not read again; NULL: none */
  bool no_certificates; /* leave them out: only the digest's algorithm is asked for */
} tc_cms_view_options;

/* *why is TC_REASON_OK or what the structure lacks; the parts are as far as they could be read. Fails only for want of
   memory or over the limit of certificates. */
TC_NODISCARD bool tc_cms_view_read(tc_bytes cms, const tc_cms_view_options *options, tc_cms_view *out, tc_reason *why,
                                   tc_error *err);

/* The one value of the one attribute of this type. Reasons: OK, SIGNED_ATTRIBUTE_MISSING, SIGNED_ATTRIBUTE_REPEATED
   (several of them or several values), CMS_STRUCTURE. */
tc_reason tc_attribute_find(tc_bytes attributes, tc_bytes type, tc_der *value);
/* Takes the next attribute off *rest: its type and the contents of its SET of values. */
TC_NODISCARD bool tc_attribute_next(tc_bytes *rest, tc_bytes *type, tc_bytes *values);

/* AlgorithmIdentifier of a hash: OID, parameters absent or NULL, nothing else. UNKNOWN for any other. */
tc_hash tc_hash_of_algorithm(tc_der algorithm);
const EVP_MD *tc_hash_md(tc_hash hash); /* NULL for UNKNOWN */
tc_bytes tc_hash_oid(tc_hash hash);     /* contents only; of SHA-256 and stronger */

typedef enum tc_padding { TC_PADDING_PKCS1, TC_PADDING_PSS, TC_PADDING_ECDSA } tc_padding;

typedef struct tc_signature_algorithm {
  tc_padding padding;
  tc_hash hash;
  int salt; /* of PSS */
} tc_signature_algorithm;

/* False: one we do not know, or parameters that are not what its standard says. `digest` is the digestAlgorithm, which
   the signature's hash must equal (RFC 4056 3, RFC 5754 3). */
TC_NODISCARD bool tc_signature_algorithm_read(tc_bytes identifier, tc_hash digest, tc_signature_algorithm *out);
