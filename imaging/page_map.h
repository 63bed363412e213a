/*
 * From the pixels of a clean page to those of the capture and back: first the bend of a sheet that did not lie flat,
 * if it has one, then the projective transform. Coordinates as in image.h.
 * Ownership: a map owns what it holds; nothing it was made of needs to live on. Threading: immutable once made.
 */
#pragma once

#include "base/auto.h"
#include "imaging/bend.h"

typedef struct tc_page_map tc_page_map;

/* `bend` NULL: the page is flat. TC_USAGE where the transform is singular, TC_NO_MEMORY. */
TC_NODISCARD bool tc_page_map_create(const tc_transform *transform, const tc_bend *bend, tc_page_map **out,
                                     tc_error *err);
TC_NODISCARD bool tc_page_map_copy(const tc_page_map *map, tc_page_map **out, tc_error *err);
void tc_page_map_destroy(tc_page_map *map); /* takes NULL */
TC_AUTO_POINTER(tc_page_map, tc_page_map_destroy);

const tc_transform *tc_page_map_transform(const tc_page_map *map); /* the projective part */
const tc_bend *tc_page_map_bend(const tc_page_map *map);           /* without nodes where the page is flat */

tc_point tc_page_map_point(const tc_page_map *map, tc_point on_page);
/* The corners of the rectangle (x, y, width, height) of the page. A straight box stays straight: over a bend, ask word
   by word. */
tc_quad tc_page_map_box(const tc_page_map *map, double x, double y, double width, double height);
/* The point of the page that is seen there; to within a hundredth of a pixel of the page. */
tc_point tc_page_map_back(const tc_page_map *map, tc_point in_capture);
