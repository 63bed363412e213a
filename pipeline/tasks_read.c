/*
 * Reading in a worker: what a capture is, the words of a page, the fields of a document. The reader (models, types) is
 * loaded once a worker; its files stay readable in the sandbox.
 */
#include "pipeline/tasks.h"

#include "base/clock.h"
#include "ocr/ocr.h"
#include "pipeline/capture.h"

#include <math.h>
#include <string.h>

/* One-time library initialisation: a worker has one thread of tasks and one reader. */
static tc_ocr *reader;

bool tc_pipeline_warm_up(const tc_settings *settings, tc_error *err)
{
  (void)settings;
  return tc_imaging_init(err);
}

/* Loaded at the first page: a worker that verifies never needs the models. */
static bool load_reader(const tc_settings *settings, tc_error *err)
{
  tc_auto(tc_str) schemas = NULL;
  return reader != NULL ||
         (tc_str_printf(&schemas, err, "%s/schemas", tc_settings_text(settings, "pipeline.share_folder")) &&
          tc_ocr_create(settings, schemas, &reader, err));
}

void tc_task_release_reader(void)
{
  tc_ocr_destroy(reader);
  reader = NULL;
}

/* ---- inspect ---- */

static bool append_page(tc_capture *capture, size_t index, tc_json *pages, tc_error *err)
{
  tc_capture_page page;
  tc_digest digest;
  tc_auto(tc_json) annotations = NULL;
  if (!tc_capture_describe(capture, index, &page, err) || !tc_capture_digest(capture, index, &digest, err) ||
      !tc_capture_annotations(capture, index, &annotations, err))
    return false;
  char hex[TC_SHA256_HEX_SIZE];
  tc_digest_hex(&digest, hex);
  tc_json *row = tc_json_object();
  tc_json_set_integer(row, "capture", 0);
  tc_json_set_integer(row, "capture_page", (int64_t)page.file_page);
  if (page.part != NULL)
    tc_json_set(row, "part", tc_part_to_json(page.part));
  tc_json_set_integer(row, "width", page.width);
  tc_json_set_integer(row, "height", page.height);
  tc_json_set_number(row, "dpi_x", page.dpi_x);
  tc_json_set_number(row, "dpi_y", page.dpi_y);
  tc_json_set_integer(row, "orientation", page.orientation);
  tc_json_set_text(row, "encoding", page.encoding);
  tc_json_set_boolean(row, "untouched", page.because == NULL);
  if (page.because != NULL)
    tc_json_set_text(row, "because", page.because);
  tc_json_set(row, "annotations", tc_steal(&annotations));
  tc_json_set_text(row, "sha256", hex);
  return tc_json_append(pages, row) || tc_fail(err, TC_NO_MEMORY, "no memory for a list of pages");
}

bool tc_task_inspect(const tc_worker_request *request, tc_worker_reply *reply, tc_error *err)
{
  tc_auto(tc_capture) capture = NULL;
  if (!tc_task_needs_fds(request, 1, 0, err) || !tc_capture_open(request->fds[0], request->settings, &capture, err) ||
      !tc_capture_split(capture, err))
    return false;
  tc_auto(tc_json) pages = tc_json_array();
  for (size_t i = 0; i < tc_capture_page_count(capture); i++)
    if (!append_page(capture, i, pages, err))
      return false;
  reply->result = tc_json_object();
  tc_json_set_text(reply->result, "media_type", tc_format_media_type(tc_capture_format(capture)));
  tc_json_set_integer(reply->result, "signatures", (int64_t)tc_capture_signature_count(capture));
  return tc_json_set(reply->result, "pages", tc_steal(&pages)) || tc_fail(err, TC_NO_MEMORY, "no memory");
}

/* ---- read ---- */

static tc_json *complaints_json(const tc_quality *quality)
{
  tc_json *complaints = tc_json_array();
  for (int i = 0; i < quality->complaint_count; i++) {
    tc_json *complaint = tc_json_object();
    tc_json_set_text(complaint, "code", tc_flaw_name(quality->complaints[i].flaw));
    tc_json_set_text(complaint, "place", tc_place_name(quality->complaints[i].place));
    tc_json_append(complaints, complaint);
  }
  return complaints;
}

