/*
 * Rule for the XMP packet. Writers stamp the time of their update, their name, a new instance id and a line of history
 * into it; titles, authors and claims of conformance must stay. Both packets are taken apart into properties: what
 * stands between tags, and the values of attributes, each with the path of elements that lead to it. A path knows names
 * by their namespace and members of a list by their place, and passes over the mark-up of RDF, so that a writer may
 * name prefixes otherwise, and write a property as an element or as an attribute. The properties that are no stamps
 * must be the same. What is no element (CDATA, declarations) counts as text.
 */
#include "base/digest.h"
#include "pdf/changes_private.h"

#include <ctype.h>
#include <string.h>

enum { MAX_PROPERTIES = 10000, MAX_PACKET = 4 << 20, MAX_OPEN = 64, MAX_SPACES = 256 };

typedef struct property {
  tc_digest path;
  tc_bytes text;
} property;

typedef struct element {
  tc_bytes name; /* as it is spelled */
  tc_digest path;
  bool is_stamp;       /* and so is what it holds */
  uint32_t items;      /* members of a list that were met in it */
  size_t spaces_above; /* how many prefixes were bound before it */
} element;

typedef struct packet {
  property *items;
  size_t count;
  element open[MAX_OPEN]; /* the elements around, outermost first; the first is the packet itself */
  size_t depth;
  struct {
    tc_bytes prefix, uri;
  } spaces[MAX_SPACES];
  size_t space_count;
} packet;
static void packet_finish(packet *p)
{
  if (p != NULL)
    free(p->items);
  free(p);
}
TC_AUTO_POINTER(packet, packet_finish);

typedef struct attribute {
  tc_bytes name, text;
} attribute;

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

static bool begins(tc_bytes bytes, const char *text)
{
  return bytes.size >= strlen(text) && memcmp(bytes.data, text, strlen(text)) == 0;
}

/* ---- Names ---- */

typedef struct qualified {
  tc_bytes uri, local;
} qualified;

static qualified qualify(const packet *p, tc_bytes name)
{
  const uint8_t *colon = name.size > 0 ? memchr(name.data, ':', name.size) : NULL;
  size_t size = colon != NULL ? (size_t)(colon - name.data) : 0;
  tc_bytes prefix = {name.data, size};
  qualified result = {.uri = prefix, .local = name}; /* xml:lang, and prefixes that nothing binds */
  if (colon != NULL)
    result.local = (tc_bytes){colon + 1, name.size - size - 1};
  for (size_t i = p->space_count; i-- > 0;)
    if (tc_bytes_compare(p->spaces[i].prefix, prefix) == 0) {
      result.uri = p->spaces[i].uri;
      break;
    }
  return result;
}

static bool is_rdf(qualified name) { return tc_bytes_are(name.uri, "http://www.w3.org/1999/02/22-rdf-syntax-ns#"); }

/* What only says how properties are written down. */
static bool is_mark_up(qualified name)
{
  static const char *const words[] = {"RDF", "Description", "Alt", "Seq", "Bag", NULL};
  return (is_rdf(name) && is_one_of(name.local, words)) ||
         (tc_bytes_are(name.uri, "adobe:ns:meta/") &&
          (tc_bytes_are(name.local, "xmpmeta") || tc_bytes_are(name.local, "xapmeta")));
}

/* What a writer sets anew: XMP specification part 1, 8.4; part 2, 1.2.2 and 1.2.4. */
static bool is_stamp(qualified name)
{
  static const char *const stamps[] = {"ModifyDate",  "MetadataDate", "InstanceID", "VersionID", "Producer",
                                       "CreatorTool", "History",      "instanceID", "xmptk",     NULL};
  static const char *const forms[] = {"about", "parseType", NULL};
  return is_rdf(name) ? is_one_of(name.local, forms)
                      : (begins(name.uri, "http://ns.adobe.com/") || tc_bytes_are(name.uri, "adobe:ns:meta/")) &&
                            is_one_of(name.local, stamps);
}

