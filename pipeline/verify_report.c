#include "pipeline/verify_report.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { REASONS_LIMIT = 1 << 20, FINDINGS_MAX = 100, SIGNATURES_MAX = 150 };

bool tc_verify_reasons_load(const char *path, tc_json **out, tc_error *err)
{
  tc_auto(tc_json) rows = NULL;
  tc_auto(tc_json) table = tc_json_object();
  if (!tc_json_read_file(path, REASONS_LIMIT, &rows, err))
    return false;
  for (size_t i = 0; i < tc_json_count(rows); i++) {
    const tc_json *row = tc_json_at(rows, i);
    tc_json_set(table, tc_json_get_text(row, "code", ""), tc_json_keep((tc_json *)(uintptr_t)row));
  }
  if (tc_json_count(table) == 0)
    return tc_fail(err, TC_CONFIG, "%s: no reasons", path);
  *out = tc_steal(&table);
  return true;
}

/* What a code is, or its next step, in the report's language; the code itself where the table has no words for it. */
static const char *word(const tc_verify_report_options *o, const char *code, bool next)
{
  char key[24]; /* has_language looks that it fits */
  snprintf(key, sizeof key, "%s%.16s", next ? "next_" : "", o->language);
  return tc_json_get_text(tc_json_get(o->reasons, code), key, next ? "" : code);
}

static bool add_row(tc_json *rows, const char *label, const char *value)
{
  tc_json *row = tc_json_object();
  tc_json_set_text(row, "label", label);
  tc_json_set_text(row, "value", value != NULL && *value != '\0' ? value : "–");
  return tc_json_append(rows, row);
}

static void add_answers(const tc_verify_report_options *o, tc_json *rows)
{
  static const char *const questions[] = {"intact", "trusted", "in_force", "paper_valid"};
  for (size_t i = 0; i < TC_ARRAY_LEN(questions); i++) {
    char question[40], answer[40];
    snprintf(question, sizeof question, "question_%s", questions[i]);
    snprintf(answer, sizeof answer, "answer_%.20s", tc_json_get_text(o->result, questions[i], "unknown"));
    add_row(rows, word(o, question, false), word(o, answer, false));
  }
}

static bool add_rest(tc_json *rows, const char *label, size_t count, tc_error *err)
{
  tc_auto(tc_str) rest = NULL;
  if (!tc_str_printf(&rest, err, "… + %zu", count))
    return false;
  return add_row(rows, label, rest) || tc_fail(err, TC_NO_MEMORY, "no memory for a report");
}

static bool add_signatures(const tc_verify_report_options *o, tc_json *rows, tc_error *err)
{
  const tc_json *signatures = tc_json_get(o->result, "signatures");
  size_t count = tc_json_count(signatures);
  for (size_t i = 0; i < count && i < SIGNATURES_MAX; i++) {
    const tc_json *s = tc_json_at(signatures, i);
    const char *organization = tc_json_get_text(s, "organization", "");
    char answer[40];
    tc_auto(tc_str) label = NULL;
    tc_auto(tc_str) value = NULL;
    snprintf(answer, sizeof answer, "answer_%.20s", tc_json_get_text(s, "trusted", "unknown"));
    if (!tc_str_printf(&label, err, "%s %zu", word(o, "report_signature", false), i + 1) ||
        !tc_str_printf(&value, err, "%s%s%s; %s; %s; %s: %s", tc_json_get_text(s, "signer", "?"),
                       *organization != '\0' ? ", " : "", organization, tc_json_get_text(s, "level", ""),
                       tc_json_get_text(s, "signing_time", "–"), word(o, "report_signer_known", false),
                       word(o, answer, false)))
      return false;
    add_row(rows, label, value);
  }
  return count <= SIGNATURES_MAX || add_rest(rows, word(o, "report_signature", false), count - SIGNATURES_MAX, err);
}

