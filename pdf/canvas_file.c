/* A canvas as a file (ISO 32000-1, 7.5): the fonts that were used, the pages, a table of cross-references. */
#include "pdf/canvas_private.h"

#include "pdf/inflate.h"

typedef struct file {
  tc_buf *out;
  size_t *offsets; /* of objects 1 … count */
  size_t count;
} file;

enum { CATALOG = 1, PAGES, FIRST_FREE };

static bool put_object(file *f, size_t number, const tc_buf *body, tc_error *err)
{
  f->offsets[number - 1] = f->out->size;
  return tc_buf_printf(f->out, err, "%zu 0 obj\n", number) && tc_buf_append(f->out, body->data, body->size, err) &&
         tc_buf_append_text(f->out, "\nendobj\n", err);
}

static bool put_font(file *f, const tc_font_use *use, size_t first, tc_error *err)
{
  tc_buf objects[TC_FONT_OBJECTS] = {0};
  bool ok = tc_font_objects(use, first, objects, err);
  for (size_t i = 0; i < TC_FONT_OBJECTS; i++) {
    ok = ok && put_object(f, first + i, &objects[i], err);
    tc_buf_finish(&objects[i]);
  }
  return ok;
}

/* Every font used, and the resources that name them, which all pages share. */
static bool put_fonts(file *f, const tc_canvas *canvas, size_t *next, tc_buf *resources, tc_error *err)
{
  if (!tc_buf_append_text(resources, "<< /Font <<", err))
    return false;
  for (tc_canvas_font i = 0; i < TC_CANVAS_FONTS; i++) {
    if (!canvas->fonts[i].any)
      continue;
    if (!put_font(f, &canvas->fonts[i], *next, err) ||
        !tc_buf_printf(resources, err, " /F%d %zu 0 R", (int)i + 1, *next))
      return false;
    *next += TC_FONT_OBJECTS;
  }
  return tc_buf_append_text(resources, " >> >>", err);
}

static bool append(const void *data, size_t size, void *context, tc_error *err)
{
  return tc_buf_append(context, data, size, err);
}

static bool put_page(file *f, const tc_canvas_page *page, const tc_buf *resources, size_t number, tc_error *err)
{
  tc_auto(tc_buf) packed = {0};
  tc_auto(tc_buf) content = {0};
  tc_auto(tc_buf) body = {0};
  tc_auto(tc_deflate) deflate = NULL;
  return tc_deflate_create(append, &packed, &deflate, err) &&
         tc_deflate_write(deflate, page->content.data, page->content.size, err) && tc_deflate_end(deflate, err) &&
         tc_buf_printf(&content, err, "<< /Filter /FlateDecode /Length %zu >>\nstream\n", packed.size) &&
         tc_buf_append(&content, packed.data, packed.size, err) && tc_buf_append_text(&content, "\nendstream", err) &&
         tc_buf_printf(&body, err,
                       "<< /Type /Page /Parent %d 0 R /MediaBox [0 0 %.2f %.2f] /Resources %s /Contents %zu 0 R >>",
                       PAGES, page->width, page->height, tc_buf_text(resources), number + 1) &&
         put_object(f, number, &body, err) && put_object(f, number + 1, &content, err);
}

static bool put_pages(file *f, const tc_canvas *canvas, size_t first, const tc_buf *resources, tc_error *err)
{
  tc_auto(tc_buf) list = {0};
  if (!tc_buf_append_text(&list, "<< /Type /Pages /Kids [", err))
    return false;
  for (size_t i = 0; i < canvas->count; i++)
    if (!put_page(f, &canvas->pages[i], resources, first + 2 * i, err) ||
        !tc_buf_printf(&list, err, " %zu 0 R", first + 2 * i))
      return false;
  return tc_buf_printf(&list, err, " ] /Count %zu >>", canvas->count) && put_object(f, PAGES, &list, err);
}

static bool put_end(file *f, tc_error *err)
{
  tc_auto(tc_buf) catalog = {0};
  if (!tc_buf_printf(&catalog, err, "<< /Type /Catalog /Pages %d 0 R >>", PAGES) ||
      !put_object(f, CATALOG, &catalog, err))
    return false;
  size_t at = f->out->size;
  if (!tc_buf_printf(f->out, err, "xref\n0 %zu\n0000000000 65535 f \n", f->count + 1))
    return false;
  for (size_t i = 0; i < f->count; i++)
    if (!tc_buf_printf(f->out, err, "%010zu 00000 n \n", f->offsets[i]))
      return false;
  return tc_buf_printf(f->out, err, "trailer\n<< /Size %zu /Root %d 0 R >>\nstartxref\n%zu\n%%%%EOF\n", f->count + 1,
                       CATALOG, at);
}

static bool write_file(file *f, const tc_canvas *canvas, tc_error *err)
{
  tc_auto(tc_buf) resources = {0};
  size_t next = FIRST_FREE;
  return tc_buf_append_text(f->out, "%PDF-1.7\n%\xE2\xE3\xCF\xD3\n", err) &&
         put_fonts(f, canvas, &next, &resources, err) && put_pages(f, canvas, next, &resources, err) && put_end(f, err);
}

bool tc_canvas_save(tc_canvas *canvas, tc_buf *out, tc_error *err)
{
  file f = {.out = out, .count = FIRST_FREE - 1 + 2 * canvas->count};
  bool failed = canvas->failed;
  for (tc_canvas_font i = 0; i < TC_CANVAS_FONTS; i++) {
    failed |= canvas->fonts[i].failed;
    f.count += canvas->fonts[i].any ? (size_t)TC_FONT_OBJECTS : 0;
  }
  f.offsets = failed ? NULL : calloc(f.count, sizeof *f.offsets);
  bool ok = f.offsets != NULL ? write_file(&f, canvas, err) : tc_fail(err, TC_NO_MEMORY, "no memory for drawing");
  free(f.offsets);
  return ok;
}
