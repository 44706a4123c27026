#include "server/ollama/keep_alive.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "server/server_messages.h"

namespace ondol {
namespace {

struct Unit {
  std::string_view name;
  double seconds;
};
// the longer name first where one begins another
constexpr Unit kUnits[] = {{"ns", 1e-9}, {"us", 1e-6}, {"µs", 1e-6}, {"μs", 1e-6},
                           {"ms", 1e-3}, {"s", 1},     {"m", 60},    {"h", 3600}};

// Longer than anybody waits, and a clock still holds it.
constexpr double kLongest_s = 1e9;

KeepTime keep_for(double seconds) { return seconds < 0 || seconds > kLongest_s ? kKeptForGood : seconds; }

// Takes "1", "1.5" or ".5" off the front.
std::optional<double> take_number(std::string_view& text) {
  const size_t size = std::min(text.find_first_not_of("0123456789."), text.size());
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + size, number, std::chars_format::fixed);
  if (error != std::errc() || end != text.data() + size) return std::nullopt;
  text.remove_prefix(size);
  return number;
}

std::optional<double> take_unit(std::string_view& text) {
  for (const Unit& unit : kUnits) {
    if (!text.starts_with(unit.name)) continue;
    text.remove_prefix(unit.name.size());
    return unit.seconds;
  }
  return std::nullopt;
}

}  // namespace

std::optional<KeepTime> read_duration(std::string_view text) {
  const bool is_negative = text.starts_with('-');
  if (is_negative || text.starts_with('+')) text.remove_prefix(1);
  double seconds = 0;
  bool is_first = true;
  do {
    const auto number = take_number(text);
    if (!number) return std::nullopt;
    const bool is_alone = is_first && text.empty();
    const auto unit = is_alone ? std::optional<double>(1) : take_unit(text);
    if (!unit) return std::nullopt;
    seconds += *number * *unit;
    is_first = false;
  } while (!text.empty());
  return keep_for(is_negative ? -seconds : seconds);
}

std::optional<KeepTime> read_keep_alive(Fields& fields) {
  const Json* given = fields.any("keep_alive");
  if (given == nullptr) return std::nullopt;
  std::optional<KeepTime> keep;
  if (given->is_number()) keep = keep_for(given->get<double>());
  else if (given->is_string()) keep = read_duration(given->get_ref<const std::string&>());
  if (!keep)
    fields.wrong("keep_alive", format_message(msg::kFieldKind, "keep_alive", "seconds, or a duration like \"5m\""));
  return keep;
}

}  // namespace ondol
