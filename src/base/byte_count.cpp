#include "base/byte_count.h"

#include <cstdlib>
#include <string>

namespace ondol {

std::optional<int64_t> parse_byte_count(std::string_view text) {
  struct Unit {
    std::string_view name;
    double bytes;
  };
  constexpr Unit kUnits[] = {{"", 1},     {"B", 1},         {"K", 1e3}, {"KB", 1e3}, {"KiB", 1024},      {"M", 1e6},
                             {"MB", 1e6}, {"MiB", 1048576}, {"G", 1e9}, {"GB", 1e9}, {"GiB", 1073741824}};
  const std::string copy(text);
  char* end = nullptr;
  const double number = std::strtod(copy.c_str(), &end);
  if (end == copy.c_str()) return std::nullopt;
  for (const Unit& unit : kUnits) {
    const double bytes = number * unit.bytes;
    if (unit.name == end && bytes >= 1 && bytes < 1e15) return static_cast<int64_t>(bytes);
  }
  return std::nullopt;
}

}  // namespace ondol
