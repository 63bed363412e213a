/*
 * The program: `truecopy COMMAND [options]`. Finds the command's row and hands over.
 */
#include "service/command.h"

#include <stdio.h>
#include <string.h>

static int print_help(FILE *out, int status)
{
  fputs("Usage: truecopy COMMAND [OPTION...]\n"
        "Turns papers into certified electronic copies that anyone can verify.\n\n",
        out);
  for (unsigned int i = 0; i < tc_command_count; i++)
    if (tc_commands[i].summary != NULL)
      fprintf(out, "  %-10s %s\n", tc_commands[i].name, tc_commands[i].summary);
  fputs("\n`truecopy COMMAND --help` tells the options of one.\n"
        "Exit status: 0 done or valid, 1 invalid, 2 undecided, 3 wrong usage or unreadable input,\n"
        "4 the surroundings failed (disk, database, network, key), 5 a fault of truecopy.\n",
        out);
  return status;
}

int main(int argc, char **argv)
{
  if (argc < 2)
    return print_help(stderr, 3);
  const char *name = argv[1];
  if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0)
    return print_help(stdout, 0);
  if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0) {
    puts("truecopy " TC_VERSION);
    return 0;
  }
  for (unsigned int i = 0; i < tc_command_count; i++) {
    if (strcmp(tc_commands[i].name, name) != 0)
      continue;
    char title[64];
    snprintf(title, sizeof title, "truecopy %s", name);
    argv[1] = title;
    return tc_commands[i].run(argc - 1, argv + 1);
  }
  fprintf(stderr, "truecopy: there is no command '%s'; `truecopy --help` lists them\n", name);
  return 3;
}
