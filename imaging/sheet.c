/*
 * A sheet on a desk: on a picture of about 480 pixels whose value is the smallest of red, green and blue (white paper
 * keeps it, wood and cloth lose it), several thresholds each give a largest bright region. Its convex hull is reduced
 * to four sides, each side is moved to where the picture falls off most steeply, and the quadrilateral is judged: does
 * the region fill it, does every side stand out. The best one wins; none is an answer, too.
 */
#include "imaging/sheet.h"

#include "imaging/region.h"
#include "imaging/scratch.h"

#include <math.h>
#include <string.h>

enum { SMALL_SIDE = 480, REACH = 7, SAMPLES = 64, MARGIN = 3 };

static const double min_area = 0.2;    /* of the picture */
static const double min_filled = 0.86; /* of the quadrilateral by the region's hull */
static const double min_solid = 0.8;   /* of the hull by the region itself, with its holes filled by the closing */
static const double min_contrast = 16; /* grey levels across a side, on average */
static const double whole_picture = 0.97;
static const double min_ground = 0.06; /* of the picture's rim */

static uint8_t darkest_channel(const uint8_t *pixel, int bytes)
{
  if (bytes == 1)
    return pixel[0];
  uint8_t least = pixel[0] < pixel[1] ? pixel[0] : pixel[1];
  return least < pixel[2] ? least : pixel[2];
}

static bool shrink(const tc_image *image, int factor, tc_image **out, tc_error *err)
{
  int bytes = tc_image_bytes_per_pixel(image);
  const tc_image_shape shape = {
      .pixel = TC_PIXEL_GREY8, .width = tc_image_width(image) / factor, .height = tc_image_height(image) / factor};
  tc_image *small = NULL;
  if (!tc_image_create(&shape, &small, err))
    return false;
  int step = factor > 3 ? factor / 3 : 1; /* nine samples of a cell are as good as all */
  for (int y = 0; y < shape.height; y++)
    for (int x = 0; x < shape.width; x++) {
      int sum = 0;
      int count = 0;
      for (int j = 0; j < factor; j += step) {
        const uint8_t *pixel = tc_image_row(image, y * factor + j) + (size_t)(x * factor) * (size_t)bytes;
        for (int i = 0; i < factor; i += step, count++)
          sum += darkest_channel(pixel + i * bytes, bytes);
      }
      tc_image_row_mutable(small, y)[x] = (uint8_t)(sum / count);
    }
  *out = small;
  return true;
}

static double value_at(const tc_image *small, double x, double y)
{
  int column = (int)fmin(fmax(x, 0), tc_image_width(small) - 1);
  int row = (int)fmin(fmax(y, 0), tc_image_height(small) - 1);
  return tc_image_row(small, row)[column];
}

typedef struct line {
  double x, y, dx, dy; /* a point and a unit direction */
} line;

static bool at_border(const tc_image *small, tc_point a, tc_point b)
{
  double right = tc_image_width(small) - MARGIN;
  double bottom = tc_image_height(small) - MARGIN;
  return (a.x < MARGIN && b.x < MARGIN) || (a.y < MARGIN && b.y < MARGIN) || (a.x > right && b.x > right) ||
         (a.y > bottom && b.y > bottom);
}

/* The offset along the inward normal, within REACH, at which the picture brightens most; NAN where it does not. */
static double steepest(const tc_image *small, double x, double y, double nx, double ny)
{
  double best = 8;
  double offset = NAN;
  for (int half = -2 * REACH; half <= 2 * REACH; half++) {
    double t = half * 0.5;
    double inside = value_at(small, x + nx * (t + 1.5), y + ny * (t + 1.5));
    double outside = value_at(small, x + nx * (t - 1.5), y + ny * (t - 1.5));
    if (inside - outside > best) {
      best = inside - outside;
      offset = t;
    }
  }
  return offset;
}

/* Least squares through points given as position along and offset across the side; twice, the second time without those
   farther off than one pixel and a half. */
static bool fit_offsets(const double *along, const double *across, int count, double *slope, double *level)
{
  double a = 0;
  double b = 0;
  for (int pass = 0; pass < 3; pass++) {
    double n = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;
    for (int i = 0; i < count; i++) {
      if (pass > 0 && fabs(across[i] - (a * along[i] + b)) > (pass == 1 ? 3 : 1.5))
        continue;
      n += 1;
      sx += along[i];
      sy += across[i];
      sxx += along[i] * along[i];
      sxy += along[i] * across[i];
    }
    double determinant = n * sxx - sx * sx;
    if (n < SAMPLES / 4.0 || fabs(determinant) < 1e-9)
      return false;
    a = (n * sxy - sx * sy) / determinant;
    b = (sy - a * sx) / n;
  }
  *slope = a;
  *level = b;
  return true;
}

