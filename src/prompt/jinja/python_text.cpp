#include "prompt/jinja/python_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/utf8.h"
#include "prompt/jinja/characters.h"

namespace ondol::jinja {
namespace {

void add(TextBuilder& out, std::string_view bytes) { out.append(bytes, kFromTemplate); }

// Copies `text`, each code point as `escape` writes it; "" stands for the code point itself.
template <class Escape>
void append_escaped(const Text& text, TextBuilder& out, const Escape& escape) {
  const std::string_view bytes = text.bytes();
  int64_t begin = 0, at = 0;  // [begin, at) is copied as it is
  for (const TextRun& run : text.runs()) {
    while (at < run.end) {
      const CodePoint next = decode_code_point(bytes.substr(static_cast<size_t>(at)));
      const std::string escaped = escape(next.value);
      if (!escaped.empty()) {
        out.append(text, begin, at);
        out.append(escaped, run.origin);
        begin = at + next.length_bytes;
      }
      at += next.length_bytes;
    }
  }
  out.append(text, begin, text.size_bytes());
}

void append_text_repr(const Text& text, TextBuilder& out) {
  const bool has_single = text.bytes().find('\'') != std::string_view::npos;
  const bool has_double = text.bytes().find('"') != std::string_view::npos;
  const char quote = has_single && !has_double ? '"' : '\'';
  add(out, std::string_view(&quote, 1));
  append_escaped(text, out, [&](uint32_t c) -> std::string {
    if (c == static_cast<uint32_t>(quote) || c == '\\') return {'\\', static_cast<char>(c)};
    if (c == '\n') return "\\n";
    if (c == '\r') return "\\r";
    if (c == '\t') return "\\t";
    if (c < 0x20 || c == 0x7F) return fmt::format("\\x{:02x}", c);
    if (c < 0x7F || is_printable(c)) return {};
    if (c <= 0xFF) return fmt::format("\\x{:02x}", c);
    return c <= 0xFFFF ? fmt::format("\\u{:04x}", c) : fmt::format("\\U{:08x}", c);
  });
  add(out, std::string_view(&quote, 1));
}

Status append_items(Interpreter& interpreter, const ValueList& items, TextBuilder& out) {
  for (size_t i = 0; i < items.size(); ++i) {
    if (i > 0) add(out, ", ");
    TRY(append_repr(interpreter, items[i], out));
  }
  return ok();
}

Status append_sequence_repr(Interpreter& interpreter, const Sequence& sequence, TextBuilder& out) {
  switch (sequence.kind) {
    case SequenceKind::kList:
      add(out, "[");
      TRY(append_items(interpreter, sequence.items, out));
      add(out, "]");
      return ok();
    case SequenceKind::kTuple:
      add(out, "(");
      TRY(append_items(interpreter, sequence.items, out));
      add(out, sequence.items.size() == 1 ? ",)" : ")");
      return ok();
    case SequenceKind::kRange: {
      const auto item = [&](size_t i) { return *sequence.items[i].as_int(); };
      const size_t n = sequence.items.size();
      const int64_t first = n > 0 ? item(0) : 0, step = n > 1 ? item(1) - item(0) : 1;
      const int64_t end = n > 0 ? item(n - 1) + step : 0;
      add(out,
          step == 1 ? fmt::format("range({}, {})", first, end) : fmt::format("range({}, {}, {})", first, end, step));
      return ok();
    }
    case SequenceKind::kGenerator:
      add(out, "<generator object>");
      return ok();
    default:
      break;
  }
  constexpr std::string_view kNames[] = {"dict_keys([", "dict_values([", "dict_items(["};
  add(out, kNames[static_cast<size_t>(sequence.kind) - static_cast<size_t>(SequenceKind::kKeys)]);
  TRY(append_items(interpreter, sequence.items, out));
  add(out, "])");
  return ok();
}

Status append_dict_repr(Interpreter& interpreter, const Dict& dict, TextBuilder& out) {
  add(out, "{");
  for (size_t i = 0; i < dict.items.size(); ++i) {
    if (i > 0) add(out, ", ");
    TRY(append_repr(interpreter, dict.items[i].first, out));
    add(out, ": ");
    TRY(append_repr(interpreter, dict.items[i].second, out));
  }
  add(out, "}");
  return ok();
}

// json.dumps with an indentation that grows by one level per container.
class JsonWriter {
 public:
  JsonWriter(Interpreter& interpreter, const JsonStyle& style, TextBuilder& out)
      : interpreter_(interpreter), style_(style), out_(out) {}

