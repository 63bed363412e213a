/*
 * Blur: the steps from paper to ink and back, along rows and along columns; a step's width is its height by its
 * steepest part. The median of the worse direction counts, in millimetres: what makes letters run together is not a
 * matter of pixels. A hand that shook blurs one direction only. Black and white is judged by its shapes. Cut off: print
 * that runs into the picture's edge, lines of text closer to the page's edge than any is printed, and corners of a
 * sheet that lie outside the picture. Glare: the picture is burnt out in one place of a paper that is grey elsewhere.
 * Resolution: pixels to a line of text, so that a small card and a poster are judged alike. What is empty has no flaw
 * but none of its text can be judged.
 */
#include "imaging/verdict.h"

#include "imaging/cut.h"
#include "imaging/edge.h"

#include <math.h>

enum { CELL = 16, BURNT = 250, PLACES = 3, MANY_STROKES = 8, SOME_STROKES = 4, MANY_RULES = 2, MANY_CUTS = 4 };

static const double widest_edge_mm = 0.46; /* steps of print that is sharp enough; a good copy of a copy has 0.3 */
static const double least_letter_pixels =
    14.5; /* of a line, from ascender to descender: a card copied at 200 dpi has 15 */
static const double ink_without_lines = 0.003; /* specks, a hole, the shadow of an edge */
static const double coarse_dpi = 120;
static const double least_coarse_pixels = 24;
static const double widest_sharp_pixels = 2.6;
static const double least_contrast = 0.11;
static const double least_direction = 0.35; /* confidence in how lines lie and … */
static const double least_upright = 0.3;    /* … which way is up, where either tells of text */
static const double darkest_paper = 64;
static const double brightest_grey_paper = 238; /* lighter paper can not be told from glare */
static const double least_glare = 0.006;        /* of the page */
static const double outside_share = 0.01;       /* of the picture's longer side */
static const double at_border_share = 0.012;    /* of the picture's longer side */
static const double least_cut_share = 0.1;      /* of the lines run into the edge */
static const double most_ink = 0.25;            /* of a page of print */
static const double print_depth = 0.75;         /* of the mean depth of ink */
static const double least_outline = 1.16;       /* of letters against their boxes; the worst good copy has 1.21 */

static const char *const flaw_names[] = {
    [TC_FLAW_BLURRED] = "blurred",           [TC_FLAW_GLARE] = "glare",
    [TC_FLAW_CUT_OFF] = "cut_off",           [TC_FLAW_LOW_RESOLUTION] = "low_resolution",
    [TC_FLAW_LOW_CONTRAST] = "low_contrast", [TC_FLAW_TOO_DARK] = "too_dark",
};
static const char *const place_names[] = {
    [TC_PLACE_PAGE] = "page",     [TC_PLACE_TOP_LEFT] = "top_left",
    [TC_PLACE_TOP] = "top",       [TC_PLACE_TOP_RIGHT] = "top_right",
    [TC_PLACE_RIGHT] = "right",   [TC_PLACE_BOTTOM_RIGHT] = "bottom_right",
    [TC_PLACE_BOTTOM] = "bottom", [TC_PLACE_BOTTOM_LEFT] = "bottom_left",
    [TC_PLACE_LEFT] = "left",     [TC_PLACE_MIDDLE] = "middle",
};

const char *tc_flaw_name(tc_flaw flaw) { return flaw_names[flaw]; }
const char *tc_place_name(tc_place place) { return place_names[place]; }

static void complain(tc_quality *quality, tc_flaw flaw, tc_place place)
{
  if (quality->complaint_count < TC_COMPLAINTS_MAX)
    quality->complaints[quality->complaint_count++] = (tc_complaint){flaw, place};
}

/* ---- Places ---- */

/* Sides and corners run clockwise; a page turned by quarters carries them along. */
static tc_place side_place(int side, int turns)
{
  static const tc_place sides[] = {TC_PLACE_TOP, TC_PLACE_RIGHT, TC_PLACE_BOTTOM, TC_PLACE_LEFT};
  return sides[(side + turns) % 4];
}

static tc_place corner_place(int corner)
{
  static const tc_place corners[] = {TC_PLACE_TOP_LEFT, TC_PLACE_TOP_RIGHT, TC_PLACE_BOTTOM_RIGHT,
                                     TC_PLACE_BOTTOM_LEFT};
  return corners[corner];
}

/* More ink than any text has, or none of whose lines tell how they lie: edges, ends and contrast are its own. */
static bool is_picture(const tc_verdict_input *input, const tc_quality *quality)
{
  const tc_pose *pose = input->pose;
  return quality->ink > most_ink || (pose->skew_confidence < least_direction && pose->turns_confidence < least_upright);
}

/* ---- Cut off ---- */

static bool is_outside(tc_point p, const tc_image *capture)
{
  const double width = tc_image_width(capture);
  const double height = tc_image_height(capture);
  const double slack = outside_share * fmax(width, height);
  return p.x < -slack || p.y < -slack || p.x > width + slack || p.y > height + slack;
}

