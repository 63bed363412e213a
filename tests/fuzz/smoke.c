/*
 * fuzz_smoke SEEDS SECONDS: each target over its seeds (SEEDS/<target>/, and of `verify` also the PDFs), then over
 * random mutations of them for that many seconds. Deterministic but for how far it comes: the generator starts from a
 * constant.
 */
#include "tests/fuzz/targets.h"

#include "base/file.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SEED_LIMIT = 1 << 20, SEEDS_MAX = 64, CHANGES_MAX = 8 };

typedef struct seeds {
  tc_buf items[SEEDS_MAX];
  size_t count;
} seeds;

static uint64_t state = 0x9E3779B97F4A7C15U;

static uint64_t next_random(void)
{
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state;
}

static void read_seeds(const char *folder, const char *target, seeds *out)
{
  tc_error err = {0};
  char path[4096];
  struct dirent **names = NULL;
  snprintf(path, sizeof path, "%s/%s", folder, target);
  int count = scandir(path, &names, NULL, alphasort);
  for (int i = 0; i < count; i++) {
    char *file = NULL;
    if (names[i]->d_name[0] != '.' && out->count < SEEDS_MAX &&
        tc_str_printf(&file, &err, "%s/%s", path, names[i]->d_name) &&
        tc_file_read(file, SEED_LIMIT, &out->items[out->count], &err))
      out->count++;
    free(file);
    free(names[i]);
  }
  free(names);
  tc_error_clear(&err);
}

/* A few bytes changed, a piece taken out, doubled or taken from another seed. */
static void mutate(const seeds *from, tc_buf *out)
{
  const tc_buf *seed = &from->items[next_random() % from->count];
  out->size = 0;
  if (!tc_buf_append(out, seed->data, seed->size, NULL) || out->size == 0)
    return;
  size_t at = next_random() % out->size;
  size_t length = next_random() % (out->size - at) % 64;
  switch (next_random() % 5) {
  case 0:
    out->size = at + 1;
    break;
  case 1:
    memmove(out->data + at, out->data + at + length, out->size - at - length);
    out->size -= length;
    break;
  case 2:
    if (!tc_buf_append(out, seed->data + at, length, NULL))
      return;
    break;
  default:
    break;
  }
  for (uint64_t i = next_random() % CHANGES_MAX; i > 0 && out->size > 0; i--)
    out->data[next_random() % out->size] = (uint8_t)next_random();
}

static double seconds_now(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static bool run_target(const tc_fuzz_target *target, const char *folder, double seconds)
{
  seeds from = {0};
  tc_auto(tc_buf) input = {0};
  size_t runs = 0;
  read_seeds(folder, target->name, &from);
  for (size_t i = 0; i < from.count; i++)
    target->run(tc_buf_bytes(&from.items[i]));
  for (double end = seconds_now() + seconds; from.count > 0 && seconds_now() < end; runs++) {
    mutate(&from, &input);
    target->run(tc_buf_bytes(&input));
  }
  printf("%s: %zu seeds, %zu mutations\n", target->name, from.count, runs);
  for (size_t i = 0; i < from.count; i++)
    tc_buf_finish(&from.items[i]);
  return from.count > 0 && runs > 0;
}

int main(int argc, char **argv)
{
  bool ok = true;
  if (argc != 3) {
    fputs("usage: fuzz_smoke SEEDS SECONDS\n", stderr);
    return 2;
  }
  for (size_t i = 0; i < tc_fuzz_target_count; i++)
    ok = run_target(&tc_fuzz_targets[i], argv[1], strtod(argv[2], NULL)) && ok;
  return ok ? 0 : 1;
}
