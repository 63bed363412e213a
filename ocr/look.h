/*
 * What the second reader sees at a field's place. It reads single words as well as lines, and its time goes with their
 * width: so it is not shown the small words of addresses and sentences that the engine is certain of.
 * Threading: free of state.
 */
#pragma once

#include "ocr/evidence.h"

/* A part of the first reading that the second reader was shown. */
typedef struct tc_seen_part {
  tc_posterior *posterior; /* owned */
  size_t from, to;         /* bytes of the first reading */
} tc_seen_part;

typedef struct tc_seen {
  bool any;          /* false where the page is not at hand */
  tc_buf text;       /* what it read, with the words it was not shown */
  double weight;     /* of the first reading (tc_posterior_weigh), of what it was shown */
  double confidence; /* in its least sure letter or figure of what may be another word */
  tc_seen_part parts[TC_SLOT_WORDS_MAX];
  size_t part_count;
} tc_seen;

void tc_seen_finish(tc_seen *seen);
TC_AUTO_VALUE(tc_seen, tc_seen_finish);

/* `places`: of the slot's lines, where print stands beside the words that were read; NULL: nothing does. *out is zeroed
   by the caller. */
TC_NODISCARD bool tc_look_at(const tc_evidence_context *context, const tc_finding *finding, const tc_box *places,
                             tc_seen *out, tc_error *err);
