/*
 * The content stream's operators fall in four classes (ISO 32000-1, table 51): those that paint (the page is not a
 * plain scan then, unless the one thing painted is an image), those that place (q Q cm, forms), those that could make
 * the image look other than it is stored (transparency, clipping, optional content: such a page is rendered instead),
 * and the rest, which change nothing visible. Invisible text (3 Tr) is counted and let pass.
 */
#include "pdf/scan_content.h"

#include "pdf/content.h"

#include <math.h>
#include <string.h>

enum { STATES_MAX = 64, FORMS_MAX = 8 };

typedef struct state {
  tc_pdf_matrix matrix;
  bool text_invisible, fill_not_black;
  bool clipped;     /* to `clip`, user space */
  tc_pdf_rect clip; /* what rectangles leave visible */
} state;

typedef struct walk {
  tc_qpdf *qpdf;
  qpdf_oh resources;
  size_t max_bytes;
  unsigned depth;
  state states[STATES_MAX];
  size_t top, floor; /* a form's Q ends at its own q */
  bool path_is_rect, path_is_empty, clip_pending;
  tc_pdf_rect path; /* user space */
  tc_scan_painting *found;
  bool has_image;
  tc_pdf_rect image_clip;
  bool image_clipped;
} walk;

/* Says no, for this reason, and ends the walk. */
static bool refuse(walk *w, const char *because)
{
  w->found->because = because;
  return false;
}

static state *now(walk *w) { return &w->states[w->top]; }

static tc_pdf_rect intersection(tc_pdf_rect a, tc_pdf_rect b)
{
  return (tc_pdf_rect){fmax(a.left, b.left), fmax(a.bottom, b.bottom), fmin(a.right, b.right), fmin(a.top, b.top)};
}

static bool is_upright(tc_pdf_matrix m)
{
  return (fabs(m.b) < 1e-6 && fabs(m.c) < 1e-6) || (fabs(m.a) < 1e-6 && fabs(m.d) < 1e-6);
}

/* `re` (8.5.2.1): the only path whose clipping is followed. */
static void add_rectangle(walk *w, const tc_content_operand *v)
{
  tc_pdf_matrix box = {v[2].number, 0, 0, v[3].number, v[0].number, v[1].number};
  w->path_is_rect = w->path_is_empty && is_upright(now(w)->matrix);
  w->path_is_empty = false;
  w->path = tc_pdf_matrix_unit_bounds(tc_pdf_matrix_then(box, now(w)->matrix));
}

static bool clip_to(walk *w, tc_pdf_rect rect)
{
  state *s = now(w);
  s->clip = s->clipped ? intersection(s->clip, rect) : rect;
  s->clipped = true;
  return true;
}

/* `n`: the end of a path that is not painted; a pending W takes effect. */
static bool end_path(walk *w)
{
  bool ok = true;
  if (w->clip_pending && !w->path_is_empty)
    ok = w->path_is_rect ? clip_to(w, w->path) : refuse(w, "the image is clipped by a path");
  w->clip_pending = false;
  w->path_is_empty = true;
  w->path_is_rect = false;
  return ok;
}

/* Table 58: only what leaves the image as it is stored. */
static bool set_state(walk *w, const char *name)
{
  tc_qpdf *q = w->qpdf;
  qpdf_oh gs = tc_qpdf_get(q, tc_qpdf_get(q, w->resources, "/ExtGState"), name);
  qpdf_oh mask = tc_qpdf_get(q, gs, "/SMask"), blend = tc_qpdf_get(q, gs, "/BM");
  if (!qpdf_oh_is_null(q, mask) && !tc_qpdf_name_is(q, mask, "/None"))
    return refuse(w, "a soft mask is in force");
  if (!qpdf_oh_is_null(q, blend) && !tc_qpdf_name_is(q, blend, "/Normal") && !tc_qpdf_name_is(q, blend, "/Compatible"))
    return refuse(w, "a blend mode is in force");
  if (tc_qpdf_number(q, tc_qpdf_get(q, gs, "/ca"), 1) < 1)
    return refuse(w, "the image is painted translucent");
  if (!qpdf_oh_is_null(q, tc_qpdf_get(q, gs, "/TR")) || !qpdf_oh_is_null(q, tc_qpdf_get(q, gs, "/TR2")))
    return refuse(w, "a transfer function is in force");
  return true;
}

static bool walk_stream(walk *w, tc_bytes content, tc_error *err);

