/*
 * Two kinds of capture behind one object: an image file (imaging's decoder) and a scanned PDF (pdf's scan).
 */
#include "pipeline/capture_private.h"

#include <stdlib.h>
#include <string.h>

bool tc_capture_open(int fd, const tc_settings *settings, tc_capture **out, tc_error *err)
{
  tc_auto(tc_capture) capture = calloc(1, sizeof *capture);
  if (capture == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a capture");
  capture->fd = fd;
  capture->limits = tc_imaging_limits_from(settings);
  capture->render_dpi = (double)tc_settings_integer(settings, "pipeline.render_dpi");
  capture->splits = tc_settings_boolean(settings, "pipeline.split_cards");
  if (!tc_format_of_fd(fd, &capture->format, err) || !tc_format_require_capture(capture->format, err))
    return false;
  if (capture->format == TC_FORMAT_PDF) {
    tc_scan_limits limits = tc_scan_limits_from(settings);
    if (!tc_scan_open(fd, &limits, &capture->scan, err))
      return false;
  } else if (!tc_decoder_open(fd, &capture->limits, &capture->decoder, err)) {
    return false;
  }
  *out = tc_steal(&capture);
  return true;
}

void tc_capture_destroy(tc_capture *capture)
{
  if (capture == NULL)
    return;
  tc_decoder_destroy(capture->decoder);
  tc_scan_destroy(capture->scan);
  free(capture->entries);
  free(capture);
}

tc_format tc_capture_format(const tc_capture *capture) { return capture->format; }

size_t tc_capture_file_page_count(const tc_capture *capture)
{
  return capture->scan != NULL ? tc_scan_page_count(capture->scan) : (size_t)tc_decoder_page_count(capture->decoder);
}

size_t tc_capture_page_count(const tc_capture *capture)
{
  return capture->entries != NULL ? capture->entry_count : tc_capture_file_page_count(capture);
}

tc_capture_entry tc_capture_entry_of(const tc_capture *capture, size_t index)
{
  return capture->entries != NULL ? capture->entries[index] : (tc_capture_entry){.page = index};
}

size_t tc_capture_signature_count(const tc_capture *capture)
{
  return capture->scan != NULL ? tc_scan_signature_count(capture->scan) : 0;
}

/* ---- Pages ---- */

bool tc_capture_name_page(const tc_capture *capture, size_t index, bool ok, tc_error *err)
{
  if (ok || tc_capture_page_count(capture) == 1 || err == NULL || strncmp(err->message, "page ", 5) == 0)
    return ok;
  return tc_error_prefix(err, "page %zu", index + 1);
}

bool tc_capture_describe(tc_capture *capture, size_t page, tc_capture_page *out, tc_error *err)
{
  const tc_capture_entry e = tc_capture_entry_of(capture, page);
  tc_capture_page info;
  if (!tc_capture_name_page(capture, page, tc_capture_describe_file_page(capture, e.page, &info, err), err))
    return false;
  info.file_page = e.page;
  if (e.is_part) {
    info.part = &capture->entries[page].part;
    info.width = e.part.width;
    info.height = e.part.height;
    info.encoding = "part";
    info.because = "it is one of several cards on the glass";
  }
  *out = info;
  return true;
}

static tc_json *annotation_json(const tc_scan_annotation *annotation)
{
  const double corners[] = {annotation->rect.left, annotation->rect.bottom, annotation->rect.right,
                            annotation->rect.top};
  tc_json *rect = tc_json_array();
  for (size_t i = 0; i < TC_ARRAY_LEN(corners); i++)
    tc_json_append(rect, tc_json_number(corners[i]));
  tc_json *row = tc_json_object();
  tc_json_set_text(row, "subtype", annotation->subtype);
  tc_json_set(row, "rect", rect);
  tc_json_set_boolean(row, "visible", annotation->is_visible);
  tc_json_set_boolean(row, "signature", annotation->is_signature);
  return row;
}

bool tc_capture_annotations(tc_capture *capture, size_t page, tc_json **out, tc_error *err)
{
  tc_auto(tc_json) rows = tc_json_array();
  tc_auto(tc_scan_page) scanned = {0};
  if (capture->scan != NULL &&
      !tc_scan_read_page(capture->scan, tc_capture_entry_of(capture, page).page, &scanned, err))
    return tc_capture_name_page(capture, page, false, err);
  for (size_t i = 0; i < scanned.annotation_count; i++)
    tc_json_append(rows, annotation_json(&scanned.annotations[i]));
  *out = tc_steal(&rows);
  return true;
}

bool tc_capture_decode(tc_capture *capture, size_t page, tc_image **out, tc_error *err)
{
  const tc_capture_entry e = tc_capture_entry_of(capture, page);
  tc_auto(tc_image) image = NULL;
  bool ok = tc_capture_decode_file_page(capture, e.page, &image, err);
  if (ok && e.is_part)
    ok = tc_part_cut(image, &e.part, out, err);
  else if (ok)
    *out = tc_steal(&image);
  return tc_capture_name_page(capture, page, ok, err);
}
