/*
 * A model in ONNX form, run by ONNX Runtime on one thread. The library is loaded at run time, so that the program
 * builds and works where it is not installed.
 *
 * Ownership: a model owns its library's handles. Threading: one thread at a time.
 */
#pragma once

#include "base/auto.h"
#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

enum { TC_ONNX_RANK_MAX = 4 };

typedef struct tc_onnx tc_onnx;

typedef struct tc_onnx_tensor {
  float *data; /* row by row, the last dimension together */
  int64_t shape[TC_ONNX_RANK_MAX];
  size_t rank;
} tc_onnx_tensor;

static inline void tc_onnx_tensor_finish(tc_onnx_tensor *tensor) { free(tensor->data); }
TC_AUTO_VALUE(tc_onnx_tensor, tc_onnx_tensor_finish);

/* Opens files alone, for reading: works in a worker's sandbox. Errors: TC_NOT_FOUND (no such library or model),
   TC_CONFIG (they are not what they should be). */
TC_NODISCARD bool tc_onnx_open(const char *library, const char *model, tc_onnx **out, tc_error *err);
void tc_onnx_destroy(tc_onnx *model);
TC_AUTO_POINTER(tc_onnx, tc_onnx_destroy);

typedef struct tc_onnx_names {
  const char *input, *output;
} tc_onnx_names;

/* One input, one output; *out is the caller's. Errors: TC_INTERNAL with the library's words. */
TC_NODISCARD bool tc_onnx_run(tc_onnx *model, tc_onnx_names names, const tc_onnx_tensor *input, tc_onnx_tensor *out,
                              tc_error *err);
