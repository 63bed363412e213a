/*
 * Trust material on its way into a worker: the operator's certificates and CRLs as one file of length-prefixed DER
 * values (one byte 'C' or 'R', four bytes of length, big-endian, the bytes), so that the worker opens no path.
 * Threading: free of state.
 */
#pragma once

#include "signing/trust.h"

/* Writes the bundle into a new memory file; the fd is the caller's. */
TC_NODISCARD bool tc_trust_bundle_write(const tc_certs *certs, int *out_fd, tc_error *err);
TC_NODISCARD bool tc_trust_bundle_read(int fd, tc_certs *into, tc_error *err);
