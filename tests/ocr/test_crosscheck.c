#include "tests/tc_test.h"

#include "base/json.h"
#include "ocr/crosscheck.h"

#define WORDS TC_SOURCE_ROOT "/schemas/national/vn/lexicon"

#define MRZ "IDVNM1900123457001190012345<<8 9002018F4002013VNM<<<<<<<<<<<0 NGUYEN<<THI<MAU<<<<<<<<<<<<<<<"

/* Up to three fields as a check sees them: a kind of value and what is printed; NULL: not read. */
typedef struct example {
  const char *check, *params;
  const char *kinds[3], *printed[3];
  tc_agreement answer;
} example;

static const char sexes[] = "{\"list\": \"sexes\"}";

static const example examples[] = {
    {"same_date",
     "{}",
     {"date", "date_words"},
     {"05/05/1995", "Ngày năm tháng năm năm một nghìn chín trăm chín mươi lăm"},
     TC_AGREE_YES},
    {"same_date",
     "{}",
     {"date", "date_words"},
     {"06/05/1995", "Ngày năm tháng năm năm một nghìn chín trăm chín mươi lăm"},
     TC_AGREE_NO},
    {"same_date", "{}", {"date", "date_words"}, {"06/05/1995", "ngày nào"}, TC_AGREE_SILENT},
    {"id_person",
     "{\"male\": \"sexes_male\"}",
     {"personal_id", "choice", "date"},
     {"001190012345", "Nữ", "01/02/1990"},
     TC_AGREE_YES},
    {"id_person",
     "{\"male\": \"sexes_male\"}",
     {"personal_id", "choice", "date"},
     {"001190012345", "Nam", "01/02/1990"},
     TC_AGREE_NO},
    {"id_person",
     "{\"male\": \"sexes_male\"}",
     {"personal_id", "choice", "date"},
     {"001190012345", "Nữ", "01/02/1991"},
     TC_AGREE_NO},
    {"id_person", "{}", {"personal_id", NULL, "year"}, {"001190012345", NULL, "1990"}, TC_AGREE_YES},
    {"id_person", "{}", {"digits", NULL, "year"}, {"012345678", NULL, "1990"}, TC_AGREE_SILENT},
    {"not_before", "{\"years\": 18}", {"date", "date"}, {"01/02/2018", "01/02/2000"}, TC_AGREE_YES},
    {"not_before", "{\"years\": 18}", {"date", "date"}, {"31/01/2018", "01/02/2000"}, TC_AGREE_NO},
    {"not_before", "{}", {"date", "year"}, {"31/01/2018", "2018"}, TC_AGREE_YES},
    {"not_before", "{}", {"date", "year"}, {"31/01/2017", "2018"}, TC_AGREE_NO},
    {"not_before", "{}", {"date", "date"}, {"31/01/2017", "no date"}, TC_AGREE_SILENT},
    {"same_text", "{}", {"text", "text"}, {"Trần Văn Mẫu", "TRẦN VĂN MẪU"}, TC_AGREE_YES},
    {"same_text", "{}", {"text", "text"}, {"Trần Văn Mẫu", "TRẦN VĂN MẬU"}, TC_AGREE_NO},
    {"same_number", "{}", {"amount", "amount_words"}, {"125", "Một trăm hai mươi lăm"}, TC_AGREE_YES},
    {"same_number", "{}", {"amount", "amount_words"}, {"125,5", "Một trăm hai mươi lăm phẩy năm"}, TC_AGREE_YES},
    {"same_number", "{}", {"amount", "amount_words"}, {"126", "Một trăm hai mươi lăm"}, TC_AGREE_NO},
    {"same_number", "{}", {"amount", "amount_words"}, {"126", "chữ"}, TC_AGREE_SILENT},
    {"mrz", "{\"part\": \"personal_id\"}", {"mrz", "personal_id"}, {MRZ, "001190012345"}, TC_AGREE_YES},
    {"mrz", "{\"part\": \"personal_id\"}", {"mrz", "personal_id"}, {MRZ, "001190012346"}, TC_AGREE_NO},
    {"mrz", "{\"part\": \"birth\"}", {"mrz", "date"}, {MRZ, "01/02/1990"}, TC_AGREE_YES},
    {"mrz", "{\"part\": \"birth\"}", {"mrz", "date"}, {MRZ, "02/02/1990"}, TC_AGREE_NO},
    {"mrz", "{\"part\": \"expiry\"}", {"mrz", "year"}, {MRZ, "2040"}, TC_AGREE_SILENT},
    {"mrz", "{\"part\": \"sex\", \"male\": \"sexes_male\"}", {"mrz", "choice"}, {MRZ, "Nữ"}, TC_AGREE_YES},
    {"mrz", "{\"part\": \"sex\", \"male\": \"sexes_male\"}", {"mrz", "choice"}, {MRZ, "Nam"}, TC_AGREE_NO},
    {"mrz", "{\"part\": \"name\"}", {"mrz", "name"}, {MRZ, "NGUYỄN THỊ MẪU"}, TC_AGREE_YES},
    {"mrz", "{\"part\": \"name\"}", {"mrz", "name"}, {MRZ, "NGUYỄN THỊ DỤ"}, TC_AGREE_NO},
    {"mrz", "{\"part\": \"name\"}", {"mrz", "name"}, {"IDVNM19", "NGUYỄN THỊ MẪU"}, TC_AGREE_SILENT},
};

