#include "compress/needed_scripts.h"

#include "grammar/unicode_scripts.h"

namespace ondol {
namespace {

int64_t letters_of(const Script& script, const CharacterCounts& counts) {
  int64_t n = 0;
  for (const CharRange& range : script.ranges) n += counts.in(range.first, range.last);
  return n;
}

// Digits, punctuation, spaces and accents belong to every script.
bool is_shared(const Script& script) { return script.name == "common" || script.name == "inherited"; }

}  // namespace

std::vector<MissingScript> missing_scripts(const CharacterCounts& field, const CharacterCounts& needed,
                                           double least_share) {
  int64_t n_letters = 0;
  for (const Script& script : all_scripts()) {
    if (!is_shared(script)) n_letters += letters_of(script, needed);
  }
  std::vector<MissingScript> missing;
  for (const Script& script : all_scripts()) {
    const int64_t n = letters_of(script, needed);
    if (is_shared(script) || n == 0) continue;
    const double share = static_cast<double>(n) / static_cast<double>(n_letters);
    if (share < least_share || letters_of(script, field) * 10000 >= field.n_characters()) continue;
    missing.push_back({std::string(script.name), share});
  }
  return missing;
}

CharacterCounts characters_of_vocabulary(const Tokenizer& tokenizer) {
  CharacterCounts counts;
  for (int64_t id = 0; id < tokenizer.vocab_size(); ++id) counts.add(tokenizer.piece(static_cast<TokenId>(id)));
  return counts;
}

}  // namespace ondol
