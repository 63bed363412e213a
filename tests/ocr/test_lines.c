#include "tests/tc_test.h"

#include "ocr/tokens.h"

#include <string.h>

static void add(tc_page *page, const char *text, double x, double y)
{
  tc_error err = {0};
  tc_auto(tc_str) copy = NULL;
  assert_ok(tc_str_copy(text, &copy, &err), err);
  const tc_word word = {.text = copy, .confidence = 0.9, .box = {x, y, 20.0 * (double)strlen(text), 40}};
  assert_ok(tc_page_add(page, &word, &err), err);
}

/* A head of two columns, given column by column, over a line that slopes. */
static void fill(tc_page *page)
{
  add(page, "LEFT", 100, 100);
  add(page, "below", 100, 160);
  add(page, "RIGHT", 900, 102);
  add(page, "under", 900, 161);
  for (int i = 0; i < 8; i++)
    add(page, "slope", 100 + 130.0 * i, 300 + 4.0 * i);
}

static void test_lines__follow_slopes_and_columns(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_page) page = NULL;
  tc_auto(tc_lines) lines = NULL;
  tc_auto(tc_buf) text = {0};
  assert_ok(tc_page_create(1500, 2000, 300, &page, &err), err);
  fill(page);
  assert_ok(tc_lines_create(page, &lines, &err), err);
  assert_int_equal(lines->row_count, 3);
  assert_int_equal(lines->cell_count, 5);
  assert_int_equal(lines->rows[2].word_count, 8);
  assert_ok(tc_page_text(page, &text, &err), err);
  assert_string_equal(tc_buf_text(&text),
                      "LEFT\nbelow\nRIGHT\nunder\nslope slope slope slope slope slope slope slope\n");
}

/* Dots below make a word low, marks make it high: words that were read as one line stand in one row. */
static void test_lines__words_of_one_line_stay_together(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_page) page = NULL;
  tc_auto(tc_lines) lines = NULL;
  char text[] = "word";
  assert_ok(tc_page_create(1500, 2000, 300, &page, &err), err);
  for (int i = 0; i < 6; i++) {
    const tc_word word = {.text = text,
                          .confidence = 0.9,
                          .box = {100 + 130.0 * i, i % 2 == 0 ? 100 : 128, 80, 40},
                          .line = i < 4 ? 3 : 4};
    assert_ok(tc_page_add(page, &word, &err), err);
  }
  assert_ok(tc_lines_create(page, &lines, &err), err);
  assert_int_equal(lines->row_count, 2);
  assert_int_equal(lines->rows[0].word_count + lines->rows[1].word_count, 6);
}

static void add_centred(tc_page *page, const char *text, double middle, double y)
{
  add(page, text, middle - 10.0 * (double)strlen(text), y);
}

/* A head of two columns, a centred title, text of full width with a wrapped line, a list of recipients beside a
   signature, the name far below it. */
static void test_page_text__of_an_administrative_paper(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_page) page = NULL;
  tc_auto(tc_buf) text = {0};
  assert_ok(tc_page_create(2480, 3508, 300, &page, &err), err);
  add_centred(page, "SUPERIOR", 600, 200);
  add_centred(page, "STATE-OF-THE-COUNTRY-IN-FULL", 1750, 203);
  add_centred(page, "ISSUER", 600, 260);
  add_centred(page, "Freedom-and-happiness", 1750, 262);
  add_centred(page, "No.12/34", 600, 340);
  add_centred(page, "Town,on-the-5th", 1750, 341);
  add_centred(page, "DECISION", 1240, 480);
  add_centred(page, "on-something", 1240, 545);
  for (int row = 0; row < 3; row++)
    for (int i = 0; i < 15; i++)
      add(page, row == 2 && i == 4 ? "torn" : "body", 300 + 120.0 * i, 700 + 65.0 * row);
  add(page, "Recipients:", 300, 1100);
  add_centred(page, "FOR-THE-CHAIR", 1800, 1102);
  add(page, "-those", 300, 1160);
  add_centred(page, "VICE-CHAIR", 1800, 1163);
  add(page, "-archive", 300, 1220);
  add_centred(page, "Jane-Doe", 1800, 1400);
  assert_ok(tc_page_text(page, &text, &err), err);
  const char *const order[] = {"SUPERIOR\n",    "ISSUER\n",   "No.12/34\n",     "STATE-OF",        "Freedom",
                               "Town,on",       "DECISION\n", "on-something\n", "body body body",  "torn",
                               "Recipients:\n", "-those\n",   "-archive\n",     "FOR-THE-CHAIR\n", "VICE-CHAIR\n",
                               "Jane-Doe\n"};
  const char *at = tc_buf_text(&text);
  for (size_t i = 0; i < TC_ARRAY_LEN(order); i++) {
    const char *found = strstr(at, order[i]);
    if (found == NULL)
      fail_msg("'%s' is missing after the one before it in:\n%s", order[i], tc_buf_text(&text));
    at = found;
  }
}

static void test_tokens__cut_colons_and_leaders(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_page) page = NULL;
  tc_auto(tc_lines) lines = NULL;
  tc_auto(tc_tokens) tokens = NULL;
  assert_ok(tc_page_create(1500, 2000, 300, &page, &err), err);
  add(page, "name:....Anna.......", 100, 100);
  add(page, "10:30", 600, 100);
  add(page, "TP.Hue", 100, 200);
  add(page, "tinh.Lao", 400, 200);
  assert_ok(tc_lines_create(page, &lines, &err), err);
  assert_ok(tc_tokens_create(lines, &tokens, &err), err);
  const char *const wanted[] = {"name", "Anna", "10:30", "TP.Hue", "tinh", "Lao"};
  for (size_t i = 0; i < tokens->count && i < TC_ARRAY_LEN(wanted); i++)
    assert_string_equal(tokens->items[i].text, wanted[i]);
  assert_int_equal(tokens->count, TC_ARRAY_LEN(wanted));
  assert_true(tokens->items[0].colon);
  assert_false(tokens->items[1].colon);
  assert_true(tokens->items[0].box.x + tokens->items[0].box.width <= tokens->items[1].box.x);
}

static void test_lines__of_an_empty_page(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_page) page = NULL;
  tc_auto(tc_buf) text = {0};
  assert_ok(tc_page_create(10, 10, 0, &page, &err), err);
  assert_ok(tc_page_text(page, &text, &err), err);
  assert_int_equal(text.size, 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_lines__follow_slopes_and_columns),
      cmocka_unit_test(test_lines__words_of_one_line_stay_together),
      cmocka_unit_test(test_page_text__of_an_administrative_paper),
      cmocka_unit_test(test_tokens__cut_colons_and_leaders),
      cmocka_unit_test(test_lines__of_an_empty_page),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
