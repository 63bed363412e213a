/*
 * Rule for the XMP packet. Writers stamp the time of their update, their name and a new instance id into it; titles,
 * authors and claims of conformance must stay. Both packets are taken apart into their texts (between tags, and the
 * values of attributes), without regard to mark-up: every text of the new packet that is no stamp must be in the old
 * one and the other way round. Stamps are dates, UUIDs, and the values of Producer and CreatorTool.
 */
#include "pdf/changes_private.h"

#include <ctype.h>
#include <string.h>

enum { MAX_TEXTS = 10000, MAX_PACKET = 4 << 20 };

typedef struct texts {
  tc_bytes *items;
  size_t count;
} texts;
static void texts_finish(texts *t) { free(t->items); }
TC_AUTO_VALUE(texts, texts_finish);

static tc_bytes trim(const uint8_t *from, const uint8_t *to)
{
  while (from < to && isspace(*from))
    from++;
  while (to > from && isspace(to[-1]))
    to--;
  return (tc_bytes){from, (size_t)(to - from)};
}

/* A date (2025-01-31…), a UUID, or an address: those name schemas, which both packets use as they like. */
static bool is_stamp(tc_bytes text)
{
  static const char *const starts[] = {"uuid:", "urn:uuid:", "xmp.iid:", "http://", "adobe:", "W5M0"};
  bool date = text.size >= 10 && text.size <= 35 && text.data[4] == '-' && text.data[7] == '-' && isdigit(text.data[0]);
  for (size_t i = 0; i < TC_ARRAY_LEN(starts) && !date; i++)
    date = text.size >= strlen(starts[i]) && memcmp(text.data, starts[i], strlen(starts[i])) == 0;
  return date;
}

static bool ends_with(const uint8_t *from, const uint8_t *to, const char *word)
{
  size_t size = strlen(word);
  return (size_t)(to - from) >= size && memcmp(to - size, word, size) == 0;
}

/* The attribute or element that a text belongs to names a writer. */
static bool is_writer(const uint8_t *start, const uint8_t *name_end)
{
  return ends_with(start, name_end, ":Producer") || ends_with(start, name_end, ":CreatorTool") ||
         ends_with(start, name_end, ":xmptk");
}

static void add(texts *t, const uint8_t *from, const uint8_t *to)
{
  tc_bytes text = trim(from, to);
  if (text.size > 0 && !is_stamp(text) && t->count < MAX_TEXTS)
    t->items[t->count++] = text;
}

/* Values of the attributes in a tag. */
static void take_attributes(texts *t, const uint8_t *from, const uint8_t *to)
{
  while (from < to) {
    const uint8_t *equals = memchr(from, '=', (size_t)(to - from));
    if (equals == NULL || equals + 1 >= to)
      return;
    const uint8_t *close = memchr(equals + 2, equals[1], (size_t)(to - equals) > 2 ? (size_t)(to - equals - 2) : 0);
    if (close == NULL)
      return;
    if (!is_writer(from, equals))
      add(t, equals + 2, close);
    from = close + 1;
  }
}

static bool take_texts(tc_bytes packet, texts *out, tc_error *err)
{
  const uint8_t *at = packet.data, *end = packet.data + packet.size;
  bool writer = false;
  out->items = calloc(MAX_TEXTS, sizeof *out->items);
  if (out->items == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory to compare metadata");
  while (at != NULL && at < end) {
    const uint8_t *open = memchr(at, '<', (size_t)(end - at));
    if (open == NULL)
      break;
    if (!writer)
      add(out, at, open);
    const uint8_t *close = memchr(open, '>', (size_t)(end - open));
    if (close == NULL)
      break;
    writer = is_writer(open, close);
    if (open[1] != '?')
      take_attributes(out, open, close);
    at = close + 1;
  }
  return true;
}

static int compare_texts(const void *a, const void *b)
{
  const tc_bytes *left = a, *right = b;
  return tc_bytes_compare(*left, *right);
}

static bool contains_all(const texts *whole, const texts *part)
{
  for (size_t i = 0; i < part->count; i++) {
    if (bsearch(&part->items[i], whole->items, whole->count, sizeof *whole->items, compare_texts) == NULL)
      return false;
  }
  return true;
}

static bool is_stamped_only(tc_pdf_step *step, const tc_pdf_object *old, const tc_pdf_object *new)
{
  tc_auto(tc_buf) before = {0};
  tc_auto(tc_buf) after = {0};
  tc_auto(texts) old_texts = {0};
  tc_auto(texts) new_texts = {0};
  tc_error unreadable = {0};
  if (!tc_pdf_stream_data(step->document, step->before, old, &before, &unreadable) ||
      !tc_pdf_stream_data(step->document, step->after, new, &after, &unreadable) || before.size > MAX_PACKET ||
      after.size > MAX_PACKET || !take_texts(tc_buf_bytes(&before), &old_texts, &unreadable) ||
      !take_texts(tc_buf_bytes(&after), &new_texts, &unreadable) || old_texts.count == MAX_TEXTS ||
      new_texts.count == MAX_TEXTS)
    return false;
  qsort(old_texts.items, old_texts.count, sizeof *old_texts.items, compare_texts);
  qsort(new_texts.items, new_texts.count, sizeof *new_texts.items, compare_texts);
  return contains_all(&old_texts, &new_texts) && contains_all(&new_texts, &old_texts);
}

void tc_pdf_step_metadata(tc_pdf_step *step, const tc_pdf_object *old_value, const tc_pdf_object *new_value)
{
  const tc_pdf_object *old = tc_pdf_step_old(step, old_value), *new = tc_pdf_step_new(step, new_value);
  uint32_t number = tc_pdf_reference(new_value);
  if (tc_pdf_equal(old_value, new_value) && tc_pdf_step_find(step, number) == NULL)
    return;
  if (is_stamped_only(step, old, new))
    tc_pdf_step_explain_holder(step, old_value, new_value, TC_PDF_ROLE_METADATA);
  else
    tc_pdf_step_report(step, TC_PDF_CODE_METADATA, number, "the document's XMP packet was changed");
}