static bool extend_path(const tc_digest *above, qualified name, uint32_t item, tc_digest *out, tc_error *err)
{
  tc_auto(tc_sha256) running = NULL;
  uint64_t sizes[] = {name.uri.size, name.local.size, item};
  return tc_sha256_create(&running, err) && tc_sha256_update(running, above, sizeof *above, err) &&
         tc_sha256_update(running, sizes, sizeof sizes, err) &&
         (name.uri.size == 0 || tc_sha256_update(running, name.uri.data, name.uri.size, err)) &&
         (name.local.size == 0 || tc_sha256_update(running, name.local.data, name.local.size, err)) &&
         tc_sha256_end(running, out, err);
}

/* ---- Taking apart ---- */

static bool add(packet *p, const tc_digest *path, tc_bytes text, tc_error *err)
{
  if (text.size == 0)
    return true;
  if (p->count == MAX_PROPERTIES)
    return tc_fail(err, TC_LIMIT, "more than %d properties in an XMP packet", MAX_PROPERTIES);
  p->items[p->count++] = (property){*path, text};
  return true;
}

static bool add_text(packet *p, const uint8_t *from, const uint8_t *to, tc_error *err)
{
  const element *around = &p->open[p->depth];
  return around->is_stamp || add(p, &around->path, trim(from, to), err);
}

/* The next attribute of a tag; false: there is none. */
static bool next_attribute(const uint8_t **from, const uint8_t *to, attribute *out)
{
  const uint8_t *equals = *from < to ? memchr(*from, '=', (size_t)(to - *from)) : NULL;
  const uint8_t *quote = equals != NULL ? equals + 1 : to;
  while (quote < to && isspace(*quote))
    quote++;
  const uint8_t *close = quote < to ? memchr(quote + 1, *quote, (size_t)(to - quote - 1)) : NULL;
  if (close == NULL)
    return false;
  *out = (attribute){trim(*from, equals), trim(quote + 1, close)};
  *from = close + 1;
  return true;
}

/* `xmlns`, or the prefix behind `xmlns:`. */
static bool is_binding(tc_bytes name, tc_bytes *prefix)
{
  size_t skip = name.size > 5 ? 6 : 5;
  if (!begins(name, "xmlns") || (name.size > 5 && name.data[5] != ':'))
    return false;
  *prefix = (tc_bytes){name.data + skip, name.size - skip};
  return true;
}

static bool bind_prefixes(packet *p, const uint8_t *from, const uint8_t *to, tc_error *err)
{
  attribute one;
  tc_bytes prefix;
  while (next_attribute(&from, to, &one)) {
    if (!is_binding(one.name, &prefix))
      continue;
    if (p->space_count == MAX_SPACES)
      return tc_fail(err, TC_LIMIT, "more than %d prefixes in an XMP packet", MAX_SPACES);
    p->spaces[p->space_count].prefix = prefix;
    p->spaces[p->space_count++].uri = one.text;
  }
  return true;
}

static bool add_attributes(packet *p, const element *of, const uint8_t *from, const uint8_t *to, tc_error *err)
{
  attribute one;
  tc_bytes prefix;
  tc_digest path;
  while (next_attribute(&from, to, &one)) {
    qualified name = qualify(p, one.name);
    if (!is_binding(one.name, &prefix) && !is_stamp(name) && !of->is_stamp &&
        (!extend_path(&of->path, name, 0, &path, err) || !add(p, &path, one.text, err)))
      return false;
  }
  return true;
}

