/*
 * The program's commands: one file each, one row each in the table of command_table.c.
 */
#pragma once

typedef struct tc_command {
  const char *name;
  const char *summary;               /* for `truecopy --help`; NULL hides the command */
  int (*run)(int argc, char **argv); /* argv[0] is "truecopy NAME"; returns the exit status */
} tc_command;

extern const tc_command tc_commands[];
extern const unsigned int tc_command_count;