/* 8.10.1: a form is its content under its matrix, clipped to its box, with its own resources. */
static bool paint_form(walk *w, qpdf_oh form, tc_error *err)
{
  tc_qpdf *q = w->qpdf;
  if (w->depth >= FORMS_MAX)
    return refuse(w, "forms are nested too deeply");
  if (!qpdf_oh_is_null(q, tc_qpdf_get(q, form, "/OC")))
    return refuse(w, "the content is optional");
  tc_auto(tc_buf) content = {0};
  if (!tc_qpdf_data(q, form, w->max_bytes, &content, err))
    return false;
  state outer = *now(w);
  qpdf_oh matrix = tc_qpdf_get(q, form, "/Matrix"), resources = tc_qpdf_get(q, form, "/Resources");
  if (tc_qpdf_count(q, matrix) == 6) {
    double v[6];
    for (size_t i = 0; i < 6; i++)
      v[i] = tc_qpdf_number(q, tc_qpdf_at(q, matrix, i), 0);
    now(w)->matrix = tc_pdf_matrix_then((tc_pdf_matrix){v[0], v[1], v[2], v[3], v[4], v[5]}, outer.matrix);
  }
  tc_pdf_rect box;
  if (!is_upright(now(w)->matrix) || !tc_qpdf_rect(q, tc_qpdf_get(q, form, "/BBox"), &box))
    return refuse(w, "a form is turned, or has no box");
  tc_pdf_matrix unit = {box.right - box.left, 0, 0, box.top - box.bottom, box.left, box.bottom};
  clip_to(w, tc_pdf_matrix_unit_bounds(tc_pdf_matrix_then(unit, now(w)->matrix)));
  qpdf_oh outer_resources = w->resources;
  size_t outer_floor = w->floor;
  w->floor = w->top;
  if (qpdf_oh_is_dictionary(q, resources))
    w->resources = resources;
  w->depth++;
  bool ok = walk_stream(w, tc_buf_bytes(&content), err);
  w->depth--;
  w->resources = outer_resources;
  w->top = w->floor;
  w->floor = outer_floor;
  *now(w) = outer;
  return ok && w->found->because == NULL;
}

static bool paint_object(walk *w, const char *name, tc_error *err)
{
  tc_qpdf *q = w->qpdf;
  qpdf_oh object = tc_qpdf_get(q, tc_qpdf_get(q, w->resources, "/XObject"), name);
  qpdf_oh subtype = tc_qpdf_get(q, object, "/Subtype");
  if (tc_qpdf_name_is(q, subtype, "/Form"))
    return paint_form(w, object, err);
  if (!tc_qpdf_name_is(q, subtype, "/Image"))
    return refuse(w, "an object is painted that is no image");
  if (w->has_image)
    return refuse(w, "more than one image is painted");
  if (!qpdf_oh_is_null(q, tc_qpdf_get(q, object, "/OC")))
    return refuse(w, "the image is optional content");
  if (now(w)->fill_not_black && tc_qpdf_boolean(q, tc_qpdf_get(q, object, "/ImageMask"), false))
    return refuse(w, "the image is a stencil in a colour");
  w->has_image = true;
  w->found->image = object;
  w->found->placement = now(w)->matrix;
  w->image_clipped = now(w)->clipped;
  w->image_clip = now(w)->clip;
  return true;
}

static bool show_text(walk *w)
{
  if (!now(w)->text_invisible)
    return refuse(w, "text is painted");
  w->found->words_hidden++;
  return true;
}

static bool one_of(const char *name, const char *const *names)
{
  for (; *names != NULL; names++)
    if (strcmp(name, *names) == 0)
      return true;
  return false;
}

static bool place(walk *w, const tc_content_operator *op)
{
  const tc_content_operand *v = op->operands;
  if (strcmp(op->name, "q") == 0) {
    if (w->top + 1 >= STATES_MAX)
      return refuse(w, "graphics states are nested too deeply");
    w->states[w->top + 1] = w->states[w->top];
    w->top++;
  } else if (strcmp(op->name, "Q") == 0)
    w->top -= w->top > w->floor;
  else if (strcmp(op->name, "cm") == 0 && op->count == 6)
    now(w)->matrix = tc_pdf_matrix_then(
        (tc_pdf_matrix){v[0].number, v[1].number, v[2].number, v[3].number, v[4].number, v[5].number}, now(w)->matrix);
  else if (strcmp(op->name, "re") == 0 && op->count == 4)
    add_rectangle(w, v);
  else if (one_of(op->name, (const char *const[]){"m", "l", "c", "v", "y", "h", NULL}))
    w->path_is_empty = w->path_is_rect = false;
  else if (strcmp(op->name, "W") == 0 || strcmp(op->name, "W*") == 0)
    w->clip_pending = true;
  else if (strcmp(op->name, "n") == 0)
    return end_path(w);
  return true;
}

