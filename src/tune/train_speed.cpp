#include "tune/train_speed.h"

#include "base/clock.h"
#include "base/random.h"
#include "measure/bench.h"
#include "measure/statistics.h"
#include "tune/loss.h"

namespace ondol {
namespace {

PackedBatch random_batch(int64_t n_tokens, int64_t vocab_size) {
  SplitMix64 random(1);
  PackedBatch batch{.sequences = {{0, n_tokens}}};
  for (int64_t t = 0; t < n_tokens; ++t) {
    batch.tokens.push_back(static_cast<TokenId>(random.below(vocab_size)));
    batch.targets.push_back({t, static_cast<TokenId>(random.below(vocab_size))});
  }
  return batch;
}

}  // namespace

Result<TrainSpeed> measure_train_speed(const Model& model, bool full, int64_t rank, int64_t n_tokens, int n_rounds,
                                       Precision precision, ThreadPool& pool) {
  const auto make = [&] {
    return full ? Network<float>::full(model)
                : Network<float>::low_rank(model, {.rank = rank, .alpha = 2 * static_cast<float>(rank)});
  };
  TRY(Network<float> network, make());
  AdamW optimizer(network, {});
  Compute<float> compute(pool, precision);
  const PackedBatch batch = random_batch(n_tokens, model.hp.vocab_size);
  const auto step = [&] {
    const double start = now_s();
    network.clear_gradients();
    backprop(network, compute, batch, label_loss(compute, batch, model.hp.vocab_size), {});
    optimizer.step(pool, 1e-6, 1 / static_cast<double>(n_tokens));
    return now_s() - start;
  };
  step();
  TrainSpeed speed{.n_tokens = n_tokens, .n_trained = network.n_trained(), .peak_rss_bytes = peak_rss_bytes()};
  TRY(LimitsProbe probe, LimitsProbe::create(pool));
  const MachineLimits before = probe.measure();
  std::vector<double> seconds;
  for (int round = 0; round < n_rounds; ++round) seconds.push_back(step());
  speed.limits = mean(before, probe.measure());
  const double s = median(seconds);
  speed.tokens_per_s = static_cast<double>(n_tokens) / s;
  speed.gflop_s = training_operations_per_token(network) * speed.tokens_per_s / 1e9;
  return speed;
}

}  // namespace ondol
