// Charsmap: SentencePiece's compiled table of replacements (precompiled_charsmap).
//
//   | n: u32 | n bytes: double array, units of u32 | texts, each closed by a zero byte |
//   unit: | 0-7 label | 8 has a value | 9 offset counts in 256 | 10-30 offset | 31 is a value: its low bits |
// A key leads from unit 0 over its bytes to a value, which is where its replacement begins in the texts.
// Sources: SentencePiece, normalizer.cc; Darts-clone, the form of its units (Yata 2008).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ondol {

class Charsmap {
 public:
  // Nothing when `bytes` is malformed.  An empty one replaces nothing.
  static std::optional<Charsmap> read(std::string_view bytes);

  struct Replacement {
    int64_t key_bytes;      // what it stands for, at the front of the text
    std::string_view text;  // views this map
  };
  // The replacement of the longest, or of the shortest, key at the front of `text`.
  std::optional<Replacement> longest(std::string_view text) const { return find(text, false); }
  std::optional<Replacement> shortest(std::string_view text) const { return find(text, true); }

 private:
  std::optional<Replacement> find(std::string_view text, bool first) const;

  std::vector<uint32_t> units_;
  std::string texts_;
};

}  // namespace ondol
