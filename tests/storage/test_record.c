#include "storage/record.h"

#include "storage/job.h"
#include "storage/renewal.h"
#include "tests/storage/scenario.h"

#include <pthread.h>

static tc_json *record_json(const scenario *s)
{
  tc_json *out = NULL;
  SCENARIO_STEP(s->db, tc_record_json(tx, &s->ref, &out, err));
  return out;
}

static void test_record__goes_the_whole_way(void **state)
{
  scenario s = {.db = *state};
  scenario_run(&s, "whole", TC_RECORD_DELIVERED);
  tc_record_info info = scenario_read(&s);
  assert_int_equal(info.state, TC_RECORD_DELIVERED);
  assert_true(info.has_copy && info.has_number);
  assert_memory_equal(&info.copy, &s.sealed, sizeof info.copy);
  assert_string_equal(info.level, "T");
  assert_string_equal(info.document_type, "birth_certificate");
  tc_auto(tc_json) document = record_json(&s);
  assert_string_equal(tc_json_get_text(tc_json_get(document, "number"), "text", ""), info.number_text);
  assert_int_equal(tc_json_count(tc_json_get(document, "events")), 12);
  assert_int_equal(tc_json_count(tc_json_get(document, "signatures")), 2);
  const tc_json *fields = tc_json_get(document, "fields");
  assert_string_equal(tc_json_get_text(tc_json_get(fields, "full_name"), "assurance", ""), "person");
  assert_string_equal(tc_json_get_text(tc_json_get(fields, "full_name"), "status", ""), "sure");
  assert_int_equal(tc_json_count(tc_json_get(tc_json_get(fields, "number"), "box")), 4);
  assert_string_equal(tc_json_get_text(tc_json_get(fields, "sex"), "status", ""), "missing");
  char office[65], id[TC_ID_SIZE];
  bool found = false;
  SCENARIO_STEP(s.db, tc_record_find_copy(tx, &s.sealed, office, id, &found, err));
  assert_true(found);
  assert_string_equal(id, s.id);
  SCENARIO_STEP(s.db, tc_record_find(tx, s.id, office, err));
  assert_string_equal(office, SCENARIO_OFFICE);
}

/* Every step in every state where the grade does not allow it is refused, and nothing changes. */
static void test_record__refuses_steps_out_of_order(void **state)
{
  scenario s = {.db = *state};
  scenario_run(&s, "order", TC_RECORD_RECOGNISED);
  tc_record_preparation preparation = {.signer = TC_SIGNER_CERTIFIER, .actor = "a", .byte_range = {0, 1, 2, 1}};
  tc_record_signature signature = {.signer = TC_SIGNER_CERTIFIER, .actor = "a", .level = "T"};
  tc_record_delivery delivery = {.actor = "a", .recipient = "b", .method = "email"};
  tc_record_move early = {.from = TC_RECORD_RECOGNISED, .to = TC_RECORD_SEALED, .actor = "a"};
  tc_record_move wrong = {.from = TC_RECORD_RECEIVED, .to = TC_RECORD_CAPTURED, .actor = "a"};
  tc_record_move bare = {.from = TC_RECORD_RECOGNISED, .to = TC_RECORD_REFUSED, .actor = "a"};
  SCENARIO_STEP_FAILS(s.db, tc_record_prepare(tx, &s.ref, &preparation, err), TC_CONFLICT);
  SCENARIO_STEP_FAILS(s.db, tc_record_signed(tx, &s.ref, &signature, err), TC_CONFLICT);
  signature.signer = TC_SIGNER_AGENCY;
  SCENARIO_STEP_FAILS(s.db, tc_record_sealed(tx, &s.ref, &signature, err), TC_CONFLICT);
  SCENARIO_STEP_FAILS(s.db, tc_record_archived(tx, &s.ref, "a", err), TC_CONFLICT);
  SCENARIO_STEP_FAILS(s.db, tc_record_delivered(tx, &s.ref, &delivery, err), TC_CONFLICT);
  SCENARIO_STEP_FAILS(s.db, tc_record_transition(tx, &s.ref, &early, err), TC_CONFLICT);
  SCENARIO_STEP_FAILS(s.db, tc_record_transition(tx, &s.ref, &wrong, err), TC_CONFLICT);
  SCENARIO_STEP_FAILS(s.db, tc_record_transition(tx, &s.ref, &bare, err), TC_USAGE);
  assert_int_equal(scenario_read(&s).state, TC_RECORD_RECOGNISED);
  s.ref.version = 1;
  SCENARIO_STEP_FAILS(s.db, tc_record_confirm(tx, &s.ref, NULL, "a", err), TC_CONFLICT);
  tc_record_ref nobody = {SCENARIO_OFFICE, "aaaaaaaaaaaaaaaaaaaaaaaaaa", 0};
  SCENARIO_STEP_FAILS(s.db, tc_record_confirm(tx, &nobody, NULL, "a", err), TC_NOT_FOUND);
  tc_record_ref odd = {SCENARIO_OFFICE, "not an id", 0};
  SCENARIO_STEP_FAILS(s.db, tc_record_confirm(tx, &odd, NULL, "a", err), TC_NOT_FOUND);
}

