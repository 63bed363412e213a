#include "pdf/structure.h"

#include <string.h>

void tc_structure_finish(tc_structure *structure)
{
  for (size_t i = 0; i < structure->count; i++)
    free(structure->elements[i].alt);
  free(structure->elements);
  free(structure->next_mcid);
  *structure = (tc_structure){0};
}

static bool grow(tc_structure *s, tc_error *err)
{
  if (s->count < s->capacity)
    return true;
  size_t capacity = s->capacity == 0 ? 64 : s->capacity * 2;
  tc_structure_element *elements = reallocarray(s->elements, capacity, sizeof *elements);
  if (elements == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a copy's structure");
  s->elements = elements;
  s->capacity = capacity;
  return true;
}

bool tc_structure_group(tc_structure *s, const char *type, size_t parent, size_t *out, tc_error *err)
{
  if (!grow(s, err))
    return false;
  s->elements[s->count] = (tc_structure_element){.type = type, .parent = parent, .mcid = -1};
  *out = s->count++;
  return true;
}

static bool know_page(tc_structure *s, size_t page, tc_error *err)
{
  if (page < s->page_capacity)
    return true;
  size_t capacity = page + 64;
  int *next = reallocarray(s->next_mcid, capacity, sizeof *next);
  if (next == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a copy's structure");
  memset(next + s->page_capacity, 0, (capacity - s->page_capacity) * sizeof *next);
  s->next_mcid = next;
  s->page_capacity = capacity;
  return true;
}

bool tc_structure_leaf(tc_structure *s, const char *type, size_t parent, size_t page, const char *alt, int *out_mcid,
                       tc_error *err)
{
  tc_auto(tc_str) copy = NULL;
  size_t index = 0;
  if ((alt != NULL && !tc_str_copy(alt, &copy, err)) || !know_page(s, page, err) ||
      !tc_structure_group(s, type, parent, &index, err))
    return false;
  tc_structure_element *element = &s->elements[index];
  element->page = page;
  element->mcid = s->next_mcid[page]++;
  element->alt = tc_steal(&copy);
  *out_mcid = element->mcid;
  return true;
}
