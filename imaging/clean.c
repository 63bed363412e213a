/*
 * One page's way through the clean-up. Three grids of pixels take part:
 *
 *   capture   as decoded
 *   base      upright by EXIF; where a sheet was found, only the sheet, its perspective undone
 *   clean     base, turned by quarters, straightened and scaled
 *
 * What is measured is measured on a small picture of the base, and the page's pixels are moved once, from capture to
 * clean, through one projective transform, and the bend of a sheet that did not lie flat; a page that needs no more
 * than quarter turns is copied, not interpolated.
 * Light is evened on the capture's grid, before that move, so that the white around a turned page is paper white.
 */
#include "imaging/clean.h"

#include "imaging/base_grid.h"
#include "imaging/contrast.h"
#include "imaging/dewarp.h"
#include "imaging/light.h"
#include "imaging/pose.h"
#include "imaging/quality.h"
#include "imaging/resample.h"
#include "imaging/ring.h"
#include "imaging/seal.h"
#include "imaging/streak.h"
#include "imaging/turn.h"
#include "imaging/verdict.h"

#include <assert.h>
#include <math.h>

enum { SMALL_DPI = 150, MAX_SIDE = 30000 };

static const double believe = 0.5;      /* smallest confidence on which something is done */
static const double half_believe = 0.3; /* … where much is askew: little text tells little, as a card's on a page */
static const double least_skew = 0.04;  /* degrees; less is not worth an interpolation */
static const double least_plain_skew = 0.3; /* … of those half believed */

struct tc_clean {
  tc_image *grey, *binary;
  tc_page_map *to_capture;
  tc_clean_report report;
  tc_seals seals;
};

tc_clean_options tc_clean_options_default(void)
{
  return (tc_clean_options){
      .turns = TC_TURNS_DETECT, .straighten = true, .find_sheet = true, .drop_seals = true, .max_skew = 12};
}

void tc_clean_destroy(tc_clean *clean)
{
  if (clean == NULL)
    return;
  tc_image_destroy(clean->grey);
  tc_image_destroy(clean->binary);
  tc_page_map_destroy(clean->to_capture);
  free(clean);
}

const tc_image *tc_clean_grey(const tc_clean *clean) { return clean->grey; }
const tc_image *tc_clean_binary(const tc_clean *clean) { return clean->binary; }
const tc_page_map *tc_clean_to_capture(const tc_clean *clean) { return clean->to_capture; }
const tc_seals *tc_clean_seals(const tc_clean *clean) { return &clean->seals; }
const tc_clean_report *tc_clean_report_of(const tc_clean *clean) { return &clean->report; }

/* The base at about SMALL_DPI. */
static bool make_small(const tc_image *grey, const tc_base *b, tc_image **out, double *dpi, tc_error *err)
{
  double lowest = fmin(b->dpi_x, b->dpi_y);
  int shorter = tc_image_width(grey) < tc_image_height(grey) ? tc_image_width(grey) : tc_image_height(grey);
  int factor = (int)fmin(fmax(1, floor(lowest / SMALL_DPI)), shorter);
  tc_auto(tc_image) reduced = NULL;
  if (factor > 1) {
    if (!tc_grey_reduce(grey, factor, &reduced, err))
      return false;
    grey = reduced;
  }
  *dpi = fmin(lowest / factor, SMALL_DPI);
  double scale_x = *dpi / b->dpi_x;
  double scale_y = *dpi / b->dpi_y;
  tc_transform to_base = tc_transform_scale(1 / scale_x, 1 / scale_y);
  tc_transform to_grey = tc_transform_compose(&to_base, &b->to_capture);
  tc_transform reduce = tc_transform_scale(1.0 / factor, 1.0 / factor);
  to_grey = tc_transform_compose(&to_grey, &reduce);
  int width = (int)fmin(MAX_SIDE, fmax(1, round(b->width * scale_x)));
  int height = (int)fmin(MAX_SIDE, fmax(1, round(b->height * scale_y)));
  return tc_grey_warp(grey, &to_grey, width, height, out, err);
}

