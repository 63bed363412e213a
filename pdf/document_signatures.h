/*
 * The signatures of a PDF, as its form fields present them, with every claim about byte ranges checked against the
 * file; and what a validator needs from the document beside them: the security store and the associated files.
 * No cryptography here: the caller digests the spans and gives Contents to signing/.
 *
 * Ownership: everything returned is borrowed from the list, and the list borrows from the document.
 * Threading: as the document. Source: ISO 32000-2, 12.8; ETSI EN 319 142-1, 5.
 */
#pragma once

#include "pdf/document.h"

typedef enum tc_pdf_coverage {
  TC_PDF_COVERS_FILE,     /* everything but Contents, to the last byte of the file */
  TC_PDF_COVERS_REVISION, /* everything but Contents, to the end of its revision; later updates follow */
  TC_PDF_COVERS_ODD       /* anything else: never intact; `problem` says what */
} tc_pdf_coverage;

typedef enum tc_pdf_lock_action {
  TC_PDF_LOCK_NONE,
  TC_PDF_LOCK_ALL,
  TC_PDF_LOCK_INCLUDE,
  TC_PDF_LOCK_EXCLUDE
} tc_pdf_lock_action;

typedef struct tc_pdf_signature {
  char *field_name;      /* fully qualified, UTF-8 */
  uint32_t field_number; /* object number of the field; 0 for a direct one */
  uint32_t value_number; /* object number of the signature dictionary; 0 for a direct one */
  bool is_timestamp;     /* /Type /DocTimeStamp */
  char *sub_filter;      /* e.g. "ETSI.CAdES.detached"; "" where missing */
  char *filter;
  tc_pdf_coverage coverage;
  const char *problem;         /* stable code where coverage is odd: see document_signatures.c; NULL otherwise */
  off_t range[4];              /* offset, length, offset, length; zeros where the array is unusable */
  size_t revision;             /* the revision it closes; the last one where coverage is odd */
  off_t contents_offset;       /* of the '<' */
  off_t contents_end;          /* one past the '>' */
  tc_bytes contents;           /* decoded, without the padding: exactly one BER or DER value */
  bool contents_is_whole;      /* false: no such value; contents is the whole string then */
  bool contents_is_indefinite; /* BER of indefinite length: legal in CMS, not DER */
  bool padding_is_zero;
  size_t padding;                           /* bytes after the DER value */
  char *signed_at;                          /* /M as written, "" where missing */
  char *name, *reason, *location, *contact; /* UTF-8, "" where missing */
  int docmdp;                               /* 1, 2 or 3; 0: it says nothing of changes */
  bool docmdp_in_perms;                     /* the catalog's /Perms /DocMDP names this signature */
  tc_pdf_lock_action lock;                  /* FieldMDP, or the field's /Lock where it is signed */
  char **lock_fields;
  size_t lock_field_count;
  bool has_legacy_cert; /* /Cert: only for adbe.x509.rsa_sha1 */
  size_t page;          /* 0-based page of the widget, or SIZE_MAX */
  double rect[4];       /* of the widget, PDF points, as written; zeros: invisible */
  bool visible;         /* any of its widgets has an area */
} tc_pdf_signature;

typedef struct tc_pdf_signatures tc_pdf_signatures;

/* In the order of their revisions (those with odd coverage last, in the order of the fields). A file without a
   signature gives an empty list. TC_LIMIT beyond 1,000 signatures. */
TC_NODISCARD bool tc_pdf_signatures_read(const tc_pdf_document *document, tc_pdf_signatures **out, tc_error *err);
void tc_pdf_signatures_destroy(tc_pdf_signatures *signatures);
TC_AUTO_POINTER(tc_pdf_signatures, tc_pdf_signatures_destroy);
size_t tc_pdf_signatures_count(const tc_pdf_signatures *signatures);
const tc_pdf_signature *tc_pdf_signatures_at(const tc_pdf_signatures *signatures, size_t index);
size_t tc_pdf_signatures_empty_fields(const tc_pdf_signatures *signatures); /* signature fields nobody has signed */

/* The two spans that the digest runs over, borrowed from the document; only where coverage is not odd (asserted). */
void tc_pdf_signature_spans(const tc_pdf_document *document, const tc_pdf_signature *signature, tc_bytes spans[2]);

/* Its lock covers the field of that fully qualified name, itself or by one above it (ISO 32000-2, 12.7.4.2, 12.8.2.4).
 */
bool tc_pdf_signature_locks(const tc_pdf_signature *signature, const char *field);

/* The document security store of a revision (ETSI EN 319 142-1, 5.4.2): DER values. */
typedef struct tc_pdf_blob_list {
  tc_buf *items;
  size_t count;
} tc_pdf_blob_list;
typedef struct tc_pdf_dss {
  bool present;
  tc_pdf_blob_list certs, crls, ocsps; /* the store's own arrays and those of every VRI entry, each stream once */
  char **vri;                          /* names of the VRI entries: SHA-1 of the signature's Contents, upper case */
  size_t vri_count;
} tc_pdf_dss;
TC_NODISCARD bool tc_pdf_dss_read(const tc_pdf_document *document, size_t revision, tc_pdf_dss *out, tc_error *err);
void tc_pdf_dss_finish(tc_pdf_dss *dss);
TC_AUTO_VALUE(tc_pdf_dss, tc_pdf_dss_finish);

/* The stream of the first file of this name (UTF-8) that is embedded through /AF of the catalog or /Names
   /EmbeddedFiles, whatever can be read of it and of other files; NULL where there is none. TC_LIMIT: a name tree that
   is too deep. */
TC_NODISCARD bool tc_pdf_file_find(const tc_pdf_document *document, size_t revision, const char *name,
                                   const tc_pdf_object **out, tc_error *err);
