/*
 * What a file is, told by its first bytes and never by its name.
 * Ownership: texts are static. Threading: free of state.
 */
#pragma once

#include "base/buf.h"

typedef enum tc_format {
  TC_FORMAT_UNKNOWN,
  TC_FORMAT_EMPTY, /* no byte at all */
  TC_FORMAT_JPEG,
  TC_FORMAT_PNG,
  TC_FORMAT_TIFF, /* classic or BigTIFF */
  TC_FORMAT_PDF,  /* %PDF- within the first 1024 bytes */
  TC_FORMAT_JP2,  /* JPEG 2000: file or code stream; only inside a PDF */
  TC_FORMAT_GIF,
  TC_FORMAT_BMP,
  TC_FORMAT_WEBP,
  TC_FORMAT_HEIF,
  TC_FORMAT_AVIF,
  TC_FORMAT_JBIG2,
  TC_FORMAT_DJVU,
  TC_FORMAT_PSD,
  TC_FORMAT_JXL,
  TC_FORMAT_ICO,
  TC_FORMAT_PNM,
  TC_FORMAT_SVG,
  TC_FORMAT_XML,
  TC_FORMAT_HTML,
  TC_FORMAT_POSTSCRIPT,
  TC_FORMAT_OFFICE_OLE, /* .doc, .xls */
  TC_FORMAT_ZIP,        /* .docx, .xlsx, .odt and plain archives */
  TC_FORMAT_GZIP,
  TC_FORMAT_RAR,
  TC_FORMAT_7ZIP,
  TC_FORMAT_EXECUTABLE,
  TC_FORMAT_TEXT, /* printable characters and blanks only */
  TC_FORMAT_COUNT
} tc_format;

/* Bytes worth handing to tc_format_sniff; fewer do. */
enum { TC_FORMAT_SNIFF_SIZE = 1024 };

tc_format tc_format_sniff(tc_bytes head);
/* The same from a file's start; the position stays. Errors: TC_IO. */
TC_NODISCARD bool tc_format_of_fd(int fd, tc_format *out, tc_error *err);

/* "a GIF image", "a text", "a file of an unknown kind": fits after "this is". Never NULL. */
const char *tc_format_name(tc_format format);
/* "image/jpeg"; application/octet-stream where there is none. */
const char *tc_format_media_type(tc_format format);
/* JPEG, PNG, TIFF or PDF. */
bool tc_format_is_capture(tc_format format);
/* Fails for what is no capture: TC_FORMAT for an empty or unknown file and a text, TC_UNSUPPORTED for a known kind; the
   message says what the file is and what would do. */
TC_NODISCARD bool tc_format_require_capture(tc_format format, tc_error *err);
