#include "tests/ocr/drawn_page.h"

#include "imaging/turn.h"
#include "ocr/upright.h"

enum { WIDTH = 800, HEIGHT = 600 };

static int calls;

static bool is_dark(const tc_image *line, int y)
{
  for (int x = 0; x < tc_image_width(line); x++)
    if (tc_image_row(line, y)[x] < 128)
      return true;
  return false;
}

/* Rows of the first band of ink, from the top or from the bottom. */
static int first_band(const tc_image *line, int y, int step)
{
  int rows = 0;
  while (y >= 0 && y < tc_image_height(line) && !is_dark(line, y))
    y += step;
  for (; y >= 0 && y < tc_image_height(line) && is_dark(line, y); y += step)
    rows++;
  return rows;
}

/* An engine that trusts in letters with marks above them, and in no others. */
static bool marks_above(tc_engine *engine, const tc_recognise_request *request, tc_page *into, tc_error *err)
{
  (void)engine;
  const tc_image *line = request->image;
  const int height = tc_image_height(line);
  char text[] = "letters";
  calls++;
  const tc_word word = {.text = text,
                        .confidence = first_band(line, 0, 1) < first_band(line, height - 1, -1) ? 0.9 : 0.3,
                        .box = {0, 0, tc_image_width(line), height}};
  return tc_page_add(into, &word, err);
}

static bool nothing_trusted(tc_engine *engine, const tc_recognise_request *request, tc_page *into, tc_error *err)
{
  (void)engine;
  char text[] = "letters";
  calls++;
  const tc_word word = {.text = text, .confidence = 0.6, .box = {0, 0, tc_image_width(request->image), 36}};
  return tc_page_add(into, &word, err);
}

static const tc_engine_variant with_marks = {"marks", NULL, NULL, marks_above};
static const tc_engine_variant in_doubt = {"doubt", NULL, NULL, nothing_trusted};

static void page_of_lines(int count, tc_image **out)
{
  drawn_page(WIDTH, HEIGHT, out);
  for (int line = 0; line < count; line++) {
    drawn_letters(*out, 100, 100 + 50 * line, 20, 24);
    for (int i = 0; i < 20; i++)
      drawn_box(*out, 100 + 24 * i, 100 + 50 * line - 33, 18, 6);
  }
}

static int turns_found(const tc_engine_variant *variant, const tc_image *binary, int turns)
{
  tc_error err = {0};
  tc_auto(tc_image) turned = NULL;
  tc_auto(tc_image) grey = NULL;
  tc_engine engine = {variant};
  int found = -1;
  calls = 0;
  assert_ok(tc_image_turn(binary, turns, &turned, &err), err);
  assert_ok(tc_image_to_grey(turned, &grey, &err), err);
  assert_ok(tc_upright_find(&engine, grey, turned, &found, &err), err);
  return found;
}

static void test_upright_find__turns_back_what_reads_better_turned(void **state)
{
  (void)state;
  tc_auto(tc_image) page = NULL;
  page_of_lines(10, &page);
  assert_int_equal(turns_found(&with_marks, page, 0), 0);
  assert_int_equal(turns_found(&with_marks, page, 2), 2);
}

static void test_upright_find__few_lines_are_read(void **state)
{
  (void)state;
  tc_auto(tc_image) page = NULL;
  page_of_lines(10, &page);
  assert_int_equal(turns_found(&with_marks, page, 0), 0);
  assert_true(calls > 0 && calls <= 10);
}

static void test_upright_find__leaves_a_page_that_reads_badly_each_way(void **state)
{
  (void)state;
  tc_auto(tc_image) page = NULL;
  tc_auto(tc_image) empty = NULL;
  page_of_lines(4, &page);
  assert_int_equal(turns_found(&in_doubt, page, 2), 0);
  assert_true(calls > 4);
  drawn_page(WIDTH, HEIGHT, &empty);
  assert_int_equal(turns_found(&with_marks, empty, 0), 0);
  assert_int_equal(calls, 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_upright_find__turns_back_what_reads_better_turned),
                                     cmocka_unit_test(test_upright_find__few_lines_are_read),
                                     cmocka_unit_test(test_upright_find__leaves_a_page_that_reads_badly_each_way)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
