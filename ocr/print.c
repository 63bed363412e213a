#include "ocr/print.h"

#include "ocr/leaders.h"

struct tc_print {
  tc_image *grey, *binary;
  tc_page_map *to_capture;
  tc_seals seals;
};

bool tc_print_create(const tc_clean *clean, tc_print **out, tc_error *err)
{
  tc_auto(tc_print) print = calloc(1, sizeof *print);
  if (print == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a page");
  print->seals = *tc_clean_seals(clean);
  if (!tc_page_map_copy(tc_clean_to_capture(clean), &print->to_capture, err) ||
      !tc_leaders_remove(tc_clean_grey(clean), tc_clean_binary(clean), &print->grey, &print->binary, err))
    return false;
  *out = tc_steal(&print);
  return true;
}

void tc_print_destroy(tc_print *print)
{
  if (print == NULL)
    return;
  tc_image_destroy(print->grey);
  tc_image_destroy(print->binary);
  tc_page_map_destroy(print->to_capture);
  free(print);
}

const tc_image *tc_print_grey(const tc_print *print) { return print->grey; }
const tc_image *tc_print_binary(const tc_print *print) { return print->binary; }
const tc_page_map *tc_print_to_capture(const tc_print *print) { return print->to_capture; }
const tc_seals *tc_print_seals(const tc_print *print) { return &print->seals; }
