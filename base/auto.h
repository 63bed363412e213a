/*
 * Scope-bound ownership. `tc_auto(T) x = …;` calls T's finisher when x leaves its scope; `tc_steal(&x)` hands a pointer
 * off and leaves NULL behind. A module names the finisher of its type once, beside the type:
 *
 *     TC_AUTO_POINTER(tc_thing, tc_thing_destroy)   for `tc_auto(tc_thing) thing = NULL;`   (a pointer)
 *     TC_AUTO_VALUE(tc_buf, tc_buf_finish)          for `tc_auto(tc_buf) buf = {0};`        (a value)
 *
 * Threading: none of this has state.
 */
#pragma once

#include <stdlib.h>
#include <unistd.h>

#define TC_AUTO_CAT_(a, b) a##b
/* A declaration specifier: the type to write is the one TC_AUTO_… chose for T (a pointer or a value). */
#define tc_auto(T) __attribute__((cleanup(TC_AUTO_CAT_(T, _auto_cleanup)))) TC_AUTO_CAT_(T, _auto_type)

#define TC_AUTO_POINTER(T, destroy)                              \
  typedef T *TC_AUTO_CAT_(T, _auto_type);                        \
  static inline void TC_AUTO_CAT_(T, _auto_cleanup)(T * *object) \
  {                                                              \
    if (*object != NULL)                                         \
      destroy(*object);                                          \
  }                                                              \
  typedef int TC_AUTO_CAT_(T, _auto_needs_semicolon)

#define TC_AUTO_VALUE(T, finish)                                                    \
  typedef T TC_AUTO_CAT_(T, _auto_type);                                            \
  static inline void TC_AUTO_CAT_(T, _auto_cleanup)(T * object) { finish(object); } \
  typedef int TC_AUTO_CAT_(T, _auto_needs_semicolon)

/* Takes the pointer out of *slot and leaves NULL, so that the scope's cleanup has nothing left to do. */
#define tc_steal(slot)                     \
  __extension__({                          \
    __typeof__(*(slot)) stolen_ = *(slot); \
    *(slot) = NULL;                        \
    stolen_;                               \
  })

/* A heap string or block: `tc_auto(tc_str) name = NULL;` */
typedef char tc_str;
static inline void tc_str_free(char *s) { free(s); }
TC_AUTO_POINTER(tc_str, tc_str_free);

/* A file descriptor: `tc_auto(tc_fd) fd = -1;`; tc_fd_steal(&fd) hands it off. */
typedef int tc_fd;
static inline void tc_fd_finish(const int *fd)
{
  if (*fd >= 0)
    close(*fd);
}
TC_AUTO_VALUE(tc_fd, tc_fd_finish);
static inline int tc_fd_steal(int *fd)
{
  int stolen = *fd;
  *fd = -1;
  return stolen;
}
