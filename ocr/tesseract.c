/*
 * Tesseract through capi.h: the one file that knows it. The handle is created once and kept; images are handed over as
 * bytes, so Leptonica's types do not appear. Only the LSTM recogniser runs (OEM 1); white text on black is not looked
 * for (it costs a second pass over every doubtful word and administrative papers have none). The library writes
 * diagnostics to standard error and can not be told otherwise without opening a file, so what makes it talk (a missing
 * resolution) is avoided instead.
 *
 * Tesseract asks OpenMP for a team of threads at every step of its networks, tens of thousands of times a page. A
 * worker has one core and one thread, and libgomp makes, fills and dissolves a team of one all the same, with a system
 * call each time. So the four entry points that Tesseract uses are here, and just call.
 */
#include "ocr/tesseract.h"

#include <math.h>
#include <tesseract/capi.h>
#include <time.h>

#define LEAST_DPI 70.0 /* below this Tesseract guesses a resolution of its own */

/* ---- A team of one (the names and signatures are the compiler's interface to libgomp) ---- */

static _Thread_local unsigned section, section_count;

void GOMP_parallel(void (*work)(void *), void *data, unsigned threads, unsigned flags);
void GOMP_parallel_sections(void (*work)(void *), void *data, unsigned threads, unsigned count, unsigned flags);
unsigned GOMP_sections_next(void);
void GOMP_sections_end_nowait(void);

void GOMP_parallel(void (*work)(void *), void *data, unsigned threads, unsigned flags)
{
  (void)threads;
  (void)flags;
  work(data);
}

/* The work asks for one section after the other, 0 for no more. Teams do not nest in Tesseract. */
void GOMP_parallel_sections(void (*work)(void *), void *data, unsigned threads, unsigned count, unsigned flags)
{
  (void)threads;
  (void)flags;
  section = 0;
  section_count = count;
  work(data);
}

unsigned GOMP_sections_next(void) { return section < section_count ? ++section : 0; }
void GOMP_sections_end_nowait(void) {}

/* ---- The engine ---- */

typedef struct engine {
  tc_engine head;
  TessBaseAPI *api;
  int timeout_ms;
} engine;

static void destroy(tc_engine *base)
{
  engine *self = (engine *)base;
  if (self->api != NULL) {
    TessBaseAPIEnd(self->api);
    TessBaseAPIDelete(self->api);
  }
  free(self);
}

