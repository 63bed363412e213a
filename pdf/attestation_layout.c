/*
 * One column on A4 with the margins of Decree 30/2020 (left 30 mm, right 20 mm), set from the top down; `y` is the
 * base line's upper bound. What does not fit goes to another page; signature blocks stay together with their date.
 * The QR code with its code and notes stands at the foot of the last page.
 */
#include "pdf/attestation_layout.h"

#include "pdf/flow.h"

#include <math.h>
#include <string.h>

static const double page_width = 595.28, page_height = 841.89;
static const double left = 85, right = 595.28 - 57, foot = 46;
static const double black[3] = {0, 0, 0}, red[3] = {0.76, 0.07, 0.1}, rule[3] = {0.62, 0.62, 0.62};
static const double block_height = 188, qr_size = 82;

static const tc_canvas_style regular = {TC_CANVAS_REGULAR, 12.5, {0}}, bold = {TC_CANVAS_BOLD, 12.5, {0}},
                             italic = {TC_CANVAS_ITALIC, 12.5, {0}}, title_style = {TC_CANVAS_BOLD, 17, {0}},
                             heading = {TC_CANVAS_REGULAR, 11.5, {0}}, heading_bold = {TC_CANVAS_BOLD, 11.5, {0}},
                             note = {TC_CANVAS_REGULAR, 9.5, {0.1, 0.1, 0.1}};

typedef struct layout {
  tc_flow flow;
  const tc_compose_options *options;
  const tc_attestation *attestation;
  tc_compose_result *result;
} layout;

/* The style, smaller where the text would not fit on one line otherwise; not below nine points. */
static tc_canvas_style shrunk(const layout *l, tc_canvas_style style, double room, const char *text)
{
  double width = tc_canvas_width(l->flow.canvas, &style, text);
  if (width > room)
    style.size = fmax(9, style.size * room / width - 0.05);
  return style;
}

/* One of the two headings: its lines, the last one(s) bold, and a rule of a part of the last line's width under it. */
static bool head_column(layout *l, const char *const *lines, double from, double to, size_t first_bold,
                        double rule_share, double *bottom, tc_error *err)
{
  if (lines == NULL || lines[0] == NULL)
    return true;
  tc_flow_column c = {from, to, 0.5, 0, 15};
  double y = l->flow.y, last = 0;
  if (!tc_flow_open(&l->flow, "P", l->flow.section, NULL, err))
    return false;
  for (size_t i = 0; lines[i] != NULL; i++) {
    tc_canvas_style style = i >= first_bold || lines[i + 1] == NULL ? heading_bold : heading;
    style = shrunk(l, style, to - from, lines[i]);
    y = tc_flow_set(&l->flow, &style, &c, y, lines[i]);
    last = fmin(tc_canvas_width(l->flow.canvas, &style, lines[i]), to - from);
  }
  tc_canvas_line(l->flow.canvas, (from + to - last * rule_share) / 2, y - 2.5, (from + to + last * rule_share) / 2,
                 y - 2.5, 0.6, black);
  tc_canvas_end_tag(l->flow.canvas);
  *bottom = fmin(*bottom, y - 4);
  return true;
}

static bool set_heading(layout *l, tc_error *err)
{
  const tc_attestation *a = l->attestation;
  double bottom = l->flow.y;
  if (!head_column(l, a->agency, left - 24, left + 186, SIZE_MAX, 0.4, &bottom, err) ||
      !head_column(l, a->state, left + 196, right + 20, 0, 1, &bottom, err))
    return false;
  l->flow.y = bottom - 26;
  tc_flow_column c = {left, right, 0.5, 0, 24};
  if (!tc_flow_paragraph(&l->flow, "H1", &title_style, &c, a->title, err))
    return false;
  c.leading = 17;
  if (a->subtitle != NULL && !tc_flow_paragraph(&l->flow, "P", &italic, &c, a->subtitle, err))
    return false;
  l->flow.y -= 12;
  return true;
}

