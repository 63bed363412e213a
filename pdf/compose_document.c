#include "pdf/compose_document.h"

#include "base/file.h"
#include "pdf/compose_image.h"
#include "pdf/compose_structure.h"
#include "pdf/qpdf_build.h"
#include "pdf/xmp.h"

#include <stdio.h>
#include <string.h>

enum { ICC_MAX = 8 * 1024 * 1024 };

typedef struct document {
  tc_qpdf *q;
  tc_compose_plan *plan;
  qpdf_oh root, word_font;
  tc_icc_cache icc;
} document;

/* ---- Large streams ---- */

static bool add_stream(document *d, const tc_splice_stream *stream, char token[TC_SPLICE_TOKEN_SIZE + 1], tc_error *err)
{
  tc_compose_plan *p = d->plan;
  if (p->stream_count == p->stream_capacity) {
    size_t capacity = p->stream_capacity == 0 ? 32 : p->stream_capacity * 2;
    tc_splice_stream *grown = reallocarray(p->streams, capacity, sizeof *grown);
    if (grown == NULL)
      return tc_fail(err, TC_NO_MEMORY, "no memory for a copy");
    p->streams = grown;
    p->stream_capacity = capacity;
  }
  tc_splice_token(p->stream_count, token);
  p->streams[p->stream_count++] = *stream;
  return true;
}

/* ---- Pages ---- */

static bool add_image(document *d, const tc_compose_image *image, qpdf_oh *out, tc_error *err)
{
  char token[TC_SPLICE_TOKEN_SIZE + 1];
  const tc_pdf_image *i = image->image;
  tc_splice_stream stream = {.source = image->source};
  if (i->encoding == TC_PDF_RAW) {
    uint64_t bits = (uint64_t)i->width * i->components * i->bits;
    stream.row_bytes = (size_t)((bits + 7) / 8);
    stream.rows = i->height;
    stream.pixel_bytes = i->components * i->bits < 8 ? 1 : i->components * i->bits / 8;
  }
  return add_stream(d, &stream, token, err) &&
         tc_compose_image_object(d->q, i, tc_bytes_of_text(token), &d->icc, out, err);
}

static bool fill_capture_page(document *d, size_t index, qpdf_oh page, qpdf_oh resources, tc_error *err)
{
  tc_qpdf *q = d->q;
  const tc_compose_page *capture = &d->plan->options->pages[index];
  qpdf_oh objects = qpdf_oh_new_dictionary(q), content;
  for (size_t i = 0; i < capture->image_count; i++) {
    qpdf_oh image;
    char key[32];
    snprintf(key, sizeof key, "/" TC_COMPOSE_IMAGE "%zu", i);
    if (!add_image(d, &capture->images[i], &image, err))
      return false;
    tc_qpdf_put(q, objects, key, image);
  }
  tc_qpdf_put(q, resources, "/XObject", objects);
  if (capture->word_count > 0) {
    qpdf_oh fonts = tc_qpdf_get(q, resources, "/Font");
    if (!qpdf_oh_is_dictionary(q, fonts))
      tc_qpdf_put(q, resources, "/Font", fonts = qpdf_oh_new_dictionary(q));
    tc_qpdf_put(q, fonts, "/" TC_COMPOSE_FONT, d->word_font);
  }
  if (!tc_qpdf_packed(q, tc_buf_bytes(&d->plan->contents[index]), "", &content, err))
    return false;
  qpdf_oh contents = qpdf_oh_new_array(q);
  qpdf_oh_append_item(q, contents, content);
  qpdf_oh_append_item(q, contents, tc_qpdf_get(q, page, "/Contents"));
  tc_qpdf_put(q, page, "/Contents", contents);
  return true;
}

static bool fill_page(document *d, size_t index, tc_error *err)
{
  tc_qpdf *q = d->q;
  qpdf_oh page = qpdf_get_page_n(q, index), resources = tc_qpdf_get(q, page, "/Resources");
  if (!qpdf_oh_is_dictionary(q, resources))
    tc_qpdf_put(q, page, "/Resources", resources = qpdf_oh_new_dictionary(q));
  qpdf_oh_remove_key(q, resources, "/ProcSet");
  tc_qpdf_put(q, page, "/StructParents", qpdf_oh_new_integer(q, (long long)index));
  tc_qpdf_put(q, page, "/Tabs", qpdf_oh_new_name(q, "/S"));
  return (index >= d->plan->options->page_count || fill_capture_page(d, index, page, resources, err)) &&
         tc_qpdf_check(q, "composing a page failed", err);
}

