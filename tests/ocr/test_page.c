#include "tests/tc_test.h"

#include "base/json.h"
#include "ocr/page.h"

static tc_word word(char *text, double x, double y)
{
  return (tc_word){.text = text, .confidence = 0.9, .box = {x, y, 40, 20}};
}

static void test_page__takes_words_in_nfc(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_page) page = NULL;
  assert_ok(tc_page_create(100, 100, 300, &page, &err), err);
  char decomposed[] = " a\u0301 ";
  char blank[] = "  ";
  tc_word a = word(decomposed, 0, 0);
  tc_word b = word(blank, 50, 0);
  assert_ok(tc_page_add(page, &a, &err), err);
  assert_ok(tc_page_add(page, &b, &err), err);
  assert_int_equal(page->word_count, 1);
  assert_string_equal(page->words[0].text, "\u00E1");
}

static void test_page__json_round_trip(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_page) page = NULL;
  tc_auto(tc_page) back = NULL;
  tc_auto(tc_json) json = NULL;
  assert_ok(tc_page_create(100, 50, 300, &page, &err), err);
  char text[] = "one";
  tc_word a = word(text, 1, 2);
  a.quad.corner[2] = (tc_point){7, 8};
  a.line = 3;
  assert_ok(tc_page_add(page, &a, &err), err);
  assert_ok(tc_page_to_json(page, &json, &err), err);
  assert_ok(tc_page_from_json(json, &back, &err), err);
  assert_int_equal(back->width, 100);
  assert_int_equal(back->words[0].line, 3);
  assert_string_equal(back->words[0].text, "one");
  assert_true(back->words[0].quad.corner[2].y == 8);
}

static void test_page__refuses_what_is_no_page(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_page *page = NULL;
  tc_auto(tc_json) json = tc_json_object();
  assert_fails(tc_page_create(0, 5, 0, &page, &err), err, TC_USAGE);
  assert_fails(tc_page_from_json(json, &page, &err), err, TC_FORMAT);
  assert_null(page);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_page__takes_words_in_nfc),
      cmocka_unit_test(test_page__json_round_trip),
      cmocka_unit_test(test_page__refuses_what_is_no_page),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
