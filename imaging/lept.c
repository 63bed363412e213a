#include "imaging/lept.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include <allheaders.h>

typedef PIX pix;
static void pix_free(PIX *p) { pixDestroy(&p); }
TC_AUTO_POINTER(pix, pix_free);

static bool no_memory(tc_error *err) { return tc_fail(err, TC_NO_MEMORY, "no memory to examine a page"); }

/* Leptonica keeps pixels in 32-bit words, the first in the highest bits. */
static uint32_t swap_word(uint32_t word) { return __builtin_bswap32(word); }

static bool to_pix(const tc_image *binary, PIX **out, tc_error *err)
{
  assert(tc_image_shape_of(binary)->pixel == TC_PIXEL_BILEVEL);
  PIX *p = pixCreateNoInit(tc_image_width(binary), tc_image_height(binary), 1);
  if (p == NULL)
    return no_memory(err);
  for (int y = 0; y < tc_image_height(binary); y++) {
    l_uint32 *line = pixGetData(p) + (size_t)y * (size_t)pixGetWpl(p);
    memcpy(line, tc_image_row(binary, y), tc_image_stride(binary));
    for (int i = 0; i < pixGetWpl(p); i++)
      line[i] = swap_word(line[i]);
  }
  *out = p;
  return true;
}

static bool from_pix(PIX *p, const tc_image *like, tc_image **out, tc_error *err)
{
  tc_image *image = NULL;
  if (!tc_image_create(tc_image_shape_of(like), &image, err))
    return false;
  for (int y = 0; y < tc_image_height(image); y++) {
    const l_uint32 *line = pixGetData(p) + (size_t)y * (size_t)pixGetWpl(p);
    uint8_t *row = tc_image_row_mutable(image, y);
    for (int i = 0; i < pixGetWpl(p); i++) {
      uint32_t word = swap_word(line[i]);
      memcpy(row + 4 * (size_t)i, &word, sizeof word);
    }
  }
  *out = image;
  return true;
}

bool tc_lept_find_lines(const tc_image *binary, double range, tc_lept_lines *out, tc_error *err)
{
  tc_auto(pix) page = NULL;
  if (!to_pix(binary, &page, err))
    return false;
  tc_lept_lines lines = {0};
  l_float32 angle = 0;
  l_float32 confidence = 0;
  l_float32 score = 0;
  if (pixFindSkewSweepAndSearchScore(page, &angle, &confidence, &score, 2, 1, 0, (l_float32)range, 1.0F, 0.01F) == 0) {
    lines.angle = -(double)angle; /* Leptonica says how far to turn back */
    lines.score = (double)score;
    /* A ratio of best to worst row score; Leptonica believes 3 and more. */
    lines.confidence = confidence > 0 ? (double)confidence / ((double)confidence + 3) : 0;
  }
  *out = lines;
  return true;
}

bool tc_lept_keep_letters(const tc_image *binary, double dpi, tc_image **out, tc_error *err)
{
  const int length = (int)fmax(20, dpi * 0.55); /* 14 mm: no letter has a stroke that long */
  const int thick = (int)fmax(6, dpi * 0.12);   /* 3 mm: no letter is that solid */
  tc_auto(pix) page = NULL;
  if (!to_pix(binary, &page, err))
    return false;
  tc_auto(pix) across = pixOpenCompBrick(NULL, page, length, 1);
  tc_auto(pix) down = pixOpenCompBrick(NULL, page, 1, length);
  tc_auto(pix) solid = pixOpenCompBrick(NULL, page, thick, thick);
  if (across == NULL || down == NULL || solid == NULL)
    return no_memory(err);
  pixSubtract(page, page, across);
  pixSubtract(page, page, down);
  pixSubtract(page, page, solid);
  return from_pix(page, binary, out, err);
}

bool tc_lept_drop_flat(const tc_image *letters, double dpi, tc_image **out, tc_error *err)
{
  const int tallest = (int)fmax(1, dpi * 0.018); /* half a millimetre */
  tc_auto(pix) page = NULL;
  if (!to_pix(letters, &page, err))
    return false;
  tc_auto(pix) kept = pixSelectBySize(page, 0, tallest, 8, L_SELECT_HEIGHT, L_SELECT_IF_GT, NULL);
  return kept != NULL ? from_pix(kept, letters, out, err) : no_memory(err);
}

bool tc_lept_drop_solid(const tc_image *binary, int side, int reach, tc_image **out, tc_error *err)
{
  tc_auto(pix) page = NULL;
  if (!to_pix(binary, &page, err))
    return false;
  tc_auto(pix) solid = pixOpenBrick(NULL, page, side, side);
  tc_auto(pix) around = solid != NULL ? pixDilateBrick(NULL, solid, 2 * reach + 1, 2 * reach + 1) : NULL;
  if (around == NULL)
    return no_memory(err);
  pixSubtract(page, page, around);
  return from_pix(page, binary, out, err);
}

/* Makes the white between two black pixels of a row black where it is shorter than `gap`: what closing with a brick of
   that width and one row does, without moving the page so many times. */
static void close_rows(PIX *page, int gap)
{
  enum { WORD = 32 };
  const int words = pixGetWpl(page);
  for (int y = 0; y < pixGetHeight(page); y++) {
    l_uint32 *line = pixGetData(page) + (size_t)y * (size_t)words;
    int last = -1; /* the black pixel before */
    for (int word = 0; word < words; word++)
      for (l_uint32 left = line[word]; left != 0;) {
        const int bit = __builtin_clz(left);
        const int x = word * WORD + bit;
        for (int white = last + 1; last >= 0 && x - last <= gap && white < x; white++)
          line[white / WORD] |= 1U << (WORD - 1 - white % WORD);
        last = x;
        left &= ~(1U << (WORD - 1 - bit));
      }
  }
}

bool tc_lept_boxes(const tc_image *binary, int gap_x, int gap_y, tc_lept_box **out, int *out_count, tc_error *err)
{
  tc_auto(pix) page = NULL;
  if (!to_pix(binary, &page, err))
    return false;
  if (gap_y == 1)
    close_rows(page, gap_x);
  tc_auto(pix) smeared = gap_y == 1 ? pixClone(page) : pixCloseSafeBrick(NULL, page, gap_x, gap_y);
  BOXA *boxes = smeared != NULL ? pixConnCompBB(smeared, 4) : NULL;
  int count = boxes != NULL ? boxaGetCount(boxes) : 0;
  tc_lept_box *list = calloc((size_t)count + 1, sizeof *list);
  for (int i = 0; list != NULL && i < count; i++)
    boxaGetBoxGeometry(boxes, i, &list[i].x, &list[i].y, &list[i].width, &list[i].height);
  boxaDestroy(&boxes);
  if (list == NULL || smeared == NULL) {
    free(list);
    return no_memory(err);
  }
  *out = list;
  *out_count = count;
  return true;
}
