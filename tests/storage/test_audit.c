/* A small warehouse with a row in every table; then everything an attacker with the superuser's rights may do to it. */
#include "storage/audit.h"

#include "base/file.h"
#include "storage/job.h"
#include "storage/renewal.h"
#include "tests/storage/scenario.h"

#include <sys/stat.h>
#include <unistd.h>

static tc_blob_store *blobs;
static scenario done;

/* A signature that anybody can check and, in this test, nobody forges: the message's digest with a prefix. */
static bool toy_sign(void *data, tc_bytes message, tc_buf *signature, tc_error *err)
{
  tc_digest digest;
  (void)data;
  return tc_digest_of(message, &digest, err) && tc_buf_append_text(signature, "toy", err) &&
         tc_buf_append(signature, digest.bytes, sizeof digest.bytes, err);
}

static bool toy_verify(void *data, const char *key_id, tc_bytes message, tc_bytes signature, bool *valid, tc_error *err)
{
  tc_auto(tc_buf) expected = {0};
  if (!toy_sign(data, message, &expected, err))
    return false;
  *valid = strcmp(key_id, "toy key") == 0 && expected.size == signature.size &&
           memcmp(expected.data, signature.data, signature.size) == 0;
  return true;
}

static const tc_ledger_signer signer = {"toy key", toy_sign, toy_verify, NULL};

static void sequence(tc_db *db, tc_ledger_head *head)
{
  tc_error err = {0};
  tc_ledger_sequence_options options = {db, &signer, support_path("heads/heads.jsonl")};
  assert_ok(tc_ledger_sequence(&options, head, &err), err);
}

typedef struct seen {
  char codes[20000]; /* "code:first word of the subject " … */
  int64_t faults;
  bool print;
} seen;

static void note(const tc_audit_finding *finding, void *data)
{
  seen *s = data;
  if (finding->severity == TC_AUDIT_FAULT)
    s->faults++;
  size_t used = strlen(s->codes);
  snprintf(s->codes + used, sizeof s->codes - used, "%s:%.*s ", finding->code, (int)strcspn(finding->subject, " "),
           finding->subject);
  if (s->print)
    fprintf(stderr, "  %s: %s: %s\n", finding->code, finding->subject, finding->message);
}

static seen audit(tc_db *db, const tc_merkle_head *outside, bool with_blobs)
{
  seen s = {.faults = 0};
  tc_error err = {0};
  tc_audit_summary summary;
  tc_audit_options options = {.db = db,
                              .blobs = with_blobs ? blobs : NULL,
                              .signer = &signer,
                              .heads_file = support_path("heads/heads.jsonl"),
                              .outside = outside,
                              .outside_count = outside != NULL ? 1 : 0,
                              .found = note,
                              .data = &s};
  assert_ok(tc_audit_run(&options, &summary, &err), err);
  assert_int_equal(summary.faults, s.faults);
  return s;
}

#define assert_finds(db_, code)                                     \
  do {                                                              \
    seen seen_ = audit(db_, NULL, true);                            \
    if (strstr(seen_.codes, code) == NULL)                          \
      fail_msg("audit did not find %s but: %s", code, seen_.codes); \
  } while (0)

static void attack(const char *sql)
{
  char why[300] = "";
  if (!support_attack(sql, why))
    fail_msg("%s: %s", sql, why);
}

static void fill_the_rest(scenario *s)
{
  tc_record_party party = {"person", "requester", "A Citizen", "001", "Street 1", "a@example.org", "self"};
  tc_record_reference reference = {"officer", "Another office", "2.000815", "law", "for a loan"};
  char id[TC_ID_SIZE];
  tc_job_new job = {.office = SCENARIO_OFFICE, .kind = "recognise", .subject = s->id, .unique_key = "k"};
  tc_renewal renewal = {"LTA", 4102444800, "the time-stamp server is away"};
  tc_digest request = scenario_digest("request");
  tc_idempotency_claim claim;
  SCENARIO_STEP(s->db, tc_record_add_party(tx, &s->ref, &party, err));
  SCENARIO_STEP(s->db, tc_record_refer(tx, &s->ref, &reference, err));
  SCENARIO_STEP(s->db, tc_renewal_set(tx, &s->ref, &renewal, err));
  SCENARIO_STEP(s->db, tc_job_add(tx, &job, id, err));
  SCENARIO_STEP(s->db, tc_idempotency_take(tx, SCENARIO_OFFICE, "key-1", &request, &claim, err));
  SCENARIO_STEP(s->db, tc_idempotency_store(tx, SCENARIO_OFFICE, "key-1", 201, claim.answer, err));
}