static void test_record__keeps_every_revision_of_a_field(void **state)
{
  scenario s = {.db = *state};
  tc_error parse = {0};
  scenario_run(&s, "fields", TC_RECORD_RECOGNISED);
  tc_auto(tc_json) edit = NULL, history = NULL, again = NULL;
  assert_ok(tc_json_parse(tc_bytes_of_text("{\"full_name\":\"Ninh\",\"added\":{\"value\":\"x\",\"note\":\"seen\"}}"),
                          &edit, &parse),
            parse);
  SCENARIO_STEP(s.db, tc_record_edit_fields(tx, &s.ref, edit, "clerk", err));
  /* A machine's new reading must not go over what a person said. */
  assert_ok(
      tc_json_parse(tc_bytes_of_text("{\"fields\":{\"full_name\":{\"value\":\"Xinh\",\"status\":\"sure\","
                                     "\"assurance\":\"person\"},\"number\":{\"value\":\"13\",\"status\":\"sure\"}}}"),
                    &again, &parse),
      parse);
  SCENARIO_STEP(s.db, tc_record_recognised(tx, &s.ref, again, NULL, "pipeline", err));
  SCENARIO_STEP(s.db, tc_record_field_history(tx, &s.ref, "full_name", &history, err));
  assert_int_equal(tc_json_count(history), 2);
  assert_string_equal(tc_json_get_text(tc_json_at(history, 1), "value", ""), "Ninh");
  assert_string_equal(tc_json_get_text(tc_json_at(history, 1), "assurance", ""), "person");
  assert_string_equal(tc_json_get_text(tc_json_at(history, 1), "as_printed", ""), "BINH");
  tc_auto(tc_json) document = record_json(&s);
  const tc_json *fields = tc_json_get(document, "fields");
  assert_string_equal(tc_json_get_text(tc_json_get(fields, "number"), "value", ""), "13");
  assert_string_equal(tc_json_get_text(tc_json_get(fields, "number"), "assurance", ""), "machine");
}

static void test_record__knows_a_capture_again(void **state)
{
  scenario s = {.db = *state};
  scenario_run(&s, "twice", TC_RECORD_CAPTURED);
  tc_record_capture captures[] = {{.digest = s.capture, .size = 10, .media_type = "image/png"},
                                  {.digest = scenario_digest("other side"), .size = 10, .media_type = "image/png"}};
  tc_record_intake intake = {.office = SCENARIO_OFFICE,
                             .grade = TC_GRADE_CERTIFIED,
                             .actor = "a",
                             .channel = "counter",
                             .captures = captures,
                             .capture_count = 2};
  char id[TC_ID_SIZE];
  bool existing = false;
  SCENARIO_STEP(s.db, tc_record_create(tx, &intake, id, &existing, err));
  assert_true(existing);
  assert_string_equal(id, s.id);
  /* As a later capture of another record: a conflict. */
  tc_record_capture swapped[] = {captures[1], captures[0]};
  intake.captures = swapped;
  SCENARIO_STEP_FAILS(s.db, tc_record_create(tx, &intake, id, &existing, err), TC_CONFLICT);
  /* Refused papers give their captures free. */
  tc_record_move refuse = {.from = TC_RECORD_CAPTURED, .to = TC_RECORD_REFUSED, .actor = "a", .reason = "damaged"};
  SCENARIO_STEP(s.db, tc_record_transition(tx, &s.ref, &refuse, err));
  SCENARIO_STEP(s.db, tc_record_create(tx, &intake, id, &existing, err));
  assert_false(existing);
  intake.office = "nowhere";
  SCENARIO_STEP_FAILS(s.db, tc_record_create(tx, &intake, id, &existing, err), TC_NOT_FOUND);
  intake.office = SCENARIO_OFFICE;
  intake.capture_count = 0;
  SCENARIO_STEP_FAILS(s.db, tc_record_create(tx, &intake, id, &existing, err), TC_USAGE);
}

