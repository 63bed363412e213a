/*
 * Private to pdf/: the standard security handler with AES (ISO 32000-2, 7.6): revision 4 (AESV2, 128 bits) and
 * revisions 5 and 6 (AESV3, 256 bits). Anything older is refused: RC4 protects nothing, and a signature on such a file
 * would promise more than it keeps.
 *
 * The reader hands each object that it parses to tc_pdf_crypt_open_object, which puts the plain strings in their
 * places, so that nothing above ever meets an encrypted string; the updater hands the text of each object that it
 * writes to tc_pdf_crypt_seal_text. Never encrypted are: the values of signatures, the protection's own dictionary,
 * cross-reference streams, and what lies in an object stream (the stream is). Ownership: a crypt belongs to its
 * document and borrows from it. Threading: as the document.
 */
#pragma once

#include "pdf/document_private.h"

/* Makes the key, if the newest trailer names an Encrypt dictionary; *out stays NULL where it does not. All revisions
   must name the same one. `password` is UTF-8, NULL: the empty one; a user's or the owner's. TC_ENCRYPTED: the password
   does not fit, or a protection that is not taken. */
TC_NODISCARD bool tc_pdf_crypt_create(const tc_pdf_document *document, const char *password, tc_pdf_crypt **out,
                                      tc_error *err);
void tc_pdf_crypt_destroy(tc_pdf_crypt *crypt);
TC_AUTO_POINTER(tc_pdf_crypt, tc_pdf_crypt_destroy);
/* P as the dictionary has it; all bits where the owner's password was given. */
uint32_t tc_pdf_crypt_permissions(const tc_pdf_crypt *crypt);

/* An object as it was parsed from the file: its strings become plain, and a stream learns its number. */
TC_NODISCARD bool tc_pdf_crypt_open_object(const tc_pdf_crypt *crypt, tc_pdf_arena *arena,
                                           const tc_pdf_indirect *object, tc_error *err);
/* A stream's bytes; appends to *out. */
TC_NODISCARD bool tc_pdf_crypt_open_stream(const tc_pdf_document *document, size_t revision,
                                           const tc_pdf_object *stream, tc_bytes raw, tc_buf *out, tc_error *err);
/* An object's text with its strings encrypted, and else unchanged; appends to *out. */
TC_NODISCARD bool tc_pdf_crypt_seal_text(const tc_pdf_crypt *crypt, uint32_t number, uint16_t generation, tc_bytes text,
                                         tc_buf *out, tc_error *err);
/* The data of a new stream, which names no crypt filter of its own. */
TC_NODISCARD bool tc_pdf_crypt_seal_stream(const tc_pdf_crypt *crypt, uint32_t number, uint16_t generation,
                                           tc_bytes data, tc_buf *out, tc_error *err);
