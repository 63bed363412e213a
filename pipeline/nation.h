/*
 * The national data that certification needs: the attestation's texts and the policy (grades, fees). Files in
 * schemas/<nation>/: attestation.json, policy.json, validity.json. What is missing or of the wrong kind is TC_CONFIG
 * with file and key, when it is loaded and not when it is needed.
 * Ownership: the object owns its texts, getters borrow. Threading: immutable once loaded.
 */
#pragma once

#include "base/json.h"

typedef struct tc_nation tc_nation;

TC_NODISCARD bool tc_nation_load(const char *folder, tc_nation **out, tc_error *err);
void tc_nation_destroy(tc_nation *nation);
TC_AUTO_POINTER(tc_nation, tc_nation_destroy);

const char *tc_nation_folder(const tc_nation *nation);
/* A text of attestation.json; every key that the code asks for is known to exist since loading (assert). */
const char *tc_nation_text(const tc_nation *nation, const char *key);
const tc_json *tc_nation_attestation(const tc_nation *nation);
/* Minutes that the offices' clocks are ahead of UTC. */
int tc_nation_utc_offset(const tc_nation *nation);
/* Fee for `copies` copies of an original of `pages` pages, in the currency's smallest unit (policy.json, "fee"). */
int64_t tc_nation_fee(const tc_nation *nation, int pages, int copies);
/* Until when the paper itself is valid, by its type's rule over its fields ({key: {"value"}}): false where the type has
   no rule or the date is not there; out as YYYY-MM-DD. */
bool tc_nation_valid_until(const tc_nation *nation, const char *document_type, const tc_json *fields, char out[11]);

/* The office's clock at `when` (seconds since 1970, UTC): {dd, mm, yyyy, date (YYYY-MM-DD), time_iso (with zone)}
   for the texts' places. */
tc_json *tc_nation_clock(const tc_nation *nation, int64_t when);
