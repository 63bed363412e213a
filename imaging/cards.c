/*
 * Which of the things on the glass (cards_ground.h) are cards. A card is a filled rectangle of a card's or a small
 * certificate's size. It lies on the glass, and is not printed on a sheet there, where its shadow is seen: walking from
 * the lid towards it, the picture darkens over half a millimetre and more before the card begins. The blurred edge of a
 * print is narrower, its coloured ground does not darken all channels, and a line around it has no slope.
 */
#include "imaging/cards.h"

#include "imaging/cards_ground.h"

#include <math.h>

enum { WORK_DPI = 150, THINGS_MAX = 40, SAMPLES = 48, STEPS = 64 };

static const double least_dpi = 100, most_dpi = 1300;
static const double least_side = 40, most_side = 220; /* millimetres */
static const double least_ratio = 1.15, most_ratio = 1.8;
static const double least_filled = 0.93;
static const double frame = 8;      /* millimetres: the lid's own edge is no thicker */
static const double dark_lid = 120; /* no paper is as dark */
static const double slope = 0.5;    /* millimetres: a shadow's, at least */
static const double depth = 8;      /* grey levels */
static const double before = 2.5;   /* millimetres of lid that are looked at before the thing … */
static const double within = 4;     /* … and of the thing */
static const double shadowed = 0.6; /* of a side's length */
static const double begins = 3;     /* grey levels below the lid */

typedef struct profile {
  double at[STEPS]; /* darkness, from the lid inwards, a pixel each */
  int count;
} profile;

/* Averaged over a millimetre of the side about `along` (0 … 1), without which noise would be steps. */
static profile walk(const tc_glass *glass, tc_point a, tc_point b, double along)
{
  const double length = hypot(b.x - a.x, b.y - a.y);
  const double ux = (b.x - a.x) / length;
  const double uy = (b.y - a.y) / length;
  const int wide = (int)fmax(3, round(glass->mm));
  profile p = {.count = (int)fmin(STEPS, round((before + within) * glass->mm))};
  for (int i = 0; i < p.count; i++) {
    const double inwards = i - before * glass->mm + 0.5;
    double sum = 0;
    for (int k = 0; k < wide; k++) {
      const double t = along * length + k - wide / 2.0;
      sum += tc_glass_darkness(glass, a.x + ux * t - uy * inwards, a.y + uy * t + ux * inwards);
    }
    p.at[i] = sum / wide;
  }
  return p;
}

/* Level, or lighter again: what comes there is no shadow any more, be it a ground whose own pattern darkens later. */
static bool has_ended(const profile *p, int at)
{
  return p->at[at + 1] < p->at[at] - 1 ||
         (at + 2 < p->count && p->at[at + 1] < p->at[at] + 0.5 && p->at[at + 2] < p->at[at] + 1);
}

/* Whether the lid darkens slowly, and far enough, before something else begins: it stays as dark, becomes lighter
   again, or dark at once. */
static bool has_slope(const tc_glass *glass, const profile *p)
{
  int from = 0;
  while (from < p->count && p->at[from] < begins)
    from++;
  if (from == 0 || from >= p->count)
    return false;
  int to = from;
  const double leap = fmax(12, 3 * depth);
  while (to + 1 < p->count && !has_ended(p, to) && p->at[to + 1] - p->at[to] < leap)
    to++;
  const double deepest = p->at[to];
  /* What is level there is a ground, not a shadow. */
  int risen = from;
  while (risen < to && p->at[risen] < 0.8 * deepest)
    risen++;
  return deepest >= depth && risen - from >= slope * glass->mm;
}

static bool throws_shadow(const tc_glass *glass, const tc_quad *box)
{
  for (int side = 0; side < 4; side++) {
    int slopes = 0;
    for (int i = 0; i < SAMPLES; i++) {
      const profile p =
          walk(glass, box->corner[side], box->corner[(side + 1) % 4], 0.08 + 0.84 * i / (double)(SAMPLES - 1));
      slopes += has_slope(glass, &p);
    }
    if (slopes >= shadowed * SAMPLES)
      return true;
  }
  return false;
}

static bool is_card(const tc_glass *glass, const tc_glass_thing *thing)
{
  const double width = thing->width / glass->mm;
  const double height = thing->height / glass->mm;
  return height >= least_side && width <= most_side && width <= most_ratio * height && width >= least_ratio * height &&
         thing->filled >= least_filled;
}

/* The lid's edge along the picture's. */
static bool is_frame(const tc_glass *glass, const tc_glass_thing *thing)
{
  return thing->at_border && thing->height <= frame * glass->mm;
}

