#include "imaging/region.h"

#include "imaging/scratch.h"

#include <math.h>
#include <string.h>

int tc_region_threshold(const tc_image *grey)
{
  double histogram[256] = {0};
  double total = 0;
  double sum = 0;
  for (int y = 0; y < tc_image_height(grey); y++)
    for (int x = 0; x < tc_image_width(grey); x++)
      histogram[tc_image_row(grey, y)[x]]++;
  for (int i = 0; i < 256; i++) {
    total += histogram[i];
    sum += i * histogram[i];
  }
  double below = 0;
  double below_sum = 0;
  double best = -1;
  int threshold = 127;
  for (int i = 0; i < 255; i++) {
    below += histogram[i];
    below_sum += i * histogram[i];
    if (below <= 0 || below >= total)
      continue;
    double distance = below_sum / below - (sum - below_sum) / (total - below);
    double between = below * (total - below) * distance * distance;
    if (between > best) {
      best = between;
      threshold = i;
    }
  }
  return threshold;
}

/* Bright, with both neighbours above and below bright, and those left and right: cuts bridges of two pixels. */
static void make_mask(const tc_image *grey, int threshold, uint8_t *mask)
{
  int width = tc_image_width(grey);
  int height = tc_image_height(grey);
  for (int y = 0; y < height; y++) {
    const uint8_t *here = tc_image_row(grey, y);
    const uint8_t *above = tc_image_row(grey, y > 0 ? y - 1 : 0);
    const uint8_t *below = tc_image_row(grey, y + 1 < height ? y + 1 : y);
    for (int x = 0; x < width; x++, mask++) {
      int left = x > 0 ? x - 1 : 0;
      int right = x + 1 < width ? x + 1 : x;
      *mask = here[x] > threshold && here[left] > threshold && here[right] > threshold && above[x] > threshold &&
              below[x] > threshold;
    }
  }
}

typedef struct flood {
  uint8_t *mask; /* 1 free, 2.. taken */
  int *stack;
  int width, height;
} flood;

/* Takes the region around `start`, marking it with `mark`; its pixels. */
static int take_region(flood *f, int start, uint8_t mark)
{
  int depth = 0;
  int count = 0;
  f->stack[depth++] = start;
  f->mask[start] = mark;
  while (depth > 0) {
    int here = f->stack[--depth];
    int x = here % f->width;
    int y = here / f->width;
    const int next[4] = {x > 0 ? here - 1 : -1, x + 1 < f->width ? here + 1 : -1, y > 0 ? here - f->width : -1,
                         y + 1 < f->height ? here + f->width : -1};
    count++;
    for (int i = 0; i < 4; i++)
      if (next[i] >= 0 && f->mask[next[i]] == 1) {
        f->mask[next[i]] = mark;
        f->stack[depth++] = next[i];
      }
  }
  return count;
}

enum { FREE = 1, TAKEN = 2, LARGEST = 3 };

static int take_largest(flood *f)
{
  int largest = 0;
  int largest_start = -1;
  for (int i = 0; i < f->width * f->height; i++)
    if (f->mask[i] == FREE) {
      int count = take_region(f, i, TAKEN);
      if (count > largest) {
        largest = count;
        largest_start = i;
      }
    }
  if (largest_start < 0)
    return 0;
  for (int i = 0; i < f->width * f->height; i++)
    if (f->mask[i] == TAKEN)
      f->mask[i] = FREE;
  take_region(f, largest_start, LARGEST);
  return largest;
}

static double cross(tc_point o, tc_point a, tc_point b)
{
  return (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x);
}

static int by_position(const void *a, const void *b)
{
  const tc_point *p = a;
  const tc_point *q = b;
  if (p->x != q->x)
    return p->x < q->x ? -1 : 1;
  return p->y < q->y ? -1 : p->y > q->y;
}

/* Andrew's monotone chain. */
int tc_region_hull(tc_point *points, int count, tc_point *hull)
{
  int k = 0;
  qsort(points, (size_t)count, sizeof *points, by_position);
  for (int i = 0; i < count; i++) {
    while (k >= 2 && cross(hull[k - 2], hull[k - 1], points[i]) <= 0)
      k--;
    hull[k++] = points[i];
  }
  for (int i = count - 2, lower = k + 1; i >= 0; i--) {
    while (k >= lower && cross(hull[k - 2], hull[k - 1], points[i]) <= 0)
      k--;
    hull[k++] = points[i];
  }
  return k - 1;
}

