// Nfa: a nondeterministic automaton over bytes, as expressions are first turned into.
//
// Beside bytes an edge may call a rule of the grammar (its text stands there), be empty, or hold only at the beginning
// or end of the whole text (a regex's ^ and $).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "grammar/char_set.h"

namespace ondol {

struct Nfa {
  enum class Label : uint8_t { kEmpty, kBytes, kCall, kAtBegin, kAtEnd };
  struct Edge {
    Label label;
    uint8_t low, high;  // kBytes: inclusive
    int32_t from, to;
    int32_t rule;  // kCall
  };

  int32_t n_states = 2;
  int32_t start = 0, accept = 1;
  std::vector<Edge> edges;

  int32_t add_state() { return n_states++; }
  void add_empty(int32_t from, int32_t to) { edges.push_back({Label::kEmpty, 0, 0, from, to, 0}); }
  void add_bytes(int32_t from, uint8_t low, uint8_t high, int32_t to) {
    edges.push_back({Label::kBytes, low, high, from, to, 0});
  }
  void add_call(int32_t from, int32_t rule, int32_t to) { edges.push_back({Label::kCall, 0, 0, from, to, rule}); }
  void add_assertion(Label label, int32_t from, int32_t to) { edges.push_back({label, 0, 0, from, to, 0}); }

  // The UTF-8 forms of every character of `set`, between two states.
  void add_chars(int32_t from, const CharSet& set, int32_t to);
};

// The edges of an Nfa in order of their first state.
class EdgesByState {
 public:
  explicit EdgesByState(const Nfa& nfa);
  const Nfa::Edge* begin(int32_t state) const { return edges_.data() + first_[static_cast<size_t>(state)]; }
  const Nfa::Edge* end(int32_t state) const { return edges_.data() + first_[static_cast<size_t>(state) + 1]; }

 private:
  std::vector<size_t> first_;
  std::vector<Nfa::Edge> edges_;
};

// An equal automaton without assertions, for a text that begins at the start state and ends at the accepting one.
Nfa resolve_assertions(const Nfa& nfa);

}  // namespace ondol
