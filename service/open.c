#include "service/open.h"

#include <stdlib.h>

static tc_pipeline_options options_of(const tc_app *app)
{
  return (tc_pipeline_options){.settings = app->settings, .worker_command = TC_WORKER_COMMAND};
}

bool tc_open_workers(const tc_app *app, tc_worker_pool **out, tc_error *err)
{
  tc_pipeline_options options = options_of(app);
  return tc_pipeline_workers(&options, out, err);
}

bool tc_open_pipeline(const tc_app *app, tc_pipeline **out, tc_error *err)
{
  const char *data = tc_settings_text(app->settings, "storage.data_folder");
  tc_auto(tc_str) pki = NULL;
  tc_auto(tc_str) config = NULL;
  if (!tc_str_printf(&pki, err, "%s/pki", data) || !tc_pki_write_softhsm_config(pki, &config, err))
    return false;
  setenv("SOFTHSM2_CONF", config, 0);
  tc_pipeline_options options = options_of(app);
  return tc_pipeline_open(&options, out, err);
}
