// JsonGuard: follows JSON as it is written and tells when a key would stand twice in one object, or when values would
// nest deeper than is read (JsonValue::kMaxDepth).
//
// A grammar cannot say that keys differ where a schema leaves them free (`additionalProperties`), nor count brackets,
// so this stands beside it.  Keys are compared as written; the schema grammar writes every character in one way only.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ondol {

class JsonGuard {
 public:
  // Takes the next bytes of the text.  False when they must not be written; the state is then of no more use.
  bool write(std::string_view bytes);
  bool allows(std::string_view bytes) const { return JsonGuard(*this).write(bytes); }

 private:
  struct Key {
    std::string text;
    std::shared_ptr<const Key> before;
  };
  struct Level {
    bool is_object;
    bool at_key;  // the next string is a key
    std::shared_ptr<const Key> keys;
  };
  bool end_key();

  std::vector<Level> levels_;
  bool in_string_ = false, escaped_ = false, is_key_ = false;
  std::string key_;
};

}  // namespace ondol
