#include "tests/storage/scenario.h"

tc_digest scenario_digest(const char *text)
{
  tc_error err = {0};
  tc_digest digest;
  assert_ok(tc_digest_of(tc_bytes_of_text(text), &digest, &err), err);
  return digest;
}

static tc_digest store(const scenario *s, const char *name, const char *what)
{
  tc_error err = {0};
  char text[200];
  tc_digest digest;
  snprintf(text, sizeof text, "%s of %s", what, name);
  if (s->blobs == NULL)
    return scenario_digest(text);
  assert_ok(tc_blob_put(s->blobs, tc_bytes_of_text(text), &digest, &err), err);
  return digest;
}

static int64_t size_of(const char *name, const char *what) { return (int64_t)(strlen(what) + 4 + strlen(name)); }

static tc_json *json(const char *text)
{
  tc_error err = {0};
  tc_json *value = NULL;
  assert_ok(tc_json_parse(tc_bytes_of_text(text), &value, &err), err);
  return value;
}

static void receive(scenario *s, const char *name)
{
  bool existing = true;
  s->capture = store(s, name, "capture");
  tc_record_capture capture = {
      .digest = s->capture, .size = size_of(name, "capture"), .media_type = "image/png", .file_name = name};
  tc_record_intake intake = {.office = SCENARIO_OFFICE,
                             .grade = TC_GRADE_CERTIFIED,
                             .actor = "officer",
                             .channel = "counter",
                             .purpose = "loan",
                             .workstation = "desk 1",
                             .device = "scanner",
                             .capture_mode = "flatbed",
                             .captures = &capture,
                             .capture_count = 1};
  SCENARIO_STEP(s->db, tc_office_ensure(tx, SCENARIO_OFFICE, "Ward 1", err));
  SCENARIO_STEP(s->db, tc_record_create(tx, &intake, s->id, &existing, err));
  assert_false(existing);
  s->ref = (tc_record_ref){SCENARIO_OFFICE, s->id, 0};
}

static void capture(scenario *s)
{
  tc_auto(tc_json) pages =
      json("[{\"capture\":0,\"capture_page\":0,\"width\":2480,\"height\":3508,\"dpi_x\":300,\"dpi_y\":300,"
           "\"sha256\":\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\","
           "\"encoding\":\"dct\"}]");
  SCENARIO_STEP(s->db, tc_record_captured(tx, &s->ref, pages, "pipeline", err));
}

static void recognise(scenario *s, const char *name)
{
  tc_auto(tc_json) result = json(
      "{\"document_type\":\"birth_certificate\",\"document_type_confidence\":0.9,\"title\":\"A title\","
      "\"engine\":\"test\",\"text\":\"whole text\",\"pages\":[{\"skew\":0.5,\"skew_confidence\":0.9,\"turn\":0,"
      "\"quality\":{\"sharpness\":1.5}}],"
      "\"fields\":{\"number\":{\"value\":\"12\",\"as_printed\":\"12\",\"confidence\":0.8,\"status\":\"sure\","
      "\"page\":1,\"box\":[1,2,3,4],\"quad\":[[1,2],[3,4],[5,6],[7,8]],\"evidence\":[\"two readings\"],"
      "\"assurance\":\"cross_checked\"},"
      "\"full_name\":{\"value\":\"Binh\",\"as_printed\":\"BINH\",\"confidence\":0.4,\"status\":\"check\",\"page\":1,"
      "\"box\":[1,2,3,4],\"evidence\":[]},"
      "\"sex\":{\"value\":null,\"status\":\"missing\"}}}");
  tc_record_capture words = {.digest = store(s, name, "words"), .size = size_of(name, "words")};
  SCENARIO_STEP(s->db, tc_record_recognised(tx, &s->ref, result, &words, "pipeline", err));
}

static void compare(scenario *s)
{
  tc_record_comparison comparison = {.actor = "officer",
                                     .name = "An Officer",
                                     .title = "clerk",
                                     .original = "original",
                                     .pages = 1,
                                     .note = "held against light"};
  SCENARIO_STEP(s->db, tc_record_compared(tx, &s->ref, &comparison, err));
}

