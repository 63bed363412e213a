/*
 * Private to signing/: ordered lists of outside servers, and which of them rest because they failed a moment ago.
 * Ownership: as usual. Threading: any thread.
 */
#pragma once

#include "base/buf.h"

enum { TC_SERVERS_MAX = 16 };

typedef struct tc_servers {
  char *urls[TC_SERVERS_MAX];
  size_t count;
} tc_servers;
void tc_servers_finish(tc_servers *servers);
TC_AUTO_VALUE(tc_servers, tc_servers_finish);

/* Addresses separated by blanks, as a setting holds them (NULL or "": none). TC_USAGE: one that is not http(s), or too
   many. */
TC_NODISCARD bool tc_servers_parse(const char *service, const char *text, tc_servers *out, tc_error *err);
/* Adds one that is not there yet; none beyond the limit, or for an address we do not ask: that is no failure. */
bool tc_servers_add(tc_servers *servers, const char *url, tc_error *err);

/* Servers that rest. */
typedef struct tc_rests tc_rests;
TC_NODISCARD bool tc_rests_create(int64_t pause_s, tc_rests **out, tc_error *err);
void tc_rests_destroy(tc_rests *rests);
TC_AUTO_POINTER(tc_rests, tc_rests_destroy);
bool tc_rests_has(tc_rests *rests, const char *url);
void tc_rests_add(tc_rests *rests, const char *url);
/* The server itself was at fault (away, slow, talking nonsense), not our question. */
bool tc_is_server_fault(tc_code code);
