#include "imaging/clean.h"
#include "tests/tc_test.h"

#include <math.h>

/* Lines of invented letters, black on paper, drawn at any resolution. */
typedef struct sheet {
  double dpi;
  double left, top;     /* inches of the page that lie outside the picture */
  double width, height; /* inches that are seen */
  int paper;
} sheet;

static bool has_ink(double x, double y)
{
  if (x < 0.8 || x > 6.6 || y < 0.8 || y > 9)
    return false;
  const int line = (int)((y - 0.8) / 0.24);
  const double row = (y - 0.8) - line * 0.24;
  const double pitch = 0.09 + line % 5 * 0.003;
  const int letter = (int)((x - 0.8) / pitch);
  const double column = (x - 0.8) - letter * pitch;
  unsigned hash = ((unsigned)letter + 77U * (unsigned)line) * 2654435761U;
  hash ^= hash >> 15;
  if (hash % 7 == 0)
    return false;
  const bool bowl =
      column < 0.066 && row > 0.07 && row < 0.16 && !(column > 0.02 && column < 0.046 && row > 0.09 && row < 0.14);
  const bool ascender = hash % 3 == 1 && column < 0.02 && row > 0.02 && row < 0.16;
  const bool descender = hash % 11 == 3 && column < 0.02 && row > 0.07 && row < 0.20;
  return bowl || ascender || descender;
}

static tc_image *draw(const sheet *s)
{
  tc_error err = {0};
  tc_image *image = NULL;
  const tc_image_shape shape = {TC_PIXEL_GREY8, (int)(s->width * s->dpi), (int)(s->height * s->dpi), s->dpi, s->dpi};
  assert_ok(tc_image_create(&shape, &image, &err), err);
  for (int y = 0; y < shape.height; y++)
    for (int x = 0; x < shape.width; x++) {
      int ink = 0;
      for (int sub = 0; sub < 9; sub++)
        ink +=
            has_ink(s->left + (x + (sub % 3 + 0.5) / 3) / s->dpi, s->top + (y + (sub / 3 + 0.5) / 3) / s->dpi) ? 1 : 0;
      tc_image_row_mutable(image, y)[x] = (uint8_t)(s->paper - ink * (s->paper - 40) / 9);
    }
  return image;
}

/* A mean over width × height pixels: what an unsteady hand or a lens out of focus do. */
static void smear(tc_image *image, int width, int height)
{
  tc_error err = {0};
  tc_auto(tc_image) copy = NULL;
  assert_ok(tc_image_crop(image, 0, 0, tc_image_width(image), tc_image_height(image), &copy, &err), err);
  for (int y = height / 2; y + height / 2 < tc_image_height(image); y++)
    for (int x = width / 2; x + width / 2 < tc_image_width(image); x++) {
      int sum = 0;
      for (int dy = -(height / 2); dy <= height / 2; dy++)
        for (int dx = -(width / 2); dx <= width / 2; dx++)
          sum += tc_image_row(copy, y + dy)[x + dx];
      tc_image_row_mutable(image, y)[x] = (uint8_t)(sum / ((height / 2 * 2 + 1) * (width / 2 * 2 + 1)));
    }
}

static void assert_complaints(const tc_image *image, const char *expected)
{
  tc_error err = {0};
  tc_auto(tc_clean) clean = NULL;
  char said[200] = "";
  assert_ok(tc_clean_page(image, 1, NULL, &clean, &err), err);
  const tc_quality *quality = &tc_clean_report_of(clean)->quality;
  for (int i = 0; i < quality->complaint_count; i++) {
    const size_t used = strlen(said);
    snprintf(said + used, sizeof said - used, "%s%s@%s", i > 0 ? " " : "", tc_flaw_name(quality->complaints[i].flaw),
             tc_place_name(quality->complaints[i].place));
  }
  if (strcmp(said, expected) != 0)
    fail_msg("'%s' instead of '%s' (edges of %.2f mm, outlines %.2f, letters of %.0f pixels, contrast %.2f)", said,
             expected, quality->edge_mm, quality->outline, quality->letter_pixels, quality->contrast);
}

static const sheet whole = {150, 0, 0, 7.4, 9.8, 230};

static void test_verdict__good_pages_have_no_flaw(void **state)
{
  (void)state;
  static const double resolutions[] = {150, 200, 300};
  for (size_t i = 0; i < TC_ARRAY_LEN(resolutions); i++) {
    sheet s = whole;
    s.dpi = resolutions[i];
    tc_auto(tc_image) image = draw(&s);
    assert_complaints(image, "");
  }
  sheet faded = whole;
  faded.paper = 110;
  tc_auto(tc_image) image = draw(&faded);
  assert_complaints(image, "");
}

