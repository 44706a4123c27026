#include "measure/bench.h"

#include <sys/resource.h>

#include <algorithm>

#include "base/clock.h"
#include "base/interrupt.h"
#include "base/random.h"
#include "engine/engine.h"
#include "kernel/exact.h"
#include "measure/divergence.h"
#include "measure/measure_messages.h"
#include "measure/statistics.h"
#include "measure/traffic.h"

namespace ondol {
namespace {

constexpr double kSteady = 0.10;  // probes around a round may differ by this much
constexpr int kMaxRepeats = 3;
constexpr int64_t kKlTokens = 32;

// Tokens without meaning, the same in every run.
std::vector<TokenId> made_up_tokens(int64_t n, int64_t vocab_size) {
  std::vector<TokenId> tokens;
  SplitMix64 random(1);
  for (int64_t i = 0; i < n; ++i) tokens.push_back(static_cast<TokenId>(random.below(vocab_size)));
  return tokens;
}

// What feeding some tokens took.
struct Spent {
  double wall_s, cpu_s;
  std::optional<double> j;
};

class Bench {
 public:
  Bench(const std::string& name, const Model& model, ThreadPool& pool, const BenchOptions& options)
      : name_(name), model_(model), pool_(pool), options_(options) {}

  Result<BenchReport> run(const std::function<void(int64_t, int64_t)>& on_progress);

 private:
  Status prepare();
  Status round();
  Result<double> decode_together(int64_t n_sequences);
  Result<Spent> feed(SequenceId sequence, std::span<const TokenId> tokens, bool one_by_one);
  Result<double> measure_kl();
  void summarize();

