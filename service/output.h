/*
 * What commands print for programs (--json): one object a line. Threading: free of state.
 */
#pragma once

#include "base/json.h"

/* A copy of `members` (an object, borrowed) with "file" in front; the caller's. */
tc_json *tc_output_of_file(const char *file, const tc_json *members);
/* {"error": {"code", "message"}}; the caller's. */
tc_json *tc_output_of_error(const tc_error *err);
/* Prints the value (borrowed) as a line on standard output, at once. */
void tc_output_print(const tc_json *value);
