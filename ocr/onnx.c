/*
 * ONNX Runtime through its C interface: the one file that knows it. The interface is a table of functions that only
 * ever grows at its end: a place in it means the same in every later version of the library. So the few functions that
 * are needed are declared here, at their places, and no header is wanted at build time. GetApi answers NULL where the
 * library is older than the version of the table that is asked for.
 */
#include "ocr/onnx.h"

#include <dlfcn.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

/* Version of the table: all functions below have been in it since 1.0. */
enum { API_VERSION = 12 };
enum { LOG_FATAL = 4, OPTIMISE_ALL = 99, ARENA_ALLOCATOR = 1, MEMORY_DEFAULT = 0, TYPE_FLOAT = 1 };
enum { OUTPUT_MOST = 1 << 24 }; /* numbers of an output: far above any line's */

typedef struct status status;
typedef struct environment environment;
typedef struct session session;
typedef struct session_options session_options;
typedef struct memory_info memory_info;
typedef struct value value;
typedef struct type_info type_info;
typedef void (*unused)(void);

typedef struct api {
  unused before_message[2];
  const char *(*message)(const status *);
  status *(*create_environment)(int log_level, const char *name, environment **out);
  unused before_session[3];
  status *(*create_session)(const environment *, const char *path, const session_options *, session **out);
  unused before_run[1];
  status *(*run)(session *, const void *run_options, const char *const *inputs, const value *const *in, size_t in_count,
                 const char *const *outputs, size_t out_count, value **out);
  status *(*create_options)(session_options **out);
  unused before_pattern[6];
  status *(*disable_memory_pattern)(session_options *);
  unused before_arena[1];
  status *(*disable_arena)(session_options *);
  unused before_level[2];
  status *(*set_log_level)(session_options *, int level);
  status *(*set_optimisation)(session_options *, int level);
  status *(*set_threads)(session_options *, int count);
  status *(*set_threads_between)(session_options *, int count);
  unused before_tensor[23];
  status *(*create_tensor)(const memory_info *, void *data, size_t bytes, const int64_t *shape, size_t rank, int type,
                           value **out);
  unused before_data[1];
  status *(*tensor_data)(value *, void **out);
  unused before_rank[8];
  status *(*tensor_type)(const type_info *, int *out);
  status *(*rank)(const type_info *, size_t *out);
  status *(*shape)(const type_info *, int64_t *out, size_t rank);
  unused before_type[2];
  status *(*type_and_shape)(const value *, type_info **out);
  unused before_memory[3];
  status *(*create_memory_info)(int allocator, int type, memory_info **out);
  unused before_release[22];
  void (*release_environment)(environment *);
  void (*release_status)(status *);
  void (*release_memory_info)(memory_info *);
  void (*release_session)(session *);
  void (*release_value)(value *);
  unused before_release_type[2];
  void (*release_type)(type_info *);
  void (*release_options)(session_options *);
} api;

