// Filters on texts and single values.  Source: Jinja 3.1, "List of Builtin Filters"; tojson as transformers defines it.
#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <limits>

#include "base/utf8.h"
#include "prompt/jinja/characters.h"
#include "prompt/jinja/filter_tables.h"
#include "prompt/jinja/python_text.h"
#include "prompt/jinja/text_methods.h"

namespace ondol::jinja {
namespace {

// A text as it is, anything else as str() shows it.
Result<Text> soft_text(Interpreter& interpreter, const Value& value) {
  if (const Text* text = value.as_text()) return *text;
  return to_text(interpreter, value);
}

Result<int64_t> integer_argument(Interpreter& interpreter, const Value* value, int64_t otherwise) {
  if (!value) return otherwise;
  if (const auto number = value->as_int()) return *number;
  return interpreter.fail(msg::kTemplateWrongType, "int", type_name(*value));
}

template <Case wanted>
Result<Value> case_filter(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  TRY(Parameters::bind(interpreter, "upper", arguments, ""));
  TRY(const Text text, soft_text(interpreter, self));
  TRY(Text changed, change_case(interpreter, text, wanted));
  return Value(std::move(changed));
}

// Unlike str.title(), a word begins behind white space and opening brackets only.
Result<Value> title_filter(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  TRY(Parameters::bind(interpreter, "title", arguments, ""));
  TRY(const Text text, soft_text(interpreter, self));
  TextBuilder out(interpreter.runtime());
  bool begins = true;
  int64_t at = 0;
  for (const TextRun& run : text.runs()) {
    std::string changed;
    while (at < run.end) {
      const CodePoint next = decode_code_point(text.bytes().substr(static_cast<size_t>(at)));
      if (begins) append_upper(changed, next.value);
      else append_lower(changed, next.value);
      begins = is_space(next.value) ||
               (next.value < 0x80 &&
                std::string_view("-({[<").find(static_cast<char>(next.value)) != std::string_view::npos);
      at += next.length_bytes;
    }
    out.append(changed, run.origin);
  }
  TRY(Text changed, out.take());
  return Value(std::move(changed));
}

Result<Value> trim_filter(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  TRY(const Parameters given, Parameters::bind(interpreter, "trim", arguments, "chars"));
  TRY(const Text text, soft_text(interpreter, self));
  if (!given.at(0) || given.at(0)->is_none()) return Value(strip(text, nullptr, Side::kBoth));
  TRY(const Text which, to_text(interpreter, *given.at(0)));
  return Value(strip(text, &which, Side::kBoth));
}

Result<Value> replace_filter(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  TRY(const Parameters given, Parameters::bind(interpreter, "replace", arguments, "old new count", 2));
  TRY(const Text text, to_text(interpreter, self));
  TRY(const Text old, to_text(interpreter, *given.at(0)));
  TRY(const Text by, to_text(interpreter, *given.at(1)));
  const bool counts = given.at(2) && !given.at(2)->is_none();
  TRY(const int64_t count, integer_argument(interpreter, counts ? given.at(2) : nullptr, -1));
  TRY(Text replaced, replace_text(interpreter, text, old, by, count));
  return Value(std::move(replaced));
}

Result<Value> string_filter(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  TRY(Parameters::bind(interpreter, "string", arguments, ""));
  TRY(Text text, soft_text(interpreter, self));
  return Value(std::move(text));
}

Result<Value> safe_filter(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  TRY(Parameters::bind(interpreter, "safe", arguments, ""));
  TRY(const Text text, soft_text(interpreter, self));
  return Value(text.as_markup(true));
}

Result<Value> escape_filter(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  TRY(Parameters::bind(interpreter, "escape", arguments, ""));
  TRY(const Text text, soft_text(interpreter, self));
  TRY(Text escaped, escape_html(interpreter, text));
  return Value(std::move(escaped));
}

Result<Value> force_escape_filter(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  TRY(Parameters::bind(interpreter, "forceescape", arguments, ""));
  TRY(const Text text, to_text(interpreter, self));
  TRY(Text escaped, escape_html(interpreter, text));
  return Value(std::move(escaped));
}

Result<Value> format_filter(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  TRY(const Text format, soft_text(interpreter, self));
  Value values;
  if (arguments.named.empty()) {
    TRY(values, interpreter.make_sequence(SequenceKind::kTuple, arguments.positional));
  } else {
    if (!arguments.positional.empty()) return interpreter.fail(msg::kTemplateFormatArguments);
    DictBuilder builder;
    for (const auto& [name, value] : arguments.named) TRY(interpreter.set_pair(builder, Value::text(name), value));
    TRY(values, interpreter.make_dict(std::move(builder)));
  }
  TRY(Text formatted, percent_format(interpreter, format, values));
  return Value(std::move(formatted));
}

Result<Value> indent_filter(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  TRY(const Parameters given, Parameters::bind(interpreter, "indent", arguments, "width first blank"));
  const Text* const text = self.as_text();
  if (!text) return interpreter.fail(msg::kTemplateWrongType, "str", type_name(self));
  TextBuilder margin(interpreter.runtime());
  if (given.at(0) && given.at(0)->as_text()) {
    margin.append(*given.at(0)->as_text());
  } else {
    TRY(const int64_t width, integer_argument(interpreter, given.at(0), 4));
    margin.repeat(Text(" ", kFromTemplate), width);
  }
  TRY(const Text indentation, margin.take());
  const bool first = given.flag(1), blank = given.flag(2);
  TRY(interpreter.runtime().spend_steps(text->size_bytes() + 1));
  // Jinja adds a line end first, so that one at the end of the text begins another line
  std::vector<Text> lines = split_lines(*text, false);
  const bool ends_line = [&] {
    if (text->empty()) return true;
    int64_t length_bytes = 0;
    return is_line_end(last_code_point(text->bytes(), length_bytes)) && !text->bytes().ends_with('\r');
  }();
  if (ends_line) lines.emplace_back();
  TextBuilder out(interpreter.runtime());
  for (size_t i = 0; i < lines.size(); ++i) {
    if (i > 0) out.append("\n", kFromTemplate);
    const bool indents = i == 0 ? first : blank || !lines[i].empty();
    if (indents) out.append(indentation);
    out.append(lines[i]);
  }
  TRY(const Text indented, out.take());
  return Value(indented.as_markup(text->is_markup()));
}

Result<Value> center_filter(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  TRY(const Parameters given, Parameters::bind(interpreter, "center", arguments, "width"));
  TRY(const Text text, soft_text(interpreter, self));
  TRY(const int64_t width, integer_argument(interpreter, given.at(0), 80));
  TRY(Text centered, center_text(interpreter, text, width, Text(" ", kFromTemplate)));
  return Value(std::move(centered));
}

Result<Value> wordcount_filter(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  TRY(Parameters::bind(interpreter, "wordcount", arguments, ""));
  TRY(const Text text, soft_text(interpreter, self));
  TRY(interpreter.runtime().spend_steps(text.size_bytes() / 16 + 1));
  int64_t n_words = 0;
  bool inside = false;
  for (size_t at = 0; at < text.bytes().size();) {
    const CodePoint next = decode_code_point(text.bytes().substr(at));
    if (is_word(next.value) && !inside) ++n_words;
    inside = is_word(next.value);
    at += static_cast<size_t>(next.length_bytes);
  }
  return Value(n_words);
}

Result<Value> truncate_filter(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  TRY(const Parameters given, Parameters::bind(interpreter, "truncate", arguments, "length killwords end leeway"));
  TRY(const Text text, soft_text(interpreter, self));
  TRY(const int64_t length, integer_argument(interpreter, given.at(0), 255));
  const bool has_leeway = given.at(3) && !given.at(3)->is_none();
  TRY(const int64_t leeway, integer_argument(interpreter, has_leeway ? given.at(3) : nullptr, 5));
  Text end("...", kFromTemplate);
  if (given.at(2)) { TRY(end, to_text(interpreter, *given.at(2))); }
  const int64_t kept = length - end.length();
  if (kept < 0 || leeway < 0) return interpreter.fail(msg::kTemplateBadArgument, "truncate", "length");
  if (text.length() - leeway <= length) return Value(text);
  Text cut = text.cut(0, text.byte_of(kept));
  if (!given.flag(1)) {
    const size_t space = cut.bytes().rfind(' ');
    if (space != std::string_view::npos) cut = cut.cut(0, static_cast<int64_t>(space));
  }
  TextBuilder out(interpreter.runtime());
  out.append(cut);
  out.append(end);
  TRY(Text truncated, out.take());
  return Value(std::move(truncated));
}

// Percent-encodes all bytes but unreserved ones and `kept`.
void append_quoted(const Text& text, std::string_view kept, TextBuilder& out) {
  constexpr std::string_view kUnreserved = "_.-~";
  int64_t at = 0;
  for (const TextRun& run : text.runs()) {
    std::string quoted;
    for (; at < run.end; ++at) {
      const char c = text.bytes()[static_cast<size_t>(at)];
      const bool alnum = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
      if (alnum || kUnreserved.find(c) != std::string_view::npos || kept.find(c) != std::string_view::npos) quoted += c;
      else if (c == ' ' && kept.empty()) quoted += '+';
      else quoted += fmt::format("%{:02X}", static_cast<uint8_t>(c));
    }
    out.append(quoted, run.origin);
  }
}

Result<Value> urlencode_filter(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  TRY(Parameters::bind(interpreter, "urlencode", arguments, ""));
  TextBuilder out(interpreter.runtime());
  if (!self.as_dict() && !self.as_sequence()) {
    TRY(const Text text, to_text(interpreter, self));
    append_quoted(text, "/", out);
  } else {
    Value pairs = self;
    if (self.as_dict()) { TRY(pairs, interpreter.call_filter("items", self, {})); }
    TRY(const ValueList items, interpreter.iterate(pairs));
    for (size_t i = 0; i < items.size(); ++i) {
      TRY(const ValueList pair, interpreter.iterate(items[i]));
      if (pair.size() != 2) return interpreter.fail(msg::kTemplateUnpack, pair.size(), 2);
      TRY(const Text key, to_text(interpreter, pair[0]));
      TRY(const Text value, to_text(interpreter, pair[1]));
      if (i > 0) out.append("&", kFromTemplate);
      append_quoted(key, "", out);
      out.append("=", kFromTemplate);
      append_quoted(value, "", out);
    }
  }
  TRY(Text encoded, out.take());
  return Value(std::move(encoded));
}

Result<Value> tojson_filter(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  TRY(const Parameters given,
      Parameters::bind(interpreter, "tojson", arguments, "ensure_ascii indent separators sort_keys"));
  JsonStyle style;
  style.ensure_ascii = given.flag(0);
  style.sort_keys = given.flag(3);
  style.indented = given.at(1) && !given.at(1)->is_none();
  if (style.indented) {
    TextBuilder indent(interpreter.runtime());
    if (const Text* text = given.at(1)->as_text()) {
      indent.append(*text);
    } else {
      TRY(const int64_t width, integer_argument(interpreter, given.at(1), 0));
      indent.repeat(Text(" ", kFromTemplate), width);
    }
    TRY(style.indent, indent.take());
  }
  style.item_separator = Text(style.indented ? "," : ", ", kFromTemplate);
  style.key_separator = Text(": ", kFromTemplate);
  if (given.at(2) && !given.at(2)->is_none()) {
    TRY(const ValueList separators, interpreter.iterate(*given.at(2)));
    if (separators.size() != 2) return interpreter.fail(msg::kTemplateUnpack, separators.size(), 2);
    TRY(style.item_separator, to_text(interpreter, separators[0]));
    TRY(style.key_separator, to_text(interpreter, separators[1]));
  }
  TextBuilder out(interpreter.runtime());
  TRY(append_json(interpreter, self, style, out));
  TRY(Text json, out.take());
  return Value(std::move(json));
}

// Python's int(text, base), float(text): white space around, underscores between digits.
std::optional<std::string> number_text(std::string_view text) {
  const auto begin = static_cast<size_t>(leading_space(text));
  text.remove_prefix(begin);
  text.remove_suffix(static_cast<size_t>(trailing_space(text)));
  std::string digits;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '_') {
      digits += text[i];
      continue;
    }
    const bool between = i > 0 && i + 1 < text.size() && std::isalnum(static_cast<uint8_t>(text[i - 1])) &&
                         std::isalnum(static_cast<uint8_t>(text[i + 1]));
    if (!between) return std::nullopt;
  }
  return digits;
}

