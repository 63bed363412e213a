/*
 * The text of a signature dictionary (ISO 32000-2, table 255; ETSI EN 319 142-1, 5.3). Contents comes first and is one
 * row of zeros; ByteRange has its final width from the start, so that nothing moves when the numbers are known.
 */
#include "pdf/signature_dict.h"

#include <string.h>
#include <time.h>

void tc_pdf_signature_text_finish(tc_pdf_signature_text *text) { tc_buf_finish(&text->text); }

static bool append_text_entry(tc_buf *out, const char *key, const char *utf8, tc_error *err)
{
  return utf8 == NULL || (tc_buf_printf(out, err, "\n/%s ", key) && tc_pdf_append_text(out, utf8, err));
}

/* D:YYYYMMDDHHmmSS+HH'mm' (7.9.4). */
static bool append_date(tc_buf *out, const tc_pdf_signature_options *options, tc_error *err)
{
  struct tm parts;
  int offset = options->utc_offset_minutes;
  time_t local = (time_t)(options->signed_at + (int64_t)offset * 60);
  if (options->signed_at == 0 || options->timestamp)
    return true;
  if (offset < -14 * 60 || offset > 14 * 60 || gmtime_r(&local, &parts) == NULL || parts.tm_year > 8099)
    return tc_fail(err, TC_USAGE, "a time of signing out of range");
  return tc_buf_printf(out, err, "\n/M (D:%04d%02d%02d%02d%02d%02d%c%02d'%02d')", parts.tm_year + 1900,
                       parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                       offset < 0 ? '-' : '+', abs(offset) / 60, abs(offset) % 60);
}

bool tc_pdf_lock_entries(const tc_pdf_signature_options *options, tc_buf *out, tc_error *err)
{
  static const char *const actions[] = {"", "All", "Include", "Exclude"};
  if (!tc_buf_printf(out, err, "/Action /%s", actions[options->lock]))
    return false;
  if (options->lock == TC_PDF_LOCK_ALL)
    return true;
  if (!tc_buf_append_text(out, " /Fields [", err))
    return false;
  for (const char *const *name = options->lock_fields; name != NULL && *name != NULL; name++) {
    if (!tc_pdf_append_text(out, *name, err) || !tc_buf_append_text(out, " ", err))
      return false;
  }
  return tc_buf_append_text(out, "]", err);
}

static bool append_reference(const tc_pdf_signature_options *options, const tc_pdf_object *catalog, tc_buf *out,
                             tc_error *err)
{
  if (options->docmdp == 0 && options->lock == TC_PDF_LOCK_NONE)
    return true;
  if (!tc_buf_append_text(out, "\n/Reference [", err))
    return false;
  if (options->docmdp != 0 && !tc_buf_printf(out, err,
                                             "<< /Type /SigRef /TransformMethod /DocMDP /TransformParams "
                                             "<< /Type /TransformParams /P %d /V /1.2 >> >>",
                                             options->docmdp))
    return false;
  if (options->lock != TC_PDF_LOCK_NONE &&
      !(tc_buf_append_text(out, "<< /Type /SigRef /TransformMethod /FieldMDP /Data ", err) &&
        tc_pdf_write(catalog, out, err) &&
        tc_buf_append_text(out, " /TransformParams << /Type /TransformParams /V /1.2 ", err) &&
        tc_pdf_lock_entries(options, out, err) && tc_buf_append_text(out, " >> >>", err)))
    return false;
  return tc_buf_append_text(out, "]", err);
}

static bool append_contents(size_t size, tc_buf *out, tc_error *err)
{
  if (!tc_buf_reserve(out, 2 * size + 2, err))
    return false;
  out->data[out->size++] = '<';
  memset(out->data + out->size, '0', 2 * size);
  out->size += 2 * size;
  return tc_buf_append_text(out, ">", err);
}

bool tc_pdf_signature_text_write(const tc_pdf_signature_options *options, const tc_pdf_object *catalog,
                                 tc_pdf_signature_text *out, tc_error *err)
{
  tc_auto(tc_pdf_signature_text) made = {0};
  tc_buf *text = &made.text;
  if (!tc_buf_printf(text, err, "<<\n/Type /%s\n/Filter /Adobe.PPKLite\n/SubFilter /%s",
                     options->timestamp ? "DocTimeStamp" : "Sig",
                     options->timestamp ? "ETSI.RFC3161" : "ETSI.CAdES.detached") ||
      !append_text_entry(text, "Name", options->name, err) ||
      !append_text_entry(text, "Reason", options->reason, err) ||
      !append_text_entry(text, "Location", options->location, err) ||
      !append_text_entry(text, "ContactInfo", options->contact, err) || !append_date(text, options, err) ||
      !append_reference(options, catalog, text, err) || !tc_buf_append_text(text, "\n/Contents ", err))
    return false;
  size_t contents_at = text->size;
  if (!append_contents(options->contents_size, text, err) || !tc_buf_append_text(text, "\n/ByteRange [", err))
    return false;
  size_t range_at = text->size;
  if (!tc_buf_printf(text, err, "%*s]\n>>", TC_PDF_RANGE_ROOM, ""))
    return false;
  *out = (tc_pdf_signature_text){made.text, made.text.size - contents_at, made.text.size - range_at};
  made.text = (tc_buf){0}; /* handed over */
  return true;
}
