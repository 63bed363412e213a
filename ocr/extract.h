/*
 * From words to fields: which type of paper it is, what each of its fields says, and what vouches for it.
 *
 * A field is trusted for its evidence, not for the engine's confidence. `sure` needs evidence that could have failed:
 * a check of structure, digits against words, a closed list, and a second reading of the field's own region by other
 * means; what lacks it is `check`. Nothing is corrected: as_printed stays beside the normalised value.
 *
 * Ownership: a tc_extraction owns all its text. Threading: free of state; the engine given belongs to the call.
 */
#pragma once

#include "base/json.h"
#include "imaging/image.h"
#include "ocr/codes.h"
#include "ocr/page.h"
#include "ocr/paper_type.h"
#include "ocr/posterior.h"

typedef enum tc_field_status {
  TC_FIELD_SURE,       /* enough evidence to be taken without a person */
  TC_FIELD_CHECK,      /* read, but a person must look */
  TC_FIELD_MISSING,    /* the type has it, the page shows no label and no value */
  TC_FIELD_BLANK,      /* the label is there and the value is printed as -/-, // or left empty */
  TC_FIELD_ILLEGIBLE,  /* something stands there that nobody can read */
  TC_FIELD_HANDWRITTEN /* a person keys it beside its crop */
} tc_field_status;

const char *tc_field_status_name(tc_field_status status); /* "sure", "check" … */

typedef struct tc_field {
  char *key;
  char *value;       /* normalised (dates dd/MM/yyyy, ids digits alone); NULL where there is none */
  char *as_printed;  /* as read, wrapped lines joined by a blank; NULL where there is none */
  double confidence; /* 0 … 1: how likely the value is right */
  tc_field_status status;
  int page;        /* from 1; 0 where nothing was found */
  tc_box box;      /* capture pixels, upright rectangle around the value (around the label's blank for `blank`) */
  char **evidence; /* stable names: "second_reading", "date_words", "personal_id:structure" … */
  size_t evidence_count;
  tc_json *readings; /* [{"by", "printed", "valid"}], the first one first; NULL where there is none */
  tc_json *choices;  /* what its disputed words were chosen from; NULL unless asked for */
  tc_json *signals;  /* the numbers that the confidence is made of, by name (ocr/calibration.h); NULL: none */
} tc_field;

typedef struct tc_extraction {
  char *document_type; /* a type's id; "other" where none fits */
  double document_type_confidence;
  tc_field *fields; /* in form order, one a key of the type */
  size_t field_count;
  char *text; /* of all pages in reading order, pages apart by a form feed */
} tc_extraction;

void tc_extraction_destroy(tc_extraction *extraction);
TC_AUTO_POINTER(tc_extraction, tc_extraction_destroy);
const tc_field *tc_extraction_find(const tc_extraction *extraction, const char *key); /* NULL: no such field */

/* The further reading of one region: text of the region of `page` (from 0), in clean pixels, read in another way.
   `way` counts the ways from 0; answer with *out NULL when there is no such way. */
typedef bool (*tc_reread)(void *data, size_t page, tc_box region, int way, tc_page **out, tc_error *err);

/* A card's machine-readable lines, some of which stand at `lines` of `page` (from 0), clean pixels, as text
   (ocr/mrz_reader.h); appends nothing
   where they can not be read so. */
typedef bool (*tc_read_machine)(void *data, size_t page, const tc_box *lines, size_t count, tc_buf *out, tc_error *err);

/* The second reader's look at one line of `page` (from 0), in clean pixels: added to `into`. *seen is false where the
   page is no longer at hand. */
typedef bool (*tc_look)(void *data, size_t page, tc_box line, tc_posterior *into, bool *seen, tc_error *err);

/* How much print stands in the region of `page` beside the span of the words read, in heights of the span
   (ocr/beside.h); 0 where the page is no longer at hand. */
typedef bool (*tc_look_beside)(void *data, size_t page, tc_box region, tc_box span, double *out, tc_error *err);

/* The two-dimensional codes on `page`; none where the page is no longer at hand. */
typedef bool (*tc_find_codes)(void *data, size_t page, tc_codes *out, tc_error *err);

typedef struct tc_date {
  int year, month, day;
} tc_date;

/* The black-and-white image of `page` (from 0) without leaders and rules, clean pixels; *out stays NULL where it is not
   at hand. Borrowed until the next call of ink, reread or look. */
typedef bool (*tc_page_image)(void *data, size_t page, const tc_image **out, tc_error *err);

typedef struct tc_calibration tc_calibration; /* ocr/calibration.h */

typedef struct tc_extract_options {
  const char *type;            /* NULL: found out; otherwise this id, without question */
  tc_date today;               /* dates later than this are wrong; all zero: not checked */
  tc_reread reread;            /* NULL: no second reading, so that little more than cross-checked values is sure */
  tc_read_machine machine;     /* NULL: machine-readable lines are read as ordinary ones alone */
  tc_page_image ink;           /* NULL: handwriting shows in what was read alone */
  void *reread_data;           /* of reread, machine, look, ink, codes and beside */
  tc_look look;                /* NULL: there is no second reader */
  tc_find_codes codes;         /* NULL: codes are not looked for */
  tc_look_beside beside;       /* NULL: not looked */
  const tc_alphabet *alphabet; /* the second reader's */
  const tc_calibration *calibration; /* NULL: nothing is sure */
  bool choices;                      /* record what disputed words are chosen from */
} tc_extract_options;

/* `pages` in their order. Fails with TC_NOT_FOUND when options name a type that is not loaded. */
TC_NODISCARD bool tc_extract(const tc_paper_types *types, const tc_page *const *pages, size_t page_count,
                             const tc_extract_options *options, tc_extraction **out, tc_error *err);

/* The parts "document_type", "document_type_confidence", "fields" and "text" of the object that `extract --json`
   prints (schemas/json/extract.schema.json), in this order; and back. */
TC_NODISCARD bool tc_extraction_to_json(const tc_extraction *extraction, tc_json **out, tc_error *err);
TC_NODISCARD bool tc_extraction_from_json(const tc_json *json, tc_extraction **out, tc_error *err);
