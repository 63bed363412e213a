/*
 * Private to signing/: stops before a token locks. A token locks after three wrong PINs, some after five, and only its
 * issuer opens it again: a counter without its certifier for days. So nothing is tried where the token says that one
 * more wrong PIN locks it, nor after a few wrong ones in this process, for tokens that say nothing.
 * Threading: any thread; the counts are the process's, as a token's login is.
 * Standard: PKCS#11 v2.40 3.2 (CK_TOKEN_INFO's flags).
 */
#pragma once

#include "signing/key.h"
#include "signing/ossl.h"

#include <p11-kit/pkcs11.h>

/* Whether a PIN may be tried on this token. TC_DENIED: it may not, and nothing was tried. */
TC_NODISCARD bool tc_pin_guard_allows(const CK_TOKEN_INFO *token, const tc_token_rules *rules, tc_error *err);
/* What C_Login gave: wrong ones are counted until a right one. */
void tc_pin_guard_note(const CK_TOKEN_INFO *token, CK_RV rv);
/* " (one more wrong PIN locks the token)" and the like, or "". */
const char *tc_pin_guard_words(CK_FLAGS flags);
