// Any text as a GBNF grammar: an error, or a grammar that reads texts.
//   | grammar | 0x00 | text |
#include "grammar/gbnf.h"

#include "base/check.h"
#include "grammar/matcher.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  const size_t end = std::min(all.find('\0'), size);
  const auto grammar = ondol::gbnf_grammar(all.substr(0, end));
  if (!grammar) {
    CHECK(!grammar.error().message.empty());
    return 0;
  }
  (void)ondol::matches(*grammar, all.substr(std::min(end + 1, size)));
  return 0;
}
