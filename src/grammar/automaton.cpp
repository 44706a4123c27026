#include "grammar/automaton.h"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>

#include "base/check.h"
#include "grammar/compile_limit.h"

namespace ondol {
namespace {

using State = Automaton::State;
using ByteEdge = Automaton::ByteEdge;
using CallEdge = Automaton::CallEdge;

bool by_low(const ByteEdge& a, const ByteEdge& b) {
  return std::pair(a.low, std::pair(a.high, a.to)) < std::pair(b.low, std::pair(b.high, b.to));
}
bool by_rule(const CallEdge& a, const CallEdge& b) { return std::pair(a.rule, a.to) < std::pair(b.rule, b.to); }

void sort_edges(State& state) {
  std::sort(state.bytes.begin(), state.bytes.end(), by_low);
  state.bytes.erase(std::unique(state.bytes.begin(), state.bytes.end()), state.bytes.end());
  std::sort(state.calls.begin(), state.calls.end(), by_rule);
  state.calls.erase(std::unique(state.calls.begin(), state.calls.end()), state.calls.end());
}

// Neighbouring ranges that lead to the same state become one.
void join_ranges(std::vector<ByteEdge>& edges) {
  size_t n = 0;
  for (const ByteEdge& edge : edges) {
    if (n > 0 && edges[n - 1].to == edge.to && edges[n - 1].high + 1 == edge.low) edges[n - 1].high = edge.high;
    else edges[n++] = edge;
  }
  edges.resize(n);
}

struct HashInts {
  size_t operator()(const std::vector<int32_t>& values) const {
    uint64_t hash = 0xCBF29CE484222325u;  // FNV-1a's start and prime
    for (const int32_t value : values) hash = (hash ^ static_cast<uint32_t>(value)) * 0x100000001B3u;
    return static_cast<size_t>(hash ^ hash >> 29);
  }
};
// Sets or tuples of states of the old automaton and the new states that stand for them.
using StateIndex = std::unordered_map<std::vector<int32_t>, int32_t, HashInts>;

// Calls body(low, high, targets) for the largest byte ranges on which the edges of all `sources` are the same.
// targets[i] are the states that source i reaches.
template <class Body>
void for_each_range(const std::vector<const std::vector<ByteEdge>*>& sources, Body&& body) {
  bool starts[257] = {true};
  for (const auto* edges : sources) {
    for (const ByteEdge& edge : *edges) starts[edge.low] = starts[edge.high + 1] = true;
  }
  int low_of[257], range_of[256];
  int n_ranges = 0;
  for (int byte = 0; byte < 256; ++byte) {
    if (starts[byte]) low_of[n_ranges++] = byte;
    range_of[byte] = n_ranges - 1;
  }
  low_of[n_ranges] = 256;
  std::vector<std::vector<std::vector<int32_t>>> targets(static_cast<size_t>(n_ranges));  // by range, then source
  for (auto& of_range : targets) of_range.resize(sources.size());
  for (size_t i = 0; i < sources.size(); ++i) {
    for (const ByteEdge& edge : *sources[i]) {
      for (int r = range_of[edge.low]; r <= range_of[edge.high]; ++r)
        targets[static_cast<size_t>(r)][i].push_back(edge.to);
    }
  }
  for (int r = 0; r < n_ranges; ++r) {
    body(static_cast<uint8_t>(low_of[r]), static_cast<uint8_t>(low_of[r + 1] - 1), targets[static_cast<size_t>(r)]);
  }
}

// The product of two deterministic automata; -1 is the state from which nothing follows.
template <class Accept>
std::optional<Automaton> product(const Automaton& a, const Automaton& b, int32_t max_states, bool needs_both,
                                 Accept&& accept) {
  static const std::vector<ByteEdge> kNoEdges;
  const auto edges_of = [](const Automaton& automaton, int32_t state) {
    return state < 0 ? &kNoEdges : &automaton[state].bytes;
  };
  Automaton out;
  StateIndex index;
  std::vector<std::pair<int32_t, int32_t>> pairs;
  const auto state_of = [&](int32_t x, int32_t y) {
    const auto [entry, is_new] = index.try_emplace({x, y}, out.size());
    if (is_new) {
      out.add_state(accept(x >= 0 && a[x].accepts, y >= 0 && b[y].accepts));
      pairs.emplace_back(x, y);
    }
    return entry->second;
  };
  state_of(0, 0);
  for (int32_t state = 0; state < out.size(); ++state) {
    if (out.size() > max_states || CompileLimit::reached()) return std::nullopt;
    const auto [x, y] = pairs[static_cast<size_t>(state)];
    for_each_range({edges_of(a, x), edges_of(b, y)}, [&](uint8_t low, uint8_t high, const auto& targets) {
      const int32_t to_x = targets[0].empty() ? -1 : targets[0][0], to_y = targets[1].empty() ? -1 : targets[1][0];
      if (needs_both ? to_x < 0 || to_y < 0 : to_x < 0 && to_y < 0) return;
      const int32_t to = state_of(to_x, to_y);
      out[state].bytes.push_back({low, high, to});
    });
    join_ranges(out[state].bytes);
  }
  return trim(out);
}

}  // namespace

int64_t Automaton::n_edges() const {
  int64_t n = 0;
  for (const State& state : states) n += std::ssize(state.bytes) + std::ssize(state.calls);
  return n;
}

std::optional<Automaton> remove_empty_edges(const Nfa& nfa, const std::function<bool(int32_t)>& is_nullable,
                                            int64_t max_edges) {
  const EdgesByState edges(nfa);
  Automaton out;
  std::vector<int32_t> number(static_cast<size_t>(nfa.n_states), -1), seen(static_cast<size_t>(nfa.n_states), -1);
  std::vector<int32_t> order, closure;
  const auto state_of = [&](int32_t old) {
    int32_t& state = number[static_cast<size_t>(old)];
    if (state < 0) {
      state = out.add_state(false);
      order.push_back(old);
    }
    return state;
  };
  state_of(nfa.start);
  int64_t work = 0;
  for (int32_t state = 0; state < out.size(); ++state) {
    const int32_t root = order[static_cast<size_t>(state)];
    closure.assign(1, root);
    seen[static_cast<size_t>(root)] = state;
    State found;
    for (size_t i = 0; i < closure.size(); ++i) {
      if (closure[i] == nfa.accept) found.accepts = true;
      for (const Nfa::Edge* edge = edges.begin(closure[i]); edge != edges.end(closure[i]); ++edge) {
        if (++work > max_edges) return std::nullopt;
        bool passes = edge->label == Nfa::Label::kEmpty;
        if (edge->label == Nfa::Label::kBytes) found.bytes.push_back({edge->low, edge->high, state_of(edge->to)});
        if (edge->label == Nfa::Label::kCall) {
          found.calls.push_back({edge->rule, state_of(edge->to)});
          passes = is_nullable(edge->rule);
        }
        if (!passes || seen[static_cast<size_t>(edge->to)] == state) continue;
        seen[static_cast<size_t>(edge->to)] = state;
        closure.push_back(edge->to);
      }
    }
    sort_edges(found);
    out[state] = std::move(found);
  }
  return out;
}

// Also nothing when the sets of states grow too large or the CompileLimit is reached, which holds for products, too.
std::optional<Automaton> determinise(const Automaton& automaton, int32_t max_states) {
  constexpr size_t kMostKept = 4 << 20;  // states in all sets, which are kept twice
  Automaton out;
  StateIndex index;
  std::vector<std::vector<int32_t>> sets;
  size_t n_kept = 0;
  const auto state_of = [&](std::vector<int32_t> set) {
    std::sort(set.begin(), set.end());
    set.erase(std::unique(set.begin(), set.end()), set.end());
    const auto [entry, is_new] = index.try_emplace(set, out.size());
    if (is_new) {
      out.add_state(std::any_of(set.begin(), set.end(), [&](int32_t s) { return automaton[s].accepts; }));
      n_kept += set.size();
      sets.push_back(std::move(set));
    }
    return entry->second;
  };
  state_of({0});
  std::map<int32_t, std::vector<int32_t>> by_rule;
  for (int32_t state = 0; state < out.size(); ++state) {
    if (out.size() > max_states || n_kept > kMostKept || CompileLimit::reached()) return std::nullopt;
    const std::vector<int32_t> set = sets[static_cast<size_t>(state)];
    std::vector<ByteEdge> bytes;
    by_rule.clear();
    for (const int32_t s : set) {
      bytes.insert(bytes.end(), automaton[s].bytes.begin(), automaton[s].bytes.end());
      for (const CallEdge& call : automaton[s].calls) by_rule[call.rule].push_back(call.to);
    }
    for_each_range({&bytes}, [&](uint8_t low, uint8_t high, const auto& targets) {
      if (targets[0].empty()) return;
      const int32_t to = state_of(targets[0]);
      out[state].bytes.push_back({low, high, to});
    });
    join_ranges(out[state].bytes);
    for (const auto& [rule, targets] : by_rule) {
      const int32_t to = state_of(targets);
      out[state].calls.push_back({rule, to});
    }
  }
  return out;
}

Automaton trim(const Automaton& automaton) {
  const auto n = static_cast<size_t>(automaton.size());
  // Backwards from accepting states, then forwards from the start over what was found.
  std::vector<std::vector<int32_t>> sources(n);
  std::vector<int32_t> pending;
  std::vector<bool> useful(n);
  for (int32_t state = 0; state < automaton.size(); ++state) {
    for (const ByteEdge& edge : automaton[state].bytes) sources[static_cast<size_t>(edge.to)].push_back(state);
    for (const CallEdge& call : automaton[state].calls) sources[static_cast<size_t>(call.to)].push_back(state);
    if (automaton[state].accepts) {
      useful[static_cast<size_t>(state)] = true;
      pending.push_back(state);
    }
  }
  while (!pending.empty()) {
    const int32_t state = pending.back();
    pending.pop_back();
    for (const int32_t source : sources[static_cast<size_t>(state)]) {
      if (useful[static_cast<size_t>(source)]) continue;
      useful[static_cast<size_t>(source)] = true;
      pending.push_back(source);
    }
  }
  Automaton out;
  std::vector<int32_t> number(n, -1), order{0};
  number[0] = out.add_state(automaton[0].accepts);
  const auto state_of = [&](int32_t old) {
    int32_t& state = number[static_cast<size_t>(old)];
    if (state < 0) {
      state = out.add_state(automaton[old].accepts);
      order.push_back(old);
    }
    return state;
  };
  for (int32_t state = 0; state < out.size(); ++state) {
    const State& old = automaton[order[static_cast<size_t>(state)]];
    for (const ByteEdge& edge : old.bytes) {
      if (!useful[static_cast<size_t>(edge.to)]) continue;
      const int32_t to = state_of(edge.to);
      out[state].bytes.push_back({edge.low, edge.high, to});
    }
    for (const CallEdge& call : old.calls) {
      if (!useful[static_cast<size_t>(call.to)]) continue;
      const int32_t to = state_of(call.to);
      out[state].calls.push_back({call.rule, to});
    }
  }
  return out;
}

namespace {

// How many edges lie between each state and the end of its longest text; -1 where there is no longest.
std::vector<int32_t> longest_rests(const Automaton& automaton) {
  const auto n = static_cast<size_t>(automaton.size());
  std::vector<std::vector<int32_t>> sources(n);
  std::vector<int64_t> n_open(n);
  std::vector<int32_t> longest(n, 0), pending;
  for (int32_t state = 0; state < automaton.size(); ++state) {
    const auto add = [&](int32_t to) {
      sources[static_cast<size_t>(to)].push_back(state);
      ++n_open[static_cast<size_t>(state)];
    };
    for (const ByteEdge& edge : automaton[state].bytes) add(edge.to);
    for (const CallEdge& call : automaton[state].calls) add(call.to);
    if (n_open[static_cast<size_t>(state)] == 0) pending.push_back(state);
  }
  while (!pending.empty()) {
    const auto state = static_cast<size_t>(pending.back());
    pending.pop_back();
    for (const int32_t source : sources[state]) {
      const auto s = static_cast<size_t>(source);
      longest[s] = std::max(longest[s], longest[state] + 1);
      if (--n_open[s] == 0) pending.push_back(source);
    }
  }
  for (size_t s = 0; s < n; ++s) {
    if (n_open[s] > 0) longest[s] = -1;
  }
  return longest;
}

}  // namespace

// Moore's partition refinement: states are equal while their edges lead to equal classes.  The first classes also
// tell how long texts can still become, without which a chain of n states would take n rounds.
Automaton minimise(const Automaton& automaton) {
  const auto n = static_cast<size_t>(automaton.size());
  std::vector<int32_t> class_of(n);
  size_t n_classes = 0;
  {
    const std::vector<int32_t> longest = longest_rests(automaton);
    std::map<std::pair<bool, int32_t>, int32_t> first;
    for (size_t s = 0; s < n; ++s) {
      const auto next_class = static_cast<int32_t>(first.size());
      class_of[s] = first.try_emplace({automaton.states[s].accepts, longest[s]}, next_class).first->second;
    }
    n_classes = first.size();
  }
  for (;;) {
    StateIndex index;
    std::vector<int32_t> next(n);
    for (size_t s = 0; s < n; ++s) {
      if (CompileLimit::reached()) return automaton;
      const State& state = automaton.states[s];
      std::vector<int32_t> signature{class_of[s]};
      // Ranges that differ only in how they are cut count as equal: join those of one class.
      for (size_t i = 0; i < state.bytes.size(); ++i) {
        const ByteEdge& edge = state.bytes[i];
        const int32_t to = class_of[static_cast<size_t>(edge.to)];
        const bool continues = i > 0 && state.bytes[i - 1].high + 1 == edge.low &&
                               class_of[static_cast<size_t>(state.bytes[i - 1].to)] == to;
        if (continues) {
          signature[signature.size() - 2] = edge.high;
        } else {
          signature.insert(signature.end(), {edge.low, edge.high, to});
        }
      }
      signature.push_back(-1);
      for (const CallEdge& call : state.calls) {
        signature.insert(signature.end(), {call.rule, class_of[static_cast<size_t>(call.to)]});
      }
      next[s] = index.try_emplace(std::move(signature), static_cast<int32_t>(index.size())).first->second;
    }
    class_of = std::move(next);
    if (index.size() == n_classes) break;
    n_classes = index.size();
  }
  // State 0 is met first, so its class is 0 and the start stays in front.
  Automaton out;
  out.states.resize(n_classes);
  std::vector<bool> done(n_classes);
  for (size_t s = 0; s < n; ++s) {
    const auto c = static_cast<size_t>(class_of[s]);
    if (done[c]) continue;
    done[c] = true;
    State state = automaton.states[s];
    for (ByteEdge& edge : state.bytes) edge.to = class_of[static_cast<size_t>(edge.to)];
    for (CallEdge& call : state.calls) call.to = class_of[static_cast<size_t>(call.to)];
    join_ranges(state.bytes);
    out.states[c] = std::move(state);
  }
  return out;
}

Automaton complement(const Automaton& automaton) {
  Automaton out = automaton;
  const int32_t sink = out.add_state(false);
  for (State& state : out.states) {
    std::vector<ByteEdge> all;
    int next = 0;
    for (const ByteEdge& edge : state.bytes) {
      if (edge.low > next) all.push_back({static_cast<uint8_t>(next), static_cast<uint8_t>(edge.low - 1), sink});
      all.push_back(edge);
      next = edge.high + 1;
    }
    if (next < 256) all.push_back({static_cast<uint8_t>(next), 255, sink});
    state.bytes = std::move(all);
    state.accepts = !state.accepts;
  }
  return trim(out);
}

std::optional<Automaton> intersect(const Automaton& a, const Automaton& b, int32_t max_states) {
  return product(a, b, max_states, true, [](bool x, bool y) { return x && y; });
}

std::optional<Automaton> unite(const Automaton& a, const Automaton& b, int32_t max_states) {
  return product(a, b, max_states, false, [](bool x, bool y) { return x || y; });
}

bool is_empty(const Automaton& automaton) {
  const Automaton small = trim(automaton);
  return std::none_of(small.states.begin(), small.states.end(), [](const State& state) { return state.accepts; });
}

int32_t follow(const Automaton& automaton, int32_t state, std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<uint8_t>(c);
    int32_t to = -1;
    for (const ByteEdge& edge : automaton[state].bytes) {
      if (edge.low <= byte && byte <= edge.high) to = edge.to;
    }
    if (to < 0) return -1;
    state = to;
  }
  return state;
}

