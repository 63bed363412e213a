#include "bench/reading/each_page.h"

#include "imaging/imaging_settings.h"
#include "pdf/pdf_settings.h"
#include "pipeline/pipeline_settings.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

typedef bool each_page(tc_capture *capture, const char *file, size_t index, tc_error *err);

static bool take_file(const char *file, const tc_settings *settings, each_page *page, tc_error *err)
{
  tc_auto(tc_capture) capture = NULL;
  int fd = open(file, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return tc_fail_errno(err, TC_IO, errno, "the file cannot be opened");
  bool done = tc_capture_open(fd, settings, &capture, err);
  for (size_t i = 0; done && i < tc_capture_page_count(capture); i++)
    done = page(capture, file, i, err);
  tc_capture_destroy(tc_steal(&capture));
  close(fd);
  return done;
}

int tc_bench_each_page(int count, char **files, each_page *page)
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
  for (int i = 0; i < count; i++) {
    tc_error of_file = {0};
    if (!take_file(files[i], settings, page, &of_file)) {
      fprintf(stderr, "%s: %s\n", files[i], of_file.message);
      failed++;
    }
    fflush(stdout);
  }
  return failed > 0 ? 1 : 0;
}
