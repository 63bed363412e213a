/*
 * Trust material on its way into a worker: the operator's certificates and CRLs as one file of length-prefixed DER
 * values (one byte 'C', 'R' or 'O', four bytes of length, big-endian, the bytes), so that the worker opens no path. The
 * same form carries the validation data of a security store ('O': an OCSP response).
 * Threading: free of state.
 */
#pragma once

#include "signing/trust.h"

/* Writes the bundle into a new memory file; the fd is the caller's. */
TC_NODISCARD bool tc_trust_bundle_write(const tc_certs *certs, int *out_fd, tc_error *err);
TC_NODISCARD bool tc_trust_bundle_read(int fd, tc_certs *into, tc_error *err);
/* The same of bytes that were loaded. */
TC_NODISCARD bool tc_trust_bundle_parse(tc_bytes bundle, tc_certs *into, tc_error *err);

/* One value of a bundle, written at the descriptor's position, and taken off *rest (false: the end; or, with *err
   filled, no bundle). */
TC_NODISCARD bool tc_bundle_put(int fd, char kind, tc_bytes der, tc_error *err);
TC_NODISCARD bool tc_bundle_next(tc_bytes *rest, char *kind, tc_bytes *der, tc_error *err);
/* The whole bundle behind a descriptor. */
TC_NODISCARD bool tc_bundle_load(int fd, tc_buf *out, tc_error *err);