  Status write(const Value& value, int level) {
    TRY(interpreter_.runtime().spend_steps(1));
    if (value.is_none()) return add_plain("null");
    if (const bool* flag = value.as_bool()) return add_plain(*flag ? "true" : "false");
    if (const auto number = value.as_int()) return add_plain(std::to_string(*number));
    if (const double* number = value.as_float()) return add_plain(json_number(*number));
    if (const Text* text = value.as_text()) {
      write_text(*text);
      return ok();
    }
    if (const Dict* dict = value.as_dict()) return write_dict(*dict, level);
    if (const Sequence* list = value.as_sequence(); list && list->kind <= SequenceKind::kTuple) {
      return write_list(*list, level);
    }
    return interpreter_.fail(msg::kTemplateNotJson, type_name(value));
  }

 private:
  Status add_plain(std::string_view text) {
    add(out_, text);
    return ok();
  }

  static std::string json_number(double number) {
    if (std::isnan(number)) return "NaN";
    if (std::isinf(number)) return number > 0 ? "Infinity" : "-Infinity";
    return float_repr(number);
  }

  void write_text(const Text& text) {
    add(out_, "\"");
    append_escaped(text, out_, [&](uint32_t c) -> std::string {
      switch (c) {
        case '"':
          return "\\\"";
        case '\\':
          return "\\\\";
        case '\n':
          return "\\n";
        case '\r':
          return "\\r";
        case '\t':
          return "\\t";
        case '\b':
          return "\\b";
        case '\f':
          return "\\f";
        default:
          break;
      }
      const bool escapes = c < 0x20 || (style_.ensure_ascii && c > 0x7E);
      if (!escapes) return {};
      if (c <= 0xFFFF) return fmt::format("\\u{:04x}", c);
      return fmt::format("\\u{:04x}\\u{:04x}", 0xD7C0 + (c >> 10), 0xDC00 + (c & 0x3FF));
    });
    add(out_, "\"");
  }

  void new_line(int level) {
    if (!style_.indented) return;
    add(out_, "\n");
    out_.repeat(style_.indent, level);
  }

  Status write_list(const Sequence& list, int level) {
    if (list.items.empty()) return add_plain("[]");
    add(out_, "[");
    for (size_t i = 0; i < list.items.size(); ++i) {
      if (i > 0) out_.append(style_.item_separator);
      new_line(level + 1);
      TRY(write(list.items[i], level + 1));
    }
    new_line(level);
    return add_plain("]");
  }

  Status write_dict(const Dict& dict, int level) {
    if (dict.items.empty()) return add_plain("{}");
    std::vector<const std::pair<Value, Value>*> pairs;
    for (const auto& pair : dict.items) pairs.push_back(&pair);
    if (style_.sort_keys) {
      for (const auto* pair : pairs) {
        if (!pair->first.as_text()) return interpreter_.fail(msg::kTemplateNotJson, type_name(pair->first));
      }
      std::sort(pairs.begin(), pairs.end(),
                [](const auto* a, const auto* b) { return a->first.as_text()->bytes() < b->first.as_text()->bytes(); });
    }
    add(out_, "{");
    for (size_t i = 0; i < pairs.size(); ++i) {
      if (i > 0) out_.append(style_.item_separator);
      new_line(level + 1);
      TRY(write_key(pairs[i]->first));
      out_.append(style_.key_separator);
      TRY(write(pairs[i]->second, level + 1));
    }
    new_line(level);
    return add_plain("}");
  }

  Status write_key(const Value& key) {
    if (const Text* text = key.as_text()) {
      write_text(*text);
      return ok();
    }
    const bool is_scalar = key.is_none() || key.as_number();
    if (!is_scalar) return interpreter_.fail(msg::kTemplateNotJson, type_name(key));
    add(out_, "\"");
    TRY(write(key, 0));
    return add_plain("\"");
  }

