#include "service/sign_file.h"

#include "base/file.h"
#include "pdf/signature.h"
#include "pipeline/tasks.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* ISO 8601 with its zone. */
static void append_time(tc_json *lines, time_t when, int offset)
{
  char text[40];
  time_t local = when + (time_t)offset * 60;
  struct tm parts;
  gmtime_r(&local, &parts);
  size_t size = strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  snprintf(text + size, sizeof text - size, "%c%02d:%02d", offset < 0 ? '-' : '+', abs(offset) / 60, abs(offset) % 60);
  tc_json_append(lines, tc_json_text(text));
}

static bool read_place(const char *text, double place[4], tc_error *err)
{
  char rest = '\0';
  place[2] = 220;
  place[3] = 70;
  if (strcmp(text, "field") == 0)
    return true;
  int read = sscanf(text, "%lf,%lf,%lf,%lf%c", &place[0], &place[1], &place[2], &place[3], &rest);
  return read == 2 || read == 4 || tc_fail(err, TC_USAGE, "--stamp %s: a place is X,Y or X,Y,W,H in points", text);
}

/* What the worker draws, and where; NULL where nothing is shown. */
static bool describe_stamp(const tc_signing *s, time_t when, tc_json **out, tc_error *err)
{
  const tc_sign_options *a = s->options;
  double place[4] = {0};
  if (a->stamp == NULL && a->seal == NULL && a->page == NULL)
    return true;
  if (a->stamp == NULL)
    return tc_fail(err, TC_USAGE, "--seal and --page belong to a stamp: say where with --stamp X,Y");
  if (strcmp(a->stamp, "field") == 0 && a->field == NULL)
    return tc_fail(err, TC_USAGE, "--stamp field needs the name of the field: --field NAME");
  if (!read_place(a->stamp, place, err))
    return false;
  tc_json *stamp = tc_json_object(), *rect = tc_json_array(), *lines = tc_json_array();
  for (size_t i = 0; i < 4; i++)
    tc_json_append(rect, tc_json_number(i < 2 ? place[i] : place[i] + place[i - 2]));
  tc_json_append(lines, tc_json_text(tc_keyring_info(s->keyring, s->role)->common_name));
  append_time(lines, when, tc_nation_utc_offset(s->nation));
  for (size_t i = 0; i < 2; i++)
    if ((i == 0 ? a->reason : a->location) != NULL)
      tc_json_append(lines, tc_json_text(i == 0 ? a->reason : a->location));
  tc_json_set(stamp, "rect", rect);
  tc_json_set(stamp, "lines", lines);
  *out = stamp;
  return true;
}

static bool page_of(const char *text, int64_t *out, tc_error *err)
{
  char *end = NULL;
  long page = text != NULL ? strtol(text, &end, 10) : 1;
  *out = page > 0 ? page - 1 : page;
  return (page != 0 && (text == NULL || (*end == '\0' && end != text))) ||
         tc_fail(err, TC_USAGE, "--page %s: pages count from 1, or from -1 backwards", text);
}

static bool prepare(const tc_signing *s, int in_fd, int out_fd, tc_json **out, tc_error *err)
{
  const tc_sign_options *a = s->options;
  size_t contents = 0;
  int64_t page = 0;
  off_t size;
  time_t now = time(NULL);
  tc_auto(tc_fd) seal = -1;
  tc_auto(tc_json) stamp = NULL;
  if (!tc_keyring_size_limit(s->keyring, s->role, &contents, err) || !describe_stamp(s, now, &stamp, err) ||
      !page_of(a->page, &page, err) || (a->seal != NULL && !tc_file_open(a->seal, &seal, &size, err)))
    return false;
  tc_auto(tc_json) given = tc_json_object();
  if (stamp != NULL)
    tc_json_set(given, "stamp", tc_steal(&stamp));
  tc_json_set_integer(given, "page", page);
  tc_json_set_text(given, "field_name", a->field);
  tc_json_set_integer(given, "signed_at", (int64_t)now);
  tc_json_set_integer(given, "utc_offset_minutes", tc_nation_utc_offset(s->nation));
  tc_json_set_text(given, "name", tc_keyring_info(s->keyring, s->role)->common_name);
  tc_json_set_text(given, "reason", a->reason);
  tc_json_set_text(given, "location", a->location);
  tc_json_set_integer(given, "docmdp", a->certify ? 2 : 0);
  tc_json_set_boolean(given, "lock", a->lock);
  tc_json_set_integer(given, "hash", (int64_t)tc_keyring_hash(s->settings));
  tc_json_set_integer(given, "contents_size", (int64_t)contents);
  const int fds[] = {in_fd, seal};
  tc_worker_call_options call = {.task = "prepare",
                                 .arguments = given,
                                 .fds = fds,
                                 .fd_count = seal >= 0 ? 2 : 1,
                                 .outputs = &out_fd,
                                 .output_count = 1};
  tc_auto(tc_worker_answer) answer = {0};
  if (!tc_worker_pool_call(s->pool, &call, &answer, err))
    return false;
  *out = tc_steal(&answer.result);
  return true;
}

