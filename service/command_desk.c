/*
 * truecopy desk: signs, with the token on this desk, what a truecopy server has prepared. Calls out; nothing listens
 * here. The PIN is asked for once, after the list of what it is for was shown, and forgotten after the login.
 */
#include "service/command_table.h"

#include "base/buf.h"
#include "service/app.h"
#include "service/desk.h"
#include "service/output.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum { KEY_KEY = 0x2000, KEY_CHAIN, KEY_AS, KEY_EVERY, KEY_PIN_PAD, PIN_SIZE = 256, EVERY_MAX = 3600 };

typedef struct arguments {
  tc_app_options app;
  tc_desk_options desk;
  bool json, pin_pad;
  long every_s; /* 0: once */
} arguments;

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
  arguments *a = state->input;
  char *end = NULL;
  switch (key) {
  case ARGP_KEY_INIT:
    state->child_inputs[0] = &a->app;
    return 0;
  case KEY_KEY:
    a->desk.key = argument;
    return 0;
  case KEY_CHAIN:
    a->desk.chain = argument;
    return 0;
  case KEY_AS:
    a->desk.role = argument;
    return 0;
  case KEY_PIN_PAD:
    a->pin_pad = true;
    return 0;
  case KEY_EVERY:
    a->every_s = strtol(argument, &end, 10);
    if (*argument == '\0' || *end != '\0' || a->every_s < 1 || a->every_s > EVERY_MAX)
      argp_error(state, "--every wants seconds, 1 to %d", EVERY_MAX);
    return 0;
  case 'j':
    a->json = true;
    return 0;
  case ARGP_KEY_ARG:
    if (a->desk.server != NULL)
      argp_usage(state);
    a->desk.server = argument;
    return 0;
  case ARGP_KEY_END:
    if (a->desk.server == NULL || a->desk.key == NULL)
      argp_error(state, "which server, and which key? Give an address and --key");
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp_option options[] = {
    {"key", KEY_KEY, "URI", 0, "The key: a PKCS#11 URI (pkcs11:token=...;object=...), or a PEM or PKCS#12 file", 0},
    {"chain", KEY_CHAIN, "FILE", 0, "PEM file with its certificate; without, what lies beside the key", 0},
    {"as", KEY_AS, "ROLE", 0, "officer, certifier (default) or agency", 0},
    {"pin-pad", KEY_PIN_PAD, NULL, 0, "The PIN is typed on the reader", 0},
    {"every", KEY_EVERY, "SECONDS", 0, "Stay, and ask again so often, until the token is pulled out or lies idle", 0},
    {"json", 'j', NULL, 0, "One JSON object a line for each signature", 0},
    {0}};
static const struct argp_child children[] = {{&tc_app_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {options,
                                 parse_option,
                                 "SERVER",
                                 "Signs what a server (http://...) has prepared, with the token on this desk. The PIN "
                                 "is asked for once, on the terminal or from the first line of standard input. The "
                                 "login ends with the program, which SIGHUP ends too: let it be sent when the "
                                 "workstation is locked.",
                                 children,
                                 NULL,
                                 NULL};

/* ---- The PIN ---- */

static bool read_line(char out[PIN_SIZE], tc_error *err)
{
  size_t used = 0;
  char c;
  ssize_t got;
  while ((got = read(STDIN_FILENO, &c, 1)) == 1 && c != '\n')
    if (used + 1 < PIN_SIZE)
      out[used++] = c;
  out[used] = '\0';
  return got >= 0 ? used > 0 || tc_fail(err, TC_USAGE, "no PIN was given")
                  : tc_fail_errno(err, TC_IO, errno, "the PIN could not be read");
}

/* Not echoed; read byte for byte, so that no buffer of the library keeps it. */
static bool ask_pin(const tc_json *list, char out[PIN_SIZE], tc_error *err)
{
  struct termios shown, hidden;
  bool terminal = tcgetattr(STDIN_FILENO, &shown) == 0;
  if (terminal) {
    fprintf(stderr, "PIN of %s: ", tc_json_get_text(list, "name", "the token"));
    hidden = shown;
    hidden.c_lflag &= ~(tcflag_t)ECHO;
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
  }
  bool ok = read_line(out, err);
  if (terminal) {
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
    fputc('\n', stderr);
  }
  return ok;
}

static bool log_in(const arguments *a, tc_desk *desk, const tc_json *list, tc_error *err)
{
  char pin[PIN_SIZE] = "";
  if (a->pin_pad)
    return tc_desk_login(desk, NULL, err);
  bool ok = ask_pin(list, pin, err) && tc_desk_login(desk, pin, err);
  OPENSSL_cleanse(pin, sizeof pin);
  return ok;
}

/* ---- The work ---- */

static void show(const tc_json *list)
{
  const tc_json *waiting = tc_json_get(list, "waiting");
  for (size_t i = 0; i < tc_json_count(waiting); i++) {
    const tc_json *item = tc_json_at(waiting, i);
    fprintf(stderr, "%s: %s %s\n", tc_json_get_text(item, "record", ""), tc_json_get_text(item, "number", ""),
            tc_json_get_text(item, "document_type", ""));
  }
}

static void print(const tc_desk_row *row, void *data)
{
  const arguments *a = data;
  if (a->json) {
    tc_auto(tc_json) line = row->error.code != TC_OK ? tc_output_of_error(&row->error) : tc_json_object();
    tc_json_set_text(line, "record", row->record);
    tc_json_set_text(line, "number", row->number);
    tc_json_set_text(line, "state", row->state);
    tc_output_print(line);
  } else if (row->error.code != TC_OK) {
    fprintf(stderr, "truecopy: %s: %s\n", row->record, row->error.message);
  } else {
    printf("%s: %s %s\n", row->record, row->number, row->state);
  }
}

static sigset_t ending_signals(void)
{
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGHUP);
  return set;
}

static bool is_over(const arguments *a)
{
  sigset_t set = ending_signals();
  struct timespec wait = {.tv_sec = a->every_s};
  return a->every_s == 0 || sigtimedwait(&set, NULL, &wait) > 0;
}

/* A server that does not answer is asked again; the first time it is an error. */
static bool work(const arguments *a, tc_desk *desk, size_t *failed, tc_error *err)
{
  tc_auto(tc_json) list = NULL;
  if (!tc_desk_ask(desk, &list, err))
    return false;
  if (!a->json)
    show(list);
  if (!log_in(a, desk, list, err))
    return false;
  for (;;) {
    tc_error away = {0};
    tc_desk_signing what = {.list = list, .done = print, .data = (void *)(uintptr_t)a};
    if (!tc_desk_sign(desk, &what, failed, err))
      return false;
    do {
      if (is_over(a))
        return true;
      tc_json_release(tc_steal(&list));
      tc_error_clear(&away);
    } while (!tc_desk_ask(desk, &list, &away));
  }
}

int tc_command_desk(int argc, char **argv)
{
  arguments a = {.desk.role = "certifier"};
  tc_auto(tc_app) app = {0};
  tc_auto(tc_desk) desk = NULL;
  int status = 0;
  size_t failed = 0;
  tc_error err = {0};
  tc_app_line line = {argc, argv, &argp, &a, &a.app};
  if (!tc_app_start(&line, &app, &status))
    return status;
  a.desk.settings = app.settings;
  sigset_t set = ending_signals();
  if (a.every_s > 0)
    pthread_sigmask(SIG_BLOCK, &set, NULL);
  bool ok = tc_desk_create(&a.desk, &desk, &err) && work(&a, desk, &failed, &err);
  if (!ok)
    return tc_app_report(&err);
  return failed > 0 ? 4 : 0;
}
