#include "grammar/json_value.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.h"
#include "grammar/grammar_messages.h"

namespace ondol {
namespace {

using Kind = JsonValue::Kind;

class JsonParser {
 public:
  explicit JsonParser(std::string_view text) : text_(text) {}

  // Open arrays and objects stand on a stack of our own; a child is finished before its parent takes the next one, so
  // the pointers stay good.
  Result<JsonValue> parse() {
    if (repair_utf8(text_).n_replaced > 0) return fail(ErrorKind::kBadInput, msg::kJsonNotUtf8);
    JsonValue root;
    std::vector<JsonValue*> open;
    TRY(parse_value(root, open));
    while (!open.empty()) {
      JsonValue& parent = *open.back();
      const bool is_object = parent.is(Kind::kObject);
      const bool is_first = is_object ? parent.members.empty() : parent.items.empty();
      skip_space();
      if (take(is_object ? '}' : ']')) {
        if (is_object) TRY(check_keys(parent));
        open.pop_back();
        continue;
      }
      if (!is_first) {
        if (!take(',')) return expected(is_object ? ", }" : ", ]");
        skip_space();
      }
      if (!is_object) {
        TRY(parse_value(parent.items.emplace_back(), open));
        continue;
      }
      if (next() != '"') return expected(is_first ? "\" }" : "\"");
      auto& member = parent.members.emplace_back();
      TRY(parse_string(member.first));
      skip_space();
      if (!take(':')) return expected(":");
      TRY(parse_value(member.second, open));
    }
    skip_space();
    if (at_ < text_.size()) return expected(msg::kJsonEnd.text());
    return root;
  }

 private:
  tl::unexpected<Error> expected(std::string_view what) const {
    const std::string found =
        at_ < text_.size() ? "\"" + printable(text_.substr(at_, 12)) + "\"" : std::string(msg::kJsonEnd.text());
    return fail(ErrorKind::kBadInput, msg::kJsonExpected, at_, what, found);
  }
  char next() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char c) {
    if (next() != c || at_ == text_.size()) return false;
    ++at_;
    return true;
  }
  bool take(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }
  void skip_space() {
    while (next() == ' ' || next() == '\t' || next() == '\n' || next() == '\r') ++at_;
  }

  Status parse_value(JsonValue& value, std::vector<JsonValue*>& open) {
    skip_space();
    if (take('{') || take('[')) {
      if (std::ssize(open) >= JsonValue::kMaxDepth) {
        return fail(ErrorKind::kBadInput, msg::kJsonTooDeep, JsonValue::kMaxDepth);
      }
      value.kind = text_[at_ - 1] == '{' ? Kind::kObject : Kind::kArray;
      open.push_back(&value);
      return ok();
    }
    if (next() == '"') {
      value.kind = Kind::kString;
      return parse_string(value.text);
    }
    if (take("null")) return ok();
    if (take("true") || take("false")) {
      value.kind = Kind::kBoolean;
      value.boolean = text_[at_ - 2] == 'u';
      return ok();
    }
    const size_t first = at_;
    while (at_ < text_.size() && std::string_view("+-.0123456789eE").find(text_[at_]) != std::string_view::npos) ++at_;
    const auto number = parse_decimal(text_.substr(first, at_ - first));
    if (!number) {
      at_ = first;
      return expected(msg::kJsonAValue.text());
    }
    value.kind = Kind::kNumber;
    value.number = *number;
    return ok();
  }

  Result<uint32_t> parse_hex() {
    uint32_t value = 0;
    for (int i = 0; i < 4; ++i) {
      const char c = next();
      const int digit = c >= '0' && c <= '9'   ? c - '0'
                        : c >= 'a' && c <= 'f' ? c - 'a' + 10
                        : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                               : -1;
      if (digit < 0) return expected("0-9 a-f");
      value = value << 4 | static_cast<uint32_t>(digit);
      ++at_;
    }
    return value;
  }

