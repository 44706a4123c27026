// Encoding of trellis codes: the bits of a ring that make the sum of importance * (weight - decoded)^2 smallest.
//
// A weight's level follows from a window of kWindowBits bits, of which the lowest `step` are its own and the others
// lead its followers' windows.  Going down the ring, the cheapest way to each window is the cheapest to any of the
// 2^step windows it can follow plus what its level costs (Viterbi 1967).  A ring has no end to begin at: a first run
// around it begins opposite with every window at no cost, and the bits it finds at the seam are then held for a second
// run, which is all but always the optimum.  The first run's cost is a lower bound, which spares most scales the
// second.
#pragma once

#include <algorithm>
#include <cmath>

#include "tensor/byte_scale.h"
#include "tensor/trellis.h"

// The one loop that takes the time is compiled for wider vectors, too, as wide as pays for its number of states.  Sums
// are the same: nothing is contracted (cmake/compile_flags.cmake), and no sum is reordered.
// (clang 14 makes no clones of templates.)
#if defined(__x86_64__) && !defined(__clang__)
#define ONDOL_CLONES_OF_MANY_STATES [[gnu::target_clones("avx512f", "avx2", "default")]]
#define ONDOL_CLONES_OF_FEW_STATES [[gnu::target_clones("avx2", "default")]]
#else
#define ONDOL_CLONES_OF_MANY_STATES
#define ONDOL_CLONES_OF_FEW_STATES
#endif

namespace ondol {

// The level of each window.
template <class Code, int kWindowBits>
struct TrellisLevels {
  constexpr TrellisLevels() {
    for (int w = 0; w < 1 << kWindowBits; ++w) {
      of[w] = static_cast<float>(Code::kHere[w & 15] + Code::kThere[w >> (kWindowBits - 4)]);
    }
  }
  alignas(64) float of[1 << kWindowBits] = {};
};

template <class Code>
class TrellisSearch {
 public:
  static constexpr int kWindowBits = trellis_place<Code>(Code::kReach) + 4;

  // x and w [32] in ring order: the weights, and their importance.
  TrellisSearch(const float* x, const float* w) : x_(x), w_(w) {}

  // Writes the windows [32] for `scale` > 0, in the unit of x, and returns their cost, if that is below `limit`;
  // otherwise returns something that is not, and may leave `windows` alone.
  float best_windows(float scale, float limit, int* windows) {
    run(scale, kGroup / 2);
    const float* first_end = cheapest_end();
    if (!(*first_end * scale * scale < limit)) return limit;  // the seam can only add to it

    // from the window at 16 that is cheapest to the seam
    int window = static_cast<int>(first_end - costs_[kGroup]);
    for (int i = kGroup / 2; i < kGroup; ++i) window = follow(i, costs_[kGroup + kGroup / 2 - 1 - i], window);
    const int seam = window % n_states(kGroup - 1);

    run(scale, kGroup, seam);
    const float* const end = costs_[kGroup];
    int best = seam;
    for (int w = seam; w < kWindows; w += n_states(kGroup - 1)) best = end[w] < end[best] ? w : best;
    const float cost = end[best] * scale * scale;
    if (!(cost < limit)) return cost;
    windows[0] = best;
    for (int i = 0; i + 1 < kGroup; ++i) windows[i + 1] = follow(i, costs_[kGroup - 1 - i], windows[i]);
    return cost;
  }

 private:
  static constexpr int kWindows = 1 << kWindowBits;
  static constexpr int step(int i) { return trellis_place<Code>(i + 1) - trellis_place<Code>(i); }
  static constexpr int n_states(int i) { return kWindows >> step(i); }

  static constexpr TrellisLevels<Code, kWindowBits> kLevels{};

  // From the costs of the windows at weight i + 1 to those at i.
  template <int kStep>
  static void advance(const float* before, float x, float w, float* after) {
    if constexpr (kStep <= 2) {
      advance_many<kStep>(before, x, w, after);
    } else {
      advance_few<kStep>(before, x, w, after);
    }
  }
  template <int kStep>
  ONDOL_CLONES_OF_MANY_STATES static void advance_many(const float* before, float x, float w, float* after) {
    advance_plain<kStep>(before, x, w, after);
  }
  template <int kStep>
  ONDOL_CLONES_OF_FEW_STATES static void advance_few(const float* before, float x, float w, float* after) {
    advance_plain<kStep>(before, x, w, after);
  }
  template <int kStep>
  [[gnu::always_inline]] static inline void advance_plain(const float* __restrict before, float x, float w,
                                                          float* __restrict after) {
    constexpr int kStates = kWindows >> kStep;
    alignas(64) float cheapest[kStates];
    for (int u = 0; u < kStates; ++u) cheapest[u] = before[u];
    for (int t = 1; t < 1 << kStep; ++t) {
      for (int u = 0; u < kStates; ++u) {
        const float other = before[t * kStates + u];
        cheapest[u] = other < cheapest[u] ? other : cheapest[u];
      }
    }
    for (int u = 0; u < kStates; ++u) {
      for (int own = 0; own < 1 << kStep; ++own) after[(u << kStep) + own] = cheapest[u];
    }
    for (int window = 0; window < kWindows; ++window) {
      const float difference = x - kLevels.of[window];
      after[window] += w * (difference * difference);
    }
  }

  // Once around the ring, from weight `first` - 1 down to `first`.  costs_[k + 1] are those after k + 1 weights.  The
  // lowest bits of the window at `first` are `seam`, where it is not negative.
  void run(float scale, int first, int seam = -1) {
    constexpr float kForbidden = 1e30f;
    std::fill_n(costs_[0], kWindows, seam < 0 ? 0 : kForbidden);
    if (seam >= 0) costs_[0][seam] = 0;
    const float inverse = 1 / scale;
    for (int k = 0; k < kGroup; ++k) {
      const int i = (first + kGroup - 1 - k) % kGroup;
      constexpr float kFar = 1e4f;  // beyond every level, and its square is no infinity
      const float x = std::clamp(x_[i] * inverse, -kFar, kFar);
      if constexpr (Code::kTwiceBits % 2 == 0) {
        advance<Code::kTwiceBits / 2>(costs_[k], x, w_[i], costs_[k + 1]);
      } else if (i % 2 == 0) {
        advance<Code::kTwiceBits / 2>(costs_[k], x, w_[i], costs_[k + 1]);
      } else {
        advance<Code::kTwiceBits / 2 + 1>(costs_[k], x, w_[i], costs_[k + 1]);
      }
    }
  }

  const float* cheapest_end() const { return std::min_element(costs_[kGroup], costs_[kGroup] + kWindows); }

  // The cheapest window at weight i + 1 that `window` at i can follow.
  static int follow(int i, const float* costs, int window) {
    const int state = window >> step(i);
    int best = state;
    for (int w = state; w < kWindows; w += n_states(i)) best = costs[w] < costs[best] ? w : best;
    return best;
  }

  const float* x_;
  const float* w_;
  alignas(64) float costs_[kGroup + 1][kWindows];
};

}  // namespace ondol