static tc_json *report_json(const tc_image *image, const tc_clean_report *report)
{
  tc_json *quality = tc_json_object();
  tc_json_set_number(quality, "sharpness", report->quality.sharpness);
  tc_json_set_number(quality, "contrast", report->quality.contrast);
  tc_json_set_number(quality, "dpi", report->quality.dpi);
  tc_json_set_boolean(quality, "dpi_estimated", report->quality.dpi_estimated);
  tc_json_set_number(quality, "ink", report->quality.ink);
  tc_json_set_boolean(quality, "blank", report->quality.blank);
  tc_json_set_number(quality, "edge_mm", report->quality.edge_mm);
  tc_json_set_number(quality, "letter_pixels", report->quality.letter_pixels);
  tc_json_set(quality, "complaints", complaints_json(&report->quality));
  tc_json *page = tc_json_object();
  tc_json_set_integer(page, "width", tc_image_width(image));
  tc_json_set_integer(page, "height", tc_image_height(image));
  tc_json_set_number(page, "dpi", report->quality.dpi);
  tc_json_set_integer(page, "orientation", report->exif_orientation);
  tc_json_set_integer(page, "turns", report->turns);
  tc_json_set_number(page, "skew", report->skew);
  tc_json_set_number(page, "skew_confidence", report->skew_confidence);
  tc_json_set_boolean(page, "sheet_found", report->sheet_found);
  tc_json_set(page, "quality", quality);
  return page;
}

/* Seconds of processor before the reader has its turn. */
typedef struct seconds {
  double decode, clean;
} seconds;

/* Cleans the page again where its text says that it lies otherwise than the clean-up guessed. A card has so few lines
   that their shape deceives: its text is always asked. */
static bool set_upright(const tc_image *image, int orientation, tc_clean_options options, tc_clean **clean,
                        tc_error *err)
{
  const tc_clean_report *report = tc_clean_report_of(*clean);
  tc_auto(tc_print) print = NULL;
  int turns = 0;
  const bool is_card = options.sheet != NULL;
  if ((report->turns_confidence >= TC_SURE_OF_TURNS && !is_card) || report->quality.blank)
    return true;
  if (!tc_ocr_print(reader, *clean, &print, err) || !tc_ocr_upright(reader, print, &turns, err))
    return false;
  if (turns == 0)
    return true;
  options.turns = (report->turns + turns) % 4;
  tc_clean_destroy(tc_steal(clean));
  return tc_clean_page(image, orientation, &options, clean, err);
}

static bool clean_page(tc_capture *capture, size_t index, tc_clean **out, tc_json **report, seconds *spent,
                       tc_error *err)
{
  tc_capture_page page;
  tc_auto(tc_image) image = NULL;
  tc_auto(tc_clean) clean = NULL;
  const double start = tc_clock_processor_seconds();
  if (!tc_capture_describe(capture, index, &page, err) || !tc_capture_decode(capture, index, &image, err))
    return false;
  const double decoded = tc_clock_processor_seconds();
  tc_clean_options options = tc_clean_options_default();
  tc_quad outline;
  if (page.part != NULL) {
    outline = tc_part_outline(page.part);
    options.sheet = &outline;
  }
  if (!tc_clean_page(image, page.orientation, &options, &clean, err) ||
      !set_upright(image, page.orientation, options, &clean, err))
    return false;
  spent->decode += decoded - start;
  spent->clean += tc_clock_processor_seconds() - decoded;
  if (report != NULL)
    *report = report_json(image, tc_clean_report_of(clean));
  *out = tc_steal(&clean);
  return true;
}

