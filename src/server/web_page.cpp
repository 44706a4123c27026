#include "server/web_page.h"

#include <algorithm>

#include "server/web_files.h"

namespace ondol {
namespace {

const WebFile* find_file(std::string_view path) {
  if (path == "/") path = "/index.html";
  const auto files = web_files();
  const auto found = std::find_if(files.begin(), files.end(), [&](const WebFile& file) { return file.path == path; });
  return found == files.end() ? nullptr : &*found;
}

}  // namespace

bool is_web_page(std::string_view path) { return find_file(path) != nullptr; }

bool answer_web_page(const HttpRequest& request, Responder& responder) {
  const WebFile* file = find_file(request.path);
  if (file == nullptr) return false;
  HttpAnswer answer{.content_type = std::string(file->content_type)};
  answer.fields = {{"ETag", std::string(file->etag)},
                   {"Cache-Control", "no-cache"},
                   {"Content-Security-Policy", std::string(kPagePolicy)},
                   {"Referrer-Policy", "no-referrer"},
                   {"Cross-Origin-Opener-Policy", "same-origin"},
                   {"Cross-Origin-Resource-Policy", "same-origin"}};
  if (request.if_none_match == file->etag) answer.status = 304;
  else answer.body = std::string(file->bytes);
  responder.send(std::move(answer));
  return true;
}

}  // namespace ondol