std::optional<double> read_float(std::string_view text) {
  const auto digits = number_text(text);
  if (!digits || digits->empty()) return std::nullopt;
  const char* first = digits->data() + (digits->front() == '+' ? 1 : 0);
  const char* last = digits->data() + digits->size();
  double number = 0;
  const auto [end, error] = std::from_chars(first, last, number);
  if (error == std::errc::result_out_of_range && end == last) return std::nullopt;
  if (error != std::errc() || end != last) return std::nullopt;
  return number;
}

std::optional<int64_t> read_integer(std::string_view text, int base) {
  const auto digits = number_text(text);
  if (!digits || digits->empty()) return std::nullopt;
  std::string_view rest = *digits;
  const bool negative = rest.front() == '-';
  if (rest.front() == '-' || rest.front() == '+') rest.remove_prefix(1);
  if (rest.size() > 2 && rest[0] == '0') {
    const char kind = static_cast<char>(rest[1] | 0x20);
    const int prefix = kind == 'x' ? 16 : kind == 'o' ? 8 : kind == 'b' ? 2 : 0;
    if (prefix != 0 && (base == prefix || base == 0)) {
      base = prefix;
      rest.remove_prefix(2);
    }
  }
  if (base < 2 || base > 36) base = 10;
  int64_t number = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number, base);
  if (rest.empty() || rest.front() == '-' || error != std::errc() || end != rest.data() + rest.size())
    return std::nullopt;
  return negative ? -number : number;
}

