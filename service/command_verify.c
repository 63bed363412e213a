/*
 * truecopy verify: what anybody asks of a signed PDF, in four answers.
 */
#include "service/command_table.h"

#include "base/file.h"
#include "pipeline/verify_report.h"
#include "service/open.h"
#include "service/output.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { TRUST_MAX = 64, STATUS_UNREADABLE = 3 };

typedef struct arguments {
  tc_app_options app;
  bool json, explain;
  const char *report, *language; /* NULL: none; the nation's own */
  const char *trust[TRUST_MAX];
  size_t trust_count;
  char **files;
  size_t file_count;
} arguments;

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
  arguments *a = state->input;
  switch (key) {
  case ARGP_KEY_INIT:
    state->child_inputs[0] = &a->app;
    return 0;
  case 'j':
    a->json = true;
    return 0;
  case 'x':
    a->explain = true;
    return 0;
  case 'r':
    a->report = argument;
    return 0;
  case 'l':
    a->language = argument;
    return 0;
  case 't':
    if (a->trust_count == TRUST_MAX)
      argp_error(state, "more than %d paths of trust", TRUST_MAX);
    a->trust[a->trust_count++] = argument;
    return 0;
  case ARGP_KEY_ARGS:
    a->files = state->argv + state->next;
    a->file_count = (size_t)(state->argc - state->next);
    if (a->report != NULL && a->file_count > 1)
      argp_error(state, "a report is of one file");
    return 0;
  case ARGP_KEY_NO_ARGS:
    argp_usage(state);
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp_option options[] = {
    {"trust", 't', "PATH", 0, "A file or folder of root certificates, helping certificates and CRLs; may be repeated",
     0},
    {"json", 'j', NULL, 0, "One JSON object a line for each file", 0},
    {"report", 'r', "FILE", 0, "Write the result as a PDF/A for people, too", 0},
    {"language", 'l', "CODE", 0, "Of the report: vi, en; without, the nation's own", 0},
    {"explain", 'x', NULL, 0, "What was looked at in each signature, for an expert", 0},
    {0}};
static const struct argp_child children[] = {{&tc_app_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {options,
                                 parse_option,
                                 "FILE...",
                                 "Verifies the signatures of PDF files. Exit status: 0 valid, 1 invalid, 2 "
                                 "indeterminate, 3 unreadable; of several files the highest.",
                                 children,
                                 NULL,
                                 NULL};

static int status_of(const tc_json *result)
{
  const char *verdict = tc_json_get_text(result, "verdict", "");
  return strcmp(verdict, "valid") == 0 ? 0 : strcmp(verdict, "invalid") == 0 ? 1 : 2;
}

/* One signature: what it covers, how it was made, and each check with its reason. */
static void explain_signature(const tc_json *s)
{
  printf("    field %s, %s %s, covers the %s, %s, time from %s\n", tc_json_get_text(s, "field", "?"),
         tc_json_get_text(s, "kind", "?"), tc_json_get_text(s, "sub_filter", "?"), tc_json_get_text(s, "coverage", "?"),
         tc_json_get_text(s, "algorithm", "?"), tc_json_get_text(s, "time_source", "none"));
  const tc_json *checks = tc_json_get(s, "checks");
  for (size_t i = 0; i < tc_json_count(checks); i++)
    printf("    %-20s %-8s %s\n", tc_json_get_text(tc_json_at(checks, i), "name", ""),
           tc_json_get_text(tc_json_at(checks, i), "result", ""),
           tc_json_get_text(tc_json_at(checks, i), "reason", ""));
}

static void print_human(const char *file, const tc_json *result, bool explain)
{
  printf("%s: %s\n", file, tc_json_get_text(result, "verdict", ""));
  static const struct {
    const char *key, *question;
  } answers[] = {{"intact", "the file is unchanged since it was signed"},
                 {"trusted", "the signers are known, and were entitled when they signed"},
                 {"in_force", "the copy is in force"},
                 {"paper_valid", "the paper itself is within its validity"}};
  for (size_t i = 0; i < TC_ARRAY_LEN(answers); i++)
    printf("  %-8s %s\n", tc_json_get_text(result, answers[i].key, ""), answers[i].question);
  const tc_json *signatures = tc_json_get(result, "signatures");
  for (size_t i = 0; i < tc_json_count(signatures); i++) {
    const tc_json *s = tc_json_at(signatures, i);
    printf("  signed by %s, %s, %s\n", tc_json_get_text(s, "signer", "?"), tc_json_get_text(s, "level", "?"),
           tc_json_get_text(s, "signing_time", "time unknown"));
    if (explain)
      explain_signature(s);
  }
  const tc_json *findings = tc_json_get(result, "findings");
  for (size_t i = 0; i < tc_json_count(findings); i++)
    printf("  %s: %s (%s)\n", tc_json_get_text(tc_json_at(findings, i), "severity", ""),
           tc_json_get_text(tc_json_at(findings, i), "code", ""),
           tc_json_get_text(tc_json_at(findings, i), "detail", ""));
}

static void print_json(const char *file, const tc_json *result)
{
  tc_auto(tc_json) line = tc_output_of_file(file, result);
  tc_output_print(line);
}

static bool write_report(const arguments *a, const tc_app *app, tc_worker_pool *pool, const tc_json *result,
                         tc_error *err)
{
  tc_auto(tc_nation) nation = NULL;
  tc_auto(tc_json) reasons = NULL;
  tc_auto(tc_str) path = NULL;
  tc_auto(tc_draft) draft = {.fd = -1};
  if (!tc_open_nation(app, &nation, err) || !tc_str_printf(&path, err, "%s/reasons.json", tc_nation_folder(nation)) ||
      !tc_verify_reasons_load(path, &reasons, err) || !tc_draft_begin(a->report, 0644, &draft, err))
    return false;
  tc_verify_report_options how = {.reasons = reasons,
                                  .language = a->language != NULL ? a->language : tc_nation_text(nation, "lang"),
                                  .file = a->files[0],
                                  .result = result,
                                  .now = (int64_t)time(NULL)};
  return tc_verify_report(pool, &how, draft.fd, err) && tc_draft_commit(&draft, err);
}

static int status_of_error(const tc_error *err)
{
  int status = tc_code_info(err->code)->exit_status;
  return status > STATUS_UNREADABLE ? status : STATUS_UNREADABLE;
}

static int print_error(const arguments *a, const char *file, const tc_error *err)
{
  tc_auto(tc_json) error = NULL;
  if (a->json) {
    error = tc_output_of_error(err);
    print_json(file, error);
  } else {
    fprintf(stderr, "truecopy: %s: %s\n", file, err->message);
  }
  return status_of_error(err);
}

/* The result is told first, whatever becomes of its report. */
static int verify_one(const arguments *a, const tc_app *app, tc_worker_pool *pool, const tc_certs *material,
                      const char *file)
{
  tc_error err = {0};
  tc_auto(tc_fd) fd = -1;
  off_t size;
  tc_auto(tc_json) result = NULL;
  if (!tc_file_open(file, &fd, &size, &err) || !tc_verify_file(pool, fd, material, &result, &err))
    return print_error(a, file, &err);
  if (a->json)
    print_json(file, result);
  else
    print_human(file, result, a->explain);
  int status = status_of(result);
  if (a->report == NULL || write_report(a, app, pool, result, &err))
    return status;
  fprintf(stderr, "truecopy: %s: %s\n", a->report, err.message);
  return status_of_error(&err) > status ? status_of_error(&err) : status;
}

static int verify_all(const arguments *a, const tc_app *app)
{
  tc_error err = {0};
  tc_auto(tc_certs) material = NULL;
  tc_auto(tc_worker_pool) pool = NULL;
  if (!tc_certs_create(&material, &err))
    return tc_app_report(&err);
  for (size_t i = 0; i < a->trust_count; i++)
    if (!tc_certs_add_path(material, a->trust[i], &err))
      return tc_app_report(&err);
  if (!tc_open_workers(app, &pool, &err))
    return tc_app_report(&err);
  int status = 0;
  for (size_t i = 0; i < a->file_count; i++) {
    int one = verify_one(a, app, pool, material, a->files[i]);
    status = one > status ? one : status;
  }
  return status;
}

int tc_command_verify(int argc, char **argv)
{
  arguments a = {0};
  tc_auto(tc_app) app = {0};
  int status = 0;
  tc_app_line line = {argc, argv, &argp, &a, &a.app};
  return tc_app_start(&line, &app, &status) ? verify_all(&a, &app) : status;
}
