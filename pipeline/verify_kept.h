/*
 * Private to pipeline/: what a worker keeps from one verified file to the next. The trust, as long as it is handed the
 * same bytes; and what verifications find out about certificates and CRLs (signing/verify_cache.h).
 * Threading: a worker runs one task at a time.
 */
#pragma once

#include "signing/verify.h"

/* Both are lent until the next call. `fd`: a bundle of trust_bundle.h. */
TC_NODISCARD bool tc_verify_kept_get(int fd, const tc_trust **trust, tc_verify_cache **cache, tc_error *err);
