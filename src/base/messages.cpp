#include "base/messages.h"

#include <cstdint>
#include <cstdlib>

#include "base/utf8.h"

namespace ondol {
namespace {

Language current = Language::kEnglish;

enum class Ending { kVowel, kL, kConsonant };  // (으)로 treats ㄹ as a vowel

// How the last spoken character of `text` ends; quotes and brackets are not spoken.
Ending spoken_ending(std::string_view text) {
  while (!text.empty() && std::string_view("\"')]}").find(text.back()) != std::string_view::npos) text.remove_suffix(1);
  if (text.empty()) return Ending::kVowel;
  size_t start = text.size() - 1;
  while (start > 0 && (static_cast<uint8_t>(text[start]) & 0xC0) == 0x80) --start;
  const uint32_t c = decode_code_point(text.substr(start)).value;
  if (c >= 0xAC00 && c <= 0xD7A3) {
    const uint32_t final = (c - 0xAC00) % 28;  // Unicode 15, section 3.12: 0 is none, 8 is ㄹ
    return final == 0 ? Ending::kVowel : final == 8 ? Ending::kL : Ending::kConsonant;
  }
  if (c == '1' || c == '7' || c == '8' || c == 'l' || c == 'L') return Ending::kL;  // 일 칠 팔 엘
  constexpr std::string_view kConsonants = "036mnMN";                               // 영 삼 육 엠 엔
  return c < 0x80 && kConsonants.find(static_cast<char>(c)) != std::string_view::npos ? Ending::kConsonant
                                                                                      : Ending::kVowel;
}

struct Particle {
  std::string_view written, after_consonant, after_l, after_vowel;
};
constexpr Particle kParticles[] = {
    {"은(는)", "은", "은", "는"}, {"이(가)", "이", "이", "가"},   {"을(를)", "을", "을", "를"},
    {"와(과)", "과", "과", "와"}, {"(으)로", "으로", "로", "로"},
};

}  // namespace

Language language() { return current; }
void set_language(Language language) { current = language; }

std::string choose_particles(std::string_view text) {
  std::string chosen;
  while (!text.empty()) {
    const Particle* found = nullptr;
    for (const Particle& particle : kParticles) {
      if (text.starts_with(particle.written)) found = &particle;
    }
    if (!found) {
      chosen += text.front();
      text.remove_prefix(1);
      continue;
    }
    const Ending ending = spoken_ending(chosen);
    chosen += ending == Ending::kConsonant ? found->after_consonant
              : ending == Ending::kL       ? found->after_l
                                           : found->after_vowel;
    text.remove_prefix(found->written.size());
  }
  return chosen;
}

Language language_from_environment(std::string_view flag) {
  if (!flag.empty()) return flag.starts_with("ko") ? Language::kKorean : Language::kEnglish;
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = std::getenv(name);
    if (value && *value) return std::string_view(value).starts_with("ko") ? Language::kKorean : Language::kEnglish;
  }
  return Language::kEnglish;
}

}  // namespace ondol
