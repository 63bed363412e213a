/*
 * The error value. The caller owns a tc_error, zeroed; a function that fails fills it and returns false, a function
 * that succeeds leaves it alone. The first cause wins: a second failure on the same value does not overwrite it.
 * Context is added only where it informs (tc_error_prefix: "page 3: …"). No allocation, no global state.
 * Threading: a value belongs to one thread at a time.
 */
#pragma once

#include <stdbool.h>

#define TC_NODISCARD __attribute__((warn_unused_result))
#define TC_PRINTF(format_index, first_index) __attribute__((format(printf, format_index, first_index)))
#define TC_ARRAY_LEN(array) (sizeof(array) / sizeof((array)[0]))

/* One short list; tc_code_row maps each to a stable name, an exit status and an HTTP status. */
typedef enum tc_code {
  TC_OK = 0,
  TC_USAGE,       /* wrong call: an option, an argument, a request that makes no sense */
  TC_CONFIG,      /* a setting or a data file (paper type, policy) is wrong */
  TC_NOT_FOUND,   /* a file, a record or a key is not there */
  TC_DENIED,      /* not allowed: permissions, a wrong PIN */
  TC_CONFLICT,    /* the state forbids it: already certified, a stale version */
  TC_FORMAT,      /* content that cannot be read: damaged, or not what its name says */
  TC_UNSUPPORTED, /* a well-formed thing that truecopy does not take */
  TC_ENCRYPTED,   /* encrypted input */
  TC_LIMIT,       /* larger than a setting allows */
  TC_TIMEOUT,     /* took longer than a setting allows */
  TC_IO,          /* reading or writing failed */
  TC_NO_SPACE,    /* the disk is full */
  TC_NO_MEMORY,
  TC_DATABASE, /* PostgreSQL refused or is away */
  TC_NETWORK,  /* a server (time-stamps, OCSP) refused or is away */
  TC_CRYPTO,   /* a cryptographic operation failed */
  TC_WORKER,   /* a worker process died or broke its protocol */
  TC_INTERNAL, /* a fault of truecopy itself */
  TC_CODE_COUNT
} tc_code;

typedef struct tc_error {
  tc_code code;      /* TC_OK: empty */
  int sys_errno;     /* errno of the first cause, or 0 */
  const char *where; /* function of the first cause; static storage */
  char message[480]; /* one line, UTF-8, in English; names the file, the place and the way out */
} tc_error;

typedef struct tc_code_row {
  tc_code code;
  const char *name; /* stable, snake_case: the "code" of JSON errors */
  int exit_status;  /* of the program */
  int http_status;
  const char *title; /* a short sentence for the RFC 9457 "title" */
} tc_code_row;

/* The row of a code; of TC_INTERNAL for a value outside the list. Never NULL. */
const tc_code_row *tc_code_info(tc_code code);
/* The code of a stable name; TC_INTERNAL for an unknown one. */
tc_code tc_code_from_name(const char *name);

/* Spelt out for the compiler and its analyser, which do not see into tc_error_set. */
#define TC_FALSE_AFTER_(call) \
  __extension__({             \
    (void)(call);             \
    false;                    \
  })

/* Fills *err if it is empty, and returns false, so that `return tc_fail(err, TC_FORMAT, "…");` reads as one step.
   err may be NULL. Cuts the message at a UTF-8 boundary. */
#define tc_fail(err, code, ...) TC_FALSE_AFTER_(tc_error_set((err), (code), 0, __func__, __VA_ARGS__))
/* The same with errno's meaning appended; ENOSPC and EDQUOT become TC_NO_SPACE, ENOMEM TC_NO_MEMORY, ENOENT
   TC_NOT_FOUND, EACCES and EPERM TC_DENIED, anything else the code given. */
#define tc_fail_errno(err, code, number, ...) \
  TC_FALSE_AFTER_(tc_error_set((err), (code), (number), __func__, __VA_ARGS__))
bool tc_error_set(tc_error *err, tc_code code, int sys_errno, const char *where, const char *format, ...)
    TC_PRINTF(5, 6);

/* Puts "prefix: " before the message of a filled error; returns false. */
#define tc_error_prefix(err, ...) TC_FALSE_AFTER_(tc_error_add_prefix((err), __VA_ARGS__))
bool tc_error_add_prefix(tc_error *err, const char *format, ...) TC_PRINTF(2, 3);
/* Empties the error, for a caller that handled it. */
void tc_error_clear(tc_error *err);
