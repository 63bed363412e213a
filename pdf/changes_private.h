/*
 * Private to pdf/: what the units of pdf/changes.h share.
 */
#pragma once

#include "pdf/changes.h"
#include "pdf/document_private.h"

/* Codes; the table in changes.c has their severities and meanings. */
#define TC_PDF_CODE_COVERAGE "coverage_odd"
#define TC_PDF_CODE_REPAIRED "structure_repaired"
#define TC_PDF_CODE_TRAILING "trailing_data"
#define TC_PDF_CODE_BYTES "unexplained_bytes"
#define TC_PDF_CODE_HIDDEN "hidden_object"
#define TC_PDF_CODE_OVERRIDDEN "object_overridden"
#define TC_PDF_CODE_DELETED "object_deleted"
#define TC_PDF_CODE_UNREADABLE "object_unreadable"
#define TC_PDF_CODE_UNEXPLAINED "object_unexplained"
#define TC_PDF_CODE_FILLED "reference_filled"
#define TC_PDF_CODE_CONTAINER "object_stream_replaced"
#define TC_PDF_CODE_TRAILER "trailer_changed"
#define TC_PDF_CODE_CATALOG "catalog_changed"
#define TC_PDF_CODE_METADATA "metadata_changed"
#define TC_PDF_CODE_FORM "form_changed"
#define TC_PDF_CODE_FIELD_REMOVED "field_removed"
#define TC_PDF_CODE_FIELD_ADDED "field_added"
#define TC_PDF_CODE_FIELD_CHANGED "field_changed"
#define TC_PDF_CODE_FIELD_LOCKED "field_locked"
#define TC_PDF_CODE_FORM_FILLED "form_filled"
#define TC_PDF_CODE_DOCMDP "docmdp_forbids"
#define TC_PDF_CODE_PAGE "page_changed"
#define TC_PDF_CODE_ANNOTATION "annotation_changed"
#define TC_PDF_CODE_DSS "dss_changed"
#define TC_PDF_CODE_PERMS "permissions_changed"
#define TC_PDF_CODE_READERS "readers_disagree"
#define TC_PDF_CODE_ORPHAN "signature_orphaned"
#define TC_PDF_CODE_REMOVED "signature_removed"

/* No other keys than those, ended by NULL; true of what is no dictionary. */
bool tc_pdf_has_only(const tc_pdf_object *dict, const char *const *keys);

TC_NODISCARD bool tc_pdf_changes_add(tc_pdf_changes *changes, const char *code, size_t revision, uint32_t object,
                                     off_t offset, tc_error *err, const char *format, ...) TC_PRINTF(7, 8);

/* Under which keys an object is referred to, in any revision: what may change in it depends on that. */
enum {
  TC_PDF_ROLE_ROOT = 1 << 0,
  TC_PDF_ROLE_INFO = 1 << 1,
  TC_PDF_ROLE_FORM = 1 << 2,
  TC_PDF_ROLE_FIELDS = 1 << 3,
  TC_PDF_ROLE_KIDS = 1 << 4,
  TC_PDF_ROLE_ANNOTS = 1 << 5,
  TC_PDF_ROLE_DSS = 1 << 6,
  TC_PDF_ROLE_VRI = 1 << 7,
  TC_PDF_ROLE_EVIDENCE = 1 << 8,  /* the lists of certificates, CRLs and OCSP responses */
  TC_PDF_ROLE_RESOURCES = 1 << 9, /* DR of the form */
  TC_PDF_ROLE_EXTENSIONS = 1 << 10,
  TC_PDF_ROLE_METADATA = 1 << 11,
  TC_PDF_ROLE_APPEARANCE = 1 << 12, /* N of a widget */
  TC_PDF_ROLE_OTHER = 1 << 13
};

/* Fonts that default appearances name, each since which revision. */
typedef struct tc_pdf_fonts {
  struct {
    tc_bytes name;
    uint32_t first;
  } * items;
  size_t count;
  bool any; /* too many, or spelled with escapes: any name may be among them */
} tc_pdf_fonts;
TC_NODISCARD bool tc_pdf_fonts_note(tc_pdf_fonts *fonts, const tc_pdf_object *appearance, uint32_t revision,
                                    tc_error *err);
bool tc_pdf_fonts_name(const tc_pdf_fonts *fonts, tc_bytes name, size_t revision); /* by that revision */
/* Whether a default appearance names no font that the old one does not, and holds no more than names, numbers and
   operators. */
bool tc_pdf_fonts_same(const tc_pdf_object *old, const tc_pdf_object *new);

/* What all objects of all revisions refer to. */
typedef struct tc_pdf_references {
  uint32_t number_end;
  uint16_t *roles;    /* of each number */
  uint32_t *first;    /* the earliest revision in which something refers to it; UINT32_MAX: nothing does */
  uint32_t *referrer; /* the one object that refers to it, in one place; 0: none, or trailers alone; UINT32_MAX: more */
  uint32_t *last;     /* while reading: the version that referred to it last, from 1 */
  uint8_t *container; /* 1: object streams of this number are in use */
  tc_pdf_fonts fonts;
} tc_pdf_references;
TC_NODISCARD bool tc_pdf_references_read(const tc_pdf_document *document, const tc_pdf_signatures *signatures,
                                         tc_pdf_changes *changes, tc_pdf_references *out, tc_error *err);
