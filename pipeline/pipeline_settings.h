/*
 * The settings of pipeline/. Threading: const.
 */
#pragma once

#include "base/settings.h"

extern const tc_settings_table tc_pipeline_settings;
