/*
 * What may be filled in after a signature: a form with a blank, a prefilled field, a check box, a field that shows more
 * than its value, and fields of a group; certified with each permission and locks, then filled in rightly and wrongly.
 */
#include "tests/pdf/sample_pdf.h"

/* Objects 1 to 6 are the sample's; these follow. */
enum { NAME = 7, AMOUNT, AGREED, SHADOW, GROUP, LEFT, RIGHT, BLANK, MARK, PRINTED, PICTURE, GIVEN, OWN };

#define WIDGET "/Type /Annot /Subtype /Widget /Rect [50 50 250 70] /P 3 0 R "
#define NEXT UINT32_MAX

static const sample_object_text form[] = {
    {1, "<< /Type /Catalog /Pages 2 0 R /Lang (vi) /AcroForm << /Fields [7 0 R 8 0 R 9 0 R 10 0 R 11 0 R 18 0 R] "
        "/DR << /Font << /F1 5 0 R >> >> >> >>"},
    {3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595.276 841.89] /Contents 4 0 R "
        "/Resources << /Font << /F1 5 0 R >> /XObject << /X 14 0 R >> >> /Annots [7 0 R 8 0 R 9 0 R 10 0 R 12 0 R 13 0 "
        "R 18 0 R] >>"},
    {NEXT, "<< " WIDGET "/FT /Tx /T (name) /AP << /N 14 0 R >> >>"},
    {NEXT, "<< " WIDGET "/FT /Tx /T (amount) /V (100) >>"},
    {NEXT, "<< " WIDGET "/FT /Btn /T (agreed) /V /Off /AS /Off /AP << /N << /Yes 15 0 R /No 15 0 R >> >> >>"},
    {NEXT, "<< " WIDGET "/FT /Tx /T (shadow) /AP << /N 16 0 R >> >>"},
    {NEXT, "<< /T (group) /Kids [12 0 R 13 0 R] >>"},
    {NEXT, "<< " WIDGET "/FT /Tx /T (left) /Parent 11 0 R /MK << /BG [1 1 1] >> >>"},
    {NEXT, "<< " WIDGET "/FT /Tx /T (right) /Parent 11 0 R >>"},
    {NEXT, "<< /Type /XObject /Subtype /Form /BBox [0 0 200 20] /Length 11 >>\nstream\n/Tx BMC EMC\nendstream"},
    {NEXT, "<< /Type /XObject /Subtype /Form /BBox [0 0 20 20] /Length 18 >>\nstream\n0 0 m 9 9 l S q Q \nendstream"},
    {NEXT, "<< /Type /XObject /Subtype /Form /BBox [0 0 200 20] /Resources << /Font << /F1 5 0 R >> >> /Length 28 >>\n"
           "stream\nBT /F1 9 Tf (PAY 100) Tj ET \nendstream"},
    {NEXT, "<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray "
           "/Length 1 >>\nstream\nx\nendstream"},
    {NEXT, "<< " WIDGET "/FT /Tx /T (given) /AP << /N 19 0 R >> >>"},
    {NEXT, "<< /Type /XObject /Subtype /Form /BBox [0 0 200 20] /Length 11 >>\nstream\n/Tx BMC EMC\nendstream"},
    {0}};

/* Of new looks: behind what the signature takes. */
#define LOOKS 40
#define DRAWS(resources, size, content)                                                                       \
  {                                                                                                           \
    LOOKS, "<< /Type /XObject /Subtype /Form /BBox [0 0 200 20] /Resources << " resources " >> /Length " size \
           " >>\nstream\n" content "\nendstream"                                                              \
  }
#define TEXT DRAWS("/Font << /F1 5 0 R >>", "35", "/Tx BMC BT /F1 9 Tf (Lan) Tj ET EMC")

#define LAN                                                                                                    \
  "<< /Type /XObject /Subtype /Form /BBox [0 0 200 20] /Resources << /Font << /F1 5 0 R >> >> /Length 27 >>\n" \
  "stream\nBT /F1 9 Tf (Lan) Tj ET    \nendstream"

static void signed_form(tc_buf *bytes, int docmdp, const char *const *locked, tc_pdf_lock_action lock)
{
  tc_pdf_signature_options options = tc_pdf_signature_options_default();
  tc_pdf_prepared prepared;
  options.docmdp = docmdp;
  options.lock = lock;
  options.lock_fields = locked;
  sample_table(bytes);
  sample_update(bytes, form);
  sample_sign(bytes, &options, &prepared);
}

