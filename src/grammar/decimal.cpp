#include "grammar/decimal.h"

#include <algorithm>
#include <charconv>

namespace ondol {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Without signs.
std::strong_ordering compare_magnitudes(const Decimal& a, const Decimal& b) {
  if (a.is_zero() || b.is_zero()) return !a.is_zero() <=> !b.is_zero();
  if (a.n_integer_digits() != b.n_integer_digits()) return a.n_integer_digits() <=> b.n_integer_digits();
  return a.digits.compare(b.digits) <=> 0;  // no zeros at the end: a longer text with the same beginning is larger
}

}  // namespace

std::strong_ordering operator<=>(const Decimal& a, const Decimal& b) {
  if (a.negative != b.negative) return a.negative ? std::strong_ordering::less : std::strong_ordering::greater;
  return a.negative ? compare_magnitudes(b, a) : compare_magnitudes(a, b);
}

std::optional<Decimal> parse_decimal(std::string_view text) {
  Decimal value;
  size_t at = 0;
  const auto take_digits = [&] {
    const size_t first = at;
    while (at < text.size() && is_digit(text[at])) value.digits += text[at++];
    return at - first;
  };
  if (at < text.size() && text[at] == '-') {
    value.negative = true;
    ++at;
  }
  const bool leading_zero = at < text.size() && text[at] == '0';
  const size_t n_integer = take_digits();
  if (n_integer == 0 || (leading_zero && n_integer > 1)) return std::nullopt;
  if (at < text.size() && text[at] == '.') {
    ++at;
    const size_t n_fraction = take_digits();
    if (n_fraction == 0) return std::nullopt;
    value.exponent = -static_cast<int64_t>(n_fraction);
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    const bool is_negative = at < text.size() && text[at] == '-';
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    const size_t first = at;
    int64_t exponent = 0;
    for (; at < text.size() && is_digit(text[at]); ++at)
      exponent = std::min<int64_t>(exponent * 10 + (text[at] - '0'), 1'000'000'000);
    if (at == first || exponent == 1'000'000'000) return std::nullopt;
    value.exponent += is_negative ? -exponent : exponent;
  }
  if (at != text.size()) return std::nullopt;

  const size_t last = value.digits.find_last_not_of('0');
  if (last == std::string::npos) return Decimal{};
  value.exponent += static_cast<int64_t>(value.digits.size() - 1 - last);
  value.digits.resize(last + 1);
  value.digits.erase(0, value.digits.find_first_not_of('0'));
  return value;
}

std::string to_text(const Decimal& value) {
  if (value.is_zero()) return "0";
  constexpr int64_t kMaxPlainDigits = 400;
  std::string text = value.negative ? "-" : "";
  const int64_t n = value.n_integer_digits();
  if (n > kMaxPlainDigits || n < -kMaxPlainDigits) return text + value.digits + "e" + std::to_string(value.exponent);
  if (value.exponent >= 0) return text + value.digits + std::string(static_cast<size_t>(value.exponent), '0');
  if (n <= 0) return text + "0." + std::string(static_cast<size_t>(-n), '0') + value.digits;
  return text + value.digits.substr(0, static_cast<size_t>(n)) + "." + value.digits.substr(static_cast<size_t>(n));
}

std::optional<int64_t> to_int64(const Decimal& value) {
  if (!value.is_integer() || value.n_integer_digits() > 19) return std::nullopt;
  const std::string text = to_text(value);
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// value / divisor = (x / m) * 10^shift with integers x and m.
std::optional<bool> is_multiple(const Decimal& value, const Decimal& divisor) {
  constexpr size_t kMaxDigits = 18;
  if (divisor.digits.size() > kMaxDigits || divisor.is_zero()) return std::nullopt;
  if (value.is_zero()) return true;
  const int64_t shift = value.exponent - divisor.exponent;
  if (shift < 0) return false;  // x does not end in a zero, m * 10^-shift does
  uint64_t m = 0;
  for (const char c : divisor.digits) m = m * 10 + static_cast<uint64_t>(c - '0');
  const auto times = [m](uint64_t a, uint64_t b) {
    return static_cast<uint64_t>(static_cast<unsigned __int128>(a) * b % m);
  };
  uint64_t rest = 0;
  for (const char c : value.digits) rest = (times(rest, 10) + static_cast<uint64_t>(c - '0')) % m;
  uint64_t power = 10 % m;
  for (int64_t n = shift; n > 0; n >>= 1) {
    if ((n & 1) != 0) rest = times(rest, power);
    power = times(power, power);
  }
  return rest == 0;
}

}  // namespace ondol
