#include "prompt/jinja/text_methods.h"

#include <algorithm>

#include "base/utf8.h"
#include "prompt/jinja/characters.h"
#include "prompt/jinja/python_text.h"

namespace ondol::jinja {
namespace {

// Calls `visit` with each code point and where it begins; stops when that returns false.
template <class Visit>
bool all_code_points(std::string_view text, const Visit& visit) {
  for (size_t at = 0; at < text.size();) {
    const CodePoint next = decode_code_point(text.substr(at));
    if (!visit(next.value, static_cast<int64_t>(at))) return false;
    at += static_cast<size_t>(next.length_bytes);
  }
  return true;
}

bool has_code_point(const Text& set, uint32_t code_point) {
  return !all_code_points(set.bytes(), [&](uint32_t c, int64_t) { return c != code_point; });
}

const Text& text_of(const Value& self) { return *self.as_text(); }

Result<Text> text_argument(Interpreter& interpreter, const Value& value) {
  if (const Text* text = value.as_text()) return *text;
  return interpreter.fail(msg::kTemplateWrongType, "str", type_name(value));
}

// The text's like: pieces of markup are markup.
Value piece(const Text& text, int64_t begin, int64_t end) { return Value(text.cut(begin, end)); }

template <Side side>
Result<Value> strip_method(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  TRY(const Parameters given, Parameters::bind(interpreter, "strip", arguments, "chars"));
  if (!given.at(0) || given.at(0)->is_none()) return Value(strip(text_of(self), nullptr, side));
  TRY(const Text which, text_argument(interpreter, *given.at(0)));
  TRY(interpreter.runtime().spend_steps(which.size_bytes() / 16));
  return Value(strip(text_of(self), &which, side));
}

template <Case wanted>
Result<Value> case_method(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  TRY(Parameters::bind(interpreter, "str", arguments, ""));
  TRY(Text changed, change_case(interpreter, text_of(self), wanted));
  return Value(std::move(changed));
}

// Where a text is searched: the code points from `start` to `end`, as bytes.
struct Window {
  int64_t begin, end;
};
Result<Window> window(Interpreter& interpreter, const Text& text, const Value* start, const Value* end) {
  const auto bound = [&](const Value* value, int64_t otherwise) -> Result<int64_t> {
    if (!value || value->is_none()) return otherwise;
    const auto index = value->as_int();
    if (!index) return interpreter.fail(msg::kTemplateSliceIndex, type_name(*value));
    const int64_t length = text.length();
    return std::clamp<int64_t>(*index < 0 ? std::max(*index, -length) + length : *index, 0, length);
  };
  TRY(const int64_t from, bound(start, 0));
  TRY(const int64_t to, bound(end, text.length()));
  return Window{text.byte_of(from), text.byte_of(std::max(from, to))};
}

enum class Search { kFind, kRightFind, kIndex, kRightIndex, kCount };
template <Search kind>
Result<Value> search_method(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  TRY(const Parameters given, Parameters::bind(interpreter, "find", arguments, "sub start end", 1));
  const Text& text = text_of(self);
  TRY(const Text part, text_argument(interpreter, *given.at(0)));
  TRY(const Window in, window(interpreter, text, given.at(1), given.at(2)));
  TRY(interpreter.runtime().spend_steps(text.size_bytes() / 64 + 1));
  const std::string_view bytes =
      text.bytes().substr(static_cast<size_t>(in.begin), static_cast<size_t>(in.end - in.begin));
  if (kind == Search::kCount) {
    if (part.empty()) return Value(count_code_points(bytes) + 1);
    int64_t n = 0;
    for (size_t at = bytes.find(part.bytes()); at != std::string_view::npos; ++n) {
      at = bytes.find(part.bytes(), at + part.bytes().size());
    }
    return Value(n);
  }
  const bool from_right = kind == Search::kRightFind || kind == Search::kRightIndex;
  const size_t found = from_right ? bytes.rfind(part.bytes()) : bytes.find(part.bytes());
  if (found != std::string_view::npos) {
    return Value(count_code_points(text.bytes().substr(0, static_cast<size_t>(in.begin) + found)));
  }
  if (kind == Search::kIndex || kind == Search::kRightIndex) return interpreter.fail(msg::kTemplateNoSubstring);
  return Value(-1);
}

template <bool at_end>
Result<Value> affix_method(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  TRY(const Parameters given, Parameters::bind(interpreter, "startswith", arguments, "affix start end", 1));
  const Text& text = text_of(self);
  TRY(const Window in, window(interpreter, text, given.at(1), given.at(2)));
  const std::string_view bytes =
      text.bytes().substr(static_cast<size_t>(in.begin), static_cast<size_t>(in.end - in.begin));
  ValueList candidates = {*given.at(0)};
  if (const Sequence* tuple = given.at(0)->as_sequence(); tuple && tuple->kind == SequenceKind::kTuple) {
    candidates = tuple->items;
  }
  for (const Value& candidate : candidates) {
    TRY(const Text affix, text_argument(interpreter, candidate));
    if (at_end ? bytes.ends_with(affix.bytes()) : bytes.starts_with(affix.bytes())) return Value(true);
  }
  return Value(false);
}

template <bool at_end>
Result<Value> remove_affix(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  TRY(const Parameters given, Parameters::bind(interpreter, "removeprefix", arguments, "affix", 1));
  TRY(const Text affix, text_argument(interpreter, *given.at(0)));
  const Text& text = text_of(self);
  const int64_t n = affix.size_bytes();
  if (at_end) return text.bytes().ends_with(affix.bytes()) ? piece(text, 0, text.size_bytes() - n) : self;
  return text.bytes().starts_with(affix.bytes()) ? piece(text, n, text.size_bytes()) : self;
}

Result<Value> make_texts(Interpreter& interpreter, const std::vector<Text>& texts) {
  TRY(interpreter.runtime().spend_bytes(std::ssize(texts) * 128));
  return interpreter.make_list(ValueList(texts.begin(), texts.end()));
}

// Splits at white space, at most `max` times (not negative).
std::vector<Text> split_at_space(const Text& text, int64_t max, bool from_right) {
  std::vector<Text> parts;
  int64_t begin = 0, end = text.size_bytes();
  const auto rest = [&] { return text.bytes().substr(static_cast<size_t>(begin), static_cast<size_t>(end - begin)); };
  for (;;) {
    if (from_right) end -= trailing_space(rest());
    else begin += leading_space(rest());
    if (begin == end) break;
    if (max >= 0 && std::ssize(parts) == max) {
      parts.push_back(text.cut(begin, end));
      break;
    }
    int64_t cut = from_right ? begin : end;
    if (from_right) {
      std::string_view left = rest();
      while (!left.empty()) {
        int64_t length_bytes = 0;
        if (is_space(last_code_point(left, length_bytes))) {
          cut = begin + static_cast<int64_t>(left.size());
          break;
        }
        left.remove_suffix(static_cast<size_t>(length_bytes));
      }
      parts.push_back(text.cut(cut, end));
      end = cut;
    } else {
      all_code_points(rest(), [&](uint32_t c, int64_t at) {
        if (is_space(c)) cut = begin + at;
        return !is_space(c);
      });
      parts.push_back(text.cut(begin, cut));
      begin = cut;
    }
  }
  if (from_right) std::reverse(parts.begin(), parts.end());
  return parts;
}

std::vector<Text> split_at_text(const Text& text, std::string_view separator, int64_t max, bool from_right) {
  std::vector<Text> parts;
  const auto n = static_cast<int64_t>(separator.size());
  int64_t begin = 0, end = text.size_bytes();
  while (max < 0 || std::ssize(parts) < max) {
    const std::string_view rest = text.bytes().substr(static_cast<size_t>(begin), static_cast<size_t>(end - begin));
    const size_t found = from_right ? rest.rfind(separator) : rest.find(separator);
    if (found == std::string_view::npos) break;
    const int64_t at = begin + static_cast<int64_t>(found);
    if (from_right) {
      parts.push_back(text.cut(at + n, end));
      end = at;
    } else {
      parts.push_back(text.cut(begin, at));
      begin = at + n;
    }
  }
  parts.push_back(text.cut(begin, end));
  if (from_right) std::reverse(parts.begin(), parts.end());
  return parts;
}

template <bool from_right>
Result<Value> split_method(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  TRY(const Parameters given, Parameters::bind(interpreter, "split", arguments, "sep maxsplit"));
  const Text& text = text_of(self);
  int64_t max = -1;
  if (given.at(1)) {
    const auto wanted = given.at(1)->as_int();
    if (!wanted) return interpreter.fail(msg::kTemplateWrongType, "int", type_name(*given.at(1)));
    max = *wanted;
  }
  // every part is at least an object
  TRY(interpreter.runtime().spend_steps(text.size_bytes() + 1));
  if (!given.at(0) || given.at(0)->is_none()) return make_texts(interpreter, split_at_space(text, max, from_right));
  TRY(const Text separator, text_argument(interpreter, *given.at(0)));
  if (separator.empty()) return interpreter.fail(msg::kTemplateEmptySeparator);
  return make_texts(interpreter, split_at_text(text, separator.bytes(), max, from_right));
}

template <bool from_right>
Result<Value> partition_method(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  TRY(const Parameters given, Parameters::bind(interpreter, "partition", arguments, "sep", 1));
  TRY(const Text separator, text_argument(interpreter, *given.at(0)));
  if (separator.empty()) return interpreter.fail(msg::kTemplateEmptySeparator);
  const Text& text = text_of(self);
  const size_t found = from_right ? text.bytes().rfind(separator.bytes()) : text.bytes().find(separator.bytes());
  ValueList parts = {self, Value(Text()), Value(Text())};
  if (found == std::string_view::npos) {
    if (from_right) std::swap(parts[0], parts[2]);
  } else {
    const auto at = static_cast<int64_t>(found);
    parts = {piece(text, 0, at), piece(text, at, at + separator.size_bytes()),
             piece(text, at + separator.size_bytes(), text.size_bytes())};
  }
  return interpreter.make_sequence(SequenceKind::kTuple, std::move(parts));
}

Result<Value> splitlines_method(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  TRY(const Parameters given, Parameters::bind(interpreter, "splitlines", arguments, "keepends"));
  TRY(interpreter.runtime().spend_steps(text_of(self).size_bytes() + 1));
  return make_texts(interpreter, split_lines(text_of(self), given.flag(0)));
}

Result<Value> replace_method(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  TRY(const Parameters given, Parameters::bind(interpreter, "replace", arguments, "old new count", 2));
  TRY(const Text old, text_argument(interpreter, *given.at(0)));
  TRY(Text by, text_argument(interpreter, *given.at(1)));
  if (text_of(self).is_markup()) { TRY(by, escape_html(interpreter, by)); }
  const int64_t count = given.at(2) ? given.at(2)->as_int().value_or(-1) : -1;
  TRY(const Text replaced, replace_text(interpreter, text_of(self), old, by, count));
  return Value(replaced.as_markup(text_of(self).is_markup()));
}

Result<Value> join_method(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  TRY(const Parameters given, Parameters::bind(interpreter, "join", arguments, "iterable", 1));
  TRY(const ValueList items, interpreter.iterate(*given.at(0)));
  TextBuilder out(interpreter.runtime());
  for (size_t i = 0; i < items.size(); ++i) {
    TRY(interpreter.runtime().spend_steps(1));
    if (i > 0) out.append(text_of(self));
    TRY(Text item, text_argument(interpreter, items[i]));
    if (text_of(self).is_markup()) { TRY(item, escape_html(interpreter, item)); }
    out.append(item);
  }
  TRY(const Text joined, out.take());
  return Value(joined.as_markup(text_of(self).is_markup()));
}

template <Side side>
Result<Value> justify_method(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  TRY(const Parameters given, Parameters::bind(interpreter, "center", arguments, "width fillchar", 1));
  const auto width = given.at(0)->as_int();
  if (!width) return interpreter.fail(msg::kTemplateWrongType, "int", type_name(*given.at(0)));
  Text fill(" ", kFromTemplate);
  if (given.at(1)) { TRY(fill, text_argument(interpreter, *given.at(1))); }
  const Text& text = text_of(self);
  if (side == Side::kBoth) {
    TRY(Text centered, center_text(interpreter, text, *width, fill));
    return Value(std::move(centered));
  }
  TextBuilder out(interpreter.runtime());
  const int64_t missing = *width - text.length();
  if (side == Side::kRight) out.repeat(fill, missing);
  out.append(text);
  if (side == Side::kLeft) out.repeat(fill, missing);
  TRY(Text justified, out.take());
  return Value(std::move(justified));
}

Result<Value> zfill_method(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  TRY(const Parameters given, Parameters::bind(interpreter, "zfill", arguments, "width", 1));
  const auto width = given.at(0)->as_int();
  if (!width) return interpreter.fail(msg::kTemplateWrongType, "int", type_name(*given.at(0)));
  const Text& text = text_of(self);
  const bool is_signed = !text.empty() && (text.bytes()[0] == '-' || text.bytes()[0] == '+');
  TextBuilder out(interpreter.runtime());
  out.append(text, 0, is_signed ? 1 : 0);
  out.repeat(Text("0", kFromTemplate), *width - text.length());
  out.append(text, is_signed ? 1 : 0, text.size_bytes());
  TRY(Text filled, out.take());
  return Value(std::move(filled));
}

Result<Value> format_method(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  TRY(Text formatted, brace_format(interpreter, text_of(self), arguments));
  return Value(std::move(formatted));
}

// A text is of a kind when it is not empty and all its characters are.
template <bool (*is_kind)(uint32_t)>
Result<Value> kind_method(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  TRY(Parameters::bind(interpreter, "str", arguments, ""));
  const Text& text = text_of(self);
  TRY(interpreter.runtime().spend_steps(text.size_bytes() / 64));
  return Value(!text.empty() && all_code_points(text.bytes(), [](uint32_t c, int64_t) { return is_kind(c); }));
}

bool is_digit(uint32_t c) { return is_decimal(c) || c == 0xB2 || c == 0xB3 || c == 0xB9; }
bool is_alnum(uint32_t c) { return is_alpha(c) || is_numeric(c); }

template <bool (*is_kind)(std::string_view)>
Result<Value> whole_method(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  TRY(Parameters::bind(interpreter, "str", arguments, ""));
  return Value(is_kind(text_of(self).bytes()));
}

bool is_title_text(std::string_view text) {
  bool after_letter = false, has_letter = false;
  return all_code_points(text,
                         [&](uint32_t c, int64_t) {
                           const bool upper = is_upper(c), lower = is_lower(c);
                           if ((upper && after_letter) || (lower && !after_letter)) return false;
                           after_letter = upper || lower;
                           has_letter = has_letter || after_letter;
                           return true;
                         }) &&
         has_letter;
}

bool is_ascii_text(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<uint8_t>(c) < 0x80; });
}

