#include "imaging/clean.h"
#include "imaging/turn.h"

#include "tests/imaging/invented_lines.h"
#include "tests/tc_test.h"

#include <math.h>
#include <string.h>

/* Pixels of the page, at 150 dpi, by which a line may leave the straight: a sixth of a millimetre. */
static const double straight_pixels = 1;

/* How far down a place of the page is seen on the capture. */
typedef double bend_of(double x, double y);

static double flat(double x, double y)
{
  (void)x;
  (void)y;
  return 0;
}

/* Waves across the page. */
static double wavy(double x, double y)
{
  (void)y;
  return 12 * sin(2 * M_PI * 1.3 * x / PAGE_WIDTH);
}

/* Beside a spine what is above the middle rises and what is below falls. */
static double spine(double x, double y)
{
  const double near = exp((x - PAGE_WIDTH) / (0.18 * PAGE_WIDTH));
  return (y - PAGE_HEIGHT / 2.0) * 0.09 * near + 8 * near;
}

/* A side that rises, its ruling lines askew. */
static double rising(double x, double y)
{
  const double along = fmax(0, (x + 0.1 * y) / PAGE_WIDTH - 0.3);
  return -70 * along * along;
}

/* One of them seen at an angle: straight, and the lines not parallel. */
static double tilted(double x, double y) { return (x - PAGE_WIDTH / 2.0) * (0.01 + 0.02 * y / PAGE_HEIGHT); }

static tc_point on_page(bend_of *bend, tc_point seen)
{
  tc_point p = seen;
  double before;
  do {
    before = p.y;
    p.y = seen.y - bend(p.x, p.y);
  } while (fabs(p.y - before) > 0.001);
  return p;
}

static tc_image *draw(bend_of *bend)
{
  tc_error err = {0};
  tc_image *image = NULL;
  const tc_image_shape shape = {TC_PIXEL_GREY8, PAGE_WIDTH, PAGE_HEIGHT, PAGE_DPI, PAGE_DPI};
  assert_ok(tc_image_create(&shape, &image, &err), err);
  for (int y = 0; y < PAGE_HEIGHT; y++)
    for (int x = 0; x < PAGE_WIDTH; x++) {
      int ink = 0;
      for (int sub = 0; sub < 4; sub++) {
        const tc_point p = on_page(bend, (tc_point){x + 0.25 + 0.5 * (sub & 1), y + 0.25 + 0.5 * (sub >> 1)});
        ink += invented_ink(p.x, p.y) ? 1 : 0;
      }
      tc_image_row_mutable(image, y)[x] = (uint8_t)(235 - 50 * ink);
    }
  return image;
}

/* The most by which a row of the clean page leaves a straight line of the drawn one, where there is text. */
static double crooked(const tc_clean *clean, bend_of *bend)
{
  enum { SAMPLES = 24 };
  const tc_page_map *map = tc_clean_to_capture(clean);
  const double width = tc_image_width(tc_clean_grey(clean));
  const double height = tc_image_height(tc_clean_grey(clean));
  double most = 0;
  for (double row = 0.12; row < 0.9; row += 0.06) {
    double y[SAMPLES], mean = 0, tilt = 0, squares = 0;
    for (int i = 0; i < SAMPLES; i++) {
      const double t = (double)i / (SAMPLES - 1) - 0.5;
      const tc_point clean_at = {width * (0.5 + 0.74 * t), height * row};
      y[i] = on_page(bend, tc_page_map_point(map, clean_at)).y;
      mean += y[i] / SAMPLES;
      tilt += y[i] * t;
      squares += t * t;
    }
    for (int i = 0; i < SAMPLES; i++)
      most = fmax(most, fabs(y[i] - mean - tilt / squares * ((double)i / (SAMPLES - 1) - 0.5)));
  }
  return most;
}

static void test_dewarp__makes_lines_straight(void **state)
{
  (void)state;
  tc_error err = {0};
  static const struct {
    const char *name;
    bend_of *bend;
  } rows[] = {{"wavy", wavy}, {"spine", spine}, {"rising", rising}};
  tc_clean_options options = tc_clean_options_default();
  options.turns = 0;
  for (size_t i = 0; i < TC_ARRAY_LEN(rows); i++) {
    tc_auto(tc_image) image = draw(rows[i].bend);
    tc_auto(tc_clean) clean = NULL;
    assert_ok(tc_clean_page(image, 1, &options, &clean, &err), err);
    const tc_clean_report *report = tc_clean_report_of(clean);
    if (!report->dewarped || crooked(clean, rows[i].bend) > straight_pixels)
      fail_msg("%s: %g mm, dewarped %d, crooked by %g", rows[i].name, report->bend_mm, report->dewarped,
               crooked(clean, rows[i].bend));
  }
}

