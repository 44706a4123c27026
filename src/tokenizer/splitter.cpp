#include "tokenizer/splitter.h"

#include <algorithm>

#include "base/utf8.h"
#include "tokenizer/bert_text.h"
#include "tokenizer/components.h"
#include "tokenizer/published_expressions.h"
#include "tokenizer/unicode_class.h"

namespace ondol {
namespace {

// What becomes of the matches of a step and of what lies between them.
enum class Behavior { kRemoved, kIsolated, kMergedWithPrevious, kMergedWithNext, kContiguous };

std::optional<Behavior> behavior_of(std::string_view name) {
  if (name == "Removed") return Behavior::kRemoved;
  if (name == "Isolated") return Behavior::kIsolated;
  if (name == "MergedWithPrevious") return Behavior::kMergedWithPrevious;
  if (name == "MergedWithNext") return Behavior::kMergedWithNext;
  if (name == "Contiguous") return Behavior::kContiguous;
  return std::nullopt;
}

// A stretch of a text: matched, or between matches.
struct Stretch {
  TextRange range;
  bool matched;
};

// Joins stretches as `behavior` says and appends those that stay, moved by `offset`.
void append_kept(std::vector<Stretch>& stretches, Behavior behavior, int64_t offset, std::vector<TextRange>& out) {
  const auto keep = [&](TextRange range) {
    if (range.end > range.begin) out.push_back({range.begin + offset, range.end + offset});
  };
  const size_t n = stretches.size();
  switch (behavior) {
    case Behavior::kRemoved:
      for (const Stretch& one : stretches) {
        if (!one.matched) keep(one.range);
      }
      return;
    case Behavior::kIsolated:
      for (const Stretch& one : stretches) keep(one.range);
      return;
    case Behavior::kContiguous:
      for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && stretches[end].matched == stretches[i].matched;) ++end;
        keep({stretches[i].range.begin, stretches[end - 1].range.end});
      }
      return;
    case Behavior::kMergedWithPrevious:  // a match joins what is no match in front of it
      for (size_t i = 0; i < n; ++i) {
        const bool joins = i + 1 < n && !stretches[i].matched && stretches[i + 1].matched;
        keep({stretches[i].range.begin, stretches[joins ? i + 1 : i].range.end});
        if (joins) ++i;
      }
      return;
    case Behavior::kMergedWithNext:  // a match joins what is no match behind it
      for (size_t i = 0; i < n; ++i) {
        const bool joins = i + 1 < n && stretches[i].matched && !stretches[i + 1].matched;
        keep({stretches[i].range.begin, stretches[joins ? i + 1 : i].range.end});
        if (joins) ++i;
      }
      return;
  }
}

// Cuts every piece where `Find`, called as find(text, matches), finds something.
template <class Find>
class Split final : public SplitterStep {
 public:
  Split(Find find, Behavior behavior, bool invert) : find_(std::move(find)), behavior_(behavior), invert_(invert) {}

  void apply(Pieces& pieces) const override {
    std::vector<TextRange> out, matches;
    std::vector<Stretch> stretches;
    for (size_t i = 0; i < pieces.ranges.size(); ++i) {
      const std::string_view text = pieces[i];
      matches.clear();
      stretches.clear();
      find_(text, matches);
      int64_t end = 0;
      for (const TextRange& match : matches) {
        if (match.begin > end) stretches.push_back({{end, match.begin}, invert_});
        stretches.push_back({match, !invert_});
        end = match.end;
      }
      const auto size_bytes = static_cast<int64_t>(text.size());
      if (end < size_bytes) stretches.push_back({{end, size_bytes}, invert_});
      append_kept(stretches, behavior_, pieces.ranges[i].begin, out);
    }
    const bool same_start = !out.empty() && !pieces.ranges.empty() && out[0].begin == pieces.ranges[0].begin;
    pieces.at_start = pieces.at_start && same_start;
    pieces.ranges = std::move(out);
  }

 private:
  Find find_;
  Behavior behavior_;
  bool invert_;
};

template <class Find>
std::unique_ptr<const SplitterStep> make_split(Find find, Behavior behavior, bool invert = false) {
  return std::make_unique<Split<Find>>(std::move(find), behavior, invert);
}

struct FindExpression {
  Expression expression;
  void operator()(std::string_view text, std::vector<TextRange>& out) const { expression.find_all(text, out); }
};

struct FindText {
  std::string wanted;
  void operator()(std::string_view text, std::vector<TextRange>& out) const {
    for (size_t at = text.find(wanted); at != std::string_view::npos; at = text.find(wanted, at + wanted.size())) {
      out.push_back({static_cast<int64_t>(at), static_cast<int64_t>(at + wanted.size())});
    }
  }
};

struct FindWords {
  WordScanner scan;
  void operator()(std::string_view text, std::vector<TextRange>& out) const {
    for (int64_t begin = 0, end; begin < static_cast<int64_t>(text.size()); begin = end) {
      end = scan(text, begin);
      out.push_back({begin, end});
    }
  }
};

