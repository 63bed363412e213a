/* Private to signing/: sources of revocation data and their cache. */
#pragma once

#include "base/digest.h"
#include "signing/certs_private.h"
#include "signing/http.h"
#include "signing/ocsp.h"
#include "signing/revocation.h"
#include "signing/servers.h"

#include <pthread.h>

typedef struct tc_revocation_data {
  tc_buf der;
  bool is_crl;
  int64_t this_update, next_update; /* 0: not said */
  int64_t revoked_at;               /* 0: not revoked */
  tc_buf signer;                    /* of a delegated OCSP responder that wants to be looked at, too */
} tc_revocation_data;
void tc_revocation_data_finish(tc_revocation_data *data);
TC_AUTO_VALUE(tc_revocation_data, tc_revocation_data_finish);

enum { TC_REVOCATION_CACHE = 256 };

typedef struct tc_revocation_kept {
  tc_digest key; /* of the certificate, or of a CRL's issuer */
  tc_revocation_data data;
} tc_revocation_kept;

struct tc_revocation {
  tc_revocation_options options; /* its texts are the copies below, or NULL */
  char *crl_path, *proxy;
  tc_servers ocsp, crls;
  tc_rests *rests;
  pthread_mutex_t lock; /* of the cache */
  tc_revocation_kept cache[TC_REVOCATION_CACHE];
  size_t cache_next; /* the row that is given up next */
};

/* One certificate and its issuer, and how young its data must be. */
typedef struct tc_revocation_link {
  X509 *certificate, *issuer;
  tc_ocsp_subject subject; /* the same in DER */
  int64_t younger_than, now;
} tc_revocation_link;

/* Finds data for one link, out of every source. */
TC_NODISCARD bool tc_revocation_find(tc_revocation *revocation, const tc_revocation_link *link, const tc_certs *known,
                                     bool crl_only, tc_revocation_data *out, tc_error *err);
/* The certificate above, from where this one says that it lies (RFC 5280 4.2.2.1); TC_NOT_FOUND: it says nothing. */
TC_NODISCARD bool tc_revocation_fetch_issuer(tc_revocation *revocation, X509 *certificate, tc_certs *into,
                                             tc_error *err);

/* What a CRL says about a link: it is the issuer's own, whole and signed by it (RFC 5280 5, 6.3.3), or TC_CRYPTO. */
TC_NODISCARD bool tc_revocation_read_crl(tc_bytes der, const tc_revocation_link *link, tc_revocation_data *out,
                                         tc_error *err);
/* Valid now and younger than wanted; the message says which it is not. */
TC_NODISCARD bool tc_revocation_is_fresh(const tc_revocation_data *data, const tc_revocation_link *link,
                                         int64_t max_age_s, tc_error *err);

/* The addresses that a certificate names: of its OCSP responder or its issuer's certificate (by the access method's
   NID), and of its CRL. Those we do not ask (ldap …) are passed over. */
void tc_revocation_addresses(X509 *certificate, int access_nid, tc_servers *into);
void tc_revocation_crl_addresses(X509 *certificate, tc_servers *into);
