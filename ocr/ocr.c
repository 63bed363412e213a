#include "ocr/ocr.h"

#include "base/clock.h"
#include "ocr/beside.h"
#include "ocr/calibration.h"
#include "ocr/engine.h"
#include "ocr/mrz_reader.h"
#include "ocr/page_reader.h"
#include "ocr/second_reader.h"
#include "ocr/upright.h"

#include <math.h>
#include <string.h>
#include <time.h>

#define MARGIN_ABOVE 0.30 /* of a line's height, around a region that is read again */
#define MARGIN_BESIDE 0.25
#define BORDER 12 /* white pixels around it */

/* The ways of tc_reread. */
enum { WAY_OTHER_MODEL, WAY_BINARY, WAYS };

struct tc_ocr {
  tc_engine *first, *second;
  tc_engine *machine; /* of machine-readable lines; NULL until one is seen */
  char *data_folder, *machine_language;
  int timeout_ms;
  tc_second_reader *reader; /* NULL where it is not installed */
  tc_paper_types *types;
  bool second_reading;
  tc_calibration *calibration;
  bool choices;
  tc_ocr_timings timings;
};

void tc_ocr_destroy(tc_ocr *ocr)
{
  if (ocr == NULL)
    return;
  tc_engine_destroy(ocr->first);
  tc_engine_destroy(ocr->second);
  tc_engine_destroy(ocr->machine);
  free(ocr->data_folder);
  free(ocr->machine_language);
  tc_second_reader_destroy(ocr->reader);
  tc_calibration_destroy(ocr->calibration);
  tc_paper_types_destroy(ocr->types);
  free(ocr);
}

static bool folder_of(const tc_settings *settings, const char *name, const char *data_dir, const char *below,
                      char **out, tc_error *err)
{
  const char *set = tc_settings_text(settings, name);
  return set[0] != '\0' ? tc_str_copy(set, out, err) : tc_str_printf(out, err, "%s/%s", data_dir, below);
}

bool tc_ocr_load_types(const tc_settings *settings, const char *data_dir, tc_paper_types **out, tc_error *err)
{
  tc_auto(tc_str) folder = NULL;
  tc_auto(tc_str) words = NULL;
  if (!folder_of(settings, "ocr.types_folder", data_dir, "national/vn/documents", &folder, err) ||
      !folder_of(settings, "ocr.words_folder", data_dir, "national/vn/lexicon", &words, err))
    return false;
  const tc_paper_types_options options = {folder, tc_settings_text(settings, "ocr.more_types_folder"), words};
  return tc_paper_types_load(&options, out, err);
}

/* The second reader where its folder has it. A folder that somebody named must. */
static bool find_reader(const tc_settings *settings, tc_second_reader **out, tc_error *err)
{
  const char *folder = tc_settings_text(settings, "ocr.second_reader");
  tc_error missing = {0};
  if (folder[0] == '\0' || tc_second_reader_create(folder, out, &missing))
    return true;
  if (missing.code == TC_NOT_FOUND && strcmp(folder, TC_SECOND_READER_FOLDER) == 0)
    return true;
  *err = missing;
  return false;
}

