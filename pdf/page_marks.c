#include "pdf/page_marks.h"

#include "pdf/content.h"
#include "pdf/document_private.h"
#include "pdf/qr.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { TEXT_MAX = 64 };

/* ---- The image ---- */

static const tc_pdf_object *only_image(const tc_pdf_document *document, size_t revision, uint32_t page)
{
  const tc_pdf_object *resources =
      tc_pdf_get_in(document, revision, tc_pdf_lookup(document, revision, page), "Resources");
  const tc_pdf_object *objects = tc_pdf_get_in(document, revision, resources, "XObject"), *found = NULL;
  for (size_t i = 0; tc_pdf_is_dict(objects) && i < tc_pdf_count(objects); i++) {
    const tc_pdf_object *object = tc_pdf_resolve(document, revision, tc_pdf_value_at(objects, i));
    if (!tc_pdf_is_name(tc_pdf_get_in(document, revision, object, "Subtype"), "Image"))
      continue;
    if (found != NULL)
      return NULL;
    found = object;
  }
  return found;
}

static bool has_digest(tc_bytes bytes, const tc_digest *expected, bool *out, tc_error *err)
{
  tc_digest digest;
  if (!tc_digest_of(bytes, &digest, err))
    return false;
  *out = memcmp(digest.bytes, expected->bytes, sizeof digest.bytes) == 0;
  return true;
}

/* The bytes of an image's samples, as its dictionary has it. */
static double sample_bytes(const tc_pdf_document *document, size_t revision, const tc_pdf_object *image)
{
  double pixels = tc_pdf_number(tc_pdf_get_in(document, revision, image, "Width"), 0) *
                  tc_pdf_number(tc_pdf_get_in(document, revision, image, "Height"), 0);
  double bits = tc_pdf_number(tc_pdf_get_in(document, revision, image, "BitsPerComponent"), 8);
  return pixels * bits / 8 * 4;
}

static bool samples_have_digest(const tc_pdf_document *document, size_t revision, const tc_pdf_object *image,
                                const tc_digest *expected, size_t *budget, tc_pdf_image_answer *out, tc_error *err)
{
  tc_auto(tc_buf) samples = {0};
  tc_error unreadable = {0};
  bool same = false;
  *out = TC_PDF_IMAGE_UNCHECKED;
  if (sample_bytes(document, revision, image) > (double)*budget)
    return true;
  *out = TC_PDF_IMAGE_OTHER;
  if (!tc_pdf_stream_data(document, revision, image, &samples, &unreadable)) {
    *budget = 0; /* whatever it cost, no other costs it again */
    return true;
  }
  *budget -= samples.size < *budget ? samples.size : *budget;
  if (!has_digest(tc_buf_bytes(&samples), expected, &same, err))
    return false;
  *out = same ? TC_PDF_IMAGE_SAME : TC_PDF_IMAGE_OTHER;
  return true;
}

bool tc_pdf_page_image_is(const tc_pdf_document *document, size_t revision, uint32_t page, const tc_digest *expected,
                          size_t *budget, tc_pdf_image_answer *out, tc_error *err)
{
  const tc_pdf_object *image = only_image(document, revision, page);
  tc_auto(tc_buf) hold = {0};
  tc_bytes raw = {0};
  tc_error unreadable = {0};
  bool same = false;
  if (image == NULL || !tc_pdf_stream_plain(document, revision, image, &hold, &raw, &unreadable)) {
    *out = TC_PDF_IMAGE_OTHER;
    return true;
  }
  if (!has_digest(raw, expected, &same, err))
    return false;
  tc_pdf_document_touched(document, raw.size);
  if (!same && tc_pdf_is_name(tc_pdf_get_in(document, revision, image, "Filter"), "FlateDecode"))
    return samples_have_digest(document, revision, image, expected, budget, out, err);
  *out = same ? TC_PDF_IMAGE_SAME : TC_PDF_IMAGE_OTHER;
  return true;
}

/* ---- Contents ---- */

typedef bool (*visit)(tc_bytes content, void *context, bool *found, tc_error *err);

static bool visit_stream(const tc_pdf_document *document, size_t revision, const tc_pdf_object *stream, visit look,
                         void *context, bool *found, tc_error *err)
{
  tc_auto(tc_buf) content = {0};
  tc_error unreadable = {0};
  return !tc_pdf_stream_data(document, revision, stream, &content, &unreadable) ||
         look(tc_buf_bytes(&content), context, found, err);
}

