/*
 * The settings of base/: the log and the worker processes.
 */
#pragma once

#include "base/settings.h"

extern const tc_settings_table tc_base_settings;
