#include "service/http/api.h"

#include "base/file.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* The demo PKI's public files, at the addresses that stand in its certificates. */
void tc_api_trust_file(tc_call *call)
{
  static const char *const names[] = {"root.pem", "issuer.pem", "root.crl", "issuer.crl"};
  tc_error err = {0};
  tc_pipeline *p = tc_call_pipeline(call);
  tc_auto(tc_str) folder = NULL;
  tc_auto(tc_str) path = NULL;
  const char *name = NULL;
  for (size_t i = 0; i < TC_ARRAY_LEN(names); i++)
    if (strcmp(names[i], tc_call_part(call, 0)) == 0)
      name = names[i];
  tc_call_file file = {.fd = -1, .media_type = "application/octet-stream", .download_name = name};
  off_t size = 0;
  bool ok = name != NULL || tc_fail(&err, TC_NOT_FOUND, "there is no '%s' here", tc_call_part(call, 0));
  ok = ok && tc_str_printf(&folder, &err, "%s/trust", tc_storage_data_folder(tc_pipeline_storage(p))) &&
       tc_keyring_export_trust(tc_pipeline_keyring(p), folder, &err) &&
       tc_str_printf(&path, &err, "%s/%s", folder, name) && tc_file_open(path, &file.fd, &size, &err);
  file.size = size;
  if (ok)
    tc_call_answer_file(call, &file);
  else
    tc_call_answer_problem(call, &err);
}

/* RFC 3161, 3.4: a time-stamp over HTTP. */
void tc_api_stamp(tc_call *call)
{
  enum { REQUEST_LIMIT = 65536 };
  tc_error err = {0};
  tc_auto(tc_buf) request = {0};
  tc_auto(tc_buf) response = {0};
  int body = tc_call_body(call);
  bool ok =
      (body >= 0 && lseek(body, 0, SEEK_SET) == 0) || tc_fail(&err, TC_USAGE, "the body is a TimeStampReq in DER");
  ok = ok && tc_fd_read_all(body, REQUEST_LIMIT, &request, &err) &&
       tc_keyring_respond_stamp(tc_pipeline_keyring(tc_call_pipeline(call)), tc_buf_bytes(&request), &response, &err);
  if (ok)
    tc_call_answer_text(call, 200, "application/timestamp-reply", tc_buf_bytes(&response));
  else
    tc_call_answer_problem(call, &err);
}