// Every character for which `is` holds is a match of its own; ill-formed bytes are none.
struct FindCharacters {
  bool (*is)(uint32_t code_point);
  void operator()(std::string_view text, std::vector<TextRange>& out) const {
    for (size_t at = 0; at < text.size();) {
      const CodePoint c = decode_code_point(text.substr(at, 4));
      const size_t end = at + static_cast<size_t>(c.length_bytes);
      if (c.valid && is(c.value)) out.push_back({static_cast<int64_t>(at), static_cast<int64_t>(end)});
      at = end;
    }
  }
};

bool is_number(uint32_t c) { return (char_class(c) & CharClass::kNumber) != 0; }
bool is_white_space(uint32_t c) { return (char_class(c) & CharClass::kSpace) != 0; }

// \w+|[^\w\s]+ as Hugging Face's Whitespace has it.
struct FindWordsAndSymbols {
  void operator()(std::string_view text, std::vector<TextRange>& out) const {
    const auto kind_at = [&](size_t at, int& n_bytes) {
      const CodePoint c = decode_code_point(text.substr(at, 4));
      n_bytes = c.length_bytes;
      if (c.valid && is_word_character(c.value)) return 1;
      return c.valid && is_white_space(c.value) ? 0 : 2;
    };
    int n_bytes = 0;
    for (size_t begin = 0, end; begin < text.size(); begin = end) {
      const int kind = kind_at(begin, n_bytes);
      end = begin + static_cast<size_t>(n_bytes);
      if (kind == 0) continue;
      while (end < text.size() && kind_at(end, n_bytes) == kind) end += static_cast<size_t>(n_bytes);
      out.push_back({static_cast<int64_t>(begin), static_cast<int64_t>(end)});
    }
  }
};

// Writes spaces as `replacement`, puts one in front of pieces, and cuts in front of each.
class Metaspace final : public SplitterStep {
 public:
  enum class Prepend { kAlways, kFirst, kNever };
  Metaspace(std::string_view replacement, Prepend prepend, bool split)
      : replacement_(replacement), prepend_(prepend), split_(split) {}

  void apply(Pieces& pieces) const override {
    std::string text;
    std::vector<TextRange> ranges;
    for (size_t i = 0; i < pieces.ranges.size(); ++i) {
      const std::string_view piece = pieces[i];
      const auto begin = static_cast<int64_t>(text.size());
      const bool starts_so = piece.starts_with(replacement_) || piece.starts_with(' ');
      if (!starts_so && (prepend_ == Prepend::kAlways || (prepend_ == Prepend::kFirst && i == 0 && pieces.at_start))) {
        text += replacement_;
      }
      for (const char c : piece) {
        if (c == ' ') text += replacement_;
        else text.push_back(c);
      }
      cut(text, begin, ranges);
    }
    pieces.rewrite(std::move(text), std::move(ranges));
  }

 private:
  void cut(std::string_view text, int64_t begin, std::vector<TextRange>& ranges) const {
    const auto end = static_cast<int64_t>(text.size());
    while (split_) {
      const size_t next = text.find(replacement_, static_cast<size_t>(begin) + 1);
      if (next == std::string_view::npos) break;
      ranges.push_back({begin, static_cast<int64_t>(next)});
      begin = static_cast<int64_t>(next);
    }
    if (end > begin) ranges.push_back({begin, end});
  }

  std::string replacement_;
  Prepend prepend_;
  bool split_;
};

// A space in front of every piece that has none.
class PrefixSpace final : public SplitterStep {
  void apply(Pieces& pieces) const override {
    std::string text;
    std::vector<TextRange> ranges;
    for (size_t i = 0; i < pieces.ranges.size(); ++i) {
      const auto begin = static_cast<int64_t>(text.size());
      if (!pieces[i].starts_with(' ')) text.push_back(' ');
      text += pieces[i];
      ranges.push_back({begin, static_cast<int64_t>(text.size())});
    }
    pieces.rewrite(std::move(text), std::move(ranges));
  }
};

}  // namespace

Splitter Splitter::of_scanner(WordScanner scan) {
  Splitter splitter;
  splitter.add_scanner(scan);
  splitter.byte_level_ = true;
  return splitter;
}

void Splitter::add_scanner(WordScanner scan) {
  scan_ = steps_.empty() ? scan : nullptr;
  steps_.push_back(make_split(FindWords{scan}, Behavior::kIsolated));
}

Result<Splitter> Splitter::of_expressions(std::span<const std::string_view> expressions) {
  Splitter splitter;
  for (const std::string_view expression : expressions) {
    TRY(Expression compiled, Expression::compile(expression));
    splitter.steps_.push_back(make_split(FindExpression{std::move(compiled)}, Behavior::kIsolated));
  }
  splitter.byte_level_ = true;
  return splitter;
}

Result<Splitter> Splitter::read(std::optional<ComponentJson> json) {
  TRY(const std::vector<ComponentJson> steps, list_steps(json, "pretokenizers"));
  Splitter splitter;
  for (const ComponentJson step : steps) TRY(splitter.read_step(step));
  splitter.recognise();
  return splitter;
}

