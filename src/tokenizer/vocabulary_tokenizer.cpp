#include "tokenizer/vocabulary_tokenizer.h"

#include <algorithm>

#include "tokenizer/tokenizer_messages.h"
#include "tokenizer/unicode_class.h"

namespace ondol {

VocabularyTokenizer::VocabularyTokenizer(Vocabulary vocabulary, PieceTable pieces, bool adds_space)
    : vocabulary_(std::move(vocabulary)), pieces_(std::move(pieces)), adds_space_(adds_space) {
  const SpecialIds& special = vocabulary_.special;
  bos = special.bos, eos = special.eos, eot = special.eot, unk = special.unk, pad = special.pad;
}

namespace {

// The special tokens of Phi-3 swallow the white space behind them ("rstrip" in its tokenizer.json).  GGUF has no key
// for that; like llama.cpp we know these files by their name.
bool is_phi3(const Metadata& metadata) {
  std::string name(metadata.get_string("general.name").value_or(""));
  for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return name.find("phi-3") != std::string::npos || name.find("phi3") != std::string::npos;
}

}  // namespace

Status VocabularyTokenizer::prepare_special_tokens(const Metadata& metadata, Pipeline* pipeline) {
  if (pipeline != nullptr) {
    normalizer_ = std::move(pipeline->normalizer);
    rules_ = std::move(pipeline->rules);
  }
  const bool swallow_space = model() == "llama" && is_phi3(metadata);
  for (int64_t id = 0; id < vocabulary_.size(); ++id) {
    if (vocabulary_.kind(id) != TokenKind::kUserDefined && !vocabulary_.is_silent(id)) continue;
    TokenRules rules = rules_of(static_cast<int32_t>(id));
    if (swallow_space) {
      const std::string_view entry = vocabulary_.entries[id];
      rules.takes_space_behind = entry != "<unk>" && entry != "<s>" && entry != "<|endoftext|>";
      rules_[static_cast<int32_t>(id)] = rules;
    }
    TRY(add_matched(id, rules));
  }
  for (Matchers* matchers : {&user_defined_, &all_special_}) {
    matchers->before.finish();
    matchers->after.finish();
  }
  if (metadata.get_bool("tokenizer.ggml.add_sep_token").value_or(false)) after_text_ = vocabulary_.special.sep;
  if (metadata.get_bool("tokenizer.ggml.add_eos_token").value_or(false)) after_text_ = eos;
  return ok();
}

Status VocabularyTokenizer::add_matched(int64_t id, const TokenRules& rules) {
  const std::string_view entry = vocabulary_.entries[id];
  const bool as_written = rules.verbatim || !rules.normalized;
  const std::string looked_for = as_written ? std::string(entry) : normalizer_.apply(entry);
  const auto size_bytes = static_cast<int64_t>(looked_for.size());
  if (size_bytes > SpecialMatcher::kMaxEntryBytes) {
    return fail(ErrorKind::kCorruptFile, msg::kSpecialTokenTooLong, id, size_bytes, SpecialMatcher::kMaxEntryBytes);
  }
  const auto add_to = [&](Matchers& matchers) {
    (rules.normalized ? matchers.after : matchers.before).add(looked_for, static_cast<int32_t>(id));
  };
  add_to(all_special_);
  if (vocabulary_.kind(id) == TokenKind::kUserDefined) add_to(user_defined_);
  return ok();
}

TokenRules VocabularyTokenizer::rules_of(int32_t id) const {
  const auto found = rules_.find(id);
  return found == rules_.end() ? TokenRules{} : found->second;
}

namespace {

// The last character of `text`; ill-formed bytes are characters that are no space and no letter.
ClassifiedChar last_character(std::string_view text) {
  size_t n = 1;
  while (n < std::min<size_t>(4, text.size()) && (static_cast<uint8_t>(text[text.size() - n]) & 0xC0) == 0x80) ++n;
  const ClassifiedChar c = classify_at(text, static_cast<int64_t>(text.size() - n));
  return c.size_bytes == n ? c : ClassifiedChar{0xFFFD, CharClass::kOther, 1};
}

int64_t skip_space_back(std::string_view text, int64_t end) {
  while (end > 0) {
    const ClassifiedChar c = last_character(text.substr(0, static_cast<size_t>(end)));
    if (!c.is(CharClass::kSpace)) break;
    end -= c.size_bytes;
  }
  return end;
}

int64_t skip_space(std::string_view text, int64_t begin) {
  for (ClassifiedChar c = classify_at(text, begin); c.is(CharClass::kSpace); c = classify_at(text, begin)) {
    begin += c.size_bytes;
  }
  return begin;
}

bool is_inside_word(std::string_view text, int64_t begin, int64_t end) {
  const bool before = begin > 0 && is_word_character(last_character(text.substr(0, size_t(begin))).code_point);
  return before || (end < std::ssize(text) && is_word_character(classify_at(text, end).code_point));
}

}  // namespace

// Appends the tokens that `matcher` finds and calls on_text(text, at_start) for what lies between.
template <class OnText>
void VocabularyTokenizer::cut(std::string_view text, const SpecialMatcher& matcher, std::vector<TokenId>& out,
                              OnText&& on_text) const {
  const auto size_bytes = static_cast<int64_t>(text.size());
  int64_t begin = 0;  // of the text that is not cut yet
  const auto text_until = [&](int64_t end) {
    if (end > begin) on_text(text.substr(static_cast<size_t>(begin), static_cast<size_t>(end - begin)), begin == 0);
  };
  for (auto match = matcher.find(text, 0); match; match = matcher.find(text, std::max(begin, match->end))) {
    const TokenRules rules = rules_.empty() ? TokenRules{} : rules_of(match->id);
    if (rules.single_word && is_inside_word(text, match->begin, match->end)) continue;
    text_until(rules.takes_space_before ? skip_space_back(text, match->begin) : match->begin);
    out.push_back(static_cast<TokenId>(match->id));
    begin = rules.takes_space_behind ? skip_space(text, match->end) : match->end;
  }
  text_until(size_bytes);
}

std::vector<TokenId> VocabularyTokenizer::encode(std::string_view text, const EncodeOptions& options) const {
  std::vector<TokenId> out;
  out.reserve(text.size() / 3 + 2);
  if (bos && (options.add_bos || (options.as_trained && wants_bos))) out.push_back(*bos);
  const Matchers& matchers = options.parse_special ? all_special_ : user_defined_;
  cut(text, matchers.before, out, [&](std::string_view part, bool begins) {
    std::string normal;
    if (normalizes()) part = normal = normalizer_.apply(part);
    cut(part, matchers.after, out,
        [&](std::string_view words, bool first) { encode_text(words, begins && first, out); });
  });
  if (after_text_ && (options.add_bos || options.as_trained)) out.push_back(*after_text_);
  return out;
}

void VocabularyTokenizer::append_piece(TokenId id, bool special, std::string& out) const {
  if (!vocabulary_.contains(id)) return;
  const auto number = static_cast<int64_t>(id);
  if (!vocabulary_.is_silent(number)) out += pieces_[number];
  else if (special) out += vocabulary_.entries[number];
}

std::string VocabularyTokenizer::piece(TokenId id, bool special) const {
  std::string bytes;
  append_piece(id, special, bytes);
  return bytes;
}

std::string VocabularyTokenizer::decode(std::span<const TokenId> ids, bool special) const {
  std::string text;
  bool at_start = true;  // only control tokens so far
  for (const TokenId id : ids) {
    const size_t begin = text.size();
    append_piece(id, special, text);
    if (!at_start || !vocabulary_.contains(id) || vocabulary_.is_silent(static_cast<int64_t>(id))) continue;
    if (adds_space_ && text.size() > begin && text[begin] == ' ') text.erase(begin, 1);
    at_start = false;
  }
  return text;
}

TokenKind VocabularyTokenizer::kind(TokenId id) const {
  return vocabulary_.contains(id) ? vocabulary_.kind(static_cast<int64_t>(id)) : TokenKind::kUnknown;
}

std::string_view VocabularyTokenizer::text(TokenId id) const {
  return vocabulary_.contains(id) ? vocabulary_.entries[static_cast<int64_t>(id)] : std::string_view();
}

std::optional<TokenId> VocabularyTokenizer::find(std::string_view entry) const {
  const int32_t id = vocabulary_.entries.find(entry);
  if (id == PieceTable::kNone) return std::nullopt;
  return static_cast<TokenId>(id);
}

bool VocabularyTokenizer::ends_generation(TokenId id) const {
  return vocabulary_.contains(id) && vocabulary_.ends_generation[static_cast<size_t>(id)];
}

}  // namespace ondol