static void test_verdict__blur_is_seen_in_either_direction(void **state)
{
  (void)state;
  static const int smears[][2] = {{7, 7}, {9, 1}, {1, 9}};
  for (size_t i = 0; i < TC_ARRAY_LEN(smears); i++) {
    tc_auto(tc_image) image = draw(&whole);
    smear(image, smears[i][0], smears[i][1]);
    assert_complaints(image, "blurred@page");
  }
}

/* Along a diagonal: steps across it stay sharp in rows and in columns. */
static void smear_aslant(tc_image *image, int length)
{
  tc_error err = {0};
  tc_auto(tc_image) copy = NULL;
  assert_ok(tc_image_crop(image, 0, 0, tc_image_width(image), tc_image_height(image), &copy, &err), err);
  for (int y = length; y + length < tc_image_height(image); y++)
    for (int x = length; x + length < tc_image_width(image); x++) {
      int sum = 0;
      for (int i = -length; i <= length; i++)
        sum += tc_image_row(copy, y + i)[x + i];
      tc_image_row_mutable(image, y)[x] = (uint8_t)(sum / (2 * length + 1));
    }
}

static void test_verdict__a_hand_that_shook_aslant_is_seen(void **state)
{
  (void)state;
  tc_auto(tc_image) image = draw(&whole);
  smear_aslant(image, 5);
  assert_complaints(image, "blurred@page");
}

/* As a copier gives it: every pixel black or white. */
static tc_image *blacken(const tc_image *grey, int threshold)
{
  tc_error err = {0};
  tc_image *binary = NULL;
  tc_image_shape shape = *tc_image_shape_of(grey);
  shape.pixel = TC_PIXEL_BILEVEL;
  assert_ok(tc_image_create(&shape, &binary, &err), err);
  for (int y = 0; y < shape.height; y++)
    for (int x = 0; x < shape.width; x++)
      if (tc_image_row(grey, y)[x] < threshold)
        tc_image_row_mutable(binary, y)[x >> 3] |= (uint8_t)(0x80 >> (x & 7));
  return binary;
}

static void test_verdict__letters_of_a_copy_that_became_crumbs_are_blurred(void **state)
{
  (void)state;
  sheet s = whole;
  s.dpi = 200;
  tc_auto(tc_image) image = draw(&s);
  tc_auto(tc_image) copy = blacken(image, 128);
  assert_complaints(copy, "");
  smear(image, 13, 13);
  tc_auto(tc_image) blurred = blacken(image, 150);
  assert_complaints(blurred, "blurred@page");
}

/* A frame around the print, whose lower rule lies beyond the picture. */
static void test_verdict__a_frame_that_runs_out_of_the_picture_is_cut(void **state)
{
  (void)state;
  static const sheet seen = {150, 0, 0, 7.4, 9.8, 230};
  tc_auto(tc_image) image = draw(&seen);
  const int left = (int)(0.4 * 150);
  const int right = (int)(7.0 * 150);
  for (int y = left; y < tc_image_height(image); y++)
    for (int i = 0; i < 3; i++)
      tc_image_row_mutable(image, y)[left + y / 60 + i] = tc_image_row_mutable(image, y)[right + y / 60 - 30 - i] = 40;
  for (int x = left; x < right; x++)
    for (int i = 0; i < 3; i++)
      tc_image_row_mutable(image, left + i)[x] = 40;
  assert_complaints(image, "cut_off@bottom");
  /* A streak of the scanner runs through. */
  tc_auto(tc_image) streaked = draw(&seen);
  for (int y = 0; y < tc_image_height(streaked); y++)
    for (int i = 0; i < 3; i++)
      tc_image_row_mutable(streaked, y)[left + i] = tc_image_row_mutable(streaked, y)[right - i] = 40;
  assert_complaints(streaked, "");
}

static void test_verdict__cuts_name_their_side(void **state)
{
  (void)state;
  static const struct {
    sheet s;
    const char *expected;
  } cases[] = {
      {{150, 1.5, 0, 5.9, 9.8, 230}, "cut_off@left"},
      {{150, 0, 0, 5.5, 9.8, 230}, "cut_off@right"},
      {{150, 1.5, 0, 4.0, 9.8, 230}, "cut_off@right cut_off@left"},
      {{150, 0, 1.36, 7.4, 8.4, 230}, "cut_off@top"}, /* through a line */
      {{150, 0, 1.24, 7.4, 8.5, 230}, "cut_off@top"}, /* between two */
      {{150, 0, 0, 7.4, 6.65, 230}, "cut_off@bottom"},
  };
  for (size_t i = 0; i < TC_ARRAY_LEN(cases); i++) {
    tc_auto(tc_image) image = draw(&cases[i].s);
    assert_complaints(image, cases[i].expected);
  }
  /* On its side and on its head the page is named as it is read. */
  tc_auto(tc_image) image = draw(&cases[0].s);
  tc_auto(tc_image) turned = NULL;
  tc_error err = {0};
  tc_image_shape shape = *tc_image_shape_of(image);
  shape.width = tc_image_height(image);
  shape.height = tc_image_width(image);
  assert_ok(tc_image_create(&shape, &turned, &err), err);
  for (int y = 0; y < shape.height; y++)
    for (int x = 0; x < shape.width; x++)
      tc_image_row_mutable(turned, y)[x] = tc_image_row(image, shape.width - 1 - x)[y];
  assert_complaints(turned, "cut_off@left");
}

