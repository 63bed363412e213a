/*
 * The settings of ocr/: names "ocr.…", see the table's help texts. Threading: const.
 */
#pragma once

#include "base/settings.h"

extern const tc_settings_table tc_ocr_settings;
