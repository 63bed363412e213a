/*
 * A recognition engine: pixels to words. Variants stand behind one struct of functions, a file each; the caller sees
 * tc_engine_… only. Today there is one, "tesseract" (ocr/tesseract.c, the only file that knows Tesseract).
 *
 * An engine loads its models at creation, so that a sandboxed worker can create it before the sandbox closes, or after
 * it where the model files stay readable. It starts no threads.
 * Ownership: an engine owns its models. Threading: an engine belongs to one thread at a time; several may exist.
 */
#pragma once

#include "imaging/image.h"
#include "imaging/page_map.h"
#include "ocr/page.h"

typedef struct tc_engine tc_engine;

typedef enum tc_layout {
  TC_LAYOUT_PAGE,    /* find blocks and lines */
  TC_LAYOUT_SPARSE,  /* find words anywhere, no blocks */
  TC_LAYOUT_BLOCK,   /* one block of lines of one size */
  TC_LAYOUT_LINE,    /* one line */
  TC_LAYOUT_RAW_LINE /* the image is one line and nothing else: no layout at all */
} tc_layout;

typedef struct tc_engine_options {
  const char *data_folder; /* the models; NULL or "": the engine's own default */
  const char *languages;   /* the engine's names of its models, joined by '+': "vie", "Vietnamese" */
  int timeout_ms;          /* of one call; 0: none. A call that takes longer fails with TC_TIMEOUT */
} tc_engine_options;

typedef struct tc_recognise_request {
  const tc_image *image;  /* GREY8 or BILEVEL, dark on light, upright */
  const tc_box *region;   /* pixels of the image; NULL: the whole. It is cut at the image's edges */
  const tc_page_map *map; /* image pixels → capture pixels; NULL: the same */
  tc_layout layout;
  const char *signs; /* the only ones that can stand there, UTF-8; NULL: any */
} tc_recognise_request;

/* Errors: TC_CONFIG where a model is missing or damaged (the message names the folder and the language). */
TC_NODISCARD bool tc_engine_create(const tc_engine_options *options, tc_engine **out, tc_error *err);
void tc_engine_destroy(tc_engine *engine);
TC_AUTO_POINTER(tc_engine, tc_engine_destroy);

/* The page has the whole image's size; its boxes count from the image's origin, also for a region. A page without
   words is no error. Errors: TC_USAGE (an RGB image, an empty region), TC_TIMEOUT, TC_INTERNAL. */
TC_NODISCARD bool tc_engine_recognise(tc_engine *engine, const tc_recognise_request *request, tc_page **out,
                                      tc_error *err);

/* What a variant implements. */
typedef struct tc_engine_variant {
  const char *name;
  bool (*create)(const tc_engine_options *options, tc_engine **out, tc_error *err);
  void (*destroy)(tc_engine *engine);
  bool (*recognise)(tc_engine *engine, const tc_recognise_request *request, tc_page *into, tc_error *err);
} tc_engine_variant;

/* The head of every variant's own struct. */
struct tc_engine {
  const tc_engine_variant *variant;
};
