/* What a canvas consists of: canvas.c draws, canvas_file.c saves. */
#pragma once

#include "pdf/canvas.h"

typedef struct tc_canvas_page {
  double width, height;
  tc_buf content;
} tc_canvas_page;

struct tc_fonts {
  tc_font *fonts[TC_CANVAS_FONTS];
};

struct tc_canvas {
  tc_font_use fonts[TC_CANVAS_FONTS];
  tc_canvas_page *pages;
  size_t count, capacity;
  tc_canvas_page *page; /* the one that is drawn on */
  bool failed;
};
