/*
 * Settings. Each module exports a const table of its settings; service/ puts the tables together and loads, in rising
 * order of precedence: the table's default, the settings file, the environment, the command line. The parser, the
 * `settings` command and docs/settings.md all come from the tables.
 *
 *   file         name = value, one a line                              imaging.max_pixels = 120000000
 *   environment  TRUECOPY_ + the name in capitals, dots as underscores  TRUECOPY_IMAGING_MAX_PIXELS=…
 *   flag         --set name=value
 *
 * In the file a # at the start of a line or after a blank starts a comment; double quotes around a value keep its
 * blanks and #; a name stands there once. Variables TRUECOPY_SHARED, TRUECOPY_SETTINGS and TRUECOPY_TEST_… are no
 * settings.
 *
 * Ownership: tc_settings owns its values, getters return borrowed text; the tables are static.
 * Threading: immutable once loaded, shared freely. Asking for a name that no table has is a programming error (assert).
 */
#pragma once

#include "base/json.h"

typedef enum tc_setting_kind {
  TC_SETTING_TEXT,    /* UTF-8 text; min and max bound its bytes, max 0 means 4096 */
  TC_SETTING_INTEGER, /* min ≤ value ≤ max */
  TC_SETTING_BOOLEAN, /* true or false */
  TC_SETTING_CHOICE,  /* one of `choices` */
  TC_SETTING_SECRET   /* a text that is never printed; `settings` shows whether it is set */
} tc_setting_kind;

typedef struct tc_setting {
  const char *name; /* module.word_word */
  tc_setting_kind kind;
  const char *fallback; /* the default, as it would stand in the file */
  int64_t min, max;
  const char *const *choices; /* NULL-terminated, for TC_SETTING_CHOICE */
  const char *help;           /* one sentence; units in it */
} tc_setting;

typedef struct tc_settings_table {
  const tc_setting *rows;
  size_t count;
} tc_settings_table;

typedef struct tc_settings tc_settings;

typedef struct tc_settings_sources {
  const char *file;           /* NULL: none. A file that is named must exist */
  const char *const *environ; /* NULL: none; otherwise as in environ(7) */
  const char *const *flags;   /* "name=value" …, NULL-terminated; NULL: none */
} tc_settings_sources;

/* The tables must outlive *out. Errors (TC_CONFIG) name the source, the line and the permitted range; an unknown name
   in file or flags is an error, in the environment it is one too when it starts with TRUECOPY_. */
TC_NODISCARD bool tc_settings_load(const tc_settings_table *tables, size_t count, const tc_settings_sources *sources,
                                   tc_settings **out, tc_error *err);
void tc_settings_destroy(tc_settings *settings);
TC_AUTO_POINTER(tc_settings, tc_settings_destroy);

const char *tc_settings_text(const tc_settings *settings, const char *name); /* text, choice and secret */
int64_t tc_settings_integer(const tc_settings *settings, const char *name);
bool tc_settings_boolean(const tc_settings *settings, const char *name);

/* Where a value came from: "default", "file", "environment", "flag" or, of tc_settings_from_json, "parent". */
const char *tc_settings_origin(const tc_settings *settings, const char *name);
/* All rows in the order of the tables: calls `visit` with each. */
void tc_settings_each(const tc_settings *settings, void (*visit)(const tc_setting *row, const char *value, void *data),
                      void *data);
/* All values as one JSON object name → text (secrets left out), for workers; and back. */
TC_NODISCARD bool tc_settings_to_json(const tc_settings *settings, tc_json **out, tc_error *err);
TC_NODISCARD bool tc_settings_from_json(const tc_settings_table *tables, size_t count, const tc_json *values,
                                        tc_settings **out, tc_error *err);
