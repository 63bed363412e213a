/*
 * An encoded image as PDF knows it (ISO 32000-1, 8.9.5): what scan.h finds on a page and compose.h puts on one. The
 * encoded bytes themselves are apart (tc_pdf_source), so that they can stay in a file until they are written.
 *
 * Ownership: tc_pdf_image owns icc, palette and jbig2_globals (tc_pdf_image_finish); a tc_pdf_source owns nothing.
 * Threading: a value belongs to one thread at a time.
 */
#pragma once

#include "base/buf.h"

#include <sys/types.h>

typedef enum tc_pdf_encoding {
  TC_PDF_RAW,        /* samples as they are: rows from the top, each padded to a byte */
  TC_PDF_FLATE,      /* zlib (8.4.4), with the predictor of tc_pdf_image */
  TC_PDF_LZW,        /* readable, never written: PDF/A forbids it (ISO 19005-3, 6.1.7.2) */
  TC_PDF_RUN_LENGTH, /* readable; written as pixels */
  TC_PDF_DCT,        /* a JPEG file, whole */
  TC_PDF_CCITT,      /* ITU-T T.4 or T.6, first bit = most significant */
  TC_PDF_JBIG2,      /* an embedded JBIG2 stream without its file header */
  TC_PDF_JPX,        /* a JPEG 2000 file */
  TC_PDF_OTHER       /* a chain of filters, or an unknown one: readable only by rendering */
} tc_pdf_encoding;

/* "flate", "dct" …: for messages and records. */
const char *tc_pdf_encoding_name(tc_pdf_encoding encoding);

typedef enum tc_pdf_colour {
  TC_PDF_COLOUR_UNKNOWN, /* JPX: inside the stream; otherwise a space we don't take (Separation, DeviceN, Lab …) */
  TC_PDF_COLOUR_GREY,
  TC_PDF_COLOUR_RGB,
  TC_PDF_COLOUR_CMYK
} tc_pdf_colour;

/* CCITTFaxDecode's parameters (ISO 32000-1, table 11). Columns and rows come from the image. */
typedef struct tc_pdf_ccitt {
  int k; /* < 0: T.6; 0: T.4 one-dimensional; > 0: T.4 mixed */
  bool end_of_line, byte_align, black_is_1;
  bool no_end_of_block; /* the inverse of EndOfBlock, so that zero is the default */
} tc_pdf_ccitt;

enum { TC_PDF_COMPONENTS_MAX = 4 };

typedef struct tc_pdf_image {
  tc_pdf_encoding encoding;
  uint32_t width, height; /* pixels */
  unsigned bits;          /* a component: 1, 2, 4, 8 or 16; 0 where the stream tells (JPX) */
  unsigned components;    /* 1, 3 or 4 as stored; 1 with a palette; 0 unknown */
  tc_pdf_colour colour;   /* of the samples, or of the palette's entries */
  tc_buf icc;             /* the profile of that colour, empty without one */
  tc_buf palette;         /* Indexed: entries of the colour's components, 8 bits each; empty otherwise */
  bool has_decode;        /* `decode` counts; otherwise the default of 8.9.5.2 holds */
  double decode[2 * TC_PDF_COMPONENTS_MAX];
  bool is_mask;  /* ImageMask: paints its 0 bits with the fill colour (black on a scan) */
  bool has_mask; /* a /Mask or /SMask lets something shine through */
  int predictor; /* Flate and LZW: 1 none, 2 TIFF, ≥ 10 PNG */
  tc_pdf_ccitt ccitt;
  tc_buf jbig2_globals;
} tc_pdf_image;

void tc_pdf_image_finish(tc_pdf_image *image);
TC_AUTO_VALUE(tc_pdf_image, tc_pdf_image_finish);

/* Where encoded bytes lie until they are needed; borrowed for the call that takes it. */
typedef struct tc_scan tc_scan;
typedef struct tc_pdf_source {
  tc_bytes memory; /* these bytes, if `size` and `scan` are 0 */
  int fd;          /* `size` bytes of this file from `offset`, read by pread: its position stays */
  off_t offset;
  off_t size;
  tc_scan *scan;    /* or the encoded bytes of the one image of this scanned page */
  size_t scan_page; /* from 0 */
} tc_pdf_source;

static inline tc_pdf_source tc_pdf_source_memory(tc_bytes bytes) { return (tc_pdf_source){.memory = bytes, .fd = -1}; }
static inline tc_pdf_source tc_pdf_source_file(int fd, off_t offset, off_t size)
{
  return (tc_pdf_source){.fd = fd, .offset = offset, .size = size};
}
static inline tc_pdf_source tc_pdf_source_scan(tc_scan *scan, size_t page)
{
  return (tc_pdf_source){.fd = -1, .scan = scan, .scan_page = page};
}
/* Bytes in all; 0 for a scanned page, whose size shows when it is read. */
size_t tc_pdf_source_size(const tc_pdf_source *source);
/* Hands the bytes out in order, in pieces of at most 64 KiB where they come from a file. */
typedef bool (*tc_pdf_sink)(const void *data, size_t size, void *context, tc_error *err);
TC_NODISCARD bool tc_pdf_source_read(const tc_pdf_source *source, tc_pdf_sink sink, void *context, tc_error *err);

/* What a JPEG says about itself (ITU-T T.81; APP0 JFIF, APP1 Exif, APP2 ICC, APP14 Adobe). */
typedef struct tc_pdf_jpeg_info {
  double dpi_x, dpi_y; /* 0 where it says nothing (JFIF first, then Exif) */
  int orientation;     /* EXIF 1–8; 1 where it says nothing */
} tc_pdf_jpeg_info;

/* Reads the headers of a JPEG into *image (encoding DCT; an Adobe CMYK gets its inverting Decode array) and *info.
   TC_FORMAT: not a JPEG, or damaged before its first scan; TC_UNSUPPORTED: 12 bits, arithmetic, lossless or
   hierarchical coding, two components: what PDF cannot hold as it is. At most 16 MiB of headers are read. */
TC_NODISCARD bool tc_pdf_image_from_jpeg(const tc_pdf_source *source, tc_pdf_image *image, tc_pdf_jpeg_info *info,
                                         tc_error *err);
