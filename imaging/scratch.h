/*
 * Private to imaging/: working memory of one scope: `tc_auto(tc_floats) row = calloc(n, sizeof *row);`
 */
#pragma once

#include "base/auto.h"
#include "imaging/transform.h"

#include <stdint.h>

typedef float tc_floats;
static inline void tc_floats_free(float *p) { free(p); }
TC_AUTO_POINTER(tc_floats, tc_floats_free);

typedef uint32_t tc_words;
static inline void tc_words_free(uint32_t *p) { free(p); }
TC_AUTO_POINTER(tc_words, tc_words_free);

typedef int tc_ints;
static inline void tc_ints_free(int *p) { free(p); }
TC_AUTO_POINTER(tc_ints, tc_ints_free);

typedef uint8_t tc_octets;
static inline void tc_octets_free(uint8_t *p) { free(p); }
TC_AUTO_POINTER(tc_octets, tc_octets_free);

typedef tc_point tc_points;
static inline void tc_points_free(tc_point *p) { free(p); }
TC_AUTO_POINTER(tc_points, tc_points_free);