bool is_identifier_text(std::string_view text) {
  return !text.empty() && !(text[0] >= '0' && text[0] <= '9') &&
         all_code_points(text, [](uint32_t c, int64_t) { return is_word(c); });
}

bool is_printable_text(std::string_view text) {
  return all_code_points(text, [](uint32_t c, int64_t) { return is_printable(c); });
}

struct Method {
  std::string_view name;
  Native native;
};
constexpr Method kMethods[] = {
    {"strip", strip_method<Side::kBoth>},
    {"lstrip", strip_method<Side::kLeft>},
    {"rstrip", strip_method<Side::kRight>},
    {"upper", case_method<Case::kUpper>},
    {"lower", case_method<Case::kLower>},
    {"casefold", case_method<Case::kLower>},
    {"capitalize", case_method<Case::kCapitalized>},
    {"title", case_method<Case::kTitle>},
    {"find", search_method<Search::kFind>},
    {"rfind", search_method<Search::kRightFind>},
    {"index", search_method<Search::kIndex>},
    {"rindex", search_method<Search::kRightIndex>},
    {"count", search_method<Search::kCount>},
    {"startswith", affix_method<false>},
    {"endswith", affix_method<true>},
    {"removeprefix", remove_affix<false>},
    {"removesuffix", remove_affix<true>},
    {"split", split_method<false>},
    {"rsplit", split_method<true>},
    {"partition", partition_method<false>},
    {"rpartition", partition_method<true>},
    {"splitlines", splitlines_method},
    {"replace", replace_method},
    {"join", join_method},
    {"center", justify_method<Side::kBoth>},
    {"ljust", justify_method<Side::kLeft>},
    {"rjust", justify_method<Side::kRight>},
    {"zfill", zfill_method},
    {"format", format_method},
    {"isspace", kind_method<is_space>},
    {"isalpha", kind_method<is_alpha>},
    {"isdigit", kind_method<is_digit>},
    {"isdecimal", kind_method<is_decimal>},
    {"isnumeric", kind_method<is_numeric>},
    {"isalnum", kind_method<is_alnum>},
    {"islower", whole_method<is_lower_text>},
    {"isupper", whole_method<is_upper_text>},
    {"istitle", whole_method<is_title_text>},
    {"isascii", whole_method<is_ascii_text>},
    {"isidentifier", whole_method<is_identifier_text>},
    {"isprintable", whole_method<is_printable_text>},
};

}  // namespace

