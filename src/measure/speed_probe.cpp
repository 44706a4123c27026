#include "measure/speed_probe.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "base/checked_math.h"
#include "base/clock.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "engine/kv_cache.h"
#include "measure/measure_messages.h"
#include "measure/statistics.h"
#include "measure/traffic.h"
#include "model/stand_in.h"

namespace ondol {
namespace {

// Weights and cache of the layers that are timed: beyond the caches of most machines, and quickly filled.
constexpr int64_t kProbeBytes = int64_t{512} << 20;
constexpr int64_t kProbePositions = 8192;  // of a longer context no more are tried: time grows evenly with them
constexpr int kMemoryShare = 4;            // at most one part in so many of the memory that is left
constexpr int kPrefillRuns = 3, kMinDecodeRuns = 5;
constexpr double kPrefillRunSeconds = 0.12, kDecodeSeconds = 0.3;
// An operation of attention, in f32, takes as long as so many of the products, in int8.
constexpr double kAttentionCost = 3;

// What the first `n_layers` layers do for `n_tokens` tokens behind `position` others, in int8 multiplications.
double work_of(const Model& model, int n_layers, int64_t n_tokens, int64_t position) {
  return step_products(model, n_layers, n_tokens) +
         kAttentionCost * step_attention(model, n_layers, n_tokens, position);
}

// What the layers read for one token.
double layers_read_bytes(const Model& model, KvType kv_type, int64_t position) {
  return static_cast<double>(step_read_bytes(model, kv_type, 1, position) - model.output.matrix.size_bytes());
}

// As many layers as fit, at least one.
int choose_layers(const Model& outline, const PlannedRun& run) {
  const int64_t most = std::min(kProbeBytes, available_memory_bytes() / kMemoryShare);
  int n_layers = 1;
  for (; n_layers < outline.hp.n_layers; ++n_layers) {
    const KvPageShape page{run.kv_type, n_layers + 1, outline.hp.n_kv_heads, outline.hp.head_dim};
    const int64_t cache_bytes = page.size_bytes() * (std::min(run.context_length, kProbePositions) / kPageLength + 1);
    if (stand_in_bytes(outline, n_layers + 1) + cache_bytes > most) break;
  }
  return n_layers;
}

class SpeedProbe {
 public:
  SpeedProbe(const Model& outline, const PlannedRun& run, ThreadPool& pool)
      : outline_(outline), run_(run), pool_(pool) {}

  Result<SpeedPlan> measure();

 private:
  Status prepare();
  // Seconds of a step over `n_tokens` tokens behind `position` others, through the first `n_layers` layers.
  double time_step(int64_t n_tokens, int64_t position, int n_layers, bool with_logits);
  double whole_decode_s(int64_t position);
  double whole_step_s(int64_t n_tokens, int64_t position);
  Result<double> prompt_s();

