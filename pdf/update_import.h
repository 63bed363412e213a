/*
 * Private to pdf/: objects of another, unencrypted document that go into an update, with all that they lead to.
 */
#pragma once

#include "pdf/update.h"

typedef struct tc_pdf_import tc_pdf_import;
/* Both are borrowed, and must outlive the import. */
TC_NODISCARD bool tc_pdf_import_create(tc_pdf_update *update, const tc_pdf_document *source, tc_pdf_import **out,
                                       tc_error *err);
void tc_pdf_import_destroy(tc_pdf_import *import);
TC_AUTO_POINTER(tc_pdf_import, tc_pdf_import_destroy);
/* Appends the entries of a dictionary of the source without << >>, but those of the key `except`; what they refer to is
   added to the update. */
TC_NODISCARD bool tc_pdf_import_entries(tc_pdf_import *import, const tc_pdf_object *dict, const char *except,
                                        tc_buf *out, tc_error *err);