  Interpreter& interpreter_;
  const JsonStyle& style_;
  TextBuilder& out_;
};

// The flags, width and precision of %5.2f or {:>10}.
struct Field {
  bool left = false, zero = false, plus = false, space = false, alternate = false, center = false;
  std::string fill = " ";
  int64_t width = 0;
  std::optional<int64_t> precision;
  bool comma = false;
  char type = 0;
};

constexpr int64_t kMaxPrecision = 100;  // digits; more would be zeros of a number a template has no use for

std::string float_digits(double number, const Field& field, char type) {
  if (!std::isfinite(number)) return std::isnan(number) ? "nan" : number > 0 ? "inf" : "-inf";
  char digits[512];
  const auto format = type == 'e'   ? std::chars_format::scientific
                      : type == 'g' ? std::chars_format::general
                                    : std::chars_format::fixed;
  const int precision = static_cast<int>(std::min(field.precision.value_or(6), kMaxPrecision));
  const auto end = std::to_chars(digits, digits + sizeof digits, number, format, precision);
  return std::string(digits, end.ptr);
}

// A number as %d, %x, %f and their kin, sign in front.
Result<std::string> number_digits(Interpreter& interpreter, const Value& value, const Field& field, char type) {
  std::string digits;
  if (type == 'e' || type == 'f' || type == 'g' || type == 'E' || type == 'F' || type == 'G') {
    const auto number = value.as_number();
    if (!number) return interpreter.fail(msg::kTemplateWrongType, std::string("%") + type, type_name(value));
    digits = float_digits(*number, field, static_cast<char>(type | 0x20));
    if (type < 'a') {
      for (char& c : digits) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
    }
  } else {
    const double* const real = value.as_float();
    const bool fits = real && type == 'd' && std::abs(*real) < 9e18;
    const auto number = fits ? std::optional(static_cast<int64_t>(*real)) : value.as_int();
    if (!number) return interpreter.fail(msg::kTemplateWrongType, std::string("%") + type, type_name(value));
    const auto magnitude = *number < 0 ? 0 - static_cast<uint64_t>(*number) : static_cast<uint64_t>(*number);
    const std::string prefix = field.alternate && type != 'd' ? std::string("0") + type : "";
    digits = type == 'x'   ? fmt::format("{:x}", magnitude)
             : type == 'X' ? fmt::format("{:X}", magnitude)
             : type == 'o' ? fmt::format("{:o}", magnitude)
             : type == 'b' ? fmt::format("{:b}", magnitude)
                           : fmt::format("{}", magnitude);
    if (field.comma) {
      for (auto at = static_cast<int64_t>(digits.size()) - 3; at > 0; at -= 3)
        digits.insert(static_cast<size_t>(at), ",");
    }
    digits = (*number < 0 ? "-" : "") + prefix + digits;
  }
  if (!digits.starts_with('-') && (field.plus || field.space)) digits = (field.plus ? "+" : " ") + digits;
  return digits;
}

void append_padded(const Text& text, const Field& field, bool is_number, TextBuilder& out) {
  const int64_t missing = std::max<int64_t>(0, field.width - text.length());
  const Text fill(field.fill, kFromTemplate);
  if (field.zero && is_number && !field.left) {
    const bool is_signed =
        !text.empty() && (text.bytes()[0] == '-' || text.bytes()[0] == '+' || text.bytes()[0] == ' ');
    out.append(text, 0, is_signed ? 1 : 0);
    out.repeat(Text("0", kFromTemplate), missing);
    out.append(text, is_signed ? 1 : 0, text.size_bytes());
    return;
  }
  const int64_t before = field.center ? missing / 2 : field.left ? 0 : missing;
  out.repeat(fill, before);
  out.append(text);
  out.repeat(fill, missing - before);
}

// Reads digits at `at`; no number that large is a width anyone means.
std::optional<int64_t> read_width(std::string_view text, size_t& at) {
  std::optional<int64_t> number;
  for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
    number = std::min<int64_t>(number.value_or(0) * 10 + (text[at] - '0'), int64_t{1} << 32);
  }
  return number;
}

}  // namespace