/* code: of the violation that must be there, or NULL where there must be none; `filled`: the fills that are told. */
static void assert_judged(const tc_buf *bytes, const char *code, size_t filled)
{
  tc_error err = {0};
  tc_auto(sample_verdict) verdict = {0};
  size_t told = 0;
  assert_ok(sample_examine(tc_buf_bytes(bytes), true, &verdict, &err), err);
  for (size_t i = 0; i < tc_pdf_changes_count(verdict.changes); i++)
    told += strcmp(tc_pdf_changes_at(verdict.changes, i)->code, "form_filled") == 0;
  if (sample_is_intact(&verdict) != (code == NULL) || (code != NULL && !sample_has_finding(&verdict, code)) ||
      told != filled) {
    for (size_t i = 0; i < tc_pdf_changes_count(verdict.changes); i++)
      print_message("%s: %s\n", tc_pdf_changes_at(verdict.changes, i)->code,
                    tc_pdf_changes_at(verdict.changes, i)->detail);
    fail_msg("expected %s and %zu fills", code != NULL ? code : "no change", filled);
  }
}

#define FILLED_NAME                                                        \
  {                                                                        \
    NAME, "<< " WIDGET "/FT /Tx /T (name) /V (Lan) /AP << /N 40 0 R >> >>" \
  }
#define FILLED_LEFT                                                                                             \
  {                                                                                                             \
    LEFT, "<< " WIDGET "/FT /Tx /T (left) /Parent 11 0 R /MK << /BG [1 1 1] >> /V (Lan) /AP << /N 40 0 R >> >>" \
  }

static const struct {
  const char *code;
  size_t filled;
  sample_object_text objects[5];
} fills[] = {
    {NULL, 1, {FILLED_NAME, TEXT, {0}}},
    {NULL, 1, {{NAME, "<< " WIDGET "/FT /Tx /T (name) /V (Lan) /AP << /N 14 0 R >> >>"}, {0}}}, /* stays blank */
    {NULL,
     1,
     {{AGREED, "<< " WIDGET "/FT /Btn /T (agreed) /V /Yes /AS /Yes /AP << /N << /Yes 15 0 R /No 15 0 R >> >> >>"},
      {0}}},
    {NULL,
     1,
     {FILLED_LEFT, DRAWS("/Font << /F1 5 0 R >>", "47", "1 g 0 0 200 20 re f BT /F1 9 Tf (Lan) Tj ET    "), {0}}},
    /* another state than its value */
    {"field_changed",
     0,
     {{AGREED, "<< " WIDGET "/FT /Btn /T (agreed) /V /No /AS /Yes /AP << /N << /Yes 15 0 R /No 15 0 R >> "
               ">> >>"},
      {0}}},
    /* another look of a state */
    {"field_changed",
     0,
     {{AGREED, "<< " WIDGET "/FT /Btn /T (agreed) /V /Yes /AS /Yes /AP << /N << /Yes 16 0 R /No 15 0 R >> "
               ">> >>"},
      {0}}},
    /* a value that was signed */
    {"field_changed", 0, {{AMOUNT, "<< " WIDGET "/FT /Tx /T (amount) /V (900) >>"}, {0}}},
    {"field_changed", 0, {{AMOUNT, "<< " WIDGET "/FT /Tx /T (amount) >>"}, {0}}},
    /* a blank that showed something when it was signed */
    {"field_changed", 0, {{SHADOW, "<< " WIDGET "/FT /Tx /T (shadow) /V (Lan) /AP << /N 40 0 R >> >>"}, TEXT, {0}}},
    /* a look without a value, and more than text */
    {"field_changed", 0, {{NAME, "<< " WIDGET "/FT /Tx /T (name) /AP << /N 40 0 R >> >>"}, TEXT, {0}}},
    {"field_changed", 0, {FILLED_NAME, DRAWS("/XObject << /I 17 0 R >>", "27", "q 200 0 0 20 0 0 cm /I Do Q"), {0}}},
    {"field_changed", 0, {FILLED_NAME, DRAWS("", "25", "q 200 0 0 20 0 0 cm /I Do"), {0}}},
    {"field_changed", 0, {FILLED_NAME, DRAWS("", "20", "1 g 0 0 200 20 re f "), {0}}},
    {"field_changed",
     0,
     {FILLED_NAME, DRAWS("/Font << /F1 << /Type /Font /Subtype /Type3 >> >>", "24", "BT /F1 9 Tf (x) Tj ET   "), {0}}},
    {"field_changed",
     0,
     {FILLED_NAME, DRAWS("/Font << /F1 5 0 R >>", "36", "/OC /X BDC BT /F1 9 Tf (x) Tj ET EMC"), {0}}},
    /* more than a value, a place or a right */
    {"field_changed", 1, {{NAME, "<< " WIDGET "/FT /Tx /T (name) /V (Lan) /AP << /N 14 0 R >> /AA << >> >>"}, {0}}},
    {"field_changed",
     1,
     {{NAME, "<< /Type /Annot /Subtype /Widget /Rect [0 0 500 800] /P 3 0 R /FT /Tx /T (name) /V (Lan) "
             "/AP << /N 14 0 R >> >>"},
      {0}}},
    {"field_changed", 0, {{NAME, "<< " WIDGET "/FT /Tx /T (name) /V 17 0 R /AP << /N 14 0 R >> >>"}, {0}}},
    {"object_unexplained", 1, {FILLED_NAME, TEXT, {41, "<< /Type (x) >>"}, {0}}},
    {NULL, 1, {FILLED_NAME, TEXT, {41, "<< /Type /Font >>"}, {0}}}, /* a shell that a writer left behind */
    /* drawn anew under its own number, and under one that stands in the page's resources, too */
    {NULL, 1, {{GIVEN, "<< " WIDGET "/FT /Tx /T (given) /V (Lan) /AP << /N 19 0 R >> >>"}, {OWN, LAN}, {0}}},
    {"object_overridden",
     1,
     {{NAME, "<< " WIDGET "/FT /Tx /T (name) /V (Lan) /AP << /N 14 0 R >> >>"}, {BLANK, LAN}, {0}}},
};