/* Both corners lie on one border of the picture: the sheet goes on beyond it. */
static bool is_at_border(tc_point a, tc_point b, const tc_image *capture)
{
  const double width = tc_image_width(capture);
  const double height = tc_image_height(capture);
  const double near = at_border_share * fmax(width, height);
  return (a.x < near && b.x < near) || (a.y < near && b.y < near) || (a.x > width - near && b.x > width - near) ||
         (a.y > height - near && b.y > height - near);
}

/* Both of its corners lie on the picture's border, or one of two neighbours outside. */
typedef struct sheet_sides {
  bool missing[4]; /* corners */
  bool border[4];  /* sides */
  int borders;
} sheet_sides;

static sheet_sides look_at_sheet(const tc_verdict_input *input, const tc_clean_report *report)
{
  sheet_sides s = {0};
  for (int i = 0; i < 4 && report->sheet_found; i++) {
    const tc_point corner = report->sheet.corner[i];
    s.border[i] = is_at_border(corner, report->sheet.corner[(i + 1) % 4], input->capture);
    s.borders += s.border[i] ? 1 : 0;
    s.missing[i] = is_outside(corner, input->capture);
  }
  return s;
}

/* What stands at the picture's edge: letters, rules that do not run through to the other side, lines of text. */
static bool is_print_cut(const tc_verdict_input *input, const tc_clean_report *report, const tc_cuts *cuts, int side)
{
  const int across = (side + 2) % 4;
  const int lines = input->pose->lines_at_edge[(side + 4 - report->turns) % 4];
  /* At the top and the bottom one line alone can be cut; a margin's note ends at the sides. */
  const bool lines_cut =
      side % 2 == 0 ? lines > 0 : lines >= MANY_CUTS || (lines >= 2 && lines >= least_cut_share * input->pose->lines);
  /* What lies close to the end of a sheet that is seen is not cut for that. */
  return cuts->strokes[side] >= MANY_STROKES + 2 * cuts->strokes[across] ||
         cuts->rules[side] >= MANY_RULES + 2 * cuts->rules[across] || (lines_cut && !report->sheet_found);
}

/* Ink at most of its edges: a picture, or a desk. Print is cut on one side, or on two. */
static bool is_framed(const tc_cuts *cuts)
{
  int sides = 0;
  for (int i = 0; i < 4; i++)
    sides += cuts->strokes[i] >= SOME_STROKES ? 1 : 0;
  return sides > 2;
}

static void judge_cuts(const tc_verdict_input *input, tc_clean_report *report)
{
  const tc_cut_input looked = {input->grey,
                               input->binary,
                               (int)(255 - print_depth * 255 * report->quality.contrast),
                               (int)(255 - 255 * report->quality.contrast),
                               input->to_capture,
                               tc_image_width(input->capture),
                               tc_image_height(input->capture),
                               input->capture_dpi};
  if (report->quality.ink > most_ink) /* a picture runs to the edge */
    return;
  const tc_cuts cuts = tc_cut_measure(&looked);
  sheet_sides sheet = look_at_sheet(input, report);
  const bool framed = is_framed(&cuts) || is_picture(input, &report->quality);
  for (int i = 0; i < 4; i++)
    /* A picture trimmed to the sheet on most sides is no cut. */
    if ((!framed && is_print_cut(input, report, &cuts, i)) || (sheet.border[i] && sheet.borders <= 2) ||
        (sheet.missing[i] && sheet.missing[(i + 1) % 4])) {
      complain(&report->quality, TC_FLAW_CUT_OFF, side_place(i, 0));
      sheet.missing[i] = sheet.missing[(i + 1) % 4] = false;
    }
  for (int i = 0; i < 4; i++)
    if (sheet.missing[i])
      complain(&report->quality, TC_FLAW_CUT_OFF, corner_place(i));
}

/* ---- Light ---- */

static bool is_burnt(const tc_image *capture, int x, int y)
{
  const int bytes = tc_image_bytes_per_pixel(capture);
  const uint8_t *pixel = tc_image_row(capture, y) + (size_t)x * (size_t)bytes;
  for (int c = 0; c < bytes; c++)
    if (pixel[c] < BURNT)
      return false;
  return true;
}

/* Of a cell the brightest of 16 samples by its least channel, and whether all of them are burnt out. */
static int brightest_in(const tc_image *capture, int left, int top, bool *burnt)
{
  const int bytes = tc_image_bytes_per_pixel(capture);
  int best = 0;
  *burnt = true;
  for (int y = top; y < top + CELL; y += CELL / 4)
    for (int x = left; x < left + CELL; x += CELL / 4) {
      const uint8_t *pixel = tc_image_row(capture, y) + (size_t)x * (size_t)bytes;
      const int value = bytes == 3 ? (pixel[0] + pixel[1] + pixel[2]) / 3 : pixel[0];
      best = value > best ? value : best;
      *burnt = *burnt && is_burnt(capture, x, y);
    }
  return best;
}

