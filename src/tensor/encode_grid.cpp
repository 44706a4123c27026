#include "tensor/encode_grid.h"

#include <algorithm>
#include <cmath>

#include "tensor/encode_runs.h"

namespace ondol {
namespace {

constexpr int kWeights = EncodeBlock::kMaxWeights;
constexpr float kDelta = 0.125f;
// Weights of no importance share points with others; without any they would come out anyhow.
constexpr float kLeastImportance = 1e-5f;

// What the columns of a half cost in every combination of levels, numbered as GridSearch does.
template <int kColumns, int kLevels>
void sum_costs(const float cost[][GridSearch::kMaxLevels], float* sums) {
  int n = 1;
  sums[0] = 0;
  for (int c = 0; c < kColumns; ++c, n *= kLevels) {
    // the lowest level last: the others still need the sums so far
    for (int level = kLevels - 1; level >= 0; --level) {
      for (int i = 0; i < n; ++i) sums[level * n + i] = sums[i] + cost[c][level];
    }
  }
}

// One block on its way: x with the signs taken off where the type stores them apart.
class GridEncoder {
 public:
  GridEncoder(const EncodeBlock& block, const GridRules& rules)
      : block_(block), rules_(rules), n_columns_(rules.search->n_columns()) {
    std::copy_n(block.x, kWeights, x_);
    for (int i = 0; i < kWeights; ++i) w_[i] = std::max(block.w[i], kLeastImportance);
    if (rules.signs != GridRules::Signs::kDelta) {
      for (int j = 0; j < kWeights / 8; ++j) take_signs(j);
    }
  }

  GridBlock encode() {
    const int n_runs = kWeights / rules_.run_weights;
    float fits[16] = {};
    for (int run = 0; run < n_runs; ++run) fits[run] = fit_run(run);
    const float largest = largest_of(fits, n_runs);
    GridBlock best = empty();
    if (largest == 0) return best;
    best.scale = block_.to_half(largest / (rules_.part * static_cast<float>(2 * rules_.highest_field + 1)));
    Fit fit = choose(fits, best);
    // The least-squares block scale for these points and fields, and everything chosen again for it.
    for (int step = 0; step < 2 && fit.vv > 0; ++step) {
      GridBlock other = empty();
      other.scale = block_.to_half(fit.xv / fit.vv);
      if (other.scale == best.scale) break;
      const Fit other_fit = choose(fits, other);
      if (!(other_fit.error < fit.error)) break;
      fit = other_fit;
      best = other;
    }
    if (!only_rounding_is_left(block_, kWeights, best.scale, fit.error)) return best;
    GridBlock other = empty();
    const float value = round_best(other.scale);
    for (int run = 0; run < n_runs; ++run) {
      fits[run] = std::fabs(largest_of(x_ + run * rules_.run_weights, rules_.run_weights)) / value;
    }
    return choose(fits, other).error < fit.error ? other : best;
  }

 private:
  // Sums over weights: of importance * (x - scale * v)^2, of importance * x * v and of importance * v * v.
  struct Fit {
    float error = 0, xv = 0, vv = 0;
    void add(const Fit& other, float factor) {
      error += other.error;
      xv += factor * other.xv;
      vv += factor * factor * other.vv;
    }
  };

  GridBlock empty() const {
    GridBlock out;
    if (rules_.signs != GridRules::Signs::kDelta) std::copy_n(negative_, kWeights / 8, out.negative);
    return out;
  }

  void take_signs(int eight) {
    float* const x = x_ + 8 * eight;
    const float* const w = w_ + 8 * eight;
    int negative = 0, n_negative = 0, cheapest = 0;
    for (int c = 0; c < 8; ++c) {
      if (std::signbit(x[c])) {
        negative |= 1 << c;
        ++n_negative;
        x[c] = -x[c];
      }
      if (w[c] * x[c] < w[cheapest] * x[cheapest]) cheapest = c;
    }
    // the one whose wrong sign costs least
    if (rules_.signs == GridRules::Signs::kEven && n_negative % 2 == 1) {
      negative ^= 1 << cheapest;
      x[cheapest] = -x[cheapest];
    }
    negative_[eight] = static_cast<uint8_t>(negative);
  }