/* A pattern of the ground, made ink of by a stain, ends at the edge; the same strokes as dark as print are cut. */
static void test_verdict__a_pattern_at_the_edge_is_no_print(void **state)
{
  (void)state;
  for (int dark = 0; dark < 2; dark++) {
    tc_auto(tc_image) image = draw(&whole);
    const int height = tc_image_height(image);
    for (int i = 0; i < 24; i++)
      for (int y = height - 14; y < height; y++)
        for (int x = 0; x < 3; x++)
          tc_image_row_mutable(image, y)[300 + 12 * i + x] = dark ? 40 : 176;
    assert_complaints(image, dark ? "cut_off@bottom" : "");
  }
}

static void test_verdict__low_resolution_and_glare_and_dark(void **state)
{
  (void)state;
  sheet coarse = whole;
  coarse.dpi = 70;
  tc_auto(tc_image) small = draw(&coarse);
  assert_complaints(small, "low_resolution@page");

  sheet grey = whole;
  grey.paper = 200;
  tc_auto(tc_image) lamp = draw(&grey);
  for (int y = 0; y < tc_image_height(lamp); y++)
    for (int x = 0; x < tc_image_width(lamp); x++) {
      const double light = 300 * exp(-(pow(x - 200, 2) + pow(y - 1250, 2)) / (2 * 80 * 80));
      uint8_t *value = tc_image_row_mutable(lamp, y) + x;
      *value = (uint8_t)fmin(255, *value + light);
    }
  assert_complaints(lamp, "glare@bottom_left");

  sheet night = whole;
  night.paper = 55;
  tc_auto(tc_image) dark = draw(&night);
  for (int y = 0; y < tc_image_height(dark); y++)
    for (int x = 0; x < tc_image_width(dark); x++)
      tc_image_row_mutable(dark, y)[x] = (uint8_t)(tc_image_row(dark, y)[x] < 50 ? 12 : 55);
  assert_complaints(dark, "too_dark@page");
}

static void test_verdict__blank_pages_have_no_flaw(void **state)
{
  (void)state;
  sheet blank = whole;
  blank.top = 20;
  tc_auto(tc_image) image = draw(&blank);
  assert_complaints(image, "");
}

static bool is_blank(const tc_image *image)
{
  tc_error err = {0};
  tc_auto(tc_clean) clean = NULL;
  assert_ok(tc_clean_page(image, 1, NULL, &clean, &err), err);
  return tc_clean_report_of(clean)->quality.blank;
}

static void test_verdict__specks_are_blank_and_one_line_is_not(void **state)
{
  (void)state;
  sheet blank = whole;
  blank.top = 20;
  tc_auto(tc_image) specks = draw(&blank);
  unsigned at = 7;
  for (int i = 0; i < 250; i++) {
    at = at * 1103515245U + 12345U;
    const int x = (int)(at >> 8) % (tc_image_width(specks) - 4);
    at = at * 1103515245U + 12345U;
    const int y = (int)(at >> 8) % (tc_image_height(specks) - 4);
    for (int row = 0; row < 3; row++)
      memset(tc_image_row_mutable(specks, y + row) + x, 20, 3);
  }
  assert_true(is_blank(specks));
  sheet line = whole;
  line.top = 8.75; /* the last line alone */
  tc_auto(tc_image) one = draw(&line);
  assert_false(is_blank(one));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_verdict__good_pages_have_no_flaw),
      cmocka_unit_test(test_verdict__blur_is_seen_in_either_direction),
      cmocka_unit_test(test_verdict__a_hand_that_shook_aslant_is_seen),
      cmocka_unit_test(test_verdict__letters_of_a_copy_that_became_crumbs_are_blurred),
      cmocka_unit_test(test_verdict__a_frame_that_runs_out_of_the_picture_is_cut),
      cmocka_unit_test(test_verdict__cuts_name_their_side),
      cmocka_unit_test(test_verdict__a_pattern_at_the_edge_is_no_print),
      cmocka_unit_test(test_verdict__low_resolution_and_glare_and_dark),
      cmocka_unit_test(test_verdict__blank_pages_have_no_flaw),
      cmocka_unit_test(test_verdict__specks_are_blank_and_one_line_is_not),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
