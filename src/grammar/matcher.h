// Matcher: reads bytes along a grammar; every situation it can be in is a small number, a MatchState.
//
// A situation is a set of items, each a node of the grammar and the stack of what follows the rules it stands in.
// Stacks share their tails, and calls of one rule at one position share one stack entry with several returns, so an
// ambiguous grammar costs a polynomial and not an exponential number of items (the graph-structured stack of Tomita
// 1985, which here needs no positions because equal entries are stored once).  Situations and their transitions are
// found when first needed and kept: reading ordinary text is one table look-up per byte.
//
// Not the parse stacks of llama.cpp's grammars, which copy every stack for every alternative, and not Earley sets with
// positions as in llguidance: situations that do not name positions repeat, and with them their token masks.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "grammar/grammar.h"

namespace ondol {

enum class MatchState : int32_t { kDead = -1 };

// Owned by one thread; the grammar is shared.
class Matcher {
 public:
  explicit Matcher(std::shared_ptr<const Grammar> grammar);

  MatchState start() const { return start_; }
  // The situation after one more byte; kDead when it may not follow, or once overflowed().
  MatchState step(MatchState state, uint8_t byte) {
    const auto& next = states_[static_cast<size_t>(state)].next;
    const MatchState to = next.empty() ? kUnknown : next[byte];
    return to == kUnknown ? find_step(state, byte) : to;
  }
  MatchState read(MatchState state, std::string_view bytes);

  bool can_end(MatchState state) const { return at(state).can_end; }
  // True when some byte may follow.
  bool can_continue(MatchState state) const { return at(state).n_items > 0; }
  // See Grammar::Node.
  int plain_room(MatchState state) const { return at(state).plain_room; }
  bool room_is_exact(MatchState state) const { return at(state).room_is_exact; }

  // True once a situation had more items, there were more situations, or finding them took more work than allowed.
  bool overflowed() const { return overflowed_; }
  // Allows so much more work: items looked at to find situations that are not known yet.
  void allow(int64_t n_items) { n_items_left_ = n_items; }
  // Forgets every situation but `state`, which gets a new number, once more than `max_states` are kept.  Returns
  // whether it did.
  bool forget(MatchState& state, int64_t max_states = kMaxStates / 2);

  static constexpr int64_t kMaxItems = 2'000;     // of one situation
  static constexpr int64_t kMaxStates = 1 << 16;  // kept at once
  static constexpr int64_t kWorkPerToken = 5'000'000;

 private:
  struct Item {
    int32_t node, stack;
    auto operator<=>(const Item&) const = default;
  };
  // Rows of items, equal ones stored once.
  class ItemSets {
   public:
    int32_t intern(std::span<const Item> items);
    std::span<const Item> operator[](int32_t set) const;
    int32_t size() const { return static_cast<int32_t>(begins_.size()) - 1; }

   private:
    std::vector<Item> items_;
    std::vector<size_t> begins_{0};
    std::unordered_multimap<uint64_t, int32_t> by_hash_;
  };
  struct Situation {
    int32_t items;  // of the item set: those with byte edges
    int64_t n_items;
    bool can_end;
    uint8_t plain_room;
    bool room_is_exact;
    std::vector<MatchState> next;  // [256] or empty
  };
  static constexpr MatchState kUnknown{-2};

  const Situation& at(MatchState state) const { return states_[static_cast<size_t>(state)]; }
  MatchState find_step(MatchState state, uint8_t byte);
  // The situation whose items are `pending` and all that follow from them without a byte.
  MatchState close(std::vector<Item> pending);
  MatchState intern_state(const std::vector<Item>& items, bool can_end, uint8_t room, bool room_is_exact);
  void begin();

  std::shared_ptr<const Grammar> grammar_;
  ItemSets stacks_;  // entry 0 is the bottom: nothing to return to
  ItemSets item_sets_;
  std::vector<Situation> states_;
  std::unordered_multimap<uint64_t, int32_t> states_by_key_;
  MatchState start_{};
  bool overflowed_ = false;
  int64_t n_items_left_ = kWorkPerToken;
  std::vector<std::vector<Item>> returns_of_rule_;  // while closing; empty otherwise
};

// True when `text` is one the grammar allows.  Fails with kBadInput when the grammar is too ambiguous to tell.
Result<bool> matches(const std::shared_ptr<const Grammar>& grammar, std::string_view text);

}  // namespace ondol
