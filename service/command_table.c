#include "service/command_table.h"

#include "base/error.h"
#include "service/command.h"

#include <stddef.h>

const tc_command tc_commands[] = {
    {"demo", "Certify the samples on embedded defaults, then serve the pages", tc_command_demo},
    {"extract", "Read fields out of captures, without certifying", tc_command_extract},
    {"certify", "Take captures the whole way to certified copies", tc_command_certify},
    {"sign", "Sign a PDF that exists (PAdES), by incremental update", tc_command_sign},
    {"desk", "Sign what a server has prepared, with the token on this desk", tc_command_desk},
    {"renew", "Raise copies to their signature level, renew archive time-stamps", tc_command_renew},
    {"verify", "Verify signed PDFs: the four answers", tc_command_verify},
    {"serve", "Serve the API and the pages", tc_command_serve},
    {"migrate", "Bring the database's schema up to date", tc_command_migrate},
    {"pki", "Show, export, renew or revoke in the demo's keys", tc_command_pki},
    {"audit", "Check the whole warehouse against its ledger", tc_command_audit},
    {"settings", "Show the settings, their values and where those come from", tc_command_settings},
    {"worker-process", NULL, tc_command_worker},
};

const unsigned int tc_command_count = TC_ARRAY_LEN(tc_commands);
