#include "grammar/nfa.h"

#include <algorithm>
#include <map>

#include "base/utf8.h"

namespace ondol {
namespace {

struct ByteRange {
  uint8_t low, high;
};
struct Utf8Sequence {
  int length;
  ByteRange bytes[4];
};

// Appends the byte ranges that spell exactly the code points first … last, all of one UTF-8 length.
// Source: the range splitting of RE2 (Cox 2010, "Regular Expression Matching in the Wild", section on UTF-8).
void append_sequences(uint32_t first, uint32_t last, std::vector<Utf8Sequence>& out) {
  std::vector<CharRange> pending{{first, last}};
  while (!pending.empty()) {
    const CharRange range = pending.back();
    pending.pop_back();
    bool split = false;
    // A range that crosses a multiple of 64^i must cover whole blocks of that size below it.
    for (int i = 1; i < 4 && !split && range.last > 0x7F; ++i) {
      const uint32_t mask = (1u << (6 * i)) - 1;
      if ((range.first & ~mask) == (range.last & ~mask)) continue;
      if ((range.first & mask) != 0) {
        pending.push_back({(range.first | mask) + 1, range.last});
        pending.push_back({range.first, range.first | mask});
        split = true;
      } else if ((range.last & mask) != mask) {
        pending.push_back({range.last & ~mask, range.last});
        pending.push_back({range.first, (range.last & ~mask) - 1});
        split = true;
      }
    }
    if (split) continue;
    std::string low, high;
    append_code_point(low, range.first);
    append_code_point(high, range.last);
    Utf8Sequence sequence{static_cast<int>(low.size()), {}};
    for (size_t i = 0; i < low.size(); ++i) {
      sequence.bytes[i] = {static_cast<uint8_t>(low[i]), static_cast<uint8_t>(high[i])};
    }
    out.push_back(sequence);
  }
}

std::vector<Utf8Sequence> utf8_sequences(const CharSet& set) {
  constexpr CharRange kLengths[] = {{0, 0x7F}, {0x80, 0x7FF}, {0x800, 0xFFFF}, {0x10000, kLastChar}};
  std::vector<Utf8Sequence> sequences;
  for (const CharRange& range : set) {
    for (const CharRange& length : kLengths) {
      const uint32_t first = std::max(range.first, length.first), last = std::min(range.last, length.last);
      if (first <= last) append_sequences(first, last, sequences);
    }
  }
  return sequences;
}

}  // namespace

// Sequences come in order, so those with equal beginnings follow each other and share states; endings of whole
// continuation bytes share one state each.
void Nfa::add_chars(int32_t from, const CharSet& set, int32_t to) {
  int32_t tails[4] = {to, -1, -1, -1};  // tails[i]: i free continuation bytes before `to`
  const auto tail = [&](int n) {
    for (int i = 1; i <= n; ++i) {
      if (tails[i] >= 0) continue;
      tails[i] = add_state();
      add_bytes(tails[i], 0x80, 0xBF, tails[i - 1]);
    }
    return tails[n];
  };
  Utf8Sequence last{0, {}};
  int32_t path[4] = {from, -1, -1, -1};  // states along the last sequence, -1 where it entered a tail
  for (const Utf8Sequence& sequence : utf8_sequences(set)) {
    // How many bytes at the end are free.
    int n_free = 0;
    while (n_free < sequence.length - 1) {
      const ByteRange& byte = sequence.bytes[sequence.length - 1 - n_free];
      if (byte.low != 0x80 || byte.high != 0xBF) break;
      ++n_free;
    }
    int depth = 0;
    while (depth + 1 < std::min(last.length, sequence.length) && path[depth + 1] >= 0 &&
           last.bytes[depth].low == sequence.bytes[depth].low && last.bytes[depth].high == sequence.bytes[depth].high) {
      ++depth;
    }
    for (; depth < sequence.length; ++depth) {
      const ByteRange& byte = sequence.bytes[depth];
      const int n_left = sequence.length - 1 - depth;
      if (n_left <= n_free) {
        add_bytes(path[depth], byte.low, byte.high, tail(n_left));
        for (int i = depth + 1; i < 4; ++i) path[i] = -1;
        break;
      }
      path[depth + 1] = add_state();
      add_bytes(path[depth], byte.low, byte.high, path[depth + 1]);
    }
    last = sequence;
  }
}

EdgesByState::EdgesByState(const Nfa& nfa) : first_(static_cast<size_t>(nfa.n_states) + 1), edges_(nfa.edges.size()) {
  for (const Nfa::Edge& edge : nfa.edges) ++first_[static_cast<size_t>(edge.from) + 1];
  for (size_t i = 1; i < first_.size(); ++i) first_[i] += first_[i - 1];
  std::vector<size_t> next(first_.begin(), first_.end() - 1);
  for (const Nfa::Edge& edge : nfa.edges) edges_[next[static_cast<size_t>(edge.from)]++] = edge;
}

// Every state exists in four copies: before or after the first byte, and before or after the end was claimed.  A begin
// assertion holds in the copies before the first byte; an end assertion leads to those where no byte may follow.
Nfa resolve_assertions(const Nfa& nfa) {
  constexpr int kFresh = 1, kEnded = 2;
  const auto copy = [](int32_t state, int flags) { return state * 4 + flags; };
  Nfa out;
  out.n_states = nfa.n_states * 4 + 1;
  out.start = copy(nfa.start, kFresh);
  out.accept = nfa.n_states * 4;
  for (int flags = 0; flags < 4; ++flags) out.add_empty(copy(nfa.accept, flags), out.accept);
  for (const Nfa::Edge& edge : nfa.edges) {
    for (int flags = 0; flags < 4; ++flags) {
      Nfa::Edge moved = edge;
      moved.from = copy(edge.from, flags);
      moved.to = copy(edge.to, flags);
      switch (edge.label) {
        case Nfa::Label::kEmpty:
          break;
        case Nfa::Label::kBytes:
        case Nfa::Label::kCall:
          if ((flags & kEnded) != 0) continue;
          moved.to = copy(edge.to, 0);
          break;
        case Nfa::Label::kAtBegin:
          if ((flags & kFresh) == 0) continue;
          moved.label = Nfa::Label::kEmpty;
          break;
        case Nfa::Label::kAtEnd:
          moved.label = Nfa::Label::kEmpty;
          moved.to = copy(edge.to, flags | kEnded);
          break;
      }
      out.edges.push_back(moved);
    }
  }
  return out;
}

}  // namespace ondol
