/*
 * find-cards FILE…: looks for cards on every page of each file and reads none of them. A line of JSON a page: {file,
 * page, seconds, cards: [[[x, y] × 4], …]} in capture pixels, seconds of processor.
 */
#include "bench/reading/each_page.h"

#include "base/clock.h"
#include "imaging/cards.h"

#include <stdio.h>

static bool find_on_page(tc_capture *capture, const char *file, size_t index, tc_error *err)
{
  tc_auto(tc_image) image = NULL;
  tc_cards cards;
  if (!tc_capture_decode(capture, index, &image, err))
    return false;
  const double start = tc_clock_processor_seconds();
  if (!tc_cards_find(image, &cards, err))
    return false;
  printf("{\"file\": \"%s\", \"page\": %zu, \"seconds\": %.3f, \"cards\": [", file, index,
         tc_clock_processor_seconds() - start);
  for (int i = 0; i < cards.count; i++) {
    const tc_point *p = cards.items[i].corner;
    printf("%s[[%.1f, %.1f], [%.1f, %.1f], [%.1f, %.1f], [%.1f, %.1f]]", i > 0 ? ", " : "", p[0].x, p[0].y, p[1].x,
           p[1].y, p[2].x, p[2].y, p[3].x, p[3].y);
  }
  puts("]}");
  return true;
}

int main(int argc, char **argv) { return tc_bench_each_page(argc - 1, argv + 1, find_on_page); }
