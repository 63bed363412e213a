#include "imaging/jbig2_stream.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <jbig2.h>

enum { SPARE_BYTES = 16 << 20 };

/* The first thing the decoder complained of. */
typedef struct complaint {
  bool fatal;
  char text[200];
} complaint;

static void on_message(void *data, const char *message, Jbig2Severity severity, uint32_t segment)
{
  (void)segment;
  complaint *said = data;
  /* It warns of what it then leaves out of the picture, too. */
  if (severity < JBIG2_SEVERITY_WARNING || said->fatal)
    return;
  said->fatal = true;
  snprintf(said->text, sizeof said->text, "%s", message);
}

/* The stream states sizes of its own, which the decoder would believe: no block may exceed what the page can need. */
typedef struct bounded_allocator {
  Jbig2Allocator base;
  size_t largest;
} bounded_allocator;

static void *bounded_alloc(Jbig2Allocator *allocator, size_t size)
{
  return size <= ((bounded_allocator *)allocator)->largest ? malloc(size) : NULL;
}

static void *bounded_realloc(Jbig2Allocator *allocator, void *block, size_t size)
{
  return size <= ((bounded_allocator *)allocator)->largest ? realloc(block, size) : NULL;
}

static void bounded_free(Jbig2Allocator *allocator, void *block)
{
  (void)allocator;
  free(block);
}

typedef Jbig2Ctx jbig2_context;
static void context_free(Jbig2Ctx *context) { jbig2_ctx_free(context); }
TC_AUTO_POINTER(jbig2_context, context_free);

typedef Jbig2GlobalCtx jbig2_globals;
static void globals_free(Jbig2GlobalCtx *globals) { jbig2_global_ctx_free(globals); }
TC_AUTO_POINTER(jbig2_globals, globals_free);

static bool fail_with(const complaint *said, tc_error *err)
{
  return tc_fail(err, TC_FORMAT, "the JBIG2 image is damaged or incomplete: %s",
                 said->text[0] != '\0' ? said->text : "no page in it");
}

static bool feed(Jbig2Ctx *context, tc_bytes bytes, const complaint *said, tc_error *err)
{
  if (context == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory to decode a JBIG2 image");
  return (jbig2_data_in(context, bytes.data, bytes.size) >= 0 && !said->fatal) || fail_with(said, err);
}

bool tc_jbig2_decode(const tc_encoded_image *image, tc_image **out, tc_error *err)
{
  complaint said = {0};
  size_t page_size = ((size_t)image->width + 7) / 8 * (size_t)image->height;
  bounded_allocator memory = {{bounded_alloc, bounded_free, bounded_realloc}, page_size * 4 + SPARE_BYTES};
  tc_auto(jbig2_globals) globals = NULL;
  if (image->globals.size > 0) {
    Jbig2Ctx *context = jbig2_ctx_new(&memory.base, JBIG2_OPTIONS_EMBEDDED, NULL, on_message, &said);
    if (!feed(context, image->globals, &said, err)) {
      if (context != NULL)
        jbig2_ctx_free(context);
      return false;
    }
    globals = jbig2_make_global_ctx(context); /* takes the context */
  }
  tc_auto(jbig2_context) context = jbig2_ctx_new(&memory.base, JBIG2_OPTIONS_EMBEDDED, globals, on_message, &said);
  if (!feed(context, image->bytes, &said, err))
    return false;
  jbig2_complete_page(context);
  Jbig2Image *page = jbig2_page_out(context);
  if (page == NULL || said.fatal) {
    if (page != NULL)
      jbig2_release_page(context, page);
    return fail_with(&said, err);
  }
  bool fits = page->width == (uint32_t)image->width && page->height == (uint32_t)image->height;
  const tc_image_shape shape = {.pixel = TC_PIXEL_BILEVEL, .width = image->width, .height = image->height};
  const tc_bytes pixels = {page->data, (size_t)page->stride * page->height};
  bool ok = fits ? tc_image_from_pixels(&shape, pixels, page->stride, out, err)
                 : tc_fail(err, TC_UNSUPPORTED, "the JBIG2 image has %" PRIu32 " × %" PRIu32 " pixels, not %d × %d",
                           page->width, page->height, image->width, image->height);
  jbig2_release_page(context, page);
  return ok;
}
