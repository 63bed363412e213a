#include "signing/signing_settings.h"

static const char *const paddings[] = {"pss", "pkcs1", NULL};
static const char *const digests[] = {"sha256", "sha384", "sha512", NULL};
static const char *const levels[] = {"B", "T", "LT", "LTA", NULL};

/* A key is named by a path of a PEM or PKCS#12 file or by a PKCS#11 URI (RFC 7512); empty: that of the demo PKI. */
static const tc_setting rows[] = {
    {"signing.certifier_key", TC_SETTING_TEXT, "", 0, 4096, NULL,
     "Key of the certifier: path of a PEM or PKCS#12 file, a PKCS#11 URI, or \"desk\" for a token that signs by "
     "`truecopy "
     "desk`; empty: the demo PKI's."},
    {"signing.certifier_chain", TC_SETTING_TEXT, "", 0, 4096, NULL,
     "PEM file with the certifier's certificate and its chain; empty: what token, PKCS#12 or PEM file hold beside the "
     "key."},
    {"signing.agency_key", TC_SETTING_TEXT, "", 0, 4096, NULL,
     "Key of the agency's seal: path of a PEM or PKCS#12 file, a PKCS#11 URI, or \"desk\" for a token that signs by "
     "`truecopy desk`; empty: the demo PKI's."},
    {"signing.agency_chain", TC_SETTING_TEXT, "", 0, 4096, NULL,
     "PEM file with the agency's certificate and its chain; empty: what token, PKCS#12 or PEM file hold beside the "
     "key."},
    {"signing.officer_key", TC_SETTING_TEXT, "", 0, 4096, NULL,
     "Key of the capturing officer: path of a PEM or PKCS#12 file, a PKCS#11 URI, or \"desk\" for a token that signs "
     "by "
     "`truecopy desk`; empty: the demo PKI's."},
    {"signing.officer_chain", TC_SETTING_TEXT, "", 0, 4096, NULL,
     "PEM file with the officer's certificate and its chain; empty: what token, PKCS#12 or PEM file hold beside the "
     "key."},
    {"signing.certifier_secret", TC_SETTING_SECRET, "", 0, 256, NULL, "Passphrase or PIN of the certifier's key."},
    {"signing.agency_secret", TC_SETTING_SECRET, "", 0, 256, NULL, "Passphrase or PIN of the agency's key."},
    {"signing.officer_secret", TC_SETTING_SECRET, "", 0, 256, NULL, "Passphrase or PIN of the officer's key."},
    {"signing.pkcs11_module", TC_SETTING_TEXT, "/usr/lib/softhsm/libsofthsm2.so", 0, 4096, NULL,
     "PKCS#11 library for keys whose URI names none, and for the demo PKI's token; empty: key files."},
    {"signing.certifier_subject", TC_SETTING_TEXT, "", 0, 1024, NULL,
     "Whose token the certifier's must be: common name, personal id (serialNumber) or whole subject of its "
     "certificate, "
     "or its SHA-256; another one is refused; empty: any."},
    {"signing.agency_subject", TC_SETTING_TEXT, "", 0, 1024, NULL, "The same for the agency's seal."},
    {"signing.officer_subject", TC_SETTING_TEXT, "", 0, 1024, NULL, "The same for the capturing officer."},
    {"signing.token_sessions", TC_SETTING_INTEGER, "8", 1, 64, NULL,
     "Sessions in which a token signs side by side, under one login."},
    {"signing.token_idle_s", TC_SETTING_INTEGER, "0", 0, 86400, NULL,
     "Seconds without a signature after which the login at a token ends; 0: never."},
    {"signing.token_wrong_pins", TC_SETTING_INTEGER, "2", 1, 20, NULL,
     "Wrong PINs after which no other is tried, so that the token does not lock."},
    {"signing.token_last_try", TC_SETTING_BOOLEAN, "false", 0, 0, NULL,
     "Try a PIN even where one more wrong one locks the token."},
    {"signing.rsa_padding", TC_SETTING_CHOICE, "pss", 0, 0, paddings,
     "How RSA keys sign: RSASSA-PSS, or PKCS#1 v1.5 for tokens and readers that know nothing newer."},
    {"signing.digest", TC_SETTING_CHOICE, "sha256", 0, 0, digests, "Hash of signatures."},
    {"signing.level", TC_SETTING_CHOICE, "LTA", 0, 0, levels,
     "PAdES level that certified copies reach (without a time-stamp server: B); what is not reached at once is raised "
     "later."},
    {"signing.algorithm_ends", TC_SETTING_TEXT, "RSA-2048=2031-01-01", 0, 1024, NULL,
     "Until when a time-stamp authority's kind of key is relied on (kind=YYYY-MM-DD, separated by blanks; RSA-2048, EC "
     "P-256 as EC-P-256 …); archive time-stamps are renewed before."},
    {"signing.renew_before_days", TC_SETTING_INTEGER, "180", 1, 3650, NULL,
     "Days before an archive time-stamp's end in which the next one is added."},
    {"signing.raise_retry_s", TC_SETTING_INTEGER, "300", 1, 604800, NULL,
     "Seconds after which a copy that did not reach its level is tried again."},
    {"signing.tsa_url", TC_SETTING_TEXT, "", 0, 4096, NULL,
     "Addresses of RFC 3161 time-stamp servers, separated by blanks, asked in this order; empty: the demo PKI's own "
     "authority."},
    {"signing.tsa_policy", TC_SETTING_TEXT, "", 0, 128, NULL,
     "Policy (dotted OID) that the time-stamp server must apply; empty: any."},
    {"signing.tsa_connect_timeout_ms", TC_SETTING_INTEGER, "5000", 10, 600000, NULL,
     "Milliseconds for connecting to the time-stamp server."},
    {"signing.tsa_total_timeout_ms", TC_SETTING_INTEGER, "15000", 10, 600000, NULL,
     "Milliseconds for a whole time-stamp request."},
    {"signing.tsa_response_limit", TC_SETTING_INTEGER, "65536", 1024, 1048576, NULL,
     "Bytes that a time-stamp server's answer may have."},
    {"signing.tsa_token_limit", TC_SETTING_INTEGER, "16384", 2048, 262144, NULL,
     "Bytes reserved in a signature for its time-stamp; a larger token is refused."},
    {"signing.tsa_clock_skew_s", TC_SETTING_INTEGER, "300", 1, 86400, NULL,
     "Seconds that a time-stamp may differ from this machine's clock."},
    {"signing.ocsp_url", TC_SETTING_TEXT, "", 0, 4096, NULL,
     "Addresses of OCSP responders, separated by blanks, asked before those that certificates name."},
    {"signing.crl_url", TC_SETTING_TEXT, "", 0, 4096, NULL,
     "Addresses of CRLs, separated by blanks, asked before those that certificates name."},
    {"signing.crl_path", TC_SETTING_TEXT, "", 0, 4096, NULL,
     "File or folder with CRLs for certificates whose servers cannot be reached from here; empty: none."},
    {"signing.certificate_addresses", TC_SETTING_BOOLEAN, "true", 0, 0, NULL,
     "Whether the addresses in certificates (OCSP, CRL, issuer) are asked."},
    {"signing.revocation_connect_timeout_ms", TC_SETTING_INTEGER, "5000", 10, 600000, NULL,
     "Milliseconds for connecting to an OCSP or CRL server."},
    {"signing.revocation_total_timeout_ms", TC_SETTING_INTEGER, "15000", 10, 600000, NULL,
     "Milliseconds for a whole OCSP or CRL request."},
    {"signing.ocsp_response_limit", TC_SETTING_INTEGER, "65536", 1024, 16777216, NULL,
     "Bytes that an OCSP responder's answer may have."},
    {"signing.crl_response_limit", TC_SETTING_INTEGER, "16777216", 1024, 268435456, NULL, "Bytes that a CRL may have."},
    {"signing.revocation_max_age_s", TC_SETTING_INTEGER, "86400", 60, 31536000, NULL,
     "Seconds after which an OCSP response or CRL that names no next update counts as old."},
    {"signing.check_revocation_s", TC_SETTING_INTEGER, "600", 1, 2592000, NULL,
     "Seconds that revocation data about a signer may be old before it signs; where nobody answers it signs all the "
     "same."},
    {"signing.service_attempts", TC_SETTING_INTEGER, "2", 1, 10, NULL,
     "How often a time-stamp, OCSP or CRL server that does not answer is asked in a row."},
    {"signing.service_pause_s", TC_SETTING_INTEGER, "30", 0, 86400, NULL,
     "Seconds for which a server that failed is left alone, where there is another way on."},
    {"signing.proxy", TC_SETTING_TEXT, "", 0, 2048, NULL,
     "HTTP proxy for time-stamp, OCSP and CRL servers; empty: none."},
    {"signing.max_cms_bytes", TC_SETTING_INTEGER, "4194304", 4096, 268435456, NULL,
     "Bytes that a signature (CMS) to be verified may have."},
    {"signing.max_certificates", TC_SETTING_INTEGER, "128", 4, 4096, NULL,
     "Certificates, and CRLs, that a signature to be verified may embed."},
};

const tc_settings_table tc_signing_settings = {rows, TC_ARRAY_LEN(rows)};
