/*
 * truecopy sign: PAdES on PDFs that exist (born-digital results; service/sign_file.h). Many files are one call and one
 * login; what is wrong with one of them leaves the others alone.
 */
#include "service/command_table.h"

#include "base/file.h"
#include "base/queue.h"
#include "service/open.h"
#include "service/output.h"
#include "service/sign_file.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

typedef struct arguments {
  tc_app_options app;
  tc_sign_options how;
  const char *as, *level, *out;
  bool json;
  char **files;
  size_t file_count;
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
    a->how.reason = argument;
    return 0;
  case KEY_LOCATION:
    a->how.location = argument;
    return 0;
  case KEY_FIELD:
    a->how.field = argument;
    return 0;
  case KEY_CERTIFY:
    a->how.certify = true;
    return 0;
  case KEY_LOCK:
    a->how.lock = true;
    return 0;
  case KEY_NO_STAMP:
    a->level = "B";
    return 0;
  case KEY_LEVEL:
    a->level = argument;
    return 0;
  case KEY_STAMP:
    a->how.stamp = argument;
    return 0;
  case KEY_SEAL:
    a->how.seal = argument;
    return 0;
  case KEY_PAGE:
    a->how.page = argument;
    return 0;
  case 'j':
    a->json = true;
    return 0;
  case 'o':
    a->out = argument;
    return 0;
  case ARGP_KEY_ARGS:
    a->files = state->argv + state->next;
    a->file_count = (size_t)(state->argc - state->next);
    return 0;
  case ARGP_KEY_END:
    if (a->file_count == 0 || (a->out == NULL && a->file_count != 2))
      argp_error(state, "give IN.pdf and OUT.pdf, or --out DIR and the files to sign");
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
    {"out", 'o', "DIR", 0, "Sign every FILE, into this folder under its own name: one login, many signatures", 0},
    {"json", 'j', NULL, 0, "One JSON object a line for each file", 0},
    {"no-stamp", KEY_NO_STAMP, NULL, 0, "No time-stamp: the same as --level B", 0},
    {0}};
