/*
 * Rules for the structure tree (ISO 32000-2, 14.7). A writer that signs a tagged file puts the new field's widget into
 * it: an element Form below one that was there, an entry in the parent tree, and counts. So elements may gain, behind
 * the kids that they have, elements that hold the widget of a field of this very revision and say nothing; the parent
 * tree may gain entries that lead to those. What was there stays, in its order.
 */
#include "pdf/changes_private.h"

enum { MAX_ENTRIES = 100000, MAX_NODES = 10000 };

static void report_key(tc_pdf_step *step, tc_bytes key, void *data)
{
  const uint32_t *number = data;
  tc_pdf_step_report(step, TC_PDF_CODE_OVERRIDDEN, *number, "structure element %u: /%.*s was changed", *number,
                     (int)(key.size < 40 ? key.size : 40), (const char *)key.data);
}

/* An object reference to the widget of a new field (14.7.5.3). */
static bool is_field_reference(const tc_pdf_step *step, const tc_pdf_object *value)
{
  static const char *const keys[] = {"Type", "Obj", "Pg", NULL};
  const tc_pdf_object *dict = tc_pdf_step_new(step, value);
  const tc_pdf_change *field = tc_pdf_step_find(step, tc_pdf_reference(tc_pdf_get(dict, "Obj")));
  return tc_pdf_has_only(dict, keys) && tc_pdf_is_name(tc_pdf_get(dict, "Type"), "OBJR") && field != NULL &&
         field->is_field;
}

/* A new element that holds such references alone, below `parent`. It is explained. */
static bool is_field_element(tc_pdf_step *step, const tc_pdf_object *value, uint32_t parent)
{
  static const char *const keys[] = {"Type", "S", "P", "Pg", "K", NULL};
  const tc_pdf_object *dict = tc_pdf_step_new(step, value), *kids = tc_pdf_step_new(step, tc_pdf_get(dict, "K"));
  bool several = tc_pdf_kind_of(kids) == TC_PDF_ARRAY;
  if (!tc_pdf_step_is_new(step, value) || !tc_pdf_has_only(dict, keys) ||
      !tc_pdf_is_name(tc_pdf_get(dict, "S"), "Form") || tc_pdf_reference(tc_pdf_get(dict, "P")) != parent ||
      (several && tc_pdf_count(kids) == 0))
    return false;
  for (size_t i = 0; i < (several ? tc_pdf_count(kids) : 1); i++)
    if (!is_field_reference(step, several ? tc_pdf_at(kids, i) : tc_pdf_get(dict, "K")))
      return false;
  tc_pdf_step_explain_new(step, value);
  return true;
}

/* One kid stands alone, several in an array. */
static size_t count_kids(const tc_pdf_object *kids)
{
  return tc_pdf_kind_of(kids) == TC_PDF_ARRAY ? tc_pdf_count(kids) : tc_pdf_kind_of(kids) != TC_PDF_NULL;
}

static const tc_pdf_object *kid_at(const tc_pdf_object *value, const tc_pdf_object *kids, size_t index)
{
  return tc_pdf_kind_of(kids) == TC_PDF_ARRAY ? tc_pdf_at(kids, index) : value;
}

static bool gains_fields_only(tc_pdf_step *step, uint32_t number, const tc_pdf_object *old, const tc_pdf_object *new)
{
  const tc_pdf_object *old_value = tc_pdf_get(old, "K"), *new_value = tc_pdf_get(new, "K");
  const tc_pdf_object *old_kids = tc_pdf_step_old(step, old_value), *new_kids = tc_pdf_step_new(step, new_value);
  size_t before = count_kids(old_kids), after = count_kids(new_kids);
  for (size_t i = 0; i < after; i++) {
    const tc_pdf_object *kid = kid_at(new_value, new_kids, i);
    if (i < before ? !tc_pdf_step_equal(step, kid_at(old_value, old_kids, i), kid)
                   : !is_field_element(step, kid, number))
      return false;
  }
  if (before <= after && tc_pdf_step_is_new(step, new_value) && tc_pdf_kind_of(new_kids) == TC_PDF_ARRAY)
    tc_pdf_step_explain(step, tc_pdf_reference(new_value));
  return before <= after;
}

