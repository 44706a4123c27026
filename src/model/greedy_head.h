// The head of a greedy step, read in two stages: a 4-bit copy of all rows tells which panels can hold the highest
// logit, and only those are multiplied as they are.  The result is that of the whole head, ties included.
//
// Let a row be w, its copy c, e = w - c, and x the head's input.  The product of kernel/kernels.h computes, for weights
// of a float type, y = w . x, and for the others y = w . a with a = x quantised; here z = c . b with b = x quantised as
// the copy wants it (a and b are often the same).  Each is rounded at most n times for n columns on the way from any
// weight to the result, by a factor within 1 +- 2^-24, so that with g = n 2^-23 and Cauchy-Schwarz, where X bounds the
// lengths |x|, |a| and |b|, and D bounds |a - b| (|x - b| for a float type; 0 when a and b are the same),
//
//   |y - w . a| <= g |w| X          |z - c . b| <= g |c| X <= g (|w| + |e|) X
//   |w . a - c . b| = |e . b + w . (a - b)| <= |e| X + |w| D
//   y <= z + |e| (1 + g) X + |w| (D + 2 g X)
//
// A row's bound, the right side with every length rounded up, is rounded to nearest once when it is added to z; since
// that is monotone and y is a float, the result is no smaller than y.  The model's scale, when positive, is one more
// monotone rounding of both.  So a row whose scaled bound lies below one exact scaled logit is below the highest and
// ties with nothing.  What is not finite makes the bound infinite or the comparison false: such rows are multiplied.
//
// It pays where logits are peaked.  |e| is about 0.087 |w|, so a row is left out when the highest logit exceeds it by
// 0.087 |w| |x|: 3.9 standard deviations of a random row's logit at 2048 columns, where the highest of 128 k random ones
// lies 4.4 above the mean.  So the copy is made only once logits of greedy steps have shown that it would pay, in one
// hundredth of each step's time, and is left aside while they show that it would not.
// Source of the idea: maximum inner product search by bounds, e.g. Ram and Gray 2012, section 3.
#pragma once

#include <span>

#include "base/memory.h"
#include "kernel/kernels.h"

namespace ondol {

struct Step;

// Part of a Workspace, for one model; not thread-safe.
class GreedyHead {
 public:
  // Writes the logits [vocab_size] of the step's only wanted token, whose final norm lies in work.input: the highest
  // logit of the allowed ids and all that equal it are right; any other is right or -infinity.
  void write(Step& step, float* logits);

  // From now on makes the copy at once and uses it whether it pays or not, where there can be one.  For tests.
  void insist() { insists_ = true; }
  // Share of the head's panels that the last write() multiplied; 1 without the copy.
  float panels_read() const { return panels_read_; }
  // Bytes of the copy, 0 before it is begun.
  int64_t copy_bytes() const { return memory_.size_bytes(); }

 private:
  // How much of a row's error and length its bound takes, for one input.
  struct Shares {
    float of_error, of_length;
    bool are_small;  // no product of them can overflow
  };

  bool can_begin(const Step& step) const;
  void begin(const Step& step);
  void allocate(const Step& step);
  void coarsen(const Step& step, int64_t panel, uint8_t* copy, float* length, float* error) const;
  void copy_panels(Step& step, double budget_s);
  Shares shares(const Step& step) const;
  void write_whole(Step& step, float* logits);
  void write_candidates(Step& step, const Shares& shares, float* logits);
  void watch(const Step& step, const Shares& shares, const float* logits);
  void remember(float candidates);
  bool pays() const { return copy_share_ + mean_candidates_ < kPays; }

  static constexpr float kPays = 0.9f;  // of the bytes of the whole head

  enum class Stage { kUnknown, kImpossible, kWatching, kCopying, kComplete };
  Stage stage_ = Stage::kUnknown;
  bool insists_ = false;
  Buffer memory_;
  WeightView copy_;                         // Q4_0
  float* length_ = nullptr;                 // [n_rows of whole panels]  at least the row's
  float* error_ = nullptr;                  // [n_rows of whole panels]  at least the length of what the copy is off
  int64_t n_copied_ = 0;                    // panels
  float copy_share_ = 1;                    // bytes of the copy over bytes of the head
  float mean_length_ = 0, mean_error_ = 0;  // of some rows
  float mean_candidates_ = 1;               // running mean of the share of panels that the second stage reads
  float panels_read_ = 1;
  double last_write_s_ = 0;  // when write() was called last
};

}  // namespace ondol