/* The side from a to b, moved to the edge of the paper where one is seen. Corners run clockwise: inside is right. */
static line refine_side(const tc_image *small, tc_point a, tc_point b)
{
  double length = hypot(b.x - a.x, b.y - a.y);
  line side = {a.x, a.y, (b.x - a.x) / length, (b.y - a.y) / length};
  if (at_border(small, a, b))
    return side;
  double along[SAMPLES], across[SAMPLES];
  int count = 0;
  for (int i = 0; i < SAMPLES; i++) {
    double t = length * (0.04 + 0.92 * i / (SAMPLES - 1));
    double offset = steepest(small, side.x + side.dx * t, side.y + side.dy * t, -side.dy, side.dx);
    if (!isnan(offset)) {
      along[count] = t;
      across[count++] = offset;
    }
  }
  double slope, level;
  if (!fit_offsets(along, across, count, &slope, &level))
    return side;
  line moved = {side.x - side.dy * level, side.y + side.dx * level, side.dx - side.dy * slope,
                side.dy + side.dx * slope};
  double norm = hypot(moved.dx, moved.dy);
  moved.dx /= norm;
  moved.dy /= norm;
  return moved;
}

static bool intersect(const line *a, const line *b, tc_point *out)
{
  double determinant = a->dx * b->dy - a->dy * b->dx;
  if (fabs(determinant) < 0.3) /* corners of a sheet are between 17 and 163 degrees */
    return false;
  double t = ((b->x - a->x) * b->dy - (b->y - a->y) * b->dx) / determinant;
  *out = (tc_point){a->x + t * a->dx, a->y + t * a->dy};
  return true;
}

static bool refine(const tc_image *small, const tc_quad *rough, tc_quad *out)
{
  line sides[4];
  for (int i = 0; i < 4; i++)
    sides[i] = refine_side(small, rough->corner[i], rough->corner[(i + 1) % 4]);
  for (int i = 0; i < 4; i++)
    if (!intersect(&sides[(i + 3) % 4], &sides[i], &out->corner[i]))
      return false;
  return true;
}

/* Mean step from outside to inside along the sides that lie within the picture, counted less the fewer those are; 0
   where one of them does not stand out, or where all or all but one are the picture's own: a strip of the lid beside a
   sheet is bounded like that. */
static double contrast_of(const tc_image *small, const tc_quad *quad, int *sides)
{
  double total = 0;
  for (int i = 0; i < 4; i++) {
    tc_point a = quad->corner[i];
    tc_point b = quad->corner[(i + 1) % 4];
    if (at_border(small, a, b))
      continue;
    double length = hypot(b.x - a.x, b.y - a.y);
    double nx = -(b.y - a.y) / length;
    double ny = (b.x - a.x) / length;
    double sum = 0;
    for (int k = 0; k < SAMPLES; k++) {
      double t = 0.05 + 0.9 * k / (SAMPLES - 1);
      double x = a.x + (b.x - a.x) * t;
      double y = a.y + (b.y - a.y) * t;
      sum += value_at(small, x + nx * 3, y + ny * 3) - value_at(small, x - nx * 3, y - ny * 3);
    }
    if (sum / SAMPLES < min_contrast)
      return 0;
    total += sum / SAMPLES;
    *sides += 1;
  }
  return *sides > 1 ? total / 4 : 0;
}

static bool plausible(const tc_image *small, const tc_quad *quad)
{
  double width = tc_image_width(small);
  double height = tc_image_height(small);
  double area = tc_region_area(quad->corner, 4);
  if (area < min_area * width * height || area > whole_picture * width * height)
    return false;
  for (int i = 0; i < 4; i++) {
    tc_point a = quad->corner[(i + 3) % 4];
    tc_point b = quad->corner[i];
    tc_point c = quad->corner[(i + 1) % 4];
    double cross = (b.x - a.x) * (c.y - b.y) - (b.y - a.y) * (c.x - b.x);
    double sides = hypot(b.x - a.x, b.y - a.y) * hypot(c.x - b.x, c.y - b.y);
    if (sides <= 0 || cross / sides < 0.8) /* corners between 53 and 127 degrees, all turning the same way */
      return false;
    if (b.x < -0.08 * width || b.y < -0.08 * height || b.x > 1.08 * width || b.y > 1.08 * height)
      return false;
  }
  return true;
}

/* Corners run clockwise already; the one nearest the top left of the quadrilateral's own box comes first. */
static tc_quad first_top_left(const tc_quad *quad)
{
  int first = 0;
  for (int i = 1; i < 4; i++)
    if (quad->corner[i].x + quad->corner[i].y < quad->corner[first].x + quad->corner[first].y)
      first = i;
  tc_quad out;
  for (int i = 0; i < 4; i++)
    out.corner[i] = quad->corner[(first + i) % 4];
  return out;
}

