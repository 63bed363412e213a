#include "signing/reason.h"

#include <assert.h>

#define TC_REASON_TEXT_(name, text) text,
static const char *const names[] = {TC_REASONS(TC_REASON_TEXT_)};

const char *tc_reason_name(tc_reason reason)
{
  assert(reason >= 0 && reason < TC_REASON_COUNT);
  return names[reason];
}

const char *tc_answer_name(tc_answer answer)
{
  switch (answer) {
  case TC_YES:
    return "yes";
  case TC_NO:
    return "no";
  case TC_UNKNOWN:
    break;
  }
  return "unknown";
}

tc_answer tc_answer_worse(tc_answer a, tc_answer b)
{
  if (a == TC_NO || b == TC_NO)
    return TC_NO;
  return a == TC_YES && b == TC_YES ? TC_YES : TC_UNKNOWN;
}