static tc_json *timings_json(const seconds *spent)
{
  const tc_ocr_timings of_reader = tc_ocr_take_timings(reader);
  const struct {
    const char *name;
    double seconds;
  } stages[] = {{"decode", spent->decode},
                {"clean", spent->clean},
                {"layout", of_reader.layout},
                {"first_reading", of_reader.first_reading},
                {"second_reading", of_reader.second_reading},
                {"extraction", of_reader.extraction}};
  tc_json *object = tc_json_object();
  for (size_t i = 0; i < TC_ARRAY_LEN(stages); i++)
    tc_json_set_number(object, stages[i].name, round(stages[i].seconds * 1e4) / 1e4);
  return object;
}

static bool ready(const tc_worker_request *request, size_t fds, tc_error *err)
{
  return tc_task_needs_fds(request, fds, 0, err) && load_reader(request->settings, err);
}

/* A blank side is a page of the capture like any other, and has no words. */
static bool read_words(const tc_clean *clean, const tc_print *print, tc_page **out, tc_error *err)
{
  const tc_image_shape *shape = tc_image_shape_of(tc_print_grey(print));
  if (tc_clean_report_of(clean)->quality.blank)
    return tc_page_create(shape->width, shape->height, shape->dpi_x, out, err);
  return tc_ocr_read(reader, print, out, err);
}

/* A document of one page. */
typedef struct single {
  tc_clean *clean;
  tc_print *print;
} single;

static void single_finish(single *s)
{
  tc_print_destroy(s->print);
  tc_clean_destroy(s->clean);
}
TC_AUTO_VALUE(single, single_finish);

static bool print_of_single(void *data, size_t page, const tc_print **out, tc_error *err)
{
  (void)page;
  (void)err;
  *out = ((single *)data)->print;
  return true;
}

static bool clean_of_single(void *data, size_t page, const tc_clean **out, tc_error *err)
{
  (void)page;
  (void)err;
  *out = ((single *)data)->clean;
  return true;
}

bool tc_task_read(const tc_worker_request *request, tc_worker_reply *reply, tc_error *err)
{
  tc_auto(tc_capture) capture = NULL;
  if (!ready(request, 1, err) || !tc_task_open_capture(request, 0, &capture, err))
    return false;
  size_t index = (size_t)tc_json_get_integer(request->arguments, "page", 0);
  if (index >= tc_capture_page_count(capture))
    return tc_fail(err, TC_USAGE, "there is no page %zu", index + 1);
  tc_auto(single) s = {0};
  tc_auto(tc_json) report = NULL;
  tc_auto(tc_page) page = NULL;
  tc_auto(tc_json) words = NULL;
  seconds spent = {0};
  if (!clean_page(capture, index, &s.clean, &report, &spent, err) || !tc_ocr_print(reader, s.clean, &s.print, err) ||
      !read_words(s.clean, s.print, &page, err) || !tc_page_to_json(page, &words, err))
    return false;
  reply->result = tc_json_object();
  tc_json_set(reply->result, "page", tc_steal(&report));
  tc_json_set(reply->result, "words", tc_steal(&words));
  if (!tc_json_get_boolean(request->arguments, "fields", false))
    return tc_json_set(reply->result, "timings", timings_json(&spent)) || tc_fail(err, TC_NO_MEMORY, "no memory");
  tc_auto(tc_extraction) extraction = NULL;
  tc_auto(tc_json) fields = NULL;
  const tc_page *pages[] = {page};
  const char *type = tc_json_get_text(request->arguments, "type", NULL);
  const tc_ocr_document asked = {pages, 1, type, print_of_single, clean_of_single, &s};
  if (!tc_ocr_extract(reader, &asked, &extraction, err) || !tc_extraction_to_json(extraction, &fields, err))
    return false;
  tc_json_set(reply->result, "timings", timings_json(&spent));
  return tc_json_set(reply->result, "extraction", tc_steal(&fields)) || tc_fail(err, TC_NO_MEMORY, "no memory");
}

/* ---- extract ---- */

/* The pages whose images a second reading may want: a document's head and its end. The others' values lack that
   evidence. */
