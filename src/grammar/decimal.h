// Decimal: a JSON number by its exact value, however long; 1, 1.0 and 10e-1 are equal.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ondol {

struct Decimal {
  bool negative = false;
  std::string digits;    // no zeros at either end; "" for zero
  int64_t exponent = 0;  // value = ± digits * 10^exponent

  bool is_zero() const { return digits.empty(); }
  bool is_integer() const { return exponent >= 0; }
  // Digits in front of the decimal point; 0 or less when the value is below 1.
  int64_t n_integer_digits() const { return static_cast<int64_t>(digits.size()) + exponent; }
  bool operator==(const Decimal&) const = default;
};
std::strong_ordering operator<=>(const Decimal& a, const Decimal& b);

// The value of a JSON number; nothing when `text` is none or its exponent has more than nine digits.
std::optional<Decimal> parse_decimal(std::string_view text);
// As a JSON number: plain digits where they are few, else with an exponent.
std::string to_text(const Decimal& value);
// The value as an integer, where it is one and fits.
std::optional<int64_t> to_int64(const Decimal& value);

// True when `value` is an integer times `divisor`.  Nothing when the divisor has more than 18 digits.
std::optional<bool> is_multiple(const Decimal& value, const Decimal& divisor);

}  // namespace ondol
