/*
 * Regular expressions of data files: PCRE2 with UTF-8 and limits on matching, so that no pattern can stall a worker.
 * Ownership: a pattern is the caller's. Threading: immutable once made.
 */
#pragma once

#include "base/auto.h"
#include "base/error.h"

#include <stddef.h>

typedef struct tc_pattern tc_pattern;

/* Anchored at both ends: the whole text must match. TC_CONFIG with the place of an error in the pattern. */
TC_NODISCARD bool tc_pattern_create(const char *pattern, tc_pattern **out, tc_error *err);
/* One that may match any part of a text; for tc_pattern_find. */
TC_NODISCARD bool tc_pattern_create_search(const char *pattern, tc_pattern **out, tc_error *err);
void tc_pattern_destroy(tc_pattern *pattern);
TC_AUTO_POINTER(tc_pattern, tc_pattern_destroy);
/* No match beyond the limits, and none for invalid UTF-8. */
bool tc_pattern_matches(const tc_pattern *pattern, const char *text);
/* Where the pattern's first group (the whole match where it has none) lies in the text: bytes [*start, *end). */
bool tc_pattern_find(const tc_pattern *pattern, const char *text, size_t *start, size_t *end);
