#include "pdf/page_marks.h"

#include "pdf/content.h"
#include "pdf/document_private.h"
#include "pdf/qr.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* A QR code has less than 16,000 runs; making one with each mask costs as much as reading about QR_WORK of contents,
   and finding a stream as much as STREAM_WORK. A code's first run is FINDER modules long; its first nine rows, of 177
   modules at most, have less than FORMAT_WITHIN runs. */
enum { TEXT_MAX = 64, RECTANGLES_MAX = 100000, QR_WORK = 1 << 16, STREAM_WORK = 256, FINDER = 7, FORMAT_WITHIN = 800 };

static void spend(size_t *budget, size_t bytes) { *budget -= bytes < *budget ? bytes : *budget; }

static const tc_pdf_object *in_resources(const tc_pdf_marks *m, uint32_t page, const char *key)
{
  const tc_pdf_object *resources =
      tc_pdf_get_in(m->document, m->revision, tc_pdf_lookup(m->document, m->revision, page), "Resources");
  return tc_pdf_get_in(m->document, m->revision, resources, key);
}

/* ---- The image ---- */

static const tc_pdf_object *only_image(const tc_pdf_marks *m, uint32_t page)
{
  const tc_pdf_object *objects = in_resources(m, page, "XObject"), *found = NULL;
  for (size_t i = 0; tc_pdf_is_dict(objects) && i < tc_pdf_count(objects); i++) {
    const tc_pdf_object *object = tc_pdf_resolve(m->document, m->revision, tc_pdf_value_at(objects, i));
    if (!tc_pdf_is_name(tc_pdf_get_in(m->document, m->revision, object, "Subtype"), "Image"))
      continue;
    if (found != NULL)
      return NULL;
    found = object;
  }
  return found;
}

static bool is_same(const tc_digest *a, const tc_digest *b) { return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0; }

static bool samples_are(tc_pdf_marks *m, const tc_pdf_object *image, const tc_digest *expected,
                        tc_pdf_image_answer *out, tc_error *err)
{
  tc_digest digest;
  size_t size = 0;
  tc_error unreadable = {0};
  if (tc_pdf_stream_digest(m->document, m->revision, image, m->samples, &digest, &size, &unreadable)) {
    *out = is_same(&digest, expected) ? TC_PDF_IMAGE_SAME : TC_PDF_IMAGE_OTHER;
  } else {
    if (unreadable.code == TC_NO_MEMORY)
      return tc_fail(err, TC_NO_MEMORY, "%s", unreadable.message);
    *out = unreadable.code == TC_LIMIT ? TC_PDF_IMAGE_UNCHECKED : TC_PDF_IMAGE_OTHER;
  }
  spend(&m->samples, *out == TC_PDF_IMAGE_UNCHECKED ? m->samples : size);
  return true;
}

bool tc_pdf_page_image_is(tc_pdf_marks *marks, uint32_t page, const tc_digest *expected, tc_pdf_image_answer *out,
                          tc_error *err)
{
  const tc_pdf_object *image = only_image(marks, page);
  tc_auto(tc_buf) hold = {0};
  tc_bytes raw = {0};
  tc_error unreadable = {0};
  tc_digest digest;
  *out = TC_PDF_IMAGE_OTHER;
  if (image == NULL || !tc_pdf_stream_plain(marks->document, marks->revision, image, &hold, &raw, &unreadable))
    return unreadable.code != TC_NO_MEMORY || tc_fail(err, TC_NO_MEMORY, "%s", unreadable.message);
  *out = TC_PDF_IMAGE_UNCHECKED;
  if (raw.size > marks->samples)
    return true;
  spend(&marks->samples, raw.size + STREAM_WORK);
  if (!tc_digest_of(raw, &digest, err))
    return false;
  tc_pdf_document_touched(marks->document, raw.size);
  *out = is_same(&digest, expected) ? TC_PDF_IMAGE_SAME : TC_PDF_IMAGE_OTHER;
  bool packed = tc_pdf_is_name(tc_pdf_get_in(marks->document, marks->revision, image, "Filter"), "FlateDecode");
  return *out == TC_PDF_IMAGE_SAME || !packed || samples_are(marks, image, expected, out, err);
}

/* ---- Contents ---- */

/* What cannot be unpacked has cost nobody knows how much, so it costs all that is left. */
static bool read_stream(tc_pdf_marks *m, const tc_pdf_object *stream, tc_buf *out, tc_error *err)
{
  tc_error unreadable = {0};
  if (m->contents == 0 || tc_pdf_kind_of(stream) != TC_PDF_STREAM)
    return true;
  bool read = tc_pdf_stream_data(m->document, m->revision, stream, out, &unreadable);
  spend(&m->contents, read ? out->size + STREAM_WORK : m->contents);
  if (!read)
    out->size = 0;
  return read || unreadable.code != TC_NO_MEMORY || tc_fail(err, TC_NO_MEMORY, "%s", unreadable.message);
}

