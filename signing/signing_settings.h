/* The settings of signing/, names "signing.…". Threading: const data. */
#pragma once

#include "base/settings.h"

extern const tc_settings_table tc_signing_settings;
