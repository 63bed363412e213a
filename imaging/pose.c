/*
 * How the text stands, without recognising any of it.
 *
 * Axis: rows of letters alternate with white far more strongly along the lines than across them, and letters smeared
 * sideways become long flat boxes. The page and the page turned by a quarter are both searched for the angle of
 * strongest alternation and for such boxes, and the stronger wins.
 * Top and bottom: in each line the ink above the band of the small letters is weighed against the ink below it. Latin
 * script has more ascenders than descenders, and Vietnamese puts most of its marks above the letters.
 */
#include "imaging/pose.h"

#include "imaging/dewarp.h"
#include "imaging/lept.h"
#include "imaging/light.h"
#include "imaging/resample.h"
#include "imaging/turn.h"

#include <math.h>
#include <stdlib.h>

static const double near_edge_inches = 0.14;     /* no paper's first or last line stands closer to its edge */
static const double near_line_end_inches = 0.08; /* nor does a line begin or end closer */
static const double straight_enough = 0.25;      /* degrees: no line's band is blurred by that */

enum { MAX_LINE_ROWS = 128, FEW_LINES = 3, MANY_LINES = 12, FEW_STROKES = 8 };

static bool letters_of(const tc_image *grey, double dpi, tc_image **out, tc_error *err)
{
  tc_auto(tc_image) binary = NULL;
  return tc_light_binarise(grey, dpi, &binary, err) && tc_lept_keep_letters(binary, dpi, out, err);
}

/* 0 where both axes alternate alike, towards 1 where one is four times as strong. */
static double lead(double winner, double loser)
{
  if (winner <= 0)
    return 0;
  double ratio = loser > 0 ? winner / loser : 4;
  return fmin(1, fmax(0, (ratio - 1) / 1.2));
}

static int ink_in_row(const tc_image *letters, const tc_lept_box *box, int row)
{
  const uint8_t *bits = tc_image_row(letters, box->y + row);
  int count = 0;
  for (int x = box->x; x < box->x + box->width; x++)
    count += (bits[x >> 3] >> (7 - (x & 7))) & 1;
  return count;
}

typedef struct ballot {
  double above, below; /* ink, in line heights */
  double inches;       /* length of all lines */
  int lines;
  int heights[MAX_LINE_ROWS + 1]; /* how many lines are that high */
  int at_edge[4];                 /* how many run into the top, the right, the bottom, the left edge */
} ballot;

/* Weighs the ink outside the band in which the line's rows are at least half as full as its fullest. A line counts by
   its width, but no more than `most`. */
static void weigh_line(const tc_image *letters, const tc_lept_box *box, int most, ballot *votes)
{
  int profile[MAX_LINE_ROWS] = {0};
  int fullest = 0;
  double total = 0;
  for (int y = 0; y < box->height; y++) {
    profile[y] = ink_in_row(letters, box, y);
    total += profile[y];
    fullest = profile[y] > profile[fullest] ? y : fullest;
  }
  if (total <= 0)
    return;
  int top = fullest;
  int bottom = fullest;
  while (top > 0 && profile[top - 1] * 2 >= profile[fullest])
    top--;
  while (bottom + 1 < box->height && profile[bottom + 1] * 2 >= profile[fullest])
    bottom++;
  /* The other edge of the small letters (the baseline, or the top of the bowls) is full, too. */
  for (int y = 0; y < box->height; y++)
    if (profile[y] * 2 >= profile[fullest] && (y < top || y > bottom)) {
      top = y < top ? y : top;
      bottom = y > bottom ? y : bottom;
    }
  double weight = (double)(box->width < most ? box->width : most) / total;
  for (int y = 0; y < top; y++)
    votes->above += profile[y] * weight;
  for (int y = bottom + 1; y < box->height; y++)
    votes->below += profile[y] * weight;
  votes->lines++;
}

/* Boxes that have a text line's size and shape. */
static bool is_line(const tc_lept_box *box, double dpi)
{
  return box->height > dpi * 0.05 && box->height < dpi * 0.4 && box->height <= MAX_LINE_ROWS &&
         box->width > 4 * box->height;
}

/* Letters have a stroke where the rim of a shadow or of a stain has none: a row of them changes from ink to paper and
   back at least as often as the line is long in its own heights. */