std::string float_repr(double number) {
  if (std::isnan(number)) return "nan";
  if (std::isinf(number)) return number > 0 ? "inf" : "-inf";
  char buffer[64];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, number, std::chars_format::scientific);
  const std::string_view text(buffer, static_cast<size_t>(end.ptr - buffer));
  const size_t e = text.find('e');
  int exponent = 0;
  std::from_chars(text.data() + e + (text[e + 1] == '+' ? 2 : 1), text.data() + text.size(), exponent);
  std::string digits(text.substr(0, e));
  const std::string sign = digits.front() == '-' ? "-" : "";
  std::erase_if(digits, [](char c) { return c == '.' || c == '-'; });
  const auto n = static_cast<int>(digits.size());
  if (exponent < -4 || exponent >= 16) {
    if (n > 1) digits.insert(1, ".");
    return sign + digits + fmt::format("e{}{:02}", exponent < 0 ? '-' : '+', std::abs(exponent));
  }
  if (exponent < 0) return sign + "0." + std::string(static_cast<size_t>(-exponent - 1), '0') + digits;
  if (n <= exponent + 1) return sign + digits + std::string(static_cast<size_t>(exponent + 1 - n), '0') + ".0";
  digits.insert(static_cast<size_t>(exponent + 1), ".");
  return sign + digits;
}

Status append_repr(Interpreter& interpreter, const Value& value, TextBuilder& out) {
  TRY(interpreter.runtime().spend_steps(1));
  if (const Text* text = value.as_text()) append_text_repr(*text, out);
  else if (value.is_undefined()) add(out, "Undefined");
  else if (value.is_none()) add(out, "None");
  else if (const bool* flag = value.as_bool()) add(out, *flag ? "True" : "False");
  else if (const auto number = value.as_int()) add(out, std::to_string(*number));
  else if (const double* real = value.as_float()) add(out, float_repr(*real));
  else if (const Sequence* sequence = value.as_sequence()) return append_sequence_repr(interpreter, *sequence, out);
  else if (const Dict* dict = value.as_dict()) return append_dict_repr(interpreter, *dict, out);
  else if (value.as_namespace()) add(out, "<Namespace>");
  else if (value.as_loop()) add(out, "<LoopContext>");
  else if (const Callable* callable = value.as_callable()) {
    add(out, callable->macro != NodeId::kNone ? fmt::format("<Macro '{}'>", callable->name)
                                              : fmt::format("<function {}>", callable->name));
  }
  return ok();
}

Status append_text(Interpreter& interpreter, const Value& value, TextBuilder& out) {
  if (const Text* text = value.as_text()) {
    out.append(*text);
    return ok();
  }
  if (value.is_undefined()) return ok();
  return append_repr(interpreter, value, out);
}

Result<Text> to_text(Interpreter& interpreter, const Value& value) {
  if (const Text* text = value.as_text()) return text->as_markup(false);
  TextBuilder out(interpreter.runtime());
  TRY(append_text(interpreter, value, out));
  return out.take();
}

Status append_json(Interpreter& interpreter, const Value& value, const JsonStyle& style, TextBuilder& out) {
  return JsonWriter(interpreter, style, out).write(value, 0);
}

Result<Text> escape_html(Interpreter& interpreter, const Text& text) {
  if (text.is_markup()) return text;
  TextBuilder out(interpreter.runtime());
  append_escaped(text, out, [](uint32_t c) -> std::string {
    switch (c) {
      case '&':
        return "&amp;";
      case '<':
        return "&lt;";
      case '>':
        return "&gt;";
      case '"':
        return "&#34;";
      case '\'':
        return "&#39;";
      default:
        return {};
    }
  });
  TRY(const Text escaped, out.take());
  return escaped.as_markup(true);
}

