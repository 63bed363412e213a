/*
 * One pass over every version of every object: which numbers are referred to, since when, and under which keys. A
 * number that signed content refers to while it leads nowhere must stay without meaning; an array that is a list of
 * certificates and the contents of a page at once must not grow. Signature dictionaries that no field presents are
 * noted on the way.
 */
#include "pdf/changes_private.h"

#include <string.h>

typedef struct pass {
  const tc_pdf_document *document;
  tc_pdf_references *references;
  uint32_t revision, holder, index; /* holder 0: a trailer; index: of the version, from 1 */
  tc_error *err;
  bool failed; /* for want of memory */
} pass;

static const struct {
  const char *key;
  unsigned role;
} roles[] = {{"Root", TC_PDF_ROLE_ROOT},         {"Info", TC_PDF_ROLE_INFO},
             {"AcroForm", TC_PDF_ROLE_FORM},     {"Fields", TC_PDF_ROLE_FIELDS},
             {"Kids", TC_PDF_ROLE_KIDS},         {"Annots", TC_PDF_ROLE_ANNOTS},
             {"DSS", TC_PDF_ROLE_DSS},           {"VRI", TC_PDF_ROLE_VRI},
             {"Certs", TC_PDF_ROLE_EVIDENCE},    {"CRLs", TC_PDF_ROLE_EVIDENCE},
             {"OCSPs", TC_PDF_ROLE_EVIDENCE},    {"Cert", TC_PDF_ROLE_EVIDENCE},
             {"CRL", TC_PDF_ROLE_EVIDENCE},      {"OCSP", TC_PDF_ROLE_EVIDENCE},
             {"DR", TC_PDF_ROLE_RESOURCES},      {"Extensions", TC_PDF_ROLE_EXTENSIONS},
             {"Metadata", TC_PDF_ROLE_METADATA}, {"N", TC_PDF_ROLE_APPEARANCE}};

static unsigned role_of(tc_bytes key)
{
  for (size_t i = 0; i < TC_ARRAY_LEN(roles); i++) {
    if (tc_bytes_are(key, roles[i].key))
      return roles[i].role;
  }
  return TC_PDF_ROLE_OTHER;
}

/* Most values do not, and cost nothing more. */
static bool leads_on(const tc_pdf_object *value) { return value->kind >= TC_PDF_ARRAY; }

static void note_referrer(const pass *p, uint32_t number)
{
  uint32_t *referrer = &p->references->referrer[number], *last = &p->references->last[number];
  if (p->holder == 0)
    return;
  bool again = *last == p->index || (*referrer != 0 && *referrer != p->holder);
  *referrer = again ? UINT32_MAX : p->holder;
  *last = p->index;
}

static void note_font(pass *p, tc_bytes key, const tc_pdf_object *value)
{
  if (!tc_bytes_are(key, "DA") || p->failed)
    return;
  value = tc_pdf_resolve(p->document, p->revision, value);
  p->failed =
      tc_pdf_kind_of(value) == TC_PDF_STRING && !tc_pdf_fonts_note(&p->references->fonts, value, p->revision, p->err);
}

/* Recursion ends with the nesting that the parser allowed. Elements of an array count as OTHER: a list's own number
   stands under the key, its members do not. */
static void note(pass *p, const tc_pdf_object *value, unsigned role)
{
  uint32_t number = tc_pdf_reference(value);
  if (number != 0 && number < p->references->number_end) {
    p->references->roles[number] |= (uint16_t)role;
    note_referrer(p, number);
    if (p->revision < p->references->first[number])
      p->references->first[number] = p->revision;
  } else if (tc_pdf_kind_of(value) == TC_PDF_ARRAY) {
    for (size_t i = 0; i < tc_pdf_count(value); i++)
      if (leads_on(tc_pdf_at(value, i)))
        note(p, tc_pdf_at(value, i), TC_PDF_ROLE_OTHER);
  } else {
    for (size_t i = 0; i < tc_pdf_count(value); i++) {
      note_font(p, tc_pdf_key_at(value, i), tc_pdf_value_at(value, i));
      if (leads_on(tc_pdf_value_at(value, i)))
        note(p, tc_pdf_value_at(value, i), role_of(tc_pdf_key_at(value, i)));
    }
  }
}

