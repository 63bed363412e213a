/*
 * What a canvas draws, read back by programs that are not ours: poppler's pdftotext finds the very characters, qpdf no
 * fault in the file; and the widths that lines are broken by are those of the font.
 */
#include "base/file.h"
#include "pdf/canvas.h"
#include "tests/tc_test.h"

#include <math.h>
#include <unistd.h>

static const char *const paths[TC_CANVAS_FONTS] = {"/usr/share/fonts/truetype/liberation2/LiberationSerif-Regular.ttf",
                                                   "/usr/share/fonts/truetype/liberation2/LiberationSerif-Bold.ttf",
                                                   "/usr/share/fonts/truetype/liberation2/LiberationSerif-Italic.ttf"};
static const tc_canvas_style plain = {.font = TC_CANVAS_REGULAR, .size = 12};

static void load(bool stock, tc_fonts **out)
{
  tc_error err = {0};
  assert_ok(tc_fonts_load(paths, stock, out, &err), err);
}

static void draw(const tc_fonts *fonts, const char *text, tc_buf *out)
{
  tc_error err = {0};
  tc_auto(tc_canvas) canvas = NULL;
  assert_ok(tc_canvas_create(fonts, &canvas, &err), err);
  assert_ok(tc_canvas_add_page(canvas, 595, 842, &err), err);
  tc_canvas_text(canvas, &plain, 50, 700, 0, text);
  assert_ok(tc_canvas_save(canvas, out, &err), err);
}

/* Standard output of a command on the file; its standard error, too. */
static void run_on(const tc_buf *file, const char *command, const char *arguments, char *said, size_t size)
{
  tc_error err = {0};
  char path[] = "/tmp/truecopy-canvas-XXXXXX", line[256];
  int fd = mkstemp(path);
  assert_true(fd >= 0);
  assert_ok(tc_fd_write_all(fd, file->data, file->size, &err), err);
  snprintf(line, sizeof line, "%s %s %s 2>&1", command, path, arguments);
  FILE *out = popen(line, "r");
  assert_non_null(out);
  size_t got = fread(said, 1, size - 1, out);
  said[got] = '\0';
  pclose(out);
  close(fd);
  unlink(path);
}

static void test_canvas__text_is_read_as_it_was_set(void **state)
{
  (void)state;
  /* The stroked D of Vietnamese and the Icelandic one have one shape; Cyrillic is not in the stock; no font has the
     last one. */
  static const char text[] = "\u1EE6Y BAN \u0110\u1ED0NG \u00D0 \u0416 99";
  for (int stock = 0; stock < 2; stock++) {
    tc_auto(tc_fonts) fonts = NULL;
    tc_auto(tc_buf) file = {0};
    char said[1024];
    load(stock == 1, &fonts);
    draw(fonts, text, &file);
    run_on(&file, "pdftotext -enc UTF-8", "-", said, sizeof said);
    assert_non_null(strstr(said, text));
    run_on(&file, "qpdf --check", "", said, sizeof said);
    assert_non_null(strstr(said, "No syntax or stream encoding errors found"));
    tc_auto(tc_buf) other = {0};
    draw(fonts, "a\U0001F600b\u2003c", &other);
    run_on(&other, "pdftotext -enc UTF-8", "-", said, sizeof said);
    assert_non_null(strstr(said, "a?b c"));
  }
}

static void test_canvas__fonts_of_many_documents_give_the_same_bytes(void **state)
{
  (void)state;
  tc_auto(tc_fonts) fonts = NULL;
  tc_auto(tc_fonts) fresh = NULL;
  tc_auto(tc_buf) first = {0};
  tc_auto(tc_buf) between = {0};
  tc_auto(tc_buf) again = {0};
  tc_auto(tc_buf) alone = {0};
  load(true, &fonts);
  load(true, &fresh);
  draw(fonts, "copy \u0111", &first);
  draw(fonts, "\u0416 beyond the stock", &between);
  draw(fonts, "copy \u0111", &again);
  draw(fresh, "copy \u0111", &alone);
  assert_int_equal(first.size, again.size);
  assert_memory_equal(first.data, again.data, first.size);
  assert_int_equal(first.size, alone.size);
  assert_memory_equal(first.data, alone.data, first.size);
}

static void test_canvas__lines_break_where_they_fit(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_fonts) fonts = NULL;
  tc_auto(tc_canvas) canvas = NULL;
  load(false, &fonts);
  assert_ok(tc_canvas_create(fonts, &canvas, &err), err);
  double word = tc_canvas_width(canvas, &plain, "copy"), two = tc_canvas_width(canvas, &plain, "copy copy");
  assert_true(fabs(two - 2 * word - 3) < 0.01); /* a blank is a quarter of an em wide */
  assert_int_equal(tc_canvas_fit(canvas, &plain, two + 0.1, "copy copy copy"), 9);
  assert_int_equal(tc_canvas_fit(canvas, &plain, two - 0.1, "copy copy copy"), 4);
  assert_int_equal(tc_canvas_fit(canvas, &plain, two + 0.1, "copy copy"), 9);
  assert_int_equal(tc_canvas_fit(canvas, &plain, word - 0.1, "copycopy"), 3);
  assert_int_equal(tc_canvas_fit(canvas, &plain, 0.1, "\u1EE7y"), 3); /* at least a character */
}

static void test_canvas__refuses_what_is_no_font(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_font *font = NULL;
  assert_fails(tc_font_load("/nowhere.ttf", true, &font, &err), err, TC_CONFIG);
  assert_fails(tc_font_load("/proc/self/stat", true, &font, &err), err, TC_CONFIG);
  assert_fails(tc_font_load("/usr/share/color/icc/sRGB.icc", false, &font, &err), err, TC_CONFIG);
  /* OpenType, OS/2: the same font, its maker's permission taken away. */
  tc_auto(tc_buf) bytes = {0};
  assert_ok(tc_file_read(paths[0], 4 << 20, &bytes, &err), err);
  bool found = false;
  for (size_t i = 12; i + 16 <= bytes.size && i < 12 + 16 * 40u && !found; i += 16) {
    found = memcmp(bytes.data + i, "OS/2", 4) == 0;
    if (found) {
      const uint8_t *at = bytes.data + i + 8;
      bytes.data[((size_t)at[0] << 24 | (size_t)at[1] << 16 | (size_t)at[2] << 8 | at[3]) + 9] = 2;
    }
  }
  assert_true(found);
  char path[] = "/tmp/truecopy-font-XXXXXX";
  int fd = mkstemp(path);
  assert_true(fd >= 0);
  assert_ok(tc_fd_write_all(fd, bytes.data, bytes.size, &err), err);
  close(fd);
  assert_fails(tc_font_load(path, true, &font, &err), err, TC_CONFIG);
  unlink(path);
  assert_null(font);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_canvas__text_is_read_as_it_was_set),
      cmocka_unit_test(test_canvas__fonts_of_many_documents_give_the_same_bytes),
      cmocka_unit_test(test_canvas__lines_break_where_they_fit),
      cmocka_unit_test(test_canvas__refuses_what_is_no_font),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
