// DistinctKeys: follows JSON as it is written and tells when a key would stand twice in one object.
//
// A grammar cannot say that keys differ where a schema leaves them free (`additionalProperties`), so this stands beside
// it.  Keys are compared as written; the schema grammar writes every character in one way only.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ondol {

class DistinctKeys {
 public:
  // Takes the next bytes of the text.  False when they repeat a key; the state is then of no more use.
  bool write(std::string_view bytes);
  bool would_repeat(std::string_view bytes) const { return !DistinctKeys(*this).write(bytes); }

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
