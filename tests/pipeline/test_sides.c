#include "pipeline/sides.h"
#include "tests/tc_test.h"

static tc_json *json(const char *text)
{
  tc_error err = {0};
  tc_json *value = NULL;
  assert_ok(tc_json_parse((tc_bytes){(const uint8_t *)text, strlen(text)}, &value, &err), err);
  return value;
}

#define FRONT_A "{\"document_type\":\"card\",\"fields\":{\"personal_id\":{\"value\":\"001203004567\"}},\"text\":\"A\"}"
static const char back_a[] =
    "{\"document_type\":\"card\",\"fields\":{\"mrz\":{\"value\":\"IDVNM2030045678001203004567<<2\"}},"
    "\"text\":\"IDVNM2030045678001203004567<<2\"}";
#define FRONT_B "{\"document_type\":\"card\",\"fields\":{\"personal_id\":{\"value\":\"034198000001\"}},\"text\":\"B\"}"
#define BACK_B "{\"document_type\":\"card\",\"fields\":{},\"text\":\"IDVNM1980000015 0341980 00001<<2\"}"
#define NAMELESS "{\"document_type\":\"other\",\"fields\":{},\"text\":\"001203004567\"}"
#define SHORT "{\"document_type\":\"card\",\"fields\":{\"class\":{\"value\":\"0012\"}},\"text\":\"001203004567 0012\"}"

/* Its type was not found out, its machine-readable lines were. */
static const char unknown_back_a[] = "{\"document_type\":\"other\",\"fields\":{\"title\":{\"value\":\"POLICE\"}},"
                                     "\"text\":\"IDVNM2030045678 001203004567<<2\"}";

typedef struct expectation {
  const char *sides[5]; /* NULL where a page is no card */
  size_t count;
  size_t papers[5];
  bool first[5];
} expectation;

static void check(const expectation *e)
{
  tc_error err = {0};
  tc_json *owned[5] = {0};
  const tc_json *sides[5] = {0};
  tc_side out[5];
  for (size_t i = 0; i < e->count; i++) {
    owned[i] = e->sides[i] != NULL ? json(e->sides[i]) : NULL;
    sides[i] = owned[i];
  }
  assert_ok(tc_sides_number(sides, e->count, out, &err), err);
  for (size_t i = 0; i < e->count; i++) {
    assert_int_equal(out[i].paper, e->papers[i]);
    assert_int_equal(out[i].is_first, e->first[i]);
    tc_json_release(owned[i]);
  }
}

static void test_sides__of_one_card_are_one_paper(void **state)
{
  (void)state;
  static const expectation cases[] = {
      {{FRONT_A, back_a}, 2, {1, 1}, {true, false}},
      {{back_a, FRONT_A}, 2, {1, 1}, {false, true}},
      {{BACK_B, FRONT_A, back_a, FRONT_B}, 4, {1, 2, 2, 1}, {false, true, false, true}},
      {{unknown_back_a, FRONT_B, FRONT_A}, 3, {1, 2, 1}, {false, true, true}},
      {{FRONT_A, FRONT_A}, 2, {1, 1}, {true, false}}, /* the same side twice */
  };
  for (size_t i = 0; i < TC_ARRAY_LEN(cases); i++)
    check(&cases[i]);
}

static void test_sides__that_do_not_say_so_are_papers_of_their_own(void **state)
{
  (void)state;
  static const expectation cases[] = {
      {{FRONT_A, FRONT_B}, 2, {1, 2}, {true, true}},
      {{FRONT_A, BACK_B}, 2, {1, 2}, {true, true}},
      {{FRONT_A, NAMELESS}, 2, {1, 2}, {true, true}},                  /* another type repeats the number */
      {{SHORT, SHORT}, 2, {1, 2}, {true, true}},                       /* a number of few digits says nothing */
      {{FRONT_A, FRONT_A, back_a}, 3, {1, 1, 2}, {true, false, true}}, /* whose back is it? */
  };
  for (size_t i = 0; i < TC_ARRAY_LEN(cases); i++)
    check(&cases[i]);
}

static void test_sides__pages_that_are_no_cards_stay_together(void **state)
{
  (void)state;
  static const expectation e = {
      {NULL, FRONT_A, NULL, back_a, NULL}, 5, {1, 2, 1, 2, 1}, {true, true, false, false, false}};
  check(&e);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_sides__of_one_card_are_one_paper),
      cmocka_unit_test(test_sides__that_do_not_say_so_are_papers_of_their_own),
      cmocka_unit_test(test_sides__pages_that_are_no_cards_stay_together),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
