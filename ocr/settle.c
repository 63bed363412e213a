#include "ocr/settle.h"

#include "base/text.h"
#include "ocr/candidates.h"
#include "ocr/word_choice.h"

#include <string.h>

static bool same_bare(const char *a, const char *b, bool *same, tc_error *err)
{
  tc_auto(tc_str) left = NULL;
  tc_auto(tc_str) right = NULL;
  if (!tc_word_bare(a, &left, err) || !tc_word_bare(b, &right, err))
    return false;
  *same = strcmp(left, right) == 0;
  return true;
}

/* `other` cannot stand where `chosen` can. */
static bool is_beaten(const tc_word_place *place, const char *chosen, const char *other, bool *beaten, tc_error *err)
{
  double won[TC_WORD_FEATURE_COUNT];
  double lost[TC_WORD_FEATURE_COUNT];
  bool same = false;
  *beaten = strcmp(chosen, other) == 0;
  if (*beaten || chosen[0] == '\0' || other[0] == '\0' || strchr(chosen, ' ') != NULL || strchr(other, ' ') != NULL)
    return true;
  if (!same_bare(chosen, other, &same, err) || !tc_word_features(place, chosen, 0, won, err) ||
      !tc_word_features(place, other, 0, lost, err))
    return false;
  const bool comma = chosen[strlen(chosen) - 1] == ',';
  /* of a name that one reader could not spell the other may have lost a mark */
  const bool name = won[TC_WORD_NAME] > lost[TC_WORD_NAME] && lost[TC_WORD_WORD] > 0;
  const bool word = lost[TC_WORD_WORD] == 0 || (won[TC_WORD_PAIR] > 0 && lost[TC_WORD_PAIR] == 0);
  *beaten = same ? comma : won[TC_WORD_WORD] > 0 && (place->name ? name : word);
  return true;
}

static bool settle_word(const tc_word_place *place, const char *chosen, bool *settled, tc_error *err)
{
  bool of_first = false;
  bool of_second = false;
  bool beaten = false;
  if (!same_bare(chosen, place->first, &of_first, err) || !same_bare(chosen, place->second, &of_second, err) ||
      !is_beaten(place, chosen, place->first, &beaten, err))
    return false;
  *settled = (of_first || of_second) && beaten;
  return !*settled || is_beaten(place, chosen, place->second, settled, err);
}

bool tc_settle(const tc_words *words, const char *kind, const tc_aligned *chosen, const tc_aligned *first,
               const tc_aligned *second, bool *settled, tc_error *err)
{
  *settled = true;
  for (size_t i = 0; *settled && i < chosen->count; i++) {
    tc_auto(tc_str) before = NULL;
    tc_auto(tc_str) behind = NULL;
    if (!tc_word_bare(i > 0 ? chosen->spans[i - 1] : "", &before, err) ||
        !tc_word_bare(i + 1 < chosen->count ? chosen->spans[i + 1] : "", &behind, err))
      return false;
    const tc_word_place place = {.words = words,
                                 .first = first->spans[i],
                                 .second = second->spans[i],
                                 .before = before,
                                 .behind = behind,
                                 .name = strcmp(kind, "name") == 0};
    if (!settle_word(&place, chosen->spans[i], settled, err))
      return false;
  }
  return true;
}
