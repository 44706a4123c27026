#include "grammar/gbnf.h"

#include <map>
#include <optional>
#include <string>

#include "base/utf8.h"
#include "grammar/grammar_messages.h"

namespace ondol {
namespace {

constexpr size_t kMaxBytes = 1 << 20;
constexpr size_t kMaxDepth = 250;
constexpr int32_t kMaxRepeat = 100'000;

class GbnfParser {
 public:
  explicit GbnfParser(std::string_view text) : text_(text) {}

  Result<std::shared_ptr<const Grammar>> parse() {
    if (text_.size() > kMaxBytes)
      return fail(ErrorKind::kBadInput, msg::kSourceTooLong, "GBNF", text_.size(), kMaxBytes);
    if (repair_utf8(text_).n_replaced > 0) return fail(ErrorKind::kBadInput, msg::kGbnfNotUtf8);
    skip_space(true);
    while (at_ < text_.size()) {
      TRY(parse_rule());
      skip_space(true);
    }
    for (const auto& [name, rule] : rules_) {
      if (!rule.is_defined) {
        line_ = rule.first_line;
        return bad(format_message(msg::kGbnfUndefined, name));
      }
    }
    const auto root = rules_.find("root");
    if (root == rules_.end()) return fail(ErrorKind::kBadInput, msg::kGbnfNoRoot);
    return compile_grammar(expressions_, root->second.id);
  }

 private:
  struct Rule {
    RuleId id;
    int64_t first_line;
    bool is_defined = false;
  };
  // A group that is still open: its finished alternatives and the parts of the current one.
  struct Group {
    std::vector<ExpressionId> alternatives, parts;
  };

  tl::unexpected<Error> bad(std::string_view what) const {
    return fail(ErrorKind::kBadInput, msg::kGbnfBad, line_, what);
  }
  tl::unexpected<Error> expected(std::string_view what) const {
    const std::string found =
        at_ < text_.size() ? "\"" + printable(text_.substr(at_, 12)) + "\"" : std::string(msg::kGbnfEnd.text());
    return bad(format_message(msg::kGbnfExpected, what, found));
  }
  bool take(std::string_view text) {
    if (!text_.substr(at_).starts_with(text)) return false;
    at_ += text.size();
    return true;
  }
  char next() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  // Spaces and comments; line ends only when a rule may not end here.
  void skip_space(bool with_line_ends) {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '#') {
        while (at_ < text_.size() && text_[at_] != '\n') ++at_;
      } else if (c == ' ' || c == '\t' || ((c == '\r' || c == '\n') && with_line_ends)) {
        line_ += c == '\n';
        ++at_;
      } else {
        return;
      }
    }
  }