static bool paragraphs(layout *l, const char *const *texts, tc_error *err)
{
  const tc_flow_column c = {left, right, 0, 28, 18};
  for (size_t i = 0; texts != NULL && texts[i] != NULL; i++) {
    if (!tc_flow_paragraph(&l->flow, "P", &regular, &c, texts[i], err))
      return false;
    l->flow.y -= 4;
  }
  return true;
}

static bool table_row(layout *l, size_t table, const tc_attestation_row *row, tc_error *err)
{
  const tc_flow_column label = {left + 6, left + 152, 0, 0, 16}, value = {left + 162, right - 6, 0, 0, 16};
  double lines = fmax((double)tc_flow_count(&l->flow, &regular, &label, row->label),
                      (double)tc_flow_count(&l->flow, &bold, &value, row->value));
  double height = lines * 16 + 7;
  size_t row_element = 0;
  if (!tc_flow_need(&l->flow, height, err) || !tc_structure_group(l->flow.structure, "TR", table, &row_element, err) ||
      !tc_flow_open(&l->flow, "TH", row_element, NULL, err))
    return false;
  tc_flow_set(&l->flow, &regular, &label, l->flow.y - 3, row->label);
  tc_canvas_end_tag(l->flow.canvas);
  if (!tc_flow_open(&l->flow, "TD", row_element, NULL, err))
    return false;
  tc_flow_set(&l->flow, &bold, &value, l->flow.y - 3, row->value);
  tc_canvas_end_tag(l->flow.canvas);
  l->flow.y -= height;
  tc_canvas_begin_tag(l->flow.canvas, NULL, -1);
  tc_canvas_line(l->flow.canvas, left, l->flow.y, right, l->flow.y, 0.4, rule);
  tc_canvas_end_tag(l->flow.canvas);
  return true;
}

static bool set_table(layout *l, tc_error *err)
{
  const tc_attestation *a = l->attestation;
  size_t table = 0;
  if (a->row_count == 0)
    return true;
  if (!tc_structure_group(l->flow.structure, "Table", l->flow.section, &table, err))
    return false;
  l->flow.y -= 4;
  tc_canvas_begin_tag(l->flow.canvas, NULL, -1);
  tc_canvas_line(l->flow.canvas, left, l->flow.y, right, l->flow.y, 0.8, black);
  tc_canvas_end_tag(l->flow.canvas);
  for (size_t i = 0; i < a->row_count; i++)
    if (!table_row(l, table, &a->rows[i], err))
      return false;
  l->flow.y -= 9;
  return true;
}

/* The agency's seal as it is known from paper: a double ring, its name along the ring, a star in the middle. */
static void draw_seal(layout *l, const tc_attestation_block *block, tc_pdf_point centre)
{
  const double *colour = l->options->seal_in_colour ? red : black;
  const double outer = 49;
  tc_canvas_style ring = {TC_CANVAS_BOLD, 8, {colour[0], colour[1], colour[2]}};
  tc_canvas_circle(l->flow.canvas, centre, outer, 2, colour);
  tc_canvas_circle(l->flow.canvas, centre, outer - 3.2, 0.6, colour);
  tc_canvas_circle(l->flow.canvas, centre, outer - 17, 0.8, colour);
  const char *const texts[] = {block->seal_top, block->seal_bottom};
  for (int below = 0; below < 2; below++) {
    if (texts[below] == NULL)
      continue;
    ring.size = 8;
    double room = M_PI * (outer - 10) * (below ? 0.8 : 1.1),
           width = tc_canvas_width(l->flow.canvas, &ring, texts[below]);
    if (width > room)
      ring.size *= room / width;
    tc_canvas_begin_instead(l->flow.canvas, texts[below]);
    tc_canvas_arc_text(l->flow.canvas, &ring, centre, below ? outer - 7 : outer - 13, below, texts[below]);
    tc_canvas_end_tag(l->flow.canvas);
  }
  tc_canvas_star(l->flow.canvas, centre, 20, colour);
}

