#include "ocr/pattern.h"

#include <stdlib.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

enum { MATCH_LIMIT = 100000, DEPTH_LIMIT = 1000, MESSAGE_MAX = 160 };

struct tc_pattern {
  pcre2_code *code;
  pcre2_match_context *limits;
};

void tc_pattern_destroy(tc_pattern *pattern)
{
  if (pattern == NULL)
    return;
  pcre2_match_context_free(pattern->limits);
  pcre2_code_free(pattern->code);
  free(pattern);
}

static bool compile(const char *text, uint32_t anchors, tc_pattern **out, tc_error *err)
{
  tc_auto(tc_pattern) pattern = calloc(1, sizeof *pattern);
  if (pattern == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a pattern");
  int number = 0;
  PCRE2_SIZE offset = 0;
  pattern->code =
      pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED, PCRE2_UTF | PCRE2_UCP | anchors, &number, &offset, NULL);
  if (pattern->code == NULL) {
    PCRE2_UCHAR message[MESSAGE_MAX] = {0};
    pcre2_get_error_message(number, message, sizeof message);
    return tc_fail(err, TC_CONFIG, "the pattern '%s' is wrong at byte %zu: %s", text, offset, (const char *)message);
  }
  pattern->limits = pcre2_match_context_create(NULL);
  if (pattern->limits == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a pattern");
  pcre2_set_match_limit(pattern->limits, MATCH_LIMIT);
  pcre2_set_depth_limit(pattern->limits, DEPTH_LIMIT);
  *out = tc_steal(&pattern);
  return true;
}

bool tc_pattern_create(const char *text, tc_pattern **out, tc_error *err)
{
  return compile(text, PCRE2_ANCHORED | PCRE2_ENDANCHORED, out, err);
}

bool tc_pattern_create_search(const char *text, tc_pattern **out, tc_error *err) { return compile(text, 0, out, err); }

bool tc_pattern_find(const tc_pattern *pattern, const char *text, size_t *start, size_t *end)
{
  pcre2_match_data *data = pcre2_match_data_create_from_pattern(pattern->code, NULL);
  if (data == NULL)
    return false;
  const int count = pcre2_match(pattern->code, (PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED, 0, 0, data, pattern->limits);
  const PCRE2_SIZE *places = pcre2_get_ovector_pointer(data) + (count > 1 ? 2 : 0);
  const bool found = count > 0 && places[0] != PCRE2_UNSET && places[0] <= places[1];
  if (found) {
    *start = places[0];
    *end = places[1];
  }
  pcre2_match_data_free(data);
  return found;
}

bool tc_pattern_matches(const tc_pattern *pattern, const char *text)
{
  pcre2_match_data *data = pcre2_match_data_create(1, NULL);
  if (data == NULL)
    return false;
  int count = pcre2_match(pattern->code, (PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED, 0, 0, data, pattern->limits);
  pcre2_match_data_free(data);
  return count >= 0;
}
