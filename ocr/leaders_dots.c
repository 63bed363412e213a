/*
 * Dots: the connected parts of the black-and-white page that are as small as a full stop are put in order of height.
 * Dots of one height are a leader where RUN_MIN of them stand in a run at one distance: dots of letters and full stops
 * never do. All dots of that height and size then go, those between words and letters too; what is taller (a comma)
 * stays. Dots that run into one another go with the leader that they stand in.
 */
#include "ocr/leaders_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DOT_INCHES 0.030
#define SPECK_INCHES 0.0105 /* the side of a speck of dust: smaller than any dot of a letter */
#define NEAR_INCHES 0.03    /* from a letter to its marks */
#define PITCH_INCHES 0.075
#define COLON_INCHES 0.11
#define SAME_PITCH 1.6   /* pixels */
#define OFF_PITCH 0.16   /* of the pitch */
#define UNEVEN_PITCH 0.3 /* of the pitch, in a long run */
#define OFF_STEP 0.22    /* of the pitch, from a leader's dot to another one of its */
#define TALLER 1.35      /* than the leader's dots: no dot */

enum { RUN_MIN = 8, SPARSE_MIN = 5, NEAR_STEPS = 30, ROW_BINS = 3, JOINED_MAX = 4 };

static bool push_pixel(tc_leaders_sheet *s, size_t *depth, int at, tc_error *err)
{
  if (*depth == s->stack_capacity) {
    size_t capacity = s->stack_capacity == 0 ? 4096 : s->stack_capacity * 2;
    int *grown = realloc(s->stack, capacity * sizeof *grown);
    if (grown == NULL)
      return tc_fail(err, TC_NO_MEMORY, "no memory for a page");
    s->stack = grown;
    s->stack_capacity = capacity;
  }
  s->black[at] = TC_LEADERS_SEEN;
  s->stack[(*depth)++] = at;
  return true;
}

/* Walks the connected part that `start` belongs to and gives its box and its pixels. */
static bool walk(tc_leaders_sheet *s, int start, tc_leaders_dot *box, int *area, tc_error *err)
{
  size_t depth = 0;
  *box = (tc_leaders_dot){.left = s->width, .top = s->height};
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
        if (s->black[ny * s->width + nx] == TC_LEADERS_BLACK && !push_pixel(s, &depth, ny * s->width + nx, err))
          return false;
  }
  return true;
}

static bool add_dot(tc_leaders_sheet *s, tc_leaders_dot box, tc_error *err)
{
  if (s->dot_count == s->dot_capacity) {
    size_t capacity = s->dot_capacity == 0 ? 1024 : s->dot_capacity * 2;
    tc_leaders_dot *grown = realloc(s->dots, capacity * sizeof *grown);
    if (grown == NULL)
      return tc_fail(err, TC_NO_MEMORY, "no memory for a page");
    s->dots = grown;
    s->dot_capacity = capacity;
  }
  s->dots[s->dot_count++] = box;
  return true;
}

static void erase_dot(tc_leaders_sheet *s, const tc_leaders_dot *d)
{
  tc_leaders_erase(s, d->left - 1, d->top - 1, d->right + 1, d->bottom + 1);
}

static bool find_dots(tc_leaders_sheet *s, tc_error *err)
{
  const int limit = (int)ceil(DOT_INCHES * s->dpi);
  const int speck = (int)(SPECK_INCHES * SPECK_INCHES * s->dpi * s->dpi);
  const int pixels = s->width * s->height;
  for (int at = tc_leaders_next(s->black, 0, pixels); at < pixels; at = tc_leaders_next(s->black, at + 1, pixels)) {
    tc_leaders_dot box;
    int area = 0;
    if (s->black[at] != TC_LEADERS_BLACK)
      continue;
    if (!walk(s, at, &box, &area, err))
      return false;
    const int width = box.right - box.left;
    const int height = box.bottom - box.top;
    box.speck = area <= speck;
    box.joined = width > limit;
    const bool small = width <= JOINED_MAX * limit && height <= limit && area * 2 >= width * height;
    if ((box.speck || small) && !add_dot(s, box, err))
      return false;
  }
  return true;
}

static double dot_y(const tc_leaders_dot *d) { return (d->top + d->bottom) / 2.0; }
static double dot_x(const tc_leaders_dot *d) { return (d->left + d->right) / 2.0; }

static int by_height(const void *a, const void *b)
{
  const double x = dot_y(a);
  const double y = dot_y(b);
  return x < y ? -1 : x > y ? 1 : 0;
}

/* Single dots first. */
static int by_left(const void *a, const void *b)
{
  const tc_leaders_dot *p = a;
  const tc_leaders_dot *q = b;
  return p->joined != q->joined ? p->joined - q->joined : p->left - q->left;
}

/* The end (the last dot) of the run of dots at one distance that begins at `first`, and that distance. */
static size_t run_end(const tc_leaders_dot *row, size_t count, size_t first, double *pitch)
{
  const double start = dot_x(&row[first]);
  size_t last = first + 1;
  *pitch = dot_x(&row[last]) - start;
  while (last + 1 < count &&
         fabs(dot_x(&row[last + 1]) - dot_x(&row[last]) - *pitch) < fmax(SAME_PITCH, UNEVEN_PITCH * *pitch)) {
    last++;
    *pitch = (dot_x(&row[last]) - start) / (double)(last - first);
  }
  return last;
}

