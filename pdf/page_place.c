#include "pdf/page_place.h"

#include "pdf/document_private.h"

#include <math.h>

static const tc_pdf_object *inherited(const tc_pdf_document *document, size_t revision, const tc_pdf_object *node,
                                      const char *key)
{
  for (size_t depth = 0; depth < document->limits.max_depth; depth++) {
    const tc_pdf_object *value = tc_pdf_get_in(document, revision, node, key);
    if (tc_pdf_kind_of(value) != TC_PDF_NULL)
      return value;
    node = tc_pdf_get_in(document, revision, node, "Parent");
  }
  return &tc_pdf_null_object;
}

static bool read_box(const tc_pdf_document *document, size_t revision, const tc_pdf_object *array, tc_pdf_rect *out)
{
  double v[4];
  if (tc_pdf_kind_of(array) != TC_PDF_ARRAY || tc_pdf_count(array) != 4)
    return false;
  for (size_t i = 0; i < 4; i++)
    v[i] = tc_pdf_number(tc_pdf_at_in(document, revision, array, i), INFINITY);
  *out = (tc_pdf_rect){fmin(v[0], v[2]), fmin(v[1], v[3]), fmax(v[0], v[2]), fmax(v[1], v[3])};
  return isfinite(out->right) && isfinite(out->top) && out->right > out->left && out->top > out->bottom;
}

bool tc_pdf_page_place_read(const tc_pdf_document *document, size_t revision, uint32_t page, tc_pdf_page_place *out,
                            tc_error *err)
{
  const tc_pdf_object *dict = tc_pdf_lookup(document, revision, page);
  tc_pdf_page_place place = {.unit = tc_pdf_number(tc_pdf_get_in(document, revision, dict, "UserUnit"), 1)};
  tc_pdf_rect crop;
  if (!read_box(document, revision, inherited(document, revision, dict, "MediaBox"), &place.box))
    return tc_fail(err, TC_FORMAT, "the page has no usable MediaBox");
  if (read_box(document, revision, inherited(document, revision, dict, "CropBox"), &crop)) {
    crop = (tc_pdf_rect){fmax(crop.left, place.box.left), fmax(crop.bottom, place.box.bottom),
                         fmin(crop.right, place.box.right), fmin(crop.top, place.box.top)};
    if (crop.right > crop.left && crop.top > crop.bottom)
      place.box = crop;
  }
  int64_t turns = tc_pdf_integer(inherited(document, revision, dict, "Rotate"), 0) / 90 % 4;
  place.rotate = (int)((turns + 4) % 4) * 90;
  if (!(place.unit > 0) || !isfinite(place.unit))
    place.unit = 1;
  *out = place;
  return true;
}

/* A page turned clockwise shows its left edge at the top: what lies u to the right there and v up is, of the box, u up
   from its bottom and v in from its right. */
static tc_pdf_point point_of(const tc_pdf_page_place *place, double u, double v)
{
  const tc_pdf_rect *box = &place->box;
  switch (place->rotate) {
  case 90:
    return (tc_pdf_point){box->right - v, box->bottom + u};
  case 180:
    return (tc_pdf_point){box->right - u, box->top - v};
  case 270:
    return (tc_pdf_point){box->left + v, box->top - u};
  default:
    return (tc_pdf_point){box->left + u, box->bottom + v};
  }
}

tc_pdf_rect tc_pdf_page_place_of(const tc_pdf_page_place *place, tc_pdf_rect seen)
{
  tc_pdf_point a = point_of(place, seen.left / place->unit, seen.bottom / place->unit);
  tc_pdf_point b = point_of(place, seen.right / place->unit, seen.top / place->unit);
  return (tc_pdf_rect){fmin(a.x, b.x), fmin(a.y, b.y), fmax(a.x, b.x), fmax(a.y, b.y)};
}
