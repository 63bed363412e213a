#include "pipeline/pipeline_settings.h"

static const char *const key_kinds[] = {"rsa", "ec", "ec384", NULL};

static const tc_setting rows[] = {
    {"pipeline.share_folder", TC_SETTING_TEXT, "", 0, 4096, NULL,
     "folder of schemas/ and samples/; empty: found beside the program"},
    {"pipeline.nation", TC_SETTING_TEXT, "national/vn", 1, 200, NULL,
     "folder under schemas/ with everything national: paper types, attestation, policy, words"},
    {"pipeline.office", TC_SETTING_TEXT, "demo", 1, 64, NULL,
     "id of the office whose register, book and seal are used"},
    {"pipeline.book", TC_SETTING_TEXT, "01", 1, 16, NULL, "the certification register's book"},
    {"pipeline.workers", TC_SETTING_INTEGER, "0", 0, 256, NULL, "worker processes; 0: one a core"},
    {"pipeline.resolver_url", TC_SETTING_TEXT, "https://truecopy.example/v/", 8, 200, NULL,
     "address that copies print, with the record's id after it: permanent, never the office's own name"},
    {"pipeline.pki_url", TC_SETTING_TEXT, "http://127.0.0.1:8480/pki", 0, 200, NULL,
     "address of the demo PKI's certificates and CRLs; it stands in its certificates, fixed when they are made"},
    {"pipeline.demo_key_kind", TC_SETTING_CHOICE, "rsa", 0, 0, key_kinds,
     "keys of the demo PKI's signers: RSA-2048, P-256 or P-384"},
    {"pipeline.unsigned_days", TC_SETTING_INTEGER, "30", 0, 3650, NULL,
     "days that a prepared copy waits for its signatures; then it is withdrawn and its number void; 0: for ever"},
    {"pipeline.render_dpi", TC_SETTING_INTEGER, "300", 300, 1200, NULL,
     "dots per inch at which a PDF page that is more than one image is rendered"},
    {"pipeline.split_cards", TC_SETTING_BOOLEAN, "true", 0, 0, NULL,
     "whether cards that lay on a scanner's glass together become pages of their own"},
};

const tc_settings_table tc_pipeline_settings = {rows, TC_ARRAY_LEN(rows)};
