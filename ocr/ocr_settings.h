/*
 * The settings of ocr/: names "ocr.…", see the table's help texts. Threading: const.
 */
#pragma once

#include "base/settings.h"

/* Where tools/install-reader puts the second reader. */
#define TC_SECOND_READER_FOLDER "/usr/local/share/truecopy/reader"

extern const tc_settings_table tc_ocr_settings;
