#include "tests/ocr/drawn_page.h"

#include "ocr/page_reader.h"
#include "ocr/text_line_image.h"

#include <math.h>

enum { WIDTH = 800, HEIGHT = 300 };

/* A grey page of the same ink. */
static void grey_of(const tc_image *binary, tc_image **out)
{
  tc_error err = {0};
  assert_ok(tc_image_to_grey(binary, out, &err), err);
}

static int darkest(const tc_image *image, int x, int width)
{
  int least = 255;
  for (int y = 0; y < tc_image_height(image); y++)
    for (int column = x; column < x + width; column++)
      least = tc_image_row(image, y)[column] < least ? tc_image_row(image, y)[column] : least;
  return least;
}

/* The descender of the line above hangs into the picture's place, and is not in the picture. */
static void test_text_line_cut__keeps_its_own_ink_alone(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_image) binary = NULL;
  tc_auto(tc_image) grey = NULL;
  tc_auto(tc_ink) ink = NULL;
  tc_auto(tc_text_lines) lines = NULL;
  tc_auto(tc_image) line = NULL;
  tc_text_line_place place;
  drawn_page(WIDTH, HEIGHT, &binary);
  drawn_letters(binary, 50, 100, 20, 30);
  drawn_box(binary, 410, 70, 18, 44);
  drawn_letters(binary, 50, 146, 10, 30);
  drawn_letters(binary, 410, 150, 5, 30);
  grey_of(binary, &grey);
  assert_ok(tc_ink_create(binary, &ink, &err), err);
  assert_ok(tc_text_lines_find(ink, 300, NULL, &lines, &err), err);
  assert_int_equal(lines->count, 3);
  assert_ok(tc_text_line_cut(grey, ink, lines, 1, 36, &line, &place, &err), err);
  assert_int_equal(tc_image_height(line), 36);
  assert_true(place.top < 114 && place.scale > 0.5);
  const int first = (int)((50 - place.left) * place.scale);
  assert_true(darkest(line, first, 12) < 60);
  assert_int_equal(darkest(line, 0, first - 3 > 0 ? first - 3 : 1), 255);
  tc_image_destroy(tc_steal(&line));
  assert_ok(tc_text_line_cut(grey, ink, lines, 2, 36, &line, &place, &err), err);
  const int top = (int)((116 - place.top) * place.scale);
  for (int y = 0; y < top; y++)
    for (int x = 0; x < tc_image_width(line); x++)
      assert_int_equal(tc_image_row(line, y)[x], 255);
}

/* An engine that finds two words in each line, a little beside their ink. */
static bool two_words(tc_engine *engine, const tc_recognise_request *request, tc_page *into, tc_error *err)
{
  (void)engine;
  const double width = tc_image_width(request->image);
  const double height = tc_image_height(request->image);
  assert_int_equal(request->layout, TC_LAYOUT_RAW_LINE);
  char first[] = "first";
  char second[] = "second";
  const tc_word words[] = {{.text = first, .confidence = 0.9, .box = {0.02 * width, 0, 0.4 * width, height}},
                           {.text = second, .confidence = 0.8, .box = {0.52 * width, 0, 0.47 * width, height}}};
  return tc_page_add(into, &words[0], err) && tc_page_add(into, &words[1], err);
}

static const tc_engine_variant fake = {"fake", NULL, NULL, two_words};

static void test_page_read__words_have_their_ink_s_boxes(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_image) binary = NULL;
  tc_auto(tc_image) grey = NULL;
  tc_auto(tc_ink) ink = NULL;
  tc_auto(tc_text_lines) lines = NULL;
  tc_auto(tc_page) page = NULL;
  tc_engine engine = {&fake};
  const tc_transform shift = tc_transform_translate(1000, 0);
  tc_auto(tc_page_map) shifted = NULL;
  assert_ok(tc_page_map_create(&shift, NULL, &shifted, &err), err);
  drawn_page(WIDTH, HEIGHT, &binary);
  drawn_letters(binary, 100, 100, 4, 30); /* to 190 */
  drawn_letters(binary, 220, 100, 4, 30);
  grey_of(binary, &grey);
  assert_ok(tc_ink_create(binary, &ink, &err), err);
  assert_ok(tc_text_lines_find(ink, 300, NULL, &lines, &err), err);
  const tc_page_source source = {grey, ink, lines, shifted};
  assert_ok(tc_page_read(&engine, &source, &page, &err), err);
  assert_int_equal(page->word_count, 2);
  assert_string_equal(page->words[1].text, "second");
  assert_true(fabs(page->words[0].box.x - 100) < 0.5 && fabs(page->words[0].box.width - 90) < 0.5);
  assert_true(fabs(page->words[1].box.x - 220) < 0.5 && fabs(page->words[1].box.height - 30) < 0.5);
  assert_true(fabs(page->words[1].quad.corner[0].x - 1220) < 0.5);
  assert_int_equal(page->words[1].line, 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_text_line_cut__keeps_its_own_ink_alone),
                                     cmocka_unit_test(test_page_read__words_have_their_ink_s_boxes)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
