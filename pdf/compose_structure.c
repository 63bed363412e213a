#include "pdf/compose_structure.h"

#include "pdf/qpdf_build.h"

#include <stdio.h>
#include <string.h>

static void put_element(tc_qpdf *q, const tc_structure_element *e, qpdf_oh object, qpdf_oh parent)
{
  char name[40];
  snprintf(name, sizeof name, "/%s", e->type);
  tc_qpdf_put(q, object, "/Type", qpdf_oh_new_name(q, "/StructElem"));
  tc_qpdf_put(q, object, "/S", qpdf_oh_new_name(q, name));
  tc_qpdf_put(q, object, "/P", parent);
  if (e->alt != NULL)
    tc_qpdf_put(q, object, "/Alt", tc_qpdf_text(q, e->alt));
  if (strcmp(e->type, "TH") == 0)
    tc_qpdf_put(q, object, "/A", tc_qpdf_parse(q, "<< /O /Table /Scope /Row >>"));
  if (e->mcid >= 0) {
    tc_qpdf_put(q, object, "/Pg", qpdf_get_page_n(q, e->page));
    tc_qpdf_put(q, object, "/K", qpdf_oh_new_integer(q, e->mcid));
  } else
    tc_qpdf_put(q, object, "/K", qpdf_oh_new_array(q));
}

bool tc_compose_structure(tc_qpdf *q, qpdf_oh catalog, const tc_structure *s, size_t pages, tc_error *err)
{
  qpdf_oh *objects = calloc(s->count + pages, sizeof *objects), *parents = objects + s->count;
  if (objects == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a copy's structure");
  qpdf_oh root = tc_qpdf_indirect(q, tc_qpdf_parse(q, "<< /Type /StructTreeRoot /K [] >>"));
  for (size_t i = 0; i < pages; i++)
    parents[i] = qpdf_oh_new_array(q);
  for (size_t i = 0; i < s->count; i++) {
    const tc_structure_element *e = &s->elements[i];
    qpdf_oh parent = e->parent == TC_STRUCTURE_ROOT ? root : objects[e->parent];
    objects[i] = tc_qpdf_indirect(q, qpdf_oh_new_dictionary(q));
    put_element(q, e, objects[i], parent);
    qpdf_oh_append_item(q, tc_qpdf_get(q, parent, "/K"), objects[i]);
    if (e->mcid >= 0) /* numbers are given in the order of elements: the page's array grows by one each time */
      qpdf_oh_append_item(q, parents[e->page], objects[i]);
  }
  qpdf_oh numbers = qpdf_oh_new_array(q), tree = qpdf_oh_new_dictionary(q);
  for (size_t i = 0; i < pages; i++) {
    qpdf_oh_append_item(q, numbers, qpdf_oh_new_integer(q, (long long)i));
    qpdf_oh_append_item(q, numbers, tc_qpdf_indirect(q, parents[i]));
  }
  tc_qpdf_put(q, tree, "/Nums", numbers);
  tc_qpdf_put(q, root, "/ParentTree", tc_qpdf_indirect(q, tree));
  tc_qpdf_put(q, root, "/ParentTreeNextKey", qpdf_oh_new_integer(q, (long long)pages));
  tc_qpdf_put(q, catalog, "/StructTreeRoot", root);
  tc_qpdf_put(q, catalog, "/MarkInfo", tc_qpdf_parse(q, "<< /Marked true >>"));
  free(objects);
  return tc_qpdf_check(q, "composing the structure failed", err);
}

bool tc_compose_structure_widget(tc_qpdf *q, qpdf_oh catalog, qpdf_oh widget, size_t page, tc_error *err)
{
  qpdf_oh root = tc_qpdf_get(q, catalog, "/StructTreeRoot");
  qpdf_oh top = tc_qpdf_at(q, tc_qpdf_get(q, root, "/K"), 0);
  qpdf_oh numbers = tc_qpdf_get(q, tc_qpdf_get(q, root, "/ParentTree"), "/Nums");
  long long key = qpdf_oh_get_int_value(q, tc_qpdf_get(q, root, "/ParentTreeNextKey"));
  qpdf_oh place = tc_qpdf_parse(q, "<< /Type /OBJR >>");
  tc_qpdf_put(q, place, "/Obj", widget);
  tc_qpdf_put(q, place, "/Pg", qpdf_get_page_n(q, page));
  qpdf_oh form = tc_qpdf_indirect(q, tc_qpdf_parse(q, "<< /Type /StructElem /S /Form >>"));
  tc_qpdf_put(q, form, "/P", top);
  tc_qpdf_put(q, form, "/K", place);
  qpdf_oh_append_item(q, tc_qpdf_get(q, top, "/K"), form);
  qpdf_oh_append_item(q, numbers, qpdf_oh_new_integer(q, key));
  qpdf_oh_append_item(q, numbers, form);
  tc_qpdf_put(q, root, "/ParentTreeNextKey", qpdf_oh_new_integer(q, key + 1));
  tc_qpdf_put(q, widget, "/StructParent", qpdf_oh_new_integer(q, key));
  return tc_qpdf_check(q, "composing the structure of a form failed", err);
}