static bool set_block(layout *l, const tc_attestation_block *block, double from, double to, tc_pdf_rect *out,
                      tc_error *err)
{
  const double *colour = block->is_seal && l->options->seal_in_colour ? red : black;
  tc_canvas_style lines = {TC_CANVAS_REGULAR, 9.5, {colour[0], colour[1], colour[2]}};
  tc_flow_column c = {from, to, 0.5, 0, 16};
  double y = l->flow.y, bottom = l->flow.y - block_height;
  if (!tc_flow_open(&l->flow, "P", l->flow.section, NULL, err))
    return false;
  tc_canvas_style top = shrunk(l, bold, to - from, block->heading);
  y = tc_flow_set(&l->flow, &top, &c, y, block->heading);
  if (block->subheading != NULL)
    y = tc_flow_set(&l->flow, &(tc_canvas_style){TC_CANVAS_ITALIC, 11, {0}}, &c, y, block->subheading);
  double name_top = bottom + (block->name != NULL ? 22 : 4);
  size_t line_count = 0;
  tc_flow_column inner = {from + 20, to - 20, 0.5, 0, 12};
  for (size_t i = 0; block->lines != NULL && block->lines[i] != NULL; i++)
    line_count += tc_flow_count(&l->flow, &lines, &inner, block->lines[i]);
  double text_top = block->is_seal ? name_top + (double)line_count * inner.leading + 3
                                   : (y + name_top) / 2 + (double)line_count * inner.leading / 2;
  if (!block->is_seal && line_count > 0)
    tc_canvas_frame(l->flow.canvas,
                    (tc_pdf_rect){from + 16, text_top - (double)line_count * inner.leading - 8, to - 16, text_top + 8},
                    0.5, rule);
  for (size_t i = 0; block->lines != NULL && block->lines[i] != NULL; i++)
    text_top = tc_flow_set(&l->flow, &lines, &inner, text_top, block->lines[i]);
  if (block->name != NULL)
    tc_flow_set(&l->flow, &bold, &c, bottom + 18, block->name);
  tc_canvas_end_tag(l->flow.canvas);
  if (block->is_seal) {
    double room_bottom = name_top + (double)line_count * inner.leading + 4;
    if (!tc_flow_open(&l->flow, "Figure", l->flow.section, block->seal_top != NULL ? block->seal_top : block->heading,
                      err))
      return false;
    draw_seal(l, block, (tc_pdf_point){(from + to) / 2, (y + room_bottom) / 2});
    tc_canvas_end_tag(l->flow.canvas);
  }
  *out = (tc_pdf_rect){from, bottom, to, l->flow.y};
  return true;
}

/* What the foot needs: the QR code or the texts beside it, whichever is higher. */
static double foot_height(const layout *l)
{
  const tc_attestation *a = l->attestation;
  const tc_flow_column c = {left - 22 + (a->qr_payload != NULL ? qr_size + 16 : 0), right, 0, 0, 12};
  double height = (a->code_label != NULL ? 12 : 0) + (a->code != NULL ? 21 : 0);
  for (size_t i = 0; a->notes != NULL && a->notes[i] != NULL; i++)
    height += 12 * (double)tc_flow_count(&l->flow, &note, &c, a->notes[i]);
  height = fmax(height, a->qr_payload != NULL ? qr_size : 0);
  return height > 0 ? height + 14 : 0;
}

