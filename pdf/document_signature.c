/*
 * One signature: its dictionary, and whether its ByteRange is what it must be (ISO 32000-2, 12.8.1; ETSI EN 319 142-1,
 * 5.3): two ranges from the first byte to the end of a revision, with a gap that is exactly the hexadecimal string in
 * Contents of this very dictionary. Codes of `problem`, the first that applies:
 *
 *     value_unreadable      the value is an object that cannot be read
 *     value_replaced        the dictionary is not the one that its own revision has
 *     contents_missing      no Contents that is a direct hexadecimal string in the file
 *     contents_spaced       Contents holds anything but pairs of hexadecimal digits: room for what no digest covers
 *     byte_range_missing    no array of four direct, non-negative integers
 *     byte_range_shape      it does not start at 0, ranges are empty, overlap or leave the file
 *     byte_range_gap        the gap is not exactly the Contents string
 *     byte_range_end        it does not end where a revision ends
 *     signature_elsewhere   the dictionary does not lie within the ranges
 */
#include "pdf/document_signature.h"

#include "pdf/document_private.h"

#include <string.h>

enum { MAX_BER_DEPTH = 64, MAX_LOCK_FIELDS = 10000 };

/* Header of one BER value: *content is the offset of its content; *length SIZE_MAX for indefinite length. */
static bool ber_header(tc_bytes bytes, size_t at, size_t *content, size_t *length)
{
  if (at + 2 > bytes.size)
    return false;
  if ((bytes.data[at++] & 0x1F) == 0x1F) { /* a tag of several bytes */
    while (at < bytes.size && (bytes.data[at] & 0x80) != 0)
      at++;
    at++;
  }
  if (at >= bytes.size)
    return false;
  uint8_t first = bytes.data[at++];
  size_t value = first;
  if (first == 0x80) {
    value = SIZE_MAX;
  } else if (first > 0x80) {
    size_t count = first & 0x7F;
    if (count > 4 || count > bytes.size - at)
      return false;
    value = 0;
    for (size_t i = 0; i < count; i++)
      value = value << 8 | bytes.data[at++];
  }
  *content = at;
  *length = value;
  return value == SIZE_MAX || value <= bytes.size - at;
}

/* A value of indefinite length ends with two zero bytes after its last member; members may be of that form too. */
size_t tc_ber_size(tc_bytes bytes, bool *indefinite)
{
  size_t content = 0, length = 0, open = 0, at = 0;
  *indefinite = false;
  if (!ber_header(bytes, 0, &content, &length))
    return 0;
  if (length != SIZE_MAX)
    return content + length;
  *indefinite = true;
  do {
    if (bytes.size - at >= 2 && bytes.data[at] == 0 && bytes.data[at + 1] == 0) {
      open--;
      at += 2;
      continue;
    }
    if (!ber_header(bytes, at, &content, &length))
      return 0;
    open += length == SIZE_MAX;
    at = length == SIZE_MAX ? content : content + length;
    if (open > MAX_BER_DEPTH)
      return 0;
  } while (open > 0 && at < bytes.size);
  return open == 0 ? at : 0;
}

static void read_contents(const tc_pdf_object *contents, tc_pdf_signature *out)
{
  tc_bytes all = tc_pdf_bytes(contents);
  size_t size = tc_ber_size(all, &out->contents_is_indefinite);
  out->contents_is_whole = size > 0;
  out->contents = size > 0 ? (tc_bytes){all.data, size} : all;
  out->padding = all.size - out->contents.size;
  out->padding_is_zero = true;
  for (size_t i = out->contents.size; i < all.size; i++)
    out->padding_is_zero &= all.data[i] == 0;
}

