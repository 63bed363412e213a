/*
 * What one verification finds out and another one may use: certificates and CRLs as they were parsed, which of their
 * signatures hold under which key, and what a path validation said.
 *
 * Each of these is kept under a SHA-256 over everything that it follows from: the exact bytes, and for a path the
 * trust, the helping certificates, the moment in question, the clock and every option. A changed byte, another moment
 * or other trust is another question, so nothing that was found out for one file can speak for another one. What a
 * signature of a document is worth is never kept.
 *
 * Ownership: the cache owns what it holds. It is bounded: the oldest answers give way, and parsed objects are forgotten
 * between two verifications once they are many. Threading: one thread.
 */
#pragma once

#include "signing/certs.h"

typedef struct tc_verify_cache tc_verify_cache;

TC_NODISCARD bool tc_verify_cache_create(tc_verify_cache **out, tc_error *err);
void tc_verify_cache_destroy(tc_verify_cache *cache);
TC_AUTO_POINTER(tc_verify_cache, tc_verify_cache_destroy);
/* Certificates and CRLs that will be met again: not to be parsed anew. */
TC_NODISCARD bool tc_verify_cache_learn(tc_verify_cache *cache, const tc_certs *certs, tc_error *err);
/* Adds one certificate or CRL in DER to a list, as tc_certs_add does. */
TC_NODISCARD bool tc_verify_cache_add(tc_verify_cache *cache, tc_bytes der, const char *name, tc_certs *into,
                                      tc_error *err);
/* Between two files: gives back what has become too much. */
TC_NODISCARD bool tc_verify_cache_trim(tc_verify_cache *cache, tc_error *err);
