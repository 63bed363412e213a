/*
 * The reader as a worker uses it: one object with the engines, the paper types and the limits, made from the settings.
 *
 *     tc_ocr_create(settings, data_dir, &ocr, err)              once a worker (before or after the sandbox closes)
 *     tc_ocr_print(ocr, clean, &print, err)        for each page …
 *     tc_ocr_read(ocr, print, &page, err)          … its words
 *     tc_ocr_extract(ocr, &document, &result, err) for the whole document
 *
 * Ownership: the reader owns its engines and types. Threading: one thread at a time.
 */
#pragma once

#include "imaging/clean.h"
#include "ocr/extract.h"
#include "ocr/ocr_settings.h"
#include "ocr/print.h"

typedef struct tc_ocr tc_ocr;

/* `data_dir` holds national/vn/… (the source tree's schemas/, or what is installed); the settings ocr.types_folder and
   ocr.words_folder win over it. Errors: TC_CONFIG (a model, a type or a list that is missing or wrong). */
TC_NODISCARD bool tc_ocr_create(const tc_settings *settings, const char *data_dir, tc_ocr **out, tc_error *err);
void tc_ocr_destroy(tc_ocr *ocr);
TC_AUTO_POINTER(tc_ocr, tc_ocr_destroy);

/* Loads the second reader's model, where there is one, before memory is wanted for a long document. */
TC_NODISCARD bool tc_ocr_load_all(tc_ocr *ocr, tc_error *err);

/* The types alone, from the same folders: for whoever shows their names. */
TC_NODISCARD bool tc_ocr_load_types(const tc_settings *settings, const char *data_dir, tc_paper_types **out,
                                    tc_error *err);

const tc_paper_types *tc_ocr_types(const tc_ocr *ocr);

/* Seconds of processor that the reader spent, by stage. */
typedef struct tc_ocr_timings {
  double layout;         /* leaders and rules out, lines found */
  double first_reading;  /* the whole page */
  double second_reading; /* single regions again, for evidence */
  double extraction;     /* type and fields, without second_reading */
} tc_ocr_timings;
/* What was spent since the last call, and begins anew. */
tc_ocr_timings tc_ocr_take_timings(tc_ocr *ocr);

/* tc_print_create, its time counted. */
TC_NODISCARD bool tc_ocr_print(tc_ocr *ocr, const tc_clean *clean, tc_print **out, tc_error *err);
/* Quarter turns clockwise, 0..3, that bring the page upright: for one whose clean-up was not sure of them. */
TC_NODISCARD bool tc_ocr_upright(tc_ocr *ocr, const tc_print *print, int *turns, tc_error *err);
/* Words of one page, quads in capture pixels. */
TC_NODISCARD bool tc_ocr_read(tc_ocr *ocr, const tc_print *print, tc_page **out, tc_error *err);

/* The images of one page for the second reading of single regions, and the cleaned page itself for its codes: borrowed
   until the next call of either. NULL where the page is not at hand: its values then lack that evidence. */
typedef bool (*tc_print_source)(void *data, size_t page, const tc_print **out, tc_error *err);
typedef bool (*tc_clean_source)(void *data, size_t page, const tc_clean **out, tc_error *err);

typedef struct tc_ocr_document {
  const tc_page *const *pages; /* in their order */
  size_t page_count;
  const char *type; /* NULL: found out */
  tc_print_source print_of;
  tc_clean_source clean_of;
  void *data; /* of both; their time is their own */
} tc_ocr_document;

/* Fields of a document. Takes the current date from the clock. */
TC_NODISCARD bool tc_ocr_extract(tc_ocr *ocr, const tc_ocr_document *document, tc_extraction **out, tc_error *err);
