/*
 * Private to pdf/: text that flows down pages: lines broken to a column, paragraphs that are tagged, a new page where
 * one is full. Points; y is where the next line's top is.
 */
#pragma once

#include "pdf/canvas.h"
#include "pdf/structure.h"

typedef struct tc_flow {
  tc_canvas *canvas;
  tc_structure *structure;
  size_t section;       /* the structure element that holds what is set */
  double width, height; /* of a page */
  double top, foot;     /* where text starts and must end */
  double y;
} tc_flow;

typedef struct tc_flow_column {
  double left, right;
  double align;  /* as in tc_canvas_text */
  double indent; /* of the first line */
  double leading;
} tc_flow_column;

TC_NODISCARD bool tc_flow_page(tc_flow *flow, tc_error *err);
/* A new page unless so much room is left. */
TC_NODISCARD bool tc_flow_need(tc_flow *flow, double height, tc_error *err);
/* Opens a structure element and its marked content on the last page; the caller ends the tag. */
TC_NODISCARD bool tc_flow_open(tc_flow *flow, const char *type, size_t parent, const char *alt, tc_error *err);

size_t tc_flow_count(const tc_flow *flow, const tc_canvas_style *style, const tc_flow_column *column, const char *text);
/* Sets text from `top` down, untagged; returns where it ends. */
double tc_flow_set(const tc_flow *flow, const tc_canvas_style *style, const tc_flow_column *column, double top,
                   const char *text);
TC_NODISCARD bool tc_flow_paragraph(tc_flow *flow, const char *type, const tc_canvas_style *style,
                                    const tc_flow_column *column, const char *text, tc_error *err);