static bool create(const tc_engine_options *options, tc_engine **out, tc_error *err)
{
  const char *folder = options->data_folder != NULL && options->data_folder[0] != '\0' ? options->data_folder : NULL;
  engine *self = calloc(1, sizeof *self);
  if (self == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for an engine");
  tc_auto(tc_engine) owned = &self->head;
  self->head.variant = &tc_tesseract;
  self->timeout_ms = options->timeout_ms;
  self->api = TessBaseAPICreate();
  if (self->api == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for Tesseract");
  if (TessBaseAPIInit2(self->api, folder, options->languages, OEM_LSTM_ONLY) != 0)
    return tc_fail(err, TC_CONFIG, "Tesseract can not load the languages '%s' from %s", options->languages,
                   folder != NULL ? folder : "its own folder");
  TessBaseAPISetVariable(self->api, "tessedit_do_invert", "0");
  *out = tc_steal(&owned);
  return true;
}

static TessPageSegMode segmentation(tc_layout layout)
{
  switch (layout) {
  case TC_LAYOUT_SPARSE:
    return PSM_SPARSE_TEXT;
  case TC_LAYOUT_BLOCK:
    return PSM_SINGLE_BLOCK;
  case TC_LAYOUT_LINE:
    return PSM_SINGLE_LINE;
  case TC_LAYOUT_RAW_LINE:
    return PSM_RAW_LINE;
  case TC_LAYOUT_PAGE:
    break;
  }
  return PSM_AUTO;
}

/* Counts blocks, paragraphs and lines while the iterator walks the words. */
typedef struct place {
  int block, paragraph, line;
} place;

static tc_quad quad_of(const tc_page_map *map, const tc_box *box)
{
  const tc_transform same = tc_transform_identity();
  return map != NULL ? tc_page_map_box(map, box->x, box->y, box->width, box->height)
                     : tc_transform_box(&same, box->x, box->y, box->width, box->height);
}

/* The LSTM's boxes now and then run over the words behind: a word ends where the next one of its line begins. */
static void clip_previous(tc_page *page, const tc_page_map *map)
{
  if (page->word_count < 2)
    return;
  tc_word *previous = &page->words[page->word_count - 2];
  const tc_word *word = &page->words[page->word_count - 1];
  const double left = word->box.x;
  if (previous->line != word->line || left <= previous->box.x || previous->box.x + previous->box.width <= left)
    return;
  previous->box.width = left - previous->box.x;
  previous->quad = quad_of(map, &previous->box);
}

static bool add_word(TessResultIterator *results, const tc_recognise_request *request, place *at, tc_page *into,
                     tc_error *err)
{
  const TessPageIterator *walk = TessResultIteratorGetPageIteratorConst(results);
  at->block += TessPageIteratorIsAtBeginningOf(walk, RIL_BLOCK) ? 1 : 0;
  at->paragraph += TessPageIteratorIsAtBeginningOf(walk, RIL_PARA) ? 1 : 0;
  at->line += TessPageIteratorIsAtBeginningOf(walk, RIL_TEXTLINE) ? 1 : 0;
  int left = 0;
  int top = 0;
  int right = 0;
  int bottom = 0;
  char *text = TessResultIteratorGetUTF8Text(results, RIL_WORD);
  if (text == NULL)
    return true;
  bool ok = true;
  if (TessPageIteratorBoundingBox(walk, RIL_WORD, &left, &top, &right, &bottom) && right > left && bottom > top) {
    tc_word word = {.text = text,
                    .confidence = fmin(fmax(TessResultIteratorConfidence(results, RIL_WORD) / 100.0, 0), 1),
                    .box = {left, top, right - left, bottom - top},
                    .block = at->block,
                    .paragraph = at->paragraph,
                    .line = at->line};
    word.quad = quad_of(request->map, &word.box);
    ok = tc_page_add(into, &word, err);
    if (ok)
      clip_previous(into, request->map);
  }
  TessDeleteText(text);
  return ok;
}

static bool collect(TessBaseAPI *api, const tc_recognise_request *request, tc_page *into, tc_error *err)
{
  TessResultIterator *results = TessBaseAPIGetIterator(api);
  if (results == NULL)
    return true;
  place at = {-1, -1, -1};
  bool ok = true;
  do
    ok = add_word(results, request, &at, into, err);
  while (ok && TessResultIteratorNext(results, RIL_WORD));
  TessResultIteratorDelete(results);
  return ok;
}

/* Cuts the region at the image's edges; false where nothing is left. */
static bool cut(const tc_image_shape *shape, const tc_box *region, int out[4])
{
  int left = (int)fmax(0, floor(region->x));
  int top = (int)fmax(0, floor(region->y));
  int right = (int)fmin(shape->width, ceil(region->x + region->width));
  int bottom = (int)fmin(shape->height, ceil(region->y + region->height));
  out[0] = left;
  out[1] = top;
  out[2] = right - left;
  out[3] = bottom - top;
  return right > left && bottom > top;
}

static int64_t now_ms(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool run(engine *self, tc_error *err)
{
  ETEXT_DESC *monitor = NULL;
  if (self->timeout_ms > 0) {
    monitor = TessMonitorCreate();
    if (monitor == NULL)
      return tc_fail(err, TC_NO_MEMORY, "no memory for a time limit");
    TessMonitorSetDeadlineMSecs(monitor, self->timeout_ms);
  }
  const int64_t start = now_ms();
  int failed = TessBaseAPIRecognize(self->api, monitor);
  if (monitor != NULL)
    TessMonitorDelete(monitor);
  if (self->timeout_ms > 0 && now_ms() - start >= self->timeout_ms)
    return tc_fail(err, TC_TIMEOUT, "reading a page took longer than %d ms (ocr.page_timeout)", self->timeout_ms);
  return failed == 0 || tc_fail(err, TC_INTERNAL, "Tesseract gave up on a page");
}

static bool recognise(tc_engine *base, const tc_recognise_request *request, tc_page *into, tc_error *err)
{
  engine *self = (engine *)base;
  tc_auto(tc_image) grey = NULL;
  const tc_image *image = request->image;
  if (tc_image_shape_of(image)->pixel == TC_PIXEL_BILEVEL) {
    if (!tc_image_to_grey(image, &grey, err))
      return false;
    image = grey;
  }
  const tc_image_shape *shape = tc_image_shape_of(image);
  TessBaseAPISetPageSegMode(self->api, segmentation(request->layout));
  TessBaseAPISetVariable(self->api, "tessedit_char_whitelist", request->signs != NULL ? request->signs : "");
  TessBaseAPISetImage(self->api, tc_image_pixels(image).data, shape->width, shape->height, 1,
                      (int)tc_image_stride(image));
  TessBaseAPISetSourceResolution(self->api, (int)(shape->dpi_x >= LEAST_DPI ? shape->dpi_x + 0.5 : 300));
  if (request->region != NULL) {
    int part[4];
    if (!cut(shape, request->region, part))
      return tc_fail(err, TC_USAGE, "the region to read lies outside the page");
    TessBaseAPISetRectangle(self->api, part[0], part[1], part[2], part[3]);
  }
  bool ok = run(self, err) && collect(self->api, request, into, err);
  TessBaseAPIClear(self->api);
  return ok;
}

const tc_engine_variant tc_tesseract = {"tesseract", create, destroy, recognise};
