#include "ocr/text_chains.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define GAP 2.0     /* of a line's height, that ends it */
#define IN_BAND 0.5 /* of the lower of letter and band: what they must share */
#define NEARER 20.0 /* how little a smaller gap counts beside what is shared */

enum { RECENT = 9 };

/* The end of a chain: the tops and bottoms of its last letters. */
typedef struct band {
  int tops[RECENT], bottoms[RECENT];
  size_t seen;
  double top, bottom;
  int right;
  size_t chain;
} band;

typedef struct bands {
  band *items; /* the open ones */
  size_t count, capacity;
  double letter;
} bands;

static int compare_ints(const void *a, const void *b)
{
  const int x = *(const int *)a;
  const int y = *(const int *)b;
  return x < y ? -1 : x > y ? 1 : 0;
}

static double median(const int *values, size_t count)
{
  int sorted[RECENT];
  memcpy(sorted, values, count * sizeof *values);
  qsort(sorted, count, sizeof *sorted, compare_ints);
  const size_t middle = count / 2;
  return sorted[middle];
}

static void extend(band *b, const tc_ink_part *part)
{
  b->tops[b->seen % RECENT] = part->top;
  b->bottoms[b->seen % RECENT] = part->bottom;
  b->seen++;
  const size_t kept = b->seen < RECENT ? b->seen : RECENT;
  b->top = median(b->tops, kept);
  b->bottom = median(b->bottoms, kept);
  b->right = part->right > b->right ? part->right : b->right;
}

/* What letter and band share of the lower of both; below 0 where they are apart. */
static double share(const band *b, const tc_ink_part *part)
{
  const double common = fmin(b->bottom, part->bottom) - fmax(b->top, part->top);
  return common / fmax(1, fmin(b->bottom - b->top, part->bottom - part->top));
}

/* The open band that the letter stands in, NULL where there is none. Letters come from left to right: a band that lies
   too far behind is closed for good. */
static band *band_for(bands *open, const tc_ink_part *part)
{
  band *best = NULL;
  double best_share = IN_BAND;
  for (size_t i = 0; i < open->count;) {
    band *b = &open->items[i];
    const double height = fmax(b->bottom - b->top, open->letter);
    const double gap = part->left - b->right;
    if (gap > GAP * height) {
      *b = open->items[--open->count];
      continue;
    }
    const double here = share(b, part) - fmax(0, gap) / (NEARER * height);
    if (here > best_share) {
      best = b;
      best_share = here;
    }
    i++;
  }
  return best;
}

static bool open_band(bands *open, size_t chain, band **out, tc_error *err)
{
  if (open->count == open->capacity) {
    const size_t capacity = open->capacity == 0 ? 256 : open->capacity * 2;
    band *grown = realloc(open->items, capacity * sizeof *grown);
    if (grown == NULL)
      return tc_fail(err, TC_NO_MEMORY, "no memory for lines");
    open->items = grown;
    open->capacity = capacity;
  }
  *out = &open->items[open->count++];
  **out = (band){.chain = chain};
  return true;
}

bool tc_text_chains_find(const tc_ink *ink, const tc_letters *letters, size_t *chain_of, size_t *count, tc_error *err)
{
  bands open = {.letter = letters->height};
  size_t chains = 0;
  bool ok = true;
  for (size_t i = 0; ok && i < letters->count; i++) {
    const tc_ink_part *part = &ink->parts[letters->order[i]];
    band *b = band_for(&open, part);
    if (b == NULL)
      ok = open_band(&open, chains++, &b, err);
    if (!ok)
      break;
    extend(b, part);
    chain_of[letters->order[i]] = b->chain;
  }
  free(open.items);
  *count = chains;
  return ok;
}