static int set_up(void **state)
{
  tc_error failure = {0};
  if (support_open_warehouse(state) != 0)
    return -1;
  assert_ok(tc_blob_store_open_folder(support_path("blobs"), 1 << 20, &blobs, &failure), failure);
  done = (scenario){.db = *state, .blobs = blobs};
  scenario_run(&done, "first", TC_RECORD_DELIVERED);
  fill_the_rest(&done);
  scenario other = {.db = *state, .blobs = blobs};
  scenario_run(&other, "second", TC_RECORD_PREPARED);
  sequence(*state, NULL);
  SCENARIO_STEP(other.db, tc_register_void(tx, &other.ref, "test", "officer", err));
  sequence(*state, NULL);
  return 0;
}

static int tear_down(void **state)
{
  tc_blob_store_close(blobs);
  return support_close_database(state);
}

static void test_audit__is_clean_after_honest_work(void **state)
{
  seen s = audit(*state, NULL, true);
  if (s.codes[0] != '\0')
    fail_msg("audit finds: %s", s.codes);
}

static void test_audit__every_table_has_a_row_to_change(void **state)
{
  tc_error err = {0};
  tc_auto(tc_db_tx) tx = NULL;
  tc_auto(tc_db_rows) tables = NULL;
  assert_ok(tc_db_begin(*state, TC_DB_SNAPSHOT, &tx, &err), err);
  assert_ok(tc_db_query(tx,
                        "SELECT c.relname, (xpath('/row/n/text()', query_to_xml(format('SELECT count(*) AS n FROM"
                        " truecopy.%I', c.relname), false, true, '')))[1]::text::integer FROM pg_class c"
                        " WHERE c.relnamespace = 'truecopy'::regnamespace AND c.relkind IN ('r', 'p')",
                        NULL, 0, &tables, &err),
            err);
  assert_true(tc_db_rows_count(tables) >= 25);
  for (size_t i = 0; i < tc_db_rows_count(tables); i++)
    if (tc_db_get_integer(tables, i, 1) == 0)
      fail_msg("%s is empty", tc_db_get_text(tables, i, 0));
}

/* Changes one column of one row to some other value that its type and checks allow. Values are tried in turn, because a
   check may refuse some; where checks over several columns refuse all, they are dropped, and mended afterwards. */
static const char sql_tools[] =
    "CREATE SCHEMA IF NOT EXISTS truecopy_test;"
    "CREATE TABLE truecopy_test.dropped (tab text, name text, def text);"
    "CREATE FUNCTION truecopy_test.spoil(tab text, col text, kind text) RETURNS text LANGUAGE plpgsql AS $$ "
    "DECLARE place tid; old text; candidate text; fresh text; candidates text[]; c record; "
    "BEGIN "
    "  EXECUTE format('SELECT ctid, %I::text FROM truecopy.%I ORDER BY %I IS NULL, ctid LIMIT 1', col, tab, col)"
    "    INTO place, old; "
    "  candidates := ARRAY[format('(%L::text || ''x'')', old), quote_literal('zz'), quote_literal('T'),"
    "    quote_literal('withdrawn'), quote_literal('digitised'), quote_literal('post'), quote_literal('machine'),"
    "    quote_literal('check'), quote_literal('void'), quote_literal('agency'), quote_literal('given_up'),"
    "    quote_literal('organisation'), quote_literal('D'), quote_literal('failed'), quote_literal('B'),"
    "    quote_literal('aaaaaaaaaaaaaaaaaaaaaaaaaa'), quote_literal('2001-01-01'), quote_literal('7'), "
    "quote_literal('77'), quote_literal('7777'), quote_literal('sealed'),"
    "    quote_literal('true'), quote_literal('false'), quote_literal('{\"odd\":1}'), quote_literal('{9,8,7,6}'),"
    "    quote_literal('\\x' || repeat('ab', 32)), quote_literal(repeat('ab', 32)),"
    "    quote_literal('2001-01-01T00:00:00.000000Z')]; "
    "  FOREACH candidate IN ARRAY candidates LOOP "
    "    BEGIN "
    "      EXECUTE format('UPDATE truecopy.%I SET %I = (%s)::text::%s WHERE ctid = %L RETURNING %I::text', tab, col,"
    "        candidate, kind, place, col) INTO fresh; "
    "      IF fresh IS NULL OR fresh IS NOT DISTINCT FROM old THEN RAISE EXCEPTION 'the same'; END IF; "
    "      RETURN fresh; "
    "    EXCEPTION WHEN OTHERS THEN NULL; "
    "    END; "
    "  END LOOP; "
    "  IF EXISTS (SELECT FROM truecopy_test.dropped d WHERE d.tab = spoil.tab) THEN RETURN NULL; END IF; "
    "  FOR c IN SELECT conname, pg_get_constraintdef(oid) AS def FROM pg_constraint"
    "    WHERE conrelid = format('truecopy.%I', tab)::regclass AND contype = 'c' LOOP "
    "    INSERT INTO truecopy_test.dropped VALUES (tab, c.conname, c.def); "
    "    EXECUTE format('ALTER TABLE truecopy.%I DROP CONSTRAINT %I', tab, c.conname); "
    "  END LOOP; "
    "  RETURN truecopy_test.spoil(tab, col, kind); "
    "END $$;"
    "CREATE FUNCTION truecopy_test.mend(tab text) RETURNS void LANGUAGE plpgsql AS $$ "
    "DECLARE c record; "
    "BEGIN "
    "  FOR c IN DELETE FROM truecopy_test.dropped d WHERE d.tab = mend.tab RETURNING * LOOP "
    "    EXECUTE format('ALTER TABLE truecopy.%I ADD CONSTRAINT %I %s', tab, c.name, c.def); "
    "  END LOOP; "
    "END $$;";

