/*
 * The handlers of the API (schemas/api/openapi.yaml) and of what stands beside it. One file a subject; routes.c has the
 * addresses. Contracts as in call.h.
 */
#pragma once

#include "service/http/call.h"

/* api_captures.c */
bool tc_api_add_capture(tc_call *call, int *status, tc_json **answer, tc_error *err);
void tc_api_get_capture(tc_call *call);

/* api_records.c */
bool tc_api_list_records(tc_call *call, int *status, tc_json **answer, tc_error *err);
bool tc_api_get_record(tc_call *call, int *status, tc_json **answer, tc_error *err);
bool tc_api_field_history(tc_call *call, int *status, tc_json **answer, tc_error *err);
bool tc_api_counts(tc_call *call, int *status, tc_json **answer, tc_error *err);
bool tc_api_list_types(tc_call *call, int *status, tc_json **answer, tc_error *err);
bool tc_api_get_type(tc_call *call, int *status, tc_json **answer, tc_error *err);
bool tc_api_register(tc_call *call, int *status, tc_json **answer, tc_error *err);
void tc_api_get_copy(tc_call *call);
void tc_api_get_picture(tc_call *call);

/* api_steps.c */
bool tc_api_confirm(tc_call *call, int *status, tc_json **answer, tc_error *err);
bool tc_api_compare(tc_call *call, int *status, tc_json **answer, tc_error *err);
bool tc_api_prepare(tc_call *call, int *status, tc_json **answer, tc_error *err);
bool tc_api_finish(tc_call *call, int *status, tc_json **answer, tc_error *err);
bool tc_api_waiting(tc_call *call, int *status, tc_json **answer, tc_error *err);
bool tc_api_certify(tc_call *call, int *status, tc_json **answer, tc_error *err);
bool tc_api_move(tc_call *call, int *status, tc_json **answer, tc_error *err);
bool tc_api_refer(tc_call *call, int *status, tc_json **answer, tc_error *err);

/* api_verify.c */
bool tc_api_verify(tc_call *call, int *status, tc_json **answer, tc_error *err);
void tc_api_verify_report(tc_call *call);
void tc_page_verify(tc_call *call);        /* GET /verify: the form, without script */
void tc_page_verified(tc_call *call);      /* POST /verify: its answer */
void tc_page_verify_report(tc_call *call); /* POST /verify/report: the answer as a PDF/A */
void tc_page_standing(tc_call *call);      /* GET /v/{id}: where the QR code leads */

/* api_trust.c */
void tc_api_trust_file(tc_call *call); /* GET /pki/{name} */
void tc_api_stamp(tc_call *call);      /* POST /tsa: RFC 3161 */
void tc_api_ocsp(tc_call *call);       /* POST /pki/ocsp: RFC 6960 */

/* pages.c */
void tc_page_static(tc_call *call);
void tc_page_home(tc_call *call);
void tc_page_record(tc_call *call);