Native find_text_method(std::string_view name) {
  const auto found =
      std::find_if(std::begin(kMethods), std::end(kMethods), [&](const Method& m) { return m.name == name; });
  return found == std::end(kMethods) ? nullptr : found->native;
}

Text strip(const Text& text, const Text* which, Side side) {
  std::string_view rest = text.bytes();
  int64_t begin = 0;
  const auto goes = [&](uint32_t c) { return which ? has_code_point(*which, c) : is_space(c); };
  while (side != Side::kRight && !rest.empty()) {
    const CodePoint first = decode_code_point(rest);
    if (!goes(first.value)) break;
    rest.remove_prefix(static_cast<size_t>(first.length_bytes));
    begin += first.length_bytes;
  }
  while (side != Side::kLeft && !rest.empty()) {
    int64_t length_bytes = 0;
    if (!goes(last_code_point(rest, length_bytes))) break;
    rest.remove_suffix(static_cast<size_t>(length_bytes));
  }
  return text.cut(begin, begin + static_cast<int64_t>(rest.size()));
}

Result<Text> change_case(Interpreter& interpreter, const Text& text, Case wanted) {
  TRY(interpreter.runtime().spend_steps(text.size_bytes() / 16 + 1));
  TextBuilder out(interpreter.runtime());
  bool after_letter = false;
  int64_t at = 0;
  for (const TextRun& run : text.runs()) {
    std::string changed;
    while (at < run.end) {
      const CodePoint next = decode_code_point(text.bytes().substr(static_cast<size_t>(at)));
      const bool upper = wanted == Case::kUpper || (wanted == Case::kCapitalized && at == 0) ||
                         (wanted == Case::kTitle && !after_letter);
      if (upper) append_upper(changed, next.value);
      else append_lower(changed, next.value);
      after_letter = is_upper(next.value) || is_lower(next.value);
      at += next.length_bytes;
    }
    out.append(changed, run.origin);
  }
  TRY(const Text changed, out.take());
  return changed.as_markup(text.is_markup());
}

