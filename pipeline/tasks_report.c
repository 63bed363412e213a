/*
 * The report of a verification as a PDF/A of its own: a title, paragraphs, a table, paragraphs. Arguments, all texts
 * made by the parent: {title, language, producer, created, opening: […], rows: [{label, value}], closing: […], notes:
 * […]}; outputs [pdf]; result {size}.
 */
#include "pipeline/tasks.h"

#include "pdf/compose.h"

enum { TEXTS_MAX = 200 };

typedef struct report {
  const char *opening[TEXTS_MAX + 1], *closing[TEXTS_MAX + 1], *notes[TEXTS_MAX + 1];
  tc_attestation_row rows[TEXTS_MAX];
  tc_attestation page;
} report;

/* The parent leaves out what is too much, and says so in a text of its own; more than TEXTS_MAX never comes from it. */
static bool fill(const tc_json *texts, const char *out[TEXTS_MAX + 1], tc_error *err)
{
  if (tc_json_count(texts) > TEXTS_MAX)
    return tc_fail(err, TC_LIMIT, "a report of more than %d texts", TEXTS_MAX);
  for (size_t i = 0; i < tc_json_count(texts); i++)
    out[i] = tc_json_as_text(tc_json_at(texts, i), "");
  return true;
}

static bool read_report(const tc_json *given, report *r, tc_error *err)
{
  const tc_json *rows = tc_json_get(given, "rows");
  if (tc_json_count(rows) > TEXTS_MAX)
    return tc_fail(err, TC_LIMIT, "a report of more than %d rows", TEXTS_MAX);
  for (size_t i = 0; i < tc_json_count(rows); i++)
    r->rows[r->page.row_count++] = (tc_attestation_row){tc_json_get_text(tc_json_at(rows, i), "label", ""),
                                                        tc_json_get_text(tc_json_at(rows, i), "value", "")};
  r->page.title = tc_json_get_text(given, "title", "");
  r->page.opening = r->opening;
  r->page.rows = r->rows;
  r->page.closing = r->closing;
  r->page.notes = r->notes;
  return fill(tc_json_get(given, "opening"), r->opening, err) && fill(tc_json_get(given, "closing"), r->closing, err) &&
         fill(tc_json_get(given, "notes"), r->notes, err);
}

bool tc_task_report(const tc_worker_request *request, tc_worker_reply *reply, tc_error *err)
{
  tc_auto(tc_compose_result) result = {0};
  tc_compose_options options = tc_compose_options_from(request->settings);
  const tc_json *given = request->arguments;
  report r = {0};
  if (!tc_task_needs_fds(request, 0, 1, err) || !read_report(given, &r, err))
    return false;
  options.title = r.page.title;
  options.language = tc_json_get_text(given, "language", "vi");
  options.producer = tc_json_get_text(given, "producer", "truecopy");
  options.created = (time_t)tc_json_get_integer(given, "created", 0);
  options.attestation = &r.page;
  if (!tc_compose(&options, request->outputs[0], &result, err))
    return false;
  reply->result = tc_json_object();
  tc_json_set_integer(reply->result, "size", (int64_t)result.size);
  return true;
}
