#include "storage/storage_settings.h"

static const tc_setting rows[] = {
    {"storage.data_folder", TC_SETTING_TEXT, "", 0, 4000, NULL,
     "Folder of the blobs, the ledger's heads and the private cluster; empty: the program's own choice."},
    {"storage.database", TC_SETTING_SECRET, "", 0, 4000, NULL,
     "Connection string (libpq) of a PostgreSQL of your own; empty: truecopy starts a private cluster."},
    {"storage.postgres_folder", TC_SETTING_TEXT, "", 0, 4000, NULL,
     "Folder of PostgreSQL's programs (initdb, postgres); empty: the newest under /usr/lib/postgresql."},
    {"storage.postgres_user", TC_SETTING_TEXT, "", 0, 64, NULL,
     "System user that runs the private cluster when truecopy is root; empty: truecopy, or else postgres."},
    {"storage.connections", TC_SETTING_INTEGER, "8", 1, 200, NULL, "Database connections one process opens at most."},
    {"storage.connect_timeout", TC_SETTING_INTEGER, "10", 1, 600, NULL,
     "Seconds to wait for the database or for a free connection."},
    {"storage.statement_timeout", TC_SETTING_INTEGER, "60", 1, 86400, NULL, "Seconds one statement may run."},
    {"storage.start_timeout", TC_SETTING_INTEGER, "120", 1, 3600, NULL,
     "Seconds the private cluster may take to start, recovery after a crash included."},
    {"storage.max_blob", TC_SETTING_INTEGER, "2147483648", 1024, INT64_C(1) << 40, NULL,
     "Bytes of one stored file at most."},
    {"storage.durable", TC_SETTING_BOOLEAN, "true", 0, 0, NULL,
     "Whether the private cluster waits for the disk; false is for tests alone."},
};

const tc_settings_table tc_storage_settings = {rows, TC_ARRAY_LEN(rows)};