static void prepare(scenario *s, const char *name)
{
  tc_register_number number;
  tc_register_binding binding = {.book = "01",
                                 .year = 2026,
                                 .date = "2026-11-22",
                                 .format = "%N-%B/%Y",
                                 .actor = "officer",
                                 .requester = "A Citizen",
                                 .original_name = "Birth certificate",
                                 .signer = "A Chair",
                                 .signer_title = "chair",
                                 .note = "none",
                                 .copies = 1,
                                 .pages = 1,
                                 .fee = 2000};
  SCENARIO_STEP(s->db, tc_register_bind(tx, &s->ref, &binding, &number, err));
  tc_auto(tc_json) details = json("{\"field\":\"Certifier\"}");
  s->prepared = store(s, name, "prepared");
  tc_record_preparation preparation = {.signer = TC_SIGNER_CERTIFIER,
                                       .actor = "pipeline",
                                       .document = s->prepared,
                                       .size = size_of(name, "prepared"),
                                       .byte_range = {0, 5, 15, 5},
                                       .digest = scenario_digest("ranges"),
                                       .details = details};
  SCENARIO_STEP(s->db, tc_record_prepare(tx, &s->ref, &preparation, err));
}

static tc_record_signature signature_of(tc_record_signer signer, tc_digest prepared, tc_digest document, int64_t size)
{
  return (tc_record_signature){.signer = signer,
                               .actor = "certifier",
                               .prepared = prepared,
                               .document = document,
                               .size = size,
                               .level = "T",
                               .subject = "CN=A Chair",
                               .serial = "0a",
                               .certificate_sha256 = "00"};
}

static void sign(scenario *s, const char *name)
{
  s->signed_once = store(s, name, "signed");
  tc_record_signature signature =
      signature_of(TC_SIGNER_CERTIFIER, s->prepared, s->signed_once, size_of(name, "signed"));
  SCENARIO_STEP(s->db, tc_record_signed(tx, &s->ref, &signature, err));
}

static void seal(scenario *s, const char *name)
{
  s->seal_prepared = store(s, name, "seal prepared");
  tc_record_preparation preparation = {.signer = TC_SIGNER_AGENCY,
                                       .actor = "pipeline",
                                       .document = s->seal_prepared,
                                       .size = size_of(name, "seal prepared"),
                                       .byte_range = {0, 25, 35, 5},
                                       .digest = scenario_digest("more ranges")};
  SCENARIO_STEP(s->db, tc_record_prepare(tx, &s->ref, &preparation, err));
  s->sealed = store(s, name, "sealed");
  tc_record_signature signature = signature_of(TC_SIGNER_AGENCY, s->seal_prepared, s->sealed, size_of(name, "sealed"));
  SCENARIO_STEP(s->db, tc_record_sealed(tx, &s->ref, &signature, err));
}

void scenario_run(scenario *s, const char *name, tc_record_state state)
{
  receive(s, name);
  if (state >= TC_RECORD_CAPTURED)
    capture(s);
  if (state >= TC_RECORD_RECOGNISED)
    recognise(s, name);
  if (state >= TC_RECORD_CONFIRMED)
    SCENARIO_STEP(s->db, tc_record_confirm(tx, &s->ref, NULL, "officer", err));
  if (state >= TC_RECORD_COMPARED)
    compare(s);
  if (state >= TC_RECORD_PREPARED)
    prepare(s, name);
  if (state >= TC_RECORD_SIGNED)
    sign(s, name);
  if (state >= TC_RECORD_SEALED)
    seal(s, name);
  if (state >= TC_RECORD_ARCHIVED)
    SCENARIO_STEP(s->db, tc_record_archived(tx, &s->ref, "pipeline", err));
  tc_record_delivery delivery = {.actor = "officer", .recipient = "A Citizen", .method = "email"};
  if (state >= TC_RECORD_DELIVERED)
    SCENARIO_STEP(s->db, tc_record_delivered(tx, &s->ref, &delivery, err));
}

tc_record_info scenario_read(const scenario *s)
{
  tc_record_info info;
  SCENARIO_STEP(s->db, tc_record_read(tx, &s->ref, &info, err));
  return info;
}