/* Several papers of one capture: each is known by its number, all of them by a record that has the whole capture. */
static void test_record__knows_the_papers_of_a_capture_again(void **state)
{
  tc_db *db = *state;
  tc_record_capture capture = {.digest = scenario_digest("a glass"), .size = 10, .media_type = "image/png"};
  tc_record_intake intake = {.office = SCENARIO_OFFICE,
                             .grade = TC_GRADE_CERTIFIED,
                             .actor = "a",
                             .channel = "counter",
                             .captures = &capture,
                             .capture_count = 1};
  char ids[2][TC_ID_SIZE], id[TC_ID_SIZE];
  bool existing = true;
  for (int paper = 1; paper <= 2; paper++) {
    intake.paper = paper;
    SCENARIO_STEP(db, tc_record_create(tx, &intake, ids[paper - 1], &existing, err));
    assert_false(existing);
  }
  assert_string_not_equal(ids[0], ids[1]);
  for (int paper = 1; paper <= 2; paper++) {
    intake.paper = paper;
    SCENARIO_STEP(db, tc_record_create(tx, &intake, id, &existing, err));
    assert_true(existing);
    assert_string_equal(id, ids[paper - 1]);
  }
  intake.paper = 0; /* the whole of it: it is not certified twice */
  SCENARIO_STEP(db, tc_record_create(tx, &intake, id, &existing, err));
  assert_true(existing);
  capture.digest = scenario_digest("a whole glass");
  SCENARIO_STEP(db, tc_record_create(tx, &intake, ids[0], &existing, err));
  assert_false(existing);
  intake.paper = 2;
  SCENARIO_STEP(db, tc_record_create(tx, &intake, id, &existing, err));
  assert_true(existing);
  assert_string_equal(id, ids[0]);
}

typedef struct racer {
  tc_db *db;
  char id[TC_ID_SIZE];
  bool existing, ok;
} racer;

static bool create_same(tc_db_tx *tx, void *data, tc_error *err)
{
  racer *r = data;
  tc_record_capture capture = {.digest = scenario_digest("raced for"), .size = 10, .media_type = "image/png"};
  tc_record_intake intake = {.office = SCENARIO_OFFICE,
                             .grade = TC_GRADE_DIGITISED,
                             .actor = "a",
                             .channel = "online",
                             .captures = &capture,
                             .capture_count = 1};
  return tc_record_create(tx, &intake, r->id, &r->existing, err);
}

static void *race(void *data)
{
  racer *r = data;
  tc_error err = {0};
  r->ok = tc_db_transact(r->db, TC_DB_READ_COMMITTED, create_same, r, &err);
  if (!r->ok)
    fprintf(stderr, "%s\n", err.message);
  return NULL;
}

static void test_record__two_intakes_at_once_get_one_record(void **state)
{
  racer racers[8];
  pthread_t threads[8];
  SCENARIO_STEP((tc_db *)*state, tc_office_ensure(tx, SCENARIO_OFFICE, "Ward 1", err));
  for (int i = 0; i < 8; i++) {
    racers[i] = (racer){.db = *state};
    pthread_create(&threads[i], NULL, race, &racers[i]);
  }
  int created = 0;
  for (int i = 0; i < 8; i++)
    pthread_join(threads[i], NULL);
  for (int i = 0; i < 8; i++) {
    assert_true(racers[i].ok);
    assert_string_equal(racers[i].id, racers[0].id);
    created += racers[i].existing ? 0 : 1;
  }
  assert_int_equal(created, 1);
}

