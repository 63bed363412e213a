/*
 * A paper type in memory, as extraction sees it: internal to ocr/. Texts are borrowed from the type's JSON, labels are
 * folded (ocr/fuzzy.h). Threading: immutable once loaded.
 */
#pragma once

#include "ocr/crosscheck.h"
#include "ocr/paper_type.h"
#include "ocr/value.h"

/* Where a field's value stands. */
typedef enum tc_find {
  TC_FIND_LABEL,            /* right of a label, up to the next one, and on the lines below */
  TC_FIND_HEAD,             /* the lines at the page's top left, above a label */
  TC_FIND_TITLE,            /* the title itself */
  TC_FIND_UNDER_TITLE,      /* the lines below the title, above a label */
  TC_FIND_DATELINE_PLACE,   /* the place of "place, day … month … year …" */
  TC_FIND_DATELINE_DATE,    /* its date */
  TC_FIND_SIGNER_AUTHORITY, /* the signature block: on whose behalf */
  TC_FIND_SIGNER_TITLE,     /* … the signer's title */
  TC_FIND_SIGNER_NAME,      /* … the name below the signature */
  TC_FIND_LINE,             /* the line that one of the labels begins, the label's words included */
  TC_FIND_PATTERN,          /* the first words of the page that the value's pattern matches */
  TC_FIND_MRZ               /* the machine-readable lines of a card (ICAO Doc 9303, TD1) */
} tc_find;

typedef struct tc_label_set {
  char **folded;
  size_t count;
} tc_label_set;

typedef struct tc_field_model {
  const char *key, *name;
  const char *section; /* "" where the type has none */
  tc_find find;
  tc_label_set labels; /* of TC_FIND_LABEL */
  tc_label_set until;  /* what ends the zone, of the others */
  bool unique;         /* no other field of the type has one of its labels */
  double rarity;       /* 1: no other type has one of its labels; of three types that have it, a third … */
  const tc_value_kind *kind;
  const tc_json *params;
  tc_pattern *pattern; /* NULL where the kind has none */
  tc_pattern *near;    /* of what is found by its pattern, as it may be misread; NULL: not looked for */
  tc_pattern *take;    /* the part of what stands at the place that is the value; NULL: all of it */
  size_t at;           /* the field at whose place this one stands; SIZE_MAX: it has a place of its own */
  int lines;           /* most lines of a value */
  bool below;          /* the value may stand under the label */
  bool by_hand;        /* filled in by hand as a rule: never sure by reading */
  bool anywhere;       /* without its label, it is what the pattern matches */
} tc_field_model;

/* A part of the form with a heading of its own. */
typedef struct tc_section_model {
  const char *name;
  tc_label_set headings;
} tc_section_model;

enum { TC_CODE_PARTS_MAX = 16 };

/* What stands in a code (QR) on the paper: texts one behind the other, fields of the type among them. */
typedef struct tc_code_model {
  const char *separator;
  size_t fields[TC_CODE_PARTS_MAX]; /* SIZE_MAX: no field of the type */
  size_t count;                     /* 0: the paper has none */
} tc_code_model;

typedef struct tc_paper_type {
  const char *id, *name;
  tc_json *json; /* owns the texts */
  tc_label_set titles;
  tc_label_set avoid;         /* titles of other papers that look alike */
  tc_label_set marks;         /* phrases that speak for the type */
  double *mark_rarities;      /* of each: as of a field */
  tc_label_set required;      /* phrases without which it is not this type */
  bool untitled;              /* known by its required phrases: it has no title of its own */
  tc_label_set stops;         /* phrases that end a value */
  tc_label_set signature;     /* what opens the signature block */
  const char *columns[2];     /* sections side by side; NULL where there are none */
  tc_section_model *sections; /* those with headings */
  size_t section_count;
  const tc_word_list *authorities; /* first words of a line "on behalf of" */
  const tc_word_list *signer_titles;
  const tc_word_list *authority_heads; /* first words of an authority's own name, in a head */
  tc_field_model *fields;
  size_t field_count;
  tc_crosscheck *checks;
  size_t check_count;
  tc_code_model code;
} tc_paper_type;

struct tc_paper_types {
  tc_words *words;
  tc_paper_type **types; /* sorted by id */
  size_t count;
};

bool tc_label_sets_share(const tc_label_set *a, const tc_label_set *b);                /* a label is in both */
const tc_paper_type *tc_paper_types_find(const tc_paper_types *types, const char *id); /* NULL: none */
size_t tc_paper_type_field(const tc_paper_type *type, const char *key);                /* field_count: none */