  // The nearest points to `n` weights at `at`, their values moved by `delta`.
  Fit choose_points(int at, int n, float scale, float delta, GridBlock& out) const {
    Fit fit;
    for (; n > 0; n -= n_columns_, at += n_columns_) {
      float cost[GridSearch::kMaxColumns][GridSearch::kMaxLevels];
      for (int c = 0; c < n_columns_; ++c) {
        for (int level = 0; level < rules_.search->n_levels(); ++level) {
          const float difference = x_[at + c] - scale * (rules_.values[level] + delta);
          cost[c][level] = w_[at + c] * difference * difference;
        }
      }
      const GridSearch::Found found = rules_.search->cheapest(cost);
      out.points[at / n_columns_] = static_cast<uint16_t>(found.point);
      fit.error += found.cost;
      for (int c = 0; c < n_columns_; ++c) {
        const float value = rules_.values[rules_.search->level(found.point, c)] + delta;
        fit.xv += w_[at + c] * x_[at + c] * value;
        fit.vv += w_[at + c] * value * value;
      }
    }
    return fit;
  }

  // One run, at a given scale.
  Fit choose_run(int run, float scale, GridBlock& out) const {
    const int at = run * rules_.run_weights;
    if (rules_.signs != GridRules::Signs::kDelta) return choose_points(at, rules_.run_weights, scale, 0, out);
    Fit fit;
    for (int piece = at; piece < at + rules_.run_weights; piece += rules_.delta_weights) {
      const Fit up = choose_points(piece, rules_.delta_weights, scale, kDelta, out);
      GridBlock moved_down;
      const Fit down = choose_points(piece, rules_.delta_weights, scale, -kDelta, moved_down);
      const bool is_down = down.error < up.error;
      for (int j = piece / 8; j < (piece + rules_.delta_weights) / 8; ++j) {
        if (is_down) out.points[j] = moved_down.points[j];
        out.negative[j] = is_down;
      }
      fit.add(is_down ? down : up, 1);
    }
    return fit;
  }

  // The scale that fits a run best.
  float fit_run(int run) const {
    const float largest = std::fabs(largest_of(x_ + run * rules_.run_weights, rules_.run_weights));
    if (largest < 1e-30f) return 0;
    const float highest = rules_.values[rules_.search->n_levels() - 1];
    GridBlock unused;
    float best_scale = 0, best_gain = 0;
    const auto refine = [&](float scale) {
      const Fit fit = choose_run(run, scale, unused);
      if (!(fit.xv > 0) || fit.xv * fit.xv <= best_gain * fit.vv * (1 + kNoise)) return false;
      best_gain = fit.xv * fit.xv / fit.vv;
      best_scale = fit.xv / fit.vv;
      return true;
    };
    const Starts& starts = rules_.starts;
    for (int k = 0; k < starts.n; ++k) {
      const float ratio =
          starts.widest - (starts.widest - starts.tightest) * static_cast<float>(k) / static_cast<float>(starts.n - 1);
      refine(largest / (highest * ratio));
    }
    // where all weights are alike, on the lowest level
    if (rules_.values[0] > 0) refine(largest / rules_.values[0]);
    for (int step = 0; step < 3 && best_scale > 0; ++step) {
      if (!refine(best_scale)) break;
    }
    return best_scale;
  }

  // Fields, points and deltas of the block for out.scale; each run tries the fields around its fit.  The sums are those
  // of the block scale.
  Fit choose(const float* fits, GridBlock& out) const {
    const float unit = block_.from_half(out.scale) * rules_.part;
    Fit total;
    for (int run = 0; run < kWeights / rules_.run_weights; ++run) {
      const FieldRange range = fields_around((fits[run] * inverse_or_zero(unit) - 1) / 2, 0, rules_.highest_field);
      Fit best;
      best.error = INFINITY;
      GridBlock best_points;
      for (int field = range.first; field <= range.last; ++field) {
        GridBlock points = out;
        const Fit fit = choose_run(run, unit * static_cast<float>(2 * field + 1), points);
        if (!(fit.error < best.error)) continue;
        best = fit;
        best_points = points;
        best_points.fields[run] = static_cast<uint8_t>(field);
      }
      out = best_points;
      total.add(best, rules_.part * static_cast<float>(2 * out.fields[run] + 1));
    }
    return total;
  }