static bool set_blocks(layout *l, tc_error *err)
{
  const tc_attestation *a = l->attestation;
  const double gap = 14, half = (right - left + 22 - gap) / 2;
  for (size_t i = 0; i < a->block_count; i += 2) {
    bool last = i + 2 >= a->block_count, alone = i + 1 == a->block_count;
    bool dated = last && a->place_date != NULL;
    if (!tc_flow_need(&l->flow, block_height + (dated ? 22 : 0) + (last ? foot_height(l) + 12 : 0), err))
      return false;
    const tc_flow_column date = {left, right, 1, 0, 18};
    if (dated && !tc_flow_paragraph(&l->flow, "P", &italic, &date, a->place_date, err))
      return false;
    l->flow.y -= 4;
    for (size_t k = i; k < i + 2 && k < a->block_count; k++) {
      double from = k == i && !alone ? left - 22 : left - 22 + half + gap;
      tc_compose_block_result *block = &l->result->blocks[k];
      if (!set_block(l, &a->blocks[k], from, from + half, &block->rect, err))
        return false;
      block->page = tc_canvas_page_count(l->flow.canvas) - 1;
      l->result->block_count = k + 1;
    }
    l->flow.y -= block_height + 8;
  }
  return true;
}

static bool set_foot(layout *l, tc_error *err)
{
  const tc_attestation *a = l->attestation;
  double height = foot_height(l);
  if (height == 0)
    return true;
  if (!tc_flow_need(&l->flow, height, err))
    return false;
  double top = foot + height - 12;
  tc_canvas_begin_tag(l->flow.canvas, NULL, -1);
  tc_canvas_line(l->flow.canvas, left - 22, top + 8, right, top + 8, 0.4, rule);
  tc_canvas_end_tag(l->flow.canvas);
  double from = left - 22;
  if (a->qr_payload != NULL) {
    if (!tc_flow_open(&l->flow, "Figure", l->flow.section, a->qr_description != NULL ? a->qr_description : "QR", err) ||
        !tc_canvas_qr(l->flow.canvas, (tc_pdf_rect){from, top - qr_size, from + qr_size, top}, a->qr_payload, err))
      return false;
    tc_canvas_end_tag(l->flow.canvas);
    from += qr_size + 16;
  }
  tc_flow_column c = {from, right, 0, 0, 12};
  double y = top + 3;
  if (a->code != NULL) {
    if (!tc_flow_open(&l->flow, "P", l->flow.section, NULL, err))
      return false;
    if (a->code_label != NULL)
      y = tc_flow_set(&l->flow, &note, &c, y, a->code_label);
    c.leading = 21;
    y = tc_flow_set(&l->flow, &(tc_canvas_style){TC_CANVAS_BOLD, 17, {0}}, &c, y, a->code);
    tc_canvas_end_tag(l->flow.canvas);
  }
  c.leading = 12;
  for (size_t i = 0; a->notes != NULL && a->notes[i] != NULL; i++) {
    if (!tc_flow_open(&l->flow, "P", l->flow.section, NULL, err))
      return false;
    y = tc_flow_set(&l->flow, &note, &c, y, a->notes[i]);
    tc_canvas_end_tag(l->flow.canvas);
  }
  return true;
}

bool tc_attestation_lay_out(tc_canvas *canvas, tc_structure *structure, size_t document,
                            const tc_compose_options *options, tc_compose_result *result, tc_error *err)
{
  layout l = {.flow = {.canvas = canvas,
                       .structure = structure,
                       .width = page_width,
                       .height = page_height,
                       .top = page_height - (options->sample_notice != NULL ? 66 : 52),
                       .foot = foot},
              .options = options,
              .attestation = options->attestation,
              .result = result};
  const tc_attestation *a = l.attestation;
  if (a->title == NULL || a->block_count > TC_ATTESTATION_BLOCKS_MAX)
    return tc_fail(err, TC_USAGE, "an attestation has a title and at most %d blocks", TC_ATTESTATION_BLOCKS_MAX);
  return tc_structure_group(structure, "Sect", document, &l.flow.section, err) && tc_flow_page(&l.flow, err) &&
         set_heading(&l, err) && paragraphs(&l, a->opening, err) && set_table(&l, err) &&
         paragraphs(&l, a->closing, err) && set_blocks(&l, err) && set_foot(&l, err);
}
