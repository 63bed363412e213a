/*
 * truecopy sign: PAdES on a PDF that exists (a born-digital result), by incremental update: not a byte before the
 * signature changes. The signed file grows on the disk beside its name, so that memory does not grow with it.
 */
#include "service/command_table.h"

#include "base/file.h"
#include "pdf/signature.h"
#include "pipeline/level.h"
#include "pipeline/tasks.h"
#include "service/open.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

typedef struct arguments {
  tc_app_options app;
  const char *as, *reason, *location, *field, *level, *stamp, *seal, *page;
  bool certify, lock;
  const char *in, *out;
} arguments;

enum {
  KEY_AS = 0x2000,
  KEY_REASON,
  KEY_LOCATION,
  KEY_FIELD,
  KEY_CERTIFY,
  KEY_LOCK,
  KEY_NO_STAMP,
  KEY_LEVEL,
  KEY_STAMP,
  KEY_SEAL,
  KEY_PAGE
};

static error_t parse_file(arguments *a, char *argument, struct argp_state *state)
{
  if (a->in == NULL)
    a->in = argument;
  else if (a->out == NULL)
    a->out = argument;
  else
    argp_usage(state);
  return 0;
}

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
  arguments *a = state->input;
  switch (key) {
  case ARGP_KEY_INIT:
    state->child_inputs[0] = &a->app;
    return 0;
  case KEY_AS:
    a->as = argument;
    return 0;
  case KEY_REASON:
    a->reason = argument;
    return 0;
  case KEY_LOCATION:
    a->location = argument;
    return 0;
  case KEY_FIELD:
    a->field = argument;
    return 0;
  case KEY_CERTIFY:
    a->certify = true;
    return 0;
  case KEY_LOCK:
    a->lock = true;
    return 0;
  case KEY_NO_STAMP:
    a->level = "B";
    return 0;
  case KEY_LEVEL:
    a->level = argument;
    return 0;
  case KEY_STAMP:
    a->stamp = argument;
    return 0;
  case KEY_SEAL:
    a->seal = argument;
    return 0;
  case KEY_PAGE:
    a->page = argument;
    return 0;
  case ARGP_KEY_ARG:
    return parse_file(a, argument, state);
  case ARGP_KEY_END:
    if (a->out == NULL)
      argp_usage(state);
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp_option options[] = {
    {"as", KEY_AS, "ROLE", 0, "Whose key signs: certifier (default), agency or officer", 0},
    {"reason", KEY_REASON, "TEXT", 0, "Why, for the signature dictionary", 0},
    {"location", KEY_LOCATION, "TEXT", 0, "Where, for the signature dictionary", 0},
    {"field", KEY_FIELD, "NAME", 0, "Sign this field: an empty one of the document, or a new one of that name", 0},
    {"certify", KEY_CERTIFY, NULL, 0, "A certification signature: afterwards only further signatures are allowed", 0},
    {"lock", KEY_LOCK, NULL, 0, "Lock all fields that are there", 0},
    {"level", KEY_LEVEL, "LEVEL", 0,
     "PAdES level: B, T, LT or LTA; the default is the setting signing.level, or B without a time-stamp server", 0},
    {"stamp", KEY_STAMP, "X,Y[,W,H]", 0,
     "Show the signature: signer, time, reason and place, with its lower left corner X points from the left and Y from "
     "the bottom of the page as it is seen, W by H points (220 by 70); \"field\": in the field's own rectangle",
     0},
    {"page", KEY_PAGE, "N", 0, "The page that shows it; 1 is the first and the default, -1 the last", 0},
    {"seal", KEY_SEAL, "FILE", 0,
     "A picture beside the text of the stamp (JPEG, PNG or TIFF); white lets the page through", 0},
    {"no-stamp", KEY_NO_STAMP, NULL, 0, "No time-stamp: the same as --level B", 0},
    {0}};
static const struct argp_child children[] = {{&tc_app_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {
    options, parse_option, "IN.pdf OUT.pdf", "Signs a PDF by incremental update.", children, NULL, NULL};

static bool role_of(const char *name, tc_role *out, tc_error *err)
{
  for (tc_role role = 0; role < TC_ROLE_COUNT; role++)
    if (name == NULL ? role == TC_ROLE_CERTIFIER : strcmp(name, tc_role_name(role)) == 0) {
      *out = role;
      return true;
    }
  return tc_fail(err, TC_USAGE, "--as %s: the roles are certifier, agency and officer", name);
}

typedef struct signing {
  const arguments *arguments;
  tc_nation *nation;
  const tc_settings *settings;
  tc_keyring *keyring;
  tc_worker_pool *pool;
  tc_role role;
  tc_level level;
} signing;

static void signing_finish(signing *s)
{
  tc_worker_pool_destroy(s->pool);
  tc_keyring_close(s->keyring);
  tc_nation_destroy(s->nation);
}
TC_AUTO_VALUE(signing, signing_finish);

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
static bool describe_stamp(const signing *s, time_t when, tc_json **out, tc_error *err)
{
  const arguments *a = s->arguments;
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

static bool prepare(const signing *s, int in_fd, int out_fd, tc_json **out, tc_error *err)
{
  const arguments *a = s->arguments;
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

static bool fill(const signing *s, const tc_json *prepared, const tc_keyring_request *request, int fd, tc_error *err)
{
  tc_auto(tc_buf) cms = {0};
  tc_pdf_prepared place = {.contents_offset = (off_t)tc_json_get_integer(prepared, "contents_offset", -1),
                           .contents_size = (size_t)tc_json_get_integer(prepared, "contents_size", 0)};
  for (size_t i = 0; i < 4; i++)
    place.range[i] = (off_t)tc_json_as_number(tc_json_at(tc_json_get(prepared, "range"), i), 0);
  return tc_keyring_sign(s->keyring, request, &cms, err) && tc_pdf_signature_fill(fd, &place, tc_buf_bytes(&cms), err);
}

/* The level that was asked for, or an error: a file of a lower one is not what was wanted. */
static bool raise_level(const signing *s, int fd, tc_error *err)
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

static bool sign(const signing *s, tc_error *err)
{
  const arguments *a = s->arguments;
  tc_auto(tc_fd) in_fd = -1;
  tc_auto(tc_draft) out = {.fd = -1};
  off_t size;
  tc_auto(tc_json) prepared = NULL;
  tc_digest digest;
  if (!tc_keyring_check(s->keyring, s->role, err) || !tc_file_open(a->in, &in_fd, &size, err))
    return false;
  if (!tc_draft_begin(a->out, 0644, &out, err))
    return false;
  if (!prepare(s, in_fd, out.fd, &prepared, err) ||
      !tc_digest_from_hex(tc_json_get_text(prepared, "digest", ""), &digest, err))
    return tc_error_prefix(err, "%s", a->in);
  tc_hash_value content;
  bool other = false;
  if (!tc_prepared_content(prepared, &content, &other, err))
    return false;
  tc_keyring_request request = {
      .role = s->role, .digest = &digest, .content = other ? &content : NULL, .stamped = s->level >= TC_LEVEL_T};
  return fill(s, prepared, &request, out.fd, err) && raise_level(s, out.fd, err) && tc_draft_commit(&out, err);
}

static bool level_of(const signing *s, const char *name, tc_level *out, tc_error *err)
{
  bool has_server = tc_keyring_stamp_limit(s->keyring) > 0;
  if (name == NULL)
    name = has_server ? tc_settings_text(s->settings, "signing.level") : "B";
  if (!tc_level_from_name(name, out, err))
    return false;
  return has_server || *out == TC_LEVEL_B ||
         tc_fail(err, TC_CONFIG, "level %s needs a time-stamp server, and none is set (signing.tsa_url)", name);
}

int tc_command_sign(int argc, char **argv)
{
  arguments a = {0};
  tc_auto(tc_app) app = {0};
  int status = 0;
  tc_app_line line = {argc, argv, &argp, &a, &a.app};
  if (!tc_app_start(&line, &app, &status))
    return status;
  tc_error err = {0};
  tc_auto(signing) s = {.arguments = &a, .settings = app.settings};
  bool ok = role_of(a.as, &s.role, &err) && tc_open_nation(&app, &s.nation, &err) &&
            tc_open_keyring(&app, s.nation, &s.keyring, &err) && level_of(&s, a.level, &s.level, &err) &&
            tc_open_workers(&app, &s.pool, &err) && sign(&s, &err);
  return ok ? 0 : tc_app_report(&err);
}
