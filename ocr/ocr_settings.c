#include "ocr/ocr_settings.h"

static const tc_setting rows[] = {
    {"ocr.tessdata", TC_SETTING_TEXT, "", 0, 4096, NULL, "Folder of Tesseract's models; empty: Tesseract's own."},
    {"ocr.languages", TC_SETTING_TEXT, "vie", 1, 200, NULL, "Tesseract models of the first reading, joined by '+'."},
    {"ocr.second_reader", TC_SETTING_TEXT, TC_SECOND_READER_FOLDER, 0, 4096, NULL,
     "Folder of the second reader, as tools/install-reader fills it (libonnxruntime.so, asternet.onnx, vocab.json); "
     "empty, or this folder without them: none."},
    {"ocr.second_languages", TC_SETTING_TEXT, "Vietnamese", 0, 200, NULL,
     "Tesseract models of the second reading of single fields where there is no second reader; empty: the first's."},
    {"ocr.machine_language", TC_SETTING_TEXT, "eng", 0, 200, NULL,
     "Tesseract model of cards' machine-readable lines; empty: they are read as ordinary lines alone."},
    {"ocr.types_folder", TC_SETTING_TEXT, "", 0, 4096, NULL, "Folder of paper types; empty: the installed ones."},
    {"ocr.more_types_folder", TC_SETTING_TEXT, "", 0, 4096, NULL,
     "Further paper types, which win over those of the same id; empty: none."},
    {"ocr.words_folder", TC_SETTING_TEXT, "", 0, 4096, NULL, "Folder of word lists; empty: the installed ones."},
    {"ocr.page_timeout", TC_SETTING_INTEGER, "60000", 0, 3600000, NULL,
     "Milliseconds that reading one page may take; 0: no limit."},
    {"ocr.second_reading", TC_SETTING_BOOLEAN, "true", 0, 0, NULL,
     "Read the fields' regions a second time by other means; without it few free texts are sure."},
    {"ocr.calibration", TC_SETTING_TEXT, "", 0, 4096, NULL,
     "File that says how likely which evidence makes a value right, and from when on it is sure; empty: the installed "
     "one."},
    {"ocr.choices", TC_SETTING_BOOLEAN, "false", 0, 0, NULL,
     "Record beside each field what its disputed words were chosen from, for bench/reading/fit-words."},
};

const tc_settings_table tc_ocr_settings = {rows, TC_ARRAY_LEN(rows)};