bool tc_ocr_create(const tc_settings *settings, const char *data_dir, tc_ocr **out, tc_error *err)
{
  tc_auto(tc_ocr) ocr = calloc(1, sizeof *ocr);
  if (ocr == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for the reader");
  ocr->second_reading = tc_settings_boolean(settings, "ocr.second_reading");
  ocr->choices = tc_settings_boolean(settings, "ocr.choices");
  tc_engine_options engine = {.data_folder = tc_settings_text(settings, "ocr.tessdata"),
                              .languages = tc_settings_text(settings, "ocr.languages"),
                              .timeout_ms = (int)tc_settings_integer(settings, "ocr.page_timeout")};
  ocr->timeout_ms = engine.timeout_ms;
  const char *second = tc_settings_text(settings, "ocr.second_languages");
  tc_auto(tc_str) calibration = NULL;
  if (!tc_str_copy(engine.data_folder, &ocr->data_folder, err) ||
      !tc_str_copy(tc_settings_text(settings, "ocr.machine_language"), &ocr->machine_language, err) ||
      !folder_of(settings, "ocr.calibration", data_dir, "national/vn/calibration.json", &calibration, err) ||
      !tc_calibration_load(calibration, &ocr->calibration, err) ||
      !tc_ocr_load_types(settings, data_dir, &ocr->types, err) || !tc_engine_create(&engine, &ocr->first, err))
    return false;
  if (ocr->second_reading && !find_reader(settings, &ocr->reader, err))
    return false;
  engine.languages = second;
  if (ocr->second_reading && ocr->reader == NULL && second[0] != '\0' && !tc_engine_create(&engine, &ocr->second, err))
    return false;
  *out = tc_steal(&ocr);
  return true;
}

bool tc_ocr_load_all(tc_ocr *ocr, tc_error *err)
{
  return ocr->reader == NULL || tc_second_reader_load(ocr->reader, err);
}

const tc_paper_types *tc_ocr_types(const tc_ocr *ocr) { return ocr->types; }

tc_ocr_timings tc_ocr_take_timings(tc_ocr *ocr)
{
  const tc_ocr_timings taken = ocr->timings;
  ocr->timings = (tc_ocr_timings){0};
  return taken;
}

/* By our own layout; a page of noise, which has none, by the engine's. */
static bool read_page(tc_ocr *ocr, const tc_print *print, tc_page **out, tc_error *err)
{
  const tc_image *grey = tc_print_grey(print);
  const tc_image *binary = tc_print_binary(print);
  tc_auto(tc_ink) ink = NULL;
  tc_auto(tc_text_lines) lines = NULL;
  const tc_page_map *to_capture = tc_print_to_capture(print);
  tc_error noise = {0};
  const double start = tc_clock_processor_seconds();
  const bool found = tc_ink_create(binary, &ink, &noise) &&
                     tc_text_lines_find(ink, tc_image_shape_of(binary)->dpi_x, tc_print_seals(print), &lines, &noise);
  ocr->timings.layout += tc_clock_processor_seconds() - start;
  if (found) {
    const tc_page_source source = {grey, ink, lines, to_capture};
    return tc_page_read(ocr->first, &source, out, err);
  }
  if (noise.code != TC_LIMIT) {
    *err = noise;
    return false;
  }
  const tc_recognise_request request = {.image = grey, .map = to_capture, .layout = TC_LAYOUT_PAGE};
  return tc_engine_recognise(ocr->first, &request, out, err);
}

bool tc_ocr_upright(tc_ocr *ocr, const tc_print *print, int *turns, tc_error *err)
{
  tc_error noise = {0};
  const double start = tc_clock_processor_seconds();
  bool ok = tc_upright_find(ocr->first, tc_print_grey(print), tc_print_binary(print), turns, &noise);
  if (!ok && noise.code == TC_LIMIT) {
    *turns = 0;
    ok = true;
  }
  if (!ok)
    *err = noise;
  ocr->timings.layout += tc_clock_processor_seconds() - start;
  return ok;
}

bool tc_ocr_print(tc_ocr *ocr, const tc_clean *clean, tc_print **out, tc_error *err)
{
  const double start = tc_clock_processor_seconds();
  const bool ok = tc_print_create(clean, out, err);
  ocr->timings.layout += tc_clock_processor_seconds() - start;
  return ok;
}

bool tc_ocr_read(tc_ocr *ocr, const tc_print *print, tc_page **out, tc_error *err)
{
  const double start = tc_clock_processor_seconds();
  const double before = ocr->timings.layout;
  const bool ok = read_page(ocr, print, out, err);
  ocr->timings.first_reading += tc_clock_processor_seconds() - start - (ocr->timings.layout - before);
  return ok;
}

/* ---- Reading a region again ---- */

typedef struct reread {
  tc_ocr *ocr;
  const tc_ocr_document *document;
  double elsewhere; /* seconds of processor that the document's own functions took */
} reread;

/* NULL where the page is not at hand. */
static bool take_page(reread *self, size_t page, const tc_print **out, tc_error *err)
{
  const double start = tc_clock_processor_seconds();
  *out = NULL;
  const bool ok = self->document->print_of(self->document->data, page, out, err);
  self->elsewhere += tc_clock_processor_seconds() - start;
  return ok;
}

static double own_seconds(const reread *self) { return tc_clock_processor_seconds() - self->elsewhere; }

/* The region on a white ground of its own. */
static bool cut_out(const tc_image *image, tc_box region, tc_image **out, tc_error *err)
{
  tc_auto(tc_image) part = NULL;
  tc_auto(tc_image) grey = NULL;
  tc_auto(tc_image) framed = NULL;
  const double above = MARGIN_ABOVE * region.height;
  const double beside = MARGIN_BESIDE * region.height;
  const int x = (int)fmax(0, floor(region.x));
  const int y = (int)fmax(0, floor(region.y - above));
  if (!tc_image_crop(image, x, y, (int)ceil(region.x + region.width + beside) - x,
                     (int)ceil(region.y + region.height + above) - y, &part, err) ||
      !tc_image_to_grey(part, &grey, err))
    return false;
  tc_image_shape shape = *tc_image_shape_of(grey);
  shape.width += 2 * BORDER;
  shape.height += 2 * BORDER;
  if (!tc_image_create(&shape, &framed, err))
    return false;
  for (int row = 0; row < shape.height; row++) {
    uint8_t *to = tc_image_row_mutable(framed, row);
    memset(to, 0xFF, (size_t)shape.width);
    if (row >= BORDER && row < shape.height - BORDER)
      memcpy(to + BORDER, tc_image_row(grey, row - BORDER), (size_t)tc_image_width(grey));
  }
  *out = tc_steal(&framed);
  return true;
}

static bool read_in_way(tc_ocr *ocr, const tc_print *print, tc_box region, int way, tc_page **out, tc_error *err)
{
  tc_engine *engine = way == WAY_OTHER_MODEL && ocr->second != NULL ? ocr->second : ocr->first;
  tc_auto(tc_image) image = NULL;
  if (!cut_out(way == WAY_BINARY ? tc_print_binary(print) : tc_print_grey(print), region, &image, err))
    return false;
  const tc_recognise_request request = {.image = image, .layout = TC_LAYOUT_LINE};
  return tc_engine_recognise(engine, &request, out, err);
}

static bool read_region(void *data, size_t page, tc_box region, int way, tc_page **out, tc_error *err)
{
  reread *self = data;
  const tc_print *print = NULL;
  const double start = own_seconds(self);
  const bool ok = way >= WAYS || (take_page(self, page, &print, err) &&
                                  (print == NULL || read_in_way(self->ocr, print, region, way, out, err)));
  self->ocr->timings.second_reading += own_seconds(self) - start;
  return ok;
}

/* The model is loaded with the first card. */
static bool load_machine(tc_ocr *ocr, tc_error *err)
{
  const tc_engine_options options = {ocr->data_folder, ocr->machine_language, ocr->timeout_ms};
  return ocr->machine != NULL || tc_engine_create(&options, &ocr->machine, err);
}

static bool read_machine(void *data, size_t page, const tc_box *lines, size_t count, tc_buf *out, tc_error *err)
{
  reread *self = data;
  tc_ocr *ocr = self->ocr;
  const tc_print *print = NULL;
  const double start = own_seconds(self);
  const bool ok = take_page(self, page, &print, err) &&
                  (print == NULL || ocr->machine_language[0] == '\0' ||
                   (load_machine(ocr, err) && tc_mrz_read(ocr->machine, tc_print_grey(print), lines, count, out, err)));
  ocr->timings.second_reading += own_seconds(self) - start;
  return ok;
}

static bool look_at(void *data, size_t page, tc_box line, tc_posterior *into, bool *seen, tc_error *err)
{
  reread *self = data;
  const tc_print *print = NULL;
  const double start = own_seconds(self);
  const bool ok = take_page(self, page, &print, err) &&
                  (print == NULL || tc_second_reader_read(self->ocr->reader, tc_print_grey(print), line, into, err));
  *seen = print != NULL;
  self->ocr->timings.second_reading += own_seconds(self) - start;
  return ok;
}

static bool ink_of(void *data, size_t page, const tc_image **out, tc_error *err)
{
  const tc_print *print = NULL;
  if (!take_page(data, page, &print, err))
    return false;
  *out = print != NULL ? tc_print_binary(print) : NULL;
  return true;
}

static bool look_beside(void *data, size_t page, tc_box region, tc_box span, double *out, tc_error *err)
{
  reread *self = data;
  const tc_print *print = NULL;
  const double start = own_seconds(self);
  const bool ok = take_page(self, page, &print, err);
  *out = print != NULL ? tc_print_beside(tc_print_binary(print), region, span) : 0;
  self->ocr->timings.second_reading += own_seconds(self) - start;
  return ok;
}

static bool find_codes(void *data, size_t page, tc_codes *out, tc_error *err)
{
  reread *self = data;
  const tc_clean *clean = NULL;
  const double start = tc_clock_processor_seconds();
  if (!self->document->clean_of(self->document->data, page, &clean, err))
    return false;
  const double found = tc_clock_processor_seconds();
  const bool ok = clean == NULL || tc_codes_read(tc_clean_grey(clean), out, err);
  self->elsewhere += found - start;
  self->ocr->timings.second_reading += tc_clock_processor_seconds() - found;
  return ok;
}

static tc_date today(void)
{
  const time_t now = time(NULL);
  struct tm local;
  localtime_r(&now, &local);
  return (tc_date){local.tm_year + 1900, local.tm_mon + 1, local.tm_mday};
}

bool tc_ocr_extract(tc_ocr *ocr, const tc_ocr_document *document, tc_extraction **out, tc_error *err)
{
  reread data = {.ocr = ocr, .document = document};
  const tc_extract_options options = {.type = document->type,
                                      .today = today(),
                                      .reread = ocr->second_reading ? read_region : NULL,
                                      .machine = ocr->second_reading ? read_machine : NULL,
                                      .ink = ink_of,
                                      .reread_data = &data,
                                      .look = ocr->reader != NULL ? look_at : NULL,
                                      .codes = ocr->second_reading ? find_codes : NULL,
                                      .beside = ocr->second_reading ? look_beside : NULL,
                                      .alphabet = ocr->reader != NULL ? tc_second_reader_alphabet(ocr->reader) : NULL,
                                      .calibration = ocr->calibration,
                                      .choices = ocr->choices};
  const double start = own_seconds(&data);
  const double before = ocr->timings.second_reading;
  const bool ok = tc_extract(ocr->types, document->pages, document->page_count, &options, out, err);
  ocr->timings.extraction += own_seconds(&data) - start - (ocr->timings.second_reading - before);
  return ok;
}
