#include "imaging/page_map.h"

#include "tests/tc_test.h"

#include <math.h>

enum { WIDTH = 800, HEIGHT = 1000, CELL = 40 };

/* Up to 30 pixels down and 12 to the right, more at the bottom. */
static void wave(tc_bend *out)
{
  tc_error err = {0};
  assert_ok(tc_bend_init(WIDTH, HEIGHT, CELL, out, &err), err);
  for (int row = 0; row < out->rows; row++)
    for (int column = 0; column < out->columns; column++) {
      const double along = column * out->cell / WIDTH;
      const double share = 0.5 + 0.5 * row / (out->rows - 1);
      out->by[row * out->columns + column] = (tc_point){12 * along * along, 30 * share * sin(5 * along)};
    }
}

static void test_page_map__leads_there_and_back(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_bend) bend = {0};
  tc_auto(tc_page_map) map = NULL;
  tc_auto(tc_page_map) copy = NULL;
  tc_transform transform;
  const tc_quad page = {{{0, 0}, {WIDTH, 0}, {WIDTH, HEIGHT}, {0, HEIGHT}}};
  const tc_quad seen = {{{310, 200}, {1420, 260}, {1500, 1700}, {240, 1650}}};
  wave(&bend);
  assert_ok(tc_transform_from_quads(&page, &seen, &transform, &err), err);
  assert_ok(tc_page_map_create(&transform, &bend, &map, &err), err);
  assert_ok(tc_page_map_copy(map, &copy, &err), err);
  for (double y = -50; y <= HEIGHT + 50; y += 57)
    for (double x = -50; x <= WIDTH + 50; x += 43) {
      const tc_point there = tc_page_map_point(copy, (tc_point){x, y});
      const tc_point back = tc_page_map_back(map, there);
      if (hypot(back.x - x, back.y - y) > 0.02)
        fail_msg("(%g, %g) comes back as (%g, %g)", x, y, back.x, back.y);
    }
}

static void test_page_map__bends_first(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_bend) bend = {0};
  tc_auto(tc_page_map) map = NULL;
  const tc_transform twice = tc_transform_scale(2, 2);
  wave(&bend);
  assert_ok(tc_page_map_create(&twice, &bend, &map, &err), err);
  const tc_point node = {10 * CELL, 5 * CELL};
  const tc_point by = bend.by[5 * bend.columns + 10];
  const tc_point seen = tc_page_map_point(map, node);
  assert_true(fabs(seen.x - 2 * (node.x + by.x)) < 1e-9 && fabs(seen.y - 2 * (node.y + by.y)) < 1e-9);
  const tc_quad box = tc_page_map_box(map, node.x, node.y, CELL, CELL);
  const tc_point opposite = tc_page_map_point(map, (tc_point){node.x + CELL, node.y + CELL});
  assert_true(box.corner[0].x == seen.x && box.corner[2].y == opposite.y);
}

static void test_page_map__without_a_bend_is_its_transform(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_page_map) map = NULL;
  const tc_transform shift = tc_transform_translate(7, -3);
  assert_ok(tc_page_map_create(&shift, NULL, &map, &err), err);
  assert_int_equal(tc_page_map_bend(map)->columns, 0);
  const tc_point seen = tc_page_map_point(map, (tc_point){1, 2});
  const tc_point back = tc_page_map_back(map, seen);
  assert_true(seen.x == 8 && seen.y == -1 && back.x == 1 && back.y == 2);
}

static void test_page_map__refuses_a_singular_transform(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_page_map *map = NULL;
  const tc_transform flat = tc_transform_scale(1, 0);
  assert_fails(tc_page_map_create(&flat, NULL, &map, &err), err, TC_USAGE);
  assert_null(map);
}

static void test_bend__goes_on_beyond_its_nodes(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_bend) bend = {0};
  tc_auto(tc_bend) single = {0};
  wave(&bend);
  const tc_point last = bend.by[bend.columns * bend.rows - 1];
  const tc_point far = tc_bend_point(&bend, (tc_point){1e9, 1e9});
  assert_true(fabs(far.x - 1e9 - last.x) < 1e-3 && fabs(far.y - 1e9 - last.y) < 1e-3);
  const tc_point none = tc_bend_point(&bend, (tc_point){NAN, NAN});
  assert_true(isnan(none.x) && isnan(none.y));
  assert_ok(tc_bend_init(1, 1, 1000, &single, &err), err);
  const tc_point same = tc_bend_point(&single, (tc_point){0.5, 0.5});
  assert_true(same.x == 0.5 && same.y == 0.5);
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_page_map__leads_there_and_back),
                                     cmocka_unit_test(test_page_map__bends_first),
                                     cmocka_unit_test(test_page_map__without_a_bend_is_its_transform),
                                     cmocka_unit_test(test_page_map__refuses_a_singular_transform),
                                     cmocka_unit_test(test_bend__goes_on_beyond_its_nodes)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