typedef bool (*visit)(tc_bytes content, void *context, bool *found, tc_error *err);

static bool visit_stream(tc_pdf_marks *m, const tc_pdf_object *stream, visit look, void *context, bool *found,
                         tc_error *err)
{
  tc_auto(tc_buf) content = {0};
  return read_stream(m, stream, &content, err) && look(tc_buf_bytes(&content), context, found, err);
}

/* The last first: the strip is drawn over the page and its words, and is the shortest. */
static bool visit_contents(tc_pdf_marks *m, uint32_t page, visit look, void *context, bool *found, tc_error *err)
{
  const tc_pdf_object *contents =
      tc_pdf_get_in(m->document, m->revision, tc_pdf_lookup(m->document, m->revision, page), "Contents");
  *found = false;
  if (tc_pdf_kind_of(contents) == TC_PDF_STREAM)
    return visit_stream(m, contents, look, context, found, err);
  for (size_t i = tc_pdf_kind_of(contents) == TC_PDF_ARRAY ? tc_pdf_count(contents) : 0;
       i-- > 0 && !*found && m->contents > 0;) {
    if (!visit_stream(m, tc_pdf_at_in(m->document, m->revision, contents, i), look, context, found, err))
      return false;
  }
  return true;
}

static bool holds_digits(tc_bytes content, void *context, bool *found, tc_error *err)
{
  const char *digits = context;
  (void)err;
  *found = content.size > 0 && memmem(content.data, content.size, digits, strlen(digits)) != NULL;
  return true;
}

/* The four digits of the code that a font has for a character, as its ToUnicode map says: `<code> <character>` a line.
 */
static const uint8_t *code_of(tc_bytes meaning, unsigned char character)
{
  char wanted[16];
  size_t size = (size_t)snprintf(wanted, sizeof wanted, "> <%04X>\n", character);
  const uint8_t *at = meaning.size > 0 ? memmem(meaning.data, meaning.size, wanted, size) : NULL;
  return at != NULL && at - meaning.data >= 5 && at[-5] == '<' ? at - 4 : NULL;
}

/* The text in a font's codes; *whole is false where it has not all of them. */
static bool spell(tc_pdf_marks *m, const tc_pdf_object *font, const char *text, char *digits, bool *whole,
                  tc_error *err)
{
  tc_auto(tc_buf) meaning = {0};
  *whole = false;
  if (!read_stream(m, tc_pdf_get_in(m->document, m->revision, font, "ToUnicode"), &meaning, err))
    return false;
  for (size_t i = 0; text[i] != '\0'; i++) {
    const uint8_t *code = code_of(tc_buf_bytes(&meaning), (unsigned char)text[i]);
    if (code == NULL)
      return true;
    memcpy(digits + 4 * i, code, 4);
    digits[4 * i + 4] = '\0';
  }
  *whole = true;
  return true;
}

bool tc_pdf_page_shows(tc_pdf_marks *marks, uint32_t page, const char *text, bool *out, tc_error *err)
{
  const tc_pdf_object *fonts = in_resources(marks, page, "Font");
  char digits[TEXT_MAX * 4 + 1];
  bool found = false, whole = false;
  if (*text == '\0' || strlen(text) > TEXT_MAX)
    return tc_fail(err, TC_USAGE, "a text of 1 to %d characters is looked for", TEXT_MAX);
  for (size_t i = 0; tc_pdf_is_dict(fonts) && i < tc_pdf_count(fonts) && !found && marks->contents > 0; i++) {
    const tc_pdf_object *font = tc_pdf_resolve(marks->document, marks->revision, tc_pdf_value_at(fonts, i));
    if (!spell(marks, font, text, digits, &whole, err) ||
        (whole && !visit_contents(marks, page, holds_digits, digits, &found, err)))
      return false;
  }
  for (size_t i = 0; text[i] != '\0'; i++)
    snprintf(digits + 4 * i, 5, "%04X", (unsigned char)text[i]);
  if (!found && !visit_contents(marks, page, holds_digits, digits, &found, err))
    return false;
  *out = found;
  return true;
}

/* ---- The QR code ---- */

typedef struct rectangle {
  double x, y, width, height;
} rectangle;

/* The code of the payload under one of the masks; made when it is first asked for. */
typedef struct qr_symbol {
  tc_qr_run *runs;
  size_t count;
} qr_symbol;

