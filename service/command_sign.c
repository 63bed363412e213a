/*
 * truecopy sign: PAdES on a PDF that exists (a born-digital result), by incremental update: not a byte before the
 * signature changes.
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
  const char *as, *reason, *location, *field, *level;
  bool certify, lock;
  const char *in, *out;
} arguments;

enum { KEY_AS = 0x2000, KEY_REASON, KEY_LOCATION, KEY_FIELD, KEY_CERTIFY, KEY_LOCK, KEY_NO_STAMP, KEY_LEVEL };

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
    {"no-stamp", KEY_NO_STAMP, NULL, 0, "The same as --level B", 0},
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

static bool prepare(const signing *s, int in_fd, int out_fd, tc_json **out, tc_error *err)
{
  const arguments *a = s->arguments;
  size_t contents = 0;
  if (!tc_keyring_size_limit(s->keyring, s->role, &contents, err))
    return false;
  tc_auto(tc_json) given = tc_json_object();
  tc_json_set_text(given, "field_name", a->field);
  tc_json_set_integer(given, "signed_at", (int64_t)time(NULL));
  tc_json_set_integer(given, "utc_offset_minutes", tc_nation_utc_offset(s->nation));
  tc_json_set_text(given, "name", tc_keyring_info(s->keyring, s->role)->common_name);
  tc_json_set_text(given, "reason", a->reason);
  tc_json_set_text(given, "location", a->location);
  tc_json_set_integer(given, "docmdp", a->certify ? 2 : 0);
  tc_json_set_boolean(given, "lock", a->lock);
  tc_json_set_integer(given, "hash", (int64_t)tc_keyring_hash(s->settings));
  tc_json_set_integer(given, "contents_size", (int64_t)contents);
  tc_worker_call_options call = {
      .task = "prepare", .arguments = given, .fds = &in_fd, .fd_count = 1, .outputs = &out_fd, .output_count = 1};
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
  tc_auto(tc_fd) out_fd = -1;
  off_t size;
  tc_auto(tc_json) prepared = NULL;
  tc_digest digest;
  if (!tc_keyring_check(s->keyring, s->role, err) || !tc_file_open(a->in, &in_fd, &size, err))
    return false;
  if (!tc_memfd("signed", &out_fd, err) || !prepare(s, in_fd, out_fd, &prepared, err) ||
      !tc_digest_from_hex(tc_json_get_text(prepared, "digest", ""), &digest, err))
    return tc_error_prefix(err, "%s", a->in);
  tc_hash_value content;
  bool other = false;
  if (!tc_prepared_content(prepared, &content, &other, err))
    return false;
  tc_keyring_request request = {
      .role = s->role, .digest = &digest, .content = other ? &content : NULL, .stamped = s->level >= TC_LEVEL_T};
  return fill(s, prepared, &request, out_fd, err) && raise_level(s, out_fd, err) &&
         tc_file_write_fd(a->out, out_fd, 0644, err);
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
