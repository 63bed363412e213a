/*
 * The sentence that a verification comes down to: whether the file can be used, why not, and what to do next. One code
 * out of the nation's table of reasons (schemas/national/vn/reasons.json), where its words are, for what pages and
 * reports say first. The verdict and the four answers stay what they are; this only chooses among the causes.
 * Threading: free of state.
 */
#pragma once

#include "base/json.h"

/* Of a result of tc_verify_file or tc_pipeline_verify; static. */
const char *tc_verify_advice(const tc_json *result);
/* Every code that can come out, and the one for a file that cannot be read at all. */
extern const char *const tc_verify_advices[];
extern const size_t tc_verify_advice_count;
#define TC_VERIFY_ADVICE_DAMAGED "use_damaged"