typedef struct column {
  char table[64], name[64], type[64];
  int place; /* in its table, from 1 */
} column;

static size_t read_columns(tc_db *db, column *out, size_t limit)
{
  tc_error err = {0};
  tc_auto(tc_db_tx) tx = NULL;
  tc_auto(tc_db_rows) rows = NULL;
  assert_ok(tc_db_begin(db, TC_DB_SNAPSHOT, &tx, &err), err);
  assert_ok(tc_db_query(tx,
                        "SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod),"
                        " row_number() OVER (PARTITION BY c.oid ORDER BY a.attnum) FROM pg_class c"
                        " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
                        " WHERE c.relnamespace = 'truecopy'::regnamespace AND c.relkind IN ('r', 'p')"
                        " ORDER BY c.relname, a.attnum",
                        NULL, 0, &rows, &err),
            err);
  size_t count = tc_db_rows_count(rows);
  assert_true(count <= limit);
  for (size_t i = 0; i < count; i++) {
    snprintf(out[i].table, sizeof out[i].table, "%s", tc_db_get_text(rows, i, 0));
    snprintf(out[i].name, sizeof out[i].name, "%s", tc_db_get_text(rows, i, 1));
    snprintf(out[i].type, sizeof out[i].type, "%s", tc_db_get_text(rows, i, 2));
    out[i].place = (int)tc_db_get_integer(rows, i, 3);
  }
  return count;
}

static void spoil(const column *c)
{
  char sql[800];
  snprintf(sql, sizeof sql,
           "CREATE TABLE truecopy_test.\"kept_%s\" AS SELECT * FROM truecopy.\"%s\";"
           "DO $$ BEGIN IF truecopy_test.spoil('%s', '%s', '%s') IS NULL THEN"
           " RAISE EXCEPTION 'no other value for %s.%s'; END IF; END $$",
           c->table, c->table, c->table, c->name, c->type, c->table, c->name);
  attack(sql);
}

static void mend(const column *c)
{
  char sql[800];
  snprintf(sql, sizeof sql,
           "DELETE FROM truecopy.\"%s\"; INSERT INTO truecopy.\"%s\" SELECT * FROM truecopy_test.\"kept_%s\";"
           "DROP TABLE truecopy_test.\"kept_%s\"; SELECT truecopy_test.mend('%s')",
           c->table, c->table, c->table, c->table, c->table);
  attack(sql);
}

static bool is_found(const seen *s, const column *c)
{
  char changed[100], vanished[100];
  snprintf(changed, sizeof changed, "row_changed:%s ", c->table);
  snprintf(vanished, sizeof vanished, "row_vanished:%s ", c->table);
  return strncmp(c->table, "ledger_", 7) == 0 ? s->faults > 0
                                              : strstr(s->codes, changed) != NULL || strstr(s->codes, vanished) != NULL;
}

