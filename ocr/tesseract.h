/*
 * The engine variant "tesseract": Tesseract 5 through its C API, LSTM models only.
 */
#pragma once

#include "ocr/engine.h"

extern const tc_engine_variant tc_tesseract;
