/*
 * The invisible text, read back by a program that is not ours: poppler's pdftotext must find each word with the
 * centre of its box inside the word's quad, on straight, skewed, turned and mirrored captures.
 */
#include "base/file.h"
#include "pdf/compose.h"
#include "tests/tc_test.h"

#include <math.h>
#include <unistd.h>

enum { ROWS = 12, COLUMNS = 4, WORDS = ROWS * COLUMNS };

static const char *const texts[] = {"\u1EA3\u0111\u01B0",
                                    "x",
                                    "\u1ED9(2)",
                                    "12/2025/A\u0110-CP",
                                    "\U0001F600q",
                                    "a-long-word-that-has-no-blank-at-all",
                                    "\u1EF9,",
                                    "&<>"};

static tc_pdf_point turned(double x, double y, double angle)
{
  return (tc_pdf_point){600 + (x - 600) * cos(angle) - (y - 800) * sin(angle),
                        800 + (x - 600) * sin(angle) + (y - 800) * cos(angle)};
}

static void make_words(tc_compose_word *words, double angle)
{
  for (size_t i = 0; i < WORDS; i++) {
    const char *text = texts[(i * 5 + i / 8) % TC_ARRAY_LEN(texts)];
    double x = 200 + (double)(i % COLUMNS) * 220, y = 300 + (double)(i / COLUMNS) * 90,
           w = 30 + 4 * (double)strlen(text);
    words[i] = (tc_compose_word){.text = text, .line = (uint32_t)(i / COLUMNS), .block = (uint32_t)(i / 16)};
    words[i].quad = (tc_pdf_quad){
        {turned(x, y, angle), turned(x + w, y, angle), turned(x + w, y + 24, angle), turned(x, y + 24, angle)}};
  }
}

static bool inside(const tc_pdf_point *q, double x, double y)
{
  int left = 0, right = 0;
  for (int i = 0; i < 4; i++) {
    tc_pdf_point a = q[i], b = q[(i + 1) % 4];
    double side = (b.x - a.x) * (y - a.y) - (b.y - a.y) * (x - a.x);
    left += side >= 0;
    right += side <= 0;
  }
  return left == 4 || right == 4;
}

static void unescape(char *text)
{
  static const char *const names[] = {"&amp;", "&lt;", "&gt;", "&quot;"};
  for (size_t i = 0; i < TC_ARRAY_LEN(names); i++)
    for (char *at; (at = strstr(text, names[i])) != NULL && (i != 0 || at[1] == 'a');) {
      *at = "&<>\""[i];
      memmove(at + 1, at + strlen(names[i]), strlen(at + strlen(names[i])) + 1);
      if (i == 0)
        break;
    }
}

/* Words of the quads that pdftotext reports where they are. */
static size_t count_found(const char *path, const tc_compose_word *words, const tc_compose_page_result *page)
{
  char command[600], line[1024], text[512];
  double x0, y0, x1, y1;
  bool found[WORDS] = {false};
  size_t count = 0;
  snprintf(command, sizeof command, "pdftotext -bbox '%s' - 2>&1", path);
  FILE *out = popen(command, "r");
  assert_non_null(out);
  while (fgets(line, sizeof line, out) != NULL) {
    assert_null(strstr(line, "Warning"));
    assert_null(strstr(line, "Error"));
    if (sscanf(line, " <word xMin=\"%lf\" yMin=\"%lf\" xMax=\"%lf\" yMax=\"%lf\">%500[^\n]", &x0, &y0, &x1, &y1,
               text) != 5)
      continue;
    char *end = strstr(text, "</word>");
    assert_non_null(end);
    *end = '\0';
    unescape(text);
    for (size_t i = 0; i < WORDS; i++) {
      tc_pdf_point q[4];
      for (int k = 0; k < 4; k++)
        q[k] = tc_pdf_matrix_apply(page->to_page, words[i].quad.corner[k]);
      if (!found[i] && strcmp(text, words[i].text) == 0 && inside(q, (x0 + x1) / 2, page->height - (y0 + y1) / 2)) {
        found[i] = true;
        count++;
      }
    }
  }
  pclose(out);
  return count;
}

static void check(double degrees, int orientation)
{
  tc_error err = {0};
  uint8_t pixel_rows[150] = {0};
  tc_pdf_image image = {
      .encoding = TC_PDF_RAW, .width = 1200, .height = 1, .bits = 1, .components = 1, .colour = TC_PDF_COLOUR_GREY};
  tc_compose_image placed = {.image = &image,
                             .source = tc_pdf_source_memory((tc_bytes){pixel_rows, sizeof pixel_rows})};
  tc_compose_word words[WORDS];
  make_words(words, degrees * M_PI / 180);
  tc_compose_page page = {.capture_width = 1200,
                          .capture_height = 1600,
                          .images = &placed,
                          .image_count = 1,
                          .dpi_x = 150,
                          .dpi_y = 150,
                          .orientation = orientation,
                          .words = words,
                          .word_count = WORDS};
  tc_compose_options options = tc_compose_options_default();
  options.title = "words";
  options.language = "vi";
  options.producer = "truecopy test";
  options.pages = &page;
  options.page_count = 1;
  options.strip_centre = "{page}/{pages}";
  char path[] = "/tmp/tc-words-XXXXXX";
  tc_auto(tc_fd) fd = mkstemp(path);
  assert_true(fd >= 0);
  tc_auto(tc_compose_result) result = {0};
  assert_ok(tc_compose(&options, fd, &result, &err), err);
  size_t found = count_found(path, words, &result.pages[0]);
  unlink(path);
  if (found != WORDS)
    fail_msg("%g degrees, orientation %d: %zu of %d words", degrees, orientation, found, WORDS);
}

static void test_word_layer__centres_lie_in_quads(void **state)
{
  (void)state;
  static const double angles[] = {0, 0.4, 2, -3.5, 7, -12, 20};
  for (size_t i = 0; i < TC_ARRAY_LEN(angles); i++)
    check(angles[i], 1);
}

static void test_word_layer__turned_and_mirrored_captures(void **state)
{
  (void)state;
  for (int orientation = 2; orientation <= 8; orientation++)
    check(2, orientation);
}

int main(void)
{
  if (system("pdftotext -v >/dev/null 2>&1") != 0)
    return getenv("CI") != NULL ? 1 : 77;
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_word_layer__centres_lie_in_quads),
      cmocka_unit_test(test_word_layer__turned_and_mirrored_captures),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
