// Any text as a regular expression: an error, or one that reads texts; the lazy reader and the finished automaton
// agree.
//   | pattern | 0x00 | text |
#include "grammar/regex.h"

#include "base/check.h"
#include "grammar/matcher.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  const size_t end = std::min(all.find('\0'), size);
  const std::string_view pattern = all.substr(0, end), text = all.substr(std::min(end + 1, size));
  const auto grammar = ondol::search_grammar(pattern);
  const auto automaton = ondol::search_automaton(pattern, 500);
  if (!grammar || !automaton) {
    CHECK(!(grammar ? automaton.error() : grammar.error()).message.empty());
    return 0;
  }
  const auto found = ondol::matches(*grammar, text);
  CHECK(!found || *found == ondol::accepts(*automaton, text));
  return 0;
}
