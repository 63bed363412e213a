#include "base/file.h"
#include "tests/tc_test.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>

static char folder[] = "/tmp/tc_file_XXXXXX";

static int make_folder(void **state)
{
  (void)state;
  return mkdtemp(folder) != NULL ? 0 : -1;
}

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *where)
{
  (void)status;
  (void)kind;
  (void)where;
  return remove(path);
}

static int remove_folder(void **state)
{
  (void)state;
  return nftw(folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

/* A path in the test's folder; good until the next call but three. */
static const char *in_folder(const char *name)
{
  static char paths[4][128];
  static size_t turn;
  char *path = paths[turn++ % 4];
  snprintf(path, sizeof paths[0], "%s/%s", folder, name);
  return path;
}

static size_t entries_in_folder(void)
{
  DIR *dir = opendir(folder);
  size_t count = 0;
  while (readdir(dir) != NULL)
    count++;
  closedir(dir);
  return count - 2;
}

static void test_file_write__replaces_whole(void **state)
{
  (void)state;
  tc_error err = {0};
  const char *path = in_folder("a");
  assert_ok(tc_file_write(path, tc_bytes_of_text("first, the longer"), 0600, &err), err);
  assert_ok(tc_file_write(path, tc_bytes_of_text("second"), 0640, &err), err);
  tc_auto(tc_buf) text = {0};
  assert_ok(tc_file_read(path, 100, &text, &err), err);
  assert_string_equal(tc_buf_text(&text), "second");
  struct stat status;
  assert_int_equal(stat(path, &status), 0);
  assert_int_equal(status.st_mode & 0777, 0640);
  assert_int_equal(entries_in_folder(), 1);
}

static void test_file_write__leaves_nothing_behind_on_failure(void **state)
{
  (void)state;
  tc_error err = {0};
  size_t before = entries_in_folder();
  assert_int_equal(mkdir(in_folder("dir"), 0700), 0);
  assert_fails(tc_file_write(in_folder("dir"), tc_bytes_of_text("x"), 0600, &err), err, TC_IO);
  assert_int_equal(rmdir(in_folder("dir")), 0);
  assert_fails(tc_file_write(in_folder("no/such"), tc_bytes_of_text("x"), 0600, &err), err, TC_NOT_FOUND);
  assert_fails(tc_file_write_fd(in_folder("b"), -1, 0600, &err), err, TC_IO);
  assert_int_equal(entries_in_folder(), before);
}

static void test_file_write_fd__copies_from_the_start(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_fd) fd = -1;
  tc_auto(tc_buf) text = {0};
  assert_ok(tc_memfd("file", &fd, &err), err);
  assert_ok(tc_fd_write_all(fd, "content", 7, &err), err);
  assert_ok(tc_file_write_fd(in_folder("c"), fd, 0600, &err), err);
  assert_ok(tc_file_read(in_folder("c"), 100, &text, &err), err);
  assert_string_equal(tc_buf_text(&text), "content");
}

static void test_file_read__holds_to_the_limit(void **state)
{
  (void)state;
  tc_error err = {0};
  assert_ok(tc_file_write(in_folder("d"), tc_bytes_of_text("12345"), 0600, &err), err);
  tc_auto(tc_buf) text = {0};
  assert_ok(tc_buf_append_text(&text, "0", &err), err);
  assert_ok(tc_file_read(in_folder("d"), 5, &text, &err), err);
  assert_string_equal(tc_buf_text(&text), "012345");
  assert_fails(tc_file_read(in_folder("d"), 4, &text, &err), err, TC_LIMIT);
  assert_string_equal(tc_buf_text(&text), "012345");
}

static void test_file_open__refuses_what_is_no_regular_file(void **state)
{
  (void)state;
  tc_error err = {0};
  int fd = -1;
  off_t size = 0;
  assert_fails(tc_file_open(folder, &fd, &size, &err), err, TC_UNSUPPORTED);
  assert_fails(tc_file_open("/dev/zero", &fd, &size, &err), err, TC_UNSUPPORTED);
  assert_int_equal(mkfifo(in_folder("fifo"), 0600), 0);
  assert_fails(tc_file_open(in_folder("fifo"), &fd, &size, &err), err, TC_UNSUPPORTED);
  assert_fails(tc_file_open(in_folder("none"), &fd, &size, &err), err, TC_NOT_FOUND);
  assert_int_equal(fd, -1);
}

static void test_fd_read_at__reads_exactly(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_fd) fd = -1;
  char bytes[4] = "";
  assert_ok(tc_memfd("file", &fd, &err), err);
  assert_ok(tc_fd_write_all(fd, "0123456", 7, &err), err);
  assert_ok(tc_fd_read_at(fd, bytes, 3, 2, &err), err);
  assert_string_equal(bytes, "234");
  assert_fails(tc_fd_read_at(fd, bytes, 3, 5, &err), err, TC_FORMAT);
  assert_fails(tc_fd_read_at(-1, bytes, 3, 5, &err), err, TC_IO);
}

static void test_dir_make__makes_parents(void **state)
{
  (void)state;
  tc_error err = {0};
  assert_ok(tc_dir_make(in_folder("x/y/z"), 0700, &err), err);
  assert_ok(tc_dir_make(in_folder("x/y/z"), 0700, &err), err);
  assert_ok(tc_dir_sync(in_folder("x/y"), &err), err);
  assert_ok(tc_file_write(in_folder("x/f"), tc_bytes_of_text(""), 0600, &err), err);
  assert_fails(tc_dir_make(in_folder("x/f/g"), 0700, &err), err, TC_IO);
  assert_fails(tc_dir_sync(in_folder("none"), &err), err, TC_NOT_FOUND);
}

static void test_fd_write_all__tells_a_full_disk(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_fd) full = open("/dev/full", O_WRONLY | O_CLOEXEC);
  if (full < 0)
    skip();
  assert_fails(tc_fd_write_all(full, "x", 1, &err), err, TC_NO_SPACE);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_file_write__replaces_whole),
      cmocka_unit_test(test_file_write__leaves_nothing_behind_on_failure),
      cmocka_unit_test(test_file_write_fd__copies_from_the_start),
      cmocka_unit_test(test_file_read__holds_to_the_limit),
      cmocka_unit_test(test_file_open__refuses_what_is_no_regular_file),
      cmocka_unit_test(test_fd_read_at__reads_exactly),
      cmocka_unit_test(test_dir_make__makes_parents),
      cmocka_unit_test(test_fd_write_all__tells_a_full_disk),
  };
  return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