  const Model& outline_;
  const PlannedRun& run_;
  ThreadPool& pool_;
  Model model_;                               // the layers that are timed
  std::optional<KvPagePool> pages_, recent_;  // recent_: of f16, for q4_0
  std::optional<KvCache> cache_;              // with room for the whole context
  Workspace work_;
  std::vector<float> logits_;
  int64_t n_positions_ = 0;  // that are tried
  int64_t step_tokens_ = 0;
  double head_s_ = 0;
  double fresh_byte_s_ = 0;  // the first write to a byte of memory
};

Status SpeedProbe::prepare() {
  const int n_layers = choose_layers(outline_, run_);
  TRY(model_, stand_in_model(outline_, n_layers, pool_));
  const Hyperparameters& hp = outline_.hp;
  n_positions_ = std::min(run_.context_length, kProbePositions);
  const int64_t n_pages = divide_up(n_positions_, kPageLength);
  TRY(pages_, KvPagePool::create({run_.kv_type, n_layers, hp.n_kv_heads, hp.head_dim}, n_pages));
  const bool keeps_recent = run_.kv_type == KvType::kQ4_0;
  if (keeps_recent) {
    TRY(recent_, KvPagePool::create({KvType::kF16, n_layers, hp.n_kv_heads, hp.head_dim}, kRecentPages));
  }
  step_tokens_ = std::min(keeps_recent ? int64_t{kRecentLength} : EngineOptions().max_step_tokens, n_positions_);
  TRY(work_, Workspace::create(model_, pool_.n_threads(), step_tokens_, n_pages));
  logits_.resize(static_cast<size_t>(hp.vocab_size));
  // Pages that were never written would all be one page of zeros, which the caches hold.
  cache_.emplace(*pages_, keeps_recent ? &*recent_ : nullptr);
  while (cache_->length() < n_positions_) {
    const int64_t n = std::min<int64_t>(kRecentLength, n_positions_ - cache_->length());
    cache_->reserve(cache_->length() + n);
    cache_->advance(n);
  }
  const double start = now_s();
  for (uint8_t* page : cache_->pages()) std::memset(page, 0, static_cast<size_t>(pages_->shape().size_bytes()));
  const int64_t n_fresh = std::ssize(cache_->pages()) * pages_->shape().size_bytes();
  fresh_byte_s_ = (now_s() - start) / static_cast<double>(n_fresh);
  return ok();
}

double SpeedProbe::time_step(int64_t n_tokens, int64_t position, int n_layers, bool with_logits) {
  std::vector<TokenId> tokens;
  for (int64_t i = 0; i < n_tokens; ++i) tokens.push_back(static_cast<TokenId>(i % kPanelRows));
  const Batch::Run run{cache_->view(), static_cast<int32_t>(position), n_tokens};
  const int64_t last = n_tokens - 1;
  const std::span<const int64_t> logit_tokens(&last, with_logits ? 1 : 0);
  model_.hp.n_layers = n_layers;
  const double start = now_s();
  forward(model_, {tokens, {&run, 1}, logit_tokens}, work_, pool_, logits_.data());
  return now_s() - start;
}

// Of the whole model: what the layers that are timed take, and the others by what they read.
double SpeedProbe::whole_decode_s(int64_t position) {
  const auto n_layers = static_cast<int>(model_.layers.size());
  std::vector<double> seconds;
  time_step(1, position, n_layers, true);
  for (const double end = now_s() + kDecodeSeconds; std::ssize(seconds) < kMinDecodeRuns || now_s() < end;) {
    seconds.push_back(time_step(1, position, n_layers, true));
  }
  const double timed = layers_read_bytes(model_, run_.kv_type, position);
  const double whole = layers_read_bytes(outline_, run_.kv_type, position);
  return head_s_ + std::max(0.0, median(std::move(seconds)) - head_s_) * whole / timed;
}

// The same of a step over many tokens without logits, by what the layers multiply.
double SpeedProbe::whole_step_s(int64_t n_tokens, int64_t position) {
  time_step(n_tokens, position, 1, false);
  int n_layers = 1;
  std::vector<double> seconds = {time_step(n_tokens, position, n_layers, false)};
  if (seconds[0] < kPrefillRunSeconds) {
    n_layers = static_cast<int>(std::clamp(kPrefillRunSeconds / seconds[0], 1.0, double(model_.layers.size())));
    seconds.clear();
    for (int run = 0; run < kPrefillRuns; ++run) seconds.push_back(time_step(n_tokens, position, n_layers, false));
  }
  return median(std::move(seconds)) * work_of(outline_, outline_.hp.n_layers, n_tokens, position) /
         work_of(outline_, n_layers, n_tokens, position);
}

// A prompt is read in steps, whose time grows evenly with what stands before them: the first, a late one and what is
// left at the end are timed.  It is the first to write to the engine's memory, which the system has yet to give.
Result<double> SpeedProbe::prompt_s() {
  TRY(const EngineMemory memory,
      Engine::memory(outline_, run_.n_threads, {.context_length = run_.context_length, .kv_type = run_.kv_type},
                     run_.n_prompt, run_.n_prompt));
  double seconds = head_s_ + static_cast<double>(memory.total_bytes()) * fresh_byte_s_;
  const int64_t n_full = run_.n_prompt / step_tokens_, n_rest = run_.n_prompt % step_tokens_;
  double position_s = 0;  // what a full step takes more for each position before it
  if (n_full > 0) {
    const double first_s = whole_step_s(step_tokens_, 0);
    const int64_t late = std::min((n_full - 1) * step_tokens_, n_positions_ - step_tokens_);
    TRY(check_interrupted());
    if (late > 0) position_s = (whole_step_s(step_tokens_, late) - first_s) / static_cast<double>(late);
    const double mean_position = static_cast<double>(n_full - 1) / 2 * static_cast<double>(step_tokens_);
    seconds += static_cast<double>(n_full) * (first_s + mean_position * position_s);
  }
  TRY(check_interrupted());
  if (n_rest == 0) return seconds;
  const int64_t position = n_full * step_tokens_, tried = std::min(position, n_positions_ - n_rest);
  const double share = static_cast<double>(n_rest) / static_cast<double>(step_tokens_);
  return seconds + whole_step_s(n_rest, tried) + share * static_cast<double>(position - tried) * position_s;
}

Result<SpeedPlan> SpeedProbe::measure() {
  TRY(prepare());
  std::vector<double> head_s;
  time_step(1, 0, 0, true);
  for (int run = 0; run < kMinDecodeRuns; ++run) head_s.push_back(time_step(1, 0, 0, true));
  head_s_ = median(std::move(head_s));
  SpeedPlan plan;
  plan.decode_empty_s = whole_decode_s(0);
  TRY(check_interrupted());
  const int64_t far = n_positions_ - 1;
  if (far > 0) plan.decode_position_s = (whole_decode_s(far) - plan.decode_empty_s) / static_cast<double>(far);
  plan.decode_position_s = std::max(0.0, plan.decode_position_s);
  if (run_.n_prompt > 0) { TRY(plan.prefill_s, prompt_s()); }
  return plan;
}

}  // namespace

Result<SpeedPlan> probe_speed(const Model& outline, const PlannedRun& run, ThreadPool& pool) {
  return SpeedProbe(outline, run, pool).measure();
}

}  // namespace ondol