Result<Text> percent_format(Interpreter& interpreter, const Text& format, const Value& arguments) {
  const std::string_view bytes = format.bytes();
  const Sequence* const tuple = arguments.as_sequence();
  const bool is_tuple = tuple && tuple->kind == SequenceKind::kTuple;
  const int64_t n_values = is_tuple ? std::ssize(tuple->items) : 1;
  int64_t n_used = 0;
  const auto next_value = [&]() -> Result<Value> {
    if (n_used >= n_values) return interpreter.fail(msg::kTemplateFormatArguments);
    ++n_used;
    return is_tuple ? tuple->items[static_cast<size_t>(n_used - 1)] : arguments;
  };

  TextBuilder out(interpreter.runtime());
  size_t at = 0;
  for (;;) {
    const size_t percent = std::min(bytes.find('%', at), bytes.size());
    out.append(format, static_cast<int64_t>(at), static_cast<int64_t>(percent));
    if (percent == bytes.size()) break;
    at = percent + 1;
    std::optional<Value> named;
    if (at < bytes.size() && bytes[at] == '(') {
      const size_t end = bytes.find(')', at);
      const Dict* const dict = arguments.as_dict();
      if (end == std::string_view::npos || !dict) return interpreter.fail(msg::kTemplateFormatArguments);
      const Value* const found = dict->find(bytes.substr(at + 1, end - at - 1));
      if (!found) return interpreter.fail(msg::kTemplateFormatArguments);
      named = *found;
      n_used = n_values;
      at = end + 1;
    }
    Field field;
    for (; at < bytes.size() && std::string_view("-0+ #").find(bytes[at]) != std::string_view::npos; ++at) {
      if (bytes[at] == '-') field.left = true;
      if (bytes[at] == '0') field.zero = true;
      if (bytes[at] == '+') field.plus = true;
      if (bytes[at] == ' ') field.space = true;
      if (bytes[at] == '#') field.alternate = true;
    }
    field.width = read_width(bytes, at).value_or(0);
    if (at < bytes.size() && bytes[at] == '.') field.precision = read_width(bytes, ++at).value_or(0);
    if (at >= bytes.size()) return interpreter.fail(msg::kTemplateFormat, bytes.substr(percent));
    char type = bytes[at++];
    if (type == '%') {
      add(out, "%");
      continue;
    }
    Value value;
    if (named) {
      value = *named;
    } else {
      TRY(value, next_value());
    }
    if (type == 'i' || type == 'u') type = 'd';
    if (type == 's' || type == 'r') {
      TextBuilder shown(interpreter.runtime());
      if (type == 's') TRY(append_text(interpreter, value, shown));
      else TRY(append_repr(interpreter, value, shown));
      TRY(Text text, shown.take());
      if (format.is_markup() && !(value.as_text() && value.as_text()->is_markup())) {
        TRY(text, escape_html(interpreter, text));
      }
      if (field.precision) text = text.cut(0, text.byte_of(std::min(*field.precision, text.length())));
      append_padded(text, field, false, out);
    } else if (std::string_view("dxXoeEfFgG").find(type) != std::string_view::npos) {
      TRY(const std::string digits, number_digits(interpreter, value, field, type));
      append_padded(Text(digits, kFromTemplate), field, true, out);
    } else {
      return interpreter.fail(msg::kTemplateFormat, printable(bytes.substr(percent, at - percent)));
    }
  }
  if (n_used < n_values && !arguments.as_dict()) return interpreter.fail(msg::kTemplateFormatArguments);
  TRY(const Text formatted, out.take());
  return formatted.as_markup(format.is_markup());
}

namespace {

// "{0.name[key]!r:>10}": which value, how it is shown.
class BraceFormatter {
 public:
  BraceFormatter(Interpreter& interpreter, const Text& format, const Arguments& arguments)
      : interpreter_(interpreter), format_(format), arguments_(arguments), out_(interpreter.runtime()) {}

  Result<Text> run() {
    const std::string_view bytes = format_.bytes();
    size_t at = 0;
    while (at < bytes.size()) {
      const size_t brace = std::min(bytes.find_first_of("{}", at), bytes.size());
      out_.append(format_, static_cast<int64_t>(at), static_cast<int64_t>(brace));
      if (brace == bytes.size()) break;
      at = brace + 1;
      if (at < bytes.size() && bytes[at] == bytes[brace]) {
        out_.append(format_, static_cast<int64_t>(brace), static_cast<int64_t>(at));
        ++at;
        continue;
      }
      const size_t end = bytes.find('}', at);
      if (bytes[brace] == '}' || end == std::string_view::npos) return fail_format(bytes.substr(brace));
      TRY(replace(bytes.substr(at, end - at)));
      at = end + 1;
    }
    TRY(const Text formatted, out_.take());
    return formatted.as_markup(format_.is_markup());
  }

 private:
  tl::unexpected<Error> fail_format(std::string_view part) const {
    return interpreter_.fail(msg::kTemplateFormat, printable(part));
  }

  Status replace(std::string_view field) {
    const size_t colon = std::min(field.find(':'), field.size());
    std::string_view name = field.substr(0, colon);
    const std::string_view style = field.substr(std::min(colon + 1, field.size()));
    char conversion = 0;
    if (const size_t mark = name.find('!'); mark != std::string_view::npos) {
      if (mark + 2 != name.size()) return fail_format(field);
      conversion = name[mark + 1];
      name = name.substr(0, mark);
    }
    TRY(const Value value, find_value(name));
    return append(value, conversion, style);
  }