/* Marks the dots of long runs whose neighbours keep one distance, and gives the distance of the longest; 0 where there
   is none. Dots of letters that stand at one height by chance never make a long run; a shorter one will do at the
   distance of the page's other leaders. */
static double mark_runs(const tc_leaders_sheet *s, tc_leaders_dot *row, size_t count, double page_pitch)
{
  size_t best = 0;
  double best_pitch = 0;
  for (size_t first = 0; first + 1 < count;) {
    double pitch = 0;
    const size_t last = run_end(row, count, first, &pitch);
    const size_t length = last - first + 1;
    const bool usual = page_pitch > 0 && fabs(pitch - page_pitch) < OFF_PITCH * page_pitch;
    if (length >= (usual ? SPARSE_MIN : RUN_MIN) && pitch >= 2 && pitch <= PITCH_INCHES * s->dpi) {
      for (size_t i = first; i <= last; i++)
        row[i].leader = true;
      best_pitch = length > best ? pitch : best_pitch;
      best = length > best ? length : best;
    }
    first = last;
  }
  return best_pitch;
}

static bool in_step(const tc_leaders_dot *a, const tc_leaders_dot *b, double pitch)
{
  const double steps = fabs(dot_x(b) - dot_x(a)) / pitch;
  return steps < NEAR_STEPS && steps > 0.7 && fabs(steps - round(steps)) * pitch < fmax(SAME_PITCH, OFF_STEP * pitch);
}

/* Dots between letters that keep step with a leader's are the leader's. */
static void grow_runs(tc_leaders_dot *row, size_t count, double pitch)
{
  const tc_leaders_dot *near = NULL;
  for (size_t i = 0; i < count; i++) {
    row[i].leader |= near != NULL && in_step(near, &row[i], pitch);
    near = row[i].leader ? &row[i] : near;
  }
  near = NULL;
  for (size_t i = count; i-- > 0;) {
    row[i].leader |= near != NULL && in_step(near, &row[i], pitch);
    near = row[i].leader ? &row[i] : near;
  }
}

/* More ink than specks of dust have lies close by: what is left of a mark over or under a letter. */
static bool is_near_ink(const tc_leaders_sheet *s, const tc_leaders_dot *speck)
{
  const int near = (int)ceil(NEAR_INCHES * s->dpi);
  const int enough = 2 * (int)ceil(SPECK_INCHES * SPECK_INCHES * s->dpi * s->dpi);
  int ink = 0;
  for (int y = speck->top - near; y < speck->bottom + near; y++)
    for (int x = speck->left - near; x < speck->right + near; x++)
      ink += tc_leaders_is_ink(s, x, y) ? 1 : 0;
  return ink >= enough;
}

/* The lower dot of a colon: a part of its size, as small and no wider, stands right above it. */
static bool is_of_colon(const tc_leaders_sheet *s, const tc_leaders_dot *lower)
{
  const int height = lower->bottom - lower->top;
  const int far = (int)(COLON_INCHES * s->dpi);
  const int middle = (lower->left + lower->right) / 2;
  int y = lower->top - 2;
  while (y >= 0 && y > lower->top - far && !tc_leaders_is_ink(s, middle, y))
    y--;
  const int bottom = y;
  while (y >= 0 && tc_leaders_is_ink(s, middle, y))
    y--;
  const int tall = bottom - y;
  const int half = y + (tall + 1) / 2;
  return tall * 2 > height && tall * 2 <= height * 3 + 2 && !tc_leaders_is_ink(s, lower->left - 2, half) &&
         !tc_leaders_is_ink(s, lower->right + 1, half);
}

/* A neighbour to each side about the pitch away: in the middle of a leader, whatever stands above. */
static bool is_between(const tc_leaders_dot *row, size_t count, size_t at, double pitch)
{
  return at > 0 && at + 1 < count && dot_x(&row[at]) - dot_x(&row[at - 1]) < 1.4 * pitch &&
         dot_x(&row[at + 1]) - dot_x(&row[at]) < 1.4 * pitch;
}

/* Neighbours in the row whose distance is a whole multiple of the pitch: a leader whose dots letters cover. */
static bool fits_pitch(const tc_leaders_dot *row, size_t count, double pitch)
{
  size_t fits = 0;
  size_t tried = 0;
  const double tolerance = fmin(SAME_PITCH, OFF_PITCH * pitch);
  for (size_t i = 0; i + 1 < count; i++) {
    const double steps = (dot_x(&row[i + 1]) - dot_x(&row[i])) / pitch;
    if (steps > NEAR_STEPS)
      continue;
    tried++;
    fits += steps > 0.8 && fabs(steps - round(steps)) * pitch < tolerance ? 1 : 0;
  }
  return fits >= SPARSE_MIN && fits * 4 >= tried * 3;
}

