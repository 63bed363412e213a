/*
 * Private to imaging/: what is wrong with a capture, judged while the person who made it still stands there.
 */
#pragma once

#include "imaging/clean.h"
#include "imaging/pose.h"

/* What the clean-up learned of a page. All borrowed. */
typedef struct tc_verdict_input {
  const tc_image *capture;
  const tc_image *grey, *binary; /* the clean page */
  const tc_page_map *to_capture; /* clean pixels → capture pixels */
  const tc_pose *pose;           /* of the base page, which is the page before its turns */
  double capture_dpi;            /* of the capture's pixels: what a letter had when it was captured */
} tc_verdict_input;

/* Fills complaints, edge_mm and letter_pixels of report->quality; the rest of *report is known already. */
TC_NODISCARD bool tc_verdict_judge(const tc_verdict_input *input, tc_clean_report *report, tc_error *err);
