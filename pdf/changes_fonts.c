/*
 * The fonts that default appearances (DA) name: `/Helv 12 Tf 0 g`. Every name in such a string counts, whatever it is
 * for. Names are borrowed from the document.
 */
#include "pdf/changes_private.h"

#include <string.h>

enum { MAX_NAMES = 256 };

static bool note_name(tc_pdf_fonts *fonts, tc_bytes name, uint32_t revision, tc_error *err)
{
  for (size_t i = 0; i < fonts->count; i++) {
    if (tc_bytes_compare(fonts->items[i].name, name) == 0) {
      fonts->items[i].first = fonts->items[i].first < revision ? fonts->items[i].first : revision;
      return true;
    }
  }
  fonts->any |= fonts->count == MAX_NAMES || memchr(name.data, '#', name.size) != NULL;
  if (fonts->any)
    return true;
  if (fonts->items == NULL && (fonts->items = calloc(MAX_NAMES, sizeof *fonts->items)) == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for the fonts of a form");
  fonts->items[fonts->count].name = name;
  fonts->items[fonts->count++].first = revision;
  return true;
}

bool tc_pdf_fonts_note(tc_pdf_fonts *fonts, const tc_pdf_object *appearance, uint32_t revision, tc_error *err)
{
  tc_bytes text = tc_pdf_bytes(appearance);
  for (size_t i = 0; i < text.size && !fonts->any;) {
    if (text.data[i++] != '/')
      continue;
    size_t from = i;
    while (i < text.size && !tc_pdf_is_space(text.data[i]) && !tc_pdf_is_delimiter(text.data[i]))
      i++;
    if (i > from && !note_name(fonts, (tc_bytes){text.data + from, i - from}, revision, err))
      return false;
  }
  return true;
}

bool tc_pdf_fonts_name(const tc_pdf_fonts *fonts, tc_bytes name, size_t revision)
{
  for (size_t i = 0; i < fonts->count; i++)
    if (fonts->items[i].first <= revision && tc_bytes_compare(fonts->items[i].name, name) == 0)
      return true;
  return fonts->any;
}

bool tc_pdf_fonts_same(const tc_pdf_object *old, const tc_pdf_object *new)
{
  tc_pdf_fonts fonts = {0};
  tc_error unused = {0};
  tc_bytes text = tc_pdf_bytes(new);
  bool same = text.size > 0 && tc_pdf_fonts_note(&fonts, old, 0, &unused) && !fonts.any;
  for (size_t i = 0; i < text.size && same; i++) {
    size_t end = i + 1;
    while (end < text.size && !tc_pdf_is_space(text.data[end]) && !tc_pdf_is_delimiter(text.data[end]))
      end++;
    same = text.data[i] == '/' ? tc_pdf_fonts_name(&fonts, (tc_bytes){text.data + i + 1, end - i - 1}, 0)
                               : !tc_pdf_is_delimiter(text.data[i]) && strchr("\\#'\"", text.data[i]) == NULL;
  }
  free(fonts.items);
  return same;
}
