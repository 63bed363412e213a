/*
 * The settings of pdf/: limits of what is read and composed, and the data files that a copy embeds.
 * Threading: const.
 */
#pragma once

#include "base/settings.h"

extern const tc_settings_table tc_pdf_settings;
