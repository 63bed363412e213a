/*
 * A desk: where the token is. It calls out to a truecopy server (nothing listens here), is told digests that wait for
 * this person's signature, signs them, and sends the signatures back; hours or days may lie between. No capture, no
 * copy and no PIN crosses the network.
 *
 * The server says by whose certificate it waits; a token of somebody else signs nothing. The login ends with the
 * token's removal and with idleness (signing/key.h), and with this object. Ownership: the desk owns its key; options
 * are borrowed while it is open. Threading: one thread.
 */
#pragma once

#include "signing/key.h"

#include "base/json.h"
#include "base/settings.h"

typedef struct tc_desk tc_desk;

typedef struct tc_desk_options {
  const tc_settings *settings; /* signing.…: module, token rules, padding */
  const char *server;          /* "http://127.0.0.1:8480" */
  const char *role;            /* officer, certifier or agency */
  const char *key;             /* as settings name keys: a PKCS#11 URI, or a file */
  const char *chain;           /* PEM file with the certificate; NULL: it lies beside the key */
} tc_desk_options;

/* TC_USAGE: an address that is not one. Nothing is asked or opened yet. */
TC_NODISCARD bool tc_desk_create(const tc_desk_options *options, tc_desk **out, tc_error *err);
void tc_desk_destroy(tc_desk *desk); /* logs out */
TC_AUTO_POINTER(tc_desk, tc_desk_destroy);

/* What waits: {signer, name, certificate, waiting: […]} as GET /api/v1/signing/{signer} gives it. TC_NETWORK,
   TC_TIMEOUT; TC_FORMAT: another kind of server. */
TC_NODISCARD bool tc_desk_ask(tc_desk *desk, tc_json **out, tc_error *err);

/* One login. `pin` NULL: the reader asks for it. TC_DENIED as in key.h. */
TC_NODISCARD bool tc_desk_login(tc_desk *desk, const char *pin, tc_error *err);
const tc_cert_info *tc_desk_person(const tc_desk *desk); /* whose certificate it is; after the login */

typedef struct tc_desk_row {
  const char *record, *number, *title; /* borrowed from the list, "" where unknown */
  char state[24];                      /* of the record afterwards; "" where it failed */
  tc_error error;
} tc_desk_row;
typedef struct tc_desk_signing {
  const tc_json *list;                              /* of tc_desk_ask */
  void (*done)(const tc_desk_row *row, void *data); /* after each, one at a time; NULL: not */
  void *data;
} tc_desk_signing;
/* Signs all of a list, some side by side. One item's failure is its own (`failed` counts them); the end of the login,
   or a certificate that the server does not wait for (TC_DENIED), ends all of it. */
TC_NODISCARD bool tc_desk_sign(tc_desk *desk, const tc_desk_signing *what, size_t *failed, tc_error *err);
