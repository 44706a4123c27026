#include "tokenizer/normalizer.h"

#include <utf8proc.h>

#include <algorithm>

#include "base/utf8.h"
#include "tokenizer/base64.h"
#include "tokenizer/bert_text.h"
#include "tokenizer/charsmap.h"
#include "tokenizer/components.h"
#include "tokenizer/expression.h"
#include "tokenizer/unicode_class.h"
#include "tokenizer/unicode_form.h"

namespace ondol {
namespace {

constexpr size_t kMaxInsertBytes = 64;  // what one match may become: bounds how a text grows

using StepPtr = std::unique_ptr<const NormalizerStep>;

// Calls change(code point, out) for every character; ill-formed bytes are copied.
template <class Change>
std::string map_characters(std::string_view text, Change&& change) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const CodePoint c = decode_code_point(text);
    if (c.valid) change(c.value, out);
    else out.append(text.substr(0, static_cast<size_t>(c.length_bytes)));
    text.remove_prefix(static_cast<size_t>(c.length_bytes));
  }
  return out;
}

bool is_white_space(uint32_t c) { return (char_class(c) & CharClass::kSpace) != 0; }

// As Rust's char::to_lowercase: U+0130 alone becomes two characters.
void append_lowered(uint32_t c, std::string& out) {
  append_code_point(out, static_cast<uint32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(c))));
  if (c == 0x130) append_code_point(out, 0x307);
}

bool is_nonspacing_mark(uint32_t c) {
  return utf8proc_category(static_cast<utf8proc_int32_t>(c)) == UTF8PROC_CATEGORY_MN;
}

class Form final : public NormalizerStep {
 public:
  explicit Form(UnicodeForm form) : form_(form) {}
  std::string apply(std::string_view text) const override { return to_unicode_form(text, form_); }

 private:
  UnicodeForm form_;
};

class Lowercase final : public NormalizerStep {
  std::string apply(std::string_view text) const override { return map_characters(text, append_lowered); }
};

class StripAccents final : public NormalizerStep {
  std::string apply(std::string_view text) const override {
    return map_characters(text, [](uint32_t c, std::string& out) {
      if ((char_class(c) & CharClass::kMark) == 0) append_code_point(out, c);
    });
  }
};

// The control characters and spaces of machine translation's data.
class Nmt final : public NormalizerStep {
  std::string apply(std::string_view text) const override {
    return map_characters(text, [](uint32_t c, std::string& out) {
      if ((c >= 0x01 && c <= 0x08) || c == 0x0B || (c >= 0x0E && c <= 0x1F) || c == 0x7F || c == 0x8F || c == 0x9F) {
        return;
      }
      const bool is_space = c == 0x09 || c == 0x0A || c == 0x0C || c == 0x0D || c == 0x1680 ||
                            (c >= 0x200B && c <= 0x200F) || c == 0x2028 || c == 0x2029 || c == 0x2581 || c == 0xFEFF ||
                            c == 0xFFFD;
      append_code_point(out, is_space ? ' ' : c);
    });
  }
};

class Strip final : public NormalizerStep {
 public:
  Strip(bool left, bool right) : left_(left), right_(right) {}
  std::string apply(std::string_view text) const override {
    size_t begin = text.size(), end = 0;  // of what is not white space
    for (size_t at = 0; at < text.size();) {
      const ClassifiedChar c = classify_at(text, static_cast<int64_t>(at));
      const size_t next = at + c.size_bytes;
      if (!c.is(CharClass::kSpace)) begin = std::min(begin, at), end = next;
      at = next;
    }
    if (!left_) begin = 0;
    if (!right_) end = text.size();
    return std::string(text.substr(begin, end > begin ? end - begin : 0));
  }

 private:
  bool left_, right_;
};

class Prepend final : public NormalizerStep {
 public:
  explicit Prepend(std::string_view prefix) : prefix_(prefix) {}
  std::string apply(std::string_view text) const override {
    return text.empty() ? std::string() : prefix_ + std::string(text);
  }

 private:
  std::string prefix_;
};

class ReplaceText final : public NormalizerStep {
 public:
  ReplaceText(std::string_view from, std::string_view to) : from_(from), to_(to) {}
  std::string apply(std::string_view text) const override {
    std::string out;
    out.reserve(text.size());
    for (size_t begin = 0;;) {
      const size_t found = std::min(text.find(from_, begin), text.size());
      out.append(text.substr(begin, found - begin));
      if (found == text.size()) return out;
      out.append(to_);
      begin = found + from_.size();
    }
  }

 private:
  std::string from_, to_;
};