Result<Value> int_filter(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  TRY(const Parameters given, Parameters::bind(interpreter, "int", arguments, "default base"));
  if (self.is_undefined()) return interpreter.fail(msg::kTemplateReason, self.undefined_reason());
  TRY(const int64_t base, integer_argument(interpreter, given.at(1), 10));
  if (const auto number = self.as_int()) return Value(*number);
  std::optional<double> real;
  if (const double* number = self.as_float()) real = *number;
  if (const Text* text = self.as_text()) {
    if (const auto number = read_integer(text->bytes(), static_cast<int>(std::clamp<int64_t>(base, 0, 37)))) {
      return Value(*number);
    }
    real = read_float(text->bytes());
  }
  if (real && std::isfinite(*real)) {
    if (std::abs(*real) >= 9.2e18) return interpreter.fail(msg::kTemplateOverflow);
    return Value(static_cast<int64_t>(*real));
  }
  return given.at(0) ? *given.at(0) : Value(0);
}

Result<Value> float_filter(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  TRY(const Parameters given, Parameters::bind(interpreter, "float", arguments, "default"));
  if (self.is_undefined()) return interpreter.fail(msg::kTemplateReason, self.undefined_reason());
  if (const auto number = self.as_number()) return Value(*number);
  if (const Text* text = self.as_text()) {
    if (const auto number = read_float(text->bytes())) return Value(*number);
  }
  return given.at(0) ? *given.at(0) : Value(0.0);
}

