#include "service/http/pages.h"

#include "base/file.h"
#include "service/http/api.h"

#include <stdio.h>
#include <string.h>

enum { FILE_LIMIT = 16 << 20, WORDS_LIMIT = 1 << 20, PLACE_MAX = 64 };

static const struct {
  const char *ending, *media_type;
} media_types[] = {{".html", "text/html; charset=utf-8"},
                   {".js", "text/javascript; charset=utf-8"},
                   {".css", "text/css; charset=utf-8"},
                   {".svg", "image/svg+xml"},
                   {".json", "application/json"},
                   {".woff2", "font/woff2"},
                   {".png", "image/png"},
                   {".ico", "image/x-icon"}};

static const char *media_type_of(const char *name)
{
  const char *dot = strrchr(name, '.');
  for (size_t i = 0; dot != NULL && i < TC_ARRAY_LEN(media_types); i++)
    if (strcmp(media_types[i].ending, dot) == 0)
      return media_types[i].media_type;
  return "application/octet-stream";
}

/* Names are one part of a path: letters, digits, dots, hyphens and underscores, not starting with a dot. */
static bool web_path(const tc_call *call, const char *name, char **out, tc_error *err)
{
  const char *folder = tc_settings_text(tc_pipeline_config(tc_call_pipeline(call)), "service.web_folder");
  static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
  if (name[0] == '.' || name[0] == '\0' || name[strspn(name, allowed)] != '\0')
    return tc_fail(err, TC_NOT_FOUND, "there is no page '%s'", name);
  return tc_str_printf(out, err, "%s/%s", folder, name);
}

void tc_answer_web_file(tc_call *call, const char *name)
{
  tc_error err = {0};
  tc_auto(tc_str) path = NULL;
  tc_digest digest;
  char etag[TC_SHA256_HEX_SIZE];
  off_t size = 0;
  tc_call_file file = {.fd = -1, .media_type = media_type_of(name), .etag = etag};
  if (!web_path(call, name, &path, &err) || !tc_file_open(path, &file.fd, &size, &err) ||
      !tc_digest_of_fd(file.fd, 0, -1, &digest, &err)) {
    tc_error missing = {0};
    (void)tc_fail(&missing, TC_NOT_FOUND, "there is no page '%s'", name);
    if (file.fd >= 0)
      close(file.fd);
    tc_call_answer_problem(call, &missing);
    return;
  }
  tc_digest_hex(&digest, etag);
  file.size = size;
  tc_call_answer_file(call, &file);
}

bool tc_html_escape(const char *text, tc_buf *out, tc_error *err)
{
  static const struct {
    char character;
    const char *entity;
  } entities[] = {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&#39;"}};
  for (; *text != '\0'; text++) {
    const char *entity = NULL;
    for (size_t i = 0; i < TC_ARRAY_LEN(entities); i++)
      if (entities[i].character == *text)
        entity = entities[i].entity;
    bool ok = entity != NULL ? tc_buf_append_text(out, entity, err) : tc_buf_append(out, text, 1, err);
    if (!ok)
      return false;
  }
  return true;
}

static bool fill_place(const char *name, const tc_json *values, tc_buf *out, tc_error *err)
{
  char key[PLACE_MAX];
  snprintf(key, sizeof key, "%s", name);
  char *mark = strchr(key, '|');
  if (mark != NULL)
    *mark++ = '\0';
  const char *text = tc_json_get_text(values, key, "");
  return mark != NULL && strcmp(mark, "html") == 0 ? tc_buf_append_text(out, text, err)
                                                   : tc_html_escape(text, out, err);
}

/* Places are {{name}} and {{name|html}}. */
static bool fill_template(const char *text, const tc_json *values, tc_buf *out, tc_error *err)
{
  for (const char *at = text; *at != '\0';) {
    const char *open = strstr(at, "{{");
    const char *close = open != NULL ? strstr(open, "}}") : NULL;
    if (close == NULL || close - open - 2 >= PLACE_MAX)
      return tc_buf_append_text(out, at, err);
    char name[PLACE_MAX] = "";
    memcpy(name, open + 2, (size_t)(close - open - 2));
    if (!tc_buf_append(out, at, (size_t)(open - at), err) || !fill_place(name, values, out, err))
      return false;
    at = close + 2;
  }
  return true;
}

void tc_answer_template(tc_call *call, int status, const char *name, const tc_json *values)
{
  tc_error err = {0};
  tc_auto(tc_str) path = NULL;
  tc_auto(tc_buf) text = {0};
  tc_auto(tc_buf) page = {0};
  if (web_path(call, name, &path, &err) && tc_file_read(path, FILE_LIMIT, &text, &err) &&
      fill_template(tc_buf_text(&text), values, &page, &err))
    tc_call_answer_text(call, status, "text/html; charset=utf-8", tc_buf_bytes(&page));
  else
    tc_call_answer_problem(call, &err);
}

/* ---- Words ---- */

/* The languages that there are words in: the nation's own, and English. */
static const char *known_language(const tc_call *call, const char *asked)
{
  const char *own = tc_nation_text(tc_pipeline_nation(tc_call_pipeline(call)), "lang");
  if (asked == NULL)
    return NULL;
  return strncmp(asked, "en", 2) == 0 ? "en" : strncmp(asked, own, strlen(own)) == 0 ? own : NULL;
}

static const char *language_of(tc_call *call)
{
  const char *asked = known_language(call, tc_call_query(call, "lang"));
  const char *cookie = tc_call_header(call, "Cookie");
  const char *kept = cookie != NULL ? strstr(cookie, "lang=") : NULL;
  if (asked != NULL) {
    char remember[80];
    snprintf(remember, sizeof remember, "lang=%s; Path=/; Max-Age=31536000; SameSite=Strict", asked);
    tc_call_add_header(call, "Set-Cookie", remember);
    return asked;
  }
  if (kept != NULL)
    asked = known_language(call, kept + 5);
  if (asked == NULL)
    asked = known_language(call, tc_call_header(call, "Accept-Language"));
  return asked != NULL ? asked : tc_nation_text(tc_pipeline_nation(tc_call_pipeline(call)), "lang");
}

bool tc_page_words(tc_call *call, tc_json **out, tc_error *err)
{
  tc_auto(tc_str) path = NULL;
  const char *folder = tc_settings_text(tc_pipeline_config(tc_call_pipeline(call)), "service.web_folder");
  const char *language = language_of(call);
  if (!tc_str_printf(&path, err, "%s/words.%s.json", folder, language) ||
      !tc_json_read_file(path, WORDS_LIMIT, out, err))
    return false;
  tc_json_set_text(*out, "lang", language);
  return true;
}

/* ---- The pages that are a client of the API ---- */

static void answer_page(tc_call *call, const char *name)
{
  tc_error err = {0};
  tc_auto(tc_json) words = NULL;
  if (tc_page_words(call, &words, &err))
    tc_answer_template(call, 200, name, words);
  else
    tc_call_answer_problem(call, &err);
}

void tc_page_home(tc_call *call) { answer_page(call, "index.html"); }
void tc_page_record(tc_call *call) { answer_page(call, "record.html"); }
void tc_page_static(tc_call *call) { tc_answer_web_file(call, tc_call_part(call, 0)); }