/* Prepare and finish may lie days apart; what is prepared anew makes the older preparation useless. */
static void test_record__finishes_only_the_newest_preparation(void **state)
{
  scenario s = {.db = *state};
  scenario_run(&s, "pending", TC_RECORD_PREPARED);
  tc_auto(tc_record_pending) pending = {0};
  SCENARIO_STEP(s.db, tc_record_read_pending(tx, &s.ref, &pending, err));
  assert_memory_equal(&pending.document, &s.prepared, sizeof s.prepared);
  assert_int_equal(pending.byte_range[2], 15);
  assert_int_equal(pending.signer, TC_SIGNER_CERTIFIER);
  assert_string_equal(tc_json_get_text(pending.details, "field", ""), "Certifier");
  tc_record_preparation newer = {.signer = TC_SIGNER_CERTIFIER,
                                 .actor = "a",
                                 .document = scenario_digest("newer"),
                                 .size = 3,
                                 .byte_range = {0, 1, 2, 1},
                                 .digest = scenario_digest("n")};
  SCENARIO_STEP(s.db, tc_record_prepare(tx, &s.ref, &newer, err));
  tc_record_signature late = {.signer = TC_SIGNER_CERTIFIER,
                              .actor = "a",
                              .prepared = s.prepared,
                              .document = scenario_digest("late"),
                              .size = 3,
                              .level = "B"};
  SCENARIO_STEP_FAILS(s.db, tc_record_signed(tx, &s.ref, &late, err), TC_CONFLICT);
  late.prepared = newer.document;
  SCENARIO_STEP(s.db, tc_record_signed(tx, &s.ref, &late, err));
  SCENARIO_STEP_FAILS(s.db, tc_record_read_pending(tx, &s.ref, &pending, err), TC_NOT_FOUND);
  assert_int_equal(scenario_read(&s).state, TC_RECORD_SIGNED);
}

static void test_record__withdrawn_gives_up_its_number_with_the_reason(void **state)
{
  scenario s = {.db = *state};
  scenario_run(&s, "withdrawn", TC_RECORD_PREPARED);
  tc_record_move move = {.from = TC_RECORD_PREPARED, .to = TC_RECORD_WITHDRAWN, .actor = "a", .reason = "changed_mind"};
  SCENARIO_STEP(s.db, tc_record_transition(tx, &s.ref, &move, err));
  assert_false(scenario_read(&s).has_number);
  tc_auto(tc_json) document = record_json(&s);
  const tc_json *voided = tc_json_at(tc_json_get(document, "voided_numbers"), 0);
  assert_string_equal(tc_json_get_text(voided, "reason", ""), "changed_mind");
  const tc_json *signature = tc_json_at(tc_json_get(document, "signatures"), 0);
  assert_string_equal(tc_json_get_text(signature, "status", ""), "given_up");
}

