#include "grammar/number_automaton.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "grammar/compile_limit.h"
#include "grammar/expression.h"
#include "grammar/grammar_messages.h"
#include "grammar/regex.h"

namespace ondol {
namespace {

constexpr int32_t kMaxStates = 50'000;

// Which order of a text's value to the bound is wanted.
struct Wanted {
  bool less, equal, greater;
};

// Unsigned texts "digits" or "digits.digits" in that order to `bound` (not negative).  Leading zeros are refused by the
// general form of numbers, with which this is intersected, so a text with more digits before the point is greater.
class Comparison {
 public:
  Comparison(const Decimal& bound, Wanted wanted) : wanted_(wanted) {
    const int64_t n = bound.n_integer_digits();
    const std::string zeros(static_cast<size_t>(std::max<int64_t>(-n, 0)), '0');
    whole_ = n > 0 ? bound.digits.substr(0, std::min(static_cast<size_t>(n), bound.digits.size())) : "0";
    if (n > std::ssize(bound.digits)) whole_.append(static_cast<size_t>(n - std::ssize(bound.digits)), '0');
    fraction_ =
        zeros + (n < std::ssize(bound.digits) ? bound.digits.substr(static_cast<size_t>(std::max<int64_t>(n, 0))) : "");
  }

  Nfa build() {
    add_lengths();
    // Digit by digit along the bound; a different digit decides.
    int32_t at = nfa_.start;
    for (size_t i = 0; i < whole_.size(); ++i) {
      const auto n_left = whole_.size() - i - 1;
      add_decision(at, whole_[i], [&](bool greater) { return digits_then_rest(n_left, greater); });
      const int32_t next = nfa_.add_state();
      nfa_.add_bytes(at, byte(whole_[i]), byte(whole_[i]), next);
      at = next;
    }
    // The text may end here: it is equal, or less when the bound has a fraction.
    accept_if(at, fraction_.empty() ? wanted_.equal : wanted_.less);
    const int32_t point = nfa_.add_state();
    nfa_.add_bytes(at, '.', '.', point);
    at = point;
    for (size_t i = 0; i < fraction_.size(); ++i) {
      if (i > 0) accept_if(at, wanted_.less);
      add_decision(at, fraction_[i], [&](bool greater) { return any_digits(greater); });
      const int32_t next = nfa_.add_state();
      nfa_.add_bytes(at, byte(fraction_[i]), byte(fraction_[i]), next);
      at = next;
    }
    // Zeros add nothing; another digit makes it greater.
    const int32_t zeros = nfa_.add_state();
    nfa_.add_empty(at, zeros);
    nfa_.add_bytes(zeros, '0', '0', zeros);
    nfa_.add_bytes(zeros, '1', '9', any_digits(true));
    accept_if(zeros, wanted_.equal);
    return std::move(nfa_);
  }

 private:
  static uint8_t byte(char c) { return static_cast<uint8_t>(c); }
  void accept_if(int32_t state, bool wanted) {
    if (wanted) nfa_.add_empty(state, nfa_.accept);
  }
  bool is_wanted(bool greater) const { return greater ? wanted_.greater : wanted_.less; }

  // Digits to the end of the text, decided already.
  int32_t any_digits(bool greater) {
    const int32_t state = nfa_.add_state();
    nfa_.add_bytes(state, '0', '9', state);
    accept_if(state, is_wanted(greater));
    return state;
  }
  // The end of the text, or a point and digits.
  int32_t rest(bool greater) {
    const int32_t state = nfa_.add_state();
    accept_if(state, is_wanted(greater));
    nfa_.add_bytes(state, '.', '.', any_digits(greater));
    return state;
  }
  int32_t digits_then_rest(size_t n, bool greater) {
    int32_t state = rest(greater);
    for (size_t i = 0; i < n; ++i) {
      const int32_t before = nfa_.add_state();
      nfa_.add_bytes(before, '0', '9', state);
      state = before;
    }
    return state;
  }
  template <class Decided>
  void add_decision(int32_t at, char digit, Decided&& decided) {
    if (digit > '0' && wanted_.less) nfa_.add_bytes(at, '0', byte(digit) - 1, decided(false));
    if (digit < '9' && wanted_.greater) nfa_.add_bytes(at, byte(digit) + 1, '9', decided(true));
  }
  // Texts with fewer or more digits before the point.
  void add_lengths() {
    for (size_t n = 1; n < whole_.size() && wanted_.less; ++n) nfa_.add_empty(nfa_.start, digits_then_rest(n, false));
    if (!wanted_.greater) return;
    int32_t state = rest(true);
    nfa_.add_bytes(state, '0', '9', state);
    for (size_t i = 0; i <= whole_.size(); ++i) {
      const int32_t before = nfa_.add_state();
      nfa_.add_bytes(before, '0', '9', state);
      state = before;
    }
    nfa_.add_empty(nfa_.start, state);
  }

