#include "pdf/qpdf_handle.h"

#include "pdf/inflate.h"

#include <math.h>
#include <string.h>

static tc_code code_of(enum qpdf_error_code_e code)
{
  switch (code) {
  case qpdf_e_password:
    return TC_ENCRYPTED;
  case qpdf_e_unsupported:
    return TC_UNSUPPORTED;
  case qpdf_e_system:
    return TC_NO_MEMORY;
  default:
    return TC_FORMAT;
  }
}

bool tc_qpdf_check(tc_qpdf *qpdf, const char *doing, tc_error *err)
{
  if (!qpdf_has_error(qpdf))
    return true;
  qpdf_error error = qpdf_get_error(qpdf);
  tc_code code = code_of(qpdf_get_error_code(qpdf, error));
  if (code == TC_ENCRYPTED)
    return tc_fail(err, code, "the PDF is encrypted; remove its protection and give it again");
  const char *detail = qpdf_get_error_message_detail(qpdf, error);
  return tc_fail(err, code, "%s: %s", doing, detail != NULL && *detail != '\0' ? detail : "damaged");
}

bool tc_qpdf_open(tc_bytes bytes, tc_qpdf **out, tc_error *err) { return tc_qpdf_open_locked(bytes, NULL, out, err); }

bool tc_qpdf_open_locked(tc_bytes bytes, const char *password, tc_qpdf **out, tc_error *err)
{
  tc_auto(tc_qpdf) qpdf = qpdf_init();
  if (qpdf == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a PDF");
  qpdf_set_suppress_warnings(qpdf, QPDF_TRUE);
  qpdf_silence_errors(qpdf);
  qpdf_set_attempt_recovery(qpdf, QPDF_FALSE);
  qpdf_read_memory(qpdf, "PDF", (const char *)bytes.data, bytes.size, password);
  if (!tc_qpdf_check(qpdf, "the PDF cannot be read", err))
    return false;
  *out = tc_steal(&qpdf);
  return true;
}

void tc_qpdf_destroy(tc_qpdf *qpdf)
{
  if (qpdf != NULL)
    qpdf_cleanup(&qpdf);
}

qpdf_oh tc_qpdf_get(tc_qpdf *qpdf, qpdf_oh object, const char *key)
{
  if (qpdf_oh_is_stream(qpdf, object))
    object = qpdf_oh_get_dict(qpdf, object);
  return qpdf_oh_is_dictionary(qpdf, object) ? qpdf_oh_get_key(qpdf, object, key) : qpdf_oh_new_null(qpdf);
}

double tc_qpdf_number(tc_qpdf *qpdf, qpdf_oh object, double fallback)
{
  double value = fallback;
  if (!qpdf_oh_is_number(qpdf, object))
    return fallback;
  value = qpdf_oh_get_numeric_value(qpdf, object);
  return isfinite(value) ? value : fallback;
}

long long tc_qpdf_integer(tc_qpdf *qpdf, qpdf_oh object, long long fallback)
{
  return qpdf_oh_is_integer(qpdf, object) ? qpdf_oh_get_int_value(qpdf, object) : fallback;
}

bool tc_qpdf_boolean(tc_qpdf *qpdf, qpdf_oh object, bool fallback)
{
  return qpdf_oh_is_bool(qpdf, object) ? qpdf_oh_get_bool_value(qpdf, object) != 0 : fallback;
}

const char *tc_qpdf_name(tc_qpdf *qpdf, qpdf_oh object)
{
  return qpdf_oh_is_name(qpdf, object) ? qpdf_oh_get_name(qpdf, object) : "";
}

bool tc_qpdf_name_is(tc_qpdf *qpdf, qpdf_oh object, const char *name)
{
  return strcmp(tc_qpdf_name(qpdf, object), name) == 0;
}

size_t tc_qpdf_count(tc_qpdf *qpdf, qpdf_oh array)
{
  if (!qpdf_oh_is_array(qpdf, array))
    return 0;
  int count = qpdf_oh_get_array_n_items(qpdf, array);
  return count > 0 ? (size_t)count : 0;
}

qpdf_oh tc_qpdf_at(tc_qpdf *qpdf, qpdf_oh array, size_t index)
{
  return index < tc_qpdf_count(qpdf, array) ? qpdf_oh_get_array_item(qpdf, array, (int)index) : qpdf_oh_new_null(qpdf);
}

bool tc_qpdf_rect(tc_qpdf *qpdf, qpdf_oh array, tc_pdf_rect *out)
{
  double v[4];
  if (tc_qpdf_count(qpdf, array) != 4)
    return false;
  for (size_t i = 0; i < 4; i++) {
    v[i] = tc_qpdf_number(qpdf, tc_qpdf_at(qpdf, array, i), INFINITY);
    if (!isfinite(v[i]))
      return false;
  }
  *out = (tc_pdf_rect){fmin(v[0], v[2]), fmin(v[1], v[3]), fmax(v[0], v[2]), fmax(v[1], v[3])};
  return true;
}

static bool stream_bytes(tc_qpdf *qpdf, qpdf_oh stream, enum qpdf_stream_decode_level_e level, tc_buf *out,
                         tc_error *err)
{
  if (!qpdf_oh_is_stream(qpdf, stream))
    return tc_fail(err, TC_FORMAT, "a stream is missing in the PDF");
  unsigned char *data = NULL;
  size_t size = 0;
  QPDF_BOOL filtered = QPDF_FALSE;
  qpdf_oh_get_stream_data(qpdf, stream, level, &filtered, &data, &size);
  bool ok = tc_qpdf_check(qpdf, "a stream cannot be read", err) && tc_buf_append(out, data, size, err);
  free(data);
  return ok;
}

bool tc_qpdf_raw(tc_qpdf *qpdf, qpdf_oh stream, tc_buf *out, tc_error *err)
{
  return stream_bytes(qpdf, stream, qpdf_dl_none, out, err);
}

static bool is_plain_flate(tc_qpdf *qpdf, qpdf_oh stream, qpdf_oh filter)
{
  qpdf_oh parms = tc_qpdf_get(qpdf, stream, "/DecodeParms");
  if (qpdf_oh_is_array(qpdf, parms))
    parms = tc_qpdf_at(qpdf, parms, 0);
  return tc_qpdf_name_is(qpdf, filter, "/FlateDecode") &&
         tc_qpdf_integer(qpdf, tc_qpdf_get(qpdf, parms, "/Predictor"), 1) <= 1;
}

bool tc_qpdf_data(tc_qpdf *qpdf, qpdf_oh stream, size_t limit, tc_buf *out, tc_error *err)
{
  qpdf_oh filter = tc_qpdf_get(qpdf, stream, "/Filter");
  size_t filters = qpdf_oh_is_array(qpdf, filter) ? tc_qpdf_count(qpdf, filter) : 1;
  if (qpdf_oh_is_array(qpdf, filter))
    filter = tc_qpdf_at(qpdf, filter, 0);
  tc_auto(tc_buf) raw = {0};
  if (!tc_qpdf_raw(qpdf, stream, &raw, err))
    return false;
  if (filters == 0 || qpdf_oh_is_null(qpdf, filter))
    return raw.size > limit ? tc_fail(err, TC_LIMIT, "a stream holds more than %zu bytes", limit)
                            : tc_buf_append(out, raw.data, raw.size, err);
  if (filters == 1 && is_plain_flate(qpdf, stream, filter))
    return tc_inflate(tc_buf_bytes(&raw), limit, out, err);
  /* qpdf decodes whole streams and has no limit: only what is certain to stay small is left to it. A byte yields at
     most 2,730 through LZW and 1,032 through Flate; two of them in a row have no useful bound. */
  if (filters != 1 || raw.size > limit / 2730)
    return tc_fail(err, TC_UNSUPPORTED, "a stream's filters could unpack to any size");
  return stream_bytes(qpdf, stream, qpdf_dl_generalized, out, err);
}