static const char *check_range(const tc_pdf_document *document, const tc_pdf_object *value, tc_pdf_signature *out)
{
  const tc_pdf_object *array = tc_pdf_get(value, "ByteRange"), *contents = tc_pdf_get(value, "Contents");
  off_t size = (off_t)document->bytes.size;
  if (tc_pdf_kind_of(contents) != TC_PDF_STRING || tc_pdf_offset(contents) < 0 ||
      document->bytes.data[tc_pdf_offset(contents)] != '<')
    return "contents_missing";
  out->contents_offset = tc_pdf_offset(contents);
  out->contents_end = tc_pdf_end(contents);
  if (out->contents_end - out->contents_offset != 2 * (off_t)tc_pdf_bytes(contents).size + 2)
    return "contents_spaced";
  if (tc_pdf_kind_of(array) != TC_PDF_ARRAY || tc_pdf_count(array) != 4)
    return "byte_range_missing";
  for (size_t i = 0; i < 4; i++) {
    if (tc_pdf_kind_of(tc_pdf_at(array, i)) != TC_PDF_INTEGER || tc_pdf_integer(tc_pdf_at(array, i), -1) < 0)
      return "byte_range_missing";
  }
  for (size_t i = 0; i < 4; i++)
    out->range[i] = (off_t)tc_pdf_integer(tc_pdf_at(array, i), -1);
  const off_t *range = out->range;
  if (range[0] != 0 || range[1] <= 0 || range[3] <= 0 || range[1] >= range[2] || range[2] >= size ||
      range[3] > size - range[2])
    return "byte_range_shape";
  if (range[1] != out->contents_offset || range[2] != out->contents_end)
    return "byte_range_gap";
  if (!tc_pdf_revision_ending_at(document, range[2] + range[3], &out->revision))
    return "byte_range_end";
  if (tc_pdf_offset(value) >= range[1] || tc_pdf_end(value) > range[2] + range[3])
    return "signature_elsewhere";
  return NULL;
}

static void check_coverage(const tc_pdf_document *document, const tc_pdf_object *value, tc_pdf_signature *out)
{
  size_t last = tc_pdf_revision_last(document);
  out->revision = last;
  out->problem = tc_pdf_is_dict(value) ? check_range(document, value, out) : "value_unreadable";
  if (out->problem == NULL && out->value_number != 0) {
    tc_pdf_place now = tc_pdf_place_of(document, last, out->value_number);
    tc_pdf_place then = tc_pdf_place_of(document, out->revision, out->value_number);
    if (!tc_pdf_place_equal(&now, &then))
      out->problem = "value_replaced";
  }
  bool whole = out->range[2] + out->range[3] == (off_t)document->bytes.size;
  out->coverage = out->problem != NULL ? TC_PDF_COVERS_ODD : whole ? TC_PDF_COVERS_FILE : TC_PDF_COVERS_REVISION;
  if (out->problem != NULL)
    out->revision = last;
}

static bool copy_name(const tc_pdf_object *name, char **out, tc_error *err)
{
  tc_bytes bytes = tc_pdf_bytes(name);
  return tc_str_printf(out, err, "%.*s", (int)(bytes.size < 200 ? bytes.size : 200),
                       bytes.data != NULL ? (const char *)bytes.data : "");
}

static bool read_texts(const tc_pdf_document *document, size_t revision, const tc_pdf_object *value,
                       tc_pdf_signature *out, tc_error *err)
{
  const struct {
    const char *key;
    char **text;
  } texts[] = {{"M", &out->signed_at},
               {"Name", &out->name},
               {"Reason", &out->reason},
               {"Location", &out->location},
               {"ContactInfo", &out->contact}};
  for (size_t i = 0; i < TC_ARRAY_LEN(texts); i++) {
    if (!tc_pdf_text(tc_pdf_get_in(document, revision, value, texts[i].key), texts[i].text, err))
      return false;
  }
  return copy_name(tc_pdf_get_in(document, revision, value, "SubFilter"), &out->sub_filter, err) &&
         copy_name(tc_pdf_get_in(document, revision, value, "Filter"), &out->filter, err);
}