static int tallness(const tc_leaders_dot *d) { return d->bottom - d->top; }

/* The height that half of the leader's dots stay below. */
static int common_tallness(const tc_leaders_sheet *s, const tc_leaders_dot *row, size_t count)
{
  const int limit = (int)ceil(DOT_INCHES * s->dpi);
  size_t below = 0;
  size_t all = 0;
  for (size_t i = 0; i < count; i++)
    all += row[i].leader ? 1 : 0;
  for (int height = 1; height < limit; height++) {
    for (size_t i = 0; i < count; i++)
      below += row[i].leader && tallness(&row[i]) == height ? 1 : 0;
    if (below * 2 > all)
      return height;
  }
  return limit;
}

/* Of the leader, or joined dots with one of its dots close by. */
static bool is_leaders(const tc_leaders_dot *row, size_t single, const tc_leaders_dot *d, double pitch)
{
  if (!d->joined)
    return d->leader;
  for (size_t i = 0; i < single; i++)
    if (row[i].leader && row[i].right > d->left - 3 * pitch && row[i].left < d->right + 3 * pitch)
      return true;
  return false;
}

/* Erases the dots of one height where they are a leader; `pitch` is the page's, 0 while no leader was seen. */
static void judge_row(tc_leaders_sheet *s, tc_leaders_dot *row, size_t count, double page_pitch, double *pitch_out)
{
  size_t single = 0; /* by_left puts those that are joined behind the others */
  qsort(row, count, sizeof *row, by_left);
  while (single < count && !row[single].joined)
    single++;
  double pitch = mark_runs(s, row, single, page_pitch);
  if (pitch <= 0 && (page_pitch <= 0 || !fits_pitch(row, single, page_pitch)))
    return;
  for (size_t i = 0; pitch <= 0 && i < single; i++)
    row[i].leader = true;
  pitch = pitch > 0 ? pitch : page_pitch;
  grow_runs(row, single, pitch);
  *pitch_out = pitch;
  const double tallest = TALLER * common_tallness(s, row, single);
  for (size_t i = 0; i < count; i++) {
    if (tallness(&row[i]) > tallest || !is_leaders(row, single, &row[i], pitch))
      continue;
    if (row[i].joined || is_between(row, single, i, pitch) || !is_of_colon(s, &row[i]))
      erase_dot(s, &row[i]);
  }
}

/* How many dots lie within ROW_BINS half pixels of each half pixel of height. */
static void count_rows(const tc_leaders_sheet *s, int *near)
{
  const int bins = 2 * s->height + 1;
  for (size_t i = 0; i < s->dot_count; i++) {
    const int bin = s->dots[i].top + s->dots[i].bottom;
    for (int at = bin > ROW_BINS ? bin - ROW_BINS : 0; at <= bin + ROW_BINS && at < bins; at++)
      near[at]++;
  }
}

static bool is_fullest(const int *near, int bins, int at)
{
  for (int other = at - ROW_BINS; other <= at + ROW_BINS; other++)
    if (other >= 0 && other < bins && (near[other] > near[at] || (near[other] == near[at] && other < at)))
      return false;
  return true;
}

/* The dots are in order of height. A row is what lies around a height that has more dots than those beside it.
   Two rounds: the first learns the leaders' pitch from rows of many dots, the second finds those with few. */
static void judge_rows(tc_leaders_sheet *s, const int *near, tc_leaders_dot *row, double page_pitch, double *pitch)
{
  const int bins = 2 * s->height + 1;
  size_t first = 0;
  for (int at = 0; at < bins; at++) {
    if (near[at] < SPARSE_MIN || !is_fullest(near, bins, at))
      continue;
    while (first < s->dot_count && s->dots[first].top + s->dots[first].bottom < at - ROW_BINS)
      first++;
    size_t end = first;
    while (end < s->dot_count && s->dots[end].top + s->dots[end].bottom <= at + ROW_BINS)
      end++;
    if (end == first)
      continue;
    memcpy(row, s->dots + first, (end - first) * sizeof *row);
    judge_row(s, row, end - first, page_pitch, pitch);
  }
}

bool tc_leaders_remove_dots(tc_leaders_sheet *s, tc_error *err)
{
  if (!find_dots(s, err))
    return false;
  double pitch = 0;
  double ignored = 0;
  if (s->dot_count == 0)
    return true;
  int *near = calloc((size_t)s->height * 2 + 1, sizeof *near);
  tc_leaders_dot *row = calloc(s->dot_count, sizeof *row);
  if (near != NULL && row != NULL) {
    qsort(s->dots, s->dot_count, sizeof *s->dots, by_height);
    count_rows(s, near);
    judge_rows(s, near, row, 0, &pitch);
    if (pitch > 0)
      judge_rows(s, near, row, pitch, &ignored);
    for (size_t i = 0; i < s->dot_count; i++)
      if (s->dots[i].speck && !is_near_ink(s, &s->dots[i]))
        erase_dot(s, &s->dots[i]);
  }
  const bool ok = near != NULL && row != NULL;
  free(near);
  free(row);
  return ok || tc_fail(err, TC_NO_MEMORY, "no memory for a page");
}