static bool find_pose(const tc_image *grey, const tc_base *b, const tc_clean_options *options, tc_clean_report *report,
                      tc_pose *out, tc_error *err)
{
  tc_auto(tc_image) small = NULL;
  double dpi;
  tc_pose pose = {0};
  report->turns = options->turns == TC_TURNS_DETECT ? 0 : options->turns;
  report->turns_confidence = options->turns == TC_TURNS_DETECT ? 0 : 1;
  if (!options->straighten && options->turns != TC_TURNS_DETECT)
    return true;
  if (!make_small(grey, b, &small, &dpi, err))
    return false;
  if (tc_image_width(small) < 48 || tc_image_height(small) < 48)
    return true;
  if (!tc_pose_find(small, dpi, options->turns, options->max_skew, &pose, err))
    return false;
  report->turns = pose.turns;
  report->turns_confidence = pose.turns_confidence;
  report->skew = pose.skew;
  report->skew_confidence = pose.skew_confidence;
  report->bend_mm = pose.bend_inches * 25.4;
  const double skew = fabs(pose.skew);
  report->straightened = options->straighten && skew <= options->max_skew &&
                         ((pose.skew_confidence >= believe && skew >= least_skew) ||
                          (pose.skew_confidence >= half_believe && skew >= least_plain_skew));
  *out = pose;
  return true;
}

typedef struct target {
  int width, height;
  double dpi;
  tc_transform to_base;
} target;

static double target_dpi(const tc_base *b, double wished)
{
  double dpi = wished > 0 ? wished : fmin(b->dpi_x, b->dpi_y);
  if (wished <= 0 && (dpi < 200 || dpi > 400))
    dpi = 300;
  /* Pixels that are not there are not invented beyond three for one, nor more than a side can have. */
  dpi = fmin(dpi, 3 * fmin(b->dpi_x, b->dpi_y));
  double side = fmax(b->width / b->dpi_x, b->height / b->dpi_y) * dpi;
  return side > MAX_SIDE ? dpi * MAX_SIDE / side : dpi;
}

/* clean → base: undo the straightening about the middle, the quarter turns, the scale. */
static target make_target(const tc_base *b, double dpi, const tc_clean_report *report)
{
  double width = fmax(1, round(b->width * dpi / b->dpi_x));
  double height = fmax(1, round(b->height * dpi / b->dpi_y));
  tc_transform scale = tc_transform_scale(b->width / width, b->height / height);
  tc_transform turns = tc_transform_turns(report->turns, (int)width, (int)height);
  bool sideways = report->turns % 2 != 0;
  double turned_width = sideways ? height : width;
  double turned_height = sideways ? width : height;
  target t = {(int)turned_width, (int)turned_height, dpi, tc_transform_compose(&turns, &scale)};
  if (!report->straightened)
    return t;
  double c = cos(report->skew * M_PI / 180);
  double s = fabs(sin(report->skew * M_PI / 180));
  t.width = (int)ceil(turned_width * c + turned_height * s);
  t.height = (int)ceil(turned_height * c + turned_width * s);
  tc_transform to_middle = tc_transform_translate(-t.width / 2.0, -t.height / 2.0);
  tc_transform rotate = tc_transform_rotate(report->skew);
  tc_transform from_middle = tc_transform_translate(turned_width / 2, turned_height / 2);
  rotate = tc_transform_compose(&to_middle, &rotate);
  rotate = tc_transform_compose(&rotate, &from_middle);
  t.to_base = tc_transform_compose(&rotate, &t.to_base);
  return t;
}

