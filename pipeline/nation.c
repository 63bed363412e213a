#include "pipeline/nation.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { FILE_LIMIT = 1 << 20 };

struct tc_nation {
  char *folder;
  tc_json *attestation, *policy, *validity;
};

static const char *const required_texts[] = {
    "lang",
    "document_title",
    "subject",
    "heading",
    "motto",
    "title",
    "subtitle",
    "statement",
    "what",
    "how",
    "scale_unknown",
    "code_use",
    "sample_notice",
    "sample_comparer",
    "requester_unknown",
    "code_label",
    "strip_left",
    "strip_centre",
    "strip_right",
    "certifier_reason",
    "agency_reason",
    "capture_reason",
    "fields_description",
    "manifest_description",
    "original_description",
    "date_long",
    "number_format",
    "book_format",
    "place_date",
    "qr_description",
};

static bool check_texts(const tc_nation *nation, tc_error *err)
{
  for (size_t i = 0; i < TC_ARRAY_LEN(required_texts); i++)
    if (tc_json_get_text(nation->attestation, required_texts[i], NULL) == NULL)
      return tc_fail(err, TC_CONFIG, "%s/attestation.json: the text \"%s\" is missing", nation->folder,
                     required_texts[i]);
  static const char *const required_lists[] = {"rows", "stamp", "blocks"};
  for (size_t i = 0; i < TC_ARRAY_LEN(required_lists); i++)
    if (!tc_json_is_array(tc_json_get(nation->attestation, required_lists[i])))
      return tc_fail(err, TC_CONFIG, "%s/attestation.json: the list \"%s\" is missing", nation->folder,
                     required_lists[i]);
  if (!tc_json_is_object(tc_json_get(nation->policy, "fee")))
    return tc_fail(err, TC_CONFIG, "%s/policy.json: \"fee\" is missing", nation->folder);
  return true;
}

static bool read_part(const tc_nation *nation, const char *name, tc_json **out, tc_error *err)
{
  tc_auto(tc_str) path = NULL;
  if (!tc_str_printf(&path, err, "%s/%s", nation->folder, name))
    return false;
  tc_error problem = {0};
  if (tc_json_read_file(path, FILE_LIMIT, out, &problem))
    return true;
  return tc_fail(err, TC_CONFIG, "%s", problem.message);
}

bool tc_nation_load(const char *folder, tc_nation **out, tc_error *err)
{
  tc_auto(tc_nation) nation = calloc(1, sizeof *nation);
  if (nation == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for the national data");
  if (!tc_str_copy(folder, &nation->folder, err) || !read_part(nation, "attestation.json", &nation->attestation, err) ||
      !read_part(nation, "policy.json", &nation->policy, err) ||
      !read_part(nation, "validity.json", &nation->validity, err) || !check_texts(nation, err))
    return false;
  *out = tc_steal(&nation);
  return true;
}

void tc_nation_destroy(tc_nation *nation)
{
  if (nation == NULL)
    return;
  tc_json_release(nation->attestation);
  tc_json_release(nation->policy);
  tc_json_release(nation->validity);
  free(nation->folder);
  free(nation);
}

const char *tc_nation_folder(const tc_nation *nation) { return nation->folder; }
const tc_json *tc_nation_attestation(const tc_nation *nation) { return nation->attestation; }

const char *tc_nation_text(const tc_nation *nation, const char *key)
{
  const char *text = tc_json_get_text(nation->attestation, key, NULL);
  assert(text != NULL);
  return text;
}

int tc_nation_utc_offset(const tc_nation *nation)
{
  return (int)tc_json_get_integer(nation->attestation, "utc_offset_minutes", 0);
}

int64_t tc_nation_fee(const tc_nation *nation, int pages, int copies)
{
  const tc_json *fee = tc_json_get(nation->policy, "fee");
  int first_pages = (int)tc_json_get_integer(fee, "first_pages", 0);
  int first = pages < first_pages ? pages : first_pages;
  int64_t sum = first * tc_json_get_integer(fee, "first_pages_each", 0) +
                (int64_t)(pages - first) * tc_json_get_integer(fee, "further_pages_each", 0);
  int64_t most = tc_json_get_integer(fee, "most", INT64_MAX);
  return (sum < most ? sum : most) * copies;
}

tc_json *tc_nation_clock(const tc_nation *nation, int64_t when)
{
  int offset = tc_nation_utc_offset(nation);
  time_t local = (time_t)(when + (int64_t)offset * 60);
  struct tm tm;
  gmtime_r(&local, &tm);
  char text[64];
  tc_json *clock = tc_json_object();
  strftime(text, sizeof text, "%d", &tm);
  tc_json_set_text(clock, "dd", text);
  strftime(text, sizeof text, "%m", &tm);
  tc_json_set_text(clock, "mm", text);
  tc_json_set_integer(clock, "yyyy", tm.tm_year + 1900);
  strftime(text, sizeof text, "%Y-%m-%d", &tm);
  tc_json_set_text(clock, "date", text);
  size_t used = strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &tm);
  snprintf(text + used, sizeof text - used, "%c%02d:%02d", offset < 0 ? '-' : '+', abs(offset) / 60, abs(offset) % 60);
  tc_json_set_text(clock, "time_iso", text);
  return clock;
}

bool tc_nation_valid_until(const tc_nation *nation, const char *document_type, const tc_json *fields, char out[11])
{
  const tc_json *rule = tc_json_get(nation->validity, document_type);
  const char *from = tc_json_get_text(rule, "from", "");
  const char *date = tc_json_get_text(tc_json_get(fields, from), "value", "");
  int day, month, year;
  if (sscanf(date, "%2d/%2d/%4d", &day, &month, &year) != 3)
    return false;
  month += (int)tc_json_get_integer(rule, "months", 0);
  struct tm tm = {.tm_mday = day, .tm_mon = month - 1, .tm_year = year - 1900, .tm_hour = 12};
  time_t end = timegm(&tm);
  gmtime_r(&end, &tm);
  return strftime(out, 11, "%Y-%m-%d", &tm) == 10;
}
