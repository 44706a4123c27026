#include "prompt/jinja/lexer.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/utf8.h"
#include "prompt/jinja/characters.h"
#include "prompt/prompt_messages.h"

namespace ondol::jinja {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string normalize_line_ends(std::string_view source) {
  std::string out;
  out.reserve(source.size());
  for (size_t i = 0; i < source.size(); ++i) {
    if (source[i] != '\r') {
      out += source[i];
      continue;
    }
    out += '\n';
    if (i + 1 < source.size() && source[i + 1] == '\n') ++i;
  }
  if (out.ends_with('\n')) out.pop_back();  // keep_trailing_newline is off
  return out;
}

class Lexer {
 public:
  explicit Lexer(std::string_view source) : source_(source) {}

  Result<std::vector<Token>> run() {
    while (at_ < source_.size()) TRY(read_data());
    add(TokenKind::kEnd, {});
    return std::move(tokens_);
  }

 private:
  template <class... Args>
  tl::unexpected<Error> fail(const Message& message, Args&&... args) const {
    return ondol::fail(ErrorKind::kBadInput, msg::kTemplateLine, line_,
                       format_message(message, std::forward<Args>(args)...));
  }

  std::string_view rest() const { return source_.substr(at_); }
  bool next_is(std::string_view text) const { return rest().starts_with(text); }

  void advance(size_t n) {
    line_ += static_cast<int>(std::count(source_.begin() + static_cast<std::ptrdiff_t>(at_),
                                         source_.begin() + static_cast<std::ptrdiff_t>(at_ + n), '\n'));
    at_ += n;
  }

  void add(TokenKind kind, std::string text) { tokens_.push_back({kind, line_, std::move(text)}); }

  // The end of a tag: "-" takes the white space behind, "+" keeps it, else `trims` drops one line end.  0: no tag ends
  // here.
  size_t tag_end_length(std::string_view text, std::string_view end, bool trims) const {
    const bool signed_end =
        (text.starts_with('-') || (text.starts_with('+') && trims)) && text.substr(1).starts_with(end);
    if (!signed_end && !text.starts_with(end)) return 0;
    const size_t n = end.size() + (signed_end ? 1 : 0);
    if (text.front() == '-' && signed_end) return n + static_cast<size_t>(leading_space(text.substr(n)));
    const bool drops_line_end = trims && !signed_end && text.substr(n).starts_with('\n');
    return n + (drops_line_end ? 1 : 0);
  }

  // A {% raw %} or {% endraw %} tag at the front of `text`.
  struct RawTag {
    char sign;
    size_t length;
  };
  std::optional<RawTag> raw_tag(std::string_view text, std::string_view word, bool trims) const {
    if (!text.starts_with("{%")) return std::nullopt;
    size_t at = 2;
    char sign = 0;
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) sign = text[at++];
    at += static_cast<size_t>(leading_space(text.substr(at)));
    if (!text.substr(at).starts_with(word)) return std::nullopt;
    at += word.size();
    at += static_cast<size_t>(leading_space(text.substr(at)));
    const size_t end = at < text.size() ? tag_end_length(text.substr(at), "%}", trims) : 0;
    if (end == 0) return std::nullopt;
    return RawTag{sign, at + end};
  }

  // Writes `text` as data, its end stripped as the tag behind it says.
  void add_data(std::string_view text, char sign, bool strips_blocks) {
    std::string_view kept = text;
    if (sign == '-') {
      kept.remove_suffix(static_cast<size_t>(trailing_space(kept)));
    } else if (sign != '+' && strips_blocks) {
      const size_t line_begin = text.rfind('\n') + 1;  // 0 where there is none
      const std::string_view last_line = text.substr(line_begin);
      const bool blank = !last_line.empty() && leading_space(last_line) == static_cast<int64_t>(last_line.size());
      if (blank && (line_begin > 0 || line_starting_)) kept = text.substr(0, line_begin);
    }
    if (!kept.empty()) add(TokenKind::kData, std::string(kept));
    advance(text.size());
  }

  Status read_data() {
    size_t tag = at_;
    do tag = source_.find('{', tag);
    while (tag != std::string_view::npos && !is_tag(tag) && ++tag);
    if (tag == std::string_view::npos) {
      add_data(rest(), '+', false);
      return ok();
    }
    const std::string_view text = source_.substr(at_, tag - at_);
    if (const auto raw = raw_tag(source_.substr(tag), "raw", false)) {
      add_data(text, raw->sign, true);
      return read_raw(raw->length);
    }
    const char kind = source_[tag + 1];
    const char next = tag + 2 < source_.size() ? source_[tag + 2] : 0;
    const char sign = next == '-' || next == '+' ? next : 0;
    add_data(text, sign, kind != '{');
    const TokenKind begin = kind == '{' ? TokenKind::kVariableBegin : TokenKind::kBlockBegin;
    if (kind != '#') add(begin, {});
    advance(sign ? 3 : 2);
    line_starting_ = false;
    if (kind == '#') return skip_comment();
    return read_expression(kind == '{' ? "}}" : "%}", kind == '%');
  }

