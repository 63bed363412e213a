/*
 * Whether readers agree on a text. Marks of punctuation and capitals are told badly by readers that tell letters well,
 * so two readings of the same letters and figures agree; which punctuation is the print's is asked apart: it must be
 * one reader's whole answer, and as addresses are set, a comma before each part behind the first.
 * Threading: free of state.
 */
#pragma once

#include "ocr/evidence.h"

/* The same letters, figures and words, whatever their case and the points, commas, colons and dashes between them. */
bool tc_texts_alike(const char *a, const char *b);
/* Of a text that two readers may have read with other marks of punctuation: the same value, or one alike. */
bool tc_readings_agree(const tc_finding *finding, const tc_reading *a, const tc_reading *b);
/* Letters without marks, figures and signs: ASCII. */
bool tc_text_is_plain(const char *text);
/* No dash is glued to a word, no blank stands between two figures, no small letter behind a point or a dash. */
bool tc_text_is_tidy(const char *text);
/* Each part of an address that stands behind another ("place_words") stands behind a comma. */
bool tc_address_is_tidy(const tc_words *words, const char *text);
/* No two words side by side are a known pair but for a mark ("usual_phrases" and the other lists); what parts them
   parts the pair; the last two are none that goes on, nor is the last one ("open_words"). */
bool tc_text_is_phrased(const tc_words *words, const char *text);
/* The chosen value is tidy and phrased, and where the first and the second reader agree on its letters, a reader gave
   it with its punctuation and capitals; true of what is not read so. */
bool tc_finding_is_tidy(const tc_words *words, const tc_finding *finding);
