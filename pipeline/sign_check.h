/*
 * Private to pipeline/: what a CMS must be before it is filled into its document, wherever it was made.
 * Ownership: the checker is the pipeline's. Threading: any thread; one check at a time, which takes a fraction of what
 * a key's operation does, because what certificates and paths come to is kept (signing/verify_cache.h).
 */
#pragma once

#include "pipeline/context.h"
#include "signing/verify.h"

TC_NODISCARD bool tc_cms_checker_create(tc_cms_checker **out, tc_error *err);
void tc_cms_checker_destroy(tc_cms_checker *checker);

/* It must be a signature over these very bytes, by the role's certificate. Errors: TC_FORMAT, TC_DENIED. */
TC_NODISCARD bool tc_sign_check_cms(tc_pipeline *p, tc_role role, const tc_record_pending *pending, tc_bytes cms,
                                    tc_signature_result *out, tc_error *err);
