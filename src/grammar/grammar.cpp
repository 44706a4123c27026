#include "grammar/grammar.h"

#include <algorithm>
#include <functional>

#include "base/check.h"
#include "grammar/compile_limit.h"
#include "grammar/grammar_messages.h"

namespace ondol {
namespace {

// Which rules can be passed from their first to their last state, when only some edges are passable at first and a
// call becomes passable once its rule is known to be.  Each edge is looked at once.
class PassableRules {
 public:
  explicit PassableRules(size_t n_rules) : passable_(n_rules), seen_(n_rules), waiting_(n_rules) {}

  void add_rule(int32_t rule, int32_t n_states) {
    seen_[static_cast<size_t>(rule)].resize(static_cast<size_t>(n_states));
  }
  void reach(int32_t rule, int32_t state) {
    auto seen = seen_[static_cast<size_t>(rule)].begin() + state;
    if (*seen) return;
    *seen = true;
    pending_.push_back({rule, state});
  }
  // The state `to` of `rule` is reached once `callee` is passable.
  void reach_after(int32_t callee, int32_t rule, int32_t to) {
    if (passable_[static_cast<size_t>(callee)]) reach(rule, to);
    else waiting_[static_cast<size_t>(callee)].push_back({rule, to});
  }
  void mark(int32_t rule) {
    if (passable_[static_cast<size_t>(rule)]) return;
    passable_[static_cast<size_t>(rule)] = true;
    for (const Place& place : waiting_[static_cast<size_t>(rule)]) reach(place.rule, place.state);
    waiting_[static_cast<size_t>(rule)].clear();
  }
  // Calls visit(rule, state) for every state reached, until none is new.
  template <class Visit>
  std::vector<bool> solve(Visit&& visit) {
    while (!pending_.empty()) {
      const Place place = pending_.back();
      pending_.pop_back();
      visit(place.rule, place.state);
    }
    return passable_;
  }

