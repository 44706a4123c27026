// Automata of JSON numbers: those between bounds, and those that are multiples.
//
// They read plain notation (no exponent): a sign, digits, perhaps a point and digits.  Values are compared exactly.
#pragma once

#include <optional>
#include <vector>

#include "base/result.h"
#include "grammar/automaton.h"
#include "grammar/decimal.h"

namespace ondol {

struct NumberBound {
  Decimal value;
  bool exclusive = false;
};

struct NumberFacts {
  bool integers = true, fractions = true;  // which kinds are wanted
  std::vector<NumberBound> low, high;      // all hold
  std::vector<Decimal> multiples;          // of all of these
  std::vector<Decimal> forbidden;
};

// The numbers that obey `facts`.  Fails with kBadInput when a multiple needs too many states.
Result<Automaton> number_automaton(const NumberFacts& facts);

}  // namespace ondol