  Wanted wanted_;
  std::string whole_, fraction_;
  Nfa nfa_;
};

Automaton deterministic(const Nfa& nfa) {
  const auto without = remove_empty_edges(
      nfa, [](int32_t) { return false; }, Expressions::kMaxEdges);
  CHECK(without.has_value());
  const auto automaton = determinise(trim(*without), kMaxStates);
  CHECK(automaton.has_value() || CompileLimit::reached());
  return automaton.value_or(no_text());
}

// Texts, perhaps with a sign, whose value is less than, equal to or greater than `bound` as wanted.
Automaton compared(const Decimal& bound, Wanted wanted) {
  Decimal size = bound;
  size.negative = false;
  const Wanted reversed{wanted.greater, wanted.equal, wanted.less};
  const Wanted always{true, true, true}, never{false, false, false};
  // Texts without a sign are at least zero, those with one at most.
  Wanted positive = bound.negative ? (wanted.greater ? always : never) : wanted;
  Wanted negative = bound.negative ? reversed : bound.is_zero() ? reversed : (wanted.less ? always : never);
  Expressions e;
  const auto part = [&](Wanted w) { return e.automaton(deterministic(Comparison(size, w).build())); };
  const ExpressionId whole = e.choice({part(positive), e.sequence({e.literal("-"), part(negative)})});
  const auto automaton = to_automaton(e, whole, kMaxStates);
  CHECK(automaton.has_value() || CompileLimit::reached());
  return automaton.value_or(no_text());
}

// Multiples of n * 10^-n_places, for n in digits' reach: the rest of the digits read so far modulo n, and how many of
// them stood behind the point.
Result<Automaton> multiples_of(const Decimal& divisor) {
  constexpr int64_t kMaxRest = 4'000;
  const int64_t n_places = std::max<int64_t>(-divisor.exponent, 0);
  Decimal scaled = divisor;
  scaled.exponent = std::max<int64_t>(divisor.exponent, 0);
  const auto n = to_int64(scaled);
  if (!n || *n > kMaxRest || *n * (n_places + 2) > kMaxStates) {
    return fail(ErrorKind::kBadInput, msg::kMultipleTooLarge, to_text(divisor));
  }
  std::vector<int64_t> power(static_cast<size_t>(n_places) + 1, 1 % *n);
  for (size_t i = 1; i < power.size(); ++i) power[i] = power[i - 1] * 10 % *n;

  // State 0: the start; 1: behind the sign; then rests by digits behind the point, -1 standing for none yet.
  Automaton out;
  out.add_state(false);
  out.add_state(false);
  const auto state_of = [&](int64_t places, int64_t rest) {
    return static_cast<int32_t>(2 + (places + 1) * *n + rest);
  };
  for (int64_t places = -1; places <= n_places; ++places) {
    for (int64_t rest = 0; rest < *n; ++rest) {
      const int64_t missing = n_places - std::max<int64_t>(places, 0);
      const int32_t state = out.add_state(rest * power[static_cast<size_t>(missing)] % *n == 0);
      if (places < 0) out[state].bytes.push_back({'.', '.', state_of(0, rest)});
      for (int64_t digit = 0; digit <= 9; ++digit) {
        const auto byte = static_cast<uint8_t>('0' + digit);
        const int64_t next = (rest * 10 + digit) % *n;
        if (places < 0) out[state].bytes.push_back({byte, byte, state_of(-1, next)});
        else if (places < n_places) out[state].bytes.push_back({byte, byte, state_of(places + 1, next)});
        else if (digit == 0) out[state].bytes.push_back({byte, byte, state});
      }
    }
  }
  for (const int32_t state : {0, 1}) {
    if (state == 0) out[state].bytes.push_back({'-', '-', 1});
    for (int64_t digit = 0; digit <= 9; ++digit) {
      const auto byte = static_cast<uint8_t>('0' + digit);
      out[state].bytes.push_back({byte, byte, state_of(-1, digit % *n)});
    }
  }
  return trim(out);
}

// The general form, as long as people write numbers, or as the bounds need.
Result<Automaton> number_form(const NumberFacts& facts, bool with_exponent) {
  int64_t n_digits = 18, n_places = 17;
  const auto look_at = [&](const Decimal& value) {
    n_digits = std::max(n_digits, value.n_integer_digits() + 1);
    n_places = std::max(n_places, -value.exponent + 1);
  };
  for (const auto& bound : facts.low) look_at(bound.value);
  for (const auto& bound : facts.high) look_at(bound.value);
  for (const auto& value : facts.multiples) look_at(value);
  constexpr int64_t kMaxDigits = 400;
  if (n_digits > kMaxDigits || n_places > kMaxDigits)
    return fail(ErrorKind::kBadInput, msg::kNumberTooLong, kMaxDigits);
  std::string pattern = "-?(0|[1-9][0-9]{0," + std::to_string(n_digits - 1) + "})";
  const std::string fraction = "\\.[0-9]{1," + std::to_string(n_places) + "}";
  if (!facts.integers) pattern += "\\.[0-9]*[1-9][0-9]*";
  else if (facts.fractions) pattern += "(" + fraction + ")?";
  if (with_exponent) pattern += "([eE][+-]?[0-9]{1,2})?";
  Expressions e;
  TRY(const ExpressionId whole, parse_regex(e, pattern));
  return to_automaton(e, whole, kMaxStates);
}

}  // namespace

Result<Automaton> number_automaton(const NumberFacts& facts) {
  const bool is_plain = facts.low.empty() && facts.high.empty() && facts.multiples.empty() && facts.forbidden.empty();
  TRY(Automaton numbers, number_form(facts, is_plain && facts.integers && facts.fractions));
  std::vector<Automaton> others;
  for (const auto& [value, exclusive] : facts.low) others.push_back(compared(value, {false, !exclusive, true}));
  for (const auto& [value, exclusive] : facts.high) others.push_back(compared(value, {true, !exclusive, false}));
  for (const Decimal& value : facts.forbidden) others.push_back(compared(value, {true, false, true}));
  for (const Decimal& value : facts.multiples) {
    TRY(Automaton multiples, multiples_of(value));
    others.push_back(std::move(multiples));
  }
  for (const Automaton& other : others) {
    const auto both = intersect(numbers, other, kMaxStates);
    if (!both) return too_many_states(kMaxStates);
    numbers = *both;
  }
  return numbers;
}

}  // namespace ondol