/* ---- The text layer's font (ISO 32000-1, 9.7) ---- */

static bool make_word_font(document *d, tc_error *err)
{
  tc_qpdf *q = d->q;
  tc_auto(tc_buf) file = {0};
  tc_auto(tc_buf) map = {0};
  tc_auto(tc_buf) meaning = {0};
  qpdf_oh file_object, map_object, meaning_object;
  char dictionary[48];
  if (!tc_word_layer_font_file(&file, err) || !tc_word_layer_cid_to_gid(d->plan->words, &map, err) ||
      !tc_word_layer_to_unicode(d->plan->words, &meaning, err))
    return false;
  snprintf(dictionary, sizeof dictionary, "<< /Length1 %zu >>", file.size);
  if (!tc_qpdf_packed(q, tc_buf_bytes(&file), dictionary, &file_object, err) ||
      !tc_qpdf_packed(q, tc_buf_bytes(&map), "", &map_object, err) ||
      !tc_qpdf_packed(q, tc_buf_bytes(&meaning), "", &meaning_object, err))
    return false;
  qpdf_oh descriptor = tc_qpdf_parse(
      q, "<< /Type /FontDescriptor /FontName /TCWORD+TruecopyWords /Flags 5 /FontBBox [0 -200 500 800] /ItalicAngle 0 "
         "/Ascent 800 /Descent -200 /CapHeight 800 /StemV 80 /MissingWidth 500 >>");
  tc_qpdf_put(q, descriptor, "/FontFile2", file_object);
  qpdf_oh descendant = tc_qpdf_parse(q, "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /TCWORD+TruecopyWords /DW 500 "
                                        "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>");
  tc_qpdf_put(q, descendant, "/FontDescriptor", tc_qpdf_indirect(q, descriptor));
  tc_qpdf_put(q, descendant, "/CIDToGIDMap", map_object);
  qpdf_oh font =
      tc_qpdf_parse(q, "<< /Type /Font /Subtype /Type0 /BaseFont /TCWORD+TruecopyWords /Encoding /Identity-H >>");
  tc_qpdf_put(q, font, "/DescendantFonts", qpdf_oh_wrap_in_array(q, tc_qpdf_indirect(q, descendant)));
  tc_qpdf_put(q, font, "/ToUnicode", meaning_object);
  d->word_font = tc_qpdf_indirect(q, font);
  return true;
}

/* ---- Signature fields (12.7.4.5), still empty: a signer fills in the value ---- */

static bool add_field(document *d, const tc_attestation_block *block, const tc_compose_block_result *where,
                      qpdf_oh fields, tc_error *err)
{
  tc_qpdf *q = d->q;
  const tc_pdf_rect *r = &where->rect;
  const double corners[] = {r->left, r->bottom, r->right, r->top};
  qpdf_oh page = qpdf_get_page_n(q, where->page);
  qpdf_oh rect = qpdf_oh_new_array(q);
  for (size_t i = 0; i < TC_ARRAY_LEN(corners); i++)
    qpdf_oh_append_item(q, rect, qpdf_oh_new_real_from_double(q, corners[i], 2));
  qpdf_oh widget = tc_qpdf_indirect(q, tc_qpdf_parse(q, "<< /Type /Annot /Subtype /Widget /FT /Sig /F 132 >>"));
  qpdf_oh look = tc_qpdf_stream(q, (tc_bytes){0}, "<< /Type /XObject /Subtype /Form /Resources << >> >>");
  qpdf_oh looks = qpdf_oh_new_dictionary(q);
  tc_qpdf_put(q, qpdf_oh_get_dict(q, look), "/BBox", rect);
  tc_qpdf_put(q, looks, "/N", look);
  tc_qpdf_put(q, widget, "/AP", looks);
  tc_qpdf_put(q, widget, "/Rect", rect);
  tc_qpdf_put(q, widget, "/P", page);
  tc_qpdf_put(q, widget, "/T", tc_qpdf_text(q, block->field));
  tc_qpdf_put(q, widget, "/TU", tc_qpdf_text(q, block->heading));
  qpdf_oh annotations = tc_qpdf_get(q, page, "/Annots");
  if (!qpdf_oh_is_array(q, annotations))
    tc_qpdf_put(q, page, "/Annots", annotations = qpdf_oh_new_array(q));
  qpdf_oh_append_item(q, annotations, widget);
  qpdf_oh_append_item(q, fields, widget);
  return tc_compose_structure_widget(q, d->root, widget, where->page, err);
}

