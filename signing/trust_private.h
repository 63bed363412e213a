/* Private to signing/: validation of a certificate that is parsed already. */
#pragma once

#include "signing/ossl.h"
#include "signing/trust.h"

TC_NODISCARD bool tc_trust_validate_x509(const tc_trust *trust, X509 *certificate, const tc_path_options *options,
                                         tc_path_result *out, tc_error *err);
