/*
 * A canvas as a file: libharu's, and an update behind it (ISO 32000-1, 7.5.6) in which our fonts stand where libharu's
 * stood in.
 */
#include "pdf/canvas_private.h"

enum { PIECE = 65536, OBJECT_NUMBER = 0x00FFFFFF };

static bool fail_drawing(HPDF_Doc doc, tc_error *err)
{
  const unsigned long error = HPDF_GetError(doc);
  return tc_fail(err, error == HPDF_FAILD_TO_ALLOC_MEM ? TC_NO_MEMORY : TC_INTERNAL,
                 "drawing a page failed (libharu error 0x%04lX, %ld)", error, (long)HPDF_GetErrorDetail(doc));
}

static bool save_pages(HPDF_Doc doc, tc_buf *out, tc_error *err)
{
  if (HPDF_GetError(doc) == HPDF_OK)
    HPDF_SaveToStream(doc);
  if (HPDF_GetError(doc) != HPDF_OK)
    return fail_drawing(doc, err);
  HPDF_ResetStream(doc);
  HPDF_BYTE piece[PIECE];
  for (HPDF_STATUS status = HPDF_OK; status != HPDF_STREAM_EOF;) {
    HPDF_UINT32 size = sizeof piece;
    status = HPDF_ReadFromStream(doc, piece, &size);
    if (status != HPDF_OK && status != HPDF_STREAM_EOF)
      return fail_drawing(doc, err);
    if (!tc_buf_append(out, piece, size, err))
      return false;
  }
  return true;
}

/* The update: its objects, and the lines of its table of cross-references, a section an object. */
typedef struct update {
  tc_buf *out, table;
  size_t start; /* of the file in `out` */
} update;

static void update_finish(update *u) { tc_buf_finish(&u->table); }
TC_AUTO_VALUE(update, update_finish);

static bool put_object(update *u, size_t number, const tc_buf *body, tc_error *err)
{
  return tc_buf_printf(&u->table, err, "%zu 1\n%010zu 00000 n \n", number, u->out->size - u->start) &&
         tc_buf_printf(u->out, err, "%zu 0 obj\n", number) && tc_buf_append(u->out, body->data, body->size, err) &&
         tc_buf_append_text(u->out, "\nendobj\n", err);
}

/* The font under the number of what stood in for it; what it refers to from `first` + 1 on. */
static bool put_font(update *u, const tc_font_use *use, size_t number, size_t first, tc_error *err)
{
  tc_buf objects[TC_FONT_OBJECTS] = {0};
  bool ok = tc_font_objects(use, first, objects, err);
  for (size_t i = 0; i < TC_FONT_OBJECTS; i++) {
    ok = ok && put_object(u, i == 0 ? number : first + i, &objects[i], err);
    tc_buf_finish(&objects[i]);
  }
  return ok;
}

static size_t number_of(const void *object) { return ((const HPDF_Obj_Header *)object)->obj_id & OBJECT_NUMBER; }

bool tc_canvas_save(tc_canvas *canvas, tc_buf *out, tc_error *err)
{
  tc_auto(update) u = {.out = out, .start = out->size};
  if (!save_pages(canvas->doc, out, err))
    return false;
  const size_t before = canvas->doc->xref->addr;
  size_t next = canvas->doc->xref->start_offset + canvas->doc->xref->entries->count;
  for (tc_canvas_font i = 0; i < TC_CANVAS_FONTS; i++) {
    if (canvas->fonts[i].failed)
      return tc_fail(err, TC_NO_MEMORY, "no memory for a page");
    if (canvas->stand_ins[i] == NULL)
      continue;
    if (!put_font(&u, &canvas->fonts[i], number_of(canvas->stand_ins[i]), next, err))
      return false;
    next += TC_FONT_OBJECTS;
  }
  if (u.table.size == 0)
    return true;
  const size_t at = out->size - u.start;
  return tc_buf_printf(out, err, "xref\n%s", tc_buf_text(&u.table)) &&
         tc_buf_printf(out, err, "trailer\n<< /Size %zu /Root %zu 0 R /Prev %zu >>\nstartxref\n%zu\n%%%%EOF\n", next,
                       number_of(canvas->doc->catalog), before, at);
}
