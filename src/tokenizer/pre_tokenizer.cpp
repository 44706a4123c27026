#include "tokenizer/pre_tokenizer.h"

#include <algorithm>

#include "tokenizer/published_expressions.h"
#include "tokenizer/unicode_class.h"

namespace ondol {
namespace {

constexpr uint8_t kLetter = CharClass::kLetter;
constexpr uint8_t kNumber = CharClass::kNumber;
constexpr uint8_t kSpace = CharClass::kSpace;
constexpr uint8_t kOther = CharClass::kOther;
constexpr uint8_t kNewline = CharClass::kNewline;

// The end of the longest run of characters of `classes` from `position` on.
int64_t skip(std::string_view text, int64_t position, uint8_t classes) {
  for (;;) {
    const ClassifiedChar c = classify_at(text, position);
    if (!c.is(classes)) return position;
    position += c.size_bytes;
  }
}

char byte_at(std::string_view text, int64_t position) {
  return position < static_cast<int64_t>(text.size()) ? text[static_cast<size_t>(position)] : '\0';
}

enum class Case { kSensitive, kIgnored };

// The end of 's 't 're 've 'm 'll 'd at `begin`, or `begin` when none stands there.  Ignoring case, U+017F (long s) is
// an s too, as simple case folding has it.
template <Case kCase>
int64_t skip_contraction(std::string_view text, int64_t begin) {
  if (byte_at(text, begin) != '\'') return begin;
  const auto letter_at = [&](int64_t position) {
    const char c = byte_at(text, position);
    return kCase == Case::kIgnored && c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  };
  const char first = letter_at(begin + 1), second = letter_at(begin + 2);
  if (first == 's' || first == 't' || first == 'm' || first == 'd') return begin + 2;
  if ((first == 'r' && second == 'e') || (first == 'v' && second == 'e') || (first == 'l' && second == 'l')) {
    return begin + 3;
  }
  if (kCase == Case::kIgnored && text.substr(static_cast<size_t>(begin) + 1, 2) == "\u017F") return begin + 3;
  return begin;
}

// Of the white space at `begin`, what \s+(?!\S)|\s+ takes: all of it before the end of the text, else all but the last
// character, which belongs to the word behind it.  With `newlines_first`, \s*[\r\n]+ comes before.  A character of
// `edge` after the white space counts as an end of the text.
int64_t scan_white_space(std::string_view text, int64_t begin, bool newlines_first, uint8_t edge = 0) {
  int64_t end = begin, last = begin, after_newline = begin;
  ClassifiedChar c = classify_at(text, end);
  for (; c.is(kSpace); c = classify_at(text, end)) {
    last = end;
    end += c.size_bytes;
    if (c.is(kNewline)) after_newline = end;
  }
  if (newlines_first && after_newline > begin) return after_newline;
  if (c.size_bytes == 0 || c.is(edge)) return end;
  return last > begin ? last : end;
}

// `digits_apart`: numbers stand alone, and the pieces between them are scanned as texts of their own.
template <bool digits_apart>
int64_t scan_gpt2_family(std::string_view text, int64_t begin) {
  const int64_t after_contraction = skip_contraction<Case::kSensitive>(text, begin);
  if (after_contraction > begin) return after_contraction;

  ClassifiedChar c = classify_at(text, begin);
  if (digits_apart && c.is(kNumber)) return begin + c.size_bytes;

  // ` ?` takes a space only when a word follows it
  int64_t position = begin;
  if (c.code_point == ' ') {
    const ClassifiedChar next = classify_at(text, begin + 1);
    if (next.is(digits_apart ? kLetter | kOther : kLetter | kNumber | kOther)) {
      position = begin + 1;
      c = next;
    }
  }
  if (c.is(kSpace)) return scan_white_space(text, begin, false, digits_apart ? kNumber : uint8_t{0});
  return skip(text, position, c.classes & (kLetter | kNumber | kOther));
}

// The alternatives llama3, qwen2 and o200k share after their words: up to `max_digits` numbers, a run of other
// characters with what may trail it, white space.
int64_t scan_after_words(std::string_view text, int64_t begin, int max_digits, bool slash_trails) {
  ClassifiedChar c = classify_at(text, begin);
  if (c.is(kNumber)) {
    int64_t end = begin;
    for (int n = 0; n < max_digits && c.is(kNumber); ++n, c = classify_at(text, end)) end += c.size_bytes;
    return end;
  }
  int64_t end = skip(text, c.code_point == ' ' ? begin + 1 : begin, kOther);
  if (end > begin + (c.code_point == ' ')) {
    while (byte_at(text, end) == '\r' || byte_at(text, end) == '\n' || (slash_trails && byte_at(text, end) == '/'))
      ++end;
    return end;
  }
  return scan_white_space(text, begin, true);
}

int64_t scan_llama3_family(std::string_view text, int64_t begin, int max_digits) {
  const int64_t after_contraction = skip_contraction<Case::kIgnored>(text, begin);
  if (after_contraction > begin) return after_contraction;

  // [^\r\n\p{L}\p{N}]?\p{L}+
  const ClassifiedChar c = classify_at(text, begin);
  if (c.is(kLetter)) return skip(text, begin, kLetter);
  if (!c.is(kNumber | kNewline)) {
    const int64_t end = skip(text, begin + c.size_bytes, kLetter);
    if (end > begin + c.size_bytes) return end;
  }
  return scan_after_words(text, begin, max_digits, false);
}

// U = [\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}] and W = [\p{Ll}\p{Lm}\p{Lo}\p{M}] of o200k overlap in all but case.
bool in_upper_set(ClassifiedChar c) { return c.is(CharClass::kMark) || (c.is(kLetter) && !c.is(CharClass::kLower)); }
bool in_lower_set(ClassifiedChar c) { return c.is(CharClass::kMark) || (c.is(kLetter) && !c.is(CharClass::kUpper)); }

struct CasedWord {
  int64_t end;          // of the match, or the start when there is none
  bool has_lower_part;  // matched by U*W+, else by U+W*
};

// U*W+ from `begin`, or else U+W*.  U* takes its whole run; W+ then needs a character, and where none follows, U* gives
// back everything after the run's last member of W, which is where the match ends.
CasedWord scan_cased_word(std::string_view text, int64_t begin) {
  int64_t end = begin, after_last_lower = begin;
  ClassifiedChar c = classify_at(text, end);
  for (; in_upper_set(c); c = classify_at(text, end)) {
    end += c.size_bytes;
    if (in_lower_set(c)) after_last_lower = end;
  }
  if (in_lower_set(c)) {
    for (; in_lower_set(c); c = classify_at(text, end)) end += c.size_bytes;
    return {end, true};
  }
  if (after_last_lower > begin) return {after_last_lower, true};
  return {end, false};
}

}  // namespace

int64_t scan_gpt2(std::string_view text, int64_t begin) { return scan_gpt2_family<false>(text, begin); }
int64_t scan_starcoder(std::string_view text, int64_t begin) { return scan_gpt2_family<true>(text, begin); }
int64_t scan_llama3(std::string_view text, int64_t begin) { return scan_llama3_family(text, begin, 3); }
int64_t scan_qwen2(std::string_view text, int64_t begin) { return scan_llama3_family(text, begin, 1); }

// With C = (?i:'s|'t|'re|'ve|'m|'ll|'d)? and P = [^\r\n\p{L}\p{N}]?, the expression is
//   P U* W+ C | P U+ W* C | \p{N}{1,3} | ?[^\s\p{L}\p{N}]+[\r\n/]* | \s*[\r\n]+ | \s+(?!\S) | \s+
// P may be a mark, which is also in U and W: then the first alternative may match without P where it fails with it.
int64_t scan_o200k(std::string_view text, int64_t begin) {
  const ClassifiedChar c = classify_at(text, begin);
  if (!c.is(kNumber | kNewline)) {
    const int64_t word_begin = c.is(kLetter) ? begin : begin + c.size_bytes;
    CasedWord word = scan_cased_word(text, word_begin);
    if (!word.has_lower_part && c.is(CharClass::kMark)) word = scan_cased_word(text, begin);
    if (word.end > word_begin || (word.end > begin && c.is(CharClass::kMark))) {
      return skip_contraction<Case::kIgnored>(text, word.end);
    }
  }
  return scan_after_words(text, begin, 3, true);
}

namespace {

using Expressions = std::string_view[];

// GPT-2's without the last alternative: what it leaves between matches is a word too.
#define ONDOL_GPT2 R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S))"
#define ONDOL_CONTRACTIONS R"((?i:'s|'t|'re|'ve|'m|'ll|'d))"
#define ONDOL_UPPER R"([\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}])"
#define ONDOL_LOWER R"([\p{Ll}\p{Lm}\p{Lo}\p{M}])"
#define ONDOL_PREFIX R"([^\r\n\p{L}\p{N}]?)"
#define ONDOL_SPACES R"(\s*[\r\n]+|\s+(?!\S)|\s+)"
// A word with what may stand in front, symbols with line ends behind, white space; for texts whose numbers and Chinese
// and Japanese stretches stand apart already.
#define ONDOL_DEEPSEEK_WORDS \
  R"([!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+)"
#define ONDOL_CHINESE_JAPANESE "[一-龥぀-ゟ゠-ヿ]+"

constexpr Expressions kDefault = {R"([\p{P}\$\+<=>\^~\|]+)", ONDOL_GPT2, R"(\p{N}+)", "[0-9][0-9][0-9]"};
constexpr Expressions kFalcon = {R"([\p{P}\$\+<=>\^~\|`]+)", ONDOL_GPT2, "[0-9][0-9][0-9]"};
constexpr Expressions kDeepseekV3 = {R"(\p{N}{1,3})", ONDOL_CHINESE_JAPANESE,
                                     ONDOL_DEEPSEEK_WORDS R"([\r\n]*|)" ONDOL_SPACES};
constexpr Expressions kHyperclovax = {R"(\p{N})", ONDOL_CHINESE_JAPANESE,
                                      ONDOL_DEEPSEEK_WORDS R"([\r\n]*|)" ONDOL_SPACES};
constexpr Expressions kDeepseekCoder = {R"([\r\n])", R"(\s?\p{L}+)", R"(\s?\p{P}+)", "[一-龥ࠀ-一가-퟿]+",
                                        R"(\p{N})"};
constexpr Expressions kExaoneMoe = {
    ONDOL_CONTRACTIONS "|" ONDOL_PREFIX R"((?:\p{L}\p{M}*(?: \p{L}\p{M}*)*)+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]?)"
                       R"(|\s*[\r\n]|\s+(?!\S)|\s+)"};
constexpr Expressions kTekken = {ONDOL_PREFIX ONDOL_UPPER "*" ONDOL_LOWER "+|" ONDOL_PREFIX ONDOL_UPPER "+" ONDOL_LOWER
                                                          R"(*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|)" ONDOL_SPACES};
constexpr Expressions kQwen35 = {
    ONDOL_CONTRACTIONS "|" ONDOL_PREFIX R"([\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|)" ONDOL_SPACES};
constexpr Expressions kSeedCoder = {ONDOL_CONTRACTIONS "|" ONDOL_PREFIX
                                                       R"(\p{L}+|\p{N}| ?[^\s\p{L}\p{N}\r\n]+|)" ONDOL_SPACES};
constexpr Expressions kBailing = {R"('(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]++[\r\n]*)"
                                  R"(|\s*[\r\n]|\s+(?!\S)|\s+)"};
constexpr Expressions kMinicpm5 = {
    R"(\p{N}{1,3})", ONDOL_CONTRACTIONS "|" ONDOL_PREFIX R"(\p{L}+|\p{N}+| ?[^\s\p{L}\p{N}]+[\r\n]*|)" ONDOL_SPACES};
constexpr Expressions kSuperBpe = {R"(\p{N}+)", R"((?=(\d{3})+(?!\d)))"};
constexpr Expressions kBloom = {" ?[^(\\s|.,!?…。，、।۔،)]+"};
constexpr Expressions kViking = {" ?[^(\\s|.,!?…。，、।۔،)]+", R"(\p{N})"};

#undef ONDOL_GPT2
#undef ONDOL_CONTRACTIONS
#undef ONDOL_UPPER
#undef ONDOL_LOWER
#undef ONDOL_PREFIX
#undef ONDOL_SPACES
#undef ONDOL_DEEPSEEK_WORDS
#undef ONDOL_CHINESE_JAPANESE

// Which names share an expression, and their flags, as llama.cpp (src/llama-vocab.cpp) maps them; hyperclovax and
// mu-choco are of NAVER's branch of it.  Where llama.cpp approximates an expression, the family's own stands here.
constexpr PreTokenizer kPreTokenizers[] = {
    {"gpt-2", scan_gpt2},
    {"phi-2", scan_gpt2},
    {"a.x-4.0", scan_gpt2},
    {"exaone4", scan_gpt2},
    {"gigachat", scan_gpt2},
    {"mellum", scan_gpt2},
    {"mpt", scan_gpt2},
    {"olmo", scan_gpt2},
    {"jais", scan_gpt2},
    {"trillion", scan_gpt2},
    {"granite-docling", scan_gpt2},

    {"starcoder", scan_starcoder},
    {"refact", scan_starcoder},
    {"command-r", scan_starcoder},
    {"smollm", scan_starcoder},
    {"codeshell", scan_starcoder},
    {"exaone", scan_starcoder},
    {"minerva-7b", scan_starcoder},
    {"mellum2", scan_starcoder},

    {"llama-bpe", scan_llama3, true, true},
    {"llama3", scan_llama3, true, true},
    {"llama-v3", scan_llama3, true, true},
    {"falcon3", scan_llama3, true, true},
    {"falcon-h1", scan_llama3, true, true},
    {"pixtral", scan_llama3, true, true},
    {"midm-2.0", scan_llama3, true, true},
    {"lfm2", scan_llama3, true, true},
    {"jina-v5-nano", scan_llama3, true, true},
    {"dbrx", scan_llama3},
    {"smaug-bpe", scan_llama3},
    {"chatglm-bpe", scan_llama3},
    {"glm4", scan_llama3, true},
    {"glm5", scan_llama3, true},

    {"qwen2", scan_qwen2},
    {"deepseek-r1-qwen", scan_qwen2},
    {"kormo", scan_qwen2},
    {"stablelm2", scan_qwen2},
    {"hunyuan", scan_qwen2},
    {"megrez", scan_qwen2},
    {"solar-open", scan_qwen2},
    {"grok-2", scan_qwen2},
    {"f2llmv2", scan_qwen2},

    {"gpt-4o", scan_o200k},
    {"llama4", scan_o200k},
    {"kanana2", scan_o200k},
    {"minimax-m2", scan_o200k},
    {"talkie", scan_o200k},

    {"default", nullptr, false, false, kDefault},
    {"falcon", nullptr, false, false, kFalcon},
    {"hyperclovax", nullptr, false, false, kHyperclovax},
    {"mu-choco", nullptr, false, false, kHyperclovax},
    {"exaone-moe", nullptr, false, false, kExaoneMoe},
    {"deepseek-v3", nullptr, false, false, kDeepseekV3},
    {"hunyuan-dense", nullptr, false, false, kDeepseekV3},
    {"joyai-llm", nullptr, false, false, kDeepseekV3},
    {"hy_v4", nullptr, false, false, kDeepseekV3},
    {"deepseek-coder", nullptr, false, false, kDeepseekCoder},
    {"tekken", nullptr, true, true, kTekken},
    {"qwen35", nullptr, false, false, kQwen35},
    {"seed-coder", nullptr, false, false, kSeedCoder},
    {"bailingmoe", nullptr, false, false, kBailing},
    {"bailingmoe2", nullptr, false, false, kBailing},
    {"llada-moe", nullptr, false, false, kBailing},
    {"minicpm5", nullptr, true, false, kMinicpm5},
    {"superbpe", nullptr, false, false, kSuperBpe},
    {"bloom", nullptr, false, false, kBloom},
    {"gpt3-finnish", nullptr, false, false, kBloom},
    {"poro-chat", nullptr, false, false, kBloom},
    {"viking", nullptr, false, false, kViking},
};

}  // namespace

const PreTokenizer* find_pre_tokenizer(std::string_view name) {
  for (const PreTokenizer& known : kPreTokenizers) {
    if (known.name == name) return &known;
  }
  return nullptr;
}

const PreTokenizer* find_pre_tokenizer_of(std::span<const std::string> expressions) {
  for (const PreTokenizer& known : kPreTokenizers) {
    const auto same = [](std::string_view own, const std::string& plain) { return plain_spelling(own) == plain; };
    if (!known.expressions.empty() &&
        std::equal(known.expressions.begin(), known.expressions.end(), expressions.begin(), expressions.end(), same)) {
      return &known;
    }
  }
  return nullptr;
}

}  // namespace ondol