static void test_record__grades_ask_for_different_steps(void **state)
{
  scenario s = {.db = *state};
  tc_record_capture capture = {.digest = scenario_digest("digitised"), .size = 10, .media_type = "image/png"};
  tc_record_intake intake = {.office = SCENARIO_OFFICE,
                             .grade = TC_GRADE_DIGITISED,
                             .actor = "a",
                             .channel = "counter",
                             .captures = &capture,
                             .capture_count = 1};
  bool existing = false;
  tc_auto(tc_json) pages = NULL, result = tc_json_object();
  tc_error parse = {0};
  assert_ok(tc_json_parse(tc_bytes_of_text("[{\"width\":10,\"height\":20}]"), &pages, &parse), parse);
  SCENARIO_STEP(s.db, tc_office_ensure(tx, SCENARIO_OFFICE, "Ward 1", err));
  SCENARIO_STEP(s.db, tc_record_create(tx, &intake, s.id, &existing, err));
  s.ref = (tc_record_ref){SCENARIO_OFFICE, s.id, 0};
  SCENARIO_STEP(s.db, tc_record_captured(tx, &s.ref, pages, "a", err));
  SCENARIO_STEP(s.db, tc_record_recognised(tx, &s.ref, result, NULL, "a", err));
  tc_register_number number;
  tc_register_binding binding = {.book = "01", .year = 2026, .date = "2026-11-22", .actor = "a", .copies = 1};
  SCENARIO_STEP_FAILS(s.db, tc_register_bind(tx, &s.ref, &binding, &number, err), TC_CONFLICT);
  tc_record_preparation preparation = {.signer = TC_SIGNER_OFFICER,
                                       .actor = "a",
                                       .document = scenario_digest("p"),
                                       .size = 3,
                                       .byte_range = {0, 1, 2, 1},
                                       .digest = scenario_digest("d")};
  tc_record_signature signature = {.signer = TC_SIGNER_OFFICER,
                                   .actor = "a",
                                   .prepared = scenario_digest("p"),
                                   .document = scenario_digest("q"),
                                   .size = 4,
                                   .level = "B"};
  SCENARIO_STEP(s.db, tc_record_prepare(tx, &s.ref, &preparation, err));
  SCENARIO_STEP(s.db, tc_record_signed(tx, &s.ref, &signature, err));
  SCENARIO_STEP(s.db, tc_record_archived(tx, &s.ref, "a", err));
  tc_record_info info = scenario_read(&s);
  assert_memory_equal(&info.copy, &signature.document, sizeof info.copy);
}

static tc_register_number bind_number(scenario *s)
{
  tc_register_number number = {0};
  tc_register_binding binding = {.book = "issue", .year = 2026, .date = "2026-11-22", .actor = "a", .copies = 1};
  SCENARIO_STEP(s->db, tc_register_bind(tx, &s->ref, &binding, &number, err));
  return number;
}

static int64_t count_of(scenario *s, const char *sql)
{
  tc_auto(tc_db_rows) rows = NULL;
  tc_db_param params[] = {tc_db_text(SCENARIO_OFFICE), tc_db_text(s->id)};
  SCENARIO_STEP(s->db, tc_db_query(tx, sql, params, 2, &rows, err));
  return tc_db_get_integer(rows, 0, 0);
}

static void test_record__issues_in_one_step_what_lacks_nothing(void **state)
{
  scenario s = {.db = *state};
  tc_record_made made[] = {
      {TC_SIGNER_CERTIFIER, {0, 5, 15, 5}, scenario_digest("d1"), "T", "CN=A Chair", "0a", "00"},
      {TC_SIGNER_AGENCY, {0, 25, 35, 5}, scenario_digest("d2"), "T", "CN=An Agency", "0b", "01"},
  };
  tc_record_issue issue = {.actor = "truecopy",
                           .document = scenario_digest("issued"),
                           .size = 40,
                           .signatures = made,
                           .count = 2,
                           .renewal = &(tc_renewal){.wanted = "LTA", .due_at = 1000}};
  scenario_run(&s, "issue", TC_RECORD_RECOGNISED);
  SCENARIO_STEP_FAILS(s.db, tc_record_issued(tx, &s.ref, &issue, err), TC_CONFLICT); /* not compared */
  tc_record_comparison comparison = {.actor = "a", .name = "An Officer", .original = "original"};
  SCENARIO_STEP(s.db, tc_record_compared(tx, &s.ref, &comparison, err));
  assert_int_equal(count_of(&s, "SELECT pages FROM comparison WHERE office_id = $1 AND record_id = $2"), 1);
  int64_t version = scenario_read(&s).version;
  SCENARIO_STEP_FAILS(s.db, tc_record_issued(tx, &s.ref, &issue, err), TC_CONFLICT); /* no number */
  assert_int_equal(scenario_read(&s).version, version);
  tc_register_number number = bind_number(&s);
  assert_string_equal(bind_number(&s).text, number.text);
  SCENARIO_STEP(s.db, tc_record_issued(tx, &s.ref, &issue, err));
  tc_record_info info = scenario_read(&s);
  assert_int_equal(info.state, TC_RECORD_ARCHIVED);
  assert_int_equal(info.version, version + 1 + 4); /* the number's step and four more */
  assert_string_equal(info.level, "T");
  assert_memory_equal(&info.copy, &issue.document, sizeof info.copy);
  assert_int_equal(count_of(&s, "SELECT count(*) FROM event WHERE office_id = $1 AND record_id = $2 AND to_state IN"
                                " ('prepared', 'signed', 'sealed', 'archived')"),
                   4);
  assert_int_equal(count_of(&s, "SELECT count(*) FROM signing WHERE office_id = $1 AND record_id = $2 AND"
                                " status = 'done' AND byte_range[3] = 35 AND signer = 'agency' AND ordinal = 2"),
                   1);
  assert_int_equal(count_of(&s, "SELECT count(*) FROM register_entry WHERE office_id = $1 AND record_id = $2 AND"
                                " state = 'issued'"),
                   1);
  assert_int_equal(count_of(&s, "SELECT count(*) FROM renewal WHERE office_id = $1 AND record_id = $2"), 1);
  SCENARIO_STEP_FAILS(s.db, tc_record_issued(tx, &s.ref, &issue, err), TC_CONFLICT); /* once */
}