enum { WANTED_FIRST = 2, WANTED_LAST = 2 };
/* Images are made when they are wanted, and few are held, so that memory does not grow with the number of pages. */
enum { HELD = 2 };

typedef struct document {
  tc_capture *capture;
  tc_page **pages;
  size_t count;
  seconds spent;
  tc_clean *clean;
  size_t clean_page;
  tc_print *prints[HELD];
  size_t print_pages[HELD];
  size_t oldest;
} document;

static void document_finish(document *d)
{
  for (size_t i = 0; i < HELD; i++)
    tc_print_destroy(d->prints[i]);
  tc_clean_destroy(d->clean);
  for (size_t i = 0; i < d->count; i++)
    tc_page_destroy(d->pages[i]);
  free(d->pages);
  tc_capture_destroy(d->capture);
}
TC_AUTO_VALUE(document, document_finish);

static bool load_document(const tc_worker_request *request, document *out, tc_error *err)
{
  if (!tc_task_open_capture(request, 0, &out->capture, err))
    return false;
  const size_t count = tc_capture_page_count(out->capture);
  out->pages = calloc(count, sizeof(tc_page *));
  if (out->pages == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for %zu pages", count);
  out->count = count;
  if (count > TC_LONG_CAPTURE && !tc_ocr_load_all(reader, err))
    return false;
  return tc_task_read_pages(request->fds[1], out->pages, count, err);
}

static bool is_wanted(const document *d, size_t page) { return page < WANTED_FIRST || page + WANTED_LAST >= d->count; }

/* Cleans a page, and makes its print in the place of the oldest. */
static bool make_images(document *d, size_t page, tc_error *err)
{
  tc_clean_destroy(d->clean);
  d->clean = NULL;
  tc_print_destroy(d->prints[d->oldest]);
  d->prints[d->oldest] = NULL;
  if (!clean_page(d->capture, page, &d->clean, NULL, &d->spent, err) ||
      !tc_ocr_print(reader, d->clean, &d->prints[d->oldest], err))
    return false;
  d->clean_page = page;
  d->print_pages[d->oldest] = page;
  d->oldest = (d->oldest + 1) % HELD;
  return true;
}

static const tc_print *held_print(const document *d, size_t page)
{
  for (size_t i = 0; i < HELD; i++)
    if (d->prints[i] != NULL && d->print_pages[i] == page)
      return d->prints[i];
  return NULL;
}

static bool print_of_page(void *data, size_t page, const tc_print **out, tc_error *err)
{
  document *d = data;
  if (is_wanted(d, page) && held_print(d, page) == NULL && !make_images(d, page, err))
    return false;
  *out = held_print(d, page);
  tc_clean_destroy(d->clean); /* codes are sought before anything else */
  d->clean = NULL;
  return true;
}

static bool clean_of_page(void *data, size_t page, const tc_clean **out, tc_error *err)
{
  document *d = data;
  if (is_wanted(d, page) && (d->clean == NULL || d->clean_page != page) && !make_images(d, page, err))
    return false;
  *out = is_wanted(d, page) ? d->clean : NULL;
  return true;
}

bool tc_task_extract(const tc_worker_request *request, tc_worker_reply *reply, tc_error *err)
{
  tc_auto(document) doc = {0};
  if (!ready(request, 2, err) || !load_document(request, &doc, err))
    return false;
  tc_auto(tc_extraction) extraction = NULL;
  tc_auto(tc_json) fields = NULL;
  const char *type = tc_json_get_text(request->arguments, "type", NULL);
  const tc_ocr_document asked = {
      (const tc_page *const *)doc.pages, doc.count, type, print_of_page, clean_of_page, &doc};
  if (!tc_ocr_extract(reader, &asked, &extraction, err) || !tc_extraction_to_json(extraction, &fields, err))
    return false;
  reply->result = tc_json_object();
  tc_json_set(reply->result, "timings", timings_json(&doc.spent));
  return tc_json_set(reply->result, "extraction", tc_steal(&fields)) || tc_fail(err, TC_NO_MEMORY, "no memory");
}
