/*
 * Composing the certified copy in a worker. Arguments, all texts made by the parent:
 *   {title, author, subject, language, producer, created, strip_left, strip_centre, strip_right, first_page_lines: […],
 *    sample_notice, colour_seal, page_description,
 *    attestation: {agency: […], state: […], title, subtitle, opening: […], rows: [{label, value}], closing: […],
 *      place_date, blocks: [{heading, subheading, lines: […], name, seal_top, seal_bottom, field}], qr_payload,
 *      qr_description, code_label, code, notes: […]},
 *    scale_note, files: [{name, mime, description, relationship, modified}], original: {name, mime, description}}
 * Descriptors: capture, words, out, scratch (an empty file for pixels that are not in the capture as they are, so that
 * no more than one page of them is in memory), then one a row of `files`. `scale_note` joins the attestation's notes
 * where a page's size is unknown; `original` is embedded where a page cannot stand untouched, but never where
 * the copy has only some of the capture's `pages`: cards of others lay on the glass. Result {pages, size, untouched,
 * scale_unknown, blocks: [{page, rect}]}.
 */
#include "pipeline/tasks.h"

#include "base/file.h"
#include "ocr/page.h"
#include "pipeline/capture.h"

#include <string.h>
#include <sys/stat.h>

enum { FD_CAPTURE, FD_WORDS, FD_FILES };
enum { OUT_COPY, OUT_SCRATCH, OUT_COUNT };
enum { LIST_MAX = 32, ROWS_MAX = 32 };

/* Everything that the options borrow lives here until the copy is written. */
typedef struct job {
  tc_capture *capture;
  tc_capture_composed *composed;
  tc_page **pages;
  tc_compose_word **page_words;
  tc_compose_page *compose_pages;
  size_t page_count;
  bool untouched, scale_unknown;
  bool embeds; /* the whole capture, where a page cannot stand untouched */

  const char *lists[8][LIST_MAX + 1];
  size_t list_count;
  const char *block_lines[TC_ATTESTATION_BLOCKS_MAX][LIST_MAX + 1];
  tc_attestation_row rows[ROWS_MAX];
  tc_attestation_block blocks[TC_ATTESTATION_BLOCKS_MAX];
  tc_attestation attestation;
  tc_compose_file files[TC_WORKER_FDS_MAX + 1];
} job;

static void job_finish(job *j)
{
  for (size_t i = 0; i < j->page_count; i++) {
    tc_capture_composed_finish(&j->composed[i]);
    tc_page_destroy(j->pages[i]);
    free(j->page_words[i]);
  }
  free(j->composed);
  free(j->pages);
  free(j->page_words);
  free(j->compose_pages);
  tc_capture_destroy(j->capture);
}
TC_AUTO_VALUE(job, job_finish);

static bool fill_list(const tc_json *texts, const char *out[LIST_MAX + 1], tc_error *err)
{
  size_t count = tc_json_count(texts);
  if (count > LIST_MAX)
    return tc_fail(err, TC_LIMIT, "a list of more than %d texts", LIST_MAX);
  for (size_t i = 0; i < count; i++)
    out[i] = tc_json_as_text(tc_json_at(texts, i), "");
  return true;
}

static bool list_of(job *j, const tc_json *texts, const char *const **out, tc_error *err)
{
  if (tc_json_count(texts) == 0)
    return true;
  if (j->list_count == TC_ARRAY_LEN(j->lists))
    return tc_fail(err, TC_INTERNAL, "too many lists of texts");
  const char **list = j->lists[j->list_count++];
  *out = list;
  return fill_list(texts, list, err);
}

/* ---- Pages ---- */

