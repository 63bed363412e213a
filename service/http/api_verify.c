/*
 * Verifying for people: a page that works without script (a form, and its answer in the four questions), and the
 * page where a copy's QR code leads, which shows standing and code alone and no personal data.
 * The words come from the pages' files (pages.h), those of findings from the national reason table.
 */
#include "service/http/api.h"

#include "pipeline/verify_advice.h"
#include "service/http/pages.h"

#include <stdio.h>
#include <string.h>

bool tc_api_verify(tc_call *call, int *status, tc_json **answer, tc_error *err)
{
  (void)status;
  if (tc_call_body_size(call) == 0)
    return tc_fail(err, TC_USAGE, "the body is empty: send the PDF's bytes");
  return tc_pipeline_verify(tc_call_pipeline(call), tc_call_body(call), answer, err);
}

/* The same as a PDF/A for people. */
void tc_api_verify_report(tc_call *call)
{
  tc_error err = {0};
  tc_auto(tc_json) result = NULL;
  tc_pipeline *p = tc_call_pipeline(call);
  const char *language = tc_call_query(call, "lang"), *name = tc_call_query(call, "file_name");
  tc_call_file file = {.fd = -1, .media_type = "application/pdf", .download_name = "report.pdf"};
  if (tc_call_body_size(call) == 0) {
    (void)tc_fail(&err, TC_USAGE, "the body is empty: send the PDF's bytes");
    tc_call_answer_problem(call, &err);
    return;
  }
  tc_pipeline_report_options options = {.language = language, .file = name != NULL ? name : "–"};
  if (tc_pipeline_verify(p, tc_call_body(call), &result, &err) &&
      tc_pipeline_report(p, &options, result, &file.fd, &file.size, &err))
    tc_call_answer_file(call, &file);
  else
    tc_call_answer_problem(call, &err);
}

/* ---- Words ---- */

static const char *word(const tc_json *words, const char *prefix, const char *name)
{
  char key[96];
  snprintf(key, sizeof key, "%s%s", prefix, name);
  return tc_json_get_text(words, key, name);
}

/* ---- The answer as HTML ---- */

static bool tag(tc_buf *out, const char *open, const char *text, const char *close, tc_error *err)
{
  return tc_buf_append_text(out, open, err) && tc_html_escape(text, out, err) && tc_buf_append_text(out, close, err);
}

/* The words of a code out of the national table, in the page's language: what it is, and the next step. */
static const char *reason(tc_call *call, const tc_json *words, const char *code, bool next)
{
  char key[16];
  const tc_json *row = tc_json_get(tc_pipeline_reasons(tc_call_pipeline(call)), code);
  snprintf(key, sizeof key, "%s%s", next ? "next_" : "", tc_json_get_text(words, "lang", ""));
  return tc_json_get_text(row, key, next ? "" : code);
}

/* First of all whether the file can be used, and what to do next. */
static bool advice_html(tc_call *call, const tc_json *words, const char *advice, const char *verdict, tc_buf *out,
                        tc_error *err)
{
  return tc_buf_printf(out, err, "<div class=\"verdict verdict-%s\" role=\"status\"><h2>", verdict) &&
         tag(out, "", reason(call, words, advice, false), "</h2>", err) &&
         tag(out, "<p>", reason(call, words, advice, true), "</p></div>", err);
}

/* Green is for what can be used as it is: a copy that holds, of a paper that has run out or of a sample, is no such,
   nor is a form in which somebody filled in more than was signed. */
static const char *class_of(const tc_json *result)
{
  const char *advice = tc_json_get_text(result, "advice", "");
  const char *verdict = tc_json_get_text(result, "verdict", "indeterminate");
  bool limited = strcmp(advice, "use_sample") == 0 || strcmp(advice, "use_paper_expired") == 0 ||
                 strcmp(advice, "use_filled") == 0;
  return strcmp(verdict, "valid") == 0 && limited ? "valid verdict-limited" : verdict;
}

static bool answers_html(const tc_json *words, const tc_json *result, tc_buf *out, tc_error *err)
{
  static const char *const questions[] = {"intact", "trusted", "in_force", "paper_valid"};
  if (!tc_buf_append_text(out, "<dl class=\"answers\">", err))
    return false;
  for (size_t i = 0; i < TC_ARRAY_LEN(questions); i++) {
    const char *answer = tc_json_get_text(result, questions[i], "unknown");
    if (!tc_buf_printf(out, err, "<div class=\"answer answer-%s\">", answer) ||
        !tag(out, "<dt>", word(words, "question_", questions[i]), "</dt>", err) ||
        !tag(out, "<dd>", word(words, "answer_", answer), "</dd></div>", err))
      return false;
  }
  return tc_buf_append_text(out, "</dl>", err);
}

static bool signatures_html(const tc_json *words, const tc_json *result, tc_buf *out, tc_error *err)
{
  const tc_json *signatures = tc_json_get(result, "signatures");
  if (tc_json_count(signatures) == 0)
    return true;
  if (!tag(out, "<h3>", word(words, "", "signatures"), "</h3><ul class=\"signatures\">", err))
    return false;
  for (size_t i = 0; i < tc_json_count(signatures); i++) {
    const tc_json *s = tc_json_at(signatures, i);
    const char *level = tc_json_get_text(s, "level", "");
    const char *time = tc_json_get_text(s, "signing_time", "");
    if (!tag(out, "<li><strong>", tc_json_get_text(s, "signer", "?"), "</strong> · ", err) ||
        !tag(out, strncmp(level, "B-", 2) == 0 ? "PAdES " : "", level, time[0] != '\0' ? " · " : "", err) ||
        !tag(out, "", time, "</li>", err))
      return false;
  }
  return tc_buf_append_text(out, "</ul>", err);
}

