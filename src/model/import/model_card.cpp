#include "model/import/model_card.h"

#include "base/file_map.h"
#include "base/utf8.h"

namespace ondol {
namespace {

std::string_view take_line(std::string_view& text) {
  const size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kAround = " \t\"'";
  const size_t first = text.find_first_not_of(kAround);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kAround) - first + 1);
}

}  // namespace

std::string find_licence(std::string_view card) {
  constexpr std::string_view kKey = "license:";
  if (take_line(card) != "---") return {};
  while (!card.empty()) {
    const std::string_view line = take_line(card);
    if (line == "---") break;
    if (line.starts_with(kKey)) return repair_utf8(trim(line.substr(kKey.size()))).text;
  }
  return {};
}

std::string read_licence(const std::string& path) {
  const auto map = FileMap::open(path);
  if (!map) return {};
  const auto bytes = (*map)->bytes();
  return find_licence({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

}  // namespace ondol
