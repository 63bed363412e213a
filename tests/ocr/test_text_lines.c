#include "tests/ocr/drawn_page.h"

#include "ocr/text_lines.h"

#include <math.h>

static void find(const tc_image *page, tc_ink **ink, tc_text_lines **lines)
{
  tc_error err = {0};
  assert_ok(tc_ink_create(page, ink, &err), err);
  assert_ok(tc_text_lines_find(*ink, 300, NULL, lines, &err), err);
}

static size_t line_at(const tc_ink *ink, const tc_text_lines *lines, int x, int y)
{
  const size_t part = tc_ink_at(ink, x, y);
  assert_true(part != TC_NO_PART);
  return lines->line_of[part];
}

/* Tight lines: the accents of the second stand nearer to the first's descenders than to its tops. */
static void test_text_lines__marks_go_to_their_letters(void **state)
{
  (void)state;
  tc_auto(tc_image) page = NULL;
  tc_auto(tc_ink) ink = NULL;
  tc_auto(tc_text_lines) lines = NULL;
  drawn_page(800, 300, &page);
  drawn_letters(page, 50, 100, 20, 30);
  drawn_box(page, 98, 70, 18, 42); /* a descender */
  drawn_box(page, 150, 106, 6, 5); /* a dot below */
  drawn_box(page, 530, 94, 7, 16); /* a comma behind the line */
  drawn_letters(page, 50, 158, 20, 30);
  drawn_box(page, 54, 118, 12, 7);  /* a hat … */
  drawn_box(page, 58, 112, 7, 4);   /* … and an accent on it */
  drawn_box(page, 530, 140, 16, 4); /* a hyphen */
  find(page, &ink, &lines);
  assert_int_equal(lines->count, 2);
  assert_int_equal(line_at(ink, lines, 105, 110), 0);
  assert_int_equal(line_at(ink, lines, 152, 108), 0);
  assert_int_equal(line_at(ink, lines, 533, 100), 0);
  assert_int_equal(line_at(ink, lines, 60, 120), 1);
  assert_int_equal(line_at(ink, lines, 60, 113), 1);
  assert_int_equal(line_at(ink, lines, 535, 142), 1);
  assert_true(fabs(lines->items[0].base - 100) < 1);
  assert_true(fabs(lines->items[1].base - 158) < 1);
  assert_true(fabs(lines->items[1].tall - 30) < 1);
  assert_int_equal(lines->items[1].top, 112);
}

static void test_text_lines__columns_come_apart(void **state)
{
  (void)state;
  tc_auto(tc_image) page = NULL;
  tc_auto(tc_ink) ink = NULL;
  tc_auto(tc_text_lines) lines = NULL;
  drawn_page(900, 200, &page);
  drawn_letters(page, 40, 80, 10, 30);  /* ends at 274 */
  drawn_letters(page, 300, 80, 5, 30);  /* a word's gap */
  drawn_letters(page, 520, 82, 10, 30); /* another column, two pixels lower */
  find(page, &ink, &lines);
  assert_int_equal(lines->count, 2);
  assert_int_equal(lines->items[0].left, 40);
  assert_int_equal(lines->items[0].right, 300 + 4 * 24 + 18);
  assert_int_equal(lines->items[1].left, 520);
}

/* Typed into a form: higher than the label before it, and a column of another size behind. */
static void test_text_lines__part_where_the_base_steps(void **state)
{
  (void)state;
  tc_auto(tc_image) page = NULL;
  tc_auto(tc_ink) ink = NULL;
  tc_auto(tc_text_lines) lines = NULL;
  drawn_page(900, 300, &page);
  drawn_letters(page, 40, 80, 8, 30); /* ends at 226 */
  drawn_letters(page, 255, 76, 8, 30);
  drawn_letters(page, 40, 180, 8, 30);
  drawn_letters(page, 255, 180, 8, 30); /* on the label's line */
  drawn_letters(page, 40, 280, 8, 30);
  drawn_letters(page, 255, 276, 2, 30); /* too little to tell */
  find(page, &ink, &lines);
  assert_int_equal(lines->count, 4);
  const tc_text_line *label = &lines->items[line_at(ink, lines, 45, 70)];
  const tc_text_line *value = &lines->items[line_at(ink, lines, 260, 70)];
  assert_true(label != value);
  assert_true(fabs(label->base - 80) < 0.5 && fabs(value->base - 76) < 0.5);
  assert_int_equal(label->part_count, 8);
  assert_int_equal(value->left, 255);
  assert_int_equal(line_at(ink, lines, 45, 170), line_at(ink, lines, 260, 170));
  assert_int_equal(line_at(ink, lines, 45, 270), line_at(ink, lines, 260, 270));
}

