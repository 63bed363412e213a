/*
 * judge-pages FILE…: cleans every page of each file and reads none of it. A line of JSON a page: the verdict with the
 * figures behind it, seconds of processor, and the digest of what recognition would be given, so that two builds can be
 * compared on whole sets within minutes.
 */
#include "bench/reading/each_page.h"

#include "base/clock.h"
#include "base/digest.h"
#include "imaging/clean.h"

#include <stdio.h>

static bool digest_of(const tc_clean *page, char hex[TC_SHA256_HEX_SIZE], tc_error *err)
{
  tc_auto(tc_sha256) running = NULL;
  tc_digest digest;
  const tc_bytes grey = tc_image_pixels(tc_clean_grey(page));
  const tc_bytes binary = tc_image_pixels(tc_clean_binary(page));
  if (!tc_sha256_create(&running, err) || !tc_sha256_update(running, grey.data, grey.size, err) ||
      !tc_sha256_update(running, binary.data, binary.size, err) || !tc_sha256_end(running, &digest, err))
    return false;
  tc_digest_hex(&digest, hex);
  return true;
}

static tc_json *complaints_of(const tc_quality *quality)
{
  tc_json *rows = tc_json_array();
  for (int i = 0; i < quality->complaint_count; i++) {
    tc_json *row = tc_json_object();
    tc_json_set_text(row, "code", tc_flaw_name(quality->complaints[i].flaw));
    tc_json_set_text(row, "place", tc_place_name(quality->complaints[i].place));
    tc_json_append(rows, row);
  }
  return rows;
}

static tc_json *describe(const char *file, size_t index, const tc_clean *page, double seconds)
{
  const tc_clean_report *report = tc_clean_report_of(page);
  const tc_quality *quality = &report->quality;
  tc_json *corners = tc_json_array();
  for (int i = 0; i < 4; i++) {
    tc_json_append(corners, tc_json_integer((int64_t)report->sheet.corner[i].x));
    tc_json_append(corners, tc_json_integer((int64_t)report->sheet.corner[i].y));
  }
  tc_json *row = tc_json_object();
  tc_json_set_text(row, "file", file);
  tc_json_set_integer(row, "page", (int64_t)index);
  tc_json_set_number(row, "seconds", seconds);
  tc_json_set_integer(row, "turns", report->turns);
  tc_json_set_number(row, "skew", report->skew);
  tc_json_set_number(row, "dpi", quality->dpi);
  tc_json_set_number(row, "edge_mm", quality->edge_mm);
  tc_json_set_number(row, "letter_pixels", quality->letter_pixels);
  tc_json_set_number(row, "contrast", quality->contrast);
  tc_json_set_number(row, "ink", quality->ink);
  tc_json_set_boolean(row, "blank", quality->blank);
  tc_json_set_number(row, "bend_mm", report->bend_mm);
  tc_json_set_boolean(row, "dewarped", report->dewarped);
  tc_json_set_boolean(row, "sheet_found", report->sheet_found);
  tc_json_set(row, "sheet", corners);
  tc_json_set(row, "complaints", complaints_of(quality));
  return row;
}

static bool judge_page(tc_capture *capture, const char *file, size_t index, tc_error *err)
{
  tc_capture_page page;
  tc_auto(tc_image) image = NULL;
  tc_auto(tc_clean) clean = NULL;
  tc_auto(tc_buf) line = {0};
  char hex[TC_SHA256_HEX_SIZE];
  if (!tc_capture_describe(capture, index, &page, err) || !tc_capture_decode(capture, index, &image, err))
    return false;
  const double start = tc_clock_processor_seconds();
  if (!tc_clean_page(image, page.orientation, NULL, &clean, err))
    return false;
  const double seconds = tc_clock_processor_seconds() - start;
  tc_auto(tc_json) row = describe(file, index, clean, seconds);
  if (!digest_of(clean, hex, err) || !tc_json_set_text(row, "digest", hex) || !tc_json_write(row, &line, err))
    return false;
  printf("%.*s\n", (int)line.size, (const char *)line.data);
  return true;
}

int main(int argc, char **argv) { return tc_bench_each_page(argc - 1, argv + 1, judge_page); }
