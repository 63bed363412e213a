/*
 * Texts of the national data with places to fill: "Page {page} of {page_count}". A place that the values do not have is
 * an error (TC_CONFIG), so that no copy ever carries a raw brace. Threading: free of state.
 */
#pragma once

#include "base/json.h"

/* Appends the filled text; `values` is an object of texts and integers. */
TC_NODISCARD bool tc_template_fill(const char *text, const tc_json *values, tc_buf *out, tc_error *err);
/* The same into a new string, the caller's. */
TC_NODISCARD bool tc_template_text(const char *text, const tc_json *values, char **out, tc_error *err);