static bool add_fields(document *d, tc_error *err)
{
  const tc_attestation *attestation = d->plan->options->attestation;
  qpdf_oh fields = qpdf_oh_new_array(d->q);
  for (size_t i = 0; attestation != NULL && i < attestation->block_count; i++)
    if (attestation->blocks[i].field != NULL &&
        !add_field(d, &attestation->blocks[i], &d->plan->blocks[i], fields, err))
      return false;
  if (qpdf_oh_get_array_n_items(d->q, fields) == 0)
    return true;
  qpdf_oh form = qpdf_oh_new_dictionary(d->q);
  tc_qpdf_put(d->q, form, "/Fields", fields);
  tc_qpdf_put(d->q, d->root, "/AcroForm", form);
  return tc_qpdf_check(d->q, "adding the signature fields failed", err);
}

/* ---- Associated files (7.11.4; ISO 19005-3, 6.8) ---- */

static bool add_file(document *d, const tc_compose_file *file, qpdf_oh *out, tc_error *err)
{
  static const char *const relationships[] = {[TC_PDF_RELATIONSHIP_DATA] = "/Data",
                                              [TC_PDF_RELATIONSHIP_SOURCE] = "/Source",
                                              [TC_PDF_RELATIONSHIP_SUPPLEMENT] = "/Supplement",
                                              [TC_PDF_RELATIONSHIP_UNSPECIFIED] = "/Unspecified"};
  tc_qpdf *q = d->q;
  char token[TC_SPLICE_TOKEN_SIZE + 1], date[32], mime[128];
  if (!add_stream(d, &(tc_splice_stream){.source = file->source}, token, err))
    return false;
  snprintf(mime, sizeof mime, "/%s", file->mime);
  tc_pdf_date(file->modified, date);
  qpdf_oh stream = tc_qpdf_stream(q, tc_bytes_of_text(token), "<< /Type /EmbeddedFile >>");
  qpdf_oh dictionary = qpdf_oh_get_dict(q, stream), params = qpdf_oh_new_dictionary(q);
  tc_qpdf_put(q, params, "/Size", qpdf_oh_new_integer(q, (long long)tc_pdf_source_size(&file->source)));
  tc_qpdf_put(q, params, "/ModDate", qpdf_oh_new_string(q, date));
  tc_qpdf_put(q, dictionary, "/Subtype", qpdf_oh_new_name(q, mime));
  tc_qpdf_put(q, dictionary, "/Params", params);
  qpdf_oh embedded = qpdf_oh_new_dictionary(q), spec = tc_qpdf_parse(q, "<< /Type /Filespec >>");
  tc_qpdf_put(q, embedded, "/F", stream);
  tc_qpdf_put(q, embedded, "/UF", stream);
  tc_qpdf_put(q, spec, "/EF", embedded);
  tc_qpdf_put(q, spec, "/F", tc_qpdf_text(q, file->name));
  tc_qpdf_put(q, spec, "/UF", tc_qpdf_text(q, file->name));
  if (file->description != NULL)
    tc_qpdf_put(q, spec, "/Desc", tc_qpdf_text(q, file->description));
  tc_qpdf_put(q, spec, "/AFRelationship", qpdf_oh_new_name(q, relationships[file->relationship]));
  *out = tc_qpdf_indirect(q, spec);
  return true;
}

static bool add_files(document *d, tc_error *err)
{
  const tc_compose_options *o = d->plan->options;
  tc_qpdf *q = d->q;
  if (o->file_count == 0)
    return true;
  qpdf_oh names = qpdf_oh_new_array(q), list = qpdf_oh_new_array(q);
  for (size_t i = 0; i < o->file_count; i++) {
    qpdf_oh spec;
    char key[32];
    if (!add_file(d, &o->files[i], &spec, err))
      return false;
    snprintf(key, sizeof key, "%08zu", i); /* the keys of a name tree are in order (7.9.6) */
    qpdf_oh_append_item(q, names, qpdf_oh_new_string(q, key));
    qpdf_oh_append_item(q, names, spec);
    qpdf_oh_append_item(q, list, spec);
  }
  qpdf_oh embedded = qpdf_oh_new_dictionary(q), tree = qpdf_oh_new_dictionary(q);
  tc_qpdf_put(q, embedded, "/Names", names);
  tc_qpdf_put(q, tree, "/EmbeddedFiles", embedded);
  tc_qpdf_put(q, d->root, "/Names", tree);
  tc_qpdf_put(q, d->root, "/AF", list);
  return tc_qpdf_check(q, "adding the associated files failed", err);
}