/* An element's own tag, from behind its name. */
static bool open_element(packet *p, tc_bytes spelled, const uint8_t *from, const uint8_t *to, bool is_alone,
                         tc_error *err)
{
  element *above = &p->open[p->depth];
  element own = {.name = spelled, .path = above->path, .spaces_above = p->space_count};
  if (p->depth + 1 == MAX_OPEN)
    return tc_fail(err, TC_LIMIT, "the elements of an XMP packet are nested too deep");
  if (!bind_prefixes(p, from, to, err))
    return false;
  qualified name = qualify(p, spelled);
  uint32_t item = is_rdf(name) && tc_bytes_are(name.local, "li") ? ++above->items : 0;
  own.is_stamp = above->is_stamp || is_stamp(name);
  if ((!is_mark_up(name) && !extend_path(&above->path, name, item, &own.path, err)) ||
      !add_attributes(p, &own, from, to, err))
    return false;
  if (is_alone)
    p->space_count = own.spaces_above;
  else
    p->open[++p->depth] = own;
  return true;
}

static bool close_element(packet *p, tc_bytes spelled, tc_error *err)
{
  if (p->depth == 0 || tc_bytes_compare(p->open[p->depth].name, spelled) != 0)
    return tc_fail(err, TC_FORMAT, "the elements of an XMP packet do not nest");
  p->space_count = p->open[p->depth--].spaces_above;
  return true;
}

/* A tag from `<` to `>`. */
static bool take_tag(packet *p, const uint8_t *open, const uint8_t *close, tc_error *err)
{
  const uint8_t *at = open + 1;
  bool ends = at<close && * at == '/', is_alone = close> at && close[-1] == '/';
  if (at < close && *at == '?')
    return true;
  if (at < close && *at == '!')
    return add_text(p, open, close, err);
  at += ends;
  const uint8_t *name = at;
  while (at < close && !isspace(*at) && *at != '/')
    at++;
  tc_bytes spelled = {name, (size_t)(at - name)};
  return ends ? close_element(p, spelled, err) : open_element(p, spelled, at, close - is_alone, is_alone, err);
}

static int compare_properties(const void *a, const void *b)
{
  const property *left = a, *right = b;
  int paths = memcmp(&left->path, &right->path, sizeof left->path);
  return paths != 0 ? paths : tc_bytes_compare(left->text, right->text);
}

static bool take_apart(tc_bytes bytes, packet **out, tc_error *err)
{
  const uint8_t *at = bytes.data, *end = bytes.data + bytes.size;
  tc_auto(packet) p = calloc(1, sizeof *p);
  if (p == NULL || (p->items = calloc(MAX_PROPERTIES, sizeof *p->items)) == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory to compare metadata");
  while (at < end) {
    const uint8_t *open = memchr(at, '<', (size_t)(end - at));
    const uint8_t *close = open != NULL ? memchr(open, '>', (size_t)(end - open)) : NULL;
    if (!add_text(p, at, open != NULL ? open : end, err))
      return false;
    if (open == NULL)
      break;
    if (close == NULL)
      return tc_fail(err, TC_FORMAT, "the elements of an XMP packet do not nest");
    if (!take_tag(p, open, close, err))
      return false;
    at = close + 1;
  }
  qsort(p->items, p->count, sizeof *p->items, compare_properties);
  *out = tc_steal(&p);
  return true;
}

/* ---- Comparing ---- */

static bool same_properties(const packet *a, const packet *b)
{
  bool same = a->count == b->count;
  for (size_t i = 0; same && i < a->count; i++)
    same = compare_properties(&a->items[i], &b->items[i]) == 0;
  return same;
}

static bool is_stamped_only(tc_pdf_step *step, const tc_pdf_object *old, const tc_pdf_object *new)
{
  tc_auto(tc_buf) before = {0};
  tc_auto(tc_buf) after = {0};
  tc_auto(packet) old_packet = NULL;
  tc_auto(packet) new_packet = NULL;
  tc_error unreadable = {0};
  return tc_pdf_stream_data(step->document, step->before, old, &before, &unreadable) &&
         tc_pdf_stream_data(step->document, step->after, new, &after, &unreadable) && before.size <= MAX_PACKET &&
         after.size <= MAX_PACKET && take_apart(tc_buf_bytes(&before), &old_packet, &unreadable) &&
         take_apart(tc_buf_bytes(&after), &new_packet, &unreadable) && same_properties(old_packet, new_packet);
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
