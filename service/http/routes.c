#include "service/http/api.h"

const tc_route tc_routes[] = {
    {"POST", "/api/v1/captures", NULL, tc_api_add_capture},
    {"GET", "/api/v1/captures/{sha256}", tc_api_get_capture, NULL},
    {"GET", "/api/v1/records", NULL, tc_api_list_records},
    {"GET", "/api/v1/records/{id}", NULL, tc_api_get_record},
    {"GET", "/api/v1/records/{id}/fields/{key}", NULL, tc_api_field_history},
    {"GET", "/api/v1/records/{id}/pages/{number}", tc_api_get_picture, NULL},
    {"GET", "/api/v1/records/{id}/copy", tc_api_get_copy, NULL},
    {"POST", "/api/v1/records/{id}/confirm", NULL, tc_api_confirm},
    {"POST", "/api/v1/records/{id}/compare", NULL, tc_api_compare},
    {"POST", "/api/v1/records/{id}/prepare", NULL, tc_api_prepare},
    {"POST", "/api/v1/records/{id}/finish", NULL, tc_api_finish},
    {"POST", "/api/v1/records/{id}/certify", NULL, tc_api_certify},
    {"POST", "/api/v1/records/{id}/move", NULL, tc_api_move},
    {"POST", "/api/v1/records/{id}/references", NULL, tc_api_refer},
    {"POST", "/api/v1/verify", NULL, tc_api_verify},
    {"GET", "/api/v1/counts", NULL, tc_api_counts},
    {"GET", "/api/v1/types", NULL, tc_api_list_types},
    {"GET", "/api/v1/types/{type}", NULL, tc_api_get_type},
    {"GET", "/api/v1/register/{book}/{year}", NULL, tc_api_register},
    {"GET", "/pki/{name}", tc_api_trust_file, NULL},
    {"POST", "/pki/ocsp", tc_api_ocsp, NULL},
    {"POST", "/tsa", tc_api_stamp, NULL},
    {"GET", "/", tc_page_home, NULL},
    {"GET", "/records/{id}", tc_page_record, NULL},
    {"GET", "/verify", tc_page_verify, NULL},
    {"POST", "/verify", tc_page_verified, NULL},
    {"GET", "/v/{id}", tc_page_standing, NULL},
    {"GET", "/static/{name}", tc_page_static, NULL},
};

const size_t tc_route_count = TC_ARRAY_LEN(tc_routes);
