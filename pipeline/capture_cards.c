/*
 * Which pages a capture has: those of its file, or the cards that lie on them.
 */
#include "pipeline/capture_private.h"

#include "imaging/cards.h"

#include <stdlib.h>
#include <string.h>

static bool add_entry(tc_capture *capture, const tc_capture_entry *e, tc_error *err)
{
  tc_capture_entry *longer = realloc(capture->entries, (capture->entry_count + 1) * sizeof *longer);
  if (longer == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a list of pages");
  capture->entries = longer;
  capture->entries[capture->entry_count++] = *e;
  return true;
}

static bool find_cards(tc_capture *capture, size_t page, tc_cards *out, tc_image_shape *shape, tc_error *err)
{
  tc_capture_page info;
  tc_auto(tc_image) small = NULL;
  tc_auto(tc_image) image = NULL;
  bool possible = false;
  if (!tc_capture_describe_file_page(capture, page, &info, err))
    return false;
  /* What a program has drawn lay on no glass; black and white is not looked at. */
  static const char *const none[] = {"rendered", "ccitt", "jbig2"};
  bool looks = info.dpi_x > 0;
  for (size_t i = 0; i < TC_ARRAY_LEN(none); i++)
    looks = looks && strcmp(info.encoding, none[i]) != 0;
  if (!looks)
    return true;
  /* A small picture of the page tells nearly always that there are no cards on it. */
  if (!tc_capture_glance(capture, page, TC_CARDS_GLANCE_DPI, &small, err) || !tc_cards_possible(small, &possible, err))
    return false;
  if (!possible)
    return true;
  const bool whole = tc_image_width(small) == info.width && tc_image_height(small) == info.height;
  if (whole)
    image = tc_steal(&small);
  else if (!tc_capture_decode_file_page(capture, page, &image, err))
    return false;
  *shape = *tc_image_shape_of(image);
  return tc_cards_find(image, out, err);
}

static bool split_page(tc_capture *capture, size_t page, bool *any, tc_error *err)
{
  tc_cards cards = {0};
  tc_image_shape shape = {0};
  tc_capture_entry e = {.page = page};
  if (!find_cards(capture, page, &cards, &shape, err))
    return tc_error_prefix(err, "page %zu", page + 1);
  *any = *any || cards.count > 0;
  if (cards.count == 0)
    return add_entry(capture, &e, err);
  e.is_part = true;
  for (int i = 0; i < cards.count; i++) {
    e.part = tc_part_around(&cards.items[i], &shape);
    if (!add_entry(capture, &e, err))
      return false;
  }
  return true;
}

static void forget_entries(tc_capture *capture)
{
  free(capture->entries);
  capture->entries = NULL;
  capture->entry_count = 0;
}

bool tc_capture_split(tc_capture *capture, tc_error *err)
{
  bool any = false;
  forget_entries(capture);
  const bool looks = capture->splits && tc_capture_file_page_count(capture) <= TC_CARDS_PAGES;
  for (size_t i = 0; looks && i < tc_capture_file_page_count(capture); i++)
    if (!split_page(capture, i, &any, err))
      return false;
  if (!any)
    forget_entries(capture);
  return true;
}

bool tc_capture_select(tc_capture *capture, const tc_json *pages, tc_error *err)
{
  forget_entries(capture);
  for (size_t i = 0; i < tc_json_count(pages); i++) {
    const tc_json *row = tc_json_at(pages, i);
    const tc_json *part = tc_json_get(row, "part");
    const int64_t page = tc_json_get_integer(row, "capture_page", -1);
    if (page < 0 || (size_t)page >= tc_capture_file_page_count(capture))
      return tc_fail(err, TC_USAGE, "the capture has no page %lld", (long long)page + 1);
    tc_capture_entry e = {.page = (size_t)page, .is_part = part != NULL};
    if ((part != NULL && !tc_part_from_json(part, &e.part, err)) || !add_entry(capture, &e, err))
      return false;
  }
  return capture->entry_count > 0 || tc_fail(err, TC_USAGE, "a list of no pages");
}
