/* Private to signing/: the builder with any content type, for tokens beside signatures. */
#pragma once

#include "signing/cms.h"

typedef struct tc_attribute_values {
  tc_bytes content_type; /* OID, contents only */
  const tc_digest *digest;
  tc_bytes certificate; /* DER, for signing-certificate-v2 */
  int64_t signing_time; /* 0: none */
} tc_attribute_values;

TC_NODISCARD bool tc_attributes_put(const tc_attribute_values *values, tc_buf *out, tc_error *err);

/* `content_type` id-data with no content: detached; else the content is carried within (RFC 5652 5.2). */
TC_NODISCARD bool tc_cms_wrap(const tc_cms_parts *parts, tc_bytes content_type, tc_bytes content, tc_buf *out,
                              tc_error *err);
