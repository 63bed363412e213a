#include "pdf/qpdf_build.h"

#include "pdf/inflate.h"

qpdf_oh tc_qpdf_parse(tc_qpdf *qpdf, const char *text) { return qpdf_oh_parse(qpdf, text); }

qpdf_oh tc_qpdf_text(tc_qpdf *qpdf, const char *utf8) { return qpdf_oh_new_unicode_string(qpdf, utf8); }

qpdf_oh tc_qpdf_indirect(tc_qpdf *qpdf, qpdf_oh object) { return qpdf_make_indirect_object(qpdf, object); }

void tc_qpdf_put(tc_qpdf *qpdf, qpdf_oh dictionary, const char *key, qpdf_oh value)
{
  qpdf_oh_replace_key(qpdf, dictionary, key, value);
}

static void merge(tc_qpdf *qpdf, qpdf_oh into, const char *text)
{
  qpdf_oh from = qpdf_oh_parse(qpdf, text);
  qpdf_oh_begin_dict_key_iter(qpdf, from);
  while (qpdf_oh_dict_more_keys(qpdf)) {
    const char *key = qpdf_oh_dict_next_key(qpdf);
    qpdf_oh_replace_key(qpdf, into, key, qpdf_oh_get_key(qpdf, from, key));
  }
}

static qpdf_oh stream(tc_qpdf *qpdf, tc_bytes bytes, const char *dictionary, qpdf_oh filter)
{
  qpdf_oh object = qpdf_oh_new_stream(qpdf);
  static const unsigned char nothing[1] = {0};
  qpdf_oh_replace_stream_data(qpdf, object, bytes.size > 0 ? bytes.data : nothing, bytes.size, filter,
                              qpdf_oh_new_null(qpdf));
  if (*dictionary != '\0')
    merge(qpdf, qpdf_oh_get_dict(qpdf, object), dictionary);
  return object;
}

qpdf_oh tc_qpdf_stream(tc_qpdf *qpdf, tc_bytes bytes, const char *dictionary)
{
  return stream(qpdf, bytes, dictionary, qpdf_oh_new_null(qpdf));
}

static bool append(const void *data, size_t size, void *context, tc_error *err)
{
  return tc_buf_append(context, data, size, err);
}

bool tc_qpdf_packed(tc_qpdf *qpdf, tc_bytes bytes, const char *dictionary, qpdf_oh *out, tc_error *err)
{
  tc_auto(tc_buf) packed = {0};
  tc_auto(tc_deflate) deflate = NULL;
  if (!tc_deflate_create(append, &packed, &deflate, err) || !tc_deflate_write(deflate, bytes.data, bytes.size, err) ||
      !tc_deflate_end(deflate, err))
    return false;
  *out = stream(qpdf, tc_buf_bytes(&packed), dictionary, qpdf_oh_new_name(qpdf, "/FlateDecode"));
  return true;
}
