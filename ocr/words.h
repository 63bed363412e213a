/*
 * The words of a country, as data: closed lists (ethnic groups, provinces …), the rule of its syllables, the words of
 * dates and numbers. Read from a folder of JSON files:
 *
 *   <name>.json      {"words": ["…", …]}: a list; compared in NFC without case, marks count
 *   syllables.json   {"tones": [marks], "closed_tones": [marks], "closed_ends": ["c", …], "rimes": ["a", …],
 *                    "onsets": [{"text": "c", "before": "aou"}, …]}: what a syllable can be made of
 *   dates.json       {"day": [words], "month": [words], "year": [words], "fillers": [words]}
 *   numbers.json     {"units": {"word": 1, …}, "tens": [words], "hundred": [words], "thousand": [words], "million":
 *                    [words], "billion": [words], "point": [words], "and": [words]}
 *
 * Ownership: the set owns everything. Threading: immutable once loaded.
 */
#pragma once

#include "base/json.h"

typedef struct tc_words tc_words;
typedef struct tc_word_list tc_word_list;

TC_NODISCARD bool tc_words_load(const char *folder, tc_words **out, tc_error *err);
void tc_words_destroy(tc_words *words);
TC_AUTO_POINTER(tc_words, tc_words_destroy);

const tc_word_list *tc_words_list(const tc_words *words, const char *name); /* NULL: no such list */
bool tc_word_list_has(const tc_word_list *list, const char *text);
/* The member of the same letters, whatever their case, as the list writes it; NULL: none. */
const char *tc_word_list_find(const tc_word_list *list, const char *text);
/* The same without marks and but for a letter or two: a line that recognition damaged is still known for what it is. */
bool tc_word_list_has_alike(const tc_word_list *list, const char *text);
/* The text's first words are alike one of the list. */
bool tc_word_list_starts_alike(const tc_word_list *list, const char *text);
/* The list's words at the end of the text, after a blank, a comma or at its start: a province at an address's end. */
bool tc_word_list_ends(const tc_word_list *list, const char *text);
bool tc_word_list_starts(const tc_word_list *list, const char *text);
/* The one member, as the list writes it, that ends in the text's last letters (without marks and case): the start of
   the text was lost under a seal. NULL: none, or several that differ in letters. */
const char *tc_word_list_ending(const tc_word_list *list, const char *text);
/* The first member of the same letters, whatever its marks; NULL: none. */
const char *tc_word_list_of_letters(const tc_word_list *list, const char *text);
/* The one member that ends with the text, marks and all, and has one or two letters more; NULL: none, or several. */
const char *tc_word_list_with_end(const tc_word_list *list, const char *text);
/* The member of the letters of the text's last words, whatever their marks and case, and where they begin; NULL: none.
 */
const char *tc_word_list_last_words(const tc_word_list *list, const char *text, size_t *start);
/* The member that is nearest in letters, and much nearer than any other; a short one in all letters; NULL: none is. */
const char *tc_word_list_nearest(const tc_word_list *list, const char *text);
/* The longest member that the text begins or ends with, beside words of something else; NULL: none. */
const char *tc_word_list_beside(const tc_word_list *list, const char *text);

/* A word that the country's spelling allows, whatever its case. */
bool tc_words_is_syllable(const tc_words *words, const char *text);
/* The small letters of the country's spelling that differ from this one in marks alone, itself included; how many they
   are, at most `most`. */
size_t tc_words_letters_alike(const tc_words *words, uint32_t letter, uint32_t *out, size_t most);
/* Some list has a member in which the one word, in small letters, stands before the other. */
bool tc_words_go_together(const tc_words *words, const char *left, const char *right);
/* … and in no member as its last two: behind them a word is missing. */
bool tc_words_go_on(const tc_words *words, const char *left, const char *right);
/* They do not, but words that differ from them in nothing but marks do: a mark was misread. */
bool tc_words_nearly_go_together(const tc_words *words, const char *left, const char *right);

typedef enum tc_date_word { TC_DATE_WORD_NONE, TC_DATE_WORD_DAY, TC_DATE_WORD_MONTH, TC_DATE_WORD_YEAR } tc_date_word;
/* Compares folded (ocr/fuzzy.h): recognition loses marks on these small words. */
tc_date_word tc_words_date_word(const tc_words *words, const char *folded);
bool tc_words_is_date_filler(const tc_words *words, const char *folded);

/* The number that the folded words [0, count) spell, 0 … 9999; -1 where they spell none. */
int tc_words_number(const tc_words *words, const char *const *folded, size_t count);
/* The number that the first of the folded words spell, with what stands behind a point; returns how many words it
   takes, 0 (and *out untouched) where they spell none. */
size_t tc_words_amount(const tc_words *words, const char *const *folded, size_t count, double *out);

/* Every word of the text is one of a date or a number, letter by letter with its marks. */
bool tc_words_spells_numbers(const tc_words *words, const char *text);
