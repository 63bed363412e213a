/*
 * Private to signing/: OpenSSL's types with the house's ownership, and its error queue turned into a tc_error.
 * Every function that may leave something in OpenSSL's queue is followed by tc_fail_ossl or ERR_clear_error.
 */
#pragma once

#include "base/buf.h"

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/rsa.h>
#include <openssl/ts.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

/* Fills *err with "what: OpenSSL's first reason", empties OpenSSL's queue, returns false. */
#define tc_fail_ossl(err, code, ...) tc_ossl_error((err), (code), __func__, __VA_ARGS__)
bool tc_ossl_error(tc_error *err, tc_code code, const char *where, const char *format, ...) TC_PRINTF(4, 5);

typedef STACK_OF(X509) tc_x509_stack;    /* borrows its members */
typedef STACK_OF(X509_CRL) tc_crl_stack; /* borrows its members */
static inline void tc_x509_stack_free(tc_x509_stack *stack) { sk_X509_free(stack); }
static inline void tc_crl_stack_free(tc_crl_stack *stack) { sk_X509_CRL_free(stack); }
static inline void tc_bio_free(BIO *bio) { BIO_free(bio); }

TC_AUTO_POINTER(tc_x509_stack, tc_x509_stack_free);
TC_AUTO_POINTER(tc_crl_stack, tc_crl_stack_free);
TC_AUTO_POINTER(X509, X509_free);
TC_AUTO_POINTER(X509_CRL, X509_CRL_free);
TC_AUTO_POINTER(X509_STORE, X509_STORE_free);
TC_AUTO_POINTER(X509_STORE_CTX, X509_STORE_CTX_free);
TC_AUTO_POINTER(X509_NAME, X509_NAME_free);
TC_AUTO_POINTER(X509_EXTENSION, X509_EXTENSION_free);
TC_AUTO_POINTER(X509_REVOKED, X509_REVOKED_free);
TC_AUTO_POINTER(X509_ALGOR, X509_ALGOR_free);
TC_AUTO_POINTER(RSA_PSS_PARAMS, RSA_PSS_PARAMS_free);
TC_AUTO_POINTER(EVP_PKEY, EVP_PKEY_free);
TC_AUTO_POINTER(EVP_PKEY_CTX, EVP_PKEY_CTX_free);
TC_AUTO_POINTER(EVP_MD_CTX, EVP_MD_CTX_free);
TC_AUTO_POINTER(BIO, tc_bio_free);
TC_AUTO_POINTER(BIGNUM, BN_free);
TC_AUTO_POINTER(ECDSA_SIG, ECDSA_SIG_free);
TC_AUTO_POINTER(ASN1_ENUMERATED, ASN1_ENUMERATED_free);
TC_AUTO_POINTER(ASN1_INTEGER, ASN1_INTEGER_free);
TC_AUTO_POINTER(ASN1_TIME, ASN1_TIME_free);
TC_AUTO_POINTER(ASN1_OBJECT, ASN1_OBJECT_free);
TC_AUTO_POINTER(ASN1_GENERALIZEDTIME, ASN1_GENERALIZEDTIME_free);
TC_AUTO_POINTER(TS_REQ, TS_REQ_free);
TC_AUTO_POINTER(TS_MSG_IMPRINT, TS_MSG_IMPRINT_free);
TC_AUTO_POINTER(TS_TST_INFO, TS_TST_INFO_free);
TC_AUTO_POINTER(TS_ACCURACY, TS_ACCURACY_free);

/* Seconds since 1970; INT64_MIN for a time that cannot be read. */
int64_t tc_asn1_seconds(const ASN1_TIME *time);
/* A memory BIO over borrowed bytes; NULL: too long, or no memory. */
BIO *tc_bio_over(tc_bytes bytes);
