#include "grammar/json_guard.h"

#include "grammar/json_value.h"

namespace ondol {

bool JsonGuard::end_key() {
  Level& level = levels_.back();
  for (const Key* key = level.keys.get(); key != nullptr; key = key->before.get()) {
    if (key->text == key_) return false;
  }
  level.keys = std::make_shared<const Key>(Key{key_, level.keys});
  level.at_key = false;
  return true;
}

bool JsonGuard::write(std::string_view bytes) {
  for (const char c : bytes) {
    if (in_string_) {
      const bool ends = c == '"' && !escaped_;
      escaped_ = c == '\\' && !escaped_;
      if (!ends) {
        if (is_key_) key_ += c;
        continue;
      }
      in_string_ = false;
      if (is_key_ && !end_key()) return false;
      continue;
    }
    switch (c) {
      case '"':
        in_string_ = true;
        is_key_ = !levels_.empty() && levels_.back().is_object && levels_.back().at_key;
        key_.clear();
        break;
      case '{':
      case '[':
        if (std::ssize(levels_) == JsonValue::kMaxDepth) return false;
        levels_.push_back({c == '{', true, nullptr});
        break;
      case '}':
      case ']':
        if (!levels_.empty()) levels_.pop_back();
        break;
      case ',':
        if (!levels_.empty()) levels_.back().at_key = true;
        break;
      default:
        break;
    }
  }
  return true;
}

}  // namespace ondol
