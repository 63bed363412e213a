/*
 * The second reader: AsterOCR, a convolutional and recurrent network of another architecture than Tesseract's, so that
 * a line both read alike is right four times as often as when two models of Tesseract agree. It reads single lines, and
 * is asked only where its answer can change what becomes of a field.
 *
 * It is found, not linked: a folder with libonnxruntime.so, asternet.onnx and vocab.json (tools/install-reader). Where
 * that is not, truecopy works without. Library and model are loaded at the first line, within a worker's sandbox, and
 * run on the caller's thread.
 *
 * Ownership: the reader owns library and model; a posterior borrows the reader's alphabet, so it goes first.
 * Threading: one thread at a time.
 */
#pragma once

#include "imaging/image.h"
#include "ocr/page.h"
#include "ocr/posterior.h"

typedef struct tc_second_reader tc_second_reader;

/* Errors: TC_NOT_FOUND where the folder lacks a file; TC_CONFIG where the vocabulary is damaged. */
TC_NODISCARD bool tc_second_reader_create(const char *folder, tc_second_reader **out, tc_error *err);
void tc_second_reader_destroy(tc_second_reader *reader);
TC_AUTO_POINTER(tc_second_reader, tc_second_reader_destroy);

const tc_alphabet *tc_second_reader_alphabet(const tc_second_reader *reader);

/* Loads library and model now instead of at the first line. Loading takes twice their memory for a moment. */
TC_NODISCARD bool tc_second_reader_load(tc_second_reader *reader, tc_error *err);

/* Reads the line in the region of a GREY8 page, dark on light, and adds it to the posterior. */
TC_NODISCARD bool tc_second_reader_read(tc_second_reader *reader, const tc_image *page, tc_box region,
                                        tc_posterior *into, tc_error *err);
