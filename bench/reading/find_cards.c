/*
 * find-cards FILE…: looks for cards on every page of each file and reads none of them. A line of JSON a page: {file,
 * page, seconds, cards: [[[x, y] × 4], …]} in capture pixels, seconds of processor.
 */
#include "base/clock.h"
#include "imaging/cards.h"
#include "imaging/imaging_settings.h"
#include "pdf/pdf_settings.h"
#include "pipeline/capture.h"
#include "pipeline/pipeline_settings.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

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

static bool find_in_file(const char *file, const tc_settings *settings, tc_error *err)
{
  tc_auto(tc_capture) capture = NULL;
  int fd = open(file, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return tc_fail_errno(err, TC_IO, errno, "the file cannot be opened");
  bool done = tc_capture_open(fd, settings, &capture, err);
  for (size_t i = 0; done && i < tc_capture_page_count(capture); i++)
    done = find_on_page(capture, file, i, err);
  tc_capture_destroy(tc_steal(&capture));
  close(fd);
  return done;
}

int main(int argc, char **argv)
{
  tc_error err = {0};
  const tc_settings_table tables[] = {tc_imaging_settings, tc_pdf_settings, tc_pipeline_settings};
  const tc_settings_sources sources = {0};
  tc_auto(tc_settings) settings = NULL;
  if (!tc_settings_load(tables, TC_ARRAY_LEN(tables), &sources, &settings, &err) || !tc_imaging_init(&err)) {
    fprintf(stderr, "%s\n", err.message);
    return 3;
  }
  int failed = 0;
  for (int i = 1; i < argc; i++) {
    tc_error of_file = {0};
    if (!find_in_file(argv[i], settings, &of_file)) {
      fprintf(stderr, "%s: %s\n", argv[i], of_file.message);
      failed++;
    }
    fflush(stdout);
  }
  return failed > 0 ? 1 : 0;
}
