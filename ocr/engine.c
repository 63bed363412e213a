#include "ocr/engine.h"

#include "ocr/tesseract.h"

bool tc_engine_create(const tc_engine_options *options, tc_engine **out, tc_error *err)
{
  return tc_tesseract.create(options, out, err);
}

void tc_engine_destroy(tc_engine *engine)
{
  if (engine != NULL)
    engine->variant->destroy(engine);
}

bool tc_engine_recognise(tc_engine *engine, const tc_recognise_request *request, tc_page **out, tc_error *err)
{
  const tc_image_shape *shape = tc_image_shape_of(request->image);
  if (shape->pixel == TC_PIXEL_RGB8)
    return tc_fail(err, TC_USAGE, "recognition takes grey or bilevel images");
  tc_auto(tc_page) page = NULL;
  if (!tc_page_create(shape->width, shape->height, shape->dpi_x, &page, err) ||
      !engine->variant->recognise(engine, request, page, err))
    return false;
  *out = tc_steal(&page);
  return true;
}