/* Whether a ground darker than the paper is seen along the picture's edge. */
static bool has_ground(const tc_image *small)
{
  int width = tc_image_width(small);
  int height = tc_image_height(small);
  int histogram[256] = {0};
  int dark = 0;
  int seen = 0;
  for (int y = 0; y < height; y += 2)
    for (int x = 0; x < width; x += 2)
      histogram[tc_image_row(small, y)[x]]++;
  int paper = 255;
  for (int above = 0; paper > 0 && above + histogram[paper] < width * height / 4 / 3; paper--)
    above += histogram[paper];
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      if (y < MARGIN || x < MARGIN || y >= height - MARGIN || x >= width - MARGIN) {
        seen++;
        dark += tc_image_row(small, y)[x] < paper - (int)min_contrast;
      }
  return dark > min_ground * seen;
}

/* What was found so far: a score of 0 is nothing. */
typedef struct candidate {
  double score;
  int sides; /* that are seen; the others are the picture's own */
  tc_quad quad;
} candidate;

/* A region of `picture`, judged on `small`. */
static bool try_threshold(const tc_image *small, const tc_image *picture, int threshold, candidate *best, tc_error *err)
{
  tc_region region = {0};
  if (!tc_region_largest(picture, threshold, &region, err))
    return false;
  tc_quad rough, quad;
  bool shaped = region.hull_count >= 4 && tc_region_quad(&region, &rough);
  double hull = tc_region_area(region.hull, region.hull_count);
  if (shaped && region.pixels > min_solid * hull && hull > min_filled * tc_region_area(rough.corner, 4) &&
      refine(small, &rough, &quad) && plausible(small, &quad)) {
    double fit = fmin(1, hull / tc_region_area(quad.corner, 4));
    int sides = 0;
    double score = contrast_of(small, &quad, &sides) * fit * fit * fit;
    if (score > best->score)
      *best = (candidate){score, sides, first_top_left(&quad)};
  }
  tc_region_finish(&region);
  return true;
}

/* Of each pixel the darkest around it: paper is even and keeps its light, a bright cloth or board with a grain loses
 * it.
 */
static bool darken(const tc_image *small, tc_image **out, tc_error *err)
{
  enum { AROUND = 3 };
  const int width = tc_image_width(small);
  const int height = tc_image_height(small);
  tc_auto(tc_image) dark = NULL;
  tc_auto(tc_octets) least = calloc((size_t)width, 1);
  if (least == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory to look for a sheet");
  if (!tc_image_create(tc_image_shape_of(small), &dark, err))
    return false;
  for (int y = 0; y < height; y++) {
    memset(least, 255, (size_t)width);
    for (int v = y > AROUND ? y - AROUND : 0; v <= y + AROUND && v < height; v++) {
      const uint8_t *row = tc_image_row(small, v);
      for (int x = 0; x < width; x++)
        least[x] = row[x] < least[x] ? row[x] : least[x];
    }
    uint8_t *to = tc_image_row_mutable(dark, y);
    for (int x = 0; x < width; x++) {
      to[x] = least[x];
      for (int u = x > AROUND ? x - AROUND : 0; u <= x + AROUND && u < width; u++)
        to[x] = least[u] < to[x] ? least[u] : to[x];
    }
  }
  *out = tc_steal(&dark);
  return true;
}

static bool try_all(const tc_image *small, const tc_image *picture, candidate *best, tc_error *err)
{
  static const int shifts[] = {-45, -30, -15, 0, 15, 30, 45};
  const int middle = tc_region_threshold(picture);
  for (size_t i = 0; i < TC_ARRAY_LEN(shifts); i++)
    if (!try_threshold(small, picture, middle + shifts[i], best, err))
      return false;
  return true;
}

bool tc_sheet_find(const tc_image *image, bool *out_found, tc_quad *out, tc_error *err)
{
  int longer = tc_image_width(image) > tc_image_height(image) ? tc_image_width(image) : tc_image_height(image);
  int shorter = tc_image_width(image) + tc_image_height(image) - longer;
  int factor = longer / SMALL_SIDE > 1 ? longer / SMALL_SIDE : 1;
  *out_found = false;
  if (shorter / factor < 64 || tc_image_bytes_per_pixel(image) == 0)
    return true;
  tc_auto(tc_image) small = NULL;
  tc_auto(tc_image) dark = NULL;
  if (!shrink(image, factor, &small, err))
    return false;
  if (!has_ground(small))
    return true;
  candidate best = {0};
  if (!try_all(small, small, &best, err) ||
      (best.sides < 4 && (!darken(small, &dark, err) || !try_all(small, dark, &best, err))))
    return false;
  if (best.score <= 0)
    return true;
  tc_transform grow = tc_transform_scale(factor, factor);
  *out = tc_transform_quad(&grow, &best.quad);
  *out_found = true;
  return true;
}
