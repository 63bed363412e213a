/*
 * Private to pdf/changes*: what the rules for the form and those for its new fields share.
 */
#pragma once

#include "pdf/changes_private.h"

/* What a field hands down to its kids. */
typedef struct tc_pdf_field_line {
  const char *name;
  const tc_pdf_object *type;
  bool is_signed; /* by a signature of this revision that may be seen */
  size_t depth;
  bool drawn_anew; /* viewers may draw fields otherwise now */
} tc_pdf_field_line;

/* ---- changes_field.c ---- */

/* A field, or a widget of one, that was not there before: a signature field, a time-stamp's, or a group of them. */
void tc_pdf_step_new_field(tc_pdf_step *step, const tc_pdf_object *value, const tc_pdf_field_line *above);
/* The value must be a new dictionary: an older one cannot have signed this revision. */
void tc_pdf_step_new_value(tc_pdf_step *step, uint32_t field, const tc_pdf_object *value);
/* May this field be added or signed under the signatures before? */
void tc_pdf_step_permission(tc_pdf_step *step, uint32_t number, const char *name, const tc_pdf_object *value);
/* Whether a widget draws on its page. */
bool tc_pdf_step_draws(const tc_pdf_step *step, const tc_pdf_object *widget);
/* Signed in this revision by one who answers for what it shows. */
bool tc_pdf_step_signed_here(tc_pdf_step *step, const tc_pdf_object *dict, const tc_pdf_field_line *above);
const tc_pdf_object *tc_pdf_step_type(tc_pdf_step *step, const tc_pdf_object *dict, const tc_pdf_field_line *above);
char *tc_pdf_step_name(tc_pdf_step *step, const char *parent, const tc_pdf_object *dict); /* NULL: no memory */

/* ---- changes_form_looks.c ---- */

/* What viewers draw fields with: the form's DR, DA and NeedAppearances. Tells whether fields that were there may be
   drawn anew. */
bool tc_pdf_step_form_looks(tc_pdf_step *step, const tc_pdf_object *old, const tc_pdf_object *new);
void tc_pdf_step_form_key(tc_pdf_step *step, tc_bytes key, void *data); /* reports a key of the form */
