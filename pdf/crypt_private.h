/*
 * Inside of a security handler: what crypt.c makes, crypt_key.c computes and crypt_objects.c uses.
 */
#pragma once

#include "pdf/crypt.h"

enum { TC_CRYPT_KEY_MAX = 32 };

typedef enum tc_pdf_crypt_method { TC_PDF_CRYPT_NONE, TC_PDF_CRYPT_AESV2, TC_PDF_CRYPT_AESV3 } tc_pdf_crypt_method;

struct tc_pdf_crypt {
  const tc_pdf_object *dict, *filters; /* Encrypt, and its CF */
  uint32_t number;                     /* of the Encrypt dictionary; 0: direct */
  int revision;                        /* R */
  uint8_t key[TC_CRYPT_KEY_MAX];
  size_t key_size;
  tc_pdf_crypt_method strings, streams, files;
  bool metadata_is_plain;
  bool is_owner;
  uint32_t permissions;
};

/* The method of a crypt filter by its name. */
TC_NODISCARD bool tc_pdf_crypt_method_of(const tc_pdf_crypt *crypt, const tc_pdf_object *name, tc_pdf_crypt_method *out,
                                         tc_error *err);

/* What the key is made of. */
typedef struct tc_pdf_crypt_secrets {
  tc_bytes owner, user, owner_key, user_key; /* O, U, OE, UE */
  tc_bytes id;                               /* the first half of the file's ID */
  const char *password;                      /* UTF-8 */
} tc_pdf_crypt_secrets;

/* crypt_key.c: key, key_size and is_owner. TC_ENCRYPTED: the password is neither the user's nor the owner's. */
TC_NODISCARD bool tc_pdf_crypt_make_key(tc_pdf_crypt *crypt, const tc_pdf_crypt_secrets *secrets, tc_error *err);
