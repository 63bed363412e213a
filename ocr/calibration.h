/*
 * From evidence to probability. What speaks for a field's value is a row of numbers, its signals; the calibration, made
 * from papers whose truth is known (bench/reading/calibrate), weighs them: the logistic function of their sum is the
 * probability that the value is right. A value is sure from a threshold on that is set so that of all fields hardly one
 * is sure and wrong.
 *
 * Data (schemas/json/calibration.schema.json): {"groups": {NAME: {"sure": p, "bias": b, "weights": {SIGNAL: w, …}}}}.
 * Groups, because kinds of values have different ways of being wrong, and a second reader says more than the same
 * engine asked again: list, structure, name, text, machine (its readable lines); of each: alone, again, reader, or
 * where the second reader and the first reading do not both give the value settled (ocr/settle.h, ocr/readings.h) or
 * disputed. Weights are not negative: nothing that speaks for a value makes it less likely.
 *
 * Ownership: a calibration owns nothing outside of itself. Threading: immutable once loaded.
 */
#pragma once

#include "ocr/evidence.h"

/* All from 0 to 1; more is better. */
typedef enum tc_signal {
  TC_SIGNAL_LEAST,     /* the engine's confidence in its least sure word */
  TC_SIGNAL_MEAN,      /* … in its words on average */
  TC_SIGNAL_PLACE,     /* the label is there, letter by letter */
  TC_SIGNAL_WHOLE,     /* no print beside the words read */
  TC_SIGNAL_VALID,     /* the value has its structure, or all its words are known */
  TC_SIGNAL_LIST,      /* a member of a closed list */
  TC_SIGNAL_USUAL,     /* a name of usual words, an address that ends in a province, the printed name */
  TC_SIGNAL_VOUCHED,   /* another field agrees */
  TC_SIGNAL_CLEAR,     /* no other field contradicts */
  TC_SIGNAL_CODE,      /* the paper's code says the same */
  TC_SIGNAL_FIRST,     /* it is the first reading, not one that outvoted it */
  TC_SIGNAL_AGREES,    /* the second reader gave the same; a half: the same letters */
  TC_SIGNAL_BACKED,    /* … or how likely its words are, of all that the readings allow */
  TC_SIGNAL_PLAUSIBLE, /* … or it could have read the first reading */
  TC_SIGNAL_READER,    /* its confidence in its least sure sign, where it gave the same */
  TC_SIGNAL_AGAIN,     /* share of the engine's further readings that gave the same */
  TC_SIGNAL_SHORT,     /* how short it is: long texts have more places to be wrong */
  TC_SIGNAL_TIDY,      /* its punctuation is one reader's, and as a printer sets it */
  TC_SIGNAL_COUNT
} tc_signal;

const char *tc_signal_name(tc_signal signal);
/* Of the chosen reading; the finding has one. */
void tc_signals_of(const tc_finding *finding, double out[TC_SIGNAL_COUNT]);
/* The group that a finding belongs to: "name_reader" …; static. */
const char *tc_calibration_group(const tc_finding *finding);

/* Errors: TC_CONFIG (a group or a signal that is not known, a number out of range), TC_NOT_FOUND, TC_FORMAT. */
TC_NODISCARD bool tc_calibration_load(const char *path, tc_calibration **out, tc_error *err);
void tc_calibration_destroy(tc_calibration *calibration);
TC_AUTO_POINTER(tc_calibration, tc_calibration_destroy);

/* How likely the chosen reading is right, 0 … 1; 0 where the calibration says nothing of its group. */
double tc_calibration_probability(const tc_calibration *calibration, const tc_finding *finding);
/* From which probability on a value of its group is sure. */
double tc_calibration_sure(const tc_calibration *calibration, const tc_finding *finding);