/* The places, as the library's own header numbers them. */
#define PLACE(function, place) \
  _Static_assert(offsetof(api, function) == (place) * sizeof(unused), #function " has its place in the table")
PLACE(message, 2);
PLACE(create_environment, 3);
PLACE(create_session, 7);
PLACE(run, 9);
PLACE(create_options, 10);
PLACE(disable_memory_pattern, 17);
PLACE(disable_arena, 19);
PLACE(set_log_level, 22);
PLACE(set_threads_between, 25);
PLACE(create_tensor, 49);
PLACE(tensor_data, 51);
PLACE(tensor_type, 60);
PLACE(shape, 62);
PLACE(type_and_shape, 65);
PLACE(create_memory_info, 69);
PLACE(release_environment, 92);
PLACE(release_value, 96);
PLACE(release_options, 100);

typedef struct api_base {
  const api *(*get_api)(uint32_t version);
  const char *(*version)(void);
} api_base;

struct tc_onnx {
  void *library;
  const api *api;
  environment *environment;
  session *session;
  memory_info *memory;
};

void tc_onnx_destroy(tc_onnx *model)
{
  if (model == NULL)
    return;
  if (model->memory != NULL)
    model->api->release_memory_info(model->memory);
  if (model->session != NULL)
    model->api->release_session(model->session);
  if (model->environment != NULL)
    model->api->release_environment(model->environment);
  /* The library stays loaded: it has threads' data and exit handlers of its own, which would point into nothing. */
  free(model);
}

/* A status is NULL for success; another is released here. */
static bool passed(const tc_onnx *model, status *s, tc_code code, const char *what, tc_error *err)
{
  if (s == NULL)
    return true;
  tc_fail(err, code, "ONNX Runtime: %s: %s", what, model->api->message(s));
  model->api->release_status(s);
  return false;
}

static bool load_library(tc_onnx *model, const char *path, tc_error *err)
{
  if (access(path, R_OK) != 0)
    return tc_fail(err, TC_NOT_FOUND, "there is no %s", path);
  model->library = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (model->library == NULL)
    return tc_fail(err, TC_CONFIG, "%s can not be loaded: %s", path, dlerror());
  const api_base *(*get_base)(void) = NULL;
  *(void **)&get_base = dlsym(model->library, "OrtGetApiBase"); /* POSIX's own way of writing this */
  if (get_base != NULL && get_base() != NULL)
    model->api = get_base()->get_api(API_VERSION);
  return model->api != NULL || tc_fail(err, TC_CONFIG, "%s is no ONNX Runtime of version 1.12 or later", path);
}

/* One thread, the caller's: a worker has one core, and its sandbox no need for more. Without the arena and its plans
   memory is given back after each line. */
static bool set_options(const tc_onnx *model, session_options *options, tc_error *err)
{
  const api *a = model->api;
  return passed(model, a->set_log_level(options, LOG_FATAL), TC_INTERNAL, "log level", err) &&
         passed(model, a->set_threads(options, 1), TC_INTERNAL, "threads", err) &&
         passed(model, a->set_threads_between(options, 1), TC_INTERNAL, "threads", err) &&
         passed(model, a->set_optimisation(options, OPTIMISE_ALL), TC_INTERNAL, "optimisation", err) &&
         passed(model, a->disable_memory_pattern(options), TC_INTERNAL, "memory", err) &&
         passed(model, a->disable_arena(options), TC_INTERNAL, "memory", err);
}

static bool load_model(tc_onnx *model, const char *path, tc_error *err)
{
  const api *a = model->api;
  if (access(path, R_OK) != 0)
    return tc_fail(err, TC_NOT_FOUND, "there is no %s", path);
  session_options *options = NULL;
  if (!passed(model, a->create_environment(LOG_FATAL, "truecopy", &model->environment), TC_INTERNAL, "start", err) ||
      !passed(model, a->create_options(&options), TC_INTERNAL, "options", err))
    return false;
  const bool ok =
      set_options(model, options, err) &&
      passed(model, a->create_session(model->environment, path, options, &model->session), TC_CONFIG, path, err);
  a->release_options(options);
  malloc_trim(0); /* reading the model's file took as much again as the model */
  return ok && passed(model, a->create_memory_info(ARENA_ALLOCATOR, MEMORY_DEFAULT, &model->memory), TC_INTERNAL,
                      "memory", err);
}

bool tc_onnx_open(const char *library, const char *path, tc_onnx **out, tc_error *err)
{
  tc_auto(tc_onnx) model = calloc(1, sizeof *model);
  if (model == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a model");
  if (!load_library(model, library, err) || !load_model(model, path, err))
    return false;
  *out = tc_steal(&model);
  return true;
}

/* ---- Running ---- */

/* The numbers in a tensor; 0: more than any line can have, or none. */
static size_t numbers_of(const tc_onnx_tensor *tensor)
{
  size_t count = 1;
  for (size_t i = 0; i < tensor->rank; i++) {
    const int64_t size = tensor->shape[i];
    if (size <= 0 || size > OUTPUT_MOST || count * (size_t)size > OUTPUT_MOST)
      return 0;
    count *= (size_t)size;
  }
  return count;
}

static bool read_shape(const tc_onnx *model, const type_info *info, tc_onnx_tensor *out, tc_error *err)
{
  int type = 0;
  if (!passed(model, model->api->tensor_type(info, &type), TC_INTERNAL, "type", err) ||
      !passed(model, model->api->rank(info, &out->rank), TC_INTERNAL, "shape", err))
    return false;
  if (type != TYPE_FLOAT || out->rank > TC_ONNX_RANK_MAX)
    return tc_fail(err, TC_CONFIG, "the model's output is of another kind");
  return passed(model, model->api->shape(info, out->shape, out->rank), TC_INTERNAL, "shape", err);
}

static bool copy_out(const tc_onnx *model, value *from, tc_onnx_tensor *out, tc_error *err)
{
  tc_auto(tc_onnx_tensor) tensor = {0};
  type_info *info = NULL;
  void *data = NULL;
  if (!passed(model, model->api->type_and_shape(from, &info), TC_INTERNAL, "shape", err))
    return false;
  const bool ok = read_shape(model, info, &tensor, err);
  model->api->release_type(info);
  if (!ok || !passed(model, model->api->tensor_data(from, &data), TC_INTERNAL, "output", err))
    return false;
  const size_t count = numbers_of(&tensor);
  if (count == 0)
    return tc_fail(err, TC_INTERNAL, "the model's output has no sensible size");
  tensor.data = malloc(count * sizeof *tensor.data);
  if (tensor.data == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a model's output");
  memcpy(tensor.data, data, count * sizeof *tensor.data);
  *out = tensor;
  tensor.data = NULL;
  return true;
}

bool tc_onnx_run(tc_onnx *model, tc_onnx_names names, const tc_onnx_tensor *input, tc_onnx_tensor *out, tc_error *err)
{
  value *in = NULL;
  value *result = NULL;
  const size_t bytes = numbers_of(input) * sizeof *input->data;
  if (!passed(model,
              model->api->create_tensor(model->memory, input->data, bytes, input->shape, input->rank, TYPE_FLOAT, &in),
              TC_INTERNAL, "input", err))
    return false;
  const value *const inputs[] = {in};
  const bool ok =
      passed(model, model->api->run(model->session, NULL, &names.input, inputs, 1, &names.output, 1, &result),
             TC_INTERNAL, "run", err) &&
      copy_out(model, result, out, err);
  model->api->release_value(in);
  if (result != NULL)
    model->api->release_value(result);
  return ok;
}
