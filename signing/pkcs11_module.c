/* Loading PKCS#11 modules, and the meaning of their return values. */
#include "signing/pkcs11.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

typedef struct tc_p11_module {
  struct tc_p11_module *next;
  char *path;
  void *library;
  CK_FUNCTION_LIST *functions;
  size_t holders;
  bool finalize; /* we initialised it */
} tc_p11_module;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static tc_p11_module *loaded;

static void module_free(tc_p11_module *module)
{
  if (module->library != NULL)
    dlclose(module->library);
  free(module->path);
  free(module);
}
TC_AUTO_POINTER(tc_p11_module, module_free);

static const struct {
  CK_RV rv;
  tc_code code;
  const char *text;
} returns[] = {
    {CKR_PIN_INCORRECT, TC_DENIED, "the PIN is wrong"},
    {CKR_PIN_INVALID, TC_DENIED, "the PIN has characters that the token does not take"},
    {CKR_PIN_LEN_RANGE, TC_DENIED, "the PIN is too short or too long"},
    {CKR_PIN_EXPIRED, TC_DENIED, "the PIN has expired"},
    {CKR_PIN_LOCKED, TC_DENIED, "the token is locked"},
    {CKR_USER_NOT_LOGGED_IN, TC_DENIED, "the token wants a login"},
    {CKR_USER_PIN_NOT_INITIALIZED, TC_DENIED, "the token has no user PIN yet"},
    {CKR_SESSION_HANDLE_INVALID, TC_DENIED, "the session with the token has ended"},
    {CKR_SESSION_CLOSED, TC_DENIED, "the session with the token has ended"},
    {CKR_TOKEN_NOT_PRESENT, TC_NOT_FOUND, "the token is not there"},
    {CKR_DEVICE_REMOVED, TC_NOT_FOUND, "the token was removed"},
    {CKR_SLOT_ID_INVALID, TC_NOT_FOUND, "the token's slot is gone"},
    {CKR_TOKEN_NOT_RECOGNIZED, TC_UNSUPPORTED, "the token is not one this module knows"},
    {CKR_TOKEN_WRITE_PROTECTED, TC_DENIED, "the token is write-protected"},
    {CKR_MECHANISM_INVALID, TC_UNSUPPORTED, "the token does not know this mechanism"},
    {CKR_MECHANISM_PARAM_INVALID, TC_UNSUPPORTED, "the token does not take these parameters"},
    {CKR_KEY_FUNCTION_NOT_PERMITTED, TC_DENIED, "the key is not for signing"},
    {CKR_HOST_MEMORY, TC_NO_MEMORY, "no memory"},
    {CKR_DEVICE_MEMORY, TC_NO_SPACE, "the token is full"},
    {CKR_DEVICE_ERROR, TC_CRYPTO, "the token failed"},
    {CKR_FUNCTION_CANCELED, TC_DENIED, "it was cancelled at the token"},
};

bool tc_p11_error(tc_error *err, CK_RV rv, const char *where, const char *format, ...)
{
  char what[300];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(what, sizeof what, format, arguments); /* NOLINT(clang-analyzer-valist.Uninitialized): started above */
  va_end(arguments);
  for (size_t i = 0; i < TC_ARRAY_LEN(returns); i++)
    if (returns[i].rv == rv)
      return tc_error_set(err, returns[i].code, 0, where, "%s: %s", what, returns[i].text);
  return tc_error_set(err, TC_CRYPTO, 0, where, "%s: PKCS#11 error 0x%lx", what, (unsigned long)rv);
}

static tc_p11_module *find_loaded(const char *path)
{
  for (tc_p11_module *module = loaded; module != NULL; module = module->next)
    if (strcmp(module->path, path) == 0)
      return module;
  return NULL;
}

static bool load(const char *path, tc_p11_module **out, tc_error *err)
{
  tc_auto(tc_p11_module) module = calloc(1, sizeof *module);
  if (module == NULL || !tc_str_copy(path, &module->path, err))
    return tc_fail(err, TC_NO_MEMORY, "no memory for a PKCS#11 module");
  module->library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (module->library == NULL)
    return tc_fail(err, TC_NOT_FOUND, "the PKCS#11 module cannot be loaded: %s", dlerror());
  CK_C_GetFunctionList get = NULL;
  *(void **)&get = dlsym(module->library, "C_GetFunctionList"); /* POSIX's own way of writing this */
  if (get == NULL || get(&module->functions) != CKR_OK || module->functions == NULL)
    return tc_fail(err, TC_CONFIG, "%s is no PKCS#11 module", path);
  CK_C_INITIALIZE_ARGS arguments = {.flags = CKF_OS_LOCKING_OK};
  CK_RV rv = module->functions->C_Initialize(&arguments);
  if (rv != CKR_OK && rv != CKR_CRYPTOKI_ALREADY_INITIALIZED)
    return tc_fail_p11(err, rv, "%s could not be initialised", path);
  module->finalize = rv == CKR_OK;
  ERR_clear_error(); /* a module on the same libcrypto leaves its own errors in our queue */
  *out = tc_steal(&module);
  return true;
}

bool tc_p11_module_get(const char *path, struct tc_p11_module **out, tc_error *err)
{
  pthread_mutex_lock(&lock);
  tc_p11_module *module = find_loaded(path);
  bool ok = module != NULL || load(path, &module, err);
  if (ok && module != NULL) {
    if (module->holders++ == 0) {
      module->next = loaded;
      loaded = module;
    }
    *out = module;
  }
  pthread_mutex_unlock(&lock);
  return ok;
}

CK_FUNCTION_LIST *tc_p11_module_functions(struct tc_p11_module *module) { return module->functions; }

void tc_p11_module_release(struct tc_p11_module *module)
{
  pthread_mutex_lock(&lock);
  if (--module->holders == 0) {
    tc_p11_module **at = &loaded;
    while (*at != module)
      at = &(*at)->next;
    *at = module->next;
    if (module->finalize)
      module->functions->C_Finalize(NULL);
    module_free(module);
  }
  pthread_mutex_unlock(&lock);
}