typedef struct matching {
  const char *payload;
  qr_symbol symbols[TC_QR_MASKS];
  bool unfit; /* no code holds the payload */
  rectangle *drawn;
  size_t drawn_count, capacity;
  bool too_many;
} matching;

static void matching_finish(matching *m)
{
  for (size_t i = 0; i < TC_QR_MASKS; i++)
    free(m->symbols[i].runs);
  free(m->drawn);
}
TC_AUTO_VALUE(matching, matching_finish);

static bool take_rectangle(const tc_content_operator *operation, void *context, tc_error *err)
{
  matching *m = context;
  if (strcmp(operation->name, "re") != 0 || operation->count != 4)
    return true;
  if (m->drawn_count == RECTANGLES_MAX) {
    m->too_many = true;
    return false;
  }
  if (m->drawn_count == m->capacity) {
    size_t capacity = m->capacity == 0 ? 1024 : m->capacity * 2;
    rectangle *grown = reallocarray(m->drawn, capacity, sizeof *grown);
    if (grown == NULL)
      return tc_fail(err, TC_NO_MEMORY, "no memory for the rectangles of a page");
    m->drawn = grown;
    m->capacity = capacity;
  }
  const tc_content_operand *o = operation->operands;
  m->drawn[m->drawn_count++] = (rectangle){o[0].number, o[1].number, o[2].number, o[3].number};
  return true;
}

static bool is_near(double a, double b, double step) { return fabs(a - b) <= step / 20; }

/* The mask that the code names that starts with this rectangle, or -1: three modules of its format information, in the
   ninth row (ISO/IEC 18004, 7.9.1), which has a pattern of its own laid over. */
static int mask_at(const matching *m, size_t first)
{
  const rectangle *from = &m->drawn[first];
  double step = from->height;
  int dark = 0;
  if (step <= 0 || !is_near(from->width, FINDER * step, step))
    return -1;
  for (size_t i = first; i < m->drawn_count && i - first < FORMAT_WITHIN; i++) {
    const rectangle *r = &m->drawn[i];
    if (!is_near(r->y, from->y - 8 * step, step))
      continue;
    for (int column = 2; column <= 4; column++) {
      double middle = from->x + (column + 0.5) * step;
      if (r->x < middle && middle < r->x + r->width)
        dark |= 1 << (4 - column);
    }
  }
  return dark ^ 5;
}

/* The runs, each as it must be drawn if the first is where it is: rows go down, a module is as high as the first run.
 */
static bool matches_at(const matching *m, const qr_symbol *symbol, size_t first)
{
  const rectangle *from = &m->drawn[first];
  double step = from->height;
  if (first + symbol->count > m->drawn_count)
    return false;
  for (size_t i = 0; i < symbol->count; i++) {
    const rectangle *r = &m->drawn[first + i];
    const tc_qr_run *run = &symbol->runs[i], *start = &symbol->runs[0];
    if (!is_near(r->x, from->x + (run->column - start->column) * step, step) ||
        !is_near(r->y, from->y - (run->row - start->row) * step, step) ||
        !is_near(r->width, run->length * step, step) || !is_near(r->height, step, step))
      return false;
  }
  return true;
}

static bool make_symbol(matching *m, qr_symbol *symbol, int mask, tc_error *err)
{
  int width = 0;
  tc_error unfit = {0};
  if (symbol->runs != NULL || tc_qr_encode(m->payload, mask, &width, &symbol->runs, &symbol->count, &unfit))
    return true;
  m->unfit = unfit.code == TC_USAGE;
  return m->unfit || tc_fail(err, unfit.code, "%s", unfit.message);
}

static bool holds_code(tc_bytes content, void *context, bool *found, tc_error *err)
{
  matching *m = context;
  tc_error unreadable = {0};
  m->drawn_count = 0;
  m->too_many = false;
  if (!tc_content_walk(content, take_rectangle, m, &unreadable))
    return unreadable.code != TC_NO_MEMORY || tc_fail(err, TC_NO_MEMORY, "%s", unreadable.message);
  for (size_t i = 0; i < m->drawn_count && !*found && !m->too_many && !m->unfit; i++) {
    int mask = mask_at(m, i);
    if (mask < 0)
      continue;
    if (!make_symbol(m, &m->symbols[mask], mask, err))
      return false;
    *found = !m->unfit && matches_at(m, &m->symbols[mask], i);
  }
  return true;
}

bool tc_pdf_page_shows_qr(tc_pdf_marks *marks, uint32_t page, const char *payload, bool *out, tc_error *err)
{
  tc_auto(matching) m = {.payload = payload};
  bool found = false;
  spend(&marks->contents, QR_WORK);
  if (!visit_contents(marks, page, holds_code, &m, &found, err))
    return false;
  *out = found;
  return true;
}
