/*
 * The grid of a card's machine-readable lines, on pages drawn here: bars for characters, angles for fillers.
 */
#include "tests/tc_test.h"

#include "ocr/mrz_cells.h"

#include <string.h>

enum { WIDTH = 900, HEIGHT = 300, LEFT = 60, TOP = 60, PITCH = 24, STEP = 50, TALL = 24, WIDE = 14 };

static const char lines[TC_MRZ_LINES][TC_MRZ_LINE + 1] = {
    "IDVNM0123456785012345678901<<7", "9001011M3001012VNM<<<<<<<<<<<4", "AN<<BINH<<<<<<<<<<<<<<<<<<<<<<"};

static void fill(tc_image *page, int x, int y, int width, int height)
{
  for (int row = y; row < y + height; row++)
    memset(tc_image_row_mutable(page, row) + x, 0, (size_t)width);
}

static void draw_sign(tc_image *page, char sign, int x, int y)
{
  if (sign == '<') {
    for (int i = 0; i < TALL / 2; i++) {
      fill(page, x + WIDE - 3 - i * (WIDE - 3) / (TALL / 2), y + i, 3, 1);
      fill(page, x + WIDE - 3 - i * (WIDE - 3) / (TALL / 2), y + TALL - 1 - i, 3, 1);
    }
  } else {
    fill(page, x, y, 3, TALL);
    fill(page, x, y, WIDE, 3);
    fill(page, x, y + TALL - 3, WIDE, 3);
  }
}

/* `drop`: pixels by which the lines sink from left to right. */
static tc_image *draw(int drop)
{
  tc_error err = {0};
  tc_image *page = NULL;
  const tc_image_shape shape = {TC_PIXEL_GREY8, WIDTH, HEIGHT, 300, 300};
  assert_ok(tc_image_create(&shape, &page, &err), err);
  for (int y = 0; y < HEIGHT; y++)
    memset(tc_image_row_mutable(page, y), 0xFF, WIDTH);
  for (int l = 0; l < TC_MRZ_LINES; l++)
    for (int k = 0; k < TC_MRZ_LINE; k++)
      draw_sign(page, lines[l][k], LEFT + k * PITCH, TOP + l * STEP + drop * k / TC_MRZ_LINE);
  return page;
}

static tc_box place_of(int line) { return (tc_box){LEFT, TOP + line * STEP, (TC_MRZ_LINE - 1) * PITCH + WIDE, TALL}; }

static void check_cells(const tc_mrz_cells *cells)
{
  for (int l = 0; l < TC_MRZ_LINES; l++)
    for (int k = 0; k < TC_MRZ_LINE; k++) {
      assert_int_equal(cells->cells[l][k].filler, lines[l][k] == '<');
      assert_int_equal(tc_mrz_cell_is_sign(&cells->cells[l][k]), lines[l][k] != '<');
      assert_in_range(cells->cells[l][k].left, LEFT + k * PITCH - 2, LEFT + k * PITCH + 3);
    }
}

static void test_mrz_cells__three_lines(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_image) page = draw(0);
  const tc_box places[] = {place_of(0), place_of(1), place_of(2)};
  tc_mrz_cells cells;
  bool found = false;
  assert_ok(tc_mrz_cells_find(page, places, 3, &cells, &found, &err), err);
  assert_true(found);
  check_cells(&cells);
}

static void test_mrz_cells__other_lines_are_found_beside_one(void **state)
{
  (void)state;
  tc_error err = {0};
  for (int line = 0; line < TC_MRZ_LINES; line++) {
    tc_auto(tc_image) page = draw(0);
    tc_box place = place_of(line);
    place.x += 5 * PITCH; /* and its first characters were lost */
    place.width -= 5 * PITCH;
    tc_mrz_cells cells;
    bool found = false;
    assert_ok(tc_mrz_cells_find(page, &place, 1, &cells, &found, &err), err);
    assert_true(found);
    check_cells(&cells);
  }
}

static void test_mrz_cells__a_slope_is_followed(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_image) page = draw(12);
  tc_box places[] = {place_of(0), place_of(1), place_of(2)};
  tc_mrz_cells cells;
  bool found = false;
  for (int l = 0; l < TC_MRZ_LINES; l++)
    places[l].height += 12;
  assert_ok(tc_mrz_cells_find(page, places, 3, &cells, &found, &err), err);
  assert_true(found);
  check_cells(&cells);
  for (int l = 0; l < TC_MRZ_LINES; l++)
    assert_true(cells.slopes[l] > 0.01 && cells.slopes[l] < 0.024);
}

static void test_mrz_cells__what_is_no_grid_of_thirty_is_not_found(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_image) page = draw(0);
  const tc_box places[] = {place_of(0), place_of(1), place_of(2)};
  tc_mrz_cells cells;
  bool found = true;
  for (int l = 0; l < TC_MRZ_LINES; l++)
    draw_sign(page, 'X', LEFT + TC_MRZ_LINE * PITCH, TOP + l * STEP); /* a column more */
  assert_ok(tc_mrz_cells_find(page, places, 3, &cells, &found, &err), err);
  assert_false(found);
  const tc_box nothing = {100, 270, 300, 20};
  found = true;
  assert_ok(tc_mrz_cells_find(page, &nothing, 1, &cells, &found, &err), err);
  assert_false(found);
}

static void test_mrz_cells__characters_are_set_close_together(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_image) page = draw(0);
  tc_auto(tc_image) image = NULL;
  const tc_box places[] = {place_of(0), place_of(1), place_of(2)};
  const int columns[] = {0, 1, 14, 29};
  tc_mrz_cells cells;
  bool found = false;
  assert_ok(tc_mrz_cells_find(page, places, 3, &cells, &found, &err), err);
  assert_true(found);
  assert_ok(tc_mrz_cells_image(page, &cells, 0, columns, 4, &image, &err), err);
  assert_true(tc_image_width(image) < 4 * PITCH + 40);
  int runs = 0;
  bool before = false;
  for (int x = 0; x < tc_image_width(image); x++) {
    bool ink = false;
    for (int y = 0; y < tc_image_height(image); y++)
      ink = ink || tc_image_row(image, y)[x] == 0;
    runs += ink && !before ? 1 : 0;
    before = ink;
  }
  assert_int_equal(runs, 4);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_mrz_cells__three_lines),
      cmocka_unit_test(test_mrz_cells__other_lines_are_found_beside_one),
      cmocka_unit_test(test_mrz_cells__a_slope_is_followed),
      cmocka_unit_test(test_mrz_cells__what_is_no_grid_of_thirty_is_not_found),
      cmocka_unit_test(test_mrz_cells__characters_are_set_close_together),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