/* Copies where every clean pixel is a capture pixel. `orientation` and turns alone then say which. */
static bool is_copy(const tc_transform *to_capture, const target *t, const tc_image *capture)
{
  const double *m = to_capture->m;
  int64_t pixels = (int64_t)tc_image_width(capture) * tc_image_height(capture);
  return tc_transform_is_rectilinear(to_capture) && (int64_t)t->width * t->height == pixels &&
         fabs(fabs(m[0]) + fabs(m[1]) - 1) < 1e-9 && fabs(fabs(m[3]) + fabs(m[4]) - 1) < 1e-9;
}

/* The capture's pixels in the order of the page's: consumes *grey. */
static bool copy_pixels(tc_image **grey, int orientation, int turns, tc_image **out, tc_error *err)
{
  tc_image *upright = NULL;
  if (orientation != 1) {
    if (!tc_image_upright(*grey, orientation, &upright, err))
      return false;
    tc_image_destroy(*grey);
    *grey = upright;
  }
  if (turns % 4 == 0) {
    *out = tc_steal(grey);
    return true;
  }
  return tc_image_turn(*grey, turns, out, err);
}

/* How the capture's pixels become the page's. */
typedef struct way {
  const tc_base *b;
  bool turns_told;
  target t;
  tc_transform reduce; /* capture pixels → those that are left when a reduction by more than two was averaged first */
  tc_bend bend;
} way;

static void way_finish(way *w) { tc_bend_finish(&w->bend); }
TC_AUTO_VALUE(way, way_finish);

static tc_transform way_to_capture(const way *w) { return tc_transform_compose(&w->t.to_base, &w->b->to_capture); }

static bool reduce_pixels(tc_image **grey, way *w, tc_error *err)
{
  const int factor = (int)fmax(1, floor(fmin(w->b->dpi_x, w->b->dpi_y) / w->t.dpi));
  tc_image *reduced = NULL;
  w->reduce = tc_transform_scale(1.0 / factor, 1.0 / factor);
  if (factor == 1)
    return true;
  if (!tc_grey_reduce(*grey, factor, &reduced, err))
    return false;
  tc_image_destroy(*grey);
  *grey = reduced;
  return true;
}

/* The bend of a page that seems to have one. Without it, its lines tell better which way is up: maybe the other. */
static bool find_bend(const tc_image *grey, way *w, tc_clean_report *report, tc_error *err)
{
  for (int look = 0; look < 2 && report->bend_mm >= tc_dewarp_least * 25.4; look++) {
    const tc_transform to_capture = way_to_capture(w);
    const tc_transform to_grey = tc_transform_compose(&to_capture, &w->reduce);
    const tc_dewarp_page page = {grey, &to_grey, w->t.width, w->t.height, w->t.dpi};
    tc_top top = {0};
    tc_bend_finish(&w->bend);
    if (!tc_dewarp_find(&page, &w->bend, &top, err))
      return false;
    report->dewarped = w->bend.columns > 0;
    if (w->turns_told || !report->dewarped || look > 0)
      break;
    report->turns_confidence = top.confidence;
    if (!top.overturned)
      break;
    report->turns = (report->turns + 2) % 4;
    w->t = make_target(w->b, w->t.dpi, report);
  }
  return true;
}

/* Consumes *grey, the capture's, and makes the clean page's and its map. */
static bool move_pixels(tc_image **grey, int orientation, way *w, tc_clean *clean, tc_error *err)
{
  tc_auto(tc_page_map) map = NULL;
  if (!reduce_pixels(grey, w, err) || !find_bend(*grey, w, &clean->report, err))
    return false;
  const tc_transform to_capture = way_to_capture(w);
  const tc_transform to_grey = tc_transform_compose(&to_capture, &w->reduce);
  if (!tc_page_map_create(&to_capture, &w->bend, &clean->to_capture, err))
    return false;
  if (!clean->report.dewarped && is_copy(&to_capture, &w->t, *grey))
    return copy_pixels(grey, orientation, clean->report.turns, &clean->grey, err);
  return tc_page_map_create(&to_grey, &w->bend, &map, err) &&
         tc_grey_move(*grey, map, w->t.width, w->t.height, &clean->grey, err);
}

