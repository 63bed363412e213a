/*
 * The clean-up of a page for recognition: upright, straight, evenly lit, grey and black-and-white, at a resolution that
 * recognition likes, with the transform from its pixels back to capture pixels. The capture itself is never changed:
 * what is certified is the capture, what is read is the clean page.
 *
 * Ownership: a tc_clean owns its images; getters borrow. Threading: an object belongs to one thread at a time.
 */
#pragma once

#include "imaging/image.h"
#include "imaging/page_map.h"

enum { TC_TURNS_DETECT = -1 };

typedef struct tc_clean_options {
  int turns;            /* quarter turns clockwise after EXIF, 0..3, or TC_TURNS_DETECT (default) */
  bool straighten;      /* measure and undo skew; default true */
  bool find_sheet;      /* look for a sheet on a darker ground and undo its perspective; default true */
  const tc_quad *sheet; /* corners of the sheet in capture pixels, where they are known: nothing is looked for, and the
                           capture's resolution is the sheet's; NULL (default): not known; borrowed */
  bool drop_seals;      /* lighten the red ink of seals in the clean page; red titles stay; default true */
  double max_skew;      /* degrees; a larger angle is taken for an error and not undone; default 12 */
  double dpi;           /* resolution of the clean page; 0 (default): the capture's own, brought into 200..400 */
} tc_clean_options;

tc_clean_options tc_clean_options_default(void);

/* What may be wrong with a capture so that it had better be made again. Names are stable: words for people are data. */
typedef enum tc_flaw {
  TC_FLAW_BLURRED,        /* out of focus, or the hand shook */
  TC_FLAW_GLARE,          /* a lamp is mirrored: print is burnt out */
  TC_FLAW_CUT_OFF,        /* text runs into the picture's edge, or a corner of the sheet lies outside */
  TC_FLAW_LOW_RESOLUTION, /* too few pixels to a letter */
  TC_FLAW_LOW_CONTRAST,
  TC_FLAW_TOO_DARK,
  TC_FLAW_COUNT
} tc_flaw;

/* Where, on the page as it is read. */
typedef enum tc_place {
  TC_PLACE_PAGE, /* everywhere */
  TC_PLACE_TOP_LEFT,
  TC_PLACE_TOP,
  TC_PLACE_TOP_RIGHT,
  TC_PLACE_RIGHT,
  TC_PLACE_BOTTOM_RIGHT,
  TC_PLACE_BOTTOM,
  TC_PLACE_BOTTOM_LEFT,
  TC_PLACE_LEFT,
  TC_PLACE_MIDDLE,
  TC_PLACE_COUNT
} tc_place;

const char *tc_flaw_name(tc_flaw flaw);    /* "blurred", "glare" … */
const char *tc_place_name(tc_place place); /* "page", "top_left" … */

typedef struct tc_complaint {
  tc_flaw flaw;
  tc_place place;
} tc_complaint;

enum { TC_COMPLAINTS_MAX = 8 };

/* Figures for a person's and a program's judgement; see docs of each for the range. */
typedef struct tc_quality {
  double sharpness; /* 0 (no edge anywhere) … 1 (edges one or two pixels wide) */
  double contrast;  /* 0 … 1: distance between ink and ground in the middle of the ink's distribution */
  double dpi;       /* resolution of the capture: as stated, else estimated from the sheet as A4; 0 unknown */
  bool dpi_estimated;
  double ink;           /* share of black pixels of the clean page, 0 … 1 */
  bool blank;           /* nothing to read on it */
  double edge_mm;       /* width of the step from paper to ink; 0 unknown, and where there is only black and white */
  double outline;       /* of black and white letters, against that of their boxes; 0 unknown */
  double letter_pixels; /* height of a line of text in the capture, from ascender to descender; 0 unknown */
  tc_complaint complaints[TC_COMPLAINTS_MAX];
  int complaint_count; /* 0: a good capture */
} tc_quality;

#define TC_SURE_OF_TURNS 0.7

typedef struct tc_clean_report {
  int exif_orientation;    /* as given */
  int turns;               /* quarter turns clockwise that were applied after EXIF */
  double turns_confidence; /* 0 … 1; 1 where the caller gave the turns; below TC_SURE_OF_TURNS: a guess, ask recognition
                              and give them */
  double skew;             /* degrees clockwise that the text was off before it was straightened (0 where unknown) */
  double skew_confidence; /* 0 … 1; below 0.5 nothing was straightened */
  bool straightened;
  double bend_mm;   /* how far the worst line of text was from straight; 0 where there are too few lines to say */
  bool dewarped;    /* the bend was taken out */
  bool sheet_found; /* a sheet's four edges were found and rectified */
  tc_quad sheet;    /* its corners in capture pixels; the whole capture where none was found */
  tc_quality quality;
} tc_clean_report;

/* A round seal that came out as dark as print; its rings are taken out, what stands within is not. Clean pixels. */
typedef struct tc_seal {
  double x, y, radius;
} tc_seal;

enum { TC_SEALS_MAX = 4 };

typedef struct tc_seals {
  tc_seal items[TC_SEALS_MAX];
  int count;
} tc_seals;

typedef struct tc_clean tc_clean;

/* `exif_orientation` 1..8 (0 is taken as 1). Options NULL: the defaults. Errors: TC_NO_MEMORY, TC_USAGE (orientation or
   turns out of range), TC_INTERNAL. A page on which nothing can be measured comes back as it is, not as an error. */
TC_NODISCARD bool tc_clean_page(const tc_image *capture, int exif_orientation, const tc_clean_options *options,
                                tc_clean **out, tc_error *err);
void tc_clean_destroy(tc_clean *clean); /* takes NULL */
TC_AUTO_POINTER(tc_clean, tc_clean_destroy);

const tc_image *tc_clean_grey(const tc_clean *clean);          /* GREY8, background near 255; its dpi is always set */
const tc_image *tc_clean_binary(const tc_clean *clean);        /* BILEVEL, same size */
const tc_page_map *tc_clean_to_capture(const tc_clean *clean); /* clean pixels → capture pixels */
const tc_clean_report *tc_clean_report_of(const tc_clean *clean);
const tc_seals *tc_clean_seals(const tc_clean *clean);
