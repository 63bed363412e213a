/*
 * Paper types as data: one JSON file each (schemas/json/paper-type.schema.json), read from a folder. A type says how
 * it is known (titles, marks), and where each field stands (labels, head, title, signature block, pattern), what kind
 * of value it has and which checks it must pass. Kinds, checks and cross-checks are names with parameters out of one
 * table in C (ocr/validator.h); word lists (ethnic groups, provinces, syllables …) are data beside the types.
 *
 * Errors (TC_CONFIG) name the file and, as a JSON pointer (RFC 6901), the place in it.
 * Ownership: the set owns its types. Threading: immutable once loaded, shared freely.
 */
#pragma once

#include "base/auto.h"
#include "base/error.h"

#include <stddef.h>

typedef struct tc_paper_types tc_paper_types;

typedef struct tc_paper_types_options {
  const char *folder;       /* the types: every *.json in it */
  const char *more_folder;  /* further types, which win over those of the same id; NULL or "": none */
  const char *words_folder; /* the word lists that types and validators name */
} tc_paper_types_options;

TC_NODISCARD bool tc_paper_types_load(const tc_paper_types_options *options, tc_paper_types **out, tc_error *err);
void tc_paper_types_destroy(tc_paper_types *types);
TC_AUTO_POINTER(tc_paper_types, tc_paper_types_destroy);

size_t tc_paper_types_count(const tc_paper_types *types);
/* Stable id ("birth_certificate") and name for people, in the language of the schema; index < count. */
const char *tc_paper_types_id(const tc_paper_types *types, size_t index);
const char *tc_paper_types_name(const tc_paper_types *types, size_t index);
/* The name people read for a field's key ("mother's residence", in the language of the schema); the key itself where
 * the type or field is unknown. */
const char *tc_paper_types_field_name(const tc_paper_types *types, const char *type_id, const char *key);
/* The keys of a type in form order: index from 0; NULL behind the last or for an unknown type. */
const char *tc_paper_types_field_key(const tc_paper_types *types, const char *type_id, size_t index);
