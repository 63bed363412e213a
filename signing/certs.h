/*
 * Certificates, CRLs and OCSP responses: an ordered list of each, read from DER or PEM, and what one says.
 *
 * Purpose: the one currency in which chains, embedded material and trust folders are handed around, so that no OpenSSL
 * type stands in a public header. OCSP responses are kept as bytes: what they say is asked of signing/ocsp.h.
 * Ownership: tc_certs owns its content. Bytes given to `add` are copied. Getters return borrowed bytes that live as
 * long as the list is neither changed nor destroyed.
 * Threading: a list belongs to one thread while it changes; a finished list is shared freely.
 * Standard: RFC 5280.
 */
#pragma once

#include "base/buf.h"

typedef struct tc_certs tc_certs;

TC_NODISCARD bool tc_certs_create(tc_certs **out, tc_error *err);
void tc_certs_destroy(tc_certs *certs);
TC_AUTO_POINTER(tc_certs, tc_certs_destroy);

/* One certificate or CRL in DER, or PEM text with any number of both (keys in it are passed over). `name` is for the
   message only ("the chain", a path). Fails with TC_FORMAT where nothing can be read, or DER has bytes left over. A
   certificate that is in the list already, byte for byte, is not added again. */
TC_NODISCARD bool tc_certs_add(tc_certs *certs, tc_bytes bytes, const char *name, tc_error *err);
/* A file (at most 16 MiB), or a folder whose .pem, .crt, .cer, .der and .crl files are read in the order of their
   names. An empty folder is TC_NOT_FOUND. */
TC_NODISCARD bool tc_certs_add_path(tc_certs *certs, const char *path, tc_error *err);
/* Everything in `from`, too. */
TC_NODISCARD bool tc_certs_add_all(tc_certs *certs, const tc_certs *from, tc_error *err);

/* An OCSPResponse in DER. Nothing is judged here. */
TC_NODISCARD bool tc_certs_add_ocsp(tc_certs *certs, tc_bytes der, tc_error *err);

size_t tc_certs_count(const tc_certs *certs);                   /* certificates; 0 of NULL */
size_t tc_certs_crl_count(const tc_certs *certs);               /* CRLs; 0 of NULL */
tc_bytes tc_certs_der(const tc_certs *certs, size_t index);     /* in the order of adding; asserts index < count */
tc_bytes tc_certs_crl_der(const tc_certs *certs, size_t index); /* the same for CRLs */
size_t tc_certs_ocsp_count(const tc_certs *certs);
tc_bytes tc_certs_ocsp_der(const tc_certs *certs, size_t index);
size_t tc_certs_size(const tc_certs *certs); /* bytes of all certificates in DER, CRLs not */

/* What a certificate says, as text a person reads. UTF-8; "" where the certificate has no such attribute. */
typedef struct tc_cert_info {
  char common_name[256];
  char organization[256];
  char organization_unit[256];
  char title[256];
  char serial_number[128]; /* attribute serialNumber of the subject: a personal or tax id */
  char country[8];
  char subject[1024]; /* RFC 4514 */
  char issuer[1024];
  char issuer_common_name[256];
  char serial[80];    /* of the certificate; hexadecimal, lower case */
  int64_t not_before; /* seconds since 1970, UTC */
  int64_t not_after;
  bool self_issued;     /* subject = issuer */
  char key[32];         /* "RSA-2048", "EC P-256" … */
  char fingerprint[65]; /* SHA-256 of the DER */
} tc_cert_info;

/* Fails with TC_FORMAT for bytes that are no certificate. */
TC_NODISCARD bool tc_cert_describe(tc_bytes der, tc_cert_info *out, tc_error *err);

/* Whether the certificate is that of `who`: its common name, its subject's serialNumber, its whole subject (RFC 4514)
   or its fingerprint, compared exactly. */
bool tc_cert_is_of(const tc_cert_info *info, const char *who);
