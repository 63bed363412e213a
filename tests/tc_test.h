/*
 * What every test includes: cmocka with its preliminaries, and two checks in the house's error convention.
 */
#pragma once

#include "base/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The call succeeded and left the error alone; prints the error's message otherwise. */
#define assert_ok(call, err)                                                         \
  do {                                                                               \
    bool ok_ = (call);                                                               \
    if (!ok_)                                                                        \
      fail_msg("%s: [%s] %s", #call, tc_code_info((err).code)->name, (err).message); \
    assert_int_equal((err).code, TC_OK);                                             \
  } while (0)

/* The call failed with this code and a message; the error is emptied for the next check. */
#define assert_fails(call, err, expected)                                            \
  do {                                                                               \
    bool ok_ = (call);                                                               \
    if (ok_)                                                                         \
      fail_msg("%s succeeded", #call);                                               \
    if ((err).code != (expected))                                                    \
      fail_msg("%s: [%s] %s", #call, tc_code_info((err).code)->name, (err).message); \
    assert_true((err).message[0] != '\0');                                           \
    tc_error_clear(&(err));                                                          \
  } while (0)
