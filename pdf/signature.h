/*
 * Preparing and filling PAdES signatures. Prepare appends a revision with a signature field, its widget and a signature
 * dictionary whose Contents is a reserved row of zeros; the caller digests the byte ranges, has the CMS made wherever
 * the key lives, and fill writes it into the reserved place. The two calls share nothing but tc_pdf_prepared, so they
 * may lie days and machines apart.
 *
 * The result stays PDF/A-3b: the widget has the Print flag, a trivial appearance stream or a stamp (what is seen of a
 * certified copy's signatures is drawn on the page when it is composed), no action, and everything the standard wants
 * of a signature dictionary. Ownership: descriptors are the caller's. Threading: free of state. Source: ISO
 * 32000-2, 12.7.5.5 and 12.8; ETSI EN 319 142-1, 5.3 and 5.4.3.
 */
#pragma once

#include "pdf/document_signatures.h"
#include "pdf/stamp.h"
#include "pdf/update.h"

typedef struct tc_pdf_signature_options {
  bool timestamp;            /* a document time-stamp (ETSI.RFC3161) instead of a signature (ETSI.CAdES.detached) */
  const char *field_name;    /* UTF-8 without '.'; an unsigned signature field of that name is used, else one is added;
                                NULL: the first free of "Signature1", "Signature2", … */
  size_t page;               /* 0-based page of the widget; default 0 */
  bool page_from_end;        /* counted from the last page, which is 0 */
  double rect[4];            /* left, bottom, right, top in default user space (points, origin bottom left); zeros:
                                invisible */
  const tc_pdf_stamp *stamp; /* what the signature shows; with it `rect` is not looked at. NULL: nothing */
  int64_t signed_at;         /* Unix seconds, for /M; 0: no /M (a time-stamp has none). */
  int utc_offset_minutes;    /* of /M; 420 is UTC+7 */
  const char *name, *reason, *location, *contact; /* UTF-8 or NULL */
  int docmdp;              /* 1…3: a certification signature with these permissions; it must be the first. 0: none */
  tc_pdf_lock_action lock; /* FieldMDP: which fields this signature locks */
  bool lock_present;       /* instead of `lock`: the fields that are there now, this one among them, by name. So a
                              document time-stamp that comes later is none of the locked ones */
  const char *const *lock_fields;  /* for include and exclude; fully qualified names, NULL-terminated */
  size_t contents_size;            /* bytes reserved for the DER value; default 16384 */
  const tc_pdf_open_options *open; /* limits and password; NULL: the defaults */
} tc_pdf_signature_options;
tc_pdf_signature_options tc_pdf_signature_options_default(void);

typedef struct tc_pdf_prepared {
  off_t range[4];        /* the ByteRange as written: offset, length, offset, length */
  off_t contents_offset; /* of the '<' before the reserved hexadecimal digits */
  size_t contents_size;  /* reserved bytes; twice as many digits */
} tc_pdf_prepared;

/* Appends the revision: reads fd (the PDF), writes the whole to out_fd from its position 0.
   `copied`: as in tc_pdf_update_finish. TC_CONFLICT: the field is signed already, the document is certified with P=1,
   a certification is not the first signature, or the field is locked by an earlier signature. TC_DENIED: the PDF's
   protection permits no signature (a time-stamp it does). TC_USAGE: no such page, a bad name. */
TC_NODISCARD bool tc_pdf_signature_prepare(int fd, const tc_pdf_signature_options *options, int out_fd, bool copied,
                                           tc_pdf_prepared *out, tc_error *err);
/* The digest input: SHA-256 of the two ranges, read by streaming. For other digests read the ranges yourself. */
TC_NODISCARD bool tc_pdf_prepared_sha256(int fd, const tc_pdf_prepared *prepared, uint8_t out[32], tc_error *err);
/* Writes the DER value as hexadecimal, and zeros to the end of the reserved place, into fd (open for reading and
   writing). TC_LIMIT: it does not fit; TC_CONFLICT: the place is not the empty reserved row that prepare left. Writes
   no other byte. Does not sync. */
TC_NODISCARD bool tc_pdf_signature_fill(int fd, const tc_pdf_prepared *prepared, tc_bytes der, tc_error *err);