  const std::string& name_;
  const Model& model_;
  ThreadPool& pool_;
  BenchOptions options_;
  std::unique_ptr<Engine> engine_, batch_engine_;
  int64_t step_tokens_ = 0;  // of engine_, at most
  std::vector<TokenId> tokens_, batch_tokens_;
  EnergyMeter energy_;
  BenchReport report_;
  // Of each round kept.
  std::vector<MachineLimits> limits_;
  std::vector<std::vector<Spent>> prefill_, decode_;  // [round][case]
  std::vector<std::vector<double>> batch_s_;          // [round][case]; case 0 is one sequence
};

Status Bench::prepare() {
  const int64_t context = model_.hp.context_length;
  std::erase_if(options_.prefill_tokens, [&](int64_t n) { return n > context; });
  std::erase_if(options_.decode_depths, [&](int64_t depth) { return depth + options_.decode_tokens > context; });
  if (options_.prefill_tokens.empty() && options_.decode_depths.empty()) {
    return fail(ErrorKind::kBadInput, msg::kBenchContextTooShort, name_, context, options_.decode_tokens);
  }
  int64_t longest = 1;
  for (int64_t n : options_.prefill_tokens) longest = std::max(longest, n);
  for (int64_t depth : options_.decode_depths) longest = std::max(longest, depth + options_.decode_tokens);
  TRY(engine_, Engine::create(model_, pool_, {.context_length = longest, .kv_type = options_.kv_type}));
  tokens_ = made_up_tokens(longest, model_.hp.vocab_size);
  if (options_.decode_tokens > context) options_.batches.clear();
  if (!options_.batches.empty()) {
    const int64_t most = *std::max_element(options_.batches.begin(), options_.batches.end());
    options_.batches.insert(options_.batches.begin(), 1);
    constexpr int64_t kLeast = 2 * kRecentLength;  // of less, a KV cache of q4_0 would be f16
    TRY(batch_engine_, Engine::create(model_, pool_,
                                      {.context_length = std::min(context, std::max(options_.decode_tokens, kLeast)),
                                       .kv_type = options_.kv_type,
                                       .max_sequences = static_cast<int>(most)}));
    batch_tokens_ = made_up_tokens(options_.decode_tokens + most, model_.hp.vocab_size);
  }
  for (const SublayerWeights& sublayer : model_.layers[0].sublayers) {
    const auto* attention = std::get_if<AttentionWeights>(&sublayer.weights);
    if (attention == nullptr) continue;
    const bool is_float = attention->output.matrix.dtype.info().is_float;
    report_.prefill_peak = is_float ? PrefillPeak::kF32 : PrefillPeak::kInt8;
  }
  return ok();
}

// Seconds in which that many new sequences decode options_.decode_tokens each.
Result<double> Bench::decode_together(int64_t n_sequences) {
  std::vector<SequenceId> sequences;
  for (int64_t i = 0; i < n_sequences; ++i) { TRY(sequences.emplace_back(), batch_engine_->open()); }
  const double start_s = now_s();
  for (int64_t token = 0; token < options_.decode_tokens; ++token) {
    TRY(check_interrupted());
    std::vector<Engine::Input> inputs;
    for (size_t i = 0; i < sequences.size(); ++i) {
      inputs.push_back({sequences[i], std::span(batch_tokens_).subspan(i + static_cast<size_t>(token), 1)});
    }
    TRY(batch_engine_->step(inputs, [](const Engine::Rows&) {}));
  }
  const double seconds = now_s() - start_s;
  for (const SequenceId sequence : sequences) batch_engine_->close(sequence);
  return seconds;
}

// Feeds `tokens` in one call or one call a token.
Result<Spent> Bench::feed(SequenceId sequence, std::span<const TokenId> tokens, bool one_by_one) {
  TRY(check_interrupted());
  const auto ignore = [](const Engine::Rows&) {};
  energy_.start();
  const double start_s = now_s(), start_cpu_s = process_cpu_s();
  for (size_t i = 0; i < tokens.size(); i += one_by_one ? 1 : tokens.size()) {
    const Engine::Input input{sequence, one_by_one ? tokens.subspan(i, 1) : tokens};
    TRY(engine_->step({&input, 1}, ignore));
    energy_.update();
  }
  return Spent{now_s() - start_s, process_cpu_s() - start_cpu_s, energy_.joules()};
}

Status Bench::round() {
  TRY(const SequenceId sequence, engine_->open());
  std::vector<Spent> prefill, decode;
  for (int64_t n : options_.prefill_tokens) {
    engine_->truncate(sequence, 0);
    TRY(const Spent spent, feed(sequence, std::span(tokens_).first(static_cast<size_t>(n)), false));
    prefill.push_back(spent);
  }
  for (int64_t depth : options_.decode_depths) {
    const int64_t filled = engine_->truncate(sequence, std::min(engine_->length(sequence), depth));
    const auto missing = std::span(tokens_).subspan(static_cast<size_t>(filled), static_cast<size_t>(depth - filled));
    TRY(feed(sequence, missing, false));
    const auto next =
        std::span(tokens_).subspan(static_cast<size_t>(depth), static_cast<size_t>(options_.decode_tokens));
    TRY(const Spent spent, feed(sequence, next, true));
    decode.push_back(spent);
  }
  engine_->close(sequence);
  std::vector<double> batch_s;
  for (const int64_t n : options_.batches) {
    TRY(const double s, decode_together(n));
    batch_s.push_back(s);
  }
  batch_s_.push_back(std::move(batch_s));
  prefill_.push_back(std::move(prefill));
  decode_.push_back(std::move(decode));
  return ok();
}

Result<double> Bench::measure_kl() {
  const int64_t n = std::min(kKlTokens, model_.hp.context_length);
  const int64_t vocab = model_.hp.vocab_size;
  const auto all_logits = [&](const Kernels* kernel) -> Result<std::vector<float>> {
    TRY(auto engine, Engine::create(model_, pool_, {.context_length = n, .kv_type = KvType::kF32, .kernel = kernel}));
    TRY(const SequenceId sequence, engine->open());
    std::vector<float> logits;
    logits.reserve(static_cast<size_t>(n * vocab));
    const Engine::Input input{sequence, std::span(tokens_).first(static_cast<size_t>(n)), true};
    TRY(engine->step({&input, 1}, [&](const Engine::Rows& rows) {
      logits.insert(logits.end(), rows.logits, rows.logits + rows.n_rows * vocab);
    }));
    return logits;
  };
  TRY(const std::vector<float> exact, all_logits(&exact_kernels()));
  TRY(const std::vector<float> fast, all_logits(nullptr));
  double sum = 0;
  for (int64_t row = 0; row < n; ++row) sum += row_divergence(&exact[row * vocab], &fast[row * vocab], vocab);
  return sum / static_cast<double>(n);
}

void Bench::summarize() {
  const auto over_rounds = [&](auto&& value) {
    std::vector<double> values;
    for (size_t round = 0; round < limits_.size(); ++round) values.push_back(value(round));
    return median(std::move(values));
  };
  report_.limits = {over_rounds([&](size_t r) { return limits_[r].read_gb_s; }),
                    over_rounds([&](size_t r) { return limits_[r].int8_gop_s; }),
                    over_rounds([&](size_t r) { return limits_[r].matrix_gop_s; }),
                    over_rounds([&](size_t r) { return limits_[r].bf16_gflop_s; }),
                    over_rounds([&](size_t r) { return limits_[r].f32_gflop_s; })};
  const auto peak = [&](size_t r) {
    return 1e9 * (report_.prefill_peak == PrefillPeak::kInt8 ? limits_[r].int8_gop_s : limits_[r].f32_gflop_s);
  };
  const auto cost = [&](const std::vector<std::vector<Spent>>& spent, size_t i, double n_tokens, int64_t read_bytes) {
    TokenCost cost{.cpu_s = over_rounds([&](size_t r) { return spent[r][i].cpu_s / n_tokens; }),
                   .read_bytes = static_cast<double>(read_bytes) / n_tokens};
    const bool metered = std::all_of(spent.begin(), spent.end(), [&](const auto& round) { return round[i].j; });
    if (metered) cost.j = over_rounds([&](size_t r) { return *spent[r][i].j / n_tokens; });
    return cost;
  };
  const auto head_weights = static_cast<double>(model_.output.matrix.n_rows * model_.output.matrix.n_cols);
  for (size_t i = 0; i < options_.prefill_tokens.size(); ++i) {
    const int64_t n_tokens = options_.prefill_tokens[i];
    const auto n = static_cast<double>(n_tokens);
    const double operations = 2 * (static_cast<double>(model_.matrix_weights) * n + head_weights);
    const int64_t bytes = steps_read_bytes(model_, options_.kv_type, n_tokens, step_tokens_, 0);
    report_.prefill.push_back({n_tokens, over_rounds([&](size_t r) { return n / prefill_[r][i].wall_s; }),
                               over_rounds([&](size_t r) { return operations / prefill_[r][i].wall_s / peak(r); }),
                               cost(prefill_, i, n, bytes)});
  }
  for (size_t i = 1; i < options_.batches.size(); ++i) {
    const auto n = static_cast<double>(options_.batches[i] * options_.decode_tokens);
    const double operations = 2 * (static_cast<double>(model_.matrix_weights) + head_weights) * n;
    report_.batches.push_back({options_.batches[i], over_rounds([&](size_t r) { return n / batch_s_[r][i]; }),
                               over_rounds([&](size_t r) {
                                 return static_cast<double>(options_.batches[i]) * batch_s_[r][0] / batch_s_[r][i];
                               }),
                               over_rounds([&](size_t r) { return operations / batch_s_[r][i] / peak(r); })});
  }
  for (size_t i = 0; i < options_.decode_depths.size(); ++i) {
    const int64_t depth = options_.decode_depths[i];
    const auto n = static_cast<double>(options_.decode_tokens);
    const int64_t bytes = steps_read_bytes(model_, options_.kv_type, options_.decode_tokens, 1, depth);
    report_.decode.push_back({depth, over_rounds([&](size_t r) { return n / decode_[r][i].wall_s; }),
                              over_rounds([&](size_t r) {
                                return static_cast<double>(bytes) / decode_[r][i].wall_s / (limits_[r].read_gb_s * 1e9);
                              }),
                              cost(decode_, i, n, bytes)});
  }
  report_.energy_source = energy_.source();
  report_.n_rounds = static_cast<int>(limits_.size());
}

Result<BenchReport> Bench::run(const std::function<void(int64_t, int64_t)>& on_progress) {
  TRY(prepare());
  // One pass to touch everything, then the memory figure, then the probes, whose buffer is not the model's.
  TRY(const SequenceId sequence, engine_->open());
  const size_t n_first = options_.prefill_tokens.empty() ? 1 : static_cast<size_t>(options_.prefill_tokens[0]);
  TRY(feed(sequence, std::span(tokens_).first(n_first), false));
  engine_->close(sequence);
  report_.peak_rss_bytes = peak_rss_bytes();

  TRY(LimitsProbe probe, LimitsProbe::create(pool_));
  int n_repeats = 0;
  while (static_cast<int>(limits_.size()) < options_.n_rounds) {
    on_progress(static_cast<int64_t>(limits_.size()), options_.n_rounds + 1);
    const MachineLimits before = probe.measure();
    TRY(round());
    const MachineLimits after = probe.measure();
    if (difference(before, after) > kSteady) {
      if (n_repeats < kMaxRepeats) {
        ++n_repeats;
        prefill_.pop_back();
        decode_.pop_back();
        batch_s_.pop_back();
        continue;
      }
      ++report_.n_unsteady;
    }
    limits_.push_back(mean(before, after));
  }
  report_.n_repeated = n_repeats;
  on_progress(options_.n_rounds, options_.n_rounds + 1);
  step_tokens_ = engine_->max_step_tokens();
  engine_.reset();
  if (options_.with_kl) { TRY(report_.kl, measure_kl()); }
  on_progress(options_.n_rounds + 1, options_.n_rounds + 1);
  summarize();
  return std::move(report_);
}

}  // namespace

Result<BenchReport> run_bench(const std::string& name, const Model& model, ThreadPool& pool,
                              const BenchOptions& options, const std::function<void(int64_t, int64_t)>& on_progress) {
  return Bench(name, model, pool, options).run(on_progress);
}

int64_t peak_rss_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return int64_t{usage.ru_maxrss} * 1024;
}

}  // namespace ondol
