// The page that `ondol serve` shows: the files of web/, embedded by cmake/embed_web.cmake.
#pragma once

#include <span>
#include <string_view>

namespace ondol {

struct WebFile {
  std::string_view path;  // as in "/script/main.js"; a request for "/" means "/index.html"
  std::string_view content_type;
  std::string_view bytes;
  std::string_view etag;  // strong and in its quotes, as the header has it
};

// Sorted by path.  Lives as long as the program.
std::span<const WebFile> web_files();

// What the page may do, for its Content-Security-Policy header: use what its own server sends, and nothing else.
inline constexpr std::string_view kPagePolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

}  // namespace ondol