  std::string_view take_name() {
    const size_t first = at_;
    const auto belongs = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    };
    while (at_ < text_.size() && belongs(text_[at_])) ++at_;
    return text_.substr(first, at_ - first);
  }

  Rule& rule_named(std::string_view name) {
    const auto known = rules_.find(name);
    if (known != rules_.end()) return known->second;
    return rules_.emplace(std::string(name), Rule{expressions_.add_rule(), line_}).first->second;
  }

  Status parse_rule() {
    const std::string_view name = take_name();
    if (name.empty()) return expected("name ::=");
    skip_space(false);
    if (!take("::=")) return expected("::=");
    Rule& rule = rule_named(name);
    if (rule.is_defined) return bad(format_message(msg::kGbnfTwice, name));
    rule.is_defined = true;
    const RuleId id = rule.id;
    skip_space(true);
    TRY(const ExpressionId body, parse_body());
    expressions_.define(id, body);
    if (at_ < text_.size() && next() != '\r' && next() != '\n') return expected("| ( \" [");
    return ok();
  }

  // Everything up to the end of the rule's last line.
  Result<ExpressionId> parse_body() {
    groups_.assign(1, {});
    for (;;) {
      const bool nested = groups_.size() > 1;
      Group& group = groups_.back();
      if (next() == '"') {
        TRY(const ExpressionId part, parse_literal());
        group.parts.push_back(part);
      } else if (next() == '[') {
        TRY(const ExpressionId part, parse_class());
        group.parts.push_back(part);
      } else if (take(".")) {
        group.parts.push_back(expressions_.chars(any_char()));
      } else if (take("(")) {
        if (groups_.size() > kMaxDepth) return bad(format_message(msg::kRegexTooDeep, kMaxDepth));
        groups_.emplace_back();
        skip_space(true);
        continue;
      } else if (take("|")) {
        end_alternative(group);
        skip_space(true);
        continue;
      } else if (nested && take(")")) {
        const ExpressionId whole = finish_group();
        groups_.back().parts.push_back(whole);
      } else if (next() == '<' || text_.substr(at_).starts_with("!<")) {
        return bad(msg::kGbnfTokens.text());
      } else if (const std::string_view name = take_name(); !name.empty()) {
        group.parts.push_back(expressions_.call(rule_named(name).id));
      } else if (nested) {
        return expected(")");
      } else {
        return finish_group();
      }
      TRY(parse_repetitions());
    }
  }

  void end_alternative(Group& group) {
    group.alternatives.push_back(expressions_.sequence(std::move(group.parts)));
    group.parts = {};
  }
  ExpressionId finish_group() {
    end_alternative(groups_.back());
    const ExpressionId whole = expressions_.choice(std::move(groups_.back().alternatives));
    groups_.pop_back();
    return whole;
  }

  // What repeats the part just read, and the space behind it.
  Status parse_repetitions() {
    for (;;) {
      skip_space(groups_.size() > 1);
      int32_t min = 0, max = kUnlimited;
      if (take("*")) {
      } else if (take("+")) {
        min = 1;
      } else if (take("?")) {
        max = 1;
      } else if (take("{")) {
        TRY(parse_bounds(min, max));
      } else {
        return ok();
      }
      ExpressionId& part = groups_.back().parts.back();
      part = expressions_.repeat(part, min, max);
    }
  }

  std::optional<int32_t> take_number() {
    skip_space(false);
    int64_t value = 0;
    const size_t first = at_;
    while (next() >= '0' && next() <= '9') value = std::min<int64_t>(value * 10 + (text_[at_++] - '0'), kMaxRepeat + 1);
    if (at_ == first) return std::nullopt;
    skip_space(false);
    return static_cast<int32_t>(value);
  }

  Status parse_bounds(int32_t& min, int32_t& max) {
    const auto low = take_number();
    skip_space(false);
    std::optional<int32_t> high = low;
    if (take(",")) {
      high = take_number();
      if (!high) high = kUnlimited;
    } else if (!low) {
      high = -1;
    }
    min = low.value_or(0);
    max = *high;
    const bool good = take("}") && min <= max && min <= kMaxRepeat && (max <= kMaxRepeat || max == kUnlimited);
    return good ? ok() : Status(bad(format_message(msg::kRegexBadRepeat, kMaxRepeat)));
  }

  // One character of a literal or class, escapes read.
  Result<uint32_t> parse_char() {
    if (at_ == text_.size()) return expected("\" ]");
    const size_t first = at_;
    if (!take("\\")) {
      const CodePoint c = decode_code_point(text_.substr(at_));
      at_ += static_cast<size_t>(c.length_bytes);
      line_ += c.value == '\n';
      return c.value;
    }
    const char c = next();
    if (at_ < text_.size()) ++at_;
    switch (c) {
      case 't':
        return '\t';
      case 'r':
        return '\r';
      case 'n':
        return '\n';
      case '\\':
      case '"':
      case '[':
      case ']':
      case '-':
      case '^':
        return static_cast<uint32_t>(c);
      case 'x':
      case 'u':
      case 'U': {
        const size_t n_digits = c == 'x' ? 2 : c == 'u' ? 4 : 8;
        uint32_t value = 0;
        size_t n = 0;
        for (; n < n_digits && at_ < text_.size(); ++n, ++at_) {
          const char d = text_[at_];
          const int digit = d >= '0' && d <= '9'   ? d - '0'
                            : d >= 'a' && d <= 'f' ? d - 'a' + 10
                            : d >= 'A' && d <= 'F' ? d - 'A' + 10
                                                   : -1;
          if (digit < 0) break;
          value = value << 4 | static_cast<uint32_t>(digit);
        }
        const bool is_scalar = value <= kLastChar && (value < 0xD800 || value > 0xDFFF);
        if (n == n_digits && is_scalar) return value;
        break;
      }
      default:
        break;
    }
    return bad(format_message(msg::kRegexBadEscape, printable(text_.substr(first, at_ - first))));
  }

  Result<ExpressionId> parse_literal() {
    ++at_;
    std::string text;
    while (!take("\"")) {
      TRY(const uint32_t c, parse_char());
      append_code_point(text, c);
    }
    return expressions_.literal(std::move(text));
  }

  Result<ExpressionId> parse_class() {
    ++at_;
    const bool negated = take("^");
    std::vector<CharRange> ranges;
    while (!take("]")) {
      TRY(const uint32_t first, parse_char());
      uint32_t last = first;
      if (next() == '-' && !text_.substr(at_).starts_with("-]")) {
        ++at_;
        TRY(last, parse_char());
      }
      if (last < first) return bad(msg::kRegexBadClass.text());
      ranges.push_back({first, last});
    }
    CharSet set = make_char_set(std::move(ranges));
    return expressions_.chars(negated ? complement(set) : std::move(set));
  }

  std::string_view text_;
  size_t at_ = 0;
  int64_t line_ = 1;
  Expressions expressions_;
  std::map<std::string, Rule, std::less<>> rules_;
  std::vector<Group> groups_;
};

}  // namespace

Result<std::shared_ptr<const Grammar>> gbnf_grammar(std::string_view text) { return GbnfParser(text).parse(); }

Result<std::shared_ptr<const Grammar>> choice_grammar(std::string_view choices) {
  if (choices.size() > kMaxBytes) {
    return fail(ErrorKind::kBadInput, msg::kSourceTooLong, "choice", choices.size(), kMaxBytes);
  }
  if (repair_utf8(choices).n_replaced > 0) return fail(ErrorKind::kBadInput, msg::kChoiceNotUtf8);
  Expressions expressions;
  std::vector<ExpressionId> texts;
  for (size_t begin = 0; begin <= choices.size();) {
    const size_t end = std::min(choices.find(',', begin), choices.size());
    if (end == begin) return fail(ErrorKind::kBadInput, msg::kEmptyChoice);
    texts.push_back(expressions.literal(std::string(choices.substr(begin, end - begin))));
    begin = end + 1;
  }
  const RuleId root = expressions.add_rule();
  expressions.define(root, expressions.choice(std::move(texts)));
  return compile_grammar(expressions, root);
}

}  // namespace ondol
