/*
 * A capture as the rest of pipeline/ sees it, whatever its format: numbered pages, each with its facts, its pixels and
 * its encoded image. This is where imaging/ (JPEG, PNG, TIFF, pixels) and pdf/ (scanned PDFs) meet.
 *
 * Capture pixels: origin top left, y down, before EXIF orientation; for a page of a PDF that is one image that image's
 * own grid, for any other page of a PDF the grid of the page as displayed, rendered at pipeline.render_dpi; for one of
 * several cards on the glass the part's (pipeline/part.h).
 * Pages count those of the file, until cards were looked for or a list of pages was given: then each card is one.
 * Ownership: an object owns what it opened; `fd` is borrowed and must stay open as long as the object.
 * Threading: one thread at a time. Runs in a worker: the bytes are hostile.
 */
#pragma once

#include "base/digest.h"
#include "base/json.h"
#include "imaging/decode.h"
#include "pdf/compose.h"
#include "pdf/scan.h"
#include "pipeline/part.h"

typedef struct tc_capture tc_capture;

typedef struct tc_capture_page {
  int width, height;    /* capture pixels */
  double dpi_x, dpi_y;  /* of columns and rows; 0 unknown */
  int orientation;      /* EXIF, 1..8 */
  const char *encoding; /* "dct", "ccitt" …; "rendered" for a page of a PDF that is more than one image; static */
  const char *because;  /* why it is not untouched in the copy; NULL: it is; static */
  size_t file_page;     /* of the file, from 0 */
  const tc_part *part;  /* of that page; NULL: all of it; borrowed from the capture */
} tc_capture_page;

TC_NODISCARD bool tc_capture_open(int fd, const tc_settings *settings, tc_capture **out, tc_error *err);
void tc_capture_destroy(tc_capture *capture);
TC_AUTO_POINTER(tc_capture, tc_capture_destroy);

tc_format tc_capture_format(const tc_capture *capture);
size_t tc_capture_page_count(const tc_capture *capture);
size_t tc_capture_signature_count(const tc_capture *capture); /* signature fields that are signed, of a PDF */

/* Looks on every page for several cards on the glass; where there are any, each is a page from now on. Captures of more
   pages than TC_CARDS_PAGES are not looked at: nobody lays so many glasses full of cards, and a look takes its time. */
enum { TC_CARDS_PAGES = 50 };
TC_NODISCARD bool tc_capture_split(tc_capture *capture, tc_error *err);
/* The pages are from now on those of the list, in its order: [{capture_page, part?: as in part.h}]. TC_USAGE: a page
   that the file does not have, or an empty list. */
TC_NODISCARD bool tc_capture_select(tc_capture *capture, const tc_json *pages, tc_error *err);

/* Pages count from 0. Errors name the page, counted from 1, where there are several. */
TC_NODISCARD bool tc_capture_describe(tc_capture *capture, size_t page, tc_capture_page *out, tc_error *err);
/* The annotations of a PDF's page, which do not go into the copy: [{subtype, rect: [left, bottom, right, top] in
   points, visible, signature}]; empty for other captures. */
TC_NODISCARD bool tc_capture_annotations(tc_capture *capture, size_t page, tc_json **out, tc_error *err);
TC_NODISCARD bool tc_capture_decode(tc_capture *capture, size_t page, tc_image **out, tc_error *err);
/* SHA-256 of the page: of its encoded image where that stands in the copy untouched, else of its packed pixels. */
TC_NODISCARD bool tc_capture_digest(tc_capture *capture, size_t page, tc_digest *out, tc_error *err);

/* A page ready for tc_compose; borrows from the capture, owns the rest. */
typedef struct tc_capture_composed {
  tc_compose_page page;
  tc_compose_image image;
  tc_pdf_image pdf_image;
  tc_buf stream; /* the encoded or raw bytes where they are not in the file as they are */
  bool untouched;
} tc_capture_composed;
TC_NODISCARD bool tc_capture_compose_page(tc_capture *capture, size_t page, tc_capture_composed *out, tc_error *err);
void tc_capture_composed_finish(tc_capture_composed *composed);
