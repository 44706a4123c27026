// Texts a user reads, in English and Korean side by side.
//
// Each folder keeps its own table, NAME_messages.h beside this pattern:
//     namespace ondol::msg { inline constexpr Message kNotAModel{"{}: not a model file", "{}: 모델 파일이 아닙니다"}; }
// The constructor runs at compile time and refuses an empty side or sides whose `{}` placeholders differ in number, so
// a missing translation does not build.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

namespace ondol {

enum class Language { kEnglish, kKorean };

// The language texts are shown in.  Set once by main before other threads start.
Language language();
void set_language(Language language);

// Picks Korean when `flag` (--lang) or, if empty, LC_ALL, LC_MESSAGES or LANG starts with "ko".
Language language_from_environment(std::string_view flag);

struct Message {
  std::string_view en;
  std::string_view ko;

  consteval Message(const char* english, const char* korean) : en(english), ko(korean) {
    if (en.empty() || ko.empty()) throw "a message needs both languages";
    if (placeholders(en) != placeholders(ko)) throw "the languages take different arguments";
  }

  std::string_view text() const { return language() == Language::kKorean ? ko : en; }

 private:
  static constexpr int placeholders(std::string_view s) {
    int n = 0;
    for (size_t i = 0; i < s.size(); ++i) {
      if (s[i] != '{') continue;
      if (i + 1 < s.size() && s[i + 1] == '{') ++i;
      else ++n;
    }
    return n;
  }
};

// Korean particles take their form from the sound before them.  A table writes both forms, "{}은(는)", "{}이(가)",
// "{}을(를)", "{}와(과)" or "{}(으)로", and this leaves the one that fits the word that was filled in: after Hangul by
// its last syllable, after a digit by its name, after a Latin letter by how words with that ending are usually read.
std::string choose_particles(std::string_view text);

// The message in the current language with its arguments filled in.
template <class... Args>
std::string format_message(const Message& message, Args&&... args) {
  std::string text = fmt::format(fmt::runtime(message.text()), std::forward<Args>(args)...);
  return language() == Language::kKorean ? choose_particles(text) : text;
}

}  // namespace ondol