static bool fill(const tc_signing *s, const tc_json *prepared, const tc_keyring_request *request, int fd, tc_error *err)
{
  tc_auto(tc_buf) cms = {0};
  tc_pdf_prepared place = {.contents_offset = (off_t)tc_json_get_integer(prepared, "contents_offset", -1),
                           .contents_size = (size_t)tc_json_get_integer(prepared, "contents_size", 0)};
  for (size_t i = 0; i < 4; i++)
    place.range[i] = (off_t)tc_json_as_number(tc_json_at(tc_json_get(prepared, "range"), i), 0);
  return tc_keyring_sign(s->keyring, request, &cms, err) && tc_pdf_signature_fill(fd, &place, tc_buf_bytes(&cms), err);
}

/* The level that was asked for, or an error: a file of a lower one is not what was wanted. */
static bool raise_level(const tc_signing *s, int fd, tc_error *err)
{
  tc_level_request request = {
      .pool = s->pool, .keyring = s->keyring, .settings = s->settings, .fd = fd, .wanted = s->level, .only_last = true};
  tc_level_reached reached = {0};
  if (s->level <= TC_LEVEL_T)
    return true;
  if (!tc_level_raise(&request, &reached, err))
    return false;
  if (reached.level == s->level)
    return true;
  return tc_error_set(err, reached.why.code, reached.why.sys_errno, reached.why.where,
                      "level %s could not be reached (--level names another): %s", tc_level_name(s->level),
                      reached.why.message);
}

bool tc_sign_start(const tc_signing *s, const char *in, const char *to, tc_draft *draft, tc_error *err)
{
  tc_auto(tc_fd) in_fd = -1;
  tc_auto(tc_draft) out = {.fd = -1};
  off_t size;
  tc_auto(tc_json) prepared = NULL;
  tc_digest digest;
  if (!tc_keyring_check(s->keyring, s->role, err) || !tc_file_open(in, &in_fd, &size, err))
    return false;
  if (!tc_draft_begin(to, 0644, &out, err))
    return false;
  if (!prepare(s, in_fd, out.fd, &prepared, err) ||
      !tc_digest_from_hex(tc_json_get_text(prepared, "digest", ""), &digest, err))
    return tc_error_prefix(err, "%s", in);
  tc_hash_value content;
  bool other = false;
  if (!tc_prepared_content(prepared, &content, &other, err))
    return false;
  tc_keyring_request request = {
      .role = s->role, .digest = &digest, .content = other ? &content : NULL, .stamped = s->level >= TC_LEVEL_T};
  if (!fill(s, prepared, &request, out.fd, err))
    return false;
  *draft = out;
  out = (tc_draft){.fd = -1};
  return true;
}

bool tc_sign_complete(const tc_signing *s, tc_draft *draft, tc_error *err)
{
  return raise_level(s, draft->fd, err) && tc_draft_commit(draft, err);
}

bool tc_sign_file(const tc_signing *s, const char *in, const char *to, tc_error *err)
{
  tc_auto(tc_draft) draft = {.fd = -1};
  return tc_sign_start(s, in, to, &draft, err) && tc_sign_complete(s, &draft, err);
}