static bool is_dark(const tc_glass *glass)
{
  const int bytes = tc_image_bytes_per_pixel(glass->small);
  for (int c = 0; c < bytes; c++)
    if (glass->lid[c] > dark_lid)
      return false;
  return true;
}

/* As the picture stands: the corner nearest its top left first. In the picture's pixels. */
static tc_quad in_picture(const tc_quad *box, int factor)
{
  int first = 0;
  for (int i = 1; i < 4; i++)
    if (box->corner[i].x + box->corner[i].y < box->corner[first].x + box->corner[first].y)
      first = i;
  tc_quad out;
  for (int i = 0; i < 4; i++) {
    const tc_point p = box->corner[(first + i) % 4];
    out.corner[i] = (tc_point){p.x * factor, p.y * factor};
  }
  return out;
}

static tc_point middle_of(const tc_quad *quad)
{
  return (tc_point){(quad->corner[0].x + quad->corner[2].x) / 2, (quad->corner[0].y + quad->corner[2].y) / 2};
}

/* Whether a is read before b: its middle lies above all of b, or, in one row, further left. */
static bool comes_before(const tc_quad *a, const tc_quad *b)
{
  const tc_point p = middle_of(a);
  const tc_point q = middle_of(b);
  double top = INFINITY;
  double bottom = -INFINITY;
  for (int i = 0; i < 4; i++) {
    top = fmin(top, b->corner[i].y);
    bottom = fmax(bottom, b->corner[i].y);
  }
  const double reach = (bottom - top) / 4;
  return fabs(p.y - q.y) > reach ? p.y < q.y : p.x < q.x;
}

static void insert(tc_cards *cards, const tc_quad *quad)
{
  int at = cards->count++;
  for (; at > 0 && comes_before(quad, &cards->items[at - 1]); at--)
    cards->items[at] = cards->items[at - 1];
  cards->items[at] = *quad;
}

/* Black and white pages, those without a resolution and tiny ones are none. */
static bool is_scan(const tc_image *image, double lowest)
{
  const tc_image_shape *shape = tc_image_shape_of(image);
  return shape->pixel != TC_PIXEL_BILEVEL && shape->dpi_x >= lowest && shape->dpi_x <= most_dpi &&
         fabs(shape->dpi_x - shape->dpi_y) < 0.02 * shape->dpi_x &&
         fmin(shape->width, shape->height) >= least_side / 25.4 * shape->dpi_x;
}

/* The things on the glass, seen at `dpi`; none where there is no lid. */
static bool see(const tc_image *image, double dpi, tc_glass *glass, tc_glass_thing *things, int *count, tc_error *err)
{
  bool even = false;
  *count = 0;
  return tc_glass_init(glass, image, dpi, &even, err) &&
         (!even || tc_glass_things(glass, THINGS_MAX, things, count, err));
}

/* All of them are cards that throw shadows, or the lid's edge. */
static bool only_cards(const tc_glass *glass, const tc_glass_thing *things, int count, tc_cards *out)
{
  const bool dark = is_dark(glass);
  for (int i = 0; i < count; i++) {
    if (is_frame(glass, &things[i]))
      continue;
    if (!is_card(glass, &things[i]) || out->count == TC_CARDS_MAX || !(dark || throws_shadow(glass, &things[i].box)))
      return false;
    const tc_quad quad = in_picture(&things[i].box, glass->factor);
    insert(out, &quad);
  }
  return count <= THINGS_MAX && out->count > 1;
}

/* Two things that look like cards, whatever else there may be: seen small, a pale one falls to pieces. */
bool tc_cards_possible(const tc_image *image, bool *out, tc_error *err)
{
  tc_auto(tc_glass) glass = {0};
  tc_glass_thing things[THINGS_MAX];
  int count = 0;
  int cards = 0;
  if (is_scan(image, TC_CARDS_GLANCE_DPI / 2.0) && !see(image, TC_CARDS_GLANCE_DPI, &glass, things, &count, err))
    return false;
  for (int i = 0; i < count && i < THINGS_MAX; i++)
    cards += is_card(&glass, &things[i]);
  *out = cards > 1;
  return true;
}

bool tc_cards_find(const tc_image *image, tc_cards *out, tc_error *err)
{
  tc_auto(tc_glass) glass = {0};
  tc_glass_thing things[THINGS_MAX];
  tc_cards cards = {0};
  int count = 0;
  bool possible = false;
  if (is_scan(image, least_dpi) &&
      (!tc_cards_possible(image, &possible, err) || (possible && !see(image, WORK_DPI, &glass, things, &count, err))))
    return false;
  if (count < 2 || !only_cards(&glass, things, count, &cards))
    cards = (tc_cards){0};
  *out = cards;
  return true;
}