class ReplaceExpression final : public NormalizerStep {
 public:
  ReplaceExpression(Expression expression, std::string_view to) : expression_(std::move(expression)), to_(to) {}
  std::string apply(std::string_view text) const override {
    std::vector<TextRange> matches;
    expression_.find_all(text, matches);
    std::string out;
    size_t begin = 0;
    for (const TextRange& match : matches) {
      out.append(text.substr(begin, static_cast<size_t>(match.begin) - begin)).append(to_);
      begin = static_cast<size_t>(match.end);
    }
    return out.append(text.substr(begin));
  }

 private:
  Expression expression_;
  std::string to_;
};

class Bert final : public NormalizerStep {
 public:
  explicit Bert(ComponentJson json)
      : clean_(flag_at(json, "clean_text", true)),
        separate_ideographs_(flag_at(json, "handle_chinese_chars", true)),
        lowercase_(flag_at(json, "lowercase", true)),
        strip_accents_(flag_at(json, "strip_accents", lowercase_)) {}

  std::string apply(std::string_view text) const override {
    std::string out = map_characters(text, [this](uint32_t c, std::string& to) {
      if (clean_ && is_dropped_by_bert(c)) return;
      if (clean_ && is_white_space(c)) c = ' ';
      const bool alone = separate_ideographs_ && is_ideograph(c);
      if (alone) to.push_back(' ');
      append_code_point(to, c);
      if (alone) to.push_back(' ');
    });
    if (strip_accents_) {
      out = map_characters(to_unicode_form(out, UnicodeForm::kNfd), [](uint32_t c, std::string& to) {
        if (!is_nonspacing_mark(c)) append_code_point(to, c);
      });
    }
    return lowercase_ ? map_characters(out, append_lowered) : out;
  }

 private:
  bool clean_, separate_ideographs_, lowercase_, strip_accents_;
};

// SentencePiece's map as Hugging Face applies it: to whole graphemes of under 6 bytes, of which the shortest key at
// their front decides, else to each character.
class Precompiled final : public NormalizerStep {
 public:
  explicit Precompiled(Charsmap map) : map_(std::move(map)) {}
  std::string apply(std::string_view text) const override {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
      const std::string_view grapheme = text.substr(0, grapheme_bytes(text));
      text.remove_prefix(grapheme.size());
      if (grapheme.size() < 6) {
        if (const auto whole = map_.shortest(grapheme)) {
          out.append(whole->text);
          continue;
        }
      }
      for (std::string_view left = grapheme; !left.empty();) {
        const std::string_view character = left.substr(0, static_cast<size_t>(decode_code_point(left).length_bytes));
        left.remove_prefix(character.size());
        const auto one = map_.shortest(character);
        out.append(one ? one->text : character);
      }
    }
    return out;
  }

 private:
  // Extended grapheme clusters (Unicode Standard Annex 29).
  static size_t grapheme_bytes(std::string_view text) {
    CodePoint c = decode_code_point(text);
    auto n = static_cast<size_t>(c.length_bytes);
    utf8proc_int32_t state = 0;
    while (n < text.size()) {
      const CodePoint next = decode_code_point(text.substr(n, 4));
      if (!c.valid || !next.valid ||
          utf8proc_grapheme_break_stateful(static_cast<utf8proc_int32_t>(c.value),
                                           static_cast<utf8proc_int32_t>(next.value), &state)) {
        break;
      }
      n += static_cast<size_t>(next.length_bytes);
      c = next;
    }
    return n;
  }

  Charsmap map_;
};

// SentencePiece's own normalization (normalizer.cc): the longest key decides, then white space is put in order.
class SentencePiece final : public NormalizerStep {
 public:
  SentencePiece(ComponentJson json, Charsmap map)
      : map_(std::move(map)),
        adds_prefix_(flag_at(json, "add_dummy_prefix", true)),
        merges_spaces_(flag_at(json, "remove_extra_whitespaces", true)),
        suffix_(flag_at(json, "treat_whitespace_as_suffix", false)),
        space_(flag_at(json, "escape_whitespaces", true) ? "\u2581" : " ") {}

