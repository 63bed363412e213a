#include "imaging/page_map.h"

#include <math.h>

struct tc_page_map {
  tc_transform transform, inverse;
  tc_bend bend;
};

bool tc_page_map_create(const tc_transform *transform, const tc_bend *bend, tc_page_map **out, tc_error *err)
{
  tc_auto(tc_page_map) map = calloc(1, sizeof *map);
  if (map == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for the map of a page");
  map->transform = *transform;
  if (!tc_transform_invert(transform, &map->inverse, err) || (bend != NULL && !tc_bend_copy(bend, &map->bend, err)))
    return false;
  *out = tc_steal(&map);
  return true;
}

bool tc_page_map_copy(const tc_page_map *map, tc_page_map **out, tc_error *err)
{
  return tc_page_map_create(&map->transform, &map->bend, out, err);
}

void tc_page_map_destroy(tc_page_map *map)
{
  if (map == NULL)
    return;
  tc_bend_finish(&map->bend);
  free(map);
}

const tc_transform *tc_page_map_transform(const tc_page_map *map) { return &map->transform; }
const tc_bend *tc_page_map_bend(const tc_page_map *map) { return &map->bend; }

tc_point tc_page_map_point(const tc_page_map *map, tc_point on_page)
{
  return tc_transform_point(&map->transform, tc_bend_point(&map->bend, on_page));
}

tc_quad tc_page_map_box(const tc_page_map *map, double x, double y, double width, double height)
{
  const tc_quad box = {{{x, y}, {x + width, y}, {x + width, y + height}, {x, y + height}}};
  tc_quad out;
  for (int i = 0; i < 4; i++)
    out.corner[i] = tc_page_map_point(map, box.corner[i]);
  return out;
}

/* A bend changes slowly against its own size, so that taking it back where one last stood comes to rest. */
tc_point tc_page_map_back(const tc_page_map *map, tc_point in_capture)
{
  enum { ROUNDS = 40 };
  const double near = 0.005;
  const tc_point bent = tc_transform_point(&map->inverse, in_capture);
  tc_point flat = bent;
  for (int i = 0; i < ROUNDS; i++) {
    const tc_point seen = tc_bend_point(&map->bend, flat);
    flat.x += bent.x - seen.x;
    flat.y += bent.y - seen.y;
    if (fabs(bent.x - seen.x) < near && fabs(bent.y - seen.y) < near)
      break;
  }
  return flat;
}
