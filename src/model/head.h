// The output head: the final norm, and logits of the rows that will be looked at.
//
// The head is the largest matrix of a small model; a step that decodes one token reads all of it for one row of logits.
// Where only some ids are allowed (a grammar, a script) only the panels that hold them are multiplied, and where only
// the highest logit matters a coarse copy tells which panels can hold it (model/greedy_head.h).  A row of the head is
// multiplied in the same way whichever of its neighbours are: logits that are looked at are the same bits.
#pragma once

#include "model/sublayer.h"

namespace ondol {

// Writes logits [logit_tokens.size(), vocab_size] of the batch from work.hidden.  Those that Batch::logit_uses says are
// not looked at may be anything.
void write_logits(Step& step, float* logits);

// logits = the head times `input`, then the model's scale and cap; all of it, or those rows only.
void multiply_head(Step& step, const ProductInput& input, float* logits);
void multiply_head(Step& step, const ProductInput& input, std::span<const Rows> rows, float* logits);

// Collects the rows of panels for which wanted(panel) holds, neighbours together but at most `max_rows` in one; `out`
// has room for one of each panel.  Returns those used.
template <class Wanted>
std::span<const Rows> collect_panels(int64_t n_rows, int64_t max_rows, std::span<Rows> out, Wanted&& wanted) {
  size_t n = 0;
  for (int64_t first = 0; first < n_rows; first += kPanelRows) {
    if (!wanted(first / kPanelRows)) continue;
    const int64_t end = std::min<int64_t>(n_rows, first + kPanelRows);
    const bool joins = n > 0 && out[n - 1].end == first && end - out[n - 1].begin <= max_rows;
    if (joins) out[n - 1].end = end;
    else out[n++] = {first, end};
  }
  return out.first(n);
}

// One bit for each id; all are allowed where there are none.
inline bool is_allowed(std::span<const uint64_t> allowed, int64_t id) {
  const auto word = static_cast<size_t>(id / 64);
  return allowed.empty() || (word < allowed.size() && (allowed[word] >> (id % 64) & 1) != 0);
}
// True when one of the panel's ids is allowed.
inline bool has_allowed(std::span<const uint64_t> allowed, int64_t panel) {
  static_assert(64 % kPanelRows == 0);
  if (allowed.empty()) return true;
  const auto word = static_cast<size_t>(panel / (64 / kPanelRows));
  return word < allowed.size() && (allowed[word] >> (panel % (64 / kPanelRows) * kPanelRows) & 0xffff) != 0;
}

}  // namespace ondol