/* The page's pixels are where its map says: ink of the clean page is ink of the drawn one, and back. */
static void test_dewarp__pixels_are_where_the_map_says(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_image) image = draw(spine);
  tc_auto(tc_clean) clean = NULL;
  assert_ok(tc_clean_page(image, 1, NULL, &clean, &err), err);
  const tc_page_map *map = tc_clean_to_capture(clean);
  const tc_image *binary = tc_clean_binary(clean);
  int black = 0;
  int right = 0;
  for (int y = 0; y < tc_image_height(binary); y += 3)
    for (int x = 0; x < tc_image_width(binary); x += 3) {
      const tc_point seen = tc_page_map_point(map, (tc_point){x + 0.5, y + 0.5});
      const tc_point back = tc_page_map_back(map, seen);
      assert_true(hypot(back.x - x - 0.5, back.y - y - 0.5) < 0.1);
      if (((tc_image_row(binary, y)[x >> 3] >> (7 - (x & 7))) & 1) == 0)
        continue;
      black++;
      for (int near = 0; near < 5; near++) { /* within a pixel of the capture */
        const tc_point p =
            on_page(spine, (tc_point){seen.x + (near % 2) * (near - 2), seen.y + (near + 1) % 2 * (near - 2) / 2.0});
        if (invented_ink(p.x, p.y)) {
          right++;
          break;
        }
      }
    }
  assert_true(black > 1000);
  if (right < 0.98 * black)
    fail_msg("%d of %d black pixels are ink", right, black);
}

/* Curves hide which way is up; without them it is seen. */
static void test_dewarp__turns_a_page_on_its_head(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_image) upright = draw(spine);
  tc_auto(tc_image) image = NULL;
  tc_auto(tc_clean) clean = NULL;
  assert_ok(tc_image_turn(upright, 2, &image, &err), err);
  assert_ok(tc_clean_page(image, 1, NULL, &clean, &err), err);
  assert_true(tc_clean_report_of(clean)->dewarped);
  assert_int_equal(tc_clean_report_of(clean)->turns, 2);
  assert_true(tc_clean_report_of(clean)->turns_confidence >= TC_SURE_OF_TURNS);
}

/* As it was before anybody looked for a bend: no nodes, and the same pixels whether or not it was looked for. */
static void test_dewarp__leaves_flat_pages_alone(void **state)
{
  (void)state;
  tc_error err = {0};
  bend_of *const bends[] = {flat, tilted};
  for (size_t i = 0; i < TC_ARRAY_LEN(bends); i++) {
    tc_auto(tc_image) image = draw(bends[i]);
    tc_auto(tc_clean) clean = NULL;
    assert_ok(tc_clean_page(image, 1, NULL, &clean, &err), err);
    const tc_clean_report *report = tc_clean_report_of(clean);
    if (report->dewarped || tc_page_map_bend(tc_clean_to_capture(clean))->columns != 0)
      fail_msg("page %zu, bent by %g mm, was dewarped", i, report->bend_mm);
    assert_true(report->bend_mm < 0.5);
  }
}

static tc_image *blank(const int size[2], double dpi, int value)
{
  tc_error err = {0};
  tc_image *image = NULL;
  const tc_image_shape shape = {TC_PIXEL_GREY8, size[0], size[1], dpi, dpi};
  assert_ok(tc_image_create(&shape, &image, &err), err);
  for (int y = 0; y < size[1]; y++)
    memset(tc_image_row_mutable(image, y), value, (size_t)size[0]);
  return image;
}

static void scatter(tc_image *image)
{
  uint32_t noise = 1;
  for (int y = 0; y < tc_image_height(image); y++)
    for (int x = 0; x < tc_image_width(image); x++) {
      noise = noise * 1664525U + 1013904223U;
      tc_image_row_mutable(image, y)[x] = (uint8_t)(noise >> 24);
    }
}

static void test_dewarp__takes_any_page(void **state)
{
  (void)state;
  tc_error err = {0};
  enum { WHITE, BLACK, NOISE, KINDS };
  static const struct {
    int size[2];
    double dpi; /* as the capture says */
  } rows[] = {{{1, 1}, 150},    {{1, 900}, 150},   {{900, 1}, 150},  {{47, 49}, 150},
              {{64, 64}, 1},    {{700, 500}, 1},   {{700, 500}, 13}, {{700, 500}, 150},
              {{90, 70}, 9600}, {{9000, 60}, 150}, {{60, 9000}, 71}};
  for (size_t i = 0; i < TC_ARRAY_LEN(rows); i++)
    for (int kind = 0; kind < KINDS; kind++) {
      tc_auto(tc_image) image = blank(rows[i].size, rows[i].dpi, kind == WHITE ? 255 : 0);
      tc_auto(tc_clean) clean = NULL;
      if (kind == NOISE)
        scatter(image);
      assert_ok(tc_clean_page(image, 1, NULL, &clean, &err), err);
      assert_false(tc_clean_report_of(clean)->dewarped);
    }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_dewarp__makes_lines_straight), cmocka_unit_test(test_dewarp__pixels_are_where_the_map_says),
      cmocka_unit_test(test_dewarp__turns_a_page_on_its_head), cmocka_unit_test(test_dewarp__leaves_flat_pages_alone),
      cmocka_unit_test(test_dewarp__takes_any_page)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
