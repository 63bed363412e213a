/*
 * Rule for the XMP packet. Writers stamp the time of their update, their name and a new instance id into it; titles,
 * authors and claims of conformance must stay. Both packets are taken apart into properties (what stands between tags,
 * and the values of attributes, each with the name of its property), without regard to further mark-up, so that a
 * property may be written as an element or as an attribute: every property of the new packet that is no stamp must be
 * in the old one and the other way round. What is no element (CDATA, declarations) counts as text.
 */
#include "pdf/changes_private.h"

#include <ctype.h>
#include <string.h>

enum { MAX_PROPERTIES = 10000, MAX_PACKET = 4 << 20, MAX_OPEN = 64 };

typedef struct property {
  tc_bytes name, text; /* the name without its prefix */
} property;

typedef struct properties {
  property *items;
  size_t count;
  tc_bytes open[MAX_OPEN]; /* the elements around, outermost first; with their prefixes */
  size_t depth;
} properties;
static void properties_finish(properties *p) { free(p->items); }
TC_AUTO_VALUE(properties, properties_finish);

static tc_bytes trim(const uint8_t *from, const uint8_t *to)
{
  while (from < to && isspace(*from))
    from++;
  while (to > from && isspace(to[-1]))
    to--;
  return (tc_bytes){from, (size_t)(to - from)};
}

static bool is_one_of(tc_bytes name, const char *const *list)
{
  for (; *list != NULL; list++)
    if (tc_bytes_are(name, *list))
      return true;
  return false;
}

static tc_bytes without_prefix(tc_bytes name)
{
  const uint8_t *colon = name.size > 0 ? memchr(name.data, ':', name.size) : NULL;
  size_t skip = colon != NULL ? (size_t)(colon - name.data) + 1 : 0;
  return (tc_bytes){name.data + skip, name.size - skip};
}

/* Names of namespaces, and what a writer sets anew: XMP specification part 1, 8.4; part 2, 1.2.2 and 1.2.4. */
static bool is_stamp(tc_bytes name)
{
  static const char *const stamps[] = {"ModifyDate", "MetadataDate", "InstanceID", "VersionID",
                                       "Producer",   "CreatorTool",  "xmptk",      "when",
                                       "instanceID", "about",        NULL};
  return (name.size >= 5 && memcmp(name.data, "xmlns", 5) == 0) || is_one_of(without_prefix(name), stamps);
}

static void add(properties *p, tc_bytes name, const uint8_t *from, const uint8_t *to)
{
  tc_bytes text = trim(from, to);
  if (text.size > 0 && !is_stamp(name) && p->count < MAX_PROPERTIES)
    p->items[p->count++] = (property){without_prefix(name), text};
}

/* The property that a text belongs to: the nearest element that is no container of RDF. */
static tc_bytes property_around(const properties *p)
{
  static const char *const containers[] = {"rdf:li",  "rdf:Alt",         "rdf:Seq", "rdf:Bag",
                                           "rdf:RDF", "rdf:Description", NULL};
  for (size_t i = p->depth; i-- > 0;)
    if (!is_one_of(p->open[i], containers))
      return p->open[i];
  return (tc_bytes){NULL, 0};
}

/* Values of the attributes in a tag, from behind its name. */
static void take_attributes(properties *p, const uint8_t *from, const uint8_t *to)
{
  while (from < to) {
    const uint8_t *equals = memchr(from, '=', (size_t)(to - from));
    const uint8_t *quote = equals != NULL ? equals + 1 : to;
    while (quote < to && isspace(*quote))
      quote++;
    const uint8_t *close = quote < to ? memchr(quote + 1, *quote, (size_t)(to - quote - 1)) : NULL;
    if (close == NULL)
      return;
    add(p, trim(from, equals), quote + 1, close);
    from = close + 1;
  }
}

/* A tag from `<` to `>`; false where elements do not nest. */
static bool take_tag(properties *p, const uint8_t *open, const uint8_t *close)
{
  const uint8_t *at = open + 1;
  bool ends = at<close && * at == '/', is_alone = close> at && close[-1] == '/';
  if (at < close && *at == '?')
    return true;
  if (at < close && *at == '!') {
    add(p, property_around(p), open, close);
    return true;
  }
  at += ends;
  const uint8_t *name = at;
  while (at < close && !isspace(*at) && *at != '/')
    at++;
  tc_bytes element = {name, (size_t)(at - name)};
  if (ends)
    return p->depth > 0 && tc_bytes_compare(p->open[--p->depth], element) == 0;
  if (!is_alone && p->depth == MAX_OPEN)
    return false;
  take_attributes(p, at, close - is_alone);
  if (!is_alone)
    p->open[p->depth++] = element;
  return true;
}

static bool take_properties(tc_bytes packet, properties *out, tc_error *err)
{
  const uint8_t *at = packet.data, *end = packet.data + packet.size;
  out->items = calloc(MAX_PROPERTIES, sizeof *out->items);
  if (out->items == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory to compare metadata");
  while (at < end) {
    const uint8_t *open = memchr(at, '<', (size_t)(end - at));
    const uint8_t *close = open != NULL ? memchr(open, '>', (size_t)(end - open)) : NULL;
    add(out, property_around(out), at, open != NULL ? open : end);
    if (open == NULL)
      break;
    if (close == NULL || !take_tag(out, open, close))
      return tc_fail(err, TC_FORMAT, "the elements of an XMP packet do not nest");
    at = close + 1;
  }
  return true;
}

static int compare_properties(const void *a, const void *b)
{
  const property *left = a, *right = b;
  int names = tc_bytes_compare(left->name, right->name);
  return names != 0 ? names : tc_bytes_compare(left->text, right->text);
}

static bool contains_all(const properties *whole, const properties *part)
{
  for (size_t i = 0; i < part->count; i++) {
    if (bsearch(&part->items[i], whole->items, whole->count, sizeof *whole->items, compare_properties) == NULL)
      return false;
  }
  return true;
}

static bool is_stamped_only(tc_pdf_step *step, const tc_pdf_object *old, const tc_pdf_object *new)
{
  tc_auto(tc_buf) before = {0};
  tc_auto(tc_buf) after = {0};
  tc_auto(properties) old_properties = {0};
  tc_auto(properties) new_properties = {0};
  tc_error unreadable = {0};
  if (!tc_pdf_stream_data(step->document, step->before, old, &before, &unreadable) ||
      !tc_pdf_stream_data(step->document, step->after, new, &after, &unreadable) || before.size > MAX_PACKET ||
      after.size > MAX_PACKET || !take_properties(tc_buf_bytes(&before), &old_properties, &unreadable) ||
      !take_properties(tc_buf_bytes(&after), &new_properties, &unreadable) || old_properties.count == MAX_PROPERTIES ||
      new_properties.count == MAX_PROPERTIES)
    return false;
  qsort(old_properties.items, old_properties.count, sizeof *old_properties.items, compare_properties);
  qsort(new_properties.items, new_properties.count, sizeof *new_properties.items, compare_properties);
  return contains_all(&old_properties, &new_properties) && contains_all(&new_properties, &old_properties);
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