Status Splitter::read_split(ComponentJson step) {
  const auto behavior = behavior_of(text_at(step, "behavior"));
  if (!behavior) return unsupported_component("Split that is " + std::string(text_at(step, "behavior")));
  const bool invert = flag_at(step, "invert", false);
  const auto pattern = child(step, "pattern");
  const std::string_view literal = text_at(pattern, "String"), expression = text_at(pattern, "Regex");
  meaning_.push_back("other");
  if (!literal.empty()) {
    steps_.push_back(make_split(FindText{std::string(literal)}, *behavior, invert));
    return ok();
  }
  if (expression.empty()) return malformed_component("Split: pattern");
  const PublishedExpression* known = find_published_expression(expression);
  // Scanners leave nothing between words, so that all but Removed mean the same as Isolated.
  const bool cuts_all = *behavior == Behavior::kIsolated || (*behavior == Behavior::kRemoved && invert);
  if (known != nullptr && cuts_all) {
    steps_.push_back(make_split(FindWords{known->scan}, Behavior::kIsolated));
    meaning_.back() = known->pre;
    return ok();
  }
  if (*behavior == Behavior::kIsolated && !invert) meaning_.back() = plain_spelling(expression);
  TRY(Expression compiled, Expression::compile(expression));
  steps_.push_back(make_split(FindExpression{std::move(compiled)}, *behavior, invert));
  return ok();
}

Status Splitter::read_step(ComponentJson step) {
  const std::string_view type = text_at(step, "type");
  if (byte_level_) return unsupported_component("a pre-tokenizer after ByteLevel");
  if (type == "Split") return read_split(step);
  if (type == "ByteLevel") {
    byte_level_ = true;
    if (flag_at(step, "add_prefix_space", true)) {
      steps_.push_back(std::make_unique<PrefixSpace>());
      meaning_.push_back("other");
      adds_prefix_ = true;
    }
    if (flag_at(step, "use_regex", true)) {
      steps_.push_back(make_split(FindWords{scan_gpt2}, Behavior::kIsolated));
      meaning_.push_back("gpt-2");
    }
    return ok();
  }
  if (type == "Digits") {
    const bool alone = flag_at(step, "individual_digits", false);
    steps_.push_back(make_split(FindCharacters{is_number}, alone ? Behavior::kIsolated : Behavior::kContiguous));
    meaning_.push_back(alone ? R"(\p{N})" : "other");
    return ok();
  }
  meaning_.push_back("other");
  if (type == "Metaspace") {
    const std::string_view scheme = text_at(step, "prepend_scheme"), replacement = text_at(step, "replacement");
    if (replacement.empty()) return malformed_component("Metaspace: replacement");
    auto prepend = Metaspace::Prepend::kAlways;
    if (scheme == "never" || !flag_at(step, "add_prefix_space", true)) prepend = Metaspace::Prepend::kNever;
    else if (scheme == "first") prepend = Metaspace::Prepend::kFirst;
    else if (!scheme.empty() && scheme != "always") {
      return unsupported_component("Metaspace with prepend_scheme " + std::string(scheme));
    }
    adds_prefix_ = prepend != Metaspace::Prepend::kNever;
    steps_.push_back(std::make_unique<Metaspace>(replacement, prepend, flag_at(step, "split", true)));
    return ok();
  }
  if (type == "Whitespace") {
    steps_.push_back(make_split(FindWordsAndSymbols{}, Behavior::kRemoved, true));
    return ok();
  }
  if (type == "WhitespaceSplit") {
    steps_.push_back(make_split(FindCharacters{is_white_space}, Behavior::kRemoved));
    return ok();
  }
  if (type == "Punctuation") {
    const auto behavior = child(step, "behavior") ? behavior_of(text_at(step, "behavior")) : Behavior::kIsolated;
    if (!behavior) return unsupported_component("Punctuation that is " + std::string(text_at(step, "behavior")));
    steps_.push_back(make_split(FindCharacters{is_punctuation}, *behavior));
    return ok();
  }
  if (type == "BertPreTokenizer") {
    steps_.push_back(make_split(FindCharacters{is_white_space}, Behavior::kRemoved));
    steps_.push_back(make_split(FindCharacters{is_punctuation}, Behavior::kIsolated));
    return ok();
  }
  return unsupported_component("pre-tokenizer " + std::string(type));
}

// One scanner, or at least one name, for the whole list, where there is one.
void Splitter::recognise() {
  if (!byte_level_ || meaning_.empty()) return;
  std::string_view name = meaning_.size() == 1 ? std::string_view(meaning_[0]) : std::string_view();
  if (meaning_.size() == 2 && meaning_[0] == R"(\p{N})" && meaning_[1] == "gpt-2") name = "starcoder";
  const PreTokenizer* known = find_pre_tokenizer(name);
  if (known == nullptr) known = find_pre_tokenizer_of(meaning_);
  if (known == nullptr) return;
  scan_ = known->scan;
  pre_ = known->name;
}

Pieces Splitter::split(std::string_view text, bool at_start) const {
  Pieces pieces{text, {{0, static_cast<int64_t>(text.size())}}, at_start};
  for (const auto& step : steps_) step->apply(pieces);
  return pieces;
}

}  // namespace ondol
