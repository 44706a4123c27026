// SpecialMatcher: finds the entries a text is cut at before anything else looks at it (control and user-defined
// tokens).
//
// The leftmost match wins, and of those the longest, as in Hugging Face tokenizers and SentencePiece.  Entries are kept
// sorted; a candidate is narrowed byte by byte, so one position costs at most the length of the longest entry.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ondol {

class SpecialMatcher {
 public:
  static constexpr int64_t kMaxEntryBytes = 1024;

  struct Match {
    int64_t begin;  // bytes of the text
    int64_t end;
    int32_t id;
  };

  // Of equal entries the one added first counts.  At most kMaxEntryBytes each; empty ones are never found.
  void add(std::string_view entry, int32_t id);
  void finish();  // after the last add, before the first find

  // The first match at or after byte `from` of `text`.
  std::optional<Match> find(std::string_view text, int64_t from) const;

 private:
  struct Entry {
    std::string text;
    int32_t id;
  };
  std::optional<Match> match_at(std::string_view text, int64_t begin) const;

  std::vector<Entry> entries_;             // sorted by text
  std::array<int32_t, 257> first_byte_{};  // entries_ [first_byte_[b], first_byte_[b + 1]) begin with byte b
};

}  // namespace ondol