static void file_rows(const tc_verify_report_options *o, tc_json *rows)
{
  const tc_json *copy = tc_json_get(o->result, "copy");
  const char *slash = strrchr(o->file, '/'), *number = tc_json_get_text(copy, "number", NULL);
  time_t now = (time_t)o->now;
  struct tm utc;
  char when[32] = "";
  if (gmtime_r(&now, &utc) != NULL)
    strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", &utc);
  add_row(rows, word(o, "report_file", false), slash != NULL ? slash + 1 : o->file);
  add_row(rows, word(o, "report_digest", false), tc_json_get_text(o->result, "digest", ""));
  add_row(rows, word(o, "report_time", false), when);
  if (number != NULL)
    add_row(rows, word(o, "report_number", false), number);
}

static bool add_findings(const tc_verify_report_options *o, tc_json *texts, tc_error *err)
{
  const tc_json *findings = tc_json_get(o->result, "findings");
  size_t count = tc_json_count(findings);
  for (size_t i = 0; i < count && i < FINDINGS_MAX; i++) {
    const char *code = tc_json_get_text(tc_json_at(findings, i), "code", "");
    tc_auto(tc_str) text = NULL;
    if (!tc_str_printf(&text, err, "• %s %s (%s)", word(o, code, false), word(o, code, true), code))
      return false;
    tc_json_append(texts, tc_json_text(text));
  }
  if (count > FINDINGS_MAX) {
    tc_auto(tc_str) rest = NULL;
    if (!tc_str_printf(&rest, err, "… + %zu", count - FINDINGS_MAX))
      return false;
    tc_json_append(texts, tc_json_text(rest));
  }
  return true;
}

static bool fill(const tc_verify_report_options *o, tc_json *arguments, tc_error *err)
{
  const char *advice = tc_json_get_text(o->result, "advice", "");
  tc_json *opening = tc_json_array(), *rows = tc_json_array(), *closing = tc_json_array(), *notes = tc_json_array();
  tc_json_set(arguments, "opening", opening);
  tc_json_set(arguments, "rows", rows);
  tc_json_set(arguments, "closing", closing);
  tc_json_set(arguments, "notes", notes);
  tc_json_set_text(arguments, "title", word(o, "report_title", false));
  tc_json_set_text(arguments, "language", o->language);
  tc_json_set_text(arguments, "producer", "truecopy " TC_VERSION);
  tc_json_set_integer(arguments, "created", o->now);
  tc_json_append(opening, tc_json_text(word(o, advice, false)));
  tc_json_append(opening, tc_json_text(word(o, advice, true)));
  file_rows(o, rows);
  add_answers(o, rows);
  return tc_json_append(notes, tc_json_text(word(o, "report_note", false))) && add_signatures(o, rows, err) &&
         add_findings(o, closing, err);
}

/* A language has words and next steps; the other keys of a row are none. */
static bool has_language(const tc_verify_report_options *o)
{
  char next[24];
  const tc_json *title = tc_json_get(o->reasons, "report_title");
  int size = snprintf(next, sizeof next, "next_%s", o->language);
  return strncmp(o->language, "next_", 5) != 0 && size > 0 && (size_t)size < sizeof next &&
         tc_json_get_text(title, o->language, NULL) != NULL && tc_json_get_text(title, next, NULL) != NULL;
}

bool tc_verify_report_texts(const tc_verify_report_options *options, tc_json **out, tc_error *err)
{
  tc_auto(tc_json) arguments = tc_json_object();
  if (!has_language(options))
    return tc_fail(err, TC_USAGE, "there are no words in the language \"%s\"", options->language);
  if (!fill(options, arguments, err))
    return false;
  *out = tc_steal(&arguments);
  return true;
}

bool tc_verify_report(tc_worker_pool *pool, const tc_verify_report_options *options, int out_fd, tc_error *err)
{
  tc_auto(tc_json) arguments = NULL;
  tc_auto(tc_worker_answer) answer = {0};
  if (!tc_verify_report_texts(options, &arguments, err))
    return false;
  tc_worker_call_options call = {.task = "report", .arguments = arguments, .outputs = &out_fd, .output_count = 1};
  return tc_worker_pool_call(pool, &call, &answer, err);
}