/* ---- The parent tree ---- */

/* A number tree in its order, node by node (7.9.7). */
typedef struct entries {
  const tc_pdf_object **items; /* key, value, key, value … */
  size_t count, nodes;
} entries;
static void entries_finish(entries *e) { free(e->items); }
TC_AUTO_VALUE(entries, entries_finish);

static bool collect(const tc_pdf_step *step, size_t revision, const tc_pdf_object *value, size_t depth, entries *out)
{
  const tc_pdf_object *node = tc_pdf_resolve(step->document, revision, value);
  const tc_pdf_object *pairs = tc_pdf_get_in(step->document, revision, node, "Nums");
  const tc_pdf_object *kids = tc_pdf_get_in(step->document, revision, node, "Kids");
  if (++out->nodes > MAX_NODES || depth > step->document->limits.max_depth || tc_pdf_count(pairs) % 2 != 0 ||
      tc_pdf_count(pairs) > MAX_ENTRIES - out->count)
    return false;
  for (size_t i = 0; tc_pdf_kind_of(pairs) == TC_PDF_ARRAY && i < tc_pdf_count(pairs); i++)
    out->items[out->count++] = tc_pdf_at(pairs, i);
  for (size_t i = 0; tc_pdf_kind_of(kids) == TC_PDF_ARRAY && i < tc_pdf_count(kids); i++)
    if (!collect(step, revision, tc_pdf_at(kids, i), depth + 1, out))
      return false;
  return true;
}

/* Nodes may be written anew, and be other nodes; of one under its old number the pairs may change alone. */
static void explain_nodes(tc_pdf_step *step, const tc_pdf_object *value, size_t depth)
{
  static const char *const pairs[] = {"Nums", "Limits", NULL};
  const tc_pdf_object *node = tc_pdf_step_new(step, value), *kids = tc_pdf_step_new(step, tc_pdf_get(node, "Kids"));
  uint32_t number = tc_pdf_reference(value);
  const tc_pdf_change *change = tc_pdf_step_find(step, number);
  if (depth > step->document->limits.max_depth || (change != NULL && change->explained))
    return;
  if (change != NULL && change->was_defined)
    tc_pdf_step_differences(step, tc_pdf_lookup(step->document, step->before, number), node, pairs, report_key,
                            &number);
  tc_pdf_step_explain(step, number);
  if (tc_pdf_step_is_new(step, tc_pdf_get(node, "Nums")))
    tc_pdf_step_explain(step, tc_pdf_reference(tc_pdf_get(node, "Nums")));
  for (size_t i = 0; tc_pdf_kind_of(kids) == TC_PDF_ARRAY && i < tc_pdf_count(kids); i++)
    explain_nodes(step, tc_pdf_at(kids, i), depth + 1);
}

/* An entry that leads to an element explained before. */
static bool leads_to_field(const tc_pdf_step *step, const tc_pdf_object *value)
{
  const tc_pdf_change *change = tc_pdf_step_find(step, tc_pdf_reference(value));
  return change != NULL && !change->was_defined && change->explained &&
         tc_pdf_is_name(tc_pdf_get(tc_pdf_step_new(step, value), "S"), "Form");
}

static bool parents_gain_fields_only(tc_pdf_step *step, const tc_pdf_object *old, const tc_pdf_object *new)
{
  tc_auto(entries) before = {.items = calloc(MAX_ENTRIES, sizeof *before.items)};
  tc_auto(entries) after = {.items = calloc(MAX_ENTRIES, sizeof *after.items)};
  if (before.items == NULL || after.items == NULL || !collect(step, step->before, old, 0, &before) ||
      !collect(step, step->after, new, 0, &after))
    return false;
  size_t kept = 0;
  for (size_t i = 0; i < after.count; i += 2) {
    if (kept < before.count && tc_pdf_equal(before.items[kept], after.items[i]) &&
        tc_pdf_step_equal(step, before.items[kept + 1], after.items[i + 1]))
      kept += 2;
    else if (tc_pdf_kind_of(after.items[i]) != TC_PDF_INTEGER || !leads_to_field(step, after.items[i + 1]))
      return false;
  }
  if (kept < before.count)
    return false;
  explain_nodes(step, new, 0);
  return true;
}