static void test_text_lines__follow_a_slope(void **state)
{
  (void)state;
  tc_auto(tc_image) page = NULL;
  tc_auto(tc_ink) ink = NULL;
  tc_auto(tc_text_lines) lines = NULL;
  drawn_page(1600, 300, &page);
  for (int i = 0; i < 60; i++) {
    drawn_letters(page, 50 + 24 * i, 100 + i / 2, 1, 26);
    drawn_letters(page, 50 + 24 * i, 150 + i / 2, 1, 26);
  }
  find(page, &ink, &lines);
  assert_int_equal(lines->count, 2);
  assert_int_equal(lines->items[0].part_count, 60);
  assert_true(fabs(lines->items[0].slope - 0.5 / 24) < 0.002);
  assert_true(fabs(tc_text_line_base(&lines->items[1], 50 + 24 * 59) - 179) < 2);
}

/* A title of twice the size has marks as high as the text's letters. */
static void test_text_lines__of_two_sizes(void **state)
{
  (void)state;
  tc_auto(tc_image) page = NULL;
  tc_auto(tc_ink) ink = NULL;
  tc_auto(tc_text_lines) lines = NULL;
  drawn_page(1000, 400, &page);
  for (int i = 0; i < 6; i++)
    drawn_box(page, 100 + 56 * i, 60, 44, 60);
  drawn_box(page, 110, 34, 28, 18); /* an accent */
  for (int row = 0; row < 3; row++)
    drawn_letters(page, 50, 220 + 60 * row, 30, 28);
  find(page, &ink, &lines);
  assert_int_equal(lines->count, 4);
  assert_int_equal(line_at(ink, lines, 120, 40), line_at(ink, lines, 120, 100));
  assert_int_equal(lines->items[0].top, 34);
}

/* A title four times as high as the text is read; strokes as large that stand in no row are a pen's. */
static void test_text_lines__of_a_large_title(void **state)
{
  (void)state;
  tc_auto(tc_image) page = NULL;
  tc_auto(tc_ink) ink = NULL;
  tc_auto(tc_text_lines) lines = NULL;
  drawn_page(1000, 600, &page);
  for (int i = 0; i < 6; i++)
    drawn_box(page, 100 + 86 * i, 100, 60, 80);
  drawn_box(page, 110, 66, 40, 22); /* an accent as high as a letter of the text … */
  drawn_box(page, 118, 44, 20, 18); /* … and one on it */
  for (int row = 0; row < 5; row++)
    drawn_letters(page, 50, 260 + 60 * row, 30, 20);
  drawn_box(page, 840, 250, 30, 80);
  drawn_box(page, 900, 290, 40, 90);
  find(page, &ink, &lines);
  assert_int_equal(lines->count, 6);
  const size_t title = line_at(ink, lines, 110, 150);
  assert_int_equal(line_at(ink, lines, 540, 150), title);
  assert_int_equal(line_at(ink, lines, 120, 80), title);
  assert_int_equal(line_at(ink, lines, 120, 50), title);
  assert_int_equal(line_at(ink, lines, 850, 300), TC_NO_LINE);
  assert_int_equal(line_at(ink, lines, 920, 300), TC_NO_LINE);
}

/* The last letters of a short value stand close above a picture, and are no accents on it. */
static void test_text_lines__above_a_picture(void **state)
{
  (void)state;
  tc_auto(tc_image) page = NULL;
  tc_auto(tc_ink) ink = NULL;
  tc_auto(tc_text_lines) lines = NULL;
  drawn_page(1000, 600, &page);
  for (int row = 0; row < 3; row++)
    drawn_letters(page, 50, 300 + 60 * row, 20, 30);
  drawn_letters(page, 700, 80, 6, 30);
  drawn_box(page, 770, 84, 160, 120);
  find(page, &ink, &lines);
  assert_int_equal(lines->count, 4);
  assert_int_equal(lines->items[0].part_count, 6);
}

