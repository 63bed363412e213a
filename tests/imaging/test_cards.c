#include "imaging/cards.h"
#include "tests/tc_test.h"

#include <math.h>
#include <string.h>

enum { WIDTH = 1240, HEIGHT = 1754, DPI = 150, LID = 240, DARK = 40 };

static const double mm = DPI / 25.4;

/* A card of the usual size; middle in millimetres, degrees clockwise. */
typedef struct card {
  double x, y, degrees;
  double width, height; /* 0: 85.6 × 53.98 */
} card;

typedef struct glass {
  int lid;
  bool shadows, print_between, resolution;
  int count;
  card cards[6];
} glass;

static card sized(card c)
{
  if (c.width <= 0) {
    c.width = 85.6;
    c.height = 53.98;
  }
  return c;
}

/* From millimetres on the glass to those on the card, from its middle. */
static tc_point on_card(const card *c, double x, double y)
{
  const double angle = c->degrees * M_PI / 180;
  const double dx = x - c->x;
  const double dy = y - c->y;
  return (tc_point){dx * cos(angle) + dy * sin(angle), dy * cos(angle) - dx * sin(angle)};
}

/* Lines of letters on a ground that is a little darker than the lid. */
static int on_print(tc_point p, double width)
{
  const bool line = fmod(p.y + 1000, 5) < 2 && fabs(p.x) < width / 2 - 5;
  return line && fmod(p.x + 1000, 1.6) < 0.8 ? 60 : 222;
}

static int value_at(const glass *g, double x, double y)
{
  double value = g->lid;
  for (int i = 0; i < g->count; i++) {
    const card c = sized(g->cards[i]);
    const tc_point p = on_card(&c, x, y);
    const double right = p.x - c.width / 2;
    const double below = p.y - c.height / 2;
    if (right < 0 && below < 0 && -p.x < c.width / 2 && -p.y < c.height / 2)
      return on_print(p, c.width);
    const double off = fmax(right, below);
    if (g->shadows && off >= 0 && off < 3 && -p.x < c.width / 2 && -p.y < c.height / 2)
      value -= 70 * exp(-off / 0.7);
  }
  if (g->print_between && fabs(y - 150) < 1 && fabs(x - 105) < 20)
    return 60;
  return (int)fmax(0, value);
}

static void draw(const glass *g, tc_image **out)
{
  tc_error err = {0};
  const double dpi = g->resolution ? DPI : 0;
  const tc_image_shape shape = {TC_PIXEL_GREY8, WIDTH, HEIGHT, dpi, dpi};
  assert_ok(tc_image_create(&shape, out, &err), err);
  uint32_t noise = 1;
  for (int y = 0; y < HEIGHT; y++)
    for (int x = 0; x < WIDTH; x++) {
      noise = noise * 1664525 + 1013904223;
      tc_image_row_mutable(*out, y)[x] =
          (uint8_t)fmin(255, value_at(g, (x + 0.5) / mm, (y + 0.5) / mm) + (noise >> 30));
    }
}

static tc_cards find(const glass *g)
{
  tc_error err = {0};
  tc_auto(tc_image) image = NULL;
  tc_cards cards;
  draw(g, &image);
  assert_ok(tc_cards_find(image, &cards, &err), err);
  return cards;
}

static const card askew[] = {{55, 50, 4, 0, 0}, {150, 60, 92, 0, 0}, {60, 140, -30, 0, 0}, {150, 220, 181, 0, 0}};

static glass with_askew(int lid, bool shadows)
{
  glass g = {.lid = lid, .shadows = shadows, .resolution = true, .count = 4};
  memcpy(g.cards, askew, sizeof askew);
  return g;
}

/* Each quad is that of a card: its middle and its area are. */
static void assert_found(const tc_cards *found, const card *cards, int count)
{
  assert_int_equal(found->count, count);
  for (int i = 0; i < count; i++) {
    const card c = sized(cards[i]);
    const tc_point *p = found->items[i].corner;
    assert_true(fabs((p[0].x + p[2].x) / 2 / mm - c.x) < 1.5 && fabs((p[0].y + p[2].y) / 2 / mm - c.y) < 1.5);
    const double sides = hypot(p[1].x - p[0].x, p[1].y - p[0].y) * hypot(p[2].x - p[1].x, p[2].y - p[1].y);
    assert_true(fabs(sides / mm / mm / (c.width * c.height) - 1) < 0.1);
    assert_true(p[0].x + p[0].y <= p[2].x + p[2].y);
  }
}

static void test_cards__are_found_at_any_angle_in_reading_order(void **state)
{
  (void)state;
  const glass g = with_askew(LID, true);
  const tc_cards found = find(&g);
  assert_found(&found, askew, 4);
}

/* A dark lid shows no shadow, and is no paper. */
static void test_cards__are_found_on_a_dark_lid(void **state)
{
  (void)state;
  const glass g = with_askew(DARK, false);
  const tc_cards found = find(&g);
  assert_found(&found, askew, 4);
}

static void test_cards__of_paper_sizes_are_found(void **state)
{
  (void)state;
  const glass g = {LID, true, false, true, 2, {{85, 60, 1, 148, 105}, {100, 220, 88, 125, 88}}};
  const tc_cards found = find(&g);
  assert_found(&found, g.cards, 2);
}

/* Both sides of a card printed on one sheet, print beside the cards, one card, no resolution, other shapes. */
static void test_cards__what_may_be_one_page_stays_one(void **state)
{
  (void)state;
  glass cases[6];
  cases[0] = with_askew(LID, false);
  cases[1] = with_askew(LID, true);
  cases[1].print_between = true;
  cases[1].count = 2;
  cases[2] = with_askew(LID, true);
  cases[2].count = 1;
  cases[3] = with_askew(LID, true);
  cases[3].resolution = false;
  cases[4] = (glass){LID, true, false, true, 2, {{60, 60, 0, 0, 0}, {60, 200, 0, 100, 30}}};
  cases[5] = (glass){LID, true, false, true, 2, {{60, 60, 0, 0, 0}, {104, 62, 0, 0, 0}}}; /* one lies on the other */
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const tc_cards found = find(&cases[i]);
    if (found.count != 0)
      fail_msg("case %zu: %d cards", i, found.count);
  }
}

static void test_cards__bilevel_and_tiny_pictures_have_none(void **state)
{
  (void)state;
  const tc_image_shape shapes[] = {{TC_PIXEL_BILEVEL, 1654, 2339, 200, 200}, {TC_PIXEL_RGB8, 3, 2, 200, 200}};
  for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
    tc_error err = {0};
    tc_auto(tc_image) image = NULL;
    tc_cards found = {.count = 9};
    assert_ok(tc_image_create(&shapes[i], &image, &err), err);
    assert_ok(tc_cards_find(image, &found, &err), err);
    assert_int_equal(found.count, 0);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_cards__are_found_at_any_angle_in_reading_order),
      cmocka_unit_test(test_cards__are_found_on_a_dark_lid),
      cmocka_unit_test(test_cards__of_paper_sizes_are_found),
      cmocka_unit_test(test_cards__what_may_be_one_page_stays_one),
      cmocka_unit_test(test_cards__bilevel_and_tiny_pictures_have_none),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
