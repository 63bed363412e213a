#include "pdf/xmp.h"

#include "base/text.h"

#include <string.h>

void tc_pdf_date(time_t when, char out[32])
{
  struct tm t = {0};
  gmtime_r(&when, &t);
  strftime(out, 32, "D:%Y%m%d%H%M%SZ", &t);
}

static void xmp_date(time_t when, char out[32])
{
  struct tm t = {0};
  gmtime_r(&when, &t);
  strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &t);
}

static bool append_escaped(tc_buf *out, const char *text, tc_error *err)
{
  uint32_t c = 0;
  while (tc_text_next(&text, &c)) {
    bool ok = c == '&'   ? tc_buf_append_text(out, "&amp;", err)
              : c == '<' ? tc_buf_append_text(out, "&lt;", err)
              : c == '>' ? tc_buf_append_text(out, "&gt;", err)
              : c < ' '  ? tc_buf_append_text(out, " ", err) /* XML 1.0, 2.2: no control characters */
                         : tc_text_append(out, c, err);
    if (!ok)
      return false;
  }
  return true;
}

static bool element(tc_buf *out, const char *open, const char *text, const char *close, tc_error *err)
{
  return text == NULL ||
         (tc_buf_append_text(out, open, err) && append_escaped(out, text, err) && tc_buf_append_text(out, close, err));
}

/* ISO 19005-3, 6.6.2.3: what PDF/A does not define itself is described. */
static const char ua_schema[] =
    "<rdf:Description rdf:about=\"\" xmlns:pdfaExtension=\"http://www.aiim.org/pdfa/ns/extension/\"\n"
    " xmlns:pdfaSchema=\"http://www.aiim.org/pdfa/ns/schema#\""
    " xmlns:pdfaProperty=\"http://www.aiim.org/pdfa/ns/property#\">\n"
    "<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType=\"Resource\">\n"
    "<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>\n"
    "<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\n"
    "<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>\n"
    "<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType=\"Resource\">\n"
    "<pdfaProperty:name>part</pdfaProperty:name>\n<pdfaProperty:valueType>Integer</pdfaProperty:valueType>\n"
    "<pdfaProperty:category>internal</pdfaProperty:category>\n"
    "<pdfaProperty:description>Part of ISO 14289 that the file conforms to</pdfaProperty:description>\n"
    "</rdf:li></rdf:Seq></pdfaSchema:property>\n</rdf:li></rdf:Bag></pdfaExtension:schemas>\n</rdf:Description>\n";

bool tc_xmp_write(const tc_compose_options *o, tc_buf *out, tc_error *err)
{
  char date[32];
  xmp_date(o->created, date);
  static const char head[] =
      "<?xpacket begin=\"\xEF\xBB\xBF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
      "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n"
      "<rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"\n"
      " xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\"\n"
      " xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\" xmlns:pdfuaid=\"http://www.aiim.org/pdfua/ns/id/\">\n"
      "<pdfaid:part>3</pdfaid:part>\n<pdfaid:conformance>B</pdfaid:conformance>\n<pdfuaid:part>1</pdfuaid:part>\n"
      "<dc:format>application/pdf</dc:format>\n";
  return tc_buf_append_text(out, head, err) &&
         element(out, "<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">", o->title,
                 "</rdf:li></rdf:Alt></dc:title>\n", err) &&
         element(out, "<dc:creator><rdf:Seq><rdf:li>", o->author, "</rdf:li></rdf:Seq></dc:creator>\n", err) &&
         element(out, "<dc:description><rdf:Alt><rdf:li xml:lang=\"x-default\">", o->subject,
                 "</rdf:li></rdf:Alt></dc:description>\n", err) &&
         element(out, "<dc:language><rdf:Bag><rdf:li>", o->language, "</rdf:li></rdf:Bag></dc:language>\n", err) &&
         element(out, "<xmp:CreateDate>", date, "</xmp:CreateDate>\n", err) &&
         element(out, "<xmp:ModifyDate>", date, "</xmp:ModifyDate>\n", err) &&
         element(out, "<xmp:MetadataDate>", date, "</xmp:MetadataDate>\n", err) &&
         element(out, "<pdf:Producer>", o->producer, "</pdf:Producer>\n", err) &&
         tc_buf_append_text(out, "</rdf:Description>\n", err) && tc_buf_append_text(out, ua_schema, err) &&
         tc_buf_append_text(out, "</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"r\"?>\n", err);
}
