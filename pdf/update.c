/*
 * The updater. Objects wait in memory as text, with plain strings; a stream's data wait as they will lie in the file.
 * update_write.c writes them. What the reader finds damaged is refused before a byte is written, so that an update
 * never hides damage.
 */
#include "pdf/update_private.h"

#include "pdf/crypt.h"
#include "pdf/object_write.h"

static void item_finish(tc_pdf_update_item *item)
{
  tc_buf_finish(&item->text);
  tc_buf_finish(&item->data);
}

void tc_pdf_update_destroy(tc_pdf_update *update)
{
  if (update == NULL)
    return;
  for (size_t i = 0; i < update->count; i++)
    item_finish(&update->items[i]);
  free(update->items);
  tc_pdf_document_destroy(update->document);
  free(update);
}

bool tc_pdf_update_begin(int fd, const tc_pdf_open_options *options, tc_pdf_update **out, tc_error *err)
{
  tc_pdf_open_options strict = options != NULL ? *options : tc_pdf_open_options_default();
  tc_auto(tc_pdf_update) update = calloc(1, sizeof *update);
  if (update == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for an update");
  strict.repair = false;
  if (!tc_pdf_document_open(fd, &strict, &update->document, err))
    return false;
  update->fd = fd;
  update->base_size = (off_t)tc_pdf_document_bytes(update->document).size;
  update->revision = tc_pdf_revision_last(update->document);
  int64_t size = tc_pdf_integer(tc_pdf_get(tc_pdf_trailer(update->document, update->revision), "Size"), 0);
  update->next_number = tc_pdf_number_end(update->document);
  if (size > update->next_number && (uint64_t)size < strict.limits.max_objects)
    update->next_number = (uint32_t)size;
  if (!tc_pdf_is_dict(tc_pdf_catalog(update->document, update->revision)))
    return tc_fail(err, TC_FORMAT, "the PDF has no catalog");
  *out = tc_steal(&update);
  return true;
}

const tc_pdf_document *tc_pdf_update_document(const tc_pdf_update *update) { return update->document; }
off_t tc_pdf_update_base_size(const tc_pdf_update *update) { return update->base_size; }

static tc_pdf_update_item *find_item(const tc_pdf_update *update, uint32_t number)
{
  for (size_t i = update->count; i-- > 0;) {
    if (update->items[i].number == number)
      return &update->items[i];
  }
  return NULL;
}

bool tc_pdf_update_new_item(tc_pdf_update *update, uint32_t number, tc_pdf_update_item **out, tc_error *err)
{
  if ((update->count & (update->count - 1)) == 0) {
    tc_pdf_update_item *grown = reallocarray(update->items, update->count == 0 ? 1 : update->count * 2, sizeof *grown);
    if (grown == NULL)
      return tc_fail(err, TC_NO_MEMORY, "no memory for an update");
    update->items = grown;
  }
  tc_pdf_place place = tc_pdf_place_of(update->document, update->revision, number);
  *out = &update->items[update->count++];
  **out = (tc_pdf_update_item){.number = number, .generation = place.kind == TC_PDF_IN_FILE ? place.generation : 0};
  return true;
}

static bool open_item(tc_pdf_update *update, uint32_t number, tc_pdf_update_item **out, tc_error *err)
{
  *out = find_item(update, number);
  if (*out == NULL && !tc_pdf_update_new_item(update, number, out, err))
    return false;
  (*out)->text.size = (*out)->data.size = 0;
  (*out)->set = true;
  (*out)->stream = false;
  return true;
}

bool tc_pdf_update_add(tc_pdf_update *update, const char *text, uint32_t *out_number, tc_error *err)
{
  tc_pdf_update_item *added = NULL;
  uint32_t number = update->next_number > 0 ? update->next_number : 1;
  if (!tc_pdf_update_new_item(update, number, &added, err) ||
      (text != NULL && !tc_pdf_update_set(update, number, tc_bytes_of_text(text), err)))
    return false;
  update->next_number = number + 1;
  *out_number = number;
  return true;
}

bool tc_pdf_update_set(tc_pdf_update *update, uint32_t number, tc_bytes text, tc_error *err)
{
  tc_pdf_update_item *target = NULL;
  return open_item(update, number, &target, err) && tc_buf_append(&target->text, text.data, text.size, err);
}

bool tc_pdf_update_set_stream(tc_pdf_update *update, uint32_t number, const char *entries, tc_bytes data, tc_error *err)
{
  tc_pdf_update_item *target = NULL;
  const tc_pdf_crypt *crypt = update->document->crypt;
  if (!open_item(update, number, &target, err))
    return false;
  target->stream = true;
  bool taken = crypt == NULL ? tc_buf_append(&target->data, data.data, data.size, err)
                             : tc_pdf_crypt_seal_stream(crypt, number, target->generation, data, &target->data, err);
  return taken && tc_buf_printf(&target->text, err, "<< %s /Length %zu >>", entries, target->data.size);
}

bool tc_pdf_update_text(const tc_pdf_update *update, uint32_t number, tc_buf *out, tc_error *err)
{
  const tc_pdf_update_item *found = find_item(update, number);
  if (found != NULL && found->set)
    return tc_buf_append(out, found->text.data, found->text.size, err);
  return tc_pdf_write(tc_pdf_lookup(update->document, update->revision, number), out, err);
}

off_t tc_pdf_update_end(const tc_pdf_update *update, uint32_t number)
{
  const tc_pdf_update_item *found = find_item(update, number);
  return found != NULL ? found->text_end : -1;
}
