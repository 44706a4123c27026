// The page: files of web/, which are part of the program.
#pragma once

#include "server/http/exchange.h"

namespace ondol {

// Whether there is a file at that path.
bool is_web_page(std::string_view path);
// Answers with the file at the request's path.  False where there is none.
bool answer_web_page(const HttpRequest& request, Responder& responder);

}  // namespace ondol
