#include "engine/stop_texts.h"

#include <algorithm>
#include <utility>

#include "base/utf8.h"

namespace ondol {
namespace {

// Length of the longest ending of `text` that is a beginning, not the whole, of `stop`.
size_t unfinished_bytes(std::string_view text, std::string_view stop) {
  for (size_t n = std::min(text.size(), stop.size() - 1); n > 0; --n) {
    if (stop.starts_with(text.substr(text.size() - n))) return n;
  }
  return 0;
}

}  // namespace

StopTexts::StopTexts(std::vector<std::string> stops) {
  // Generated text is well-formed, so are the stops: a cut in front of one falls between characters.
  for (std::string& stop : stops) {
    if (!stop.empty()) stops_.push_back(repair_utf8(stop).text);
  }
}

std::string StopTexts::push(std::string_view text) {
  if (found()) return {};
  held_back_ += text;
  size_t end = std::string::npos;
  for (const std::string& stop : stops_) {
    const size_t position = held_back_.find(stop);
    if (position >= end) continue;
    end = position;
    found_text_ = stop;
  }
  if (!found()) {
    size_t n = 0;
    for (const std::string& stop : stops_) n = std::max(n, unfinished_bytes(held_back_, stop));
    end = held_back_.size() - n;
  }
  std::string certain = held_back_.substr(0, end);
  held_back_.erase(0, found() ? std::string::npos : end);
  return certain;
}

std::string StopTexts::finish() { return std::exchange(held_back_, {}); }

}  // namespace ondol
