#include "service/http/api.h"

#include "base/file.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* The demo PKI's certificates, in DER as RFC 5280 4.2.2.1 wants it. */
static bool answer_certificate(tc_call *call, const char *name)
{
  static const struct {
    const char *name;
    tc_pki_role role;
  } rows[] = {{"root.cer", TC_PKI_ROOT}, {"issuer.cer", TC_PKI_ISSUER}};
  tc_pki *pki = tc_keyring_pki(tc_pipeline_keyring(tc_call_pipeline(call)));
  for (size_t i = 0; pki != NULL && i < TC_ARRAY_LEN(rows); i++)
    if (strcmp(rows[i].name, name) == 0) {
      tc_call_answer_text(call, 200, "application/pkix-cert", tc_pki_certificate(pki, rows[i].role));
      return true;
    }
  return false;
}

static bool open_trust_file(tc_pipeline *p, const char *name, tc_call_file *file, tc_error *err)
{
  static const char *const names[] = {"root.pem", "issuer.pem", "root.crl", "issuer.crl"};
  tc_auto(tc_str) folder = NULL;
  tc_auto(tc_str) path = NULL;
  off_t size = 0;
  bool known = false;
  for (size_t i = 0; i < TC_ARRAY_LEN(names); i++)
    known = known || strcmp(names[i], name) == 0;
  if (!known)
    return tc_fail(err, TC_NOT_FOUND, "there is no '%s' here", name);
  if (!tc_str_printf(&folder, err, "%s/trust", tc_storage_data_folder(tc_pipeline_storage(p))) ||
      !tc_keyring_export_trust(tc_pipeline_keyring(p), folder, err) ||
      !tc_str_printf(&path, err, "%s/%s", folder, name) || !tc_file_open(path, &file->fd, &size, err))
    return false;
  file->size = size;
  return true;
}

/* The demo PKI's public files, at the addresses that stand in its certificates. */
void tc_api_trust_file(tc_call *call)
{
  tc_error err = {0};
  const char *name = tc_call_part(call, 0);
  const char *dot = strrchr(name, '.');
  tc_call_file file = {.fd = -1, .download_name = name};
  file.media_type = dot != NULL && strcmp(dot, ".crl") == 0 ? "application/pkix-crl" : "application/x-pem-file";
  if (answer_certificate(call, name))
    return;
  if (open_trust_file(tc_call_pipeline(call), name, &file, &err))
    tc_call_answer_file(call, &file);
  else
    tc_call_answer_problem(call, &err);
}

typedef bool (*respond)(tc_keyring *keyring, tc_bytes request, tc_buf *response, tc_error *err);

/* A binary question in the body, a binary answer. */
static void answer_question(tc_call *call, const char *what, const char *media_type, respond answer)
{
  enum { REQUEST_LIMIT = 65536 };
  tc_error err = {0};
  tc_auto(tc_buf) request = {0};
  tc_auto(tc_buf) response = {0};
  int body = tc_call_body(call);
  bool ok = (body >= 0 && lseek(body, 0, SEEK_SET) == 0) || tc_fail(&err, TC_USAGE, "the body is %s in DER", what);
  ok = ok && tc_fd_read_all(body, REQUEST_LIMIT, &request, &err) &&
       answer(tc_pipeline_keyring(tc_call_pipeline(call)), tc_buf_bytes(&request), &response, &err);
  if (ok)
    tc_call_answer_text(call, 200, media_type, tc_buf_bytes(&response));
  else
    tc_call_answer_problem(call, &err);
}

/* RFC 3161, 3.4: a time-stamp over HTTP. */
void tc_api_stamp(tc_call *call)
{
  answer_question(call, "a TimeStampReq", "application/timestamp-reply", tc_keyring_respond_stamp);
}

/* RFC 6960, appendix A: OCSP over HTTP, by POST. */
void tc_api_ocsp(tc_call *call)
{
  answer_question(call, "an OCSPRequest", "application/ocsp-response", tc_keyring_respond_ocsp);
}
