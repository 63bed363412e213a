/* The schema's fingerprint: kept by migrate.c, compared by audit.c. */
#pragma once

#include "storage/db.h"

/* SHA-256 over all columns, constraints, indexes, triggers (and whether they are on), functions, views and domains of
   the schema truecopy, as the server prints them; and the server's major version, on which that print depends. */
TC_NODISCARD bool tc_schema_fingerprint(tc_db_tx *tx, char out[TC_SHA256_HEX_SIZE], int *server, tc_error *err);
