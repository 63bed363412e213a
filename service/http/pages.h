/*
 * The pages' files: what service/web/build.mjs made, and templates with places {{name}} that are filled with escaped
 * text ({{name|html}} takes what the program made itself). Words come from the web folder's words.<language>.json.
 * Threading: free of state.
 */
#pragma once

#include "service/http/call.h"

/* Answers with a file of the web folder (setting service.web_folder), with an ETag. */
void tc_answer_web_file(tc_call *call, const char *name);
/* Answers with a template of the web folder, its places filled. */
void tc_answer_template(tc_call *call, int status, const char *name, const tc_json *values);
/* The words of the language that was asked for: ?lang=…, else the cookie that remembers it, else the browser's first
   language, else the nation's own. "lang" is among them. */
TC_NODISCARD bool tc_page_words(tc_call *call, tc_json **out, tc_error *err);
/* Appends text with &, <, >, " and ' escaped. */
TC_NODISCARD bool tc_html_escape(const char *text, tc_buf *out, tc_error *err);