static bool has_letters(const tc_image *letters, const tc_lept_box *box)
{
  int most = 0;
  for (int row = box->height / 4; row < box->height * 3 / 4; row++) {
    const uint8_t *bits = tc_image_row(letters, box->y + row);
    int strokes = 0;
    int before = 0;
    for (int x = box->x; x < box->x + box->width; x++) {
      const int here = (bits[x >> 3] >> (7 - (x & 7))) & 1;
      strokes += here && !before ? 1 : 0;
      before = here;
    }
    most = strokes > most ? strokes : most;
  }
  return most >= FEW_STROKES && most * box->height >= box->width;
}

/* A line so close to the page's top or bottom that the one beyond it must be missing. What touches the very edge is
   judged by its strokes: a rim does. */
static void note_edges(const tc_image *letters, double dpi, const tc_lept_box *box, ballot *votes)
{
  enum { RIM = 1 };
  const int near = (int)(dpi * near_edge_inches);
  const int near_end = (int)(dpi * near_line_end_inches);
  const int below = tc_image_height(letters) - box->y - box->height;
  if (!has_letters(letters, box))
    return;
  votes->at_edge[0] += box->y >= RIM && box->y < near ? 1 : 0;
  votes->at_edge[1] += box->x + box->width > tc_image_width(letters) - near_end ? 1 : 0;
  votes->at_edge[2] += below >= RIM && below < near ? 1 : 0;
  votes->at_edge[3] += box->x < near_end ? 1 : 0;
}

static int compare_widths(const void *a, const void *b)
{
  const tc_lept_box *x = a;
  const tc_lept_box *y = b;
  return x->width < y->width ? -1 : x->width > y->width ? 1 : 0;
}

/* Sorts the boxes. The ornaments of a border make lines as wide as the page, and pages with borders have short lines of
   text: the border must not outvote them. */
static int usual_width(tc_lept_box *boxes, int count, double dpi)
{
  int lines = 0;
  for (int i = 0; i < count; i++)
    lines += is_line(&boxes[i], dpi) ? 1 : 0;
  qsort(boxes, (size_t)count, sizeof *boxes, compare_widths);
  int seen = 0;
  for (int i = 0; i < count; i++) {
    seen += is_line(&boxes[i], dpi) ? 1 : 0;
    if (2 * seen > lines)
      return boxes[i].width;
  }
  return 0;
}

static bool weigh_lines(const tc_image *letters, double dpi, ballot *votes, tc_error *err)
{
  tc_lept_box *boxes = NULL;
  int count = 0;
  if (!tc_lept_boxes(letters, (int)fmax(5, dpi * 0.11), 1, &boxes, &count, err))
    return false;
  const int most = usual_width(boxes, count, dpi);
  for (int i = 0; i < count; i++)
    if (is_line(&boxes[i], dpi)) {
      votes->inches += boxes[i].width / dpi;
      votes->heights[boxes[i].height]++;
      note_edges(letters, dpi, &boxes[i], votes);
      weigh_line(letters, &boxes[i], most, votes);
    }
  free(boxes);
  return true;
}

/* Turned back by `skew` about the middle. Rules stand straight now and go; a scanner's streaks went before. */
static bool straighten(const tc_image *letters, double dpi, double skew, tc_image **out, tc_error *err)
{
  int width = tc_image_width(letters);
  int height = tc_image_height(letters);
  tc_transform to_centre = tc_transform_translate(-width / 2.0, -height / 2.0);
  tc_transform turn = tc_transform_rotate(skew);
  tc_transform back = tc_transform_translate(width / 2.0, height / 2.0);
  turn = tc_transform_compose(&to_centre, &turn);
  turn = tc_transform_compose(&turn, &back);
  tc_auto(tc_image) grey = NULL;
  tc_auto(tc_image) straight = NULL;
  return tc_image_to_grey(letters, &grey, err) && tc_grey_warp(grey, &turn, width, height, &straight, err) &&
         letters_of(straight, dpi, out, err);
}

/* The page's letters in one of two ways, and the lines found in them. */
typedef struct view {
  tc_image *letters;
  tc_lept_lines lines;
  ballot votes;
} view;

/* As the page lies, and turned by a quarter clockwise. */
typedef struct views {
  view as_is, on_side;
} views;

static void views_finish(views *v)
{
  tc_image_destroy(v->as_is.letters);
  tc_image_destroy(v->on_side.letters);
}
TC_AUTO_VALUE(views, views_finish);

