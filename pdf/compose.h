/*
 * Composes the certified copy: one PDF/A-3b (ISO 19005-3) that carries the captures untouched, the recognised text
 * invisibly over them, a strip in an added margin of every page, the attestation page and the associated files.
 *
 * Three writers, one job each. The canvas lays out what is visible and ours (strips, attestation) with embedded fonts
 * and is freed; qpdf takes those pages and adds images, invisible text, structure, XMP, output intent and associated
 * files, with a short token in place of every large stream; a writer of our own streams that file out and puts the
 * large streams where their tokens stand, so that no capture is ever held in memory as a whole.
 *
 * All texts come from the caller, in UTF-8 and NFC; the output depends on the options alone (the same options give the
 * same bytes). In strip texts {page} and {pages} are replaced by the page's number and the count of all pages.
 * Signatures come later, by incremental update: the result says where their blocks stand, and a block may have its
 * empty field already.
 *
 * Ownership: options borrow everything. Threading: free of state; runs in a worker. The output is written to a
 * descriptor from its position on, in order; nothing is opened for writing. Fonts and profiles are opened for reading.
 */
#pragma once

#include "base/settings.h"
#include "pdf/attestation.h"
#include "pdf/geometry.h"
#include "pdf/image.h"

#include <time.h>

typedef struct tc_fonts tc_fonts;

typedef struct tc_compose_word {
  const char *text;
  tc_pdf_quad quad; /* capture pixels */
  uint32_t line;    /* words of one line share it, lines come in reading order */
  uint32_t block;   /* words of one paragraph share it; becomes one structure element */
} tc_compose_word;

/* One image of a page. A page of a scanner is one image over the whole capture; a TIFF of several strips is one image
   a strip, each over its rows. */
typedef struct tc_compose_image {
  const tc_pdf_image *image; /* RAW is written as Flate, losslessly; DCT, CCITT, JBIG2, JPX and FLATE byte for byte */
  tc_pdf_source source;
  uint32_t first_row; /* of the capture's rows */
} tc_compose_image;

typedef struct tc_compose_page {
  uint32_t capture_width, capture_height; /* pixels, before orientation */
  const tc_compose_image *images;
  size_t image_count;

  /* Physical size, either from the resolution and the EXIF orientation … */
  double dpi_x, dpi_y; /* of stored columns and rows; 0: unknown, and the capture is fitted to A4 */
  int orientation;     /* EXIF 1–8; 0 means 1 */
  /* … or from a scanned PDF (tc_scan_page): where the capture lies on the displayed page. */
  bool has_placement;
  tc_pdf_matrix placement; /* the capture's unit square → page, y up, origin at the page's bottom left, points */
  double width, height;    /* of that page, points */

  const tc_compose_word *words;
  size_t word_count;
  const char *description; /* of the image, for those who do not see it (/Alt); NULL: none */
} tc_compose_page;

typedef enum tc_pdf_relationship {
  TC_PDF_RELATIONSHIP_DATA,
  TC_PDF_RELATIONSHIP_SOURCE,
  TC_PDF_RELATIONSHIP_SUPPLEMENT,
  TC_PDF_RELATIONSHIP_UNSPECIFIED
} tc_pdf_relationship; /* ISO 32000-2, 7.11.3 (AFRelationship); ISO 19005-3, 6.8 */

typedef struct tc_compose_file {
  const char *name;        /* unique in the copy; no slash */
  const char *mime;        /* "application/json" */
  const char *description; /* NULL: none */
  tc_pdf_relationship relationship;
  tc_pdf_source source;
  time_t modified;
} tc_compose_file;

typedef struct tc_compose_options {
  const char *title;    /* dc:title, /Title; required */
  const char *author;   /* dc:creator, /Author: the agency; NULL: none */
  const char *subject;  /* dc:description, /Subject; NULL: none */
  const char *language; /* BCP 47, "vi-VN"; required */
  const char *producer; /* "truecopy 0.1"; required */
  time_t created;       /* CreationDate, ModDate and XMP, UTC */

  const tc_compose_page *pages;
  size_t page_count;                 /* 0: the attestation's pages alone, of a document that is no copy */
  const tc_attestation *attestation; /* its pages come last; NULL: none */

  /* The strip under every page, the attestation's included: three texts on one line if they fit, else one under the
     other. Any may be NULL. */
  const char *strip_left, *strip_centre, *strip_right;
  /* Above page 1, to the right: upright, black, 10 points (Decree 30/2020, App. I). Lines; NULL-terminated or NULL. */
  const char *const *first_page_lines;
  const char *sample_notice; /* above every page, large and red; NULL: none */
  bool seal_in_colour;       /* the attestation's seal: red, else black */

  const tc_compose_file *files;
  size_t file_count;

  /* Data files; NULL: the defaults of the settings. */
  const char *font_regular, *font_bold, *font_italic; /* TrueType with Vietnamese letters */
  const tc_fonts *fonts; /* the same, loaded by tc_compose_load_fonts for many copies; NULL: loaded for this one */
  const char *icc_rgb;   /* output intent */
  size_t max_pages, max_words; /* of the whole copy; 0: the defaults */
} tc_compose_options;

/* The three fonts, read and made ready once: the same bytes come of it as without. */
TC_NODISCARD bool tc_compose_load_fonts(const tc_compose_options *options, tc_fonts **out, tc_error *err);
void tc_fonts_destroy(tc_fonts *fonts);
TC_AUTO_POINTER(tc_fonts, tc_fonts_destroy);

tc_compose_options tc_compose_options_default(void);
/* The default with the data files and limits of the settings; borrows their texts. */
tc_compose_options tc_compose_options_from(const tc_settings *settings);

typedef struct tc_compose_page_result {
  double width, height;     /* of the whole page, strips included, points */
  tc_pdf_matrix to_page;    /* capture pixels → page points */
  tc_pdf_rect capture_area; /* page points */
  bool scale_unknown;       /* fitted: the physical size of the paper is not known */
} tc_compose_page_result;

typedef struct tc_compose_block_result {
  size_t page; /* from 0, in the copy */
  tc_pdf_rect rect;
} tc_compose_block_result;

typedef struct tc_compose_result {
  size_t page_count;             /* all, the attestation's included */
  tc_compose_page_result *pages; /* of the captures, in their order */
  size_t capture_count;
  tc_compose_block_result blocks[TC_ATTESTATION_BLOCKS_MAX]; /* as in the attestation */
  size_t block_count;
  bool has_first_page_block;
  tc_compose_block_result first_page_block; /* where first_page_lines stand */
  uint64_t size;                            /* bytes written */
} tc_compose_result;

void tc_compose_result_finish(tc_compose_result *result);
TC_AUTO_VALUE(tc_compose_result, tc_compose_result_finish);

/* Whether an encoded image can stand untouched in a PDF/A-3b whose output intent is sRGB: no for LZW, run-length,
   16-bit or colour-less JPX, CMYK without a profile, palettes or masks of unknown colour … *because says why (static
   storage). What cannot is handed in as RAW pixels, with the original as an associated file. */
bool tc_compose_takes(const tc_pdf_image *image, const char **because);

/* Writes the copy to out_fd. TC_USAGE: an option that makes no sense, an image that tc_compose_takes refuses; TC_LIMIT;
   TC_CONFIG: a font or a profile that cannot be read; TC_FORMAT: an image's bytes that end too early. */
TC_NODISCARD bool tc_compose(const tc_compose_options *options, int out_fd, tc_compose_result *out, tc_error *err);
