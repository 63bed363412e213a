/*
 * Captures: JPEG, PNG, TIFF, WebP and HEIF files (a page is a TIFF directory; the others have one: a HEIF's primary
 * image, an animation's first picture), and encoded images taken out of a PDF. Headers are read and limits checked
 * before a pixel is decoded. A damaged or truncated image fails: nothing incomplete may be certified.
 *
 * "Capture pixels" are the decoded pixels as they lie in the file, before the EXIF orientation (TIFF tag 274) is
 * applied.
 *
 * Ownership: a decoder keeps a mapping of the file, so the caller may close its fd; bytes given out are borrowed from
 * that mapping and live as long as the decoder. Threading: a decoder belongs to one thread at a time.
 */
#pragma once

#include "imaging/format.h"
#include "imaging/image.h"
#include "imaging/imaging_settings.h"

typedef enum tc_encoding {
  TC_ENCODING_RAW,   /* packed samples, rows padded to a byte, components interleaved, highest bit first */
  TC_ENCODING_DCT,   /* JPEG (ISO/IEC 10918-1): PDF's DCTDecode */
  TC_ENCODING_JPX,   /* JPEG 2000: PDF's JPXDecode */
  TC_ENCODING_CCITT, /* ITU-T T.4 or T.6 by `ccitt.k`: PDF's CCITTFaxDecode */
  TC_ENCODING_JBIG2, /* ITU-T T.88 embedded stream: PDF's JBIG2Decode */
  TC_ENCODING_FLATE, /* zlib: PNG and TIFF's deflate */
  TC_ENCODING_LZW,
  TC_ENCODING_PACKBITS,
  TC_ENCODING_OTHER
} tc_encoding;

/* "dct", "ccitt", …: stable, for records. */
const char *tc_encoding_name(tc_encoding encoding);

typedef struct tc_page_info {
  int width, height;    /* capture pixels */
  double dpi_x, dpi_y;  /* 0 = the file does not say */
  int components;       /* colour components: 1 grey, bilevel or palette, 3 RGB, 4 CMYK; without alpha */
  int bits;             /* of a component: 1, 2, 4, 8, 16, … */
  bool alpha;           /* an alpha channel or transparent colour; decoded over white */
  bool palette;         /* one component, indexing colours */
  bool icc;             /* an ICC profile is embedded */
  int exif_orientation; /* 1..8 as in EXIF and TIFF tag 274; 1 where the file does not say */
  tc_encoding encoding;
} tc_page_info;

/* ISO 32000-2, 7.4.6, table 11. */
typedef struct tc_ccitt {
  int k; /* < 0 T.6 (group 4), 0 T.4 one-dimensional, > 0 T.4 mixed */
  bool black_is_1;
  bool end_of_line;
  bool encoded_byte_align;
  bool end_of_block; /* PDF's default is true */
  int rows;          /* 0 = until the end-of-block pattern */
} tc_ccitt;

/* One encoded image, as a PDF holds it (an image XObject's stream and dictionary). */
typedef struct tc_encoded_image {
  tc_encoding encoding;
  tc_bytes bytes;   /* borrowed */
  tc_bytes globals; /* TC_ENCODING_JBIG2: the JBIG2Globals stream; borrowed */
  int width, height;
  int bits, components; /* of a component; components in the file's colour space */
  bool invert;          /* a PDF needs /Decode [1 0 …]: Adobe's inverted CMYK, or TIFF's white-is-zero */
  tc_bytes palette;     /* components · entries bytes of RGB triples where the one component indexes colours */
  int png_predictor;    /* TC_ENCODING_FLATE: 15 where rows carry PNG filters, else 1 */
  tc_ccitt ccitt;       /* TC_ENCODING_CCITT */
  int shrink; /* decode TC_ENCODING_DCT at 1/2, 1/4 or 1/8 of the size; 0: whole. Of no meaning where it is kept */
} tc_encoded_image;

typedef struct tc_decoder tc_decoder;

/* Sniffs, maps and reads the headers. `fd` is borrowed and its position stays. Errors: TC_FORMAT (empty, damaged),
   TC_UNSUPPORTED (a GIF, a PDF, …: the message names it), TC_LIMIT (bytes, pages), TC_IO, TC_NO_MEMORY. */
TC_NODISCARD bool tc_decoder_open(int fd, const tc_imaging_limits *limits, tc_decoder **out, tc_error *err);
/* The same from memory, which is borrowed and must outlive the decoder. */
TC_NODISCARD bool tc_decoder_open_memory(tc_bytes bytes, const tc_imaging_limits *limits, tc_decoder **out,
                                         tc_error *err);
void tc_decoder_destroy(tc_decoder *decoder); /* takes NULL */
TC_AUTO_POINTER(tc_decoder, tc_decoder_destroy);

tc_format tc_decoder_format(const tc_decoder *decoder); /* JPEG, PNG, TIFF, WebP or HEIF */
int tc_decoder_page_count(const tc_decoder *decoder);   /* ≥ 1 */

/* Pages count from 0 (assert). The headers were read when the decoder was opened. */
tc_page_info tc_decoder_page_info(const tc_decoder *decoder, int page);
/* Bilevel pages come as TC_PIXEL_BILEVEL, grey ones as GREY8, the rest as RGB8 (through the embedded profile where it
   is CMYK). In capture pixels. TC_FORMAT, TC_UNSUPPORTED, TC_NO_MEMORY; messages name the page, counted from 1, where
   there are several. */
TC_NODISCARD bool tc_decoder_decode(tc_decoder *decoder, int page, tc_image **out, tc_error *err);
/* The page for a look at it: a JPEG at 1/2, 1/4 or 1/8 of its size, in a fraction of the time, where `dpi` are left;
   any other page whole. */
TC_NODISCARD bool tc_decoder_glance(tc_decoder *decoder, int page, double dpi, tc_image **out, tc_error *err);
/* By how much a page of `have` dpi may be shrunk so that `wanted` are left: 1, 2, 4 or 8. */
int tc_decode_shrink(double have, double wanted);
/* The page's stream where a PDF can carry it bit for bit: JPEG files (8 bits, Huffman), CCITT and JPEG strips of TIFF
   where there is one strip, in the usual bit order, without shared tables; PNG's zlib stream where it is whole.
   *out_found false and *out untouched otherwise: the page must then be stored losslessly and the original embedded. */
TC_NODISCARD bool tc_decoder_encoded(tc_decoder *decoder, int page, bool *out_found, tc_encoded_image *out,
                                     tc_error *err);
/* The embedded ICC profile, borrowed until the next call for another page; empty where there is none. */
TC_NODISCARD bool tc_decoder_icc(tc_decoder *decoder, int page, tc_bytes *out, tc_error *err);

/* Decodes an image taken out of a PDF: RAW (after the PDF reader undid Flate, LZW, RunLength and predictors), DCT, JPX,
   CCITT, JBIG2. Errors: TC_FORMAT (damaged), TC_LIMIT, TC_UNSUPPORTED (another encoding, or other pixels
   than stated: let the page be rendered). `limits` NULL: the defaults. */
TC_NODISCARD bool tc_decode_encoded(const tc_encoded_image *image, const tc_imaging_limits *limits, tc_image **out,
                                    tc_error *err);
