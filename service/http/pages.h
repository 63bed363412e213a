/*
 * The pages' files: what esbuild made of service/web/, and templates with places {name} that are filled with escaped
 * text ({name|html} takes what the program made itself). Threading: free of state.
 */
#pragma once

#include "service/http/call.h"

/* Answers with a file of the web folder (setting service.web_folder), with an ETag. */
void tc_answer_web_file(tc_call *call, const char *name);
/* Answers with a template of the web folder, its places filled. */
void tc_answer_template(tc_call *call, int status, const char *name, const tc_json *values);
/* Appends text with &, <, >, " and ' escaped. */
TC_NODISCARD bool tc_html_escape(const char *text, tc_buf *out, tc_error *err);
