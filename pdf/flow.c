#include "pdf/flow.h"

#include <string.h>

bool tc_flow_page(tc_flow *f, tc_error *err)
{
  f->y = f->top;
  return tc_canvas_add_page(f->canvas, f->width, f->height, err);
}

bool tc_flow_need(tc_flow *f, double height, tc_error *err)
{
  if (height > f->top - f->foot)
    return tc_fail(err, TC_LIMIT, "a text is longer than a page");
  return f->y - height >= f->foot || tc_flow_page(f, err);
}

bool tc_flow_open(tc_flow *f, const char *type, size_t parent, const char *alt, tc_error *err)
{
  int mcid = 0;
  size_t page = tc_canvas_page_count(f->canvas) - 1;
  if (!tc_structure_leaf(f->structure, type, parent, page, alt, &mcid, err))
    return false;
  tc_canvas_begin_tag(f->canvas, type, mcid);
  return true;
}

static const char *skip_blanks(const char *text)
{
  while (*text == ' ')
    text++;
  return text;
}

size_t tc_flow_count(const tc_flow *f, const tc_canvas_style *style, const tc_flow_column *c, const char *text)
{
  size_t lines = 0;
  for (; *text != '\0'; lines++) {
    double indent = lines == 0 ? c->indent : 0;
    text = skip_blanks(text + tc_canvas_fit(f->canvas, style, c->right - c->left - indent, text));
  }
  return lines;
}

double tc_flow_set(const tc_flow *f, const tc_canvas_style *style, const tc_flow_column *c, double top,
                   const char *text)
{
  double indent = c->indent;
  while (*text != '\0') {
    size_t size = tc_canvas_fit(f->canvas, style, c->right - c->left - indent, text);
    char *line = malloc(size + 2);
    top -= c->leading;
    if (line != NULL) {
      memcpy(line, text, size);
      line[size] = line[size + 1] = '\0';
      double from = c->left + indent, room = c->right - from - tc_canvas_width(f->canvas, style, line);
      line[size] = ' '; /* for readers, which join the lines of a paragraph as they find them */
      tc_canvas_text(f->canvas, style, from + c->align * room, top + 0.26 * style->size, 0, line);
    }
    free(line);
    text = skip_blanks(text + size);
    indent = 0;
  }
  return top;
}

bool tc_flow_paragraph(tc_flow *f, const char *type, const tc_canvas_style *style, const tc_flow_column *c,
                       const char *text, tc_error *err)
{
  if (!tc_flow_need(f, (double)tc_flow_count(f, style, c, text) * c->leading, err) ||
      !tc_flow_open(f, type, f->section, NULL, err))
    return false;
  f->y = tc_flow_set(f, style, c, f->y, text);
  tc_canvas_end_tag(f->canvas);
  return true;
}
