/* Private to signing/: the builder with any content type, for tokens beside signatures. */
#pragma once

#include "signing/cms.h"

typedef struct tc_attribute_values {
  tc_bytes content_type; /* OID, contents only */
  tc_bytes digest;       /* of the content */
  tc_bytes certificate;  /* DER, for signing-certificate-v2 */
  int64_t signing_time;  /* 0: none */
} tc_attribute_values;

TC_NODISCARD bool tc_attributes_put(const tc_attribute_values *values, tc_buf *out, tc_error *err);

typedef struct tc_cms_content {
  tc_bytes type;
  tc_bytes bytes;            /* carried within; size 0: detached (RFC 5652 5.2) */
  bool without_certificates; /* a token whose request did not ask for them */
} tc_cms_content;

/* The ContentInfo around the parts; the first certificate is the signer's in any case. */
TC_NODISCARD bool tc_cms_wrap(const tc_cms_parts *parts, const tc_cms_content *content, tc_buf *out, tc_error *err);