/* Some entries of a cross-reference stream are a trailer's. What only calls itself one may be anything. */
static void note_section(pass *p, const tc_pdf_object *stream)
{
  for (size_t i = 0; i < tc_pdf_count(stream); i++) {
    tc_bytes key = tc_pdf_key_at(stream, i);
    if (!tc_bytes_are(key, "Root") && !tc_bytes_are(key, "Info") && !tc_bytes_are(key, "Encrypt"))
      note(p, tc_pdf_value_at(stream, i), TC_PDF_ROLE_OTHER);
  }
}

static bool is_presented(const tc_pdf_signatures *signatures, uint32_t number)
{
  for (size_t i = 0; i < tc_pdf_signatures_count(signatures); i++) {
    if (tc_pdf_signatures_at(signatures, i)->value_number == number)
      return true;
  }
  return false;
}

/* A later signature covers the state in which the older one is gone; without one it was simply taken out. */
static bool is_covered(const tc_pdf_signatures *signatures, size_t revision)
{
  for (size_t i = 0; i < tc_pdf_signatures_count(signatures); i++) {
    const tc_pdf_signature *signature = tc_pdf_signatures_at(signatures, i);
    if (signature->coverage != TC_PDF_COVERS_ODD && signature->revision >= revision)
      return true;
  }
  return false;
}

static bool note_orphan(const pass *p, uint32_t number, const tc_pdf_object *value, const tc_pdf_signatures *signatures,
                        tc_pdf_changes *changes, tc_error *err)
{
  if (tc_pdf_kind_of(tc_pdf_get(value, "ByteRange")) != TC_PDF_ARRAY ||
      tc_pdf_kind_of(tc_pdf_get(value, "Contents")) != TC_PDF_STRING || is_presented(signatures, number))
    return true;
  bool covered = is_covered(signatures, p->revision);
  return tc_pdf_changes_add(changes, covered ? TC_PDF_CODE_ORPHAN : TC_PDF_CODE_REMOVED,
                            covered ? p->revision : SIZE_MAX, number, tc_pdf_offset(value), err,
                            "object %u is a signature that no field presents", number);
}

bool tc_pdf_references_read(const tc_pdf_document *document, const tc_pdf_signatures *signatures,
                            tc_pdf_changes *changes, tc_pdf_references *out, tc_error *err)
{
  size_t size = (size_t)document->number_end + 1;
  out->number_end = document->number_end;
  out->roles = calloc(size, sizeof *out->roles);
  out->first = malloc(size * sizeof *out->first);
  out->referrer = calloc(size, sizeof *out->referrer);
  out->last = calloc(size, sizeof *out->last);
  out->container = calloc(size, 1);
  if (out->roles == NULL || out->first == NULL || out->referrer == NULL || out->last == NULL || out->container == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for the references of a PDF");
  memset(out->first, 0xFF, size * sizeof *out->first);
  for (size_t i = 0; i < document->version_count; i++) {
    const tc_pdf_version *version = &document->versions[i];
    pass p = {.document = document,
              .references = out,
              .revision = version->revision,
              .holder = version->number,
              .index = (uint32_t)i + 1,
              .err = err};
    if (version->place.kind == TC_PDF_IN_STREAM && version->place.container < document->number_end)
      out->container[version->place.container] = 1;
    if (version->place.kind == TC_PDF_NOWHERE)
      continue;
    const tc_pdf_object *value = tc_pdf_lookup(document, version->revision, version->number);
    if (tc_pdf_is_name(tc_pdf_get(value, "Type"), "XRef"))
      note_section(&p, value);
    else
      note(&p, value, TC_PDF_ROLE_OTHER);
    if (p.failed || !note_orphan(&p, version->number, value, signatures, changes, err))
      return false;
  }
  for (size_t i = 0; i < document->revision_count; i++) { /* a trailer's other keys lead nowhere */
    pass p = {.document = document, .references = out, .revision = (uint32_t)i, .err = err};
    note(&p, tc_pdf_get(document->trailers[i], "Root"), TC_PDF_ROLE_ROOT);
    note(&p, tc_pdf_get(document->trailers[i], "Info"), TC_PDF_ROLE_INFO);
  }
  return true;
}

void tc_pdf_references_finish(tc_pdf_references *references)
{
  free(references->roles);
  free(references->first);
  free(references->referrer);
  free(references->last);
  free(references->container);
  free(references->fonts.items);
}
