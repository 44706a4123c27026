#include "grammar/matcher.h"

#include <algorithm>
#include <queue>

#include "base/check.h"
#include "grammar/grammar_messages.h"

namespace ondol {
namespace {

uint64_t mix(uint64_t hash, uint64_t value) {
  hash = (hash ^ value) * 0x9E3779B97F4A7C15u;  // 2^64 / golden ratio
  return hash ^ hash >> 32;
}

constexpr int32_t kBottom = 0;
constexpr int64_t kMaxReturns = 100'000;  // of all calls made at one position

}  // namespace

int32_t Matcher::ItemSets::intern(std::span<const Item> items) {
  uint64_t hash = items.size();
  for (const Item& item : items) {
    hash = mix(hash, static_cast<uint64_t>(static_cast<uint32_t>(item.node)) << 32 | static_cast<uint32_t>(item.stack));
  }
  const auto [first, last] = by_hash_.equal_range(hash);
  for (auto entry = first; entry != last; ++entry) {
    const auto known = (*this)[entry->second];
    if (std::equal(known.begin(), known.end(), items.begin(), items.end())) return entry->second;
  }
  items_.insert(items_.end(), items.begin(), items.end());
  begins_.push_back(items_.size());
  by_hash_.emplace(hash, size() - 1);
  return size() - 1;
}

std::span<const Matcher::Item> Matcher::ItemSets::operator[](int32_t set) const {
  const auto s = static_cast<size_t>(set);
  return std::span(items_).subspan(begins_[s], begins_[s + 1] - begins_[s]);
}

Matcher::Matcher(std::shared_ptr<const Grammar> grammar)
    : grammar_(std::move(grammar)), returns_of_rule_(grammar_->rule_start.size()) {
  begin();
}

void Matcher::begin() {
  stacks_ = {};
  item_sets_ = {};
  states_.clear();
  states_by_key_.clear();
  CHECK(stacks_.intern({}) == kBottom);
  std::vector<Item> items;
  if (grammar_->accepts_empty) items.push_back({Grammar::kEnd, kBottom});
  if (grammar_->root >= 0) {
    const Item end{Grammar::kEnd, kBottom};
    items.push_back({grammar_->rule_start[static_cast<size_t>(grammar_->root)], stacks_.intern({&end, 1})});
  }
  start_ = close(std::move(items));
}

MatchState Matcher::read(MatchState state, std::string_view bytes) {
  for (const char byte : bytes) {
    if (state == MatchState::kDead) break;
    state = step(state, static_cast<uint8_t>(byte));
  }
  return state;
}

MatchState Matcher::find_step(MatchState state, uint8_t byte) {
  auto& next = states_[static_cast<size_t>(state)].next;
  if (next.empty()) next.assign(256, kUnknown);
  std::vector<Item> moved;
  for (const Item& item : item_sets_[at(state).items]) {
    const auto node = static_cast<size_t>(item.node);
    for (int32_t i = grammar_->nodes[node].first_byte; i < grammar_->nodes[node + 1].first_byte; ++i) {
      const auto& edge = grammar_->bytes[static_cast<size_t>(i)];
      if (byte < edge.low) break;
      if (byte <= edge.high) moved.push_back({edge.to, item.stack});
    }
  }
  const MatchState to = moved.empty() ? MatchState::kDead : close(std::move(moved));
  states_[static_cast<size_t>(state)].next[byte] = to;  // close() may have moved the states
  return to;
}

MatchState Matcher::close(std::vector<Item> pending) {
  const auto& nodes = grammar_->nodes;
  std::vector<Item> items;  // first those that rules entered earlier lead to, then those of rules entered here
  const auto is_final = [&](int32_t node) {  // at the end of its rule: nothing follows in it
    const auto n = static_cast<size_t>(node);
    return nodes[n].first_byte == nodes[n + 1].first_byte && nodes[n].first_call == nodes[n + 1].first_call;
  };

  // Returns: an item at the end of its rule goes on behind every call of it.
  std::sort(pending.begin(), pending.end());
  pending.erase(std::unique(pending.begin(), pending.end()), pending.end());
  items = pending;
  while (!pending.empty()) {
    const Item item = pending.back();
    pending.pop_back();
    --n_items_left_;
    if (!nodes[static_cast<size_t>(item.node)].accepts) continue;
    for (const Item& after : stacks_[item.stack]) {
      --n_items_left_;
      const auto place = std::lower_bound(items.begin(), items.end(), after);
      if (place != items.end() && *place == after) continue;
      items.insert(place, after);
      pending.push_back(after);
    }
    if (std::ssize(items) > kMaxItems || n_items_left_ < 0) overflowed_ = true;
    if (overflowed_) return MatchState::kDead;
  }

  const bool can_end = std::any_of(items.begin(), items.end(), [](const Item& i) { return i.node == Grammar::kEnd; });
  std::erase_if(items, [&](const Item& item) { return is_final(item.node); });
  int room = 0;
  bool is_exact = items.size() == 1 && !can_end;
  for (const Item& item : items) {
    const auto& node = nodes[static_cast<size_t>(item.node)];
    room = std::max<int>(room, node.plain_room);
    is_exact &= node.room_is_exact;
  }

  // Calls, callers before those they call: all calls of a rule made here share one stack entry.
  const auto callers_first = [&](int32_t a, int32_t b) {
    return grammar_->rule_rank[static_cast<size_t>(a)] > grammar_->rule_rank[static_cast<size_t>(b)];
  };
  std::priority_queue<int32_t, std::vector<int32_t>, decltype(callers_first)> called(callers_first);
  int64_t n_returns = 0;
  const auto add_calls = [&](const Item& item) {
    const auto node = static_cast<size_t>(item.node);
    for (int32_t i = nodes[node].first_call; i < nodes[node + 1].first_call; ++i) {
      const auto& call = grammar_->calls[static_cast<size_t>(i)];
      auto& returns = returns_of_rule_[static_cast<size_t>(call.rule)];
      if (returns.empty()) called.push(call.rule);
      if (is_final(call.to)) {
        // Nothing follows the call in its rule: return where the rule itself returns, so that lists written with
        // recursion at the end need no stack.
        const auto outer = stacks_[item.stack];
        returns.insert(returns.end(), outer.begin(), outer.end());
        n_returns += std::ssize(outer);
      } else {
        returns.push_back({call.to, item.stack});
        ++n_returns;
      }
    }
  };
  for (size_t i = 0; i < items.size(); ++i) add_calls(items[i]);
  while (!called.empty()) {
    const int32_t rule = called.top();
    called.pop();
    auto& returns = returns_of_rule_[static_cast<size_t>(rule)];
    std::sort(returns.begin(), returns.end());
    returns.erase(std::unique(returns.begin(), returns.end()), returns.end());
    n_items_left_ -= std::ssize(returns);
    if (n_returns > kMaxReturns || n_items_left_ < 0) overflowed_ = true;
    const Item entry{grammar_->rule_start[static_cast<size_t>(rule)], overflowed_ ? kBottom : stacks_.intern(returns)};
    returns.clear();
    if (overflowed_) continue;  // empties the other rules' returns
    items.push_back(entry);
    const auto& node = nodes[static_cast<size_t>(entry.node)];
    if (node.plain_room > room) is_exact = false;
    add_calls(entry);
  }
  if (overflowed_) return MatchState::kDead;

  std::erase_if(items, [&](const Item& item) {
    const auto node = static_cast<size_t>(item.node);
    return nodes[node].first_byte == nodes[node + 1].first_byte;
  });
  std::sort(items.begin(), items.end());
  return intern_state(items, can_end, static_cast<uint8_t>(room), is_exact);
}

MatchState Matcher::intern_state(const std::vector<Item>& items, bool can_end, uint8_t room, bool room_is_exact) {
  const int32_t set = item_sets_.intern(items);
  // Items may be equal where rooms differ: they are those of byte edges only.
  const uint64_t key =
      mix(static_cast<uint64_t>(set), static_cast<uint64_t>(can_end) << 16 | uint64_t{room} << 1 | room_is_exact);
  const auto [first, last] = states_by_key_.equal_range(key);
  for (auto entry = first; entry != last; ++entry) {
    const Situation& known = states_[static_cast<size_t>(entry->second)];
    if (known.items == set && known.can_end == can_end && known.plain_room == room &&
        known.room_is_exact == room_is_exact) {
      return static_cast<MatchState>(entry->second);
    }
  }
  if (std::ssize(states_) >= kMaxStates) {
    overflowed_ = true;
    return MatchState::kDead;
  }
  states_.push_back({set, std::ssize(items), can_end, room, room_is_exact, {}});
  states_by_key_.emplace(key, static_cast<int32_t>(states_.size()) - 1);
  return static_cast<MatchState>(states_.size() - 1);
}

bool Matcher::forget(MatchState& state, int64_t max_states) {
  if (std::ssize(states_) <= max_states) return false;
  const Situation kept = states_[static_cast<size_t>(state)];
  const auto items = item_sets_[kept.items];
  std::vector<Item> kept_items(items.begin(), items.end());
  // Entries name only entries made before them: mark those in use from the last to the first, copy them from the first.
  const ItemSets old = std::move(stacks_);
  std::vector<int32_t> number(static_cast<size_t>(old.size()), -1);
  std::vector<bool> used(static_cast<size_t>(old.size()));
  for (const Item& item : kept_items) used[static_cast<size_t>(item.stack)] = true;
  for (int32_t entry = old.size() - 1; entry >= 0; --entry) {
    if (!used[static_cast<size_t>(entry)]) continue;
    for (const Item& item : old[entry]) used[static_cast<size_t>(item.stack)] = true;
  }
  overflowed_ = false;
  begin();
  number[kBottom] = kBottom;
  for (int32_t entry = kBottom + 1; entry < old.size(); ++entry) {
    if (!used[static_cast<size_t>(entry)]) continue;
    std::vector<Item> returns(old[entry].begin(), old[entry].end());
    for (Item& item : returns) item.stack = number[static_cast<size_t>(item.stack)];
    std::sort(returns.begin(), returns.end());
    number[static_cast<size_t>(entry)] = stacks_.intern(returns);
  }
  for (Item& item : kept_items) item.stack = number[static_cast<size_t>(item.stack)];
  std::sort(kept_items.begin(), kept_items.end());
  state = intern_state(kept_items, kept.can_end, kept.plain_room, kept.room_is_exact);
  return true;
}

Result<bool> matches(const std::shared_ptr<const Grammar>& grammar, std::string_view text) {
  Matcher matcher(grammar);
  matcher.allow(Matcher::kWorkPerToken + 100 * std::ssize(text));
  MatchState state = matcher.start();
  for (const char byte : text) {
    state = matcher.step(state, static_cast<uint8_t>(byte));
    if (state == MatchState::kDead) break;
    matcher.forget(state);
  }
  if (matcher.overflowed()) return fail(ErrorKind::kBadInput, msg::kGrammarTooAmbiguous, Matcher::kMaxItems);
  return state != MatchState::kDead && matcher.can_end(state);
}

}  // namespace ondol
