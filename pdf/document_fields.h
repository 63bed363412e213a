/*
 * Private to pdf/: walks the form fields of a revision (ISO 32000-2, 12.7.4).
 */
#pragma once

#include "pdf/document.h"

typedef struct tc_pdf_field {
  const char *name;            /* fully qualified; borrowed until the visit returns */
  uint32_t number;             /* 0 for a direct dictionary */
  const tc_pdf_object *dict;   /* the terminal field */
  const tc_pdf_object *widget; /* its first widget: the field itself, a kid, or the null object */
  const tc_pdf_object *type;   /* FT, inherited */
  const tc_pdf_object *value;  /* V of the field itself, not resolved */
} tc_pdf_field;

typedef bool tc_pdf_field_visit(const tc_pdf_field *field, void *data, tc_error *err);

/* Visits the terminal fields in the order of the tree; a visit that fails ends the walk. TC_FORMAT: a loop. */
TC_NODISCARD bool tc_pdf_fields_each(const tc_pdf_document *document, size_t revision, tc_pdf_field_visit *visit,
                                     void *data, tc_error *err);
