/*
 * A seal's ring is found by its edges: on a small picture each edge votes for the places that lie a seal's radius away
 * across it, and the centre of a ring gets the votes of all its parts. It is a ring where edges that run around the
 * centre are seen at one radius in most directions: letters never stand so.
 *
 * The ring's ink is taken out on the full page, in directions and radii about the centre. A radius belongs to a ring at
 * a direction where ink is at it in most directions near by, and in so many all around that no line of text can fill
 * them; so a ring may be double, hatched, and not quite round, and a name below the seal's middle is none. Where the
 * ink along the radius is thicker than the ring is there, print crosses it, and stays.
 */
#include "imaging/ring.h"

#include "imaging/scratch.h"

#include <math.h>
#include <string.h>

#define LEAST_MM 13.0 /* radius */
#define MOST_MM 24.0
#define SMALL_DPI 70.0
#define MM 25.4
#define AROUND 0.96    /* cosine between an edge's normal and the radius */
#define COVERED 0.60   /* of all directions, by edges at one radius … */
#define ALONE 0.25     /* … and so much more than right outside */
#define RING_SHARE 0.5 /* of the directions near by have ink at the radius */
#define AROUND_ALL 0.5 /* of all directions are a ring's at the radius … */
#define ROUND 0.06     /* … or so many radii beside it */
#define THICK_MM 3.0   /* what is thicker is no ring */
#define FROM 0.3       /* of the radius: rings within */
#define BEYOND 1.15

enum {
  SECTORS = 72,
  DIRECTIONS = 360,
  NEAR = 12, /* directions to each side */
  TRIES = 6,
  LEAST_EDGE = 2,
  WHITE = 0xFF,
  CROSSING = 3 /* pixels that print adds to a ring's thickness */
};

typedef struct small {
  int width, height, factor;
  uint8_t *ink; /* pixels of each block */
  int8_t *dx, *dy;
  uint16_t *votes;
  int least, most; /* radii */
} small;

static void small_finish(small *s)
{
  free(s->ink);
  free(s->dx);
  free(s->dy);
  free(s->votes);
}
TC_AUTO_VALUE(small, small_finish);

static bool is_black(const tc_image *binary, int x, int y)
{
  return x >= 0 && y >= 0 && x < tc_image_width(binary) && y < tc_image_height(binary) &&
         ((tc_image_row(binary, y)[x >> 3] >> (7 - (x & 7))) & 1) != 0;
}

/* Adds the ink of a row to its blocks; most bytes of a page are white. */
static void count_ink(const uint8_t *row, int blocks, int factor, uint8_t *to)
{
  const int end = blocks * factor;
  for (int byte = 0; byte * 8 < end; byte++)
    for (int bit = 0; row[byte] != 0 && bit < 8 && byte * 8 + bit < end; bit++)
      if (row[byte] & (0x80 >> bit))
        to[(byte * 8 + bit) / factor]++;
}

