/* Keys by text: a path, or a PKCS#11 URI (RFC 7512). */
#include "signing/key.h"

#include <stdio.h>
#include <string.h>

enum { PART_MAX = 512 };

typedef struct uri_parts {
  char module[PART_MAX], token[PART_MAX], object[PART_MAX], id_hex[PART_MAX];
} uri_parts;

static int hex_digit(char c)
{
  if (c >= '0' && c <= '9')
    return c - '0';
  c = (char)(c | 0x20);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* RFC 3986 2.1 */
static bool percent_decode(const char *text, size_t size, char *out, size_t *out_size)
{
  size_t used = 0;
  for (size_t i = 0; i < size; i++) {
    char c = text[i];
    if (c == '%') {
      if (i + 2 >= size || hex_digit(text[i + 1]) < 0 || hex_digit(text[i + 2]) < 0)
        return false;
      c = (char)(hex_digit(text[i + 1]) << 4 | hex_digit(text[i + 2]));
      i += 2;
    }
    if (used + 1 >= PART_MAX)
      return false;
    out[used++] = c;
  }
  out[used] = '\0';
  *out_size = used;
  return true;
}

static bool take_part(uri_parts *parts, const char *name, size_t name_size, const char *value, size_t value_size,
                      tc_error *err)
{
  char text[PART_MAX];
  size_t size = 0;
  if (!percent_decode(value, value_size, text, &size))
    return tc_fail(err, TC_USAGE, "a PKCS#11 URI has a part that cannot be read");
  const struct {
    const char *name;
    char *out;
  } known[] = {{"module-path", parts->module}, {"token", parts->token}, {"object", parts->object}};
  for (size_t i = 0; i < TC_ARRAY_LEN(known); i++)
    if (strlen(known[i].name) == name_size && memcmp(known[i].name, name, name_size) == 0) {
      memcpy(known[i].out, text, size + 1);
      return true;
    }
  if (name_size == 2 && memcmp(name, "id", 2) == 0) {
    if (2 * size + 1 > PART_MAX)
      return tc_fail(err, TC_USAGE, "the id of a PKCS#11 URI is too long");
    for (size_t i = 0; i < size; i++)
      snprintf(parts->id_hex + 2 * i, 3, "%02x", (unsigned char)text[i]);
    return true;
  }
  if (name_size == 4 && memcmp(name, "type", 4) == 0)
    return true;
  if (name_size == 9 && memcmp(name, "pin-value", 9) == 0)
    return tc_fail(err, TC_USAGE, "a PKCS#11 URI must not hold the PIN");
  return tc_fail(err, TC_USAGE, "a PKCS#11 URI has the unknown part \"%.*s\"", (int)name_size, name);
}

static bool parse_uri(const char *uri, uri_parts *parts, tc_error *err)
{
  const char *at = uri + strlen("pkcs11:");
  while (*at != '\0') {
    size_t size = strcspn(at, ";?&");
    const char *equals = memchr(at, '=', size);
    if (equals == NULL)
      return tc_fail(err, TC_USAGE, "a PKCS#11 URI has a part without \"=\"");
    if (!take_part(parts, at, (size_t)(equals - at), equals + 1, size - (size_t)(equals - at) - 1, err))
      return false;
    at += size;
    at += *at != '\0';
  }
  return true;
}

static const char *or_null(const char *text) { return text[0] != '\0' ? text : NULL; }

bool tc_key_open(const tc_key_source *source, tc_key **out, tc_error *err)
{
  if (strncmp(source->uri, "pkcs11:", 7) != 0)
    return tc_key_from_file(source->uri, source->secret, source->chain, out, err);
  uri_parts parts = {0};
  if (!parse_uri(source->uri, &parts, err))
    return false;
  const char *module = parts.module[0] != '\0' ? parts.module : source->default_module;
  if (module == NULL || module[0] == '\0')
    return tc_fail(err, TC_CONFIG, "no PKCS#11 module is named for the key");
  tc_pkcs11_options options = {
      .module = module, .token_label = or_null(parts.token), .pin = source->secret, .rules = source->rules};
  const char *label = or_null(parts.object), *id = or_null(parts.id_hex);
  tc_auto(tc_pkcs11) session = NULL;
  return tc_pkcs11_open(&options, &session, err) &&
         (source->chain == NULL || tc_pkcs11_read_certs(session, label, id, source->chain, err)) &&
         tc_key_from_pkcs11(session, label, id, out, err);
}

bool tc_key_from_uri(const char *uri, const char *default_module, const char *secret, tc_key **out, tc_error *err)
{
  tc_key_source source = {.uri = uri, .default_module = default_module, .secret = secret};
  return tc_key_open(&source, out, err);
}
