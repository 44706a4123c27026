#include "model/greedy_head.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <utility>
#include <vector>

#include "base/checked_math.h"
#include "base/clock.h"
#include "model/head.h"
#include "model/model_messages.h"
#include "tensor/quant/q4_0.h"

namespace ondol {
namespace {

constexpr int64_t kLeastBytes = 8 << 20;   // a smaller head stays in the caches
constexpr int64_t kMostColumns = 1 << 14;  // up to which g stays small
// What is added to lengths because numbers below 2^-126 are not rounded relatively: at most 2^-124 is lost in a
// product.
constexpr double kTiny = 1e-16;
constexpr double kTooLong = 1e15;     // a longer row or input might overflow on the way to a result
constexpr double kCopyShare = 0.01;   // of a step's time goes into making the copy
constexpr double kLongestStep_s = 1;  // a longer pause was not a step
constexpr float kMemory = 6;          // steps the running mean looks back
constexpr int64_t kFirstPanels = 8;   // multiplied to find a high logit
constexpr int64_t kSamplePanels = 16;
constexpr int64_t kMemoryShare = 4;  // the copy takes at most one part in so many of the memory that is left
constexpr DType kCopyType = dtype_of<Q4_0>;
constexpr float kInfinity = std::numeric_limits<float>::infinity();

double length_of(const float* x, int64_t n) {
  double sum = 0;
  for (int64_t i = 0; i < n; ++i) sum += double{x[i]} * double{x[i]};
  return std::sqrt(sum);
}

// At least the length of x minus what Kernels::quantize makes of it with a scale for every `every` columns:
// q = round(x / scale), whose own roundings move x / scale by less than 1e-4.
double quantization_error(const float* x, int64_t n, int every) {
  constexpr double kRounder = 0x1.8p52;  // added and taken off again leaves the nearest integer
  double sum = 0;
  for (int64_t first = 0; every > 0 && first < n; first += every) {
    const int64_t last = std::min(n, first + every);
    float max = 0;
    for (int64_t i = first; i < last; ++i) max = std::max(max, std::abs(x[i]));
    const double scale = std::max(double{max} / 127, 1e-36), inverse = 1 / scale;
    for (int64_t i = first; i < last; ++i) {
      const double level = double{x[i]} * inverse;
      const double rounded = max < 1e-36f ? 0 : level + kRounder - kRounder;
      const double off = (std::abs(level - rounded) + 1e-4) * scale;
      sum += off * off;
    }
  }
  return std::sqrt(sum);
}

// A float above x by more than a few additions and multiplications of floats lose.
float upward(double x) { return static_cast<float>(x * (1 + 0x1p-20)); }

// NaN counts as lowest, as it does to the sampler.
float highest_allowed(const float* logits, Rows rows, std::span<const uint64_t> allowed) {
  float highest = -kInfinity;
  for (int64_t row = rows.begin; row < rows.end; ++row) {
    if (logits[row] > highest && is_allowed(allowed, row)) highest = logits[row];
  }
  return highest;
}

}  // namespace

bool GreedyHead::can_begin(const Step& step) const {
  const Linear& head = step.model.output;
  const WeightView& w = head.matrix;
  const auto* coarsen = step.kernel.coarsen;
  // A head left in file layout (LoadOptions::low_memory) is neither read nor held twice.
  const bool is_plain = w.layout == Layout::kRun && head.bias == nullptr && head.scale == nullptr && head.adapted.empty() &&
                        step.model.hp.final_soft_cap == 0 && step.model.hp.logit_scale > 0;
  return is_plain && coarsen != nullptr && coarsen[w.dtype.index()] != nullptr && w.n_cols % kGroup == 0 &&
         w.n_cols <= kMostColumns && w.n_rows >= kSamplePanels * kPanelRows &&
         (insists_ || w.size_bytes() >= kLeastBytes);
}

// The copy of one panel; lengths of its rows and of what it is off, rounded up.
void GreedyHead::coarsen(const Step& step, int64_t panel, uint8_t* copy, float* length, float* error) const {
  const WeightView& w = step.model.output.matrix;
  step.kernel.coarsen[w.dtype.index()](w, panel, copy, length, error);
  const double rounding = 1 + static_cast<double>(w.n_cols) * 0x1p-23;
  for (int row = 0; row < kPanelRows; ++row) {
    length[row] = upward(std::sqrt(double{length[row]}) * rounding + kTiny);
    error[row] = length[row] < kTooLong ? upward(std::sqrt(double{error[row]}) * rounding + kTiny) : kInfinity;
  }
}

// Measures on some rows how far a copy would be off.
void GreedyHead::begin(const Step& step) {
  if (!can_begin(step)) {
    stage_ = Stage::kImpossible;
    return;
  }
  stage_ = Stage::kWatching;
  const WeightView& w = step.model.output.matrix;
  const int64_t n_panels = w.n_rows / kPanelRows;
  const int64_t lengths_bytes = 2 * n_panels * kPanelRows * int64_t{sizeof(float)};
  copy_share_ = static_cast<float>(n_panels * panel_bytes(kCopyType, w.n_cols) + lengths_bytes) /
                static_cast<float>(n_panels * panel_bytes(w.dtype, w.n_cols));
  std::vector<uint8_t> copy(static_cast<size_t>(panel_bytes(kCopyType, w.n_cols)));
  for (int64_t i = 0; i < kSamplePanels; ++i) {
    float length[kPanelRows], error[kPanelRows];
    coarsen(step, n_panels * i / kSamplePanels, copy.data(), length, error);
    for (int row = 0; row < kPanelRows; ++row) {
      mean_length_ += length[row] / (kSamplePanels * kPanelRows);
      mean_error_ += error[row] / (kSamplePanels * kPanelRows);
    }
  }
}

void GreedyHead::allocate(const Step& step) {
  const WeightView& w = step.model.output.matrix;
  const int64_t n_panels = w.n_rows / kPanelRows;
  const int64_t matrix_bytes = round_up(n_panels * panel_bytes(kCopyType, w.n_cols), 64);
  const int64_t lengths_bytes = n_panels * kPanelRows * int64_t{sizeof(float)};
  const int64_t size_bytes = matrix_bytes + 2 * lengths_bytes;
  stage_ = Stage::kImpossible;
  if (size_bytes > available_memory_bytes() / kMemoryShare) return;
  auto memory = Buffer::allocate(msg::kGreedyHeadMemory.text(), size_bytes);
  if (!memory) return;
  memory_ = std::move(*memory);
  copy_ = {memory_.data(), kCopyType, n_panels * kPanelRows, w.n_cols};
  length_ = reinterpret_cast<float*>(memory_.data() + matrix_bytes);
  error_ = length_ + copy_.n_rows;
  stage_ = Stage::kCopying;
}

// Copies panels until `budget_s` seconds are over; some in any case.
void GreedyHead::copy_panels(Step& step, double budget_s) {
  const int64_t n_panels = copy_.n_rows / kPanelRows;
  const int64_t bytes = panel_bytes(kCopyType, copy_.n_cols);
  const double start = now_s();
  do {
    const int64_t n = std::min<int64_t>(2 * step.pool.n_threads(), n_panels - n_copied_);
    step.pool.for_each(n, [&](int64_t i, int) {
      const int64_t panel = n_copied_ + i, row = panel * kPanelRows;
      coarsen(step, panel, memory_.data() + panel * bytes, length_ + row, error_ + row);
    });
    n_copied_ += n;
  } while (n_copied_ < n_panels && now_s() - start < budget_s);
  if (n_copied_ == n_panels) stage_ = Stage::kComplete;
}

// X, D and g of the bound, for the input in work.input.
GreedyHead::Shares GreedyHead::shares(const Step& step) const {
  const WeightView& w = step.model.output.matrix;
  const float* x = step.work.input;
  const int every = w.dtype.info().activation_scale_every, copy_every = kCopyType.info().activation_scale_every;
  const double error = quantization_error(x, w.n_cols, every), copy_error = quantization_error(x, w.n_cols, copy_every);
  const double longest = length_of(x, w.n_cols) + std::max(error, copy_error);
  const double difference = every == copy_every ? 0 : error + copy_error;
  const double g = static_cast<double>(w.n_cols) * 0x1p-23;
  return {upward((1 + g) * longest + kTiny), upward(difference + 2 * g * longest + kTiny), longest < kTooLong};
}

void GreedyHead::write_whole(Step& step, float* logits) {
  multiply_head(step, make_input(step, step.work.input, 1, {{step.model.output, logits}}), logits);
  panels_read_ = 1;
}

void GreedyHead::write(Step& step, float* logits) {
  const double now = now_s();
  const double step_s = std::min(now - std::exchange(last_write_s_, now), kLongestStep_s);
  if (stage_ == Stage::kUnknown) begin(step);
  if (insists_ && stage_ == Stage::kWatching) allocate(step);
  if (insists_ && stage_ == Stage::kCopying) copy_panels(step, std::numeric_limits<double>::infinity());
  if (stage_ == Stage::kImpossible) return write_whole(step, logits);
  const Shares shares = this->shares(step);
  if (stage_ == Stage::kComplete && (insists_ || pays()) && shares.are_small) {
    return write_candidates(step, shares, logits);
  }
  write_whole(step, logits);
  watch(step, shares, logits);
  if (!pays() || stage_ == Stage::kComplete) return;
  if (stage_ == Stage::kWatching) allocate(step);
  if (stage_ == Stage::kCopying) copy_panels(step, kCopyShare * step_s);
}

// Counts, among some of the panels, those the second stage would have read.
void GreedyHead::watch(const Step& step, const Shares& shares, const float* logits) {
  constexpr int64_t kStride = 8;
  const auto allowed = step.batch.logit_uses[0].allowed;
  const int64_t n_rows = step.model.output.matrix.n_rows;
  const float slack = (mean_error_ * shares.of_error + mean_length_ * shares.of_length) * step.model.hp.logit_scale;
  const float least = highest_allowed(logits, {0, n_rows}, allowed) - slack;
  int64_t n_candidates = 0;
  for (int64_t row = 0; row < n_rows; row += kStride * kPanelRows) {
    n_candidates += highest_allowed(logits, {row, std::min(n_rows, row + kPanelRows)}, allowed) >= least ? 1 : 0;
  }
  remember(static_cast<float>(n_candidates * kStride * kPanelRows) / static_cast<float>(n_rows));
}

void GreedyHead::remember(float candidates) { mean_candidates_ += (candidates - mean_candidates_) / kMemory; }

void GreedyHead::write_candidates(Step& step, const Shares& shares, float* logits) {
  const WeightView& w = step.model.output.matrix;
  const auto allowed = step.batch.logit_uses[0].allowed;
  const int64_t n_panels = copy_.n_rows / kPanelRows;
  const Linear copy{.matrix = copy_};
  const ProductInput input = make_input(step, step.work.input, 1, {{step.model.output, logits}, {copy, logits}});

  // first stage: a bound for each panel
  float* const bound = step.work.head_bounds;
  const int64_t rows = rows_per_piece(copy_, 1, step.pool.n_threads());
  step.pool.for_each(divide_up(copy_.n_rows, rows), [&](int64_t piece, int thread) {
    const Rows part{piece * rows, std::min(copy_.n_rows, (piece + 1) * rows)};
    multiply_rows(step, input, {copy, logits}, part, thread);
    step.kernel.bound_panels(logits + part.begin, length_ + part.begin, error_ + part.begin, shares.of_length,
                             shares.of_error, (part.end - part.begin) / kPanelRows, bound + part.begin / kPanelRows);
  });
  for (int64_t panel = 0; panel < n_panels; ++panel) {
    if (!has_allowed(allowed, panel)) bound[panel] = -kInfinity;
  }

  // second stage: the panels with the highest bounds, and what is behind the last whole one, give a logit ...
  float highest_bounds[kFirstPanels];
  std::partial_sort_copy(bound, bound + n_panels, highest_bounds, highest_bounds + kFirstPanels, std::greater<>());
  const float first_bound = highest_bounds[kFirstPanels - 1];
  const auto is_first = [&](int64_t panel) { return panel >= n_panels || bound[panel] >= first_bound; };
  const int64_t max_rows = rows_per_piece(w, 1, step.pool.n_threads());
  float highest = -kInfinity;
  int64_t n_read = 0;
  const auto read = [&](auto&& wanted) {
    const auto parts = collect_panels(w.n_rows, max_rows, step.work.head_rows, wanted);
    multiply_head(step, input, parts, logits);
    for (const Rows& part : parts) {
      highest = std::max(highest, highest_allowed(logits, part, allowed));
      n_read += divide_up(part.end - part.begin, kPanelRows);
    }
  };
  read(is_first);
  // ... that the others have to reach
  const float scale = step.model.hp.logit_scale, to_reach = highest;
  read([&](int64_t panel) { return !is_first(panel) && !(bound[panel] * scale < to_reach); });

  panels_read_ = static_cast<float>(n_read) / static_cast<float>(divide_up(w.n_rows, kPanelRows));
  remember(panels_read_);
}

}  // namespace ondol