/* Two signatures may have the same to tell; once is enough for a person. */
static bool is_told(const tc_json *findings, size_t before, const char *code)
{
  for (size_t i = 0; i < before; i++)
    if (strcmp(tc_json_get_text(tc_json_at(findings, i), "code", ""), code) == 0)
      return true;
  return false;
}

static bool findings_html(tc_call *call, const tc_json *words, const tc_json *result, tc_buf *out, tc_error *err)
{
  const tc_json *findings = tc_json_get(result, "findings");
  if (tc_json_count(findings) == 0)
    return true;
  if (!tag(out, "<h3>", word(words, "", "findings"), "</h3><ul class=\"findings\">", err))
    return false;
  for (size_t i = 0; i < tc_json_count(findings); i++) {
    const char *code = tc_json_get_text(tc_json_at(findings, i), "code", "");
    if (is_told(findings, i, code))
      continue;
    if (!tag(out, "<li>", reason(call, words, code, false), " ", err) ||
        !tag(out, "", reason(call, words, code, true), " <code>", err) || !tag(out, "", code, "</code></li>", err))
      return false;
  }
  return tc_buf_append_text(out, "</ul>", err);
}

/* ---- Pages ---- */

static void show(tc_call *call, int status, const char *template, const tc_buf *content)
{
  tc_error err = {0};
  tc_auto(tc_json) words = NULL;
  if (!tc_page_words(call, &words, &err)) {
    tc_call_answer_problem(call, &err);
    return;
  }
  tc_json_set_text(words, "content", tc_buf_text(content));
  tc_answer_template(call, status, template, words);
}

void tc_page_verify(tc_call *call)
{
  tc_buf empty = {0};
  show(call, 200, "verify.html", &empty);
}

static bool render_result(tc_call *call, const tc_json *result, tc_buf *out, tc_error *err)
{
  tc_auto(tc_json) words = NULL;
  return tc_page_words(call, &words, err) &&
         advice_html(call, words, tc_json_get_text(result, "advice", ""), class_of(result), out, err) &&
         answers_html(words, result, out, err) && signatures_html(words, result, out, err) &&
         findings_html(call, words, result, out, err);
}

static bool render_error(tc_call *call, const tc_error *problem, tc_buf *out, tc_error *err)
{
  tc_auto(tc_json) words = NULL;
  return tc_page_words(call, &words, err) &&
         advice_html(call, words, TC_VERIFY_ADVICE_DAMAGED, "unreadable", out, err) &&
         tag(out, "<p class=\"govuk-hint\">", problem->message, "</p>", err);
}

void tc_page_verified(tc_call *call)
{
  tc_error err = {0};
  tc_error render = {0};
  tc_auto(tc_fd) fd = -1;
  tc_auto(tc_json) result = NULL;
  tc_auto(tc_buf) content = {0};
  bool ok = tc_call_form_file(call, &fd, &err) && tc_pipeline_verify(tc_call_pipeline(call), fd, &result, &err);
  bool shown = ok ? render_result(call, result, &content, &render) : render_error(call, &err, &content, &render);
  if (shown)
    show(call, ok ? 200 : tc_code_info(err.code)->http_status, "verify.html", &content);
  else
    tc_call_answer_problem(call, &render);
}

/* The answer as a file to keep; what cannot be verified is answered by the page. */
void tc_page_verify_report(tc_call *call)
{
  tc_error err = {0};
  tc_auto(tc_fd) fd = -1;
  tc_auto(tc_json) result = NULL;
  tc_auto(tc_json) words = NULL;
  tc_auto(tc_buf) content = {0};
  tc_pipeline *p = tc_call_pipeline(call);
  tc_call_file file = {.fd = -1, .media_type = "application/pdf", .download_name = "report.pdf"};
  if (tc_page_words(call, &words, &err) && tc_call_form_file(call, &fd, &err) &&
      tc_pipeline_verify(p, fd, &result, &err)) {
    tc_pipeline_report_options options = {.language = tc_json_get_text(words, "lang", NULL), .file = "–"};
    if (tc_pipeline_report(p, &options, result, &file.fd, &file.size, &err)) {
      tc_call_answer_file(call, &file);
      return;
    }
  }
  tc_error render = {0};
  if (render_error(call, &err, &content, &render))
    show(call, tc_code_info(err.code)->http_status, "verify.html", &content);
  else
    tc_call_answer_problem(call, &render);
}

/* Standing and number of the copy that a QR code names. */
static bool render_standing(tc_call *call, const tc_record_info *info, tc_buf *out, tc_error *err)
{
  tc_auto(tc_json) words = NULL;
  tc_answer force = tc_record_in_force(info->state);
  return tc_page_words(call, &words, err) &&
         tc_buf_printf(out, err, "<div class=\"verdict verdict-%s\" role=\"status\"><h2>",
                       force == TC_YES  ? "valid"
                       : force == TC_NO ? "invalid"
                                        : "indeterminate") &&
         tag(out, "", word(words, "standing_", tc_answer_name(force)), "</h2></div><dl class=\"answers\">", err) &&
         tag(out, "<div class=\"answer\"><dt>", word(words, "", "number"), "</dt>", err) &&
         tag(out, "<dd>", info->number_text, "</dd></div></dl>", err);
}

void tc_page_standing(tc_call *call)
{
  tc_error err = {0};
  tc_record_info info;
  tc_auto(tc_buf) content = {0};
  if (tc_pipeline_info(tc_call_pipeline(call), tc_call_part(call, 0), &info, &err) &&
      render_standing(call, &info, &content, &err))
    show(call, 200, "standing.html", &content);
  else
    tc_call_answer_problem(call, &err);
}
