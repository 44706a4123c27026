// FieldText: what a field's texts use of a vocabulary, and some of them to judge a smaller one by.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "measure/records/data_file.h"
#include "prompt/chat_template.h"
#include "tokenizer/tokenizer.h"

namespace ondol {

// How often each character occurs.
class CharacterCounts {
 public:
  CharacterCounts();
  void add(std::string_view text);  // ill-formed bytes do not count
  int64_t of(uint32_t code_point) const { return counts_[code_point]; }
  int64_t in(uint32_t first, uint32_t last) const;  // both inclusive
  int64_t n_characters() const { return n_characters_; }

 private:
  std::vector<int64_t> counts_;  // [U+10FFFF + 1]
  int64_t n_characters_ = 0;
};

struct FieldText {
  std::vector<int64_t> counts;  // [vocab_size] of each token, where the text is not held out
  int64_t n_tokens = 0;         // their sum
  CharacterCounts characters;   // of all the text
  // A tenth of the text, spread over it, at most 4 MB.  Control tokens in it are read as such.
  std::vector<std::string> held_out;
  bool is_held_out = true;  // false for a text so short that `held_out` is counted, too
};

// Reads data files as `tokenizer` does; chats and completions as `chat` (which may be null) writes them.  `now`: the
// date templates may show.  `progress` as in RecordSink.  Fails as read_data_file(), or with kBadInput when there is no
// text, kInterrupted.
Result<FieldText> read_field_text(
    const std::vector<std::string>& paths, const DataFileOptions& options, const Tokenizer& tokenizer,
    const ChatTemplate* chat, const std::tm& now,
    const std::function<void(int64_t bytes_read, int64_t size_bytes)>& progress = nullptr);

// What the template writes around messages: tokens that no text of a field need hold.  None when the template refuses
// a plain chat.
std::vector<TokenId> tokens_of_template(const ChatTemplate& chat, const Tokenizer& tokenizer, const std::tm& now);

}  // namespace ondol