  Status parse_string(std::string& out) {
    ++at_;
    for (;;) {
      if (at_ == text_.size()) return expected("\"");
      const char c = text_[at_];
      if (take('"')) return ok();
      if (static_cast<unsigned char>(c) < 0x20) return expected(msg::kJsonNoControl.text());
      if (!take('\\')) {
        out += c;
        ++at_;
        continue;
      }
      constexpr std::string_view kEscapes = "\"\\/bfnrt", kMeanings = "\"\\/\b\f\n\r\t";
      const size_t escape = at_ < text_.size() ? kEscapes.find(text_[at_]) : std::string_view::npos;
      if (escape != std::string_view::npos) {
        out += kMeanings[escape];
        ++at_;
        continue;
      }
      if (!take('u')) return expected("\" \\ / b f n r t u");
      TRY(uint32_t value, parse_hex());
      if (value >= 0xD800 && value <= 0xDBFF) {
        if (!take("\\u")) return expected(msg::kJsonSurrogate.text());
        TRY(const uint32_t low, parse_hex());
        if (low < 0xDC00 || low > 0xDFFF) return expected(msg::kJsonSurrogate.text());
        value = 0x10000 + ((value - 0xD800) << 10) + (low - 0xDC00);
      } else if (value >= 0xDC00 && value <= 0xDFFF) {
        return expected(msg::kJsonSurrogate.text());
      }
      append_code_point(out, value);
    }
  }

  static Status check_keys(const JsonValue& object) {
    std::vector<std::string_view> keys;
    for (const auto& member : object.members) keys.push_back(member.first);
    std::sort(keys.begin(), keys.end());
    const auto twice = std::adjacent_find(keys.begin(), keys.end());
    if (twice != keys.end()) return fail(ErrorKind::kBadInput, msg::kJsonDuplicateKey, printable(*twice));
    return ok();
  }

  std::string_view text_;
  size_t at_ = 0;
};

// Recursion is bounded by JsonValue::kMaxDepth.
void append_json(const JsonValue& value, bool sorted, std::string& out) {
  switch (value.kind) {
    case Kind::kNull:
      out += "null";
      return;
    case Kind::kBoolean:
      out += value.boolean ? "true" : "false";
      return;
    case Kind::kNumber:
      out += to_text(value.number);
      return;
    case Kind::kString:
      out += json_quoted(value.text);
      return;
    case Kind::kArray: {
      out += '[';
      for (size_t i = 0; i < value.items.size(); ++i) {
        if (i > 0) out += ',';
        append_json(value.items[i], sorted, out);
      }
      out += ']';
      return;
    }
    case Kind::kObject: {
      std::vector<const JsonValue::Member*> members;
      for (const auto& member : value.members) members.push_back(&member);
      if (sorted) std::sort(members.begin(), members.end(), [](auto* a, auto* b) { return a->first < b->first; });
      out += '{';
      for (size_t i = 0; i < members.size(); ++i) {
        if (i > 0) out += ',';
        out += json_quoted(members[i]->first) + ":";
        append_json(members[i]->second, sorted, out);
      }
      out += '}';
      return;
    }
  }
}

}  // namespace

const JsonValue* JsonValue::find(std::string_view key) const {
  const auto found = std::find_if(members.begin(), members.end(), [&](const Member& m) { return m.first == key; });
  return found == members.end() ? nullptr : &found->second;
}

Result<JsonValue> parse_json(std::string_view text) { return JsonParser(text).parse(); }

std::string canonical_json(const JsonValue& value) {
  std::string out;
  append_json(value, true, out);
  return out;
}

std::string to_json(const JsonValue& value) {
  std::string out;
  append_json(value, false, out);
  return out;
}

std::string json_quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    constexpr std::string_view kNamed = "\"\\\b\f\n\r\t", kNames = "\"\\bfnrt";
    const size_t named = kNamed.find(c);
    if (named != std::string_view::npos) out += {'\\', kNames[named]};
    else if (static_cast<unsigned char>(c) < 0x20) out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    else out += c;
  }
  return out + "\"";
}

}  // namespace ondol
