/*
 * The commands, one file each: command_<name>.c. Each parses its own arguments (argv[0] is "truecopy NAME") and returns
 * the program's exit status.
 */
#pragma once

int tc_command_demo(int argc, char **argv);
int tc_command_extract(int argc, char **argv);
int tc_command_certify(int argc, char **argv);
int tc_command_sign(int argc, char **argv);
int tc_command_desk(int argc, char **argv);
int tc_command_verify(int argc, char **argv);
int tc_command_serve(int argc, char **argv);
int tc_command_migrate(int argc, char **argv);
int tc_command_pki(int argc, char **argv);
int tc_command_renew(int argc, char **argv);
int tc_command_audit(int argc, char **argv);
int tc_command_settings(int argc, char **argv);
int tc_command_worker(int argc, char **argv);