bool accepts(const Automaton& automaton, std::string_view text) {
  const int32_t state = follow(automaton, 0, text);
  return state >= 0 && automaton[state].accepts;
}

std::optional<std::vector<std::string>> all_texts(const Automaton& automaton, int64_t max_texts) {
  const Automaton small = trim(automaton);
  constexpr size_t kMaxBytes = 4096;  // a longer text means a loop, or a set nobody enumerates
  std::vector<std::string> texts;
  std::vector<std::pair<int32_t, std::string>> pending{{0, ""}};
  while (!pending.empty()) {
    const auto [state, text] = std::move(pending.back());
    pending.pop_back();
    if (small[state].accepts) texts.push_back(text);
    if (std::ssize(texts) > max_texts || text.size() > kMaxBytes) return std::nullopt;
    for (const ByteEdge& edge : small[state].bytes) {
      for (int byte = edge.low; byte <= edge.high; ++byte)
        pending.emplace_back(edge.to, text + static_cast<char>(byte));
    }
    // Every pending state is useful, so each will add a text at least.
    if (std::ssize(pending) > max_texts) return std::nullopt;
  }
  std::sort(texts.begin(), texts.end());
  return texts;
}

const Automaton& all_utf8() {
  static const Automaton automaton = [] {
    const CompileLimit none(CompileLimit::kNone);
    Nfa nfa;
    nfa.add_chars(0, any_char(), 0);
    nfa.add_empty(0, 1);
    const auto without = remove_empty_edges(
        nfa, [](int32_t) { return false; }, 1 << 16);
    CHECK(without.has_value());
    const auto deterministic = determinise(*without, 1 << 10);
    CHECK(deterministic.has_value());
    return minimise(*deterministic);
  }();
  return automaton;
}

Automaton no_text() {
  Automaton automaton;
  automaton.add_state(false);
  return automaton;
}

Automaton only_text(std::string_view text) {
  Automaton automaton;
  int32_t state = automaton.add_state(text.empty());
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<uint8_t>(text[i]);
    const int32_t next = automaton.add_state(i + 1 == text.size());
    automaton[state].bytes.push_back({byte, byte, next});
    state = next;
  }
  return automaton;
}

}  // namespace ondol