Result<Text> replace_text(Interpreter& interpreter, const Text& text, const Text& old, const Text& by, int64_t count) {
  TRY(interpreter.runtime().spend_steps(text.size_bytes() / 64 + 1));
  TextBuilder out(interpreter.runtime());
  int64_t begin = 0;
  if (old.empty()) {
    // between all characters, and at both ends
    int64_t n_done = 0;
    all_code_points(text.bytes(), [&](uint32_t, int64_t at) {
      if (count >= 0 && n_done == count) return false;
      ++n_done;
      out.append(text, begin, at);
      out.append(by);
      begin = at;
      return true;
    });
    out.append(text, begin, text.size_bytes());
    if (count < 0 || n_done < count) out.append(by);
    return out.take();
  }
  for (int64_t n = 0; count < 0 || n < count; ++n) {
    const size_t found = text.bytes().find(old.bytes(), static_cast<size_t>(begin));
    if (found == std::string_view::npos) break;
    out.append(text, begin, static_cast<int64_t>(found));
    out.append(by);
    begin = static_cast<int64_t>(found) + old.size_bytes();
  }
  out.append(text, begin, text.size_bytes());
  return out.take();
}

std::vector<Text> split_lines(const Text& text, bool keep_ends) {
  std::vector<Text> lines;
  const std::string_view bytes = text.bytes();
  int64_t begin = 0;
  for (int64_t at = 0; at < text.size_bytes();) {
    const CodePoint next = decode_code_point(bytes.substr(static_cast<size_t>(at)));
    int64_t end = at + next.length_bytes;
    if (is_line_end(next.value)) {
      if (bytes.substr(static_cast<size_t>(at)).starts_with("\r\n")) ++end;
      lines.push_back(text.cut(begin, keep_ends ? end : at));
      begin = end;
    }
    at = end;
  }
  if (begin < text.size_bytes()) lines.push_back(text.cut(begin, text.size_bytes()));
  return lines;
}

Result<Text> center_text(Interpreter& interpreter, const Text& text, int64_t width, const Text& fill) {
  const int64_t length = text.length();
  if (width <= length) return text;
  const int64_t missing = width - length;
  // Python puts the odd one to the left of an even width
  const int64_t before = missing / 2 + (missing & width & 1);
  TextBuilder out(interpreter.runtime());
  out.repeat(fill, before);
  out.append(text);
  out.repeat(fill, missing - before);
  TRY(const Text centered, out.take());
  return centered.as_markup(text.is_markup());
}

bool is_lower_text(std::string_view text) {
  bool any = false;
  return all_code_points(text,
                         [&](uint32_t c, int64_t) {
                           any = any || is_lower(c);
                           return !is_upper(c);
                         }) &&
         any;
}

bool is_upper_text(std::string_view text) {
  bool any = false;
  return all_code_points(text,
                         [&](uint32_t c, int64_t) {
                           any = any || is_upper(c);
                           return !is_lower(c);
                         }) &&
         any;
}

}  // namespace ondol::jinja
