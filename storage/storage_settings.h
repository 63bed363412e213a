/*
 * The settings of storage/: where the data lies, which database, and the limits. service/ puts the table together with
 * the others'. Threading: constant.
 */
#pragma once

#include "base/settings.h"

/*
 *   storage.data_folder        folder of blobs, ledger heads and (with no database set) the private cluster
 *   storage.database           conninfo of a PostgreSQL of one's own; empty: a private cluster is started (secret)
 *   storage.postgres_folder    folder of PostgreSQL's programs; empty: the newest under /usr/lib/postgresql
 *   storage.postgres_user      system user the private cluster runs as when truecopy is root; empty: truecopy, postgres
 *   storage.connections        connections this process opens at most
 *   storage.connect_timeout    seconds to wait for the database
 *   storage.statement_timeout  seconds one statement may run
 *   storage.start_timeout      seconds the private cluster may take to start, recovery included
 *   storage.max_blob           bytes of one stored file at most
 *   storage.durable            false only in tests: the private cluster runs without fsync
 */
extern const tc_settings_table tc_storage_settings;