static void test_record__lists_by_pages_and_counts_that_sum(void **state)
{
  scenario s = {.db = *state};
  tc_record_query query = tc_record_query_default();
  tc_auto(tc_json) counts = NULL;
  scenario_run(&s, "listed file.png", TC_RECORD_RECOGNISED);
  SCENARIO_STEP(s.db, tc_record_counts(tx, SCENARIO_OFFICE, &counts, err));
  int64_t sum = 0;
  for (int i = 0; i < TC_RECORD_STATE_COUNT; i++)
    sum += tc_json_get_integer(counts, tc_record_state_name((tc_record_state)i), 0);
  assert_int_equal(sum, tc_json_get_integer(counts, "total", -1));
  query.limit = 2;
  int64_t seen = 0;
  char cursor[80] = "";
  for (int pages = 0; pages < 50; pages++) {
    tc_auto(tc_json) list = NULL;
    query.before = pages > 0 ? cursor : NULL;
    SCENARIO_STEP(s.db, tc_record_list(tx, &query, &list, err));
    seen += (int64_t)tc_json_count(tc_json_get(list, "records"));
    if (tc_json_get_text(list, "next", NULL) == NULL)
      break;
    snprintf(cursor, sizeof cursor, "%s", tc_json_get_text(list, "next", ""));
  }
  assert_int_equal(seen, sum);
  query = tc_record_query_default();
  query.text = "LISTED";
  tc_auto(tc_json) found = NULL;
  SCENARIO_STEP(s.db, tc_record_list(tx, &query, &found, err));
  assert_int_equal(tc_json_count(tc_json_get(found, "records")), 1);
  const tc_json *row = tc_json_at(tc_json_get(found, "records"), 0);
  assert_int_equal(tc_json_get_integer(row, "fields_sure", -1), 1);
  assert_int_equal(tc_json_get_integer(row, "fields_check", -1), 1);
  assert_int_equal(tc_json_get_integer(row, "fields_missing", -1), 1);
  tc_record_state waiting[] = {TC_RECORD_RECOGNISED};
  tc_auto(tc_json) unfinished = NULL;
  SCENARIO_STEP(s.db, tc_record_unfinished(tx, SCENARIO_OFFICE, waiting, 1, 100, &unfinished, err));
  assert_true(tc_json_count(unfinished) >= 1);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_record__goes_the_whole_way),
      cmocka_unit_test(test_record__refuses_steps_out_of_order),
      cmocka_unit_test(test_record__keeps_every_revision_of_a_field),
      cmocka_unit_test(test_record__knows_a_capture_again),
      cmocka_unit_test(test_record__knows_the_papers_of_a_capture_again),
      cmocka_unit_test(test_record__two_intakes_at_once_get_one_record),
      cmocka_unit_test(test_record__finishes_only_the_newest_preparation),
      cmocka_unit_test(test_record__withdrawn_gives_up_its_number_with_the_reason),
      cmocka_unit_test(test_record__grades_ask_for_different_steps),
      cmocka_unit_test(test_record__issues_in_one_step_what_lacks_nothing),
      cmocka_unit_test(test_record__lists_by_pages_and_counts_that_sum),
  };
  return cmocka_run_group_tests(tests, support_open_warehouse, support_close_database);
}