/* ---- All ---- */

static bool is_element(const tc_pdf_object *old)
{
  const tc_pdf_object *type = tc_pdf_get(old, "Type");
  return tc_pdf_is_dict(old) && tc_pdf_kind_of(tc_pdf_get(old, "S")) == TC_PDF_NAME &&
         tc_pdf_reference(tc_pdf_get(old, "P")) != 0 &&
         (tc_pdf_kind_of(type) == TC_PDF_NULL || tc_pdf_is_name(type, "StructElem"));
}

static void check_element(tc_pdf_step *step, uint32_t number, const char *const *except)
{
  const tc_pdf_object *old = tc_pdf_lookup(step->document, step->before, number);
  const tc_pdf_object *new = tc_pdf_lookup(step->document, step->after, number);
  if (!tc_pdf_is_dict(old) || !tc_pdf_is_dict(new) || !gains_fields_only(step, number, old, new))
    return; /* what changed there stays unexplained */
  tc_pdf_step_explain(step, number);
  tc_pdf_step_differences(step, old, new, except, report_key, &number);
}

static bool root_counts_on(const tc_pdf_step *step, const tc_pdf_object *old, const tc_pdf_object *new)
{
  const tc_pdf_object *roles = tc_pdf_step_new(step, tc_pdf_get(new, "RoleMap"));
  bool mapped = tc_pdf_step_equal(step, tc_pdf_get(old, "RoleMap"), tc_pdf_get(new, "RoleMap")) ||
                (tc_pdf_kind_of(tc_pdf_step_old(step, tc_pdf_get(old, "RoleMap"))) == TC_PDF_NULL &&
                 tc_pdf_is_dict(roles) && tc_pdf_count(roles) == 0);
  return mapped && tc_pdf_integer(tc_pdf_step_new(step, tc_pdf_get(new, "ParentTreeNextKey")), 0) >=
                       tc_pdf_integer(tc_pdf_step_old(step, tc_pdf_get(old, "ParentTreeNextKey")), 0);
}

void tc_pdf_step_structure(tc_pdf_step *step, const tc_pdf_object *value)
{
  static const char *const element_keys[] = {"K", NULL};
  static const char *const root_keys[] = {"K", "ParentTree", "ParentTreeNextKey", "RoleMap", NULL};
  const tc_pdf_object *old = tc_pdf_step_old(step, value), *new = tc_pdf_step_new(step, value);
  uint32_t root = tc_pdf_reference(value);
  if (!tc_pdf_is_dict(old) || !tc_pdf_is_dict(new))
    return;
  for (size_t i = 0; i < step->count; i++)
    if (step->changed[i].was_defined && !step->changed[i].explained && step->changed[i].number != root &&
        is_element(tc_pdf_lookup(step->document, step->before, step->changed[i].number)))
      check_element(step, step->changed[i].number, element_keys);
  const tc_pdf_object *parents = tc_pdf_get(old, "ParentTree"), *now = tc_pdf_get(new, "ParentTree");
  bool touched = tc_pdf_step_find(step, root) != NULL || tc_pdf_step_find(step, tc_pdf_reference(now)) != NULL;
  if (touched && root_counts_on(step, old, new)) {
    if (tc_pdf_step_find(step, root) != NULL)
      check_element(step, root, root_keys);
    if (!parents_gain_fields_only(step, parents, now))
      tc_pdf_step_report(step, TC_PDF_CODE_OVERRIDDEN, root, "the parent tree of the structure was changed");
  }
}
