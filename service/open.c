#include "service/open.h"

#include "base/file.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

static tc_pipeline_options options_of(const tc_app *app)
{
  return (tc_pipeline_options){.settings = app->settings, .worker_command = TC_WORKER_COMMAND};
}

bool tc_open_workers(const tc_app *app, tc_worker_pool **out, tc_error *err)
{
  tc_pipeline_options options = options_of(app);
  return tc_pipeline_workers(&options, out, err);
}

static bool ready_data_folder(const char *folder, tc_error *err)
{
  if (*folder == '\0')
    return tc_fail(err, TC_CONFIG, "HOME is not set: name a data folder with --data DIR");
  if (!tc_dir_make(folder, 0700, err))
    return tc_error_prefix(err, "no data folder (--data DIR names another)");
  return access(folder, W_OK | X_OK) == 0 ||
         tc_fail_errno(err, TC_DENIED, errno, "the data folder %s is closed to you (--data DIR names another)", folder);
}

/* Where the demo PKI's token is, for SoftHSM; a variable that is set already wins. */
static bool point_to_token(const tc_app *app, tc_error *err)
{
  const char *data = tc_settings_text(app->settings, "storage.data_folder");
  tc_auto(tc_str) pki = NULL;
  tc_auto(tc_str) config = NULL;
  if (!ready_data_folder(data, err) || !tc_str_printf(&pki, err, "%s/pki", data) ||
      !tc_pki_write_softhsm_config(pki, &config, err))
    return false;
  setenv("SOFTHSM2_CONF", config, 0);
  return true;
}

bool tc_open_pipeline(const tc_app *app, tc_pipeline **out, tc_error *err)
{
  tc_pipeline_options options = options_of(app);
  return point_to_token(app, err) && tc_pipeline_open(&options, out, err);
}

int tc_run_on_pipeline(const tc_app_line *line, tc_pipeline_work run)
{
  tc_auto(tc_app) app = {0};
  int status = 0;
  if (!tc_app_start(line, &app, &status))
    return status;
  tc_error err = {0};
  tc_pipeline *pipeline = NULL;
  bool ok = tc_open_pipeline(&app, &pipeline, &err) && run(pipeline, line->input, &status, &err);
  ok = tc_pipeline_close(pipeline, ok ? &err : NULL) && ok;
  return ok ? status : tc_app_report(&err);
}

bool tc_open_nation(const tc_app *app, tc_nation **out, tc_error *err)
{
  tc_auto(tc_str) schemas = NULL;
  tc_auto(tc_str) folder = NULL;
  return tc_app_share_path(app, "schemas", &schemas, err) &&
         tc_str_printf(&folder, err, "%s/%s", schemas, tc_settings_text(app->settings, "pipeline.nation")) &&
         tc_nation_load(folder, out, err);
}

bool tc_open_keyring(const tc_app *app, const tc_nation *nation, tc_keyring **out, tc_error *err)
{
  tc_auto(tc_str) names = NULL;
  if (!point_to_token(app, err) || !tc_str_printf(&names, err, "%s/demo-pki.json", tc_nation_folder(nation)))
    return false;
  tc_keyring_options options = {
      .settings = app->settings, .data_folder = tc_settings_text(app->settings, "storage.data_folder"), .names = names};
  return tc_keyring_open(&options, out, err);
}
