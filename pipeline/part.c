#include "pipeline/part.h"

#include <math.h>
#include <string.h>

/* Millimetres around the outline. Cards on a glass lie farther apart than what is shown of it; the white beyond keeps
   print at a card's edge from looking cut off. */
static const double shown = 1;
static const double white = 4;

static double pixels_of(double millimetres, const tc_image_shape *picture)
{
  return millimetres * fmin(picture->dpi_x, picture->dpi_y) / 25.4;
}

tc_part tc_part_around(const tc_quad *outline, const tc_image_shape *picture)
{
  tc_point least = outline->corner[0];
  tc_point most = outline->corner[0];
  for (int i = 1; i < 4; i++) {
    const tc_point p = outline->corner[i];
    least = (tc_point){fmin(least.x, p.x), fmin(least.y, p.y)};
    most = (tc_point){fmax(most.x, p.x), fmax(most.y, p.y)};
  }
  const double around = pixels_of(white, picture);
  const double left = fmax(0, floor(least.x - around));
  const double top = fmax(0, floor(least.y - around));
  const double right = fmin(picture->width, ceil(most.x + around));
  const double bottom = fmin(picture->height, ceil(most.y + around));
  tc_part part = {(int)left, (int)top, (int)(right - left), (int)(bottom - top), *outline};
  /* What is cut out now and what is cut out after the part was written down are the same pixels. */
  for (int i = 0; i < 4; i++)
    part.outline.corner[i] = (tc_point){round(outline->corner[i].x * 10) / 10, round(outline->corner[i].y * 10) / 10};
  return part;
}

tc_quad tc_part_outline(const tc_part *part)
{
  const tc_transform move = tc_transform_translate(-part->left, -part->top);
  return tc_transform_quad(&move, &part->outline);
}

/* Where along a row of pixels the outline, `around` pixels wider, begins and ends: the strip of each side. */
static void row_within(const tc_quad *outline, double around, double y, double *from, double *to)
{
  for (int i = 0; i < 4; i++) {
    const tc_point a = outline->corner[i];
    const tc_point b = outline->corner[(i + 1) % 4];
    const double length = hypot(b.x - a.x, b.y - a.y);
    const double nx = -(b.y - a.y) / length; /* inwards: corners run clockwise as seen */
    const double ny = (b.x - a.x) / length;
    /* (x − a.x)·nx + (y − a.y)·ny ≥ −around */
    const double rest = -around - (y - a.y) * ny;
    if (fabs(nx) < 1e-9) {
      if (rest > 0)
        *to = -INFINITY;
    } else if (nx > 0) {
      *from = fmax(*from, a.x + rest / nx);
    } else {
      *to = fmin(*to, a.x + rest / nx);
    }
  }
}

static void paint_white(tc_image *image, int y, int from, int to)
{
  const int bytes = tc_image_bytes_per_pixel(image);
  if (from < to)
    memset(tc_image_row_mutable(image, y) + (size_t)from * (size_t)bytes, 255, (size_t)(to - from) * (size_t)bytes);
}

bool tc_part_cut(const tc_image *picture, const tc_part *part, tc_image **out, tc_error *err)
{
  tc_auto(tc_image) image = NULL;
  const tc_image_shape *shape = tc_image_shape_of(picture);
  if (shape->pixel == TC_PIXEL_BILEVEL || part->left < 0 || part->top < 0 || part->width < 1 || part->height < 1 ||
      part->width > shape->width - part->left || part->height > shape->height - part->top)
    return tc_fail(err, TC_USAGE, "the part lies outside of its page");
  if (!tc_image_crop(picture, part->left, part->top, part->width, part->height, &image, err))
    return false;
  tc_image_set_dpi(image, shape->dpi_x, shape->dpi_y);
  const tc_quad outline = tc_part_outline(part);
  for (int y = 0; y < part->height; y++) {
    double from = 0;
    double to = part->width;
    row_within(&outline, pixels_of(shown, shape), y + 0.5, &from, &to);
    const int first = (int)fmin(part->width, fmax(0, floor(from)));
    const int last = (int)fmin(part->width, fmax(first, ceil(to)));
    paint_white(image, y, 0, first);
    paint_white(image, y, last, part->width);
  }
  *out = tc_steal(&image);
  return true;
}

tc_json *tc_part_to_json(const tc_part *part)
{
  tc_json *outline = tc_json_array();
  for (int i = 0; i < 4; i++) {
    tc_json *corner = tc_json_array();
    tc_json_append(corner, tc_json_number(part->outline.corner[i].x));
    tc_json_append(corner, tc_json_number(part->outline.corner[i].y));
    tc_json_append(outline, corner);
  }
  tc_json *json = tc_json_object();
  tc_json_set_integer(json, "left", part->left);
  tc_json_set_integer(json, "top", part->top);
  tc_json_set_integer(json, "width", part->width);
  tc_json_set_integer(json, "height", part->height);
  tc_json_set(json, "outline", outline);
  return json;
}

bool tc_part_from_json(const tc_json *json, tc_part *out, tc_error *err)
{
  tc_part part = {.left = (int)tc_json_get_integer(json, "left", -1),
                  .top = (int)tc_json_get_integer(json, "top", -1),
                  .width = (int)tc_json_get_integer(json, "width", 0),
                  .height = (int)tc_json_get_integer(json, "height", 0)};
  const tc_json *outline = tc_json_get(json, "outline");
  if (part.left < 0 || part.top < 0 || part.width < 1 || part.height < 1 || tc_json_count(outline) != 4)
    return tc_fail(err, TC_USAGE, "this is no part of a page");
  for (size_t i = 0; i < 4; i++)
    part.outline.corner[i] = (tc_point){tc_json_as_number(tc_json_at(tc_json_at(outline, i), 0), 0),
                                        tc_json_as_number(tc_json_at(tc_json_at(outline, i), 1), 0)};
  *out = part;
  return true;
}
