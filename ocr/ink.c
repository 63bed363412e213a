/*
 * One pass finds the runs and joins each with those of the row above that it touches (union-find over runs: the root
 * is the lowest number, so that numbers only fall); a second numbers the roots and sums the parts up.
 */
#include "ocr/ink.h"

#include <stdlib.h>

enum { RUNS_MAX = 8000000 };

typedef struct builder {
  tc_ink *ink;
  size_t count, capacity;
} builder;

void tc_ink_destroy(tc_ink *ink)
{
  if (ink == NULL)
    return;
  free(ink->runs);
  free(ink->rows);
  free(ink->parts);
  free(ink);
}

static bool add_run(builder *b, int left, int right, tc_error *err)
{
  if (b->count == b->capacity) {
    const size_t capacity = b->capacity == 0 ? 16384 : b->capacity * 2;
    if (b->count >= RUNS_MAX)
      return tc_fail(err, TC_LIMIT, "a page of noise: more than %d black runs", RUNS_MAX);
    tc_ink_run *grown = realloc(b->ink->runs, capacity * sizeof *grown);
    if (grown == NULL)
      return tc_fail(err, TC_NO_MEMORY, "no memory for a page");
    b->ink->runs = grown;
    b->capacity = capacity;
  }
  b->ink->runs[b->count] = (tc_ink_run){left, right, (uint32_t)b->count};
  b->count++;
  return true;
}

static bool is_black(const uint8_t *row, int x) { return ((row[x >> 3] >> (7 - (x & 7))) & 1) != 0; }

static int run_end(const uint8_t *row, int x, int width)
{
  while (x < width && is_black(row, x))
    x += (x & 7) == 0 && row[x >> 3] == 0xFF ? 8 : 1;
  return x < width ? x : width;
}

static bool add_row(builder *b, const uint8_t *row, tc_error *err)
{
  const int width = b->ink->width;
  for (int x = 0; x < width;) {
    if ((x & 7) == 0 && row[x >> 3] == 0) {
      x += 8;
      continue;
    }
    if (!is_black(row, x)) {
      x++;
      continue;
    }
    const int left = x;
    x = run_end(row, x, width);
    if (!add_run(b, left, x, err))
      return false;
  }
  return true;
}

static uint32_t root_of(tc_ink_run *runs, uint32_t at)
{
  while (runs[at].part != at) {
    runs[at].part = runs[runs[at].part].part;
    at = runs[at].part;
  }
  return at;
}

static void join(tc_ink_run *runs, uint32_t a, uint32_t b)
{
  const uint32_t first = root_of(runs, a);
  const uint32_t second = root_of(runs, b);
  if (first < second)
    runs[second].part = first;
  else
    runs[first].part = second;
}

/* Runs [above, here) and [here, end) of neighbouring rows, corners touching included. */
static void join_rows(tc_ink_run *runs, size_t above, size_t here, size_t end)
{
  const size_t stop = here;
  for (size_t at = here; at < end; at++) {
    while (above < stop && runs[above].right < runs[at].left)
      above++;
    for (size_t other = above; other < stop && runs[other].left <= runs[at].right; other++)
      join(runs, (uint32_t)other, (uint32_t)at);
  }
}

static void grow_part(tc_ink_part *part, const tc_ink_run *run, int y)
{
  part->left = run->left < part->left ? run->left : part->left;
  part->right = run->right > part->right ? run->right : part->right;
  part->bottom = y + 1;
  part->area += run->right - run->left;
}

/* A run's root comes before it, so that its part has a number already. */
static bool number_parts(tc_ink *ink, size_t runs, tc_error *err)
{
  for (size_t i = 0; i < runs; i++)
    ink->part_count += ink->runs[i].part == i ? 1 : 0;
  ink->parts = calloc(ink->part_count + 1, sizeof *ink->parts);
  uint32_t *numbers = calloc(runs + 1, sizeof *numbers);
  if (ink->parts == NULL || numbers == NULL) {
    free(numbers);
    return tc_fail(err, TC_NO_MEMORY, "no memory for a page");
  }
  uint32_t next = 0;
  for (int y = 0; y < ink->height; y++)
    for (size_t i = ink->rows[y]; i < ink->rows[y + 1]; i++) {
      tc_ink_run *run = &ink->runs[i];
      if (run->part == i) {
        numbers[i] = next;
        ink->parts[next++] = (tc_ink_part){run->left, y, run->right, y + 1, 0};
      } else {
        numbers[i] = numbers[run->part];
      }
      run->part = numbers[i];
      grow_part(&ink->parts[run->part], run, y);
    }
  free(numbers);
  return true;
}

bool tc_ink_create(const tc_image *binary, tc_ink **out, tc_error *err)
{
  tc_auto(tc_ink) ink = calloc(1, sizeof *ink);
  if (ink == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a page");
  ink->width = tc_image_width(binary);
  ink->height = tc_image_height(binary);
  ink->rows = calloc((size_t)ink->height + 1, sizeof *ink->rows);
  if (ink->rows == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a page");
  builder b = {.ink = ink};
  for (int y = 0; y < ink->height; y++) {
    ink->rows[y] = b.count;
    if (!add_row(&b, tc_image_row(binary, y), err))
      return false;
    if (y > 0)
      join_rows(ink->runs, ink->rows[y - 1], ink->rows[y], b.count);
  }
  ink->rows[ink->height] = b.count;
  for (size_t i = 0; i < b.count; i++)
    ink->runs[i].part = root_of(ink->runs, (uint32_t)i);
  if (!number_parts(ink, b.count, err))
    return false;
  *out = tc_steal(&ink);
  return true;
}

size_t tc_ink_at(const tc_ink *ink, int x, int y)
{
  if (y < 0 || y >= ink->height)
    return TC_NO_PART;
  size_t low = ink->rows[y];
  size_t high = ink->rows[y + 1];
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (ink->runs[middle].right <= x)
      low = middle + 1;
    else
      high = middle;
  }
  return low < ink->rows[y + 1] && ink->runs[low].left <= x ? ink->runs[low].part : TC_NO_PART;
}