Result<Value> abs_filter(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  TRY(Parameters::bind(interpreter, "abs", arguments, ""));
  if (const auto number = self.as_int()) {
    if (*number == std::numeric_limits<int64_t>::min()) return interpreter.fail(msg::kTemplateOverflow);
    return Value(*number < 0 ? -*number : *number);
  }
  if (const double* number = self.as_float()) return Value(std::abs(*number));
  if (self.is_undefined()) return interpreter.fail(msg::kTemplateReason, self.undefined_reason());
  return interpreter.fail(msg::kTemplateWrongType, "abs", type_name(self));
}

// Python's round(): to even, judged by the exact decimal digits.
double round_to(double number, int64_t precision) {
  if (!std::isfinite(number) || precision > 300) return number;
  if (precision < 0) {
    const double scale = std::pow(10.0, static_cast<double>(-std::max<int64_t>(precision, -300)));
    return std::nearbyint(number / scale) * scale;
  }
  char digits[1024];
  const auto end =
      std::to_chars(digits, digits + sizeof digits, number, std::chars_format::fixed, static_cast<int>(precision));
  double rounded = number;
  std::from_chars(digits, end.ptr, rounded);
  return rounded;
}

Result<Value> round_filter(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  TRY(const Parameters given, Parameters::bind(interpreter, "round", arguments, "precision method"));
  TRY(const int64_t precision, integer_argument(interpreter, given.at(0), 0));
  const auto number = self.as_number();
  if (self.is_undefined()) return interpreter.fail(msg::kTemplateReason, self.undefined_reason());
  if (!number) return interpreter.fail(msg::kTemplateWrongType, "round", type_name(self));
  std::string method = "common";
  if (given.at(1)) {
    TRY(const Text name, to_text(interpreter, *given.at(1)));
    method = name.bytes();
  }
  if (method == "common") {
    if (self.as_int() && precision >= 0) return Value(*self.as_int());
    if (self.as_int()) return Value(static_cast<int64_t>(round_to(*number, precision)));
    return Value(round_to(*number, precision));
  }
  if (method != "ceil" && method != "floor") return interpreter.fail(msg::kTemplateBadArgument, "round", method);
  const double scale = std::pow(10.0, static_cast<double>(precision));
  const double scaled = *number * scale;
  return Value((method == "ceil" ? std::ceil(scaled) : std::floor(scaled)) / scale);
}