bool tc_pose_find_top(const tc_image *letters, double dpi, tc_top *out, tc_error *err)
{
  ballot votes = {0};
  tc_auto(tc_image) tall = NULL;
  if (!tc_lept_drop_flat(letters, dpi, &tall, err) || !weigh_lines(tall, dpi, &votes, err))
    return false;
  double sum = votes.above + votes.below;
  *out = (tc_top){0};
  if (votes.lines < FEW_LINES || sum <= 0)
    return true;
  double balance = (votes.above - votes.below) / sum;
  double few = fmin(1, 0.5 + 0.5 * (votes.lines - FEW_LINES) / (MANY_LINES - FEW_LINES));
  *out = (tc_top){.overturned = balance < 0, .confidence = fmin(1, fabs(balance) / 0.2) * few};
  return true;
}

/* Adds half a turn to *pose where the lines stand on their heads. */
static bool find_top(const tc_image *letters, double dpi, tc_pose *pose, tc_error *err)
{
  tc_auto(tc_image) straight = NULL;
  tc_top top;
  bool skewed = fabs(pose->skew) >= straight_enough;
  if ((skewed && !straighten(letters, dpi, pose->skew, &straight, err)) ||
      !tc_pose_find_top(skewed ? straight : letters, dpi, &top, err))
    return false;
  pose->turns = (pose->turns + (top.overturned ? 2 : 0)) % 4;
  pose->turns_confidence = fmin(pose->turns_confidence, top.confidence);
  return true;
}

static bool look(view *v, double dpi, double max_skew, tc_error *err)
{
  return tc_lept_find_lines(v->letters, max_skew, &v->lines, err) && weigh_lines(v->letters, dpi, &v->votes, err);
}

/* Frames and ruled tables alternate in both directions; what has the shape of a line hardly ever does. */
static double evidence(const view *v) { return (v->votes.inches + 0.5) * sqrt(v->lines.score); }

/* The lines' median height, and the edges as `grey` lies: the view is turned from it by so many quarters clockwise. */
static void describe_lines(const view *v, int turned, double dpi, tc_pose *pose)
{
  int seen = 0;
  pose->lines = v->votes.lines;
  for (int i = 0; i < 4; i++)
    pose->lines_at_edge[i] = v->votes.at_edge[(i + turned) % 4];
  for (int height = 0; height <= MAX_LINE_ROWS && pose->line_inches <= 0; height++) {
    seen += v->votes.heights[height];
    if (seen > 0 && seen * 2 >= v->votes.lines)
      pose->line_inches = height / dpi;
  }
}

static bool detect(const tc_image *grey, double dpi, double max_skew, tc_pose *out, tc_error *err)
{
  tc_auto(views) v = {0};
  if (!letters_of(grey, dpi, &v.as_is.letters, err) || !tc_image_turn(v.as_is.letters, 1, &v.on_side.letters, err) ||
      !look(&v.as_is, dpi, max_skew, err) || !look(&v.on_side, dpi, max_skew, err))
    return false;
  bool lying = evidence(&v.on_side) > evidence(&v.as_is);
  const view *best = lying ? &v.on_side : &v.as_is;
  const view *other = lying ? &v.as_is : &v.on_side;
  tc_pose pose = {.turns = lying ? 1 : 0,
                  .turns_confidence = lead(evidence(best), evidence(other)),
                  .skew = best->lines.angle,
                  .skew_confidence = best->lines.confidence};
  describe_lines(best, lying ? 1 : 0, dpi, &pose);
  if (!tc_dewarp_measure(best->letters, dpi, &pose.bend_inches, err) || !find_top(best->letters, dpi, &pose, err))
    return false;
  *out = pose;
  return true;
}

/* The page stands as the caller says: no more is measured than its lines and their skew. */
static bool look_as_told(const tc_image *grey, double dpi, int turns, double max_skew, tc_pose *out, tc_error *err)
{
  tc_auto(tc_image) turned = NULL;
  tc_auto(views) v = {0};
  if (turns % 4 != 0 && !tc_image_turn(grey, turns, &turned, err))
    return false;
  if (!letters_of(turned != NULL ? turned : grey, dpi, &v.as_is.letters, err) || !look(&v.as_is, dpi, max_skew, err))
    return false;
  tc_pose pose = {
      .turns = turns, .turns_confidence = 1, .skew = v.as_is.lines.angle, .skew_confidence = v.as_is.lines.confidence};
  describe_lines(&v.as_is, turns, dpi, &pose);
  if (!tc_dewarp_measure(v.as_is.letters, dpi, &pose.bend_inches, err))
    return false;
  *out = pose;
  return true;
}

bool tc_pose_find(const tc_image *grey, double dpi, int turns, double max_skew, tc_pose *out, tc_error *err)
{
  return turns == TC_TURNS_DETECT ? detect(grey, dpi, max_skew, out, err)
                                  : look_as_told(grey, dpi, turns, max_skew, out, err);
}