static void test_fill__under_a_certification(void **state)
{
  (void)state;
  for (size_t i = 0; i < TC_ARRAY_LEN(fills); i++)
    for (int docmdp = 2; docmdp <= 3; docmdp++) {
      tc_auto(tc_buf) bytes = {0};
      signed_form(&bytes, docmdp, NULL, TC_PDF_LOCK_NONE);
      assert_judged(&bytes, NULL, 0);
      sample_update(&bytes, fills[i].objects);
      assert_judged(&bytes, fills[i].code, fills[i].filled);
    }
}

static void test_fill__not_where_nobody_permits_it(void **state)
{
  (void)state;
  static const sample_object_text filled[] = {FILLED_NAME, TEXT, {0}};
  for (int docmdp = 0; docmdp <= 1; docmdp++) {
    tc_auto(tc_buf) bytes = {0};
    signed_form(&bytes, docmdp, NULL, TC_PDF_LOCK_NONE);
    sample_update(&bytes, filled);
    assert_judged(&bytes, docmdp == 1 ? "docmdp_forbids" : "field_changed", 0);
  }
}

/* FieldMDP: what it names, by its own or a group's name, is locked; beside it may be filled in. */
static void test_fill__not_what_is_locked(void **state)
{
  (void)state;
  static const sample_object_text name[] = {FILLED_NAME, TEXT, {0}}, left[] = {FILLED_LEFT, TEXT, {0}};
  static const char *const group[] = {"group", NULL}, *const other[] = {"group.right", "nam", NULL};
  static const struct {
    int docmdp;
    const char *const *fields;
    tc_pdf_lock_action lock;
    const sample_object_text *objects;
    const char *code;
  } cases[] = {{0, group, TC_PDF_LOCK_INCLUDE, left, "field_locked"}, {0, group, TC_PDF_LOCK_INCLUDE, name, NULL},
               {2, group, TC_PDF_LOCK_INCLUDE, left, "field_locked"}, {2, other, TC_PDF_LOCK_INCLUDE, left, NULL},
               {2, other, TC_PDF_LOCK_INCLUDE, name, NULL},           {0, group, TC_PDF_LOCK_EXCLUDE, left, NULL},
               {0, group, TC_PDF_LOCK_EXCLUDE, name, "field_locked"}, {2, NULL, TC_PDF_LOCK_ALL, name, "field_locked"}};
  for (size_t i = 0; i < TC_ARRAY_LEN(cases); i++) {
    tc_auto(tc_buf) bytes = {0};
    signed_form(&bytes, cases[i].docmdp, cases[i].fields, cases[i].lock);
    sample_update(&bytes, cases[i].objects);
    assert_judged(&bytes, cases[i].code, cases[i].code == NULL);
  }
}

/* What stood in the form when somebody signed again is signed too. */
static void test_fill__stays_once_it_was_signed(void **state)
{
  (void)state;
  tc_auto(tc_buf) bytes = {0};
  signed_form(&bytes, 2, NULL, TC_PDF_LOCK_NONE);
  sample_update(&bytes, (const sample_object_text[]){FILLED_NAME, TEXT, {0}});
  sample_update(&bytes, (const sample_object_text[]){
                            {NAME, "<< " WIDGET "/FT /Tx /T (name) /V (Mai) /AP << /N 14 0 R >> >>"}, {0}});
  assert_judged(&bytes, NULL, 2);
  sample_sign_default(&bytes);
  assert_judged(&bytes, NULL, 2);
  sample_update(&bytes, (const sample_object_text[]){
                            {NAME, "<< " WIDGET "/FT /Tx /T (name) /V (Lan) /AP << /N 14 0 R >> >>"}, {0}});
  assert_judged(&bytes, "field_changed", 2);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_fill__under_a_certification),
      cmocka_unit_test(test_fill__not_where_nobody_permits_it),
      cmocka_unit_test(test_fill__not_what_is_locked),
      cmocka_unit_test(test_fill__stays_once_it_was_signed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
