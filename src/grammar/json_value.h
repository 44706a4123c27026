// JsonValue: JSON as schemas see it.  Numbers keep their exact value, objects their order; duplicate keys are refused,
// because readers disagree about which of them counts.
//
// Not nlohmann::json, whose numbers are doubles and 64-bit integers and whose duplicate keys vanish.
// Source: RFC 8259.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "grammar/decimal.h"

namespace ondol {

struct JsonValue {
  enum class Kind : uint8_t { kNull, kBoolean, kNumber, kString, kArray, kObject };
  struct Member;

  Kind kind = Kind::kNull;
  bool boolean = false;
  Decimal number;
  std::string text;
  std::vector<JsonValue> items;
  std::vector<Member> members;

  bool is(Kind k) const { return kind == k; }
  // The member of that name, or null.
  const JsonValue* find(std::string_view key) const;

  static constexpr int kMaxDepth = 256;  // arrays and objects inside each other
};
struct JsonValue::Member {
  std::string first;  // the key
  JsonValue second;
};

// Fails with kBadInput: the byte and what was expected there, a duplicate key, or nesting beyond kMaxDepth.
Result<JsonValue> parse_json(std::string_view text);

// Compact JSON with sorted keys and numbers by value: equal exactly when the values are.
std::string canonical_json(const JsonValue& value);
// Compact JSON, keys in their order.
std::string to_json(const JsonValue& value);
// `text` as a JSON string, quotes included; only what must be escaped is.
std::string json_quoted(std::string_view text);

}  // namespace ondol
