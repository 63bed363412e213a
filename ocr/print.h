/*
 * A cleaned page as readers see it: without leaders and rules. Made once a page, for all who read it.
 * Ownership: a print owns its images. Threading: immutable once made.
 */
#pragma once

#include "imaging/clean.h"

typedef struct tc_print tc_print;

TC_NODISCARD bool tc_print_create(const tc_clean *clean, tc_print **out, tc_error *err);
void tc_print_destroy(tc_print *print);
TC_AUTO_POINTER(tc_print, tc_print_destroy);

const tc_image *tc_print_grey(const tc_print *print);          /* GREY8, what is nearly paper white */
const tc_image *tc_print_binary(const tc_print *print);        /* BILEVEL */
const tc_page_map *tc_print_to_capture(const tc_print *print); /* pixels of both → capture pixels */
const tc_seals *tc_print_seals(const tc_print *print);         /* black ones */
