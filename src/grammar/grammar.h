// Grammar: rules compiled for reading byte by byte; immutable, shared by everything that obeys it.
//
// A rule's body is an automaton over bytes and calls of other rules (a recursive transition network).  Compiling
// leaves only rules that a text can fill: no rule matches the empty text (its callers may skip it instead), no state is
// a dead end, and no rule reaches itself before it has read a byte.  So reading needs no search and no depth limit:
// see matcher.h.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/result.h"
#include "grammar/expression.h"

namespace ondol {

struct Grammar {
  struct Node {
    int32_t first_byte = 0, first_call = 0;  // into `bytes` and `calls`; they end where the next node's begin
    bool accepts = false;
    // Characters of plain text (plain_char() below) that may follow here whatever they are; at most kMaxRoom.
    uint8_t plain_room = 0;
    // Plain text ends after plain_room characters: nothing else that may follow here begins with a plain character.
    bool room_is_exact = false;
  };
  static constexpr int kMaxRoom = 64;  // characters; hardly a token is longer
  static constexpr int32_t kEnd = 0;   // the node after the root rule: accepts, nothing follows

  std::vector<Node> nodes;                 // and one behind the last
  std::vector<Automaton::ByteEdge> bytes;  // by `low` within a node
  std::vector<Automaton::CallEdge> calls;
  std::vector<int32_t> rule_start;  // first node of each rule, -1 for rules that were left out
  std::vector<int32_t> rule_rank;   // a rule called at the beginning of another has the higher rank
  int32_t root = -1;                // a rule, or -1 when only the empty text remains
  bool accepts_empty = false;
};

// Compiles what `root` describes.  Fails with kBadInput when the grammar is too large or no text fits it.
Result<std::shared_ptr<const Grammar>> compile_grammar(Expressions& rules, RuleId root);

// Characters that mean nothing special in JSON strings: all but controls, DEL, the quote and the backslash.
const CharSet& plain_char();

}  // namespace ondol
