/*
 * What settings.c (values and their checks) and settings_sources.c (file, environment, flags) share. Private to base/.
 */
#pragma once

#include "base/settings.h"

typedef struct tc_settings_entry {
  const tc_setting *row;
  char *value;
  int64_t integer;
  bool boolean;
  const char *origin;
} tc_settings_entry;

struct tc_settings {
  tc_settings_entry *entries;  /* in the order of the tables */
  tc_settings_entry **by_name; /* sorted, for bsearch */
  size_t count;
};

/* Where a value stands, for messages. */
typedef struct tc_settings_place {
  const char *origin;
  const char *name; /* of the file, or NULL */
  int line;         /* in the file */
} tc_settings_place;

/* Puts the place before the error's message; returns false. */
bool tc_settings_fail_at(const tc_settings_place *at, tc_error *err);
TC_NODISCARD bool tc_settings_assign(tc_settings_entry *slot, const char *value, const tc_settings_place *at,
                                     tc_error *err);
TC_NODISCARD bool tc_settings_assign_named(tc_settings *settings, const char *name, const char *value,
                                           const tc_settings_place *at, tc_error *err);

TC_NODISCARD bool tc_settings_load_file(tc_settings *settings, const char *path, tc_error *err);
TC_NODISCARD bool tc_settings_load_variable(tc_settings *settings, const char *variable, tc_error *err);
TC_NODISCARD bool tc_settings_load_flag(tc_settings *settings, const char *flag, tc_error *err);