  bool is_tag(size_t at) const {
    if (at + 1 >= source_.size()) return false;
    const char next = source_[at + 1];
    return next == '%' || next == '{' || next == '#';
  }

  Status read_raw(size_t tag_length) {
    advance(tag_length);
    line_starting_ = source_[at_ - 1] == '\n';
    for (size_t at = source_.find("{%", at_); at != std::string_view::npos; at = source_.find("{%", at + 1)) {
      const auto end = raw_tag(source_.substr(at), "endraw", true);
      if (!end) continue;
      add_data(source_.substr(at_, at - at_), end->sign, true);
      advance(end->length);
      line_starting_ = source_[at_ - 1] == '\n';
      return ok();
    }
    return fail(msg::kTemplateUnclosed, "{% raw %}");
  }

  Status skip_comment() {
    for (size_t at = source_.find('#', at_); at != std::string_view::npos; at = source_.find('#', at + 1)) {
      if (!source_.substr(at).starts_with("#}")) continue;
      // the sign in front belongs to the end
      const bool is_signed = at > at_ && (source_[at - 1] == '-' || source_[at - 1] == '+');
      const size_t begin = is_signed ? at - 1 : at;
      const size_t length = tag_end_length(source_.substr(begin), "#}", true);
      advance(begin + length - at_);
      line_starting_ = source_[at_ - 1] == '\n';
      return ok();
    }
    return fail(msg::kTemplateUnclosed, "{#");
  }

  Status read_expression(std::string_view end, bool is_block) {
    std::string open;  // brackets waiting for their other half
    while (at_ < source_.size()) {
      const size_t end_length = open.empty() ? tag_end_length(rest(), end, is_block) : 0;
      if (end_length > 0) {
        add(is_block ? TokenKind::kBlockEnd : TokenKind::kVariableEnd, {});
        advance(end_length);
        line_starting_ = source_[at_ - 1] == '\n';
        return ok();
      }
      if (const int64_t space = leading_space(rest()); space > 0) {
        advance(static_cast<size_t>(space));
        continue;
      }
      const char c = source_[at_];
      if (is_digit(c)) {
        TRY(read_number());
      } else if (c == '\'' || c == '"') {
        TRY(read_string(c));
      } else if (const size_t n = name_length(); n > 0) {
        add(TokenKind::kName, std::string(source_.substr(at_, n)));
        advance(n);
      } else {
        TRY(read_operator(open));
      }
    }
    return fail(msg::kTemplateUnclosed, is_block ? "{%" : "{{");
  }

  size_t name_length() const {
    size_t n = 0;
    while (at_ + n < source_.size()) {
      const CodePoint next = decode_code_point(source_.substr(at_ + n));
      if (!is_word(next.value)) break;
      n += static_cast<size_t>(next.length_bytes);
    }
    return n;
  }

  // Digits of `base` from `at` on, single underscores between them.
  static size_t digits_end(std::string_view text, size_t at, int base) {
    const auto is_base_digit = [&](size_t i) {
      if (i >= text.size()) return false;
      const char c = text[i];
      const int value = is_digit(c)            ? c - '0'
                        : c >= 'a' && c <= 'f' ? c - 'a' + 10
                        : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                               : 99;
      return value < base;
    };
    while (is_base_digit(at) || (at < text.size() && text[at] == '_' && is_base_digit(at + 1))) ++at;
    return at;
  }

  Status read_number() {
    const std::string_view text = rest();
    const bool after_dot = at_ > 0 && source_[at_ - 1] == '.';
    size_t end = digits_end(text, 0, 10);
    bool is_float = false;
    if (!after_dot) {
      if (end + 1 < text.size() && text[end] == '.' && is_digit(text[end + 1])) {
        is_float = true;
        end = digits_end(text, end + 1, 10);
      }
      size_t exponent = end + 1;
      if (end < text.size() && (text[end] == 'e' || text[end] == 'E')) {
        if (exponent < text.size() && (text[exponent] == '+' || text[exponent] == '-')) ++exponent;
        if (exponent < text.size() && is_digit(text[exponent])) {
          is_float = true;
          end = digits_end(text, exponent, 10);
        }
      }
    }
    int base = 10;
    if (!is_float && text.size() > 2 && text[0] == '0') {
      const char kind = static_cast<char>(text[1] | 0x20);
      base = kind == 'x' ? 16 : kind == 'o' ? 8 : kind == 'b' ? 2 : 10;
      if (base != 10) end = digits_end(text, 2, base);
    }
    std::string digits(text.substr(0, end));
    std::erase(digits, '_');
    Token token{is_float ? TokenKind::kFloat : TokenKind::kInteger, line_, std::string(text.substr(0, end))};
    const char* first = digits.data() + (base == 10 ? 0 : std::min<size_t>(2, digits.size()));
    const char* last = digits.data() + digits.size();
    const auto read =
        is_float ? std::from_chars(first, last, token.number) : std::from_chars(first, last, token.integer, base);
    if (is_float && read.ec == std::errc::result_out_of_range) return fail(msg::kTemplateNumber, token.text);
    if (read.ec != std::errc() || read.ptr != last) return fail(msg::kTemplateNumber, token.text);
    tokens_.push_back(std::move(token));
    advance(end);
    return ok();
  }