/* The unit square's inverse image: where on the page a capture pixel lies, 0 … 1 both ways; outside it lies off it. */
static bool page_position(const tc_clean_report *report, tc_transform *out, tc_error *err)
{
  const tc_quad unit = {{{0, 0}, {1, 0}, {1, 1}, {0, 1}}};
  return tc_transform_from_quads(&report->sheet, &unit, out, err);
}

typedef struct lighting {
  int levels[256]; /* cells of the page by their brightest sample */
  int cells, burnt;
  int burnt_in[PLACES][PLACES];
} lighting;

static void measure_lighting(const tc_image *capture, const tc_transform *to_page, lighting *out)
{
  for (int y = 0; y + CELL <= tc_image_height(capture); y += CELL)
    for (int x = 0; x + CELL <= tc_image_width(capture); x += CELL) {
      const tc_point p = tc_transform_point(to_page, (tc_point){x + CELL / 2.0, y + CELL / 2.0});
      if (!(p.x > 0.01 && p.y > 0.01 && p.x < 0.99 && p.y < 0.99))
        continue;
      bool burnt;
      out->levels[brightest_in(capture, x, y, &burnt)]++;
      out->cells++;
      out->burnt += burnt ? 1 : 0;
      out->burnt_in[(int)(p.y * PLACES)][(int)(p.x * PLACES)] += burnt ? 1 : 0;
    }
}

static int middle_level(const lighting *l)
{
  int seen = 0;
  for (int value = 0; value < 256; value++) {
    seen += l->levels[value];
    if (seen * 2 > l->cells)
      return value;
  }
  return 255;
}

static tc_place glare_place(const lighting *l)
{
  static const tc_place places[PLACES][PLACES] = {{TC_PLACE_TOP_LEFT, TC_PLACE_TOP, TC_PLACE_TOP_RIGHT},
                                                  {TC_PLACE_LEFT, TC_PLACE_MIDDLE, TC_PLACE_RIGHT},
                                                  {TC_PLACE_BOTTOM_LEFT, TC_PLACE_BOTTOM, TC_PLACE_BOTTOM_RIGHT}};
  int row = 0;
  int column = 0;
  for (int i = 0; i < PLACES * PLACES; i++)
    if (l->burnt_in[i / PLACES][i % PLACES] > l->burnt_in[row][column]) {
      row = i / PLACES;
      column = i % PLACES;
    }
  return places[row][column];
}

static bool judge_light(const tc_verdict_input *input, tc_clean_report *report, tc_error *err)
{
  tc_transform to_page;
  lighting light = {0};
  if (tc_image_bytes_per_pixel(input->capture) == 0)
    return true;
  if (!page_position(report, &to_page, err))
    return false;
  measure_lighting(input->capture, &to_page, &light);
  if (light.cells == 0)
    return true;
  const int paper = middle_level(&light);
  if (paper < darkest_paper)
    complain(&report->quality, TC_FLAW_TOO_DARK, TC_PLACE_PAGE);
  if (paper < brightest_grey_paper && light.burnt > least_glare * light.cells)
    complain(&report->quality, TC_FLAW_GLARE, glare_place(&light));
  return true;
}

bool tc_verdict_judge(const tc_verdict_input *input, tc_clean_report *report, tc_error *err)
{
  tc_quality *quality = &report->quality;
  const double page_dpi = tc_image_shape_of(input->grey)->dpi_x;
  const bool bilevel = tc_image_shape_of(input->capture)->pixel == TC_PIXEL_BILEVEL;
  quality->complaint_count = 0;
  quality->edge_mm = bilevel ? 0 : tc_edge_pixels(input->grey) / page_dpi * 25.4;
  if (bilevel && !tc_edge_complexity(input->binary, page_dpi, &quality->outline, err))
    return false;
  quality->letter_pixels = input->pose->line_inches * input->capture_dpi;
  if (!judge_light(input, report, err))
    return false;
  quality->blank = quality->blank || (input->pose->lines == 0 && quality->ink < ink_without_lines);
  if (quality->blank)
    return true;
  judge_cuts(input, report);
  /* Where there are few pixels, even a sharp edge is wide. */
  const bool blurred =
      (quality->edge_mm > widest_edge_mm && quality->edge_mm / 25.4 * input->capture_dpi > widest_sharp_pixels) ||
      (quality->outline > 0 && quality->outline < least_outline);
  const double least_pixels = input->capture_dpi < coarse_dpi ? least_coarse_pixels : least_letter_pixels;
  if (blurred)
    complain(quality, TC_FLAW_BLURRED, TC_PLACE_PAGE);
  else if (quality->ink <= most_ink && quality->letter_pixels > 0 && quality->letter_pixels < least_pixels)
    complain(quality, TC_FLAW_LOW_RESOLUTION, TC_PLACE_PAGE);
  if (quality->contrast < least_contrast && !is_picture(input, quality))
    complain(quality, TC_FLAW_LOW_CONTRAST, TC_PLACE_PAGE);
  return true;
}