/* ---- What the document says about itself ---- */

static bool add_output_intent(document *d, tc_error *err)
{
  tc_qpdf *q = d->q;
  tc_auto(tc_buf) icc = {0};
  const char *path = d->plan->options->icc_rgb;
  if (!tc_file_read(path, ICC_MAX, &icc, err))
    return tc_error_prefix(err, "the output intent's profile");
  if (!tc_icc_is_usable(tc_buf_bytes(&icc), TC_PDF_COLOUR_RGB))
    return tc_fail(err, TC_CONFIG, "%s is no RGB profile that PDF/A allows", path);
  qpdf_oh profile;
  if (!tc_qpdf_packed(q, tc_buf_bytes(&icc), "<< /N 3 >>", &profile, err))
    return false;
  qpdf_oh intent = tc_qpdf_parse(q, "<< /Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier (sRGB) "
                                    "/RegistryName (http://www.color.org) /Info (sRGB IEC61966-2.1) >>");
  tc_qpdf_put(q, intent, "/DestOutputProfile", profile);
  tc_qpdf_put(q, d->root, "/OutputIntents", qpdf_oh_wrap_in_array(q, tc_qpdf_indirect(q, intent)));
  return true;
}

static bool add_metadata(document *d, tc_error *err)
{
  tc_qpdf *q = d->q;
  const tc_compose_options *o = d->plan->options;
  tc_auto(tc_buf) xmp = {0};
  if (!tc_xmp_write(o, &xmp, err))
    return false;
  tc_qpdf_put(q, d->root, "/Metadata", tc_qpdf_stream(q, tc_buf_bytes(&xmp), "<< /Type /Metadata /Subtype /XML >>"));
  qpdf_oh info = qpdf_oh_new_dictionary(q);
  char date[32];
  tc_pdf_date(o->created, date);
  tc_qpdf_put(q, info, "/Title", tc_qpdf_text(q, o->title));
  if (o->author != NULL)
    tc_qpdf_put(q, info, "/Author", tc_qpdf_text(q, o->author));
  if (o->subject != NULL)
    tc_qpdf_put(q, info, "/Subject", tc_qpdf_text(q, o->subject));
  tc_qpdf_put(q, info, "/Producer", tc_qpdf_text(q, o->producer));
  tc_qpdf_put(q, info, "/CreationDate", qpdf_oh_new_string(q, date));
  tc_qpdf_put(q, info, "/ModDate", qpdf_oh_new_string(q, date));
  tc_qpdf_put(q, qpdf_get_trailer(q), "/Info", tc_qpdf_indirect(q, info));
  tc_qpdf_put(q, d->root, "/Lang", tc_qpdf_text(q, o->language));
  tc_qpdf_put(q, d->root, "/ViewerPreferences", tc_qpdf_parse(q, "<< /DisplayDocTitle true >>"));
  return tc_qpdf_check(q, "composing the metadata failed", err);
}

/* ---- Writing ---- */

static bool write_document(document *d, tc_buf *out, tc_error *err)
{
  tc_qpdf *q = d->q;
  qpdf_init_write_memory(q);
  qpdf_set_object_stream_mode(q, qpdf_o_disable);
  qpdf_set_stream_data_mode(q, qpdf_s_preserve);
  qpdf_set_newline_before_endstream(q, QPDF_TRUE); /* ISO 19005-3, 6.1.7.1 */
  qpdf_set_deterministic_ID(q, QPDF_TRUE);
  qpdf_set_minimum_pdf_version(q, "1.7");
  qpdf_write(q);
  return tc_qpdf_check(q, "writing the copy failed", err) &&
         tc_buf_append(out, qpdf_get_buffer(q), qpdf_get_buffer_length(q), err);
}

bool tc_compose_document(tc_compose_plan *plan, tc_buf *out, tc_error *err)
{
  tc_auto(tc_qpdf) q = NULL;
  if (!tc_qpdf_open(plan->drawn, &q, err))
    return false;
  document d = {.q = q, .plan = plan};
  d.root = qpdf_get_root(q);
  if (plan->words != NULL && !make_word_font(&d, err))
    return false;
  for (size_t i = 0; i < plan->page_count; i++)
    if (!fill_page(&d, i, err))
      return tc_error_prefix(err, "page %zu", i + 1);
  return tc_compose_structure(d.q, d.root, plan->structure, plan->page_count, err) && add_fields(&d, err) &&
         add_files(&d, err) && add_output_intent(&d, err) && add_metadata(&d, err) && write_document(&d, out, err);
}
