// Random texts of a schema's grammar, byte by byte, for tests.
#pragma once

#include <optional>
#include <string>

#include "base/random.h"
#include "grammar/json_guard.h"
#include "grammar/matcher.h"
#include "grammar/schema_grammar.h"

namespace ondol {

// Nothing when the text did not end within `longest` bytes.  Late in a text what closes is preferred.
inline std::optional<std::string> sample_text(const SchemaGrammar& written, uint64_t seed, size_t longest = 4000) {
  SplitMix64 random(seed);
  Matcher matcher(written.grammar);
  MatchState state = matcher.start();
  JsonGuard guard;
  std::string text;
  constexpr size_t kLong = 60;
  while (text.size() < longest) {
    matcher.forget(state);
    matcher.allow(Matcher::kWorkPerToken);
    if (matcher.can_end(state) && (!matcher.can_continue(state) || random.below(4) == 0)) return text;
    std::string choices, closing;
    for (int byte = 0; byte < 256; ++byte) {
      const char c = static_cast<char>(byte);
      if (matcher.step(state, static_cast<uint8_t>(byte)) == MatchState::kDead) continue;
      if (written.needs_guard && !guard.allows({&c, 1})) continue;
      choices += c;
      if (std::string_view("\"}]0n").find(c) != std::string_view::npos) closing += c;
    }
    if (choices.empty()) return std::nullopt;
    const std::string& pool = !closing.empty() && (text.size() > kLong || random.below(3) == 0) ? closing : choices;
    const char c = pool[static_cast<size_t>(random.below(std::ssize(pool)))];
    guard.write({&c, 1});
    text += c;
    state = matcher.step(state, static_cast<uint8_t>(c));
  }
  return std::nullopt;
}

}  // namespace ondol