/* The last first: the strip is drawn over the page and its words, and is the shortest. */
static bool visit_contents(const tc_pdf_document *document, size_t revision, uint32_t page, visit look, void *context,
                           bool *found, tc_error *err)
{
  const tc_pdf_object *contents =
      tc_pdf_get_in(document, revision, tc_pdf_lookup(document, revision, page), "Contents");
  *found = false;
  if (tc_pdf_kind_of(contents) == TC_PDF_STREAM)
    return visit_stream(document, revision, contents, look, context, found, err);
  for (size_t i = tc_pdf_kind_of(contents) == TC_PDF_ARRAY ? tc_pdf_count(contents) : 0; i-- > 0 && !*found;) {
    if (!visit_stream(document, revision, tc_pdf_at_in(document, revision, contents, i), look, context, found, err))
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

/* The text in a font's codes; false where it has not all of them. */
static bool spell(const tc_pdf_document *document, size_t revision, const tc_pdf_object *font, const char *text,
                  char *digits)
{
  tc_auto(tc_buf) meaning = {0};
  tc_error unreadable = {0};
  if (!tc_pdf_stream_data(document, revision, tc_pdf_get_in(document, revision, font, "ToUnicode"), &meaning,
                          &unreadable))
    return false;
  for (size_t i = 0; text[i] != '\0'; i++) {
    const uint8_t *code = code_of(tc_buf_bytes(&meaning), (unsigned char)text[i]);
    if (code == NULL)
      return false;
    memcpy(digits + 4 * i, code, 4);
    digits[4 * i + 4] = '\0';
  }
  return true;
}

bool tc_pdf_page_shows(const tc_pdf_document *document, size_t revision, uint32_t page, const char *text, bool *out,
                       tc_error *err)
{
  const tc_pdf_object *resources =
      tc_pdf_get_in(document, revision, tc_pdf_lookup(document, revision, page), "Resources");
  const tc_pdf_object *fonts = tc_pdf_get_in(document, revision, resources, "Font");
  char digits[TEXT_MAX * 4 + 1];
  bool found = false;
  if (*text == '\0' || strlen(text) > TEXT_MAX)
    return tc_fail(err, TC_USAGE, "a text of 1 to %d characters is looked for", TEXT_MAX);
  for (size_t i = 0; tc_pdf_is_dict(fonts) && i < tc_pdf_count(fonts) && !found; i++) {
    const tc_pdf_object *font = tc_pdf_resolve(document, revision, tc_pdf_value_at(fonts, i));
    if (spell(document, revision, font, text, digits) &&
        !visit_contents(document, revision, page, holds_digits, digits, &found, err))
      return false;
  }
  for (size_t i = 0; text[i] != '\0'; i++)
    snprintf(digits + 4 * i, 5, "%04X", (unsigned char)text[i]);
  if (!found && !visit_contents(document, revision, page, holds_digits, digits, &found, err))
    return false;
  *out = found;
  return true;
}

/* ---- The QR code ---- */

typedef struct rectangle {
  double x, y, width, height;
} rectangle;

typedef struct matching {
  const tc_qr_run *runs;
  size_t count;
  rectangle *drawn;
  size_t drawn_count, capacity;
} matching;

static bool take_rectangle(const tc_content_operator *operation, void *context, tc_error *err)
{
  matching *m = context;
  if (strcmp(operation->name, "re") != 0 || operation->count != 4)
    return true;
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

/* The runs, each as it must be drawn if the first is where it is: rows go down, a module is as high as the first run.
 */
static bool matches_at(const matching *m, size_t first)
{
  const rectangle *from = &m->drawn[first];
  double step = from->height, near = step / 20;
  if (step <= 0)
    return false;
  for (size_t i = 0; i < m->count; i++) {
    const rectangle *r = &m->drawn[first + i];
    const tc_qr_run *run = &m->runs[i], *start = &m->runs[0];
    if (fabs(r->x - from->x - (run->column - start->column) * step) > near ||
        fabs(r->y - from->y + (run->row - start->row) * step) > near || fabs(r->width - run->length * step) > near ||
        fabs(r->height - step) > near)
      return false;
  }
  return true;
}

static bool holds_code(tc_bytes content, void *context, bool *found, tc_error *err)
{
  matching *m = context;
  tc_error unreadable = {0};
  m->drawn_count = 0;
  if (!tc_content_walk(content, take_rectangle, m, &unreadable))
    return unreadable.code != TC_NO_MEMORY || tc_fail(err, TC_NO_MEMORY, "%s", unreadable.message);
  for (size_t i = 0; i + m->count <= m->drawn_count && !*found; i++)
    *found = matches_at(m, i);
  return true;
}

bool tc_pdf_page_shows_qr(const tc_pdf_document *document, size_t revision, uint32_t page, const char *payload,
                          bool *out, tc_error *err)
{
  tc_qr_run *runs = NULL;
  matching m = {0};
  int width = 0;
  if (!tc_qr_encode(payload, &width, &runs, &m.count, err))
    return false;
  m.runs = runs;
  bool ok = visit_contents(document, revision, page, holds_code, &m, out, err);
  free(runs);
  free(m.drawn);
  return ok;
}
