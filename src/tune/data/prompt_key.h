// What an example is asked, as a key: equal prompts have equal keys, whatever file, tokenizer or template they come in,
// and whether a prompt is held out follows from its key alone.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/sha256.h"
#include "measure/records/record.h"

namespace ondol {

// The first half of a SHA-256: nobody can make two texts share it, and it takes half the room.
struct ContentKey {
  uint64_t high = 0, low = 0;
  bool operator==(const ContentKey&) const = default;
};
struct ContentKeyHash {
  size_t operator()(const ContentKey& key) const { return static_cast<size_t>(key.low); }
};
ContentKey key_of(Sha256& hash);  // which is used up

// Adds a text and where it ends.
void add_text(Sha256& hash, std::string_view text);

// All that stands before the first answer of a chat or a completion; of running text, the text.
ContentKey prompt_key(const Record& record);

// Whether a prompt is one of the `share` (0 … 1) that are held out.
bool is_held_out(const ContentKey& prompt, double share);

}  // namespace ondol