/* Nonstroking colour, as far as it matters for a stencil: black or not. */
static void set_fill(walk *w, const tc_content_operator *op)
{
  bool black = false;
  if (strcmp(op->name, "g") == 0 || strcmp(op->name, "rg") == 0) {
    black = true;
    for (size_t i = 0; i < op->count; i++)
      black = black && op->operands[i].number == 0;
  } else if (strcmp(op->name, "k") == 0 && op->count == 4)
    black = op->operands[3].number == 1;
  now(w)->fill_not_black = !black;
}

static bool visit(const tc_content_operator *op, void *context, tc_error *err)
{
  walk *w = context;
  static const char *const paints[] = {"S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "sh", "BI", NULL};
  static const char *const shows[] = {"Tj", "TJ", "'", "\"", NULL};
  static const char *const fills[] = {"g", "rg", "k", "sc", "scn", "cs", NULL};
  if (one_of(op->name, paints))
    return refuse(w, strcmp(op->name, "BI") == 0 ? "an inline image is painted" : "lines or areas are painted");
  if (one_of(op->name, shows))
    return show_text(w);
  if (one_of(op->name, fills)) {
    set_fill(w, op);
    return true;
  }
  if (strcmp(op->name, "Do") == 0)
    return op->count == 1 ? paint_object(w, op->operands[0].name, err) : refuse(w, "the content is damaged");
  if (strcmp(op->name, "gs") == 0)
    return op->count == 1 ? set_state(w, op->operands[0].name) : refuse(w, "the content is damaged");
  if (strcmp(op->name, "Tr") == 0 && op->count == 1)
    now(w)->text_invisible = op->operands[0].number == 3;
  if (strcmp(op->name, "BDC") == 0 && op->count >= 1 && strcmp(op->operands[0].name, "/OC") == 0)
    return refuse(w, "the content is optional");
  return place(w, op);
}

static bool walk_stream(walk *w, tc_bytes content, tc_error *err)
{
  w->path_is_empty = true;
  w->path_is_rect = w->clip_pending = false;
  return tc_content_walk(content, visit, w, err);
}

/* A page's content is the concatenation of its streams (7.8.2). */
static bool page_content(tc_qpdf *q, qpdf_oh page, size_t limit, tc_buf *out, tc_error *err)
{
  qpdf_oh contents = tc_qpdf_get(q, page, "/Contents");
  if (qpdf_oh_is_stream(q, contents))
    return tc_qpdf_data(q, contents, limit, out, err);
  size_t count = tc_qpdf_count(q, contents);
  for (size_t i = 0; i < count; i++)
    if (out->size >= limit || !tc_qpdf_data(q, tc_qpdf_at(q, contents, i), limit - out->size, out, err) ||
        !tc_buf_append(out, "\n", 1, err))
      return tc_fail(err, TC_LIMIT, "a page's content holds more than %zu bytes", limit);
  return true;
}

/* Whether a rectangle leaves all of the visible image. Scanners round: a point of tolerance. */
static bool hides(tc_pdf_rect clip, tc_pdf_rect image)
{
  return clip.left > image.left + 1 || clip.bottom > image.bottom + 1 || clip.right < image.right - 1 ||
         clip.top < image.top - 1;
}

bool tc_scan_painting_of(tc_qpdf *qpdf, qpdf_oh page, tc_pdf_rect visible, size_t max_content_bytes,
                         tc_scan_painting *out, tc_error *err)
{
  tc_auto(tc_buf) content = {0};
  if (!page_content(qpdf, page, max_content_bytes, &content, err))
    return false;
  tc_scan_painting found = {0};
  walk w = {.qpdf = qpdf,
            .resources = tc_qpdf_get(qpdf, page, "/Resources"),
            .max_bytes = max_content_bytes,
            .states = {{.matrix = tc_pdf_matrix_identity()}},
            .found = &found};
  if (!walk_stream(&w, tc_buf_bytes(&content), err))
    return false;
  if (found.because == NULL && !w.has_image)
    found.because = "no image is painted";
  if (found.because == NULL) {
    tc_pdf_rect shown = intersection(tc_pdf_matrix_unit_bounds(found.placement), visible);
    tc_pdf_matrix inverse;
    if (!tc_pdf_matrix_invert(found.placement, &inverse) || shown.left >= shown.right || shown.bottom >= shown.top)
      found.because = "the image is not visible";
    else if (w.image_clipped && hides(w.image_clip, shown))
      found.because = "the image is clipped";
  }
  *out = found;
  return true;
}
