#include "grammar/expression.h"

#include <algorithm>

#include "base/check.h"
#include "grammar/compile_limit.h"
#include "grammar/grammar_messages.h"

namespace ondol {
namespace {

constexpr ExpressionId kUndefined{-1};
constexpr int64_t kHeaviest = int64_t{1} << 40;  // far beyond any limit, far below overflow

}  // namespace

ExpressionId Expressions::add(Node node) {
  for (const ExpressionId part : node.parts) {
    node.asserts |= this->node(part).asserts;
    node.weight = std::min(node.weight + this->node(part).weight, kHeaviest);
  }
  nodes_.push_back(std::move(node));
  return static_cast<ExpressionId>(nodes_.size() - 1);
}

ExpressionId Expressions::empty() { return add({.kind = Kind::kEmpty}); }
ExpressionId Expressions::nothing() { return add({.kind = Kind::kNothing}); }
ExpressionId Expressions::at_begin() { return add({.kind = Kind::kAtBegin, .asserts = true}); }
ExpressionId Expressions::at_end() { return add({.kind = Kind::kAtEnd, .asserts = true}); }

ExpressionId Expressions::literal(std::string text) {
  if (text.empty()) return empty();
  const auto weight = std::ssize(text);
  literals_.push_back(std::move(text));
  return add({.kind = Kind::kLiteral, .value = static_cast<int32_t>(literals_.size()) - 1, .weight = weight});
}

ExpressionId Expressions::chars(CharSet set) {
  if (set.empty()) return nothing();
  const bool is_ascii = set.back().last < 0x80;
  const auto weight = std::ssize(set) * (is_ascii ? 1 : 4);
  sets_.push_back(std::move(set));
  return add({.kind = Kind::kChars, .value = static_cast<int32_t>(sets_.size()) - 1, .weight = weight});
}

ExpressionId Expressions::sequence(std::vector<ExpressionId> parts) {
  if (parts.empty()) return empty();
  if (parts.size() == 1) return parts[0];
  return add({.kind = Kind::kSequence, .parts = std::move(parts)});
}

ExpressionId Expressions::choice(std::vector<ExpressionId> parts) {
  if (parts.empty()) return nothing();
  if (parts.size() == 1) return parts[0];
  return add({.kind = Kind::kChoice, .parts = std::move(parts)});
}

ExpressionId Expressions::repeat(ExpressionId part, int32_t min, int32_t max) {
  CHECK(min >= 0 && min <= max);
  const int64_t n_copies = max == kUnlimited ? int64_t{min} + 1 : max;
  const int64_t weight = std::min(node(part).weight, kHeaviest / kUnlimited) * n_copies;
  return add({.kind = Kind::kRepeat, .min = min, .max = max, .weight = weight, .parts = {part}});
}

ExpressionId Expressions::automaton(Automaton automaton) {
  const int64_t weight = automaton.n_edges();
  automata_.push_back(std::move(automaton));
  return add({.kind = Kind::kAutomaton, .value = static_cast<int32_t>(automata_.size()) - 1, .weight = weight});
}

ExpressionId Expressions::call(RuleId rule) { return add({.kind = Kind::kCall, .value = static_cast<int32_t>(rule)}); }

RuleId Expressions::add_rule() {
  rules_.push_back(kUndefined);
  return static_cast<RuleId>(rules_.size() - 1);
}

void Expressions::define(RuleId rule, ExpressionId body) { rules_[static_cast<size_t>(rule)] = body; }

int32_t Expressions::rule_for(ExpressionId part) {
  for (const auto& [expression, rule] : outlined_) {
    if (expression == part) return rule;
  }
  const RuleId rule = add_rule();
  define(rule, part);
  outlined_.emplace_back(part, static_cast<int32_t>(rule));
  return static_cast<int32_t>(rule);
}

Status Expressions::lower(ExpressionId expression, bool inline_all, Nfa& nfa, int32_t from, int32_t to) {
  struct Task {
    ExpressionId expression;
    int32_t from, to;
  };
  std::vector<Task> tasks{{expression, from, to}};
  const size_t n_before = nfa.edges.size();
  while (!tasks.empty()) {
    if (n_edges_ + std::ssize(nfa.edges) - static_cast<int64_t>(n_before) + std::ssize(tasks) > kMaxEdges) {
      return fail(ErrorKind::kBadInput, msg::kGrammarTooLarge, kMaxEdges);
    }
    if (CompileLimit::reached()) return CompileLimit::failure();
    const Task task = tasks.back();
    tasks.pop_back();
    const Node& node = this->node(task.expression);
    switch (node.kind) {
      case Kind::kEmpty:
        nfa.add_empty(task.from, task.to);
        break;
      case Kind::kNothing:
        break;
      case Kind::kLiteral: {
        const std::string& text = literals_[static_cast<size_t>(node.value)];
        int32_t state = task.from;
        for (size_t i = 0; i < text.size(); ++i) {
          const int32_t next = i + 1 == text.size() ? task.to : nfa.add_state();
          nfa.add_bytes(state, static_cast<uint8_t>(text[i]), static_cast<uint8_t>(text[i]), next);
          state = next;
        }
        break;
      }
      case Kind::kChars:
        nfa.add_chars(task.from, sets_[static_cast<size_t>(node.value)], task.to);
        break;
      case Kind::kSequence: {
        int32_t state = task.from;
        for (size_t i = 0; i < node.parts.size(); ++i) {
          const int32_t next = i + 1 == node.parts.size() ? task.to : nfa.add_state();
          tasks.push_back({node.parts[i], state, next});
          state = next;
        }
        break;
      }
      case Kind::kChoice:
        for (const ExpressionId part : node.parts) tasks.push_back({part, task.from, task.to});
        break;
      case Kind::kRepeat: {
        // Copies of a part cost its size each time; large ones become a rule and copies of its call.
        constexpr int64_t kLargePart = 7;
        const ExpressionId part = node.parts[0];
        const int64_t n_copies = node.max == kUnlimited ? node.min + int64_t{1} : node.max;
        const bool outline =
            !inline_all && node.max > 2 && this->node(part).weight > kLargePart && !this->node(part).asserts;
        const int32_t rule = outline ? rule_for(part) : -1;
        const auto add_copy = [&](int32_t a, int32_t b) {
          if (outline) nfa.add_call(a, rule, b);
          else tasks.push_back({part, a, b});
        };
        if (n_copies > kMaxEdges) return fail(ErrorKind::kBadInput, msg::kGrammarTooLarge, kMaxEdges);
        int32_t state = nfa.add_state();
        nfa.add_empty(task.from, state);
        for (int32_t i = 0; i < node.min; ++i) {
          const int32_t next = nfa.add_state();
          add_copy(state, next);
          state = next;
        }
        if (node.max == kUnlimited) {
          add_copy(state, state);
        } else {
          for (int32_t i = node.min; i < node.max; ++i) {
            nfa.add_empty(state, task.to);
            const int32_t next = nfa.add_state();
            add_copy(state, next);
            state = next;
          }
        }
        nfa.add_empty(state, task.to);
        break;
      }
      case Kind::kAutomaton: {
        const Automaton& automaton = automata_[static_cast<size_t>(node.value)];
        const int32_t first = nfa.n_states;
        nfa.n_states += automaton.size();
        nfa.add_empty(task.from, first);
        for (int32_t state = 0; state < automaton.size(); ++state) {
          for (const auto& edge : automaton[state].bytes) {
            nfa.add_bytes(first + state, edge.low, edge.high, first + edge.to);
          }
          for (const auto& call : automaton[state].calls) nfa.add_call(first + state, call.rule, first + call.to);
          if (automaton[state].accepts) nfa.add_empty(first + state, task.to);
        }
        break;
      }
      case Kind::kAtBegin:
        nfa.add_assertion(Nfa::Label::kAtBegin, task.from, task.to);
        break;
      case Kind::kAtEnd:
        nfa.add_assertion(Nfa::Label::kAtEnd, task.from, task.to);
        break;
      case Kind::kCall:
        nfa.add_call(task.from, node.value, task.to);
        break;
    }
  }
  n_edges_ += std::ssize(nfa.edges) - static_cast<int64_t>(n_before);
  return ok();
}

Result<Nfa> Expressions::lower_rule(RuleId rule) {
  Nfa nfa;
  const ExpressionId body = rules_[static_cast<size_t>(rule)];
  if (body == kUndefined) return nfa;
  TRY(lower(body, false, nfa, nfa.start, nfa.accept));
  if (node(body).asserts) return resolve_assertions(nfa);
  return nfa;
}

Result<Automaton> to_automaton(Expressions& expressions, ExpressionId expression, int32_t max_states) {
  Nfa nfa;
  TRY(expressions.lower(expression, true, nfa, nfa.start, nfa.accept));
  const auto without = remove_empty_edges(
      resolve_assertions(nfa), [](int32_t) { return false; }, Expressions::kMaxEdges);
  if (!without) return fail(ErrorKind::kBadInput, msg::kGrammarTooLarge, Expressions::kMaxEdges);
  const auto deterministic = determinise(trim(*without), max_states);
  if (!deterministic) return too_many_states(max_states);
  constexpr int32_t kWorthMinimising = 600;
  return deterministic->size() <= kWorthMinimising ? minimise(*deterministic) : *deterministic;
}

}  // namespace ondol
