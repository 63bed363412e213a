#include "imaging/render.h"

#include "imaging/mapping.h"
#include "imaging/turn.h"
#include "imaging/vips_bridge.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

tc_render_options tc_render_options_default(void) { return (tc_render_options){.dpi = 300}; }

static bool map_pdf(int fd, const tc_imaging_limits *limits, tc_mapping *mapping, tc_error *err)
{
  if (!tc_mapping_init(mapping, fd, limits->max_bytes, err))
    return false;
  tc_format format = tc_format_sniff(mapping->bytes);
  return format == TC_FORMAT_PDF || tc_fail(err, TC_FORMAT, "this is %s, not a PDF", tc_format_name(format));
}

static bool is_grey(const tc_image *image)
{
  for (int y = 0; y < tc_image_height(image); y++) {
    const uint8_t *pixel = tc_image_row(image, y);
    for (int x = 0; x < tc_image_width(image); x++, pixel += 3)
      if (pixel[0] != pixel[1] || pixel[0] != pixel[2])
        return false;
  }
  return true;
}

/* Three equal samples become one: nothing is lost. */
static bool drop_colour(tc_image **image, tc_error *err)
{
  if (tc_image_shape_of(*image)->pixel != TC_PIXEL_RGB8 || !is_grey(*image))
    return true;
  tc_image *grey = NULL;
  if (!tc_image_to_grey(*image, &grey, err))
    return false;
  tc_image_destroy(*image);
  *image = grey;
  return true;
}

bool tc_render_pdf_page(int fd, int page, const tc_render_options *options, const tc_imaging_limits *limits,
                        tc_image **out, tc_error *err)
{
  const tc_imaging_limits all = limits != NULL ? *limits : tc_imaging_limits_default();
  const tc_render_options chosen = options != NULL ? *options : tc_render_options_default();
  assert((chosen.width > 0) == (chosen.height > 0));
  if (chosen.width <= 0 && !(chosen.dpi >= 1 && chosen.dpi <= 4800))
    return tc_fail(err, TC_USAGE, "a page cannot be rendered at %g dpi", chosen.dpi);
  tc_auto(tc_mapping) mapping = {0};
  tc_auto(tc_image) image = NULL;
  if (!map_pdf(fd, &all, &mapping, err) || !tc_vips_render(mapping.bytes, page, &chosen, &all, &image, err) ||
      !drop_colour(&image, err))
    return false;
  if (chosen.undo_turns % 4 != 0) {
    tc_image *turned = NULL;
    if (!tc_image_turn(image, 4 - (chosen.undo_turns & 3), &turned, err))
      return false;
    tc_image_destroy(image);
    image = turned;
  }
  *out = tc_steal(&image);
  return true;
}

bool tc_render_page_count(int fd, const tc_imaging_limits *limits, int *out, tc_error *err)
{
  const tc_imaging_limits all = limits != NULL ? *limits : tc_imaging_limits_default();
  tc_auto(tc_mapping) mapping = {0};
  return map_pdf(fd, &all, &mapping, err) && tc_vips_pdf_pages(mapping.bytes, out, err);
}