/* Table 236, PDF 2.0: a signed field's lock may say that nothing may change any more. */
static void read_lock_permission(const tc_pdf_document *document, size_t revision, const tc_pdf_object *lock,
                                 tc_pdf_signature *out)
{
  if (tc_pdf_integer(tc_pdf_get_in(document, revision, lock, "P"), 0) == 1)
    out->docmdp = 1;
}

static bool read_lock(const tc_pdf_document *document, size_t revision, const tc_pdf_object *lock,
                      tc_pdf_signature *out, tc_error *err)
{
  const tc_pdf_object *action = tc_pdf_get_in(document, revision, lock, "Action");
  const tc_pdf_object *fields = tc_pdf_get_in(document, revision, lock, "Fields");
  if (out->lock != TC_PDF_LOCK_NONE || !tc_pdf_is_dict(lock))
    return true;
  size_t count = tc_pdf_count(fields);
  if (tc_pdf_kind_of(fields) != TC_PDF_ARRAY)
    count = 0;
  if (count > MAX_LOCK_FIELDS)
    return tc_fail(err, TC_LIMIT, "a signature that locks more than %d fields", MAX_LOCK_FIELDS);
  out->lock = tc_pdf_is_name(action, "Include")   ? TC_PDF_LOCK_INCLUDE
              : tc_pdf_is_name(action, "Exclude") ? TC_PDF_LOCK_EXCLUDE
                                                  : TC_PDF_LOCK_ALL; /* an unknown action locks everything */
  out->lock_fields = calloc(count + 1, sizeof *out->lock_fields);
  if (out->lock_fields == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a signature's locks");
  for (size_t i = 0; i < count; i++, out->lock_field_count++) {
    if (!tc_pdf_text(tc_pdf_at_in(document, revision, fields, i), &out->lock_fields[i], err))
      return false;
  }
  return true;
}

/* Reference: DocMDP and FieldMDP (12.8.2). DocMDP without P means 2; an unknown P counts as the strictest. */
static bool read_transforms(const tc_pdf_document *document, size_t revision, const tc_pdf_object *value,
                            tc_pdf_signature *out, tc_error *err)
{
  const tc_pdf_object *references = tc_pdf_get_in(document, revision, value, "Reference");
  for (size_t i = 0; i < tc_pdf_count(references); i++) {
    const tc_pdf_object *reference = tc_pdf_at_in(document, revision, references, i);
    const tc_pdf_object *method = tc_pdf_get_in(document, revision, reference, "TransformMethod");
    const tc_pdf_object *parameters = tc_pdf_get_in(document, revision, reference, "TransformParams");
    if (tc_pdf_is_name(method, "DocMDP")) {
      int64_t p = tc_pdf_integer(tc_pdf_get_in(document, revision, parameters, "P"), 2);
      out->docmdp = p == 2 || p == 3 ? (int)p : 1;
    } else if (tc_pdf_is_name(method, "FieldMDP") && !read_lock(document, revision, parameters, out, err)) {
      return false;
    }
  }
  return true;
}

static void read_widget(const tc_pdf_document *document, size_t revision, const tc_pdf_object *widget,
                        const uint32_t *pages, size_t page_count, tc_pdf_signature *out)
{
  uint32_t page = tc_pdf_reference(tc_pdf_get(widget, "P"));
  const tc_pdf_object *rect = tc_pdf_get_in(document, revision, widget, "Rect");
  out->page = SIZE_MAX;
  for (size_t i = 0; i < page_count && page != 0; i++) {
    if (pages[i] == page)
      out->page = i;
  }
  for (size_t i = 0; i < 4; i++)
    out->rect[i] = tc_pdf_number(tc_pdf_at_in(document, revision, rect, i), 0);
}

static bool has_area(const tc_pdf_document *document, size_t revision, const tc_pdf_object *widget)
{
  const tc_pdf_object *rect = tc_pdf_get_in(document, revision, widget, "Rect");
  double side[4];
  for (size_t i = 0; i < 4; i++)
    side[i] = tc_pdf_number(tc_pdf_at_in(document, revision, rect, i), 0);
  return (side[0] < side[2] || side[0] > side[2]) && (side[1] < side[3] || side[1] > side[3]);
}

static bool is_visible(const tc_pdf_document *document, size_t revision, const tc_pdf_object *field)
{
  const tc_pdf_object *kids = tc_pdf_get_in(document, revision, field, "Kids");
  bool visible = has_area(document, revision, field);
  for (size_t i = 0; i < tc_pdf_count(kids) && !visible; i++)
    visible = has_area(document, revision, tc_pdf_at_in(document, revision, kids, i));
  return visible;
}

bool tc_pdf_is_signature(const tc_pdf_document *document, size_t revision, const tc_pdf_object *value)
{
  const tc_pdf_object *dict = tc_pdf_resolve(document, revision, value);
  const tc_pdf_object *type = tc_pdf_get_in(document, revision, dict, "Type");
  return tc_pdf_is_dict(dict) && (tc_pdf_kind_of(tc_pdf_get(dict, "ByteRange")) != TC_PDF_NULL ||
                                  tc_pdf_kind_of(tc_pdf_get(dict, "Contents")) != TC_PDF_NULL ||
                                  tc_pdf_is_name(type, "Sig") || tc_pdf_is_name(type, "DocTimeStamp"));
}

bool tc_pdf_is_unreadable(const tc_pdf_document *document, size_t revision, const tc_pdf_object *value)
{
  uint32_t number = tc_pdf_reference(value);
  return number != 0 && tc_pdf_place_of(document, revision, number).kind != TC_PDF_NOWHERE &&
         tc_pdf_kind_of(tc_pdf_resolve(document, revision, value)) == TC_PDF_NULL;
}

bool tc_pdf_signature_read(const tc_pdf_document *document, const tc_pdf_field *field, const uint32_t *pages,
                           size_t page_count, tc_pdf_signature *out, tc_error *err)
{
  size_t last = tc_pdf_revision_last(document);
  const tc_pdf_object *value = tc_pdf_resolve(document, last, field->value);
  *out = (tc_pdf_signature){.field_number = field->number, .value_number = tc_pdf_reference(field->value)};
  read_contents(tc_pdf_get(value, "Contents"), out);
  check_coverage(document, value, out);
  read_widget(document, last, field->widget, pages, page_count, out);
  out->visible = is_visible(document, last, field->dict);
  out->has_legacy_cert = tc_pdf_kind_of(tc_pdf_get(value, "Cert")) != TC_PDF_NULL;
  const tc_pdf_object *perms = tc_pdf_get_in(document, last, tc_pdf_catalog(document, last), "Perms");
  out->docmdp_in_perms = out->value_number != 0 && tc_pdf_reference(tc_pdf_get(perms, "DocMDP")) == out->value_number;
  if (!tc_str_copy(field->name, &out->field_name, err) || !read_texts(document, last, value, out, err) ||
      !read_transforms(document, last, value, out, err) ||
      !read_lock(document, last, tc_pdf_get_in(document, last, field->dict, "Lock"), out, err))
    return false;
  read_lock_permission(document, last, tc_pdf_get_in(document, last, field->dict, "Lock"), out);
  out->is_timestamp = tc_pdf_is_name(tc_pdf_get_in(document, last, value, "Type"), "DocTimeStamp") ||
                      strcmp(out->sub_filter, "ETSI.RFC3161") == 0;
  return true;
}

void tc_pdf_signature_finish(tc_pdf_signature *signature)
{
  free(signature->field_name);
  free(signature->sub_filter);
  free(signature->filter);
  free(signature->signed_at);
  free(signature->name);
  free(signature->reason);
  free(signature->location);
  free(signature->contact);
  for (size_t i = 0; i < signature->lock_field_count; i++)
    free(signature->lock_fields[i]);
  free(signature->lock_fields);
  *signature = (tc_pdf_signature){0};
}