  std::string apply(std::string_view text) const override {
    std::string mapped;
    mapped.reserve(text.size());
    while (!text.empty()) {
      const auto found = map_.longest(text);
      const size_t n = found ? static_cast<size_t>(found->key_bytes) : one_character(text);
      mapped.append(found ? found->text : text.substr(0, n));
      text.remove_prefix(n);
    }
    std::string_view left = mapped;
    if (merges_spaces_) left.remove_prefix(std::min(left.find_first_not_of(' '), left.size()));
    if (left.empty()) return {};
    std::string out = adds_prefix_ && !suffix_ ? space_ : "";
    for (size_t i = 0; i < left.size(); ++i) {
      if (left[i] != ' ') out.push_back(left[i]);
      else if (!merges_spaces_ || left[i - 1] != ' ') out += space_;
    }
    // at the end a ▁ of the text's own is taken for a space
    while (merges_spaces_ && out.ends_with(space_)) out.resize(out.size() - space_.size());
    if (adds_prefix_ && suffix_) out += space_;
    return out;
  }

 private:
  static size_t one_character(std::string_view text) {
    return static_cast<size_t>(decode_code_point(text).length_bytes);
  }

  Charsmap map_;
  bool adds_prefix_, merges_spaces_, suffix_;
  std::string space_;
};

Result<Charsmap> read_charsmap(ComponentJson step, std::string_view of_file) {
  std::optional<std::string> own;
  if (const std::string_view text = text_at(step, "precompiled_charsmap"); !text.empty()) {
    own = decode_base64(text);
    if (!own) return malformed_component("precompiled_charsmap: not base64");
  }
  auto map = Charsmap::read(own ? std::string_view(*own) : of_file);
  if (!map) return malformed_component("precompiled_charsmap");
  return std::move(*map);
}

Result<StepPtr> read_replace(ComponentJson step) {
  const auto pattern = child(step, "pattern");
  const std::string_view content = text_at(step, "content"), literal = text_at(pattern, "String");
  if (content.size() > kMaxInsertBytes) return unsupported_component("Replace by more than 64 bytes");
  if (!literal.empty()) return StepPtr(std::make_unique<ReplaceText>(literal, content));
  const std::string_view expression = text_at(pattern, "Regex");
  if (expression.empty()) return malformed_component("Replace: pattern");
  TRY(Expression compiled, Expression::compile(expression));
  return StepPtr(std::make_unique<ReplaceExpression>(std::move(compiled), content));
}

Result<StepPtr> read_step(ComponentJson step, std::string_view charsmap) {
  const std::string_view type = text_at(step, "type");
  if (type == "NFC") return StepPtr(std::make_unique<Form>(UnicodeForm::kNfc));
  if (type == "NFD") return StepPtr(std::make_unique<Form>(UnicodeForm::kNfd));
  if (type == "NFKC") return StepPtr(std::make_unique<Form>(UnicodeForm::kNfkc));
  if (type == "NFKD") return StepPtr(std::make_unique<Form>(UnicodeForm::kNfkd));
  if (type == "Lowercase") return StepPtr(std::make_unique<Lowercase>());
  if (type == "StripAccents") return StepPtr(std::make_unique<StripAccents>());
  if (type == "Nmt") return StepPtr(std::make_unique<Nmt>());
  if (type == "BertNormalizer") return StepPtr(std::make_unique<Bert>(step));
  if (type == "Replace") return read_replace(step);
  if (type == "Prepend") {
    const std::string_view prefix = text_at(step, "prepend");
    if (prefix.size() > kMaxInsertBytes) return unsupported_component("Prepend of more than 64 bytes");
    return StepPtr(std::make_unique<Prepend>(prefix));
  }
  if (type == "Strip") {
    return StepPtr(std::make_unique<Strip>(flag_at(step, "strip_left", true), flag_at(step, "strip_right", true)));
  }
  if (type == "Precompiled" || type == "SentencePiece") {
    TRY(Charsmap map, read_charsmap(step, charsmap));
    if (type == "Precompiled") return StepPtr(std::make_unique<Precompiled>(std::move(map)));
    return StepPtr(std::make_unique<SentencePiece>(step, std::move(map)));
  }
  return unsupported_component("normalizer " + std::string(type));
}

}  // namespace

Result<Normalizer> Normalizer::read(std::optional<ComponentJson> json, std::string_view charsmap) {
  TRY(const std::vector<ComponentJson> steps, list_steps(json, "normalizers"));
  Normalizer normalizer;
  for (const ComponentJson step : steps) {
    TRY(StepPtr read, read_step(step, charsmap));
    normalizer.steps_.push_back(std::move(read));
  }
  return normalizer;
}

std::string Normalizer::apply(std::string_view text) const {
  constexpr size_t kMaxGrowth = 16;
  const size_t limit = std::max<size_t>(text.size(), 64) * kMaxGrowth;
  std::string normal(text);
  for (const auto& step : steps_) {
    std::string next = step->apply(normal);
    if (next.size() <= limit) normal = std::move(next);
  }
  return normal;
}

}  // namespace ondol