  Status read_string(char quote) {
    const int line = line_;
    std::string text;
    size_t at = at_ + 1;
    for (; at < source_.size() && source_[at] != quote; ++at) {
      if (source_[at] != '\\') {
        text += source_[at];
      } else {
        TRY(const size_t length, read_escape(source_.substr(at + 1), text));
        at += length;
      }
    }
    if (at >= source_.size()) return fail(msg::kTemplateUnclosed, std::string(1, quote));
    advance(at + 1 - at_);
    tokens_.push_back({TokenKind::kString, line, std::move(text)});
    return ok();
  }

  // What stands behind a backslash; returns its length.  Python's rules: an unknown escape keeps its backslash.
  Result<size_t> read_escape(std::string_view text, std::string& out) const {
    if (text.empty()) return size_t{0};
    const char c = text[0];
    constexpr std::string_view kLetters = "abfnrtv\\'\"", kMeanings = "\a\b\f\n\r\t\v\\'\"";
    if (const size_t found = kLetters.find(c); found != std::string_view::npos) {
      out += kMeanings[found];
      return size_t{1};
    }
    if (c == '\n') return size_t{1};
    uint32_t value = 0;
    size_t end = 0;
    if (c >= '0' && c <= '7') {
      while (end < 3 && end < text.size() && text[end] >= '0' && text[end] <= '7') ++end;
      std::from_chars(text.data(), text.data() + end, value, 8);
    } else if (c == 'x' || c == 'u' || c == 'U') {
      const size_t n = c == 'x' ? 2 : c == 'u' ? 4 : 8;
      end = 1 + n;
      if (text.size() < end) return fail(msg::kTemplateEscape, text.substr(0, 1));
      const auto [stop, error] = std::from_chars(text.data() + 1, text.data() + end, value, 16);
      if (error != std::errc() || stop != text.data() + end) return fail(msg::kTemplateEscape, text.substr(0, 1));
    } else if (c == 'N') {
      return fail(msg::kTemplateEscape, "N");
    } else {
      out += '\\';
      return size_t{0};
    }
    const bool is_scalar = value < 0xD800 || (value > 0xDFFF && value <= 0x10FFFF);
    if (!is_scalar) return fail(msg::kTemplateEscape, text.substr(0, end));
    append_code_point(out, value);
    return end;
  }

  Status read_operator(std::string& open) {
    constexpr std::string_view kDouble[] = {"//", "**", "==", "!=", ">=", "<="};
    constexpr std::string_view kSingle = "+-/*%~[](){}><=.:|,;";
    std::string text;
    for (const std::string_view candidate : kDouble) {
      if (next_is(candidate)) text = candidate;
    }
    const char c = source_[at_];
    if (text.empty() && kSingle.find(c) == std::string_view::npos) {
      const CodePoint wrong = decode_code_point(rest());
      return fail(msg::kTemplateUnexpected, printable(rest().substr(0, static_cast<size_t>(wrong.length_bytes))));
    }
    if (text.empty()) text = c;
    if (text == "(") open += ')';
    if (text == "[") open += ']';
    if (text == "{") open += '}';
    if (text == ")" || text == "]" || text == "}") {
      if (open.empty() || open.back() != c) return fail(msg::kTemplateUnexpected, text);
      open.pop_back();
    }
    add(TokenKind::kOperator, text);
    advance(text.size());
    return ok();
  }

  std::string_view source_;
  size_t at_ = 0;
  int line_ = 1;
  bool line_starting_ = true;  // what was read last ended with a line end
  std::vector<Token> tokens_;
};

}  // namespace

Result<std::vector<Token>> read_tokens(std::string_view source) {
  const std::string normalized = normalize_line_ends(source);
  return Lexer(normalized).run();
}

}  // namespace ondol::jinja
