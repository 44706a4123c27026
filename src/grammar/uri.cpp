#include "grammar/uri.h"

#include <algorithm>
#include <vector>

namespace ondol {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// The length of "scheme:", or 0.
size_t scheme_length(std::string_view uri) {
  if (uri.empty() || !is_letter(uri[0])) return 0;
  size_t n = 1;
  while (n < uri.size() &&
         (is_letter(uri[n]) || (uri[n] >= '0' && uri[n] <= '9') || uri[n] == '+' || uri[n] == '-' || uri[n] == '.'))
    ++n;
  return n < uri.size() && uri[n] == ':' ? n + 1 : 0;
}

// Section 5.2.4.
std::string remove_dot_segments(std::string_view path) {
  std::vector<std::string_view> kept;
  const bool absolute = path.starts_with('/');
  for (bool last = false; !last;) {
    const size_t end = std::min(path.find('/'), path.size());
    const std::string_view segment = path.substr(0, end);
    last = end == path.size();
    path.remove_prefix(std::min(end + 1, path.size()));
    if (segment == ".." && kept.size() > (absolute ? 1u : 0u)) kept.pop_back();
    if (segment != ".." && segment != ".") kept.push_back(segment);
    else if (last) kept.push_back("");
  }
  std::string out;
  for (size_t i = 0; i < kept.size(); ++i) {
    if (i > 0) out += '/';
    out += kept[i];
  }
  return out;
}

int hex_value(char c) {
  return c >= '0' && c <= '9'   ? c - '0'
         : c >= 'a' && c <= 'f' ? c - 'a' + 10
         : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                : -1;
}

}  // namespace

std::string resolve_uri(std::string_view base, std::string_view reference) {
  if (reference.empty()) return std::string(base);
  if (scheme_length(reference) > 0) return std::string(reference);
  const size_t scheme = scheme_length(base);
  if (reference.starts_with("//")) return std::string(base.substr(0, scheme)).append(reference);
  // The authority reaches to the first slash behind "//".
  size_t path_begin = scheme;
  if (base.substr(scheme).starts_with("//")) path_begin = std::min(base.find('/', scheme + 2), base.size());
  const std::string root(base.substr(0, path_begin));
  if (reference.starts_with('/')) return root + remove_dot_segments(reference);
  const std::string_view path = base.substr(path_begin, std::min(base.find('?'), base.size()) - path_begin);
  if (reference.starts_with('?')) return root + std::string(path) + std::string(reference);
  const size_t folder = path.rfind('/');
  std::string merged =
      folder == std::string_view::npos ? (path_begin > scheme ? "/" : "") : std::string(path.substr(0, folder + 1));
  return root + remove_dot_segments(merged.append(reference));
}

SplitUri split_fragment(std::string_view reference) {
  const size_t hash = reference.find('#');
  if (hash == std::string_view::npos) return {reference, ""};
  std::string fragment;
  const std::string_view coded = reference.substr(hash + 1);
  for (size_t i = 0; i < coded.size(); ++i) {
    const int high = coded[i] == '%' && i + 2 < coded.size() ? hex_value(coded[i + 1]) : -1;
    const int low = high >= 0 ? hex_value(coded[i + 2]) : -1;
    if (low >= 0) {
      fragment += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      fragment += coded[i];
    }
  }
  return {reference.substr(0, hash), fragment};
}

}  // namespace ondol