static bool words_of(const tc_page *page, tc_compose_word **out, tc_error *err)
{
  tc_compose_word *words = calloc(page->word_count + 1, sizeof *words);
  if (words == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for %zu words", page->word_count);
  for (size_t i = 0; i < page->word_count; i++) {
    const tc_word *word = &page->words[i];
    words[i] = (tc_compose_word){
        .text = word->text, .line = (uint32_t)word->line, .block = (uint32_t)(word->block * 1000 + word->paragraph)};
    for (int c = 0; c < 4; c++)
      words[i].quad.corner[c] = (tc_pdf_point){word->quad.corner[c].x, word->quad.corner[c].y};
  }
  *out = words;
  return true;
}

static bool allocate_pages(job *j, tc_error *err)
{
  size_t count = tc_capture_page_count(j->capture);
  j->composed = calloc(count, sizeof *j->composed);
  j->pages = calloc(count, sizeof(tc_page *));
  j->page_words = calloc(count, sizeof(tc_compose_word *));
  j->compose_pages = calloc(count, sizeof *j->compose_pages);
  if (j->composed == NULL || j->pages == NULL || j->page_words == NULL || j->compose_pages == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for %zu pages", count);
  j->page_count = count;
  return true;
}

/* Moves a page's pixels into the scratch file. */
static bool spill(tc_capture_composed *composed, int scratch, off_t *end, tc_error *err)
{
  size_t size = composed->stream.size;
  if (size == 0)
    return true;
  if (!tc_fd_write_all(scratch, composed->stream.data, size, err))
    return false;
  composed->image.source = tc_pdf_source_file(scratch, *end, (off_t)size);
  *end += (off_t)size;
  tc_buf_finish(&composed->stream);
  return true;
}

static bool load_pages(job *j, const tc_worker_request *request, const char *description, tc_error *err)
{
  off_t end = 0;
  const int scratch = request->outputs[OUT_SCRATCH];
  if (tc_capture_page_count(j->capture) > TC_LONG_CAPTURE)
    tc_task_release_reader(); /* loading the models again is short beside so many pages */
  if (!allocate_pages(j, err) || !tc_task_read_pages(request->fds[FD_WORDS], j->pages, j->page_count, err))
    return false;
  j->untouched = true;
  j->embeds = tc_json_get(request->arguments, "pages") == NULL;
  for (size_t i = 0; i < j->page_count; i++) {
    if (!tc_capture_compose_page(j->capture, i, &j->composed[i], err) || !spill(&j->composed[i], scratch, &end, err) ||
        !words_of(j->pages[i], &j->page_words[i], err))
      return tc_error_prefix(err, "page %zu", i + 1);
    tc_compose_page *page = &j->compose_pages[i];
    *page = j->composed[i].page;
    page->words = j->page_words[i];
    page->word_count = j->pages[i]->word_count;
    page->description = description;
    j->untouched = j->untouched && j->composed[i].untouched;
    j->scale_unknown = j->scale_unknown || (!page->has_placement && (page->dpi_x <= 0 || page->dpi_y <= 0));
  }
  return true;
}

/* ---- Attestation ---- */

static bool load_blocks(job *j, const tc_json *blocks, tc_error *err)
{
  size_t count = tc_json_count(blocks);
  if (count > TC_ATTESTATION_BLOCKS_MAX)
    return tc_fail(err, TC_LIMIT, "an attestation of more than %d signature blocks", TC_ATTESTATION_BLOCKS_MAX);
  for (size_t i = 0; i < count; i++) {
    const tc_json *from = tc_json_at(blocks, i);
    const char *seal_top = tc_json_get_text(from, "seal_top", NULL);
    j->blocks[i] = (tc_attestation_block){.heading = tc_json_get_text(from, "heading", ""),
                                          .subheading = tc_json_get_text(from, "subheading", NULL),
                                          .lines = j->block_lines[i],
                                          .name = tc_json_get_text(from, "name", NULL),
                                          .is_seal = seal_top != NULL,
                                          .seal_top = seal_top,
                                          .seal_bottom = tc_json_get_text(from, "seal_bottom", NULL),
                                          .field = tc_json_get_text(from, "field", NULL)};
    if (!fill_list(tc_json_get(from, "lines"), j->block_lines[i], err))
      return false;
  }
  j->attestation.blocks = j->blocks;
  j->attestation.block_count = count;
  return true;
}

static bool load_rows(job *j, const tc_json *rows, tc_error *err)
{
  size_t count = tc_json_count(rows);
  if (count > ROWS_MAX)
    return tc_fail(err, TC_LIMIT, "an attestation of more than %d rows", ROWS_MAX);
  for (size_t i = 0; i < count; i++)
    j->rows[i] = (tc_attestation_row){tc_json_get_text(tc_json_at(rows, i), "label", ""),
                                      tc_json_get_text(tc_json_at(rows, i), "value", "")};
  j->attestation.rows = j->rows;
  j->attestation.row_count = count;
  return true;
}

static bool load_attestation(job *j, const tc_json *from, const char *scale_note, tc_error *err)
{
  tc_attestation *a = &j->attestation;
  a->title = tc_json_get_text(from, "title", "");
  a->subtitle = tc_json_get_text(from, "subtitle", NULL);
  a->place_date = tc_json_get_text(from, "place_date", NULL);
  a->qr_payload = tc_json_get_text(from, "qr_payload", NULL);
  a->qr_description = tc_json_get_text(from, "qr_description", NULL);
  a->code_label = tc_json_get_text(from, "code_label", NULL);
  a->code = tc_json_get_text(from, "code", NULL);
  if (!list_of(j, tc_json_get(from, "agency"), &a->agency, err) ||
      !list_of(j, tc_json_get(from, "state"), &a->state, err) ||
      !list_of(j, tc_json_get(from, "opening"), &a->opening, err) ||
      !list_of(j, tc_json_get(from, "notes"), &a->notes, err) ||
      !list_of(j, tc_json_get(from, "closing"), &a->closing, err) ||
      !load_blocks(j, tc_json_get(from, "blocks"), err) || !load_rows(j, tc_json_get(from, "rows"), err))
    return false;
  size_t closing = tc_json_count(tc_json_get(from, "closing"));
  if (j->scale_unknown && scale_note != NULL && closing > 0 && closing < LIST_MAX)
    j->lists[j->list_count - 1][closing] = scale_note;
  return true;
}

/* ---- Files ---- */

static tc_pdf_relationship relationship_of(const char *name)
{
  static const char *const names[] = {"data", "source", "supplement"};
  for (size_t i = 0; i < TC_ARRAY_LEN(names); i++)
    if (strcmp(name, names[i]) == 0)
      return (tc_pdf_relationship)i;
  return TC_PDF_RELATIONSHIP_UNSPECIFIED;
}

static bool describe_file(const tc_json *from, int fd, tc_compose_file *out, tc_error *err)
{
  struct stat status;
  if (fstat(fd, &status) != 0)
    return tc_fail(err, TC_IO, "an associated file cannot be examined");
  *out = (tc_compose_file){.name = tc_json_get_text(from, "name", "file"),
                           .mime = tc_json_get_text(from, "mime", "application/octet-stream"),
                           .description = tc_json_get_text(from, "description", NULL),
                           .relationship = relationship_of(tc_json_get_text(from, "relationship", "")),
                           .source = tc_pdf_source_file(fd, 0, status.st_size),
                           .modified = (time_t)tc_json_get_integer(from, "modified", 0)};
  return true;
}

static bool load_files(job *j, const tc_worker_request *request, tc_compose_options *options, tc_error *err)
{
  const tc_json *rows = tc_json_get(request->arguments, "files");
  size_t count = tc_json_count(rows);
  if (!tc_task_needs_fds(request, FD_FILES + count, OUT_COUNT, err))
    return false;
  for (size_t i = 0; i < count; i++)
    if (!describe_file(tc_json_at(rows, i), request->fds[FD_FILES + i], &j->files[i], err))
      return false;
  if (!j->untouched && j->embeds) {
    if (!describe_file(tc_json_get(request->arguments, "original"), request->fds[FD_CAPTURE], &j->files[count], err))
      return false;
    count++;
  }
  options->files = j->files;
  options->file_count = count;
  return true;
}

/* ---- All ---- */

static tc_json *result_json(const job *j, const tc_compose_result *result)
{
  tc_json *blocks = tc_json_array();
  for (size_t i = 0; i < result->block_count; i++) {
    const tc_pdf_rect *r = &result->blocks[i].rect;
    const double corners[] = {r->left, r->bottom, r->right, r->top};
    tc_json *rect = tc_json_array();
    for (size_t c = 0; c < TC_ARRAY_LEN(corners); c++)
      tc_json_append(rect, tc_json_number(corners[c]));
    tc_json *block = tc_json_object();
    tc_json_set_integer(block, "page", (int64_t)result->blocks[i].page);
    tc_json_set(block, "rect", rect);
    tc_json_append(blocks, block);
  }
  tc_json *json = tc_json_object();
  tc_json_set_integer(json, "pages", (int64_t)result->page_count);
  tc_json_set_integer(json, "size", (int64_t)result->size);
  tc_json_set_boolean(json, "untouched", j->untouched);
  tc_json_set_boolean(json, "scale_unknown", j->scale_unknown);
  tc_json_set(json, "blocks", blocks);
  return json;
}

static bool load_options(job *j, const tc_worker_request *request, tc_compose_options *options, tc_error *err)
{
  const tc_json *given = request->arguments;
  options->title = tc_json_get_text(given, "title", "");
  options->author = tc_json_get_text(given, "author", NULL);
  options->subject = tc_json_get_text(given, "subject", NULL);
  options->language = tc_json_get_text(given, "language", "vi");
  options->producer = tc_json_get_text(given, "producer", "truecopy");
  options->created = (time_t)tc_json_get_integer(given, "created", 0);
  options->strip_left = tc_json_get_text(given, "strip_left", NULL);
  options->strip_centre = tc_json_get_text(given, "strip_centre", NULL);
  options->strip_right = tc_json_get_text(given, "strip_right", NULL);
  options->sample_notice = tc_json_get_text(given, "sample_notice", NULL);
  options->seal_in_colour = tc_json_get_boolean(given, "colour_seal", true);
  options->pages = j->compose_pages;
  options->page_count = j->page_count;
  options->attestation = &j->attestation;
  return list_of(j, tc_json_get(given, "first_page_lines"), &options->first_page_lines, err) &&
         load_files(j, request, options, err);
}

/* Of the worker process, whose settings stay: fonts cost more than a page. */
static tc_fonts *kept_fonts;

static bool compose_with(tc_compose_options *options, int out_fd, tc_compose_result *result, tc_error *err)
{
  if (kept_fonts == NULL && !tc_compose_load_fonts(options, &kept_fonts, err))
    return false;
  options->fonts = kept_fonts;
  return tc_compose(options, out_fd, result, err);
}

/* The first signature's place, where it is asked for: the copy is here anyway. */
static bool reserve_first(const tc_worker_request *request, tc_json *result, tc_error *err)
{
  const tc_json *given = tc_json_get(request->arguments, "signature");
  size_t block = (size_t)tc_json_get_integer(given, "block", 0);
  tc_task_place place = {.given = given,
                         .block = tc_json_at(tc_json_get(result, "blocks"), block),
                         .in_fd = request->outputs[OUT_COPY],
                         .out_fd = request->outputs[OUT_COPY]};
  return given == NULL || tc_task_reserve(request, &place, result, err);
}

bool tc_task_compose(const tc_worker_request *request, tc_worker_reply *reply, tc_error *err)
{
  tc_auto(job) j = {0};
  const tc_json *given = request->arguments;
  tc_compose_options options = tc_compose_options_from(request->settings);
  tc_auto(tc_compose_result) result = {0};
  if (!tc_task_needs_fds(request, FD_FILES, OUT_COUNT, err) ||
      !tc_task_open_capture(request, FD_CAPTURE, &j.capture, err) ||
      !load_pages(&j, request, tc_json_get_text(given, "page_description", NULL), err) ||
      !load_options(&j, request, &options, err) ||
      !load_attestation(&j, tc_json_get(given, "attestation"), tc_json_get_text(given, "scale_note", NULL), err) ||
      !compose_with(&options, request->outputs[OUT_COPY], &result, err))
    return false;
  reply->result = result_json(&j, &result);
  return reserve_first(request, reply->result, err);
}
