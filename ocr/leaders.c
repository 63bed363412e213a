/*
 * Dots: the connected parts of the black-and-white page that are as small as a full stop are put in order of height.
 * Dots of one height are a leader where at least PAIRS_MIN neighbours keep one distance: dots of letters and full stops
 * never do. All dots of that height and size then go, those between words and letters too.
 * Rules: a black run longer than RULE_INCHES goes wherever it is thin; where a letter stands on it or crosses it, the
 * run is thick and stays. Upright lines go only where they end at such a rule: the boxes around digits.
 */
#include "ocr/leaders.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DOT_INCHES 0.024
#define SPECK_INCHES 0.0105 /* the side of a speck of dust: smaller than any dot of a letter */
#define PITCH_INCHES 0.075
#define COLON_INCHES 0.11
#define RULE_INCHES 0.5
#define RULE_THICK_INCHES 0.018
#define UPRIGHT_INCHES 0.13
#define SAME_HEIGHT 1.6 /* pixels */
#define SAME_PITCH 1.6  /* pixels */

enum {
  PAIRS_MIN = 6,
  SPARSE_MIN = 4,
  NEAR_STEPS = 30,
  RULE_THICK_MAX = 16,
  GAP_IN_RULE = 2,
  WHITE = 0xFF,
  NEAR_PAPER = 225
};

typedef struct dot {
  int left, top, right, bottom; /* right and bottom excluded */
} dot;

typedef struct sheet {
  uint8_t *black; /* a byte a pixel: 1 black, 2 seen, 3 to go */
  int width, height;
  double dpi;
  dot *dots;
  size_t dot_count, dot_capacity;
  int *stack;
  size_t stack_capacity;
} sheet;

static void sheet_finish(sheet *s)
{
  free(s->black);
  free(s->dots);
  free(s->stack);
}
TC_AUTO_VALUE(sheet, sheet_finish);

