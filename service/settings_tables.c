#include "service/app.h"

#include "base/base_settings.h"
#include "imaging/imaging_settings.h"
#include "ocr/ocr_settings.h"
#include "pdf/document.h"
#include "pdf/pdf_settings.h"
#include "pipeline/pipeline_settings.h"
#include "service/service_settings.h"
#include "signing/signing_settings.h"
#include "storage/storage_settings.h"

void tc_collect_settings(tc_settings_table out[TC_SETTINGS_TABLES])
{
  const tc_settings_table all[TC_SETTINGS_TABLES] = {tc_base_settings,       tc_imaging_settings,  tc_pdf_settings,
                                                     tc_pdf_reader_settings, tc_ocr_settings,      tc_signing_settings,
                                                     tc_storage_settings,    tc_pipeline_settings, tc_service_settings};
  for (int i = 0; i < TC_SETTINGS_TABLES; i++)
    out[i] = all[i];
}
