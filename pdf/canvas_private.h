/* What a canvas consists of: canvas.c draws, canvas_file.c saves. */
#pragma once

#include "pdf/canvas.h"

#include <hpdf.h>

struct tc_fonts {
  tc_font *fonts[TC_CANVAS_FONTS];
};

struct tc_canvas {
  HPDF_Doc doc;
  HPDF_Font stand_ins[TC_CANVAS_FONTS]; /* NULL: not used yet */
  tc_font_use fonts[TC_CANVAS_FONTS];
  HPDF_Page *pages;
  size_t count, capacity;
  HPDF_Page page; /* the one that is drawn on */
};
