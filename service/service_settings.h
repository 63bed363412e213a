/*
 * The settings of service/. Threading: const.
 */
#pragma once

#include "base/settings.h"

extern const tc_settings_table tc_service_settings;