static const struct argp_child children[] = {{&tc_app_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {
    options, parse_option, "IN.pdf OUT.pdf\n--out DIR FILE...", "Signs PDFs by incremental update.", children,
    NULL,    NULL};

static bool role_of(const char *name, tc_role *out, tc_error *err)
{
  for (tc_role role = 0; role < TC_ROLE_COUNT; role++)
    if (name == NULL ? role == TC_ROLE_CERTIFIER : strcmp(name, tc_role_name(role)) == 0) {
      *out = role;
      return true;
    }
  return tc_fail(err, TC_USAGE, "--as %s: the roles are certifier, agency and officer", name);
}

static bool level_of(const tc_signing *s, const char *name, tc_level *out, tc_error *err)
{
  bool has_server = tc_keyring_stamp_limit(s->keyring) > 0;
  if (name == NULL)
    name = has_server ? tc_settings_text(s->settings, "signing.level") : "B";
  if (!tc_level_from_name(name, out, err))
    return false;
  return has_server || *out == TC_LEVEL_B ||
         tc_fail(err, TC_CONFIG, "level %s needs a time-stamp server, and none is set (signing.tsa_url)", name);
}

/* ---- The files ---- */

enum { AT_ONCE = 200 }; /* each an open file */

typedef struct row {
  const char *in;
  char *to;
  tc_draft draft; /* signed, and not at its name yet */
  tc_error error;
} row;

typedef struct batch {
  const tc_signing *signing;
  const arguments *arguments;
  row *rows;
  size_t first;         /* of those that are worked on */
  pthread_mutex_t lock; /* over standard output */
} batch;

static void batch_finish(batch *b)
{
  for (size_t i = 0; b->rows != NULL && i < b->arguments->file_count; i++) {
    tc_draft_finish(&b->rows[i].draft);
    free(b->rows[i].to);
  }
  free(b->rows);
  pthread_mutex_destroy(&b->lock);
}
TC_AUTO_VALUE(batch, batch_finish);

static void report(const batch *b, const row *r)
{
  if (b->arguments->json) {
    tc_auto(tc_json) members = r->error.code != TC_OK ? tc_output_of_error(&r->error) : tc_json_object();
    if (r->error.code == TC_OK) {
      tc_json_set_text(members, "signed", r->to);
      tc_json_set_text(members, "level", tc_level_name(b->signing->level));
    }
    tc_auto(tc_json) line = tc_output_of_file(r->in, members);
    tc_output_print(line);
  } else if (r->error.code != TC_OK) {
    bool named = strncmp(r->error.message, r->in, strlen(r->in)) == 0;
    fprintf(stderr, "truecopy: %s%s%s\n", named ? "" : r->in, named ? "" : ": ", r->error.message);
  }
}

static void start_one(size_t index, void *data)
{
  const batch *b = data;
  row *r = &b->rows[b->first + index];
  (void)!tc_sign_start(b->signing, r->in, r->to, &r->draft, &r->error);
}

static void complete_one(size_t index, void *data)
{
  batch *b = data;
  row *r = &b->rows[b->first + index];
  if (r->error.code == TC_OK)
    (void)!tc_sign_complete(b->signing, &r->draft, &r->error);
  tc_draft_finish(&r->draft);
  pthread_mutex_lock(&b->lock);
  report(b, r);
  pthread_mutex_unlock(&b->lock);
}

static const char *base_name(const char *path)
{
  const char *slash = strrchr(path, '/');
  return slash != NULL ? slash + 1 : path;
}

static bool is_same_file(const char *a, const char *b)
{
  struct stat one, other;
  return stat(a, &one) == 0 && stat(b, &other) == 0 && one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

/* Every signed file's name, before anything is signed: two files must not end as one, nor a file replace itself. */
static bool name_files(batch *b, tc_error *err)
{
  const arguments *a = b->arguments;
  b->rows = calloc(a->file_count, sizeof *b->rows);
  if (b->rows == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for %zu files", a->file_count);
  for (size_t i = 0; i < a->file_count; i++)
    b->rows[i].draft.fd = -1;
  for (size_t i = 0; i < a->file_count; i++) {
    row *r = &b->rows[i];
    r->in = a->files[i];
    if (!tc_str_printf(&r->to, err, "%s/%s", a->out, base_name(r->in)))
      return false;
    if (is_same_file(r->in, r->to))
      return tc_fail(err, TC_USAGE, "%s lies in %s itself: name another folder with --out", r->in, a->out);
    for (size_t j = 0; j < i; j++)
      if (strcmp(b->rows[j].to, r->to) == 0)
        return tc_fail(err, TC_USAGE, "%s and %s would both become %s", b->rows[j].in, r->in, r->to);
  }
  return tc_dir_make(a->out, 0755, err);
}

/* The worst file decides. */
static int status_of(const batch *b)
{
  int status = 0;
  for (size_t i = 0; i < b->arguments->file_count; i++) {
    int one = tc_code_info(b->rows[i].error.code)->exit_status;
    status = one > status ? one : status;
  }
  return status;
}

/* Some files at a time: all are signed, then all are raised, with validation data that are younger than the last. */
static bool sign_some(batch *b, size_t count, tc_error *err)
{
  size_t threads = tc_worker_pool_count(b->signing->pool) + 1;
  return tc_parallel(count, threads, start_one, b, err) && tc_parallel(count, threads, complete_one, b, err);
}

static bool sign_all(const arguments *a, const tc_signing *s, int *status, tc_error *err)
{
  if (a->out == NULL)
    return tc_sign_file(s, a->files[0], a->files[1], err);
  tc_auto(batch) b = {.signing = s, .arguments = a, .lock = PTHREAD_MUTEX_INITIALIZER};
  if (!name_files(&b, err))
    return false;
  for (; b.first < a->file_count; b.first += AT_ONCE)
    if (!sign_some(&b, a->file_count - b.first < AT_ONCE ? a->file_count - b.first : AT_ONCE, err))
      return false;
  *status = status_of(&b);
  return true;
}

static void close_all(tc_signing *s)
{
  tc_worker_pool_destroy(s->pool);
  tc_keyring_close(s->keyring);
  tc_nation_destroy(s->nation);
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
  tc_signing s = {.options = &a.how, .settings = app.settings};
  bool ok = role_of(a.as, &s.role, &err) && tc_open_nation(&app, &s.nation, &err) &&
            tc_open_keyring(&app, s.nation, &s.keyring, &err) && level_of(&s, a.level, &s.level, &err) &&
            tc_open_workers(&app, &s.pool, &err) && sign_all(&a, &s, &status, &err);
  close_all(&s);
  return ok ? status : tc_app_report(&err);
}
