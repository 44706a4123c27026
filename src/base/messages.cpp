#include "base/messages.h"

#include <cstdlib>

namespace ondol {
namespace {
Language current = Language::kEnglish;
}

Language language() { return current; }
void set_language(Language language) { current = language; }

Language language_from_environment(std::string_view flag) {
  if (!flag.empty()) return flag.starts_with("ko") ? Language::kKorean : Language::kEnglish;
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = std::getenv(name);
    if (value && *value) return std::string_view(value).starts_with("ko") ? Language::kKorean : Language::kEnglish;
  }
  return Language::kEnglish;
}

}  // namespace ondol