void tc_pdf_references_finish(tc_pdf_references *references);
TC_AUTO_VALUE(tc_pdf_references, tc_pdf_references_finish);

/* One number that a revision changed. */
typedef struct tc_pdf_change {
  uint32_t number;
  bool was_defined;
  bool explained;
  bool is_field; /* it was explained as a new field, or a widget of one */
} tc_pdf_change;

/* From one revision to the next. Rules report through `failed` and `err`: only memory can fail. */
typedef struct tc_pdf_step {
  const tc_pdf_document *document;
  const tc_pdf_signatures *signatures;
  const tc_pdf_references *references;
  size_t before, after;
  tc_pdf_change *changed; /* sorted by number */
  size_t count;
  tc_pdf_changes *changes;
  tc_error *err;
  bool failed;
} tc_pdf_step;

void tc_pdf_step_report(tc_pdf_step *step, const char *code, uint32_t object, const char *format, ...) TC_PRINTF(4, 5);
tc_pdf_change *tc_pdf_step_find(const tc_pdf_step *step, uint32_t number);                 /* NULL: not changed */
const tc_pdf_object *tc_pdf_step_old(const tc_pdf_step *step, const tc_pdf_object *value); /* resolved before */
const tc_pdf_object *tc_pdf_step_new(const tc_pdf_step *step, const tc_pdf_object *value); /* resolved after */
/* The same value, or references to equal values that are no streams. */
bool tc_pdf_step_equal(const tc_pdf_step *step, const tc_pdf_object *old, const tc_pdf_object *new);
/* The object that holds a value may change, since the caller compares its parts: a new number, or the same number
   before and after, which nothing but the caller's holder leads to (its roles are within `roles`; 0: not asked, for the
   catalog) and which is no stream but for metadata: a key of that name could stand elsewhere, among a page's resources.
 */
void tc_pdf_step_explain_holder(tc_pdf_step *step, const tc_pdf_object *old, const tc_pdf_object *new, unsigned roles);
/* New objects that a new value leads to. */
void tc_pdf_step_explain_new(tc_pdf_step *step, const tc_pdf_object *value);
void tc_pdf_step_explain(tc_pdf_step *step, uint32_t number);
bool tc_pdf_step_is_new(const tc_pdf_step *step, const tc_pdf_object *value); /* a reference to a new number */
/* The keys of two dictionaries that are not equal, without those listed; calls `visit` with each. */
void tc_pdf_step_differences(tc_pdf_step *step, const tc_pdf_object *old, const tc_pdf_object *new,
                             const char *const *except, void (*visit)(tc_pdf_step *, tc_bytes key, void *data),
                             void *data);

/* Whether a signature before forbids that the field is added (with_value: signed or filled in); each that does is
   reported. In changes_field.c. */
bool tc_pdf_step_forbids(tc_pdf_step *step, uint32_t number, const char *name, bool with_value);

/* A field, or a widget of one, that was there before. */
typedef struct tc_pdf_filling {
  uint32_t number;
  const char *name; /* fully qualified; a widget's is its field's */
  const tc_pdf_object *type, *old, *new;
} tc_pdf_filling;
/* Judges it as a fill, see changes_fill.c; false where its value and looks stayed or it is not filled in at all. */
bool tc_pdf_step_fill(tc_pdf_step *step, const tc_pdf_filling *filling);

void tc_pdf_step_form(tc_pdf_step *step, const tc_pdf_object *old, const tc_pdf_object *new); /* changes_form.c */
/* changes_intents.c: whether the catalog's OutputIntents stayed, or are added in a way that shows nothing. */
bool tc_pdf_step_intents(tc_pdf_step *step, const tc_pdf_object *old, const tc_pdf_object *new);
void tc_pdf_step_metadata(tc_pdf_step *step, const tc_pdf_object *old,
                          const tc_pdf_object *new); /* changes_metadata.c */
/* changes_structure.c; after the form's rules. `value`: the catalog's StructTreeRoot, which stayed. */
void tc_pdf_step_structure(tc_pdf_step *step, const tc_pdf_object *value);
void tc_pdf_step_pages(tc_pdf_step *step);    /* changes_pages.c */
void tc_pdf_step_document(tc_pdf_step *step); /* changes_document.c */

/* changes_bytes.c: bytes of the revisions after `signed_revision` that nothing explains, and data after the end. */
TC_NODISCARD bool tc_pdf_changes_bytes(const tc_pdf_document *document, size_t signed_revision, tc_pdf_changes *changes,
                                       tc_error *err);
/* plain_reader.c: whether the file leaves a reader nothing to interpret, so that no second one could disagree. */
TC_NODISCARD bool tc_pdf_is_plain(const tc_pdf_document *document, bool *plain, tc_error *err);
/* second_reader.c */
TC_NODISCARD bool tc_pdf_second_reader(const tc_pdf_document *document, size_t signed_revision, tc_pdf_changes *changes,
                                       tc_error *err);