static bool is_of_ledger(const column *c) { return strncmp(c->table, "ledger_", 7) == 0; }

/* Every column of every table, by the catalogue: none can be forgotten. The n-th columns of all tables at once, but of
   the ledger's own tables one at a time, since there any fault hides the others. */
static void test_audit__finds_any_changed_column_of_any_table(void **state)
{
  static column columns[500];
  attack(sql_tools);
  size_t count = read_columns(*state, columns, TC_ARRAY_LEN(columns));
  int missed = 0, tried = 0;
  for (int place = 1; place <= 60; place++) {
    column *round[100];
    size_t size = 0;
    for (size_t i = 0; i < count; i++)
      if (columns[i].place == place && !is_of_ledger(&columns[i]))
        spoil(round[size++] = &columns[i]);
    if (size == 0)
      break;
    seen s = audit(*state, NULL, false);
    for (size_t i = 0; i < size; i++) {
      tried++;
      if (!is_found(&s, round[i]) && ++missed > 0)
        fprintf(stderr, "not found: %s.%s\n", round[i]->table, round[i]->name);
      mend(round[i]);
    }
  }
  for (size_t i = 0; i < count; i++) {
    if (!is_of_ledger(&columns[i]))
      continue;
    spoil(&columns[i]);
    seen s = audit(*state, NULL, false);
    tried++;
    if (!is_found(&s, &columns[i]) && ++missed > 0)
      fprintf(stderr, "not found: %s.%s\n", columns[i].table, columns[i].name);
    mend(&columns[i]);
  }
  assert_int_equal(missed, 0);
  assert_int_equal(tried, count);
  seen s = audit(*state, NULL, false);
  assert_int_equal(s.faults, 0);
}

static void test_audit__finds_rows_that_vanished_or_came_in(void **state)
{
  attack("CREATE TABLE truecopy_test.kept AS SELECT * FROM truecopy.reference; DELETE FROM truecopy.reference");
  seen s = audit(*state, NULL, false);
  assert_non_null(strstr(s.codes, "row_vanished"));
  attack("INSERT INTO truecopy.reference SELECT * FROM truecopy_test.kept; DROP TABLE truecopy_test.kept;"
         "INSERT INTO truecopy.office (id, name) VALUES ('forged', 'x')");
  s = audit(*state, NULL, false);
  assert_non_null(strstr(s.codes, "row_unknown"));
  attack("DELETE FROM truecopy.office WHERE id = 'forged'");
  s = audit(*state, NULL, false);
  assert_int_equal(s.faults, 0);
}

static void test_audit__finds_removed_entries(void **state)
{
  attack("CREATE TABLE truecopy_test.e AS SELECT * FROM truecopy.ledger_entry;"
         "CREATE TABLE truecopy_test.r AS SELECT * FROM truecopy.ledger_row");
  static const char *const attacks[] = {
      /* the last one, with its rows */
      "DELETE FROM truecopy.ledger_row WHERE entry_id = (SELECT id FROM truecopy.ledger_entry ORDER BY leaf_index DESC "
      "LIMIT 1);"
      "DELETE FROM truecopy.ledger_entry WHERE leaf_index = (SELECT max(leaf_index) FROM truecopy.ledger_entry)",
      /* one in the middle */
      "DELETE FROM truecopy.ledger_entry WHERE leaf_index = 3",
      /* one line of one */
      "DELETE FROM truecopy.ledger_row WHERE (entry_id, ordinal) = (SELECT entry_id, ordinal FROM truecopy.ledger_row "
      "LIMIT 1)",
      /* salts that were not disposed of, but thrown away */
      "UPDATE truecopy.ledger_entry SET salt = NULL",
  };
  for (size_t i = 0; i < TC_ARRAY_LEN(attacks); i++) {
    attack(attacks[i]);
    seen s = audit(*state, NULL, false);
    if (s.faults == 0)
      fail_msg("not found: %s", attacks[i]);
    attack("DELETE FROM truecopy.ledger_row; DELETE FROM truecopy.ledger_entry;"
           "INSERT INTO truecopy.ledger_entry SELECT * FROM truecopy_test.e;"
           "INSERT INTO truecopy.ledger_row SELECT * FROM truecopy_test.r");
  }
  attack("DROP TABLE truecopy_test.e; DROP TABLE truecopy_test.r");
  seen s = audit(*state, NULL, false);
  assert_int_equal(s.faults, 0);
}