  // The block scale for which the largest weight comes out best after rounding to f16, and the value it then has.
  float round_best(uint16_t& scale) const {
    const float largest = std::fabs(largest_of(x_, kWeights));
    float best_error = INFINITY, best_value = 1;
    for (int level = 0; level < rules_.search->n_levels(); ++level) {
      for (const float delta : {kDelta, -kDelta}) {
        const float value = std::fabs(rules_.values[level] + (rules_.signs == GridRules::Signs::kDelta ? delta : 0.0f));
        for (int field = 0; field <= rules_.highest_field; ++field) {
          const float product = rules_.part * static_cast<float>(2 * field + 1) * value;
          const uint16_t half = block_.to_half(largest / product);
          const float error = std::fabs(block_.from_half(half) * product - largest);
          if (!(error < best_error)) continue;
          best_error = error;
          best_value = value;
          scale = half;
        }
      }
    }
    return best_value;
  }

  const EncodeBlock& block_;
  const GridRules& rules_;
  const int n_columns_;
  float x_[kWeights], w_[kWeights];
  uint8_t negative_[kWeights / 8] = {};
};

}  // namespace

template <int kColumns, int kLevels>
GridSearch::Found GridSearch::cheapest_of(const float cost[kMaxColumns][kMaxLevels]) const {
  constexpr int kHalf = kColumns / 2, kHalves = kColumns == 8 ? 81 : 64;
  float lower[kHalves], upper[kHalves];
  sum_costs<kHalf, kLevels>(cost, lower);
  sum_costs<kHalf, kLevels>(cost + kHalf, upper);
  // The cheapest halves, in the grid together or not.  Added up as sum_costs does, so that rounding is the same.
  float least_lower = 0;
  int cheapest_upper = 0;
  for (int c = 0; c < kHalf; ++c) least_lower += *std::min_element(cost[c], cost[c] + kLevels);
  for (int c = kColumns - 1; c >= kHalf; --c) {
    const auto level = std::min_element(cost[c], cost[c] + kLevels) - cost[c];
    cheapest_upper = cheapest_upper * kLevels + static_cast<int>(level);
  }

  Found found{0, INFINITY};
  const auto try_upper = [&](int u) {
    for (int p = first_[static_cast<size_t>(u)]; p < first_[static_cast<size_t>(u) + 1]; ++p) {
      const float sum = upper[u] + lower[lower_[static_cast<size_t>(p)]];
      if (sum < found.cost) found = {p, sum};
    }
  };
  try_upper(cheapest_upper);
  for (int u = 0; u < kHalves; ++u) {
    if (upper[u] + least_lower < found.cost) try_upper(u);
  }
  return found;
}

GridSearch::Found GridSearch::cheapest(const float cost[kMaxColumns][kMaxLevels]) const {
  return n_columns_ == 8 ? cheapest_of<8, 3>(cost) : cheapest_of<4, 8>(cost);
}

GridRules iq2_rules(const GridSearch& search, int run_weights, GridRules::Signs signs) {
  return {.search = &search,
          .values = {8, 25, 43},
          .part = 0.125f,
          .run_weights = run_weights,
          .highest_field = 15,
          .signs = signs,
          .starts = {.n = 9, .tightest = 0.8f, .widest = 2}};
}

GridRules iq1_rules(const GridSearch& search, int run_weights, int delta_weights) {
  return {.search = &search,
          .values = {-1, 0, 1},
          .part = 1,
          .run_weights = run_weights,
          .highest_field = 7,
          .signs = GridRules::Signs::kDelta,
          .delta_weights = delta_weights,
          .starts = {.n = 8, .tightest = 0.8f, .widest = 4}};
}

GridBlock encode_on_grid(const EncodeBlock& block, const GridRules& rules) {
  return GridEncoder(block, rules).encode();
}

}  // namespace ondol
