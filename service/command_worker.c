#include "service/command_table.h"

#include "base/worker.h"
#include "pipeline/tasks.h"
#include "service/app.h"

int tc_command_worker(int argc, char **argv)
{
  (void)argc;
  (void)argv;
  tc_settings_table tables[TC_SETTINGS_TABLES];
  tc_collect_settings(tables);
  tc_worker_main_options options = {.settings_tables = tables,
                                    .settings_table_count = TC_SETTINGS_TABLES,
                                    .tasks = &tc_pipeline_tasks,
                                    .tasks_count = 1,
                                    .warm_up = tc_pipeline_warm_up};
  return tc_worker_main(&options);
}
