#include "tests/tc_test.h"

#include "ocr/recover.h"

enum { WIDTH = 1200, HEIGHT = 600, DPI = 300 };

/* An engine that answers each request with one word, at a place inside the image, and counts. */
typedef struct fake_engine {
  tc_engine base;
  const char *text;
  double confidence;
  int calls;
  bool fails;
} fake_engine;

static bool recognise(tc_engine *engine, const tc_recognise_request *request, tc_page *into, tc_error *err)
{
  fake_engine *fake = (fake_engine *)engine;
  const tc_image_shape *shape = tc_image_shape_of(request->image);
  fake->calls++;
  if (fake->fails)
    return tc_fail(err, TC_TIMEOUT, "too slow");
  char text[20];
  assert_true(strlen(fake->text) < sizeof text);
  strcpy(text, fake->text);
  const tc_box box = {4, 4, shape->width - 8, shape->height - 8};
  tc_word word = {.text = text, .confidence = fake->confidence, .box = box};
  word.quad = tc_transform_box(request->transform, box.x, box.y, box.width, box.height);
  return tc_page_add(into, &word, err);
}

static void destroy(tc_engine *engine) { (void)engine; }

static const tc_engine_variant variant = {.name = "fake", .destroy = destroy, .recognise = recognise};

static fake_engine make_engine(const char *text, double confidence)
{
  return (fake_engine){.base = {&variant}, .text = text, .confidence = confidence};
}

/* A sheet with a stripe of ink where a word might stand. */
typedef struct scene {
  tc_image *grey, *binary;
  tc_page *page;
} scene;

static void scene_finish(scene *s)
{
  tc_image_destroy(s->grey);
  tc_image_destroy(s->binary);
  tc_page_destroy(s->page);
}
TC_AUTO_VALUE(scene, scene_finish);

static void set_up(scene *s, int x, int y, int width, int height)
{
  tc_error err = {0};
  const tc_image_shape grey = {TC_PIXEL_GREY8, WIDTH, HEIGHT, DPI, DPI};
  const tc_image_shape binary = {TC_PIXEL_BILEVEL, WIDTH, HEIGHT, DPI, DPI};
  assert_ok(tc_image_create(&grey, &s->grey, &err), err);
  assert_ok(tc_image_create(&binary, &s->binary, &err), err);
  assert_ok(tc_page_create(WIDTH, HEIGHT, DPI, &s->page, &err), err);
  for (int row = 0; row < HEIGHT; row++) {
    memset(tc_image_row_mutable(s->grey, row), 0xFF, WIDTH);
    for (int column = x; row >= y && row < y + height && column < x + width; column++) {
      tc_image_row_mutable(s->grey, row)[column] = 0;
      tc_image_row_mutable(s->binary, row)[column >> 3] |= (uint8_t)(0x80 >> (column & 7));
    }
  }
}

static void add_word(scene *s, const char *text, double confidence, tc_box box)
{
  tc_error err = {0};
  char copy[20];
  assert_true(strlen(text) < sizeof copy);
  strcpy(copy, text);
  tc_word word = {.text = copy, .confidence = confidence, .box = box};
  assert_ok(tc_page_add(s->page, &word, &err), err);
}

static void recover(scene *s, fake_engine *engine)
{
  tc_error err = {0};
  const tc_transform same = tc_transform_identity();
  assert_ok(tc_recover(&engine->base, s->grey, s->binary, &same, s->page, &err), err);
}

static void test_recover__ink_without_a_word_is_read(void **state)
{
  (void)state;
  tc_auto(scene) s = {0};
  fake_engine engine = make_engine("Name", 0.9);
  set_up(&s, 300, 200, 240, 40);
  recover(&s, &engine);
  assert_int_equal(engine.calls, 1);
  assert_int_equal(s.page->word_count, 1);
  assert_string_equal(s.page->words[0].text, "Name");
  assert_true(s.page->words[0].box.x > 270 && s.page->words[0].box.x < 310);
  assert_true(s.page->words[0].box.y > 170 && s.page->words[0].box.y < 210);
  assert_true(s.page->words[0].quad.corner[0].x > 270 && s.page->words[0].quad.corner[0].x < 310);
}

static void test_recover__ink_under_a_word_is_left(void **state)
{
  (void)state;
  tc_auto(scene) s = {0};
  fake_engine engine = make_engine("Name", 0.9);
  set_up(&s, 300, 200, 240, 40);
  add_word(&s, "Read", 0.8, (tc_box){298, 198, 244, 44});
  recover(&s, &engine);
  assert_int_equal(engine.calls, 0);
  assert_int_equal(s.page->word_count, 1);
}

static void test_recover__a_word_hardly_believed_gives_way(void **state)
{
  (void)state;
  tc_auto(scene) s = {0};
  fake_engine engine = make_engine("Name", 0.9);
  set_up(&s, 300, 200, 240, 40);
  add_word(&s, "N#m-", 0.2, (tc_box){298, 198, 244, 44});
  recover(&s, &engine);
  assert_int_equal(s.page->word_count, 1);
  assert_string_equal(s.page->words[0].text, "Name");
}

static void test_recover__what_is_not_believed_is_not_added(void **state)
{
  (void)state;
  tc_auto(scene) s = {0};
  fake_engine engine = make_engine("Name", 0.5);
  set_up(&s, 300, 200, 240, 40);
  recover(&s, &engine);
  assert_int_equal(engine.calls, 1);
  assert_int_equal(s.page->word_count, 0);
}

static void test_recover__pictures_and_rules_are_not_read(void **state)
{
  (void)state;
  fake_engine engine = make_engine("Name", 0.9);
  const int boxes[][4] = {{300, 100, 400, 300}, {300, 100, 40, 200}, {300, 100, 800, 4}};
  for (size_t i = 0; i < TC_ARRAY_LEN(boxes); i++) {
    tc_auto(scene) s = {0};
    set_up(&s, boxes[i][0], boxes[i][1], boxes[i][2], boxes[i][3]);
    recover(&s, &engine);
    assert_int_equal(s.page->word_count, 0);
  }
  assert_int_equal(engine.calls, 0);
}

static void test_recover__an_engine_that_fails(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(scene) s = {0};
  fake_engine engine = make_engine("Name", 0.9);
  const tc_transform same = tc_transform_identity();
  engine.fails = true;
  set_up(&s, 300, 200, 240, 40);
  assert_fails(tc_recover(&engine.base, s.grey, s.binary, &same, s.page, &err), err, TC_TIMEOUT);
  assert_int_equal(s.page->word_count, 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_recover__ink_without_a_word_is_read),
      cmocka_unit_test(test_recover__ink_under_a_word_is_left),
      cmocka_unit_test(test_recover__a_word_hardly_believed_gives_way),
      cmocka_unit_test(test_recover__what_is_not_believed_is_not_added),
      cmocka_unit_test(test_recover__pictures_and_rules_are_not_read),
      cmocka_unit_test(test_recover__an_engine_that_fails),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
