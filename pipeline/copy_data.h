/*
 * The data that a certified copy carries about itself, as an associated file (JSON, schemas/json/copy.schema.json):
 * record, number, type, the fields with who vouches for each, and the hashes of the pages. Signed with the copy.
 * Threading: free of state.
 */
#pragma once

#include "base/json.h"
#include "signing/reason.h"

#define TC_COPY_DATA_NAME "truecopy.json"
#define TC_COPY_FORMAT "truecopy/copy/1"
/* The captures, and the capturing officer's CAdES signature over that. */
#define TC_COPY_MANIFEST_NAME "captures.json"
#define TC_COPY_MANIFEST_SIGNATURE_NAME "captures.json.p7s"

/* Is the paper still within its own validity at `now`: unknown where it does not say until when. */
tc_answer tc_copy_data_paper_valid(const tc_json *data, int64_t now);
