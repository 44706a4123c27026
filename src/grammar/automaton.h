// Automaton: states over bytes without empty edges; state 0 is the start.
//
// The bodies of a grammar's rules and the automata of regular languages have this form.  Edges that call rules may
// stand beside byte edges; the functions that combine automata (complement, intersect, …) want none of them, and
// deterministic arguments.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "grammar/nfa.h"

namespace ondol {

struct Automaton {
  struct ByteEdge {
    uint8_t low, high;
    int32_t to;
    bool operator==(const ByteEdge&) const = default;
  };
  struct CallEdge {
    int32_t rule, to;
    bool operator==(const CallEdge&) const = default;
  };
  struct State {
    std::vector<ByteEdge> bytes;  // by `low`; disjoint where the automaton is deterministic
    std::vector<CallEdge> calls;
    bool accepts = false;
  };
  std::vector<State> states;

  int32_t add_state(bool accepts) {
    states.emplace_back().accepts = accepts;
    return static_cast<int32_t>(states.size()) - 1;
  }
  State& operator[](int32_t state) { return states[static_cast<size_t>(state)]; }
  const State& operator[](int32_t state) const { return states[static_cast<size_t>(state)]; }
  int32_t size() const { return static_cast<int32_t>(states.size()); }
  int64_t n_edges() const;
};

// `nfa` (no assertions) without its empty edges; a call of a rule that `is_nullable` may also be skipped.  Nothing when
// more than `max_edges` edges would come out.
std::optional<Automaton> remove_empty_edges(const Nfa& nfa, const std::function<bool(int32_t rule)>& is_nullable,
                                            int64_t max_edges);

// The subset construction; rules are treated as further symbols.  Nothing when more than `max_states` would come out.
std::optional<Automaton> determinise(const Automaton& automaton, int32_t max_states);

// Drops states that cannot be reached or from which nothing can be accepted (a called rule counts as passable).  The
// start state stays.
Automaton trim(const Automaton& automaton);

// The smallest equal automaton; `automaton` is deterministic and trimmed.
Automaton minimise(const Automaton& automaton);

// Texts of bytes that are not / in both / in either.  Results are deterministic and trimmed.  Nothing when more than
// `max_states` would come out.
Automaton complement(const Automaton& automaton);
std::optional<Automaton> intersect(const Automaton& a, const Automaton& b, int32_t max_states);
std::optional<Automaton> unite(const Automaton& a, const Automaton& b, int32_t max_states);

bool is_empty(const Automaton& automaton);
bool accepts(const Automaton& automaton, std::string_view text);
// The state after `text`, or -1.
int32_t follow(const Automaton& automaton, int32_t state, std::string_view text);
// Every accepted text in order, or nothing when there are more than `max_texts`.
std::optional<std::vector<std::string>> all_texts(const Automaton& automaton, int64_t max_texts);

// All texts of well-formed UTF-8; exactly `text`; none.
const Automaton& all_utf8();
Automaton no_text();
Automaton only_text(std::string_view text);

}  // namespace ondol
