/*
 * What the tests of storage/ share: a temporary folder, and in it a private cluster (without fsync) that the whole test
 * program uses, each group with a database brought up to date.
 */
#pragma once

#include "storage/cluster.h"
#include "storage/db.h"

#include "tests/tc_test.h"

/* A new folder, passable for PostgreSQL's user; removed at exit. */
const char *support_folder(void);
/* <support_folder()>/name; static storage of its own for each call up to eight. */
const char *support_path(const char *name);
tc_cluster_options support_cluster_options(const char *data_folder);
/* Group set-up and tear-down: *state becomes a tc_db *. */
int support_open_database(void **state);
int support_close_database(void **state);
/* The same with the migrations applied. */
int support_open_warehouse(void **state);
/* Runs SQL as PostgreSQL's superuser, past truecopy and past foreign keys: what an attacker does. False (with a message
   in *why, of 300 bytes, unless NULL) where PostgreSQL refuses it. */
bool support_attack(const char *sql, char *why);
const char *support_cluster_conninfo(void);