static bool shrink(const tc_image *binary, double dpi, small *s, tc_error *err)
{
  s->factor = (int)fmax(1, round(dpi / SMALL_DPI));
  s->width = tc_image_width(binary) / s->factor;
  s->height = tc_image_height(binary) / s->factor;
  s->least = (int)(LEAST_MM / MM * dpi / s->factor);
  s->most = (int)(MOST_MM / MM * dpi / s->factor);
  const size_t count = (size_t)s->width * (size_t)s->height + 1;
  s->ink = calloc(count, 1);
  s->dx = calloc(count, 1);
  s->dy = calloc(count, 1);
  s->votes = calloc(count, sizeof *s->votes);
  if (s->ink == NULL || s->dx == NULL || s->dy == NULL || s->votes == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory to look for seals");
  for (int y = 0; y < s->height * s->factor; y++) {
    const uint8_t *row = tc_image_row(binary, y);
    uint8_t *to = s->ink + (size_t)(y / s->factor) * (size_t)s->width;
    count_ink(row, s->width, s->factor, to);
  }
  return true;
}

static void find_edges(small *s)
{
  const int w = s->width;
  const int full = s->factor * s->factor;
  for (int y = 1; y + 1 < s->height; y++)
    for (int x = 1; x + 1 < w; x++) {
      const uint8_t *p = s->ink + (size_t)y * (size_t)w + x;
      const int dx = (p[1 - w] + 2 * p[1] + p[1 + w]) - (p[-1 - w] + 2 * p[-1] + p[-1 + w]);
      const int dy = (p[w - 1] + 2 * p[w] + p[w + 1]) - (p[-w - 1] + 2 * p[-w] + p[-w + 1]);
      s->dx[y * w + x] = (int8_t)(dx * 16 / full);
      s->dy[y * w + x] = (int8_t)(dy * 16 / full);
    }
}

static bool is_edge(const small *s, int at) { return abs(s->dx[at]) + abs(s->dy[at]) >= 8 * LEAST_EDGE; }

/* Both ways along the edge's normal, in 1/65536 pixels. */
static void vote_along(small *s, int x, int y, int dx, int dy)
{
  const double length = sqrt((double)(dx * dx + dy * dy));
  const int ux = (int)lround(dx / length * 65536);
  const int uy = (int)lround(dy / length * 65536);
  const int half = 1 << 15;
  for (int r = s->least; r <= s->most; r++)
    for (int sign = -1; sign <= 1; sign += 2) {
      const int cx = x + ((sign * r * ux + half) >> 16);
      const int cy = y + ((sign * r * uy + half) >> 16);
      if (cx >= 0 && cy >= 0 && cx < s->width && cy < s->height)
        s->votes[cy * s->width + cx]++;
    }
}

static void vote(small *s)
{
  for (int y = 0; y < s->height; y++)
    for (int x = 0; x < s->width; x++) {
      const int at = y * s->width + x;
      if (is_edge(s, at))
        vote_along(s, x, y, s->dx[at], s->dy[at]);
    }
}

static int votes_around(const small *s, int x, int y)
{
  int sum = 0;
  for (int v = y - 1; v <= y + 1; v++)
    for (int u = x - 1; u <= x + 1; u++)
      sum += s->votes[v * s->width + u];
  return sum;
}

static void forget_around(small *s, int cx, int cy, int reach)
{
  for (int y = cy - reach; y <= cy + reach; y++)
    for (int x = cx - reach; x <= cx + reach; x++)
      if (x >= 0 && y >= 0 && x < s->width && y < s->height)
        s->votes[y * s->width + x] = 0;
}

/* The place with most votes; they are taken from it and from what lies around it. */
static bool take_best(small *s, int *out_x, int *out_y)
{
  int best = 0;
  for (int y = 1; y + 1 < s->height; y++)
    for (int x = 1; x + 1 < s->width; x++) {
      if (9 * s->votes[y * s->width + x] < best) /* no peak, then */
        continue;
      const int here = votes_around(s, x, y);
      if (here > best) {
        best = here;
        *out_x = x;
        *out_y = y;
      }
    }
  if (best > 0)
    forget_around(s, *out_x, *out_y, s->least / 2);
  return best > 0;
}

/* In how many directions an edge runs around the centre at radius r or right beside it. */
static int covered(const small *s, int cx, int cy, int r)
{
  bool seen[SECTORS] = {0};
  int count = 0;
  const double nearest = (r - 1.01) * (r - 1.01);
  const double farthest = (r + 1.01) * (r + 1.01);
  for (int y = cy - r - 1; y <= cy + r + 1; y++)
    for (int x = cx - r - 1; x <= cx + r + 1; x++) {
      const int square = (x - cx) * (x - cx) + (y - cy) * (y - cy);
      if (square < nearest || square > farthest || x < 0 || y < 0 || x >= s->width || y >= s->height ||
          !is_edge(s, y * s->width + x))
        continue;
      const double far = sqrt((double)square);
      const int dx = s->dx[y * s->width + x];
      const int dy = s->dy[y * s->width + x];
      if (abs(dx * (x - cx) + dy * (y - cy)) < AROUND * far * sqrt((double)(dx * dx + dy * dy)))
        continue;
      const int sector = (int)((atan2(y - cy, x - cx) + M_PI) / (2 * M_PI) * SECTORS) % SECTORS;
      count += seen[sector] ? 0 : 1;
      seen[sector] = true;
    }
  return count;
}

/* The outermost radius of a ring about the place; 0 where there is none. Letters are as thick everywhere. */
static int ring_about(const small *s, int cx, int cy)
{
  enum { OUTSIDE = 3 };
  for (int r = s->most; r >= s->least; r--) {
    const int here = covered(s, cx, cy, r);
    if (here >= COVERED * SECTORS && here - covered(s, cx, cy, r + OUTSIDE) >= ALONE * SECTORS)
      return r;
  }
  return 0;
}

/* ---- Taking it out ---- */

/* Ink by direction and radius. */
typedef struct polar {
  double x, y;
  int from, count; /* radii, pixels */
  uint8_t *ink, *ring;
} polar;

static void polar_finish(polar *p)
{
  free(p->ink);
  free(p->ring);
}
TC_AUTO_VALUE(polar, polar_finish);

static tc_point point_at(const polar *p, int direction, int radius)
{
  const double angle = 2 * M_PI * direction / DIRECTIONS;
  return (tc_point){p->x + radius * cos(angle), p->y + radius * sin(angle)};
}

static bool unroll(const tc_image *binary, const tc_seal *seal, polar *p, tc_error *err)
{
  p->x = seal->x;
  p->y = seal->y;
  p->from = (int)(FROM * seal->radius);
  p->count = (int)(BEYOND * seal->radius) - p->from;
  p->ink = calloc((size_t)p->count * DIRECTIONS, 1);
  p->ring = calloc((size_t)p->count * DIRECTIONS, 1);
  if (p->ink == NULL || p->ring == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory to take out a seal");
  for (int d = 0; d < DIRECTIONS; d++)
    for (int r = 0; r < p->count; r++) {
      const tc_point at = point_at(p, d, p->from + r);
      p->ink[d * p->count + r] = is_black(binary, (int)at.x, (int)at.y);
    }
  return true;
}

/* Radii at which most directions near by have ink, closed over one pixel. */
static void mark_rings(const polar *p)
{
  for (int r = 0; r < p->count; r++) {
    int near = 0;
    for (int d = -NEAR; d <= NEAR; d++)
      near += p->ink[(d + DIRECTIONS) % DIRECTIONS * p->count + r];
    for (int d = 0; d < DIRECTIONS; d++) {
      p->ring[d * p->count + r] = near >= RING_SHARE * (2 * NEAR + 1);
      near += p->ink[(d + NEAR + 1) % DIRECTIONS * p->count + r];
      near -= p->ink[(d - NEAR + DIRECTIONS) % DIRECTIONS * p->count + r];
    }
  }
}

/* In how many directions a ring is at the radius, or nearly. */
static int directions_at(const polar *p, int radius, int beside)
{
  int count = 0;
  for (int d = 0; d < DIRECTIONS; d++) {
    bool there = false;
    for (int r = radius - beside; r <= radius + beside && !there; r++)
      there = r >= 0 && r < p->count && p->ring[d * p->count + r] != 0;
    count += there ? 1 : 0;
  }
  return count;
}

/* A line of text fills most directions near by where it runs across the radius: it is no ring. */
static bool drop_partial_rings(const polar *p, tc_error *err)
{
  const int beside = (int)(ROUND * (p->from + p->count)) + 1;
  bool *whole = calloc((size_t)p->count + 1, sizeof *whole);
  if (whole == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory to take out a seal");
  for (int r = 0; r < p->count; r++)
    whole[r] = directions_at(p, r, beside) >= AROUND_ALL * DIRECTIONS;
  for (int d = 0; d < DIRECTIONS; d++)
    for (int r = 0; r < p->count; r++)
      p->ring[d * p->count + r] = p->ring[d * p->count + r] != 0 && whole[r];
  free(whole);
  return true;
}

/* Within one direction: from `at` on, how many in a row are set. */
static int run_of(const uint8_t *line, int count, int at, int step)
{
  int length = 0;
  while (at >= 0 && at < count && line[at] != 0) {
    length++;
    at += step;
  }
  return length;
}

static void whiten(tc_image *grey, tc_image *binary, int x, int y)
{
  for (int v = y - 1; v <= y + 1; v++)
    for (int u = x - 1; u <= x + 1; u++) {
      if (v < 0 || u < 0 || v >= tc_image_height(grey) || u >= tc_image_width(grey))
        continue;
      if (u == x && v == y)
        tc_image_row_mutable(binary, v)[u >> 3] &= (uint8_t) ~(0x80 >> (u & 7));
      if (!is_black(binary, u, v))
        tc_image_row_mutable(grey, v)[u] = WHITE;
    }
}

/* The ring's ink at one pixel: no thicker along the radius than the ring is here. */
static bool is_rings(const polar *p, double dx, double dy, int thick)
{
  const int r = (int)(hypot(dx, dy) + 0.5) - p->from;
  const int d = (int)round(atan2(dy, dx) / (2 * M_PI) * DIRECTIONS);
  if (r < 0 || r >= p->count)
    return false;
  const int direction = (d % DIRECTIONS + DIRECTIONS) % DIRECTIONS;
  const uint8_t *ring = p->ring + (size_t)direction * (size_t)p->count;
  const uint8_t *ink = p->ink + (size_t)direction * (size_t)p->count;
  int at = r;
  for (int off = -1; off <= 1 && ring[at] == 0; off++) /* its rim */
    at = r + off >= 0 && r + off < p->count && ring[r + off] != 0 ? r + off : at;
  if (ring[at] == 0)
    return false;
  const int zone = run_of(ring, p->count, at, 1) + run_of(ring, p->count, at - 1, -1);
  const int run = run_of(ink, p->count, r, 1) + run_of(ink, p->count, r - 1, -1);
  return zone <= thick && run <= zone + CROSSING;
}

static bool take_out(const tc_seal *seal, double dpi, tc_image *grey, tc_image *binary, tc_error *err)
{
  tc_auto(polar) p = {0};
  if (!unroll(binary, seal, &p, err))
    return false;
  mark_rings(&p);
  if (!drop_partial_rings(&p, err))
    return false;
  const int reach = (int)(BEYOND * seal->radius);
  const int thick = (int)(THICK_MM / MM * dpi);
  for (int y = (int)seal->y - reach; y <= (int)seal->y + reach; y++)
    for (int x = (int)seal->x - reach; x <= (int)seal->x + reach; x++)
      if (is_black(binary, x, y) && is_rings(&p, x - seal->x, y - seal->y, thick))
        whiten(grey, binary, x, y);
  return true;
}

bool tc_ring_remove(tc_image *grey, tc_image *binary, double dpi, tc_seals *seals, tc_error *err)
{
  tc_auto(small) s = {0};
  if (!shrink(binary, dpi, &s, err))
    return false;
  find_edges(&s);
  vote(&s);
  for (int i = 0; i < TRIES && seals->count < TC_SEALS_MAX; i++) {
    int x = 0;
    int y = 0;
    if (!take_best(&s, &x, &y))
      break;
    const int radius = ring_about(&s, x, y);
    if (radius == 0)
      continue;
    forget_around(&s, x, y, radius);
    const tc_seal seal = {(x + 0.5) * s.factor, (y + 0.5) * s.factor, (radius + 1.0) * s.factor};
    if (!take_out(&seal, dpi, grey, binary, err))
      return false;
    seals->items[seals->count++] = seal;
  }
  return true;
}
