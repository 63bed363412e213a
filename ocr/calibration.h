/*
 * From evidence to probability. What speaks for a field's value is a row of numbers, its signals; the calibration, made
 * from papers whose truth is known (bench/reading/calibrate), weighs them: the logistic function of their sum is the
 * probability that the value is right. A value is sure from a threshold on that is set so that of all fields hardly one
 * is sure and wrong.
 *
 * Data (calibration.json): {"groups": {NAME: {"bias": b, "sure": p, "weights": {SIGNAL: w, …}}, …}}. The groups are
 * those of tc_calibration_group: kinds of values have different ways of being wrong.
 *
 * Ownership: a calibration owns nothing outside of itself. Threading: immutable once loaded.
 */
#pragma once

#include "ocr/evidence.h"

/* All from 0 to 1. */
typedef enum tc_signal {
  TC_SIGNAL_LEAST,     /* the engine's confidence in its least sure word */
  TC_SIGNAL_MEAN,      /* … in its words on average */
  TC_SIGNAL_PLACE,     /* the label is there, letter by letter */
  TC_SIGNAL_VALID,     /* the value has its structure, or all its words are known */
  TC_SIGNAL_LIST,      /* a member of a closed list */
  TC_SIGNAL_USUAL,     /* a name of usual words */
  TC_SIGNAL_VOUCHED,   /* another field agrees */
  TC_SIGNAL_CLEAR,     /* no other field contradicts */
  TC_SIGNAL_AGREES,    /* the second reader gave the same */
  TC_SIGNAL_PLAUSIBLE, /* the second reader could have read it so */
  TC_SIGNAL_READER,    /* the second reader's confidence in its own least sure sign */
  TC_SIGNAL_AGAIN,     /* share of the engine's further readings that gave the same */
  TC_SIGNAL_SHORT,     /* how short it is: long texts have more places to be wrong */
  TC_SIGNAL_COUNT
} tc_signal;

const char *tc_signal_name(tc_signal signal);
/* Of the chosen reading. */
void tc_signals_of(const tc_finding *finding, double out[TC_SIGNAL_COUNT]);
