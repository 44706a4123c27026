#include "grammar/regex.h"

#include <optional>

#include "base/utf8.h"
#include "grammar/grammar_messages.h"
#include "grammar/unicode_set.h"

namespace ondol {
namespace {

constexpr int32_t kMaxRepeat = 100'000;
constexpr size_t kMaxDepth = 250;
constexpr size_t kMaxPatternBytes = 64 << 10;

const CharSet& digits() {
  static const CharSet set{{'0', '9'}};
  return set;
}
const CharSet& word_chars() {
  static const CharSet set{{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};
  return set;
}
// ECMA-262's WhiteSpace and LineTerminator.
const CharSet& white_space() {
  static const CharSet set = make_char_set({{0x09, 0x0D},
                                            {' ', ' '},
                                            {0xA0, 0xA0},
                                            {0x1680, 0x1680},
                                            {0x2000, 0x200A},
                                            {0x2028, 0x2029},
                                            {0x202F, 0x202F},
                                            {0x205F, 0x205F},
                                            {0x3000, 0x3000},
                                            {0xFEFF, 0xFEFF}});
  return set;
}

class RegexParser {
 public:
  RegexParser(Expressions& expressions, std::string_view pattern) : expressions_(expressions), pattern_(pattern) {}

  Result<ExpressionId> parse() {
    if (pattern_.size() > kMaxPatternBytes) {
      return fail(ErrorKind::kBadInput, msg::kSourceTooLong, "regex", pattern_.size(), kMaxPatternBytes);
    }
    if (repair_utf8(pattern_).n_replaced > 0) return bad(msg::kRegexNotUtf8.text());
    groups_.emplace_back();
    while (at_ < pattern_.size()) {
      last_ = at_;
      TRY(parse_one());
    }
    if (groups_.size() > 1) return bad(msg::kRegexUnbalanced.text());
    return finish_group();
  }

 private:
  // A group that is still open: its finished alternatives and the terms of the current one.
  struct Group {
    std::vector<ExpressionId> alternatives, terms;
    bool last_repeats = false;  // the last term has a quantifier already
    bool last_is_repeatable = false;
  };

  tl::unexpected<Error> bad(std::string_view what) const {
    return fail(ErrorKind::kBadInput, msg::kRegexBad, last_, what);
  }
  tl::unexpected<Error> unsupported(std::string_view what) const {
    return bad(format_message(msg::kRegexUnsupported, what));
  }
  bool take(std::string_view text) {
    if (!pattern_.substr(at_).starts_with(text)) return false;
    at_ += text.size();
    return true;
  }
  uint32_t take_char() {
    const CodePoint c = decode_code_point(pattern_.substr(at_));
    at_ += static_cast<size_t>(c.length_bytes);
    return c.value;
  }
  std::string shown(size_t first) const { return printable(pattern_.substr(first, at_ - first)); }

  void add_term(ExpressionId term, bool is_repeatable = true) {
    groups_.back().terms.push_back(term);
    groups_.back().last_is_repeatable = is_repeatable;
    groups_.back().last_repeats = false;
  }
  void end_alternative() {
    Group& group = groups_.back();
    group.alternatives.push_back(expressions_.sequence(std::move(group.terms)));
    group.terms = {};
    group.last_is_repeatable = false;
  }
  ExpressionId finish_group() {
    end_alternative();
    const ExpressionId whole = expressions_.choice(std::move(groups_.back().alternatives));
    groups_.pop_back();
    return whole;
  }

  Status parse_one() {
    const uint32_t c = take_char();
    switch (c) {
      case '|':
        end_alternative();
        return ok();
      case '(':
        return open_group();
      case ')': {
        if (groups_.size() == 1) return bad(msg::kRegexUnbalanced.text());
        const ExpressionId whole = finish_group();
        add_term(whole);
        return ok();
      }
      case '.':
        add_term(expressions_.chars(any_but_line_end()));
        return ok();
      case '^':
        add_term(expressions_.at_begin(), false);
        return ok();
      case '$':
        add_term(expressions_.at_end(), false);
        return ok();
      case '*':
        return repeat_last(0, kUnlimited);
      case '+':
        return repeat_last(1, kUnlimited);
      case '?':
        return repeat_last(0, 1);
      case '{':
        return parse_braces();
      case '[': {
        TRY(CharSet set, parse_class());
        add_term(expressions_.chars(std::move(set)));
        return ok();
      }
      case '\\':
        return parse_escape();
      default:
        add_term(expressions_.chars({{c, c}}));
        return ok();
    }
  }

  Status open_group() {
    if (groups_.size() > kMaxDepth) return bad(format_message(msg::kRegexTooDeep, kMaxDepth));
    if (take("?")) {
      if (take("=") || take("!")) return unsupported("look-ahead (?= (?!");
      if (take("<=") || take("<!")) return unsupported("look-behind (?<= (?<!");
      if (take("P<") || take("<")) {
        while (at_ < pattern_.size() && pattern_[at_] != '>') ++at_;
        if (!take(">")) return bad(msg::kRegexUnbalanced.text());
      } else if (!take(":")) {
        if (at_ < pattern_.size()) take_char();
        return unsupported(pattern_.substr(last_, at_ - last_));
      }
    }
    groups_.emplace_back();
    return ok();
  }

  Status repeat_last(int32_t min, int32_t max) {
    Group& group = groups_.back();
    if (group.terms.empty() || !group.last_is_repeatable || group.last_repeats) {
      return bad(msg::kRegexNothingToRepeat.text());
    }
    group.terms.back() = expressions_.repeat(group.terms.back(), min, max);
    group.last_repeats = true;
    if (take("?")) return ok();  // lazy or greedy, the same texts match
    if (at_ < pattern_.size() && pattern_[at_] == '+') return unsupported("possessive quantifier");
    return ok();
  }

  std::optional<int32_t> take_number() {
    int64_t value = 0;
    const size_t first = at_;
    while (at_ < pattern_.size() && pattern_[at_] >= '0' && pattern_[at_] <= '9') {
      value = std::min<int64_t>(value * 10 + (pattern_[at_++] - '0'), kMaxRepeat + 1);
    }
    if (at_ == first) return std::nullopt;
    return static_cast<int32_t>(value);
  }

  Status parse_braces() {
    const auto min = take_number();
    std::optional<int32_t> max = min;
    if (take(",")) {
      max = kUnlimited;
      if (const auto upper = take_number()) max = upper;
    }
    const bool good =
        min && take("}") && *min <= kMaxRepeat && *min <= *max && (*max <= kMaxRepeat || *max == kUnlimited);
    if (!good) return bad(format_message(msg::kRegexBadRepeat, kMaxRepeat));
    return repeat_last(*min, *max);
  }

  // The value of n hexadecimal digits, or nothing.
  std::optional<uint32_t> take_hex(size_t n) {
    uint32_t value = 0;
    for (size_t i = 0; i < n; ++i) {
      if (at_ == pattern_.size()) return std::nullopt;
      const char c = pattern_[at_++];
      const int digit = c >= '0' && c <= '9'   ? c - '0'
                        : c >= 'a' && c <= 'f' ? c - 'a' + 10
                        : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                               : -1;
      if (digit < 0) return std::nullopt;
      value = value << 4 | static_cast<uint32_t>(digit);
    }
    return value;
  }

  // The code point behind \u: four digits, a surrogate pair, or up to six in braces.
  std::optional<uint32_t> take_unicode_escape() {
    if (take("{")) {
      const size_t end = pattern_.find('}', at_);
      if (end == std::string_view::npos || end == at_ || end - at_ > 6) return std::nullopt;
      const auto value = take_hex(end - at_);
      if (!value || *value > kLastChar || !take("}")) return std::nullopt;
      return value;
    }
    const auto high = take_hex(4);
    if (!high || *high < 0xD800 || *high > 0xDBFF) return high;
    if (!take("\\u")) return std::nullopt;
    const auto low = take_hex(4);
    if (!low || *low < 0xDC00 || *low > 0xDFFF) return std::nullopt;
    return 0x10000 + ((*high - 0xD800) << 10) + (*low - 0xDC00);
  }

  // An escape that stands for characters, with at_ behind the backslash.
  Result<CharSet> parse_escaped_set() {
    const size_t first = at_ - 1;
    if (at_ == pattern_.size()) return bad(format_message(msg::kRegexBadEscape, "\\"));
    const uint32_t c = take_char();
    const auto one = [](uint32_t code_point) { return make_char_set({{code_point, code_point}}); };
    std::optional<uint32_t> value;
    switch (c) {
      case 'd':
        return digits();
      case 'D':
        return complement(digits());
      case 'w':
        return word_chars();
      case 'W':
        return complement(word_chars());
      case 's':
        return white_space();
      case 'S':
        return complement(white_space());
      case 't':
        return one('\t');
      case 'n':
        return one('\n');
      case 'v':
        return one('\v');
      case 'f':
        return one('\f');
      case 'r':
        return one('\r');
      case 'p':
      case 'P': {
        const size_t end = pattern_.find('}', at_);
        if (!take("{") || end == std::string_view::npos) break;
        const std::string_view name = pattern_.substr(at_, end - at_);
        at_ = end + 1;
        const auto set = property_set(name);
        if (!set) return bad(format_message(msg::kRegexBadProperty, name));
        return c == 'p' ? *set : complement(*set);
      }
      case 'c': {
        if (at_ == pattern_.size()) break;
        const uint32_t letter = take_char();
        if ((letter >= 'A' && letter <= 'Z') || (letter >= 'a' && letter <= 'z')) return one(letter % 32);
        break;
      }
      case 'x':
        value = take_hex(2);
        break;
      case 'u':
        value = take_unicode_escape();
        break;
      case '0': {
        const bool is_octal = at_ < pattern_.size() && pattern_[at_] >= '0' && pattern_[at_] <= '9';
        if (!is_octal) value = 0;
        break;
      }
      default: {
        if (c >= '1' && c <= '9') return unsupported("back-reference \\1");
        const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!is_letter) return one(c);
      }
    }
    if (value) return one(*value);
    return bad(format_message(msg::kRegexBadEscape, shown(first)));
  }

  Status parse_escape() {
    if (take("b") || take("B")) return unsupported("word boundary \\b");
    if (take("k")) return unsupported("back-reference \\k");
    if (take("A")) {
      add_term(expressions_.at_begin(), false);
      return ok();
    }
    if (take("z")) {
      add_term(expressions_.at_end(), false);
      return ok();
    }
    TRY(CharSet set, parse_escaped_set());
    add_term(expressions_.chars(std::move(set)));
    return ok();
  }

  // One member of a class: a character, or a set such as \d.
  Result<CharSet> parse_class_member(bool& is_single) {
    is_single = true;
    if (!take("\\")) {
      const uint32_t c = take_char();
      return make_char_set({{c, c}});
    }
    if (take("b")) return CharSet{{'\b', '\b'}};
    if (take("-")) return CharSet{{'-', '-'}};
    TRY(CharSet set, parse_escaped_set());
    is_single = set.size() == 1 && set[0].first == set[0].last;
    return set;
  }

  Result<CharSet> parse_class() {
    const bool negated = take("^");
    std::vector<CharRange> ranges;
    while (!take("]")) {
      if (at_ == pattern_.size()) return bad(msg::kRegexBadClass.text());
      if (pattern_.substr(at_).starts_with("[:")) return unsupported("POSIX class [:…:]");
      bool is_single = false, last_is_single = false;
      TRY(const CharSet set, parse_class_member(is_single));
      const bool is_range =
          is_single && pattern_.substr(at_).starts_with("-") && !pattern_.substr(at_).starts_with("-]");
      if (!is_range) {
        ranges.insert(ranges.end(), set.begin(), set.end());
        continue;
      }
      ++at_;
      if (at_ == pattern_.size()) return bad(msg::kRegexBadClass.text());
      TRY(const CharSet upper, parse_class_member(last_is_single));
      const bool in_order = last_is_single && !set.empty() && !upper.empty() && set[0].first <= upper[0].first;
      if (!in_order) return bad(msg::kRegexBadClass.text());
      ranges.push_back({set[0].first, upper[0].first});
    }
    CharSet set = make_char_set(std::move(ranges));
    return negated ? complement(set) : set;
  }

  Expressions& expressions_;
  std::string_view pattern_;
  size_t at_ = 0, last_ = 0;  // last_: where the piece being read begins, for errors
  std::vector<Group> groups_;
};

}  // namespace

Result<ExpressionId> parse_regex(Expressions& expressions, std::string_view pattern) {
  return RegexParser(expressions, pattern).parse();
}

namespace {

// Anything, what `pattern` matches, anything.
Result<ExpressionId> parse_search(Expressions& expressions, std::string_view pattern) {
  TRY(const ExpressionId found, parse_regex(expressions, pattern));
  const ExpressionId rest = expressions.repeat(expressions.chars(any_char()), 0, kUnlimited);
  return expressions.sequence({rest, found, rest});
}

Result<std::shared_ptr<const Grammar>> compile_whole(Expressions& expressions, ExpressionId whole) {
  const RuleId root = expressions.add_rule();
  expressions.define(root, whole);
  return compile_grammar(expressions, root);
}

}  // namespace

Result<Automaton> search_automaton(std::string_view pattern, int32_t max_states) {
  Expressions expressions;
  TRY(const ExpressionId whole, parse_search(expressions, pattern));
  return to_automaton(expressions, whole, max_states);
}

Result<std::shared_ptr<const Grammar>> search_grammar(std::string_view pattern) {
  Expressions expressions;
  TRY(const ExpressionId whole, parse_search(expressions, pattern));
  return compile_whole(expressions, whole);
}

Result<std::shared_ptr<const Grammar>> regex_grammar(std::string_view pattern) {
  Expressions expressions;
  TRY(const ExpressionId whole, parse_regex(expressions, pattern));
  return compile_whole(expressions, whole);
}

}  // namespace ondol