/* The cleverest: change a row, write its digest and its leaf anew, and all nodes, and all heads in the table. A head
   kept outside tells. */
static const char sql_recompute[] =
    "UPDATE truecopy.register_entry SET requester = 'Somebody Else' WHERE state = 'issued';"
    "UPDATE truecopy.ledger_row r SET digest = truecopy.ledger_digest(e.salt, 'register_entry', to_jsonb(t))"
    "  FROM truecopy.ledger_entry e, truecopy.register_entry t"
    "  WHERE e.id = r.entry_id AND r.table_name = 'register_entry' AND t.state = 'issued' AND r.operation = 'U' AND"
    "  r.row_key = truecopy.ledger_key(to_jsonb(t), '{office_id,book,year,number}');"
    "UPDATE truecopy.ledger_entry e SET leaf = sha256('\\x00'::bytea || e.salt || convert_to(format("
    "  '{\"at\":\"%s\",\"id\":%s,\"rows\":[%s],\"ticket\":%s,\"v\":1}', e.at, e.id, (SELECT string_agg(format("
    "  '[\"%s\",%s,%s,\"%s\"]', r.operation, to_json(r.table_name), to_json(r.row_key), encode(r.digest, 'hex')), ','"
    "  ORDER BY r.ordinal) FROM truecopy.ledger_row r WHERE r.entry_id = e.id), e.ticket), 'UTF8'));"
    "DELETE FROM truecopy.ledger_head; DELETE FROM truecopy.ledger_node;"
    "UPDATE truecopy.ledger_entry SET leaf_index = NULL;";

static void test_audit__finds_a_recomputed_ledger_by_a_head_kept_outside(void **state)
{
  tc_ledger_head head;
  sequence(*state, &head);
  tc_merkle_head outside = {head.size, head.root};
  attack("CREATE TABLE truecopy_test.e AS SELECT * FROM truecopy.ledger_entry;"
         "CREATE TABLE truecopy_test.r AS SELECT * FROM truecopy.ledger_row;"
         "CREATE TABLE truecopy_test.h AS SELECT * FROM truecopy.ledger_head;"
         "CREATE TABLE truecopy_test.n AS SELECT * FROM truecopy.ledger_node;"
         "CREATE TABLE truecopy_test.t AS SELECT * FROM truecopy.register_entry");
  attack(sql_recompute);
  /* Even the heads' file is the attacker's now, and the key that signs. */
  char path[600], moved[600];
  snprintf(path, sizeof path, "%s", support_path("heads/heads.jsonl"));
  snprintf(moved, sizeof moved, "%s.moved", path);
  assert_int_equal(rename(path, moved), 0);
  sequence(*state, NULL);
  seen s = audit(*state, NULL, false);
  assert_int_equal(s.faults, 0); /* consistent in itself … */
  s = audit(*state, &outside, false);
  assert_non_null(strstr(s.codes, "head_mismatch")); /* … but not what it was */
  assert_int_equal(rename(moved, path), 0);
  s = audit(*state, NULL, false);
  assert_true(s.faults > 0);
  attack("DELETE FROM truecopy.ledger_row; DELETE FROM truecopy.ledger_entry; DELETE FROM truecopy.ledger_head;"
         "DELETE FROM truecopy.ledger_node; DELETE FROM truecopy.register_entry;"
         "INSERT INTO truecopy.ledger_entry SELECT * FROM truecopy_test.e;"
         "INSERT INTO truecopy.ledger_row SELECT * FROM truecopy_test.r;"
         "INSERT INTO truecopy.ledger_head SELECT * FROM truecopy_test.h;"
         "INSERT INTO truecopy.ledger_node SELECT * FROM truecopy_test.n;"
         "INSERT INTO truecopy.register_entry SELECT * FROM truecopy_test.t;"
         "DROP TABLE truecopy_test.e, truecopy_test.r, truecopy_test.h, truecopy_test.n, truecopy_test.t");
  s = audit(*state, &outside, false);
  assert_int_equal(s.faults, 0);
}

