/*
 * The copies' long life: what is not at its level yet is raised, what is gets its next archive time-stamp in time. A
 * raised file is verified as anybody would before its row is written; the row is written only where the copy that was
 * raised is still the newest, so two workers never make two.
 */
#include "pipeline/sign.h"

#include "base/file.h"
#include "pipeline/level.h"
#include "storage/renewal.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { LEASE_S = 900, DAY_S = 86400 };

tc_level tc_pipeline_level(const tc_pipeline *p)
{
  tc_level level = TC_LEVEL_B;
  tc_error none = {0};
  bool known = tc_level_from_name(tc_settings_text(p->settings, "signing.level"), &level, &none);
  return known && tc_keyring_stamp_limit(p->keyring) > 0 ? level : TC_LEVEL_B;
}

/* When this copy is looked at next: soon where its level was not reached, before its end where it was. An end that is
   near already is met half-way, so that the same day never gives a second time-stamp. */
static int64_t next_time(const tc_pipeline *p, const tc_level_reached *reached, int64_t now)
{
  if (reached->why.code != TC_OK)
    return now + tc_settings_integer(p->settings, "signing.raise_retry_s");
  int64_t due = reached->holds_until - tc_settings_integer(p->settings, "signing.renew_before_days") * DAY_S;
  return due > now ? due : now + (reached->holds_until - now) / 2;
}

typedef struct writing {
  tc_pipeline *pipeline;
  const char *id;
  tc_record_raise row;
  bool raised;
  tc_renewal renewal;
  bool again; /* something comes next */
} writing;

static bool write_raise(tc_db_tx *tx, void *data, tc_error *err)
{
  writing *w = data;
  tc_record_ref ref = {.office = w->pipeline->office, .id = w->id};
  return (!w->raised || tc_record_raised(tx, &ref, &w->row, err)) &&
         tc_renewal_set(tx, &ref, w->again ? &w->renewal : NULL, err);
}

static bool store_raised(tc_pipeline *p, const tc_record_info *info, int fd, const tc_level_reached *reached,
                         tc_error *err)
{
  writing w = {.pipeline = p, .id = info->id, .raised = reached->changed};
  w.row = (tc_record_raise){.actor = "truecopy", .from = info->copy, .level = tc_level_name(reached->level)};
  w.renewal = (tc_renewal){.wanted = tc_level_name(tc_pipeline_level(p)),
                           .due_at = next_time(p, reached, (int64_t)time(NULL)),
                           .problem = reached->why.code != TC_OK ? reached->why.message : NULL};
  w.again = reached->why.code != TC_OK || reached->level == TC_LEVEL_LTA;
  if (w.raised && (!tc_sign_verify_own(p, info->id, fd, err) ||
                   !tc_blob_put_fd(tc_storage_blobs(p->storage), fd, &w.row.document, &w.row.size, err)))
    return false;
  return tc_db_transact(tc_storage_db(p->storage), TC_DB_READ_COMMITTED, write_raise, &w, err);
}

static bool raise_copy(tc_pipeline *p, const tc_record_info *info, tc_level_reached *out, tc_error *err)
{
  tc_auto(tc_fd) copy = -1;
  tc_auto(tc_fd) fd = -1;
  int64_t size;
  tc_level_reached reached = {0};
  if (!tc_blob_open(tc_storage_blobs(p->storage), &info->copy, &copy, &size, err) ||
      !tc_pipeline_scratch_file(p, &fd, err) || !tc_fd_copy(copy, fd, err))
    return false;
  tc_level_request request = {
      .pool = p->pool, .keyring = p->keyring, .settings = p->settings, .fd = fd, .wanted = tc_pipeline_level(p)};
  if (!tc_level_raise(&request, &reached, err) || !store_raised(p, info, fd, &reached, err))
    return false;
  *out = reached;
  return true;
}

static void report(const tc_record_info *info, const tc_level_reached *reached, tc_pipeline_raise *out)
{
  *out = (tc_pipeline_raise){.changed = reached->changed, .pending = reached->why.code != TC_OK, .why = reached->why};
  memcpy(out->id, info->id, sizeof out->id);
  memcpy(out->from, info->level, sizeof out->from);
  snprintf(out->level, sizeof out->level, "%s", tc_level_name(reached->level));
}

static bool raise_record(tc_pipeline *p, const char *id, bool again, tc_pipeline_raise *out, tc_error *err)
{
  tc_record_info info;
  tc_level have = TC_LEVEL_B;
  tc_level_reached reached = {0};
  if (!tc_pipeline_info(p, id, &info, err))
    return false;
  if (!info.has_copy)
    return tc_fail(err, TC_CONFLICT, "record %s has no certified copy yet: its state is %s", id,
                   tc_record_state_name(info.state));
  if (!tc_level_from_name(info.level, &have, err))
    return false;
  reached.level = have;
  if ((again || have < tc_pipeline_level(p)) && !raise_copy(p, &info, &reached, err))
    return false;
  report(&info, &reached, out);
  return true;
}

bool tc_pipeline_raise_copy(tc_pipeline *p, const char *id, tc_pipeline_raise *out, tc_error *err)
{
  return raise_record(p, id, false, out, err);
}

typedef struct taking {
  tc_renewal_want want;
  char *id;
  bool *found;
} taking;

static bool take(tc_db_tx *tx, void *data, tc_error *err)
{
  taking *t = data;
  return tc_renewal_take(tx, &t->want, t->id, t->found, err);
}

static bool begin(tc_db_tx *tx, void *data, tc_error *err) { return tc_renewal_begin(tx, data, err); }

bool tc_pipeline_renew_begin(tc_pipeline *p, int64_t *begun, tc_error *err)
{
  return tc_db_transact(tc_storage_db(p->storage), TC_DB_SNAPSHOT, begin, begun, err);
}

bool tc_pipeline_renew_next(tc_pipeline *p, const tc_pipeline_due *due, tc_pipeline_raise *out, bool *found,
                            tc_error *err)
{
  tc_error why = {0};
  taking t = {.want = {.office = p->office, .before = due->before, .begun = due->begun, .lease_s = LEASE_S},
              .id = out->id,
              .found = found};
  if (!tc_db_transact(tc_storage_db(p->storage), TC_DB_READ_COMMITTED, take, &t, err))
    return false;
  if (!*found)
    return true;
  char id[TC_ID_SIZE];
  memcpy(id, out->id, sizeof id);
  if (raise_record(p, id, true, out, &why))
    return true;
  /* One copy's trouble is its own: it comes back after the lease. */
  *out = (tc_pipeline_raise){.pending = true, .why = why};
  memcpy(out->id, id, sizeof out->id);
  return true;
}

bool tc_pipeline_note_level(tc_pipeline *p, tc_db_tx *tx, const tc_record_ref *record, tc_error *err)
{
  tc_record_info info;
  tc_level have = TC_LEVEL_B;
  tc_level wanted = tc_pipeline_level(p);
  if (!tc_record_read(tx, record, &info, err) || !tc_level_from_name(info.level, &have, err))
    return false;
  tc_renewal renewal = {.wanted = tc_level_name(wanted), .due_at = (int64_t)time(NULL)};
  return have >= wanted || tc_renewal_set(tx, record, &renewal, err);
}
