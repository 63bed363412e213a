/*
 * clean-page FILE: the first page of a JPEG, PNG or TIFF file as recognition is given it, on standard output: a grey
 * PGM with two comments, the nine numbers of the transform to capture pixels, and what comes before it: the bend, as
 * columns, rows, pixels between nodes, and by how much each node is displaced, right and down.
 */
#include "imaging/clean.h"
#include "imaging/decode.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static bool clean(int fd, tc_clean **out, tc_error *err)
{
  const tc_imaging_limits limits = tc_imaging_limits_default();
  tc_auto(tc_decoder) decoder = NULL;
  tc_auto(tc_image) capture = NULL;
  return tc_decoder_open(fd, &limits, &decoder, err) && tc_decoder_decode(decoder, 0, &capture, err) &&
         tc_clean_page(capture, tc_decoder_page_info(decoder, 0).exif_orientation, NULL, out, err);
}

static bool write_page(const tc_clean *page, FILE *file)
{
  const tc_image *grey = tc_clean_grey(page);
  const tc_transform *to_capture = tc_page_map_transform(tc_clean_to_capture(page));
  const tc_bend *bend = tc_page_map_bend(tc_clean_to_capture(page));
  fputs("P5\n#", file);
  for (int i = 0; i < 9; i++)
    fprintf(file, " %.12g", to_capture->m[i]);
  fprintf(file, "\n# %d %d %.12g", bend->columns, bend->rows, bend->cell);
  for (int i = 0; i < bend->columns * bend->rows; i++)
    fprintf(file, " %.2f %.2f", bend->by[i].x, bend->by[i].y);
  fprintf(file, "\n%d %d\n255\n", tc_image_width(grey), tc_image_height(grey));
  for (int y = 0; y < tc_image_height(grey); y++)
    fwrite(tc_image_row(grey, y), 1, (size_t)tc_image_width(grey), file);
  return fflush(file) == 0 && !ferror(file);
}

int main(int argc, char **argv)
{
  if (argc != 2) {
    fputs("usage: clean-page FILE\n", stderr);
    return 3;
  }
  int fd = open(argv[1], O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    perror(argv[1]);
    return 3;
  }
  tc_error err = {0};
  tc_auto(tc_clean) page = NULL;
  bool done = clean(fd, &page, &err);
  close(fd);
  if (!done)
    fprintf(stderr, "%s: %s\n", argv[1], err.message);
  else
    done = write_page(page, stdout);
  return done ? 0 : 1;
}
