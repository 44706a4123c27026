// Expressions: what regexes, GBNF rules and schemas are read into; one language of pieces for all front ends.
//
// An expression is made of expressions made before it, so a tree of any depth is built and lowered without recursion.
#pragma once

#include <cstdint>
#include <deque>
#include <initializer_list>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "grammar/automaton.h"
#include "grammar/char_set.h"
#include "grammar/nfa.h"

namespace ondol {

enum class ExpressionId : int32_t {};
enum class RuleId : int32_t {};

constexpr int32_t kUnlimited = std::numeric_limits<int32_t>::max();

class Expressions {
 public:
  ExpressionId empty();    // the empty text
  ExpressionId nothing();  // no text at all
  ExpressionId literal(std::string text);
  ExpressionId chars(CharSet set);
  ExpressionId sequence(std::vector<ExpressionId> parts);
  ExpressionId choice(std::vector<ExpressionId> parts);
  ExpressionId repeat(ExpressionId part, int32_t min, int32_t max);  // max may be kUnlimited
  ExpressionId optional(ExpressionId part) { return repeat(part, 0, 1); }
  ExpressionId automaton(Automaton automaton);  // a regular language
  ExpressionId at_begin();
  ExpressionId at_end();
  ExpressionId call(RuleId rule);

  // A rule may be called before it is defined; one that never is holds no text.
  RuleId add_rule();
  void define(RuleId rule, ExpressionId body);
  int32_t n_rules() const { return static_cast<int32_t>(rules_.size()); }

  // `expression` between two states of `nfa`.  Repetitions of large parts become calls of rules added for them, unless
  // `inline_all`.  Fails with kBadInput when the automata of this object grow beyond the limit (kMaxEdges).
  Status lower(ExpressionId expression, bool inline_all, Nfa& nfa, int32_t from, int32_t to);
  // The body of rule `rule`, lowered.
  Result<Nfa> lower_rule(RuleId rule);

  static constexpr int64_t kMaxEdges = 400'000;

 private:
  enum class Kind : uint8_t {
    kEmpty,
    kNothing,
    kLiteral,
    kChars,
    kSequence,
    kChoice,
    kRepeat,
    kAutomaton,
    kAtBegin,
    kAtEnd,
    kCall
  };
  struct Node {
    Kind kind;
    bool asserts = false;      // holds at_begin() or at_end()
    int32_t min = 0, max = 0;  // kRepeat
    int32_t value = 0;         // kCall: rule; kLiteral, kChars, kAutomaton: index
    int64_t weight = 1;        // about how many edges it lowers to
    std::vector<ExpressionId> parts{};
  };
  ExpressionId add(Node node);
  const Node& node(ExpressionId id) const { return nodes_[static_cast<size_t>(id)]; }
  int32_t rule_for(ExpressionId part);

  std::deque<Node> nodes_;
  std::vector<std::string> literals_;
  std::vector<CharSet> sets_;
  std::vector<Automaton> automata_;
  std::vector<ExpressionId> rules_;  // bodies; kUndefined until defined
  std::vector<std::pair<ExpressionId, int32_t>> outlined_;
  int64_t n_edges_ = 0;
};

// The deterministic automaton of an expression that calls no rules; its assertions are resolved.
//   max_states   of the result, kBadInput when it would need more
Result<Automaton> to_automaton(Expressions& expressions, ExpressionId expression, int32_t max_states);

}  // namespace ondol
