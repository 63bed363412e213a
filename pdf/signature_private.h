/*
 * Inside of preparing a signature: what choosing its field and setting its objects share.
 */
#pragma once

#include "pdf/geometry.h"
#include "pdf/signature.h"
#include "pdf/signature_dict.h"

enum { TC_PDF_CONTENTS_MAX = 1 << 24 };

typedef struct tc_pdf_signing {
  const tc_pdf_signature_options *options;
  tc_pdf_signature_options own; /* `options`, with the fields that are there now and the stamp's rectangle */
  char **present;               /* their names, NULL-terminated */
  size_t present_count;
  tc_pdf_update *update;
  const tc_pdf_document *document;
  size_t revision;
  uint32_t page; /* number of the widget's page */
  char *field_name;
  uint32_t field;                 /* number */
  const tc_pdf_object *old;       /* the existing field, or NULL */
  uint32_t value, appearance;     /* numbers */
  tc_pdf_point stamp_size;        /* as it is seen */
  int rotate;                     /* of the stamp's page */
  tc_buf catalog_entries;         /* new entries of the catalog */
  const char *catalog_without[3]; /* keys they replace */
  size_t catalog_count;
} tc_pdf_signing;

/* signature_objects.c: the stamp's rectangle, once page and field are chosen. */
TC_NODISCARD bool tc_pdf_signing_place(tc_pdf_signing *p, tc_error *err);
/* The dictionary, the field with its widget, and what leads to them. */
TC_NODISCARD bool tc_pdf_signing_set(tc_pdf_signing *p, const tc_pdf_signature_text *text, tc_error *err);