static void check_example(const tc_words *words, size_t index)
{
  tc_error err = {0};
  const example *e = &examples[index];
  tc_auto(tc_json) params = NULL;
  tc_auto(tc_json) value_params = NULL;
  tc_value values[3] = {0};
  tc_checked fields[3] = {0};
  assert_ok(tc_json_parse(tc_bytes_of_text(e->params), &params, &err), err);
  assert_ok(tc_json_parse(tc_bytes_of_text(sexes), &value_params, &err), err);
  const tc_crosscheck_kind *check = tc_crosscheck_kind_find(e->check);
  assert_non_null(check);
  size_t count = 0;
  for (; count < check->fields_max && count < TC_ARRAY_LEN(fields); count++) {
    if (e->kinds[count] == NULL)
      continue;
    const tc_value_kind *kind = tc_value_kind_find(e->kinds[count]);
    const bool choice = strcmp(e->kinds[count], "choice") == 0;
    const tc_value_context context = {words, {2026, 11, 22}, choice ? value_params : NULL, NULL};
    assert_non_null(kind);
    assert_ok(kind->read(&context, e->printed[count], &values[count], &err), err);
    fields[count] = (tc_checked){&values[count], e->printed[count]};
  }
  const tc_agreement answer = check->run(words, params, fields, count);
  for (size_t i = 0; i < count; i++)
    tc_value_finish(&values[i]);
  if (answer != e->answer)
    fail_msg("example %zu: %s of '%s' gives %d, not %d", index, e->check, e->printed[0], answer, e->answer);
}

static void test_crosscheck__examples(void **state)
{
  (void)state;
  tc_error err = {0};
  tc_auto(tc_words) words = NULL;
  assert_ok(tc_words_load(WORDS, &words, &err), err);
  for (size_t i = 0; i < TC_ARRAY_LEN(examples); i++)
    check_example(words, i);
}

/* A yes about three digits of twelve must not make the twelve sure. */
static void test_crosscheck__what_vouches(void **state)
{
  (void)state;
  assert_false(tc_crosscheck_kind_find("id_person")->vouches);
  assert_false(tc_crosscheck_kind_find("not_before")->vouches);
  assert_true(tc_crosscheck_kind_find("same_date")->vouches);
  assert_true(tc_crosscheck_kind_find("same_number")->vouches);
  assert_null(tc_crosscheck_kind_find("no_such_check"));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_crosscheck__examples),
      cmocka_unit_test(test_crosscheck__what_vouches),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