static bool finish_clean(tc_image **grey, int orientation, const tc_base *b, const tc_clean_options *options,
                         tc_clean *clean, tc_error *err)
{
  tc_clean_report *report = &clean->report;
  const double dpi = target_dpi(b, options->dpi);
  tc_auto(way) w = {.b = b, .turns_told = options->turns != TC_TURNS_DETECT, .t = make_target(b, dpi, report)};
  if (!move_pixels(grey, orientation, &w, clean, err))
    return false;
  tc_image_set_dpi(clean->grey, dpi, dpi);
  if (!(b->bilevel ? tc_light_binarise(clean->grey, dpi, &clean->binary, err)
                   : tc_contrast_even(clean->grey, &clean->binary, err)) ||
      (options->drop_seals && !tc_ring_remove(clean->grey, clean->binary, dpi, &clean->seals, err)))
    return false;
  tc_quality_measure(clean->grey, clean->binary, &report->quality);
  /* The sheet as a reader sees it: the base's corners, from the one that the turns bring to the top left. */
  tc_quad sheet = tc_transform_box(&b->to_capture, 0, 0, b->width, b->height);
  for (int i = 0; i < 4; i++)
    report->sheet.corner[i] = sheet.corner[(i + 4 - report->turns) % 4];
  return true;
}

/* White on black: a fax or copy stored as its negative. Letters never cover half of a page. */
static void right_negative(tc_image *grey)
{
  int64_t dark = 0;
  const int width = tc_image_width(grey);
  const int height = tc_image_height(grey);
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      dark += tc_image_row(grey, y)[x] < 128 ? 1 : 0;
  if (dark * 5 < (int64_t)width * height * 3)
    return;
  for (int y = 0; y < height; y++) {
    uint8_t *row = tc_image_row_mutable(grey, y);
    for (int x = 0; x < width; x++)
      row[x] = (uint8_t)~row[x];
  }
}

bool tc_clean_page(const tc_image *capture, int exif_orientation, const tc_clean_options *options, tc_clean **out,
                   tc_error *err)
{
  const tc_clean_options chosen = options != NULL ? *options : tc_clean_options_default();
  int orientation = exif_orientation == 0 ? 1 : exif_orientation;
  if (orientation < 1 || orientation > 8 || chosen.turns < TC_TURNS_DETECT || chosen.turns > 3)
    return tc_fail(err, TC_USAGE, "a page has no orientation %d with %d quarter turns", orientation, chosen.turns);
  tc_auto(tc_clean) clean = calloc(1, sizeof *clean);
  tc_auto(tc_image) grey = NULL;
  tc_base b;
  if (clean == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory to clean a page");
  clean->report.exif_orientation = orientation;
  if (!tc_base_find(capture, orientation, &chosen, &b, &clean->report, err) ||
      !tc_seal_to_grey(capture, fmin(b.dpi_x, b.dpi_y), chosen.drop_seals, &grey, err))
    return false;
  clean->report.quality.sharpness = tc_quality_sharpness(grey);
  if (b.bilevel)
    right_negative(grey);
  const double dpi = fmin(b.dpi_x, b.dpi_y);
  if ((!b.bilevel && !tc_light_flatten(grey, dpi, err)) || !tc_streak_remove(grey, dpi, err))
    return false;
  tc_pose pose = {0};
  if (!find_pose(grey, &b, &chosen, &clean->report, &pose, err) ||
      !finish_clean(&grey, orientation, &b, &chosen, clean, err))
    return false;
  const tc_verdict_input input = {capture, clean->grey, clean->binary, clean->to_capture, &pose, dpi};
  if (!tc_verdict_judge(&input, &clean->report, err))
    return false;
  *out = tc_steal(&clean);
  return true;
}