  Result<Value> find_value(std::string_view name) {
    const size_t end = std::min(name.find_first_of(".["), name.size());
    TRY(Value value, find_argument(name.substr(0, end)));
    name.remove_prefix(end);
    while (!name.empty()) {
      const bool is_item = name.front() == '[';
      const size_t stop = is_item ? name.find(']') : std::min(name.find_first_of(".[", 1), name.size());
      if (stop == std::string_view::npos) return fail_format(name);
      const std::string_view part = name.substr(1, stop - 1);
      int64_t index = 0;
      const auto [last, error] = std::from_chars(part.data(), part.data() + part.size(), index);
      const bool is_index = error == std::errc() && last == part.data() + part.size();
      if (!is_item) {
        TRY(value, interpreter_.attribute(value, Text(std::string(part), kFromTemplate)));
      } else {
        TRY(value, interpreter_.item(value, is_index ? Value(index) : Value::text(part)));
      }
      name.remove_prefix(stop + (is_item ? 1 : 0));
    }
    return value;
  }

  Result<Value> find_argument(std::string_view name) {
    int64_t index = n_automatic_;
    if (name.empty()) {
      ++n_automatic_;
    } else {
      const auto [last, error] = std::from_chars(name.data(), name.data() + name.size(), index);
      if (error != std::errc() || last != name.data() + name.size()) {
        for (const auto& [known, value] : arguments_.named) {
          if (known == name) return value;
        }
        return interpreter_.fail(msg::kTemplateFormatArguments);
      }
    }
    if (index < 0 || index >= std::ssize(arguments_.positional)) {
      return interpreter_.fail(msg::kTemplateFormatArguments);
    }
    return arguments_.positional[static_cast<size_t>(index)];
  }

  Status append(const Value& value, char conversion, std::string_view style) {
    Field field;
    size_t at = 0;
    char align = 0;
    const auto is_align = [&](size_t i) {
      return i < style.size() && std::string_view("<>^").find(style[i]) != std::string_view::npos;
    };
    if (!style.empty()) {
      const auto fill = static_cast<size_t>(decode_code_point(style).length_bytes);
      if (is_align(fill)) {
        field.fill = style.substr(0, fill);
        at = fill;
      }
    }
    if (is_align(at)) align = style[at++];
    if (at < style.size() && (style[at] == '+' || style[at] == ' ' || style[at] == '-')) {
      field.plus = style[at] == '+';
      field.space = style[at] == ' ';
      ++at;
    }
    if (at < style.size() && style[at] == '#') field.alternate = (++at, true);
    if (at < style.size() && style[at] == '0') field.zero = (++at, true);
    field.width = read_width(style, at).value_or(0);
    if (at < style.size() && style[at] == ',') field.comma = (++at, true);
    if (at < style.size() && style[at] == '.') field.precision = read_width(style, ++at);
    if (at < style.size()) field.type = style[at++];
    if (at < style.size()) return fail_format(style);

    const bool is_number = conversion == 0 && value.as_number() && field.type != 's';
    field.center = align == '^';
    field.left = align == '<' || (align == 0 && !is_number);
    if (align != 0) field.zero = false;
    char type = field.type;
    if (is_number && type == 0 && (field.precision || field.comma) && value.as_float()) type = 'g';
    if (is_number && type == 0 && value.get_if<int64_t>()) type = 'd';
    if (is_number && type != 0 && std::string_view("bdoxXeEfFgG").find(type) != std::string_view::npos) {
      TRY(const std::string digits, number_digits(interpreter_, value, field, type));
      append_padded(Text(digits, kFromTemplate), field, true, out_);
      return ok();
    }
    if (type != 0 && type != 's') return fail_format(style);
    TextBuilder shown(interpreter_.runtime());
    if (conversion == 'r' || conversion == 'a') TRY(append_repr(interpreter_, value, shown));
    else TRY(append_text(interpreter_, value, shown));
    TRY(Text text, shown.take());
    if (field.precision) text = text.cut(0, text.byte_of(std::min(*field.precision, text.length())));
    append_padded(text, field, is_number, out_);
    return ok();
  }

  Interpreter& interpreter_;
  const Text& format_;
  const Arguments& arguments_;
  TextBuilder out_;
  int64_t n_automatic_ = 0;
};

}  // namespace

Result<Text> brace_format(Interpreter& interpreter, const Text& format, const Arguments& arguments) {
  return BraceFormatter(interpreter, format, arguments).run();
}

}  // namespace ondol::jinja