static bool unpack(const tc_image *binary, sheet *s, tc_error *err)
{
  const tc_image_shape *shape = tc_image_shape_of(binary);
  s->width = shape->width;
  s->height = shape->height;
  s->dpi = shape->dpi_x > 0 ? shape->dpi_x : 300;
  s->black = calloc((size_t)s->height, (size_t)s->width);
  if (s->black == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a page");
  for (int y = 0; y < s->height; y++) {
    const uint8_t *row = tc_image_row(binary, y);
    uint8_t *to = s->black + (size_t)y * (size_t)s->width;
    for (int x = 0; x < s->width; x++)
      to[x] = (row[x >> 3] >> (7 - (x & 7))) & 1;
  }
  return true;
}

/* ---- Dots ---- */

static bool push_pixel(sheet *s, size_t *depth, int at, tc_error *err)
{
  if (*depth == s->stack_capacity) {
    size_t capacity = s->stack_capacity == 0 ? 4096 : s->stack_capacity * 2;
    int *grown = realloc(s->stack, capacity * sizeof *grown);
    if (grown == NULL)
      return tc_fail(err, TC_NO_MEMORY, "no memory for a page");
    s->stack = grown;
    s->stack_capacity = capacity;
  }
  s->black[at] = 2;
  s->stack[(*depth)++] = at;
  return true;
}

/* Walks the connected part that `start` belongs to and gives its box and its pixels. */
static bool walk(sheet *s, int start, dot *box, int *area, tc_error *err)
{
  size_t depth = 0;
  *box = (dot){s->width, s->height, 0, 0};
  *area = 0;
  if (!push_pixel(s, &depth, start, err))
    return false;
  while (depth > 0) {
    const int at = s->stack[--depth];
    const int x = at % s->width;
    const int y = at / s->width;
    (*area)++;
    box->left = x < box->left ? x : box->left;
    box->top = y < box->top ? y : box->top;
    box->right = x >= box->right ? x + 1 : box->right;
    box->bottom = y >= box->bottom ? y + 1 : box->bottom;
    for (int ny = y > 0 ? y - 1 : y; ny <= y + 1 && ny < s->height; ny++)
      for (int nx = x > 0 ? x - 1 : x; nx <= x + 1 && nx < s->width; nx++)
        if (s->black[ny * s->width + nx] == 1 && !push_pixel(s, &depth, ny * s->width + nx, err))
          return false;
  }
  return true;
}

static bool add_dot(sheet *s, dot box, tc_error *err)
{
  if (s->dot_count == s->dot_capacity) {
    size_t capacity = s->dot_capacity == 0 ? 1024 : s->dot_capacity * 2;
    dot *grown = realloc(s->dots, capacity * sizeof *grown);
    if (grown == NULL)
      return tc_fail(err, TC_NO_MEMORY, "no memory for a page");
    s->dots = grown;
    s->dot_capacity = capacity;
  }
  s->dots[s->dot_count++] = box;
  return true;
}

static void erase(sheet *s, int left, int top, int right, int bottom)
{
  for (int y = top > 0 ? top : 0; y < bottom && y < s->height; y++)
    for (int x = left > 0 ? left : 0; x < right && x < s->width; x++)
      s->black[y * s->width + x] = 3;
}

static bool find_dots(sheet *s, tc_error *err)
{
  const int limit = (int)ceil(DOT_INCHES * s->dpi);
  const int speck = (int)(SPECK_INCHES * SPECK_INCHES * s->dpi * s->dpi);
  for (int at = 0; at < s->width * s->height; at++) {
    dot box;
    int area = 0;
    if (s->black[at] != 1)
      continue;
    if (!walk(s, at, &box, &area, err))
      return false;
    const int width = box.right - box.left;
    const int height = box.bottom - box.top;
    if (area <= speck) {
      erase(s, box.left - 1, box.top - 1, box.right + 1, box.bottom + 1);
      continue;
    }
    if (width <= limit && height <= limit && area * 2 >= width * height && !add_dot(s, box, err))
      return false;
  }
  return true;
}

static double dot_y(const dot *d) { return (d->top + d->bottom) / 2.0; }
static double dot_x(const dot *d) { return (d->left + d->right) / 2.0; }

static int by_height(const void *a, const void *b)
{
  const double x = dot_y(a);
  const double y = dot_y(b);
  return x < y ? -1 : x > y ? 1 : 0;
}

static int by_left(const void *a, const void *b) { return ((const dot *)a)->left - ((const dot *)b)->left; }

/* The distance most neighbours keep, and how many do; 0 where none is short enough. */
static size_t common_pitch(const sheet *s, const dot *row, size_t count, double *pitch)
{
  size_t best = 0;
  for (size_t i = 0; i + 1 < count; i++) {
    const double candidate = dot_x(&row[i + 1]) - dot_x(&row[i]);
    if (candidate < 2 || candidate > PITCH_INCHES * s->dpi)
      continue;
    size_t same = 0;
    for (size_t j = 0; j + 1 < count; j++)
      same += fabs(dot_x(&row[j + 1]) - dot_x(&row[j]) - candidate) < SAME_PITCH ? 1 : 0;
    if (same > best) {
      best = same;
      *pitch = candidate;
    }
    if (best > PAIRS_MIN * 4)
      break;
  }
  return best;
}

static bool is_ink(const sheet *s, int x, int y)
{
  return x >= 0 && y >= 0 && x < s->width && y < s->height && (s->black[y * s->width + x] & 3) != 0 &&
         s->black[y * s->width + x] != 3;
}

/* The lower dot of a colon: a part of its size, as small and no wider, stands right above it. */
static bool is_of_colon(const sheet *s, const dot *lower)
{
  const int height = lower->bottom - lower->top;
  const int far = (int)(COLON_INCHES * s->dpi);
  const int middle = (lower->left + lower->right) / 2;
  int y = lower->top - 2;
  while (y >= 0 && y > lower->top - far && !is_ink(s, middle, y))
    y--;
  const int bottom = y;
  while (y >= 0 && is_ink(s, middle, y))
    y--;
  const int tall = bottom - y;
  const int half = y + (tall + 1) / 2;
  return tall * 2 > height && tall * 2 <= height * 3 + 2 && !is_ink(s, lower->left - 2, half) &&
         !is_ink(s, lower->right + 1, half);
}

/* A neighbour to each side about the pitch away: in the middle of a leader, whatever stands above. */
static bool is_between(const dot *row, size_t count, size_t at, double pitch)
{
  return at > 0 && at + 1 < count && dot_x(&row[at]) - dot_x(&row[at - 1]) < 1.4 * pitch &&
         dot_x(&row[at + 1]) - dot_x(&row[at]) < 1.4 * pitch;
}

/* Neighbours in the row whose distance is a whole multiple of the pitch: a leader whose dots letters cover. */
static bool fits_pitch(const dot *row, size_t count, double pitch)
{
  size_t fits = 0;
  size_t tried = 0;
  for (size_t i = 0; i + 1 < count; i++) {
    const double steps = (dot_x(&row[i + 1]) - dot_x(&row[i])) / pitch;
    if (steps > NEAR_STEPS)
      continue;
    tried++;
    fits += steps > 0.8 && fabs(steps - round(steps)) * pitch < SAME_PITCH ? 1 : 0;
  }
  return fits >= SPARSE_MIN && fits * 5 >= tried * 3;
}

/* Erases the dots of one height where they are a leader; `pitch` is the page's, 0 while no leader was seen. */
static void judge_row(sheet *s, dot *row, size_t count, double page_pitch, double *pitch_out)
{
  double pitch = 0;
  qsort(row, count, sizeof *row, by_left);
  const bool dense = count > PAIRS_MIN && common_pitch(s, row, count, &pitch) >= PAIRS_MIN;
  if (!dense && (page_pitch <= 0 || !fits_pitch(row, count, page_pitch)))
    return;
  pitch = dense ? pitch : page_pitch;
  *pitch_out = pitch;
  for (size_t i = 0; i < count; i++)
    if (is_between(row, count, i, pitch) || !is_of_colon(s, &row[i]))
      erase(s, row[i].left - 1, row[i].top - 1, row[i].right + 1, row[i].bottom + 1);
}

/* Two rounds: the first learns the leaders' pitch from rows of many dots, the second finds those with few. */
static void judge_rows(sheet *s, double page_pitch, double *pitch)
{
  for (size_t first = 0; first < s->dot_count;) {
    size_t end = first + 1;
    double sum = dot_y(&s->dots[first]);
    while (end < s->dot_count && fabs(dot_y(&s->dots[end]) - sum / (double)(end - first)) <= SAME_HEIGHT)
      sum += dot_y(&s->dots[end++]);
    judge_row(s, s->dots + first, end - first, page_pitch, pitch);
    first = end;
  }
}

static void remove_dots(sheet *s)
{
  double pitch = 0;
  double ignored = 0;
  if (s->dot_count == 0)
    return;
  qsort(s->dots, s->dot_count, sizeof *s->dots, by_height);
  judge_rows(s, 0, &pitch);
  qsort(s->dots, s->dot_count, sizeof *s->dots, by_height);
  if (pitch > 0)
    judge_rows(s, pitch, &ignored);
}

/* ---- Rules ---- */

static int reach(const sheet *s, int x, int y, int dx, int dy, int limit)
{
  int steps = 0;
  while (steps <= limit && is_ink(s, x + dx * (steps + 1), y + dy * (steps + 1)))
    steps++;
  return steps;
}

/* Thickness of the ink at a point, up to `limit` to each side. */
static int thickness(const sheet *s, int x, int y, int limit, int *up)
{
  *up = reach(s, x, y, 0, -1, limit);
  return *up + reach(s, x, y, 0, 1, limit) + 1;
}

/* The thickness that half of a run's columns stay below: the rule's own. */
static int rule_thickness(const sheet *s, int y, int left, int right, int limit)
{
  int counts[2 * RULE_THICK_MAX + 2] = {0};
  int total = 0;
  for (int x = left; x < right; x++) {
    int up = 0;
    if (!is_ink(s, x, y))
      continue;
    counts[thickness(s, x, y, limit, &up)]++;
    total++;
  }
  int below = 0;
  for (int t = 0; t < 2 * RULE_THICK_MAX + 2; t++) {
    below += counts[t];
    if (below * 2 > total)
      return t;
  }
  return 0;
}

/* Marks where the run of a rule is thin; `mark` keeps rule pixels for the upright lines that end at them. */
static void take_rule(const sheet *s, uint8_t *mark, int y, int left, int right)
{
  const int most = (int)ceil(RULE_THICK_INCHES * s->dpi);
  const int limit = most < RULE_THICK_MAX ? most : RULE_THICK_MAX;
  const int thick = rule_thickness(s, y, left, right, limit);
  for (int x = left; x < right && thick <= limit; x++) {
    int up = 0;
    if (!is_ink(s, x, y))
      continue;
    const int here = thickness(s, x, y, limit, &up);
    mark[y * s->width + x] |= 1;
    for (int at = y - up; here <= thick + 1 && at < y - up + here; at++)
      mark[at * s->width + x] |= 2;
  }
}

static void find_rules(const sheet *s, uint8_t *mark)
{
  const int least = (int)(RULE_INCHES * s->dpi);
  for (int y = 0; y < s->height; y++)
    for (int x = 0; x < s->width; x++) {
      if (!is_ink(s, x, y))
        continue;
      const int left = x;
      int last = x;
      while (x < s->width && x - last <= GAP_IN_RULE) {
        if (is_ink(s, x, y))
          last = x;
        x++;
      }
      if (last - left >= least)
        take_rule(s, mark, y, left, last + 1);
    }
}

static bool near_rule(const sheet *s, const uint8_t *mark, int x, int y)
{
  for (int dy = -3; dy <= 3; dy++)
    for (int dx = -3; dx <= 3; dx++) {
      const int nx = x + dx;
      const int ny = y + dy;
      if (nx >= 0 && ny >= 0 && nx < s->width && ny < s->height && (mark[ny * s->width + nx] & 1) != 0)
        return true;
    }
  return false;
}

static void find_uprights(const sheet *s, uint8_t *mark)
{
  const int least = (int)(UPRIGHT_INCHES * s->dpi);
  const int thick = (int)ceil(RULE_THICK_INCHES * s->dpi);
  for (int x = 0; x < s->width; x++)
    for (int y = 0; y < s->height; y++) {
      if (!is_ink(s, x, y))
        continue;
      const int top = y;
      while (is_ink(s, x, y) || is_ink(s, x, y + 1) || is_ink(s, x, y + GAP_IN_RULE))
        y++;
      if (y - top < least || !near_rule(s, mark, x, top) || !near_rule(s, mark, x, y - 1))
        continue;
      for (int at = top; at < y; at++) {
        const int left = reach(s, x, at, -1, 0, thick);
        const int right = reach(s, x, at, 1, 0, thick);
        /* Its ends lie within the rules, where it is wide. */
        if (left + right + 1 <= thick || at - top <= thick || y - at <= thick + 1)
          mark[at * s->width + x] |= 4;
      }
    }
}

static bool remove_rules(sheet *s, tc_error *err)
{
  uint8_t *mark = calloc((size_t)s->width * (size_t)s->height, 1);
  if (mark == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a page");
  find_rules(s, mark);
  find_uprights(s, mark);
  for (int y = 0; y < s->height; y++)
    for (int x = 0; x < s->width; x++)
      if ((mark[y * s->width + x] & 2) != 0)
        erase(s, x, y - 1, x + 1, y + 2);
      else if ((mark[y * s->width + x] & 4) != 0)
        erase(s, x - 2, y, x + 3, y + 1);
  free(mark);
  return true;
}

/* ---- The page ---- */

bool tc_leaders_remove(const tc_image *grey, const tc_image *binary, tc_image **out_grey, tc_image **out_binary,
                       tc_error *err)
{
  tc_auto(sheet) s = {0};
  tc_auto(tc_image) clean_grey = NULL;
  tc_auto(tc_image) clean_binary = NULL;
  if (!unpack(binary, &s, err) || !find_dots(&s, err))
    return false;
  remove_dots(&s);
  if (!remove_rules(&s, err))
    return false;
  if (!tc_image_crop(grey, 0, 0, s.width, s.height, &clean_grey, err) ||
      !tc_image_crop(binary, 0, 0, s.width, s.height, &clean_binary, err))
    return false;
  for (int y = 0; y < s.height; y++) {
    uint8_t *grey_row = tc_image_row_mutable(clean_grey, y);
    uint8_t *binary_row = tc_image_row_mutable(clean_binary, y);
    for (int x = 0; x < s.width; x++)
      if (s.black[y * s.width + x] == 3) {
        grey_row[x] = WHITE;
        binary_row[x >> 3] &= (uint8_t) ~(0x80 >> (x & 7));
      } else {
        /* What is nearly paper (a ground pattern, a faded seal) becomes paper; ink keeps its share. */
        grey_row[x] = (uint8_t)(grey_row[x] >= NEAR_PAPER ? WHITE : grey_row[x] * WHITE / NEAR_PAPER);
      }
  }
  *out_grey = tc_steal(&clean_grey);
  *out_binary = tc_steal(&clean_binary);
  return true;
}