Result<Value> filesizeformat_filter(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  TRY(const Parameters given, Parameters::bind(interpreter, "filesizeformat", arguments, "binary"));
  const auto bytes = self.as_text() ? read_float(self.as_text()->bytes()) : self.as_number();
  if (!bytes) return interpreter.fail(msg::kTemplateWrongType, "filesizeformat", type_name(self));
  const bool binary = given.flag(0);
  const double base = binary ? 1024 : 1000;
  if (*bytes == 1) return Value::text("1 Byte");
  if (*bytes < base) return Value::text(fmt::format("{} Bytes", static_cast<int64_t>(*bytes)));
  constexpr std::string_view kPrefixes = "kMGTPEZY";
  double unit = base;
  size_t prefix = 0;
  while (prefix + 1 < kPrefixes.size() && *bytes >= unit * base) {
    unit *= base;
    ++prefix;
  }
  const char letter = binary && prefix == 0 ? 'K' : kPrefixes[prefix];
  return Value::text(fmt::format("{:.1f} {}{}B", *bytes / unit, letter, binary ? "i" : ""));
}

constexpr Filter kFilters[] = {{"upper", case_filter<Case::kUpper>},
                               {"lower", case_filter<Case::kLower>},
                               {"capitalize", case_filter<Case::kCapitalized>},
                               {"title", title_filter},
                               {"trim", trim_filter},
                               {"replace", replace_filter},
                               {"string", string_filter},
                               {"safe", safe_filter},
                               {"escape", escape_filter},
                               {"e", escape_filter},
                               {"forceescape", force_escape_filter},
                               {"format", format_filter},
                               {"indent", indent_filter},
                               {"center", center_filter},
                               {"wordcount", wordcount_filter},
                               {"truncate", truncate_filter},
                               {"urlencode", urlencode_filter},
                               {"tojson", tojson_filter},
                               {"int", int_filter},
                               {"float", float_filter},
                               {"abs", abs_filter},
                               {"round", round_filter},
                               {"filesizeformat", filesizeformat_filter}};

}  // namespace

std::span<const Filter> text_filters() { return kFilters; }

}  // namespace ondol::jinja
