#include "service/desk.h"

#include "base/queue.h"
#include "pipeline/tasks.h"
#include "signing/cms.h"
#include "signing/http.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { CONNECT_MS = 10000, TOTAL_MS = 120000, ANSWER_LIMIT = 1 << 20, IDLE_S = 900 };

struct tc_desk {
  tc_desk_options options;
  tc_certs *chain;
  tc_key *key;
  tc_cert_info person;
};

bool tc_desk_create(const tc_desk_options *options, tc_desk **out, tc_error *err)
{
  tc_auto(tc_desk) desk = calloc(1, sizeof *desk);
  if (desk == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a desk");
  desk->options = *options;
  if (!tc_http_check_url("truecopy server", options->server, err) || !tc_certs_create(&desk->chain, err))
    return false;
  *out = tc_steal(&desk);
  return true;
}

void tc_desk_destroy(tc_desk *desk)
{
  if (desk == NULL)
    return;
  tc_key_destroy(desk->key);
  tc_certs_destroy(desk->chain);
  free(desk);
}

const tc_cert_info *tc_desk_person(const tc_desk *desk) { return &desk->person; }

/* ---- The server ---- */

/* Its own words about what went wrong (RFC 9457), where it has some. */
static bool retell(tc_bytes answer, const tc_error *why, tc_error *err)
{
  tc_auto(tc_json) problem = NULL;
  tc_error none = {0};
  const char *detail = NULL;
  if (answer.size > 0 && tc_json_parse(answer, &problem, &none))
    detail = tc_json_get_text(problem, "detail", NULL);
  return tc_error_set(err, why->code, why->sys_errno, why->where, "%s", detail != NULL ? detail : why->message);
}

static bool exchange(const tc_desk *desk, const char *path, const char *type, tc_bytes body, tc_json **out,
                     tc_error *err)
{
  tc_auto(tc_str) url = NULL;
  tc_auto(tc_buf) answer = {0};
  tc_error why = {0};
  size_t end = strlen(desk->options.server);
  while (end > 0 && desk->options.server[end - 1] == '/')
    end--;
  if (!tc_str_printf(&url, err, "%.*s%s", (int)end, desk->options.server, path))
    return false;
  tc_http_request request = {.service = "truecopy server",
                             .url = url,
                             .body = body,
                             .body_type = type,
                             .answer_type = "application/json",
                             .limits = {.proxy = tc_settings_text(desk->options.settings, "signing.proxy"),
                                        .connect_timeout_ms = CONNECT_MS,
                                        .total_timeout_ms = TOTAL_MS,
                                        .response_limit = ANSWER_LIMIT}};
  if (!tc_http_exchange(&request, &answer, &why))
    return retell(tc_buf_bytes(&answer), &why, err);
  return tc_json_parse(tc_buf_bytes(&answer), out, err);
}

bool tc_desk_ask(tc_desk *desk, tc_json **out, tc_error *err)
{
  tc_auto(tc_str) path = NULL;
  tc_auto(tc_json) list = NULL;
  if (!tc_str_printf(&path, err, "/api/v1/signing/%s", desk->options.role) ||
      !exchange(desk, path, NULL, (tc_bytes){0}, &list, err))
    return false;
  if (tc_json_get(list, "waiting") == NULL || tc_json_get_text(list, "certificate", NULL) == NULL)
    return tc_fail(err, TC_FORMAT, "%s is no truecopy server that has something to sign", desk->options.server);
  *out = tc_steal(&list);
  return true;
}

/* ---- The token ---- */

static tc_token_rules rules_of(const tc_settings *settings)
{
  int64_t idle_s = tc_settings_integer(settings, "signing.token_idle_s");
  return (tc_token_rules){.last_try = tc_settings_boolean(settings, "signing.token_last_try"),
                          .wrong_pins = (int)tc_settings_integer(settings, "signing.token_wrong_pins"),
                          .sessions = (int)tc_settings_integer(settings, "signing.token_sessions"),
                          .idle_s = idle_s != 0 ? idle_s : IDLE_S}; /* a person's token is never open for ever */
}

bool tc_desk_login(tc_desk *desk, const char *pin, tc_error *err)
{
  const tc_settings *settings = desk->options.settings;
  tc_token_rules rules = rules_of(settings);
  tc_key_source source = {.uri = desk->options.key,
                          .default_module = tc_settings_text(settings, "signing.pkcs11_module"),
                          .secret = pin,
                          .protected_path = pin == NULL,
                          .chain = desk->options.chain == NULL ? desk->chain : NULL,
                          .rules = &rules};
  if (!tc_key_open(&source, &desk->key, err) ||
      (desk->options.chain != NULL && !tc_certs_add_path(desk->chain, desk->options.chain, err)))
    return false;
  if (tc_certs_count(desk->chain) == 0)
    return tc_fail(err, TC_NOT_FOUND, "no certificate lies beside the key; name one with --chain");
  if (strcmp(tc_settings_text(settings, "signing.rsa_padding"), "pkcs1") == 0)
    tc_key_use_pkcs1(desk->key);
  return tc_cert_describe(tc_certs_der(desk->chain, 0), &desk->person, err);
}

/* ---- Signing ---- */

typedef struct work {
  tc_desk *desk;
  const tc_desk_signing *what;
  const tc_json *items;
  pthread_mutex_t lock;
  size_t failed;
  tc_error ended; /* the login's end: nothing more is tried */
} work;

static bool make_cms(const tc_desk *desk, const tc_json *item, tc_buf *out, tc_error *err)
{
  tc_digest digest;
  tc_hash_value content;
  bool other = false;
  if (!tc_digest_from_hex(tc_json_get_text(item, "digest", ""), &digest, err) ||
      !tc_prepared_content(item, &content, &other, err))
    return false;
  /* The officer's is a CAdES signature over a manifest, whose time is its own; PAdES has it in the PDF. */
  bool manifest = strcmp(desk->options.role, "officer") == 0;
  tc_cms_options options = {.chain = desk->chain,
                            .digest = &digest,
                            .content = other ? &content : NULL,
                            .signing_time = manifest ? (int64_t)time(NULL) : 0};
  return tc_cms_sign(&options, desk->key, NULL, out, err);
}

/* After the signature the server goes on with what it can do by itself: seal and archive. */
static bool sign_one(const tc_desk *desk, const tc_json *item, tc_desk_row *row, tc_error *err)
{
  tc_auto(tc_buf) cms = {0};
  tc_auto(tc_str) finish = NULL;
  tc_auto(tc_str) go_on = NULL;
  tc_auto(tc_json) signed_state = NULL;
  tc_auto(tc_json) state = NULL;
  if (!tc_id_is_valid(row->record))
    return tc_fail(err, TC_FORMAT, "the server names a record that cannot be one");
  if (!tc_str_printf(&finish, err, "/api/v1/records/%s/finish", row->record) ||
      !tc_str_printf(&go_on, err, "/api/v1/records/%s/certify", row->record) || !make_cms(desk, item, &cms, err) ||
      !exchange(desk, finish, "application/pkcs7-signature", tc_buf_bytes(&cms), &signed_state, err))
    return false;
  snprintf(row->state, sizeof row->state, "%s", tc_json_get_text(signed_state, "state", ""));
  tc_error later = {0}; /* its signature is in; what comes after is the server's matter */
  if (exchange(desk, go_on, "application/json", tc_bytes_of_text("{}"), &state, &later))
    snprintf(row->state, sizeof row->state, "%s", tc_json_get_text(state, "state", ""));
  return true;
}

static bool has_ended(work *w)
{
  pthread_mutex_lock(&w->lock);
  bool ended = w->ended.code != TC_OK;
  pthread_mutex_unlock(&w->lock);
  return ended;
}

static void run_one(size_t index, void *data)
{
  work *w = data;
  const tc_json *item = tc_json_at(w->items, index);
  tc_desk_row row = {.record = tc_json_get_text(item, "record", ""),
                     .number = tc_json_get_text(item, "number", ""),
                     .title = tc_json_get_text(item, "title", "")};
  if (has_ended(w))
    return;
  bool ok = sign_one(w->desk, item, &row, &row.error);
  pthread_mutex_lock(&w->lock);
  w->failed += !ok;
  tc_error ended = {0};
  if (!ok && w->ended.code == TC_OK && !tc_key_ready(w->desk->key, &ended))
    w->ended = ended;
  if (w->what->done != NULL)
    w->what->done(&row, w->what->data);
  pthread_mutex_unlock(&w->lock);
}

/* The certificate may sign now, and is the one that the server waits for. */
static bool may_sign(const tc_desk *desk, const tc_json *list, tc_error *err)
{
  tc_signer signer = {desk->key, desk->chain};
  if (!tc_key_ready(desk->key, err) || !tc_signer_check(&signer, (int64_t)time(NULL), err))
    return false;
  return strcmp(tc_json_get_text(list, "certificate", ""), desk->person.fingerprint) == 0 ||
         tc_fail(err, TC_DENIED, "the token is of \"%s\"; the server waits for the %s \"%s\"", desk->person.common_name,
                 desk->options.role, tc_json_get_text(list, "name", ""));
}

bool tc_desk_sign(tc_desk *desk, const tc_desk_signing *what, size_t *failed, tc_error *err)
{
  work w = {.desk = desk, .what = what, .items = tc_json_get(what->list, "waiting")};
  size_t threads = (size_t)tc_settings_integer(desk->options.settings, "signing.token_sessions");
  if (!may_sign(desk, what->list, err))
    return false;
  pthread_mutex_init(&w.lock, NULL);
  bool ok = tc_parallel(tc_json_count(w.items), threads, run_one, &w, err);
  pthread_mutex_destroy(&w.lock);
  if (!ok)
    return false;
  *failed += w.failed;
  return w.ended.code == TC_OK ||
         tc_error_set(err, w.ended.code, w.ended.sys_errno, w.ended.where, "%s", w.ended.message);
}