 private:
  struct Place {
    int32_t rule, state;
  };
  std::vector<bool> passable_;
  std::vector<std::vector<bool>> seen_;
  std::vector<std::vector<Place>> waiting_;
  std::vector<Place> pending_;
};

std::vector<bool> nullable_rules(const std::vector<Nfa>& rules) {
  PassableRules passable(rules.size());
  std::vector<EdgesByState> edges(rules.begin(), rules.end());
  for (int32_t rule = 0; rule < std::ssize(rules); ++rule) {
    passable.add_rule(rule, rules[static_cast<size_t>(rule)].n_states);
    passable.reach(rule, rules[static_cast<size_t>(rule)].start);
  }
  return passable.solve([&](int32_t rule, int32_t state) {
    if (state == rules[static_cast<size_t>(rule)].accept) passable.mark(rule);
    const EdgesByState& of_rule = edges[static_cast<size_t>(rule)];
    for (const Nfa::Edge* edge = of_rule.begin(state); edge != of_rule.end(state); ++edge) {
      if (edge->label == Nfa::Label::kEmpty) passable.reach(rule, edge->to);
      if (edge->label == Nfa::Label::kCall) passable.reach_after(edge->rule, rule, edge->to);
    }
  });
}

std::vector<bool> fillable_rules(const std::vector<Automaton>& rules) {
  PassableRules passable(rules.size());
  for (int32_t rule = 0; rule < std::ssize(rules); ++rule) {
    passable.add_rule(rule, rules[static_cast<size_t>(rule)].size());
    passable.reach(rule, 0);
  }
  return passable.solve([&](int32_t rule, int32_t state) {
    const auto& here = rules[static_cast<size_t>(rule)][state];
    if (here.accepts) passable.mark(rule);
    for (const auto& edge : here.bytes) passable.reach(rule, edge.to);
    for (const auto& call : here.calls) passable.reach_after(call.rule, rule, call.to);
  });
}

// The same texts without the empty one: a fresh start that does not accept.
Automaton without_empty_text(const Automaton& body) {
  Automaton out;
  out.states.push_back(body[0]);
  out.states[0].accepts = false;
  out.states.insert(out.states.end(), body.states.begin(), body.states.end());
  for (auto& state : out.states) {
    for (auto& edge : state.bytes) ++edge.to;
    for (auto& call : state.calls) ++call.to;
  }
  return out;
}

// Rules that call each other before reading a byte: for every rule the number of its group, groups in an order in
// which a group comes after those it calls.  Source: Tarjan 1972, with its recursion on an explicit stack.
std::vector<int32_t> left_groups(const std::vector<Automaton>& rules) {
  const auto n = rules.size();
  std::vector<int32_t> index(n, -1), low(n, 0), group(n, -1), stack;
  std::vector<std::pair<int32_t, size_t>> visits;
  int32_t next_index = 0, n_groups = 0;
  for (int32_t first = 0; first < std::ssize(rules); ++first) {
    if (index[static_cast<size_t>(first)] < 0) visits.emplace_back(first, 0);
    while (!visits.empty()) {
      auto& [rule, next_call] = visits.back();
      const auto r = static_cast<size_t>(rule);
      if (next_call == 0 && index[r] < 0) {
        index[r] = low[r] = next_index++;
        stack.push_back(rule);
      }
      const auto& calls = rules[r][0].calls;
      bool descended = false;
      while (next_call < calls.size()) {
        const auto callee = static_cast<size_t>(calls[next_call].rule);
        if (index[callee] < 0) {
          visits.emplace_back(static_cast<int32_t>(callee), 0);
          descended = true;
          break;
        }
        if (group[callee] < 0) low[r] = std::min(low[r], low[callee]);
        ++next_call;
      }
      if (descended) continue;
      if (low[r] == index[r]) {
        for (int32_t member = -1; member != rule;) {
          member = stack.back();
          stack.pop_back();
          group[static_cast<size_t>(member)] = n_groups;
        }
        ++n_groups;
      }
      visits.pop_back();
    }
  }
  return group;
}

// The rule `target` of a group of left-recursive rules, without left recursion.  A text of it begins with what some
// member begins with other than a member; whenever a member is complete, it goes on wherever a member began with it.
//   A = A "x" | "y"   becomes   "y" "x"*
Result<Automaton> without_left_recursion(const std::vector<Automaton>& rules, const std::vector<int32_t>& members,
                                         int32_t target) {
  Nfa nfa;
  std::vector<int32_t> first;  // of each member's copy
  const auto is_member = [&](int32_t rule) { return std::find(members.begin(), members.end(), rule) != members.end(); };
  for (const int32_t member : members) {
    first.push_back(nfa.n_states);
    nfa.n_states += rules[static_cast<size_t>(member)].size();
  }
  std::vector<std::pair<int32_t, int32_t>> continuations;  // a member and the state after it
  for (size_t m = 0; m < members.size(); ++m) {
    const Automaton& body = rules[static_cast<size_t>(members[m])];
    for (int32_t state = 0; state < body.size(); ++state) {
      const int32_t from = state == 0 ? nfa.start : first[m] + state;
      for (const auto& edge : body[state].bytes) nfa.add_bytes(from, edge.low, edge.high, first[m] + edge.to);
      for (const auto& call : body[state].calls) {
        if (state == 0 && is_member(call.rule)) continuations.emplace_back(call.rule, first[m] + call.to);
        else nfa.add_call(from, call.rule, first[m] + call.to);
      }
    }
  }
  for (size_t m = 0; m < members.size(); ++m) {
    const Automaton& body = rules[static_cast<size_t>(members[m])];
    for (int32_t state = 0; state < body.size(); ++state) {
      if (!body[state].accepts) continue;
      if (members[m] == target) nfa.add_empty(first[m] + state, nfa.accept);
      if (CompileLimit::reached()) return CompileLimit::failure();
      for (const auto& [rule, to] : continuations) {
        if (rule == members[m]) nfa.add_empty(first[m] + state, to);
      }
    }
  }
  auto body = remove_empty_edges(
      nfa, [](int32_t) { return false; }, Expressions::kMaxEdges);
  if (!body) return fail(ErrorKind::kBadInput, msg::kGrammarTooLarge, Expressions::kMaxEdges);
  return trim(*body);
}

Status remove_left_recursion(std::vector<Automaton>& rules) {
  const std::vector<int32_t> group = left_groups(rules);
  std::vector<std::vector<int32_t>> members(rules.size());
  for (int32_t rule = 0; rule < std::ssize(rules); ++rule) {
    members[static_cast<size_t>(group[static_cast<size_t>(rule)])].push_back(rule);
  }
  int64_t n_edges = 0;
  for (const auto& of_group : members) {
    const bool is_recursive = std::any_of(of_group.begin(), of_group.end(), [&](int32_t rule) {
      const auto& calls = rules[static_cast<size_t>(rule)][0].calls;
      return std::any_of(calls.begin(), calls.end(), [&](const auto& call) {
        return group[static_cast<size_t>(call.rule)] == group[static_cast<size_t>(rule)];
      });
    });
    if (!is_recursive) continue;
    std::vector<Automaton> bodies;
    for (const int32_t rule : of_group) {
      TRY(Automaton body, without_left_recursion(rules, of_group, rule));
      n_edges += body.n_edges();
      if (n_edges > Expressions::kMaxEdges)
        return fail(ErrorKind::kBadInput, msg::kGrammarTooLarge, Expressions::kMaxEdges);
      bodies.push_back(std::move(body));
    }
    for (size_t i = 0; i < of_group.size(); ++i) rules[static_cast<size_t>(of_group[i])] = std::move(bodies[i]);
  }
  return ok();
}

// Small deterministic bodies make small sets of states when reading; where that costs too many states, reading finds
// the few subsets it needs by itself.
Automaton tidy(const Automaton& body) {
  constexpr int32_t kWorthMinimising = 2000;
  const auto deterministic = determinise(body, body.size() * 2 + 32);
  if (!deterministic) return body;
  return deterministic->size() <= kWorthMinimising ? minimise(*deterministic) : *deterministic;
}

// True when the rule holds every plain character, and plain characters only so.
bool is_plain_rule(const Automaton& body) {
  static const Automaton plain = [] {
    const CompileLimit none(CompileLimit::kNone);
    Nfa nfa;
    nfa.add_chars(0, plain_char(), 1);
    return *remove_empty_edges(
        nfa, [](int32_t) { return false; }, 1 << 16);
  }();
  constexpr int32_t kLargest = 64;
  if (body.size() > kLargest) return false;
  for (const auto& state : body.states) {
    if (!state.calls.empty()) return false;
  }
  // Both are deterministic: walk `plain` in `body`.
  std::vector<std::pair<int32_t, int32_t>> pairs{{0, 0}};
  for (size_t i = 0; i < pairs.size(); ++i) {
    const auto [p, b] = pairs[i];
    if (plain[p].accepts) {
      // The character ends here in both, or a text of several characters would begin with it.
      if (!body[b].accepts || !body[b].bytes.empty()) return false;
      continue;
    }
    for (const auto& edge : plain[p].bytes) {
      int next = edge.low;
      for (const auto& mine : body[b].bytes) {
        if (mine.high < next || mine.low > edge.high) continue;
        if (mine.low > next) return false;
        next = mine.high + 1;
        const std::pair<int32_t, int32_t> pair{edge.to, mine.to};
        if (std::find(pairs.begin(), pairs.end(), pair) == pairs.end()) pairs.push_back(pair);
      }
      if (next <= edge.high) return false;
    }
  }
  return true;
}

bool begins_plain(const Automaton::ByteEdge& edge) {
  for (int byte = edge.low; byte <= edge.high; ++byte) {
    if (byte >= 0x20 && byte != '"' && byte != '\\' && byte != 0x7F) return true;
  }
  return false;
}

// Fills plain_room of one rule's nodes.  `plain_rules` tells which rules are a plain character.
void measure_room(Grammar& grammar, int32_t first, int32_t n, const std::vector<bool>& plain_rules) {
  // The state after one more plain character, or -1; exact when plain text may come from nowhere else.
  const auto next_of = [&](int32_t node, bool& is_exact) {
    const auto& here = grammar.nodes[static_cast<size_t>(node)];
    const auto& after = grammar.nodes[static_cast<size_t>(node) + 1];
    is_exact = !here.accepts;
    int32_t next = -1;
    for (int32_t i = here.first_byte; i < after.first_byte; ++i) {
      is_exact &= !begins_plain(grammar.bytes[static_cast<size_t>(i)]);
    }
    for (int32_t i = here.first_call; i < after.first_call; ++i) {
      const auto& call = grammar.calls[static_cast<size_t>(i)];
      if (next < 0 && plain_rules[static_cast<size_t>(call.rule)]) next = call.to;
      else is_exact = false;
    }
    return next;
  };
  std::vector<bool> known(static_cast<size_t>(n));
  std::vector<int32_t> walk_of(static_cast<size_t>(n), -1), path;
  for (int32_t node = first; node < first + n; ++node) {
    path.clear();
    int room = 0;
    bool is_exact = true;
    for (int32_t at = node; at >= 0; at = next_of(at, is_exact)) {
      const auto i = static_cast<size_t>(at - first);
      if (known[i]) {
        room = grammar.nodes[static_cast<size_t>(at)].plain_room;
        is_exact = grammar.nodes[static_cast<size_t>(at)].room_is_exact;
        break;
      }
      if (walk_of[i] == node) {
        room = Grammar::kMaxRoom;  // a loop
        break;
      }
      walk_of[i] = node;
      path.push_back(at);
    }
    // `room` and `is_exact` belong to what stands behind the path.
    for (size_t i = path.size(); i-- > 0;) {
      auto& here = grammar.nodes[static_cast<size_t>(path[i])];
      bool here_exact = true;
      const bool continues = next_of(path[i], here_exact) >= 0;
      room = continues ? std::min(room + 1, Grammar::kMaxRoom) : 0;
      is_exact = here_exact && (is_exact || !continues);
      here.plain_room = static_cast<uint8_t>(room);
      here.room_is_exact = is_exact || room == Grammar::kMaxRoom;
      known[static_cast<size_t>(path[i] - first)] = true;
    }
  }
}

}  // namespace

const CharSet& plain_char() {
  static const CharSet set = complement(make_char_set({{0, 0x1F}, {'"', '"'}, {'\\', '\\'}, {0x7F, 0x7F}}));
  return set;
}

Result<std::shared_ptr<const Grammar>> compile_grammar(Expressions& expressions, RuleId root) {
  std::vector<Nfa> lowered;
  for (int32_t rule = 0; rule < expressions.n_rules(); ++rule) {  // lowering may add rules
    TRY(Nfa nfa, expressions.lower_rule(static_cast<RuleId>(rule)));
    lowered.push_back(std::move(nfa));
  }
  const std::vector<bool> nullable = nullable_rules(lowered);
  std::vector<Automaton> rules;
  for (const Nfa& nfa : lowered) {
    if (CompileLimit::reached()) return CompileLimit::failure();
    const auto is_nullable = [&](int32_t rule) { return nullable[static_cast<size_t>(rule)]; };
    const auto body = remove_empty_edges(nfa, is_nullable, Expressions::kMaxEdges);
    if (!body) return fail(ErrorKind::kBadInput, msg::kGrammarTooLarge, Expressions::kMaxEdges);
    rules.push_back(without_empty_text(*body));
  }

  const std::vector<bool> fillable = fillable_rules(rules);
  for (Automaton& body : rules) {
    for (auto& state : body.states) {
      std::erase_if(state.calls, [&](const auto& call) { return !fillable[static_cast<size_t>(call.rule)]; });
    }
    body = trim(body);
  }
  TRY(remove_left_recursion(rules));
  std::vector<bool> plain(rules.size());
  for (size_t rule = 0; rule < rules.size(); ++rule) {
    if (CompileLimit::reached()) return CompileLimit::failure();
    rules[rule] = tidy(rules[rule]);
    plain[rule] = is_plain_rule(rules[rule]);
  }

  if (CompileLimit::reached()) return CompileLimit::failure();
  auto grammar = std::make_shared<Grammar>();
  const std::vector<int32_t> group = left_groups(rules);
  const int32_t n_groups = group.empty() ? 0 : *std::max_element(group.begin(), group.end()) + 1;
  grammar->nodes.push_back({.accepts = true});  // kEnd
  grammar->rule_start.assign(rules.size(), -1);
  for (size_t rule = 0; rule < rules.size(); ++rule) {
    // Groups come after those they call at their beginning; ranks the other way round.
    grammar->rule_rank.push_back(n_groups - group[rule]);
    if (!fillable[rule]) continue;
    const auto first = static_cast<int32_t>(grammar->nodes.size());
    grammar->rule_start[rule] = first;
    for (const auto& state : rules[rule].states) {
      grammar->nodes.push_back(
          {static_cast<int32_t>(grammar->bytes.size()), static_cast<int32_t>(grammar->calls.size()), state.accepts});
      for (auto edge : state.bytes) {
        edge.to += first;
        grammar->bytes.push_back(edge);
      }
      for (auto call : state.calls) {
        call.to += first;
        grammar->calls.push_back(call);
      }
    }
  }
  grammar->nodes.push_back({static_cast<int32_t>(grammar->bytes.size()), static_cast<int32_t>(grammar->calls.size())});
  for (size_t rule = 0; rule < rules.size(); ++rule) {
    if (fillable[rule]) measure_room(*grammar, grammar->rule_start[rule], rules[rule].size(), plain);
  }
  const auto r = static_cast<size_t>(root);
  grammar->accepts_empty = nullable[r];
  if (fillable[r]) grammar->root = static_cast<int32_t>(root);
  if (grammar->root < 0 && !grammar->accepts_empty) return fail(ErrorKind::kBadInput, msg::kGrammarHoldsNothing);
  return grammar;
}

}  // namespace ondol
