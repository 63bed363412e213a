#include "service/service_settings.h"

static const tc_setting rows[] = {
    {"service.address", TC_SETTING_CHOICE, "127.0.0.1", 0, 0, (const char *const[]){"127.0.0.1", "::1", NULL},
     "loopback address that the server listens on: there is no access control yet, so there are no others"},
    {"service.port", TC_SETTING_INTEGER, "8480", 0, 65535, NULL,
     "TCP port; where it is taken the next free one is used; 0: any free one"},
    {"service.web_folder", TC_SETTING_TEXT, "", 0, 4096, NULL,
     "folder of the pages' files; empty: found beside the program"},
    {"service.max_upload", TC_SETTING_INTEGER, "268435456", 1024, 4294967296, NULL,
     "bytes that a request's body may have"},
    {"service.max_connections", TC_SETTING_INTEGER, "256", 4, 65536, NULL, "connections at once"},
    {"service.connection_timeout", TC_SETTING_INTEGER, "30", 1, 3600, NULL,
     "seconds a connection may be idle before it is closed"},
};

const tc_settings_table tc_service_settings = {rows, TC_ARRAY_LEN(rows)};