/* The corners of each row's first and last pixel of the region, put back by the pixel that the mask lost; and the
   region's area with the holes in its rows filled. */
static int outline(const flood *f, tc_point *points, double *pixels)
{
  int count = 0;
  for (int y = 0; y < f->height; y++) {
    int first = -1;
    int last = -1;
    for (int x = 0; x < f->width; x++)
      if (f->mask[(size_t)y * (size_t)f->width + (size_t)x] == LARGEST) {
        first = first < 0 ? x : first;
        last = x;
      }
    if (first < 0)
      continue;
    *pixels += last - first + 1;
    double left = first > 0 ? first - 1 : first;
    double right = last + 1 < f->width ? last + 2 : last + 1;
    points[count++] = (tc_point){left, y};
    points[count++] = (tc_point){left, y + 1};
    points[count++] = (tc_point){right, y};
    points[count++] = (tc_point){right, y + 1};
  }
  return count;
}

bool tc_region_largest(const tc_image *grey, int threshold, tc_region *out, tc_error *err)
{
  flood f = {.width = tc_image_width(grey), .height = tc_image_height(grey)};
  size_t size = (size_t)f.width * (size_t)f.height;
  tc_auto(tc_octets) mask = calloc(size, 1);
  tc_auto(tc_ints) stack = calloc(size, sizeof *stack);
  tc_auto(tc_points) points = calloc((size_t)f.height * 4, sizeof *points);
  tc_point *hull = calloc((size_t)f.height * 8 + 1, sizeof *hull);
  if (mask == NULL || stack == NULL || points == NULL || hull == NULL) {
    free(hull);
    return tc_fail(err, TC_NO_MEMORY, "no memory to look for a sheet");
  }
  f.mask = mask;
  f.stack = stack;
  make_mask(grey, threshold, f.mask);
  *out = (tc_region){.hull = hull};
  if (take_largest(&f) > 0) {
    int count = outline(&f, points, &out->pixels);
    out->hull_count = tc_region_hull(points, count, hull);
  }
  return true;
}

void tc_region_finish(tc_region *region)
{
  free(region->hull);
  *region = (tc_region){0};
}

double tc_region_area(const tc_point *corners, int count)
{
  double twice = 0;
  for (int i = 0; i < count; i++) {
    tc_point a = corners[i];
    tc_point b = corners[(i + 1) % count];
    twice += a.x * b.y - b.x * a.y;
  }
  return twice / 2;
}

/* Where the sides before and after side i meet when they are prolonged; the area that is gained, or infinity. */
static double removal(const tc_point *p, int count, int i, tc_point *meet)
{
  tc_point a = p[(i + count - 1) % count];
  tc_point b = p[i];
  tc_point c = p[(i + 1) % count];
  tc_point d = p[(i + 2) % count];
  double determinant = (b.x - a.x) * (d.y - c.y) - (b.y - a.y) * (d.x - c.x);
  if (determinant < 1e-9) /* they diverge */
    return INFINITY;
  double t = ((c.x - b.x) * (d.y - c.y) - (c.y - b.y) * (d.x - c.x)) / determinant;
  *meet = (tc_point){b.x + t * (b.x - a.x), b.y + t * (b.y - a.y)};
  const tc_point gained[3] = {b, *meet, c};
  double area = tc_region_area(gained, 3);
  return area >= 0 ? area : INFINITY;
}

bool tc_region_quad(const tc_region *region, tc_quad *out)
{
  int count = region->hull_count;
  tc_auto(tc_points) p = calloc((size_t)count + 1, sizeof *p);
  if (p == NULL)
    return false;
  memcpy(p, region->hull, (size_t)count * sizeof *p);
  while (count > 4) {
    int best = -1;
    double least = INFINITY;
    tc_point meet = {0};
    for (int i = 0; i < count; i++) {
      tc_point here;
      double area = removal(p, count, i, &here);
      if (area < least) {
        least = area;
        best = i;
        meet = here;
      }
    }
    if (best < 0)
      return false;
    int gone = (best + 1) % count;
    p[best] = meet;
    memmove(p + gone, p + gone + 1, (size_t)(count - gone - 1) * sizeof *p);
    count--;
  }
  if (count != 4)
    return false;
  memcpy(out->corner, p, sizeof out->corner);
  return true;
}