/* The last letter of a short value touches a picture. */
static void test_text_lines__of_few_letters_go_on(void **state)
{
  (void)state;
  tc_auto(tc_image) page = NULL;
  tc_auto(tc_ink) ink = NULL;
  tc_auto(tc_text_lines) lines = NULL;
  drawn_page(1000, 500, &page);
  for (int row = 0; row < 3; row++)
    drawn_letters(page, 50, 300 + 60 * row, 20, 30);
  for (int i = 0; i < 3; i++) {
    drawn_box(page, 400 + 24 * i, 50, 5, 30);
    drawn_box(page, 400 + 24 * i, 62, 18, 5);
    drawn_box(page, 413 + 24 * i, 50, 5, 30);
  }
  drawn_box(page, 445, 79, 21, 90);
  find(page, &ink, &lines);
  assert_int_equal(lines->items[0].left, 400);
  assert_int_equal(lines->items[0].right, 442);
  assert_int_equal(lines->items[0].to, 466);
}

/* Two letters of the line have grown together with a ring: the line knows how far it may go on. */
static void test_text_lines__go_on_in_a_seal(void **state)
{
  (void)state;
  tc_auto(tc_image) page = NULL;
  tc_auto(tc_ink) ink = NULL;
  tc_auto(tc_text_lines) lines = NULL;
  drawn_page(1000, 400, &page);
  for (int row = 0; row < 2; row++)
    drawn_letters(page, 300, 180 + 60 * row, 20, 30);
  drawn_letters(page, 252, 180, 2, 30);
  drawn_box(page, 262, 60, 4, 240);
  drawn_box(page, 262, 178, 24, 4);
  find(page, &ink, &lines);
  assert_int_equal(lines->count, 2);
  assert_int_equal(lines->items[0].left, 300);
  assert_int_equal(lines->items[0].from, 252);
  assert_int_equal(lines->items[0].to, lines->items[0].right);
}

static void test_text_lines__of_a_white_page(void **state)
{
  (void)state;
  tc_auto(tc_image) page = NULL;
  tc_auto(tc_ink) ink = NULL;
  tc_auto(tc_text_lines) lines = NULL;
  drawn_page(100, 100, &page);
  find(page, &ink, &lines);
  assert_int_equal(lines->count, 0);
}

/* A line that runs into a seal is read to its end; the seal's own letters, below and above it, are of no line. */
static void test_text_lines__go_on_within_a_seal(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_image) page = NULL;
  tc_auto(tc_ink) ink = NULL;
  tc_auto(tc_text_lines) lines = NULL;
  const tc_seals seals = {{{300, 200, 150}}, 1};
  drawn_page(900, 400, &page);
  drawn_letters(page, 380, 215, 15, 30); /* four within */
  drawn_letters(page, 200, 120, 3, 22);
  drawn_letters(page, 230, 310, 4, 22);
  assert_ok(tc_ink_create(page, &ink, &err), err);
  assert_ok(tc_text_lines_find(ink, 300, &seals, &lines, &err), err);
  assert_int_equal(lines->count, 1);
  assert_int_equal(lines->items[0].left, 380);
  assert_int_equal(lines->items[0].part_count, 15);
  assert_true(line_at(ink, lines, 205, 110) == TC_SEAL_LINE);
  assert_true(line_at(ink, lines, 235, 300) == TC_SEAL_LINE);
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_text_lines__marks_go_to_their_letters),
                                     cmocka_unit_test(test_text_lines__columns_come_apart),
                                     cmocka_unit_test(test_text_lines__part_where_the_base_steps),
                                     cmocka_unit_test(test_text_lines__follow_a_slope),
                                     cmocka_unit_test(test_text_lines__go_on_within_a_seal),
                                     cmocka_unit_test(test_text_lines__of_two_sizes),
                                     cmocka_unit_test(test_text_lines__of_a_large_title),
                                     cmocka_unit_test(test_text_lines__above_a_picture),
                                     cmocka_unit_test(test_text_lines__of_few_letters_go_on),
                                     cmocka_unit_test(test_text_lines__go_on_in_a_seal),
                                     cmocka_unit_test(test_text_lines__of_a_white_page)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
