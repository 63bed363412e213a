/*
 * What stands on the attestation page (the last page of a certified copy): texts in the order in which they are set,
 * from the issuing agency's heading down to the QR code. No text is the composer's own; all come in here, in UTF-8 and
 * NFC, so that another country is another set of texts.
 *
 * Ownership: borrows everything. Threading: plain data.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum { TC_ATTESTATION_BLOCKS_MAX = 4 };

typedef struct tc_attestation_row {
  const char *label, *value;
} tc_attestation_row;

/* Where a signature will stand: a frame with a heading, what is known of the signer, and its rectangle in the result.
   Blocks stand beside each other, two in a row. */
typedef struct tc_attestation_block {
  const char *heading;      /* "CERTIFIER": bold, centred */
  const char *subheading;   /* italic, under it; NULL: none */
  const char *const *lines; /* NULL-terminated; NULL: none */
  const char *name;         /* bold, at the bottom; NULL: none */
  bool is_seal;             /* drawn as the agency's visible seal: a double ring with the texts below, and the lines */
  const char *seal_top;     /* along the ring, above; NULL: none */
  const char *seal_bottom;  /* along the ring, below; NULL: none */
  const char *field;        /* name of the empty signature field over the block, its heading the label; NULL: none */
} tc_attestation_block;

typedef struct tc_attestation {
  const char *const *agency; /* heading, left: superior agency (regular), then agency (bold); NULL-terminated or NULL */
  const char *const *state;  /* heading, right: state (bold), then motto (bold, underlined); NULL-terminated or NULL */
  const char *title;         /* large, bold, centred; required */
  const char *subtitle;      /* under it; NULL: none */
  const char *const *opening; /* paragraphs above the table; NULL-terminated or NULL */
  const tc_attestation_row *rows;
  size_t row_count;
  const char *const *closing; /* paragraphs under the table; NULL-terminated or NULL */
  const tc_attestation_block *blocks;
  size_t block_count; /* at most TC_ATTESTATION_BLOCKS_MAX */

  const char *place_date; /* above the last block, italic, right ("…, day … month … year …"); NULL: none */

  const char *qr_payload;     /* ASCII or UTF-8, at most 600 bytes; NULL: no QR code */
  const char *qr_description; /* for those who do not see it (/Alt) */
  const char *code_label;     /* beside the QR code: what the code is … */
  const char *code;           /* … and the code, grouped, with its check letter: large */
  const char *const *notes;   /* beside the QR code, small: how to check; NULL-terminated or NULL */
} tc_attestation;
