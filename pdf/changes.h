/*
 * What was done to a PDF after it was signed. Each revision after the first signed one is compared with the one before,
 * object by object and field by field; what no rule explains is a violation, so unknown changes are never valid.
 *
 * Explained, for every signature before: signature fields with their widgets, signatures and document time-stamps, the
 * security store, and the entries of catalog, AcroForm, Annots and Perms that these need (ISO 32000-2, 12.8.2.2 with
 * DocMDP P; ETSI EN 319 142-1, 5.4 and 5.5). Everything else is not: changed pages and contents, form values, fonts,
 * added pages, overridden or deleted objects, objects that hide between the revisions, meaning given to a reference
 * that led nowhere when the document was signed.
 *
 * A second, independent reader (qpdf with recovery off) reads the signed prefixes and the whole file; where its pages
 * are not ours is a finding.
 *
 * Ownership: the caller owns the list. Threading: free of state; the document belongs to the calling thread.
 */
#pragma once

#include "pdf/document_signatures.h"

typedef enum tc_pdf_severity {
  TC_PDF_NOTE,     /* worth knowing; does not touch the verdict */
  TC_PDF_VIOLATION /* not intact */
} tc_pdf_severity;

typedef struct tc_pdf_finding {
  const char *code; /* stable, snake_case; one of tc_pdf_finding_codes */
  tc_pdf_severity severity;
  size_t revision; /* in which it appeared, 0-based; SIZE_MAX: the file as a whole */
  uint32_t object; /* object number, or 0 */
  off_t offset;    /* in the file, or -1 */
  char *detail;    /* one sentence for an expert, in English */
} tc_pdf_finding;

typedef struct tc_pdf_changes tc_pdf_changes;

typedef struct tc_pdf_changes_options {
  bool second_reader; /* default true */
} tc_pdf_changes_options;

/* Examines all revisions after the first signed one. An unsigned document gives an empty list. options NULL: defaults.
   Fails only for want of memory or limits; whatever the file does is a finding. */
TC_NODISCARD bool tc_pdf_changes_read(const tc_pdf_document *document, const tc_pdf_signatures *signatures,
                                      const tc_pdf_changes_options *options, tc_pdf_changes **out, tc_error *err);
void tc_pdf_changes_destroy(tc_pdf_changes *changes);
TC_AUTO_POINTER(tc_pdf_changes, tc_pdf_changes_destroy);

size_t tc_pdf_changes_count(const tc_pdf_changes *changes);
const tc_pdf_finding *tc_pdf_changes_at(const tc_pdf_changes *changes, size_t index);
/* Does the finding touch this signature: a violation in a later revision, or in the file as a whole? */
bool tc_pdf_finding_concerns(const tc_pdf_finding *finding, const tc_pdf_signature *signature);
/* No violation touches the signature, and its coverage is not odd. */
bool tc_pdf_changes_allow(const tc_pdf_changes *changes, const tc_pdf_signature *signature);

typedef struct tc_pdf_finding_code {
  const char *code;
  tc_pdf_severity severity;
  const char *meaning; /* one sentence, English */
} tc_pdf_finding_code;
/* Every code that can come out, for the table of words and for docs. */
extern const tc_pdf_finding_code tc_pdf_finding_codes[];
extern const size_t tc_pdf_finding_code_count;