static void test_audit__finds_changed_missing_and_unnamed_blobs(void **state)
{
  tc_error err = {0};
  char hex[TC_SHA256_HEX_SIZE], path[600];
  tc_digest orphan;
  attack("UPDATE truecopy.blob SET size = size"); /* nothing changes */
  tc_digest_hex(&done.sealed, hex);
  snprintf(path, sizeof path, "%s/blobs/%.2s/%.2s/%s", support_folder(), hex, hex + 2, hex);
  assert_int_equal(chmod(path, 0600), 0);
  assert_ok(tc_file_write(path, tc_bytes_of_text("forged"), 0400, &err), err);
  assert_finds(*state, "blob_changed");
  tc_auto(tc_fd) fd = -1;
  int64_t size = 0;
  assert_fails(tc_blob_open(blobs, &done.sealed, &fd, &size, &err), err, TC_IO);
  assert_int_equal(unlink(path), 0);
  assert_finds(*state, "blob_missing");
  tc_digest again;
  assert_ok(tc_blob_put(blobs, tc_bytes_of_text("sealed of first"), &again, &err), err);
  assert_memory_equal(&again, &done.sealed, sizeof again);
  assert_ok(tc_blob_put(blobs, tc_bytes_of_text("left by a crash"), &orphan, &err), err);
  assert_finds(*state, "blob_unnamed");
  seen s = audit(*state, NULL, true);
  assert_null(strstr(s.codes, "blob_missing"));
  assert_null(strstr(s.codes, "blob_changed"));
}

static void test_audit__finds_changed_functions_and_triggers(void **state)
{
  attack("ALTER TABLE truecopy.register_entry DISABLE TRIGGER ledger_update");
  seen s = audit(*state, NULL, false);
  assert_non_null(strstr(s.codes, "unwatched"));
  assert_non_null(strstr(s.codes, "schema_changed"));
  attack("ALTER TABLE truecopy.register_entry ENABLE ALWAYS TRIGGER ledger_update");
  attack("ALTER TABLE truecopy.record ADD COLUMN extra text");
  s = audit(*state, NULL, false);
  assert_non_null(strstr(s.codes, "schema_changed"));
  attack("ALTER TABLE truecopy.record DROP COLUMN extra");
  attack("CREATE TABLE truecopy.smuggled (id integer)");
  s = audit(*state, NULL, false);
  assert_non_null(strstr(s.codes, "table_without_key"));
  attack("DROP TABLE truecopy.smuggled");
}

static void test_audit__finds_what_was_done_to_the_heads_file(void **state)
{
  tc_error err = {0};
  char path[600];
  tc_auto(tc_buf) text = {0};
  snprintf(path, sizeof path, "%s", support_path("heads/heads.jsonl"));
  assert_ok(tc_file_read(path, 1 << 20, &text, &err), err);
  assert_int_equal(unlink(path), 0);
  seen s = audit(*state, NULL, false);
  assert_non_null(strstr(s.codes, "heads_file"));
  assert_ok(tc_file_write(path, tc_bytes_of_text("{}\n"), 0600, &err), err);
  s = audit(*state, NULL, false);
  assert_non_null(strstr(s.codes, "heads_file"));
  /* An unfinished last line is what a crash leaves: the next sequencing mends it. */
  tc_auto(tc_buf) torn = {0};
  assert_ok(tc_buf_append(&torn, text.data, text.size - 20, &err), err);
  assert_ok(tc_file_write(path, tc_buf_bytes(&torn), 0600, &err), err);
  sequence(*state, NULL);
  s = audit(*state, NULL, false);
  assert_int_equal(s.faults, 0);
  tc_auto(tc_buf) mended = {0};
  assert_ok(tc_file_read(path, 1 << 20, &mended, &err), err);
  assert_int_equal(mended.size, text.size);
  assert_memory_equal(mended.data, text.data, text.size);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_audit__is_clean_after_honest_work),
      cmocka_unit_test(test_audit__every_table_has_a_row_to_change),
      cmocka_unit_test(test_audit__finds_any_changed_column_of_any_table),
      cmocka_unit_test(test_audit__finds_rows_that_vanished_or_came_in),
      cmocka_unit_test(test_audit__finds_removed_entries),
      cmocka_unit_test(test_audit__finds_a_recomputed_ledger_by_a_head_kept_outside),
      cmocka_unit_test(test_audit__finds_what_was_done_to_the_heads_file),
      cmocka_unit_test(test_audit__finds_changed_functions_and_triggers),
      cmocka_unit_test(test_audit__finds_changed_missing_and_unnamed_blobs),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
