#include "compress/divergence_meter.h"

#include <algorithm>
#include <cstring>
#include <functional>

#include "compress/compress_messages.h"
#include "compress/example_feed.h"
#include "measure/divergence.h"
#include "measure/measure_messages.h"
#include "measure/statistics.h"

namespace ondol {
namespace {

constexpr int64_t kMostLogitBytes = 256 << 20;

int64_t count_learned(const Example& example) {
  return std::count(example.learns.begin(), example.learns.end(), uint8_t{1});
}

// Examples at even distances until they have `n` positions.
std::vector<Example> choose(std::span<const Example> examples, int64_t n) {
  int64_t n_all = 0;
  for (const Example& example : examples) n_all += count_learned(example);
  const int64_t every = std::max<int64_t>(1, n_all / std::max<int64_t>(n, 1));
  std::vector<Example> chosen;
  int64_t n_chosen = 0;
  for (int64_t offset = 0; offset < every && n_chosen < n; ++offset) {
    for (int64_t i = offset; i < std::ssize(examples) && n_chosen < n; i += every) {
      Example example = examples[static_cast<size_t>(i)];
      const int64_t n_learned = count_learned(example);
      if (n_learned == 0) continue;
      // The last one learns no more than there is room for.
      for (int64_t over = n_chosen + n_learned - n; over > 0; --over) {
        *std::find(example.learns.rbegin(), example.learns.rend(), uint8_t{1}) = 0;
      }
      n_chosen += std::min(n_learned, n - n_chosen);
      chosen.push_back(std::move(example));
    }
  }
  return chosen;
}

// Calls use(position, logits) for every learned position, in order, positions of a piece on several threads.
Status for_each_position(const Model& model, ThreadPool& pool, std::span<const Example> examples,
                         const std::function<void(int64_t position, const float* logits)>& use) {
  TRY(ExampleFeed feed, ExampleFeed::create(model, pool, examples, {}));
  const int64_t vocab_size = model.hp.vocab_size;
  int64_t position = 0;
  std::vector<const float*> learned;
  for (int64_t chunk = 0; chunk < feed.n_chunks(); ++chunk) {
    TRY(feed.read(chunk, [&](const Example& example, int64_t first, int64_t n_rows, const float* logits) {
      learned.clear();
      for (int64_t row = 0; row < n_rows; ++row) {
        const auto next = static_cast<size_t>(first + row + 1);
        if (next < example.learns.size() && example.learns[next] != 0) learned.push_back(logits + row * vocab_size);
      }
      pool.for_each(std::ssize(learned), [&](int64_t i, int) { use(position + i, learned[static_cast<size_t>(i)]); });
      position += std::ssize(learned);
    }));
  }
  return ok();
}

double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

}  // namespace

Result<DivergenceMeter> DivergenceMeter::create(const Model& original, ThreadPool& pool,
                                                std::span<const Example> examples, int64_t max_positions) {
  DivergenceMeter meter(pool, original.hp.vocab_size);
  const int64_t row_bytes = meter.vocab_size_ * static_cast<int64_t>(sizeof(float));
  meter.examples_ = choose(examples, std::min(max_positions, std::max<int64_t>(1, kMostLogitBytes / row_bytes)));
  for (const Example& example : meter.examples_) {
    for (size_t i = 0; i < example.tokens.size(); ++i) {
      if (example.learns[i] != 0) meter.targets_.push_back(example.tokens[i]);
    }
  }
  meter.n_positions_ = std::ssize(meter.targets_);
  if (meter.n_positions_ == 0) return fail(ErrorKind::kBadInput, msg::kNothingToMeasure);
  TRY(meter.logits_, Buffer::allocate(msg::kReferenceLogits.text(), meter.n_positions_ * row_bytes));
  TRY(for_each_position(original, pool, meter.examples_, [&](int64_t position, const float* logits) {
    std::memcpy(meter.logits_.as<float>() + position * meter.vocab_size_, logits, static_cast<size_t>(row_bytes));
  }));
  return meter;
}

Result<double> DivergenceMeter::measure(const Model& model) {
  std::vector<double> divergences(static_cast<size_t>(n_positions_));
  TRY(for_each_position(model, *pool_, examples_, [&](int64_t position, const float* logits) {
    divergences[static_cast<size_t>(position)] =
        row_divergence(logits_.as<float>() + position * vocab_size_, logits, vocab_size_);
  }));
  return mean_of(divergences);
}

Result<ModelDistance> DivergenceMeter::compare(const Model& model) {
  const auto n = static_cast<size_t>(n_positions_);
  ModelDistance distance{.divergences = std::vector<double>(n)};
  std::vector<uint8_t> same_top(n);
  std::vector<double> losses(n);
  TRY(for_each_position(model, *pool_, examples_, [&](int64_t position, const float* logits) {
    const auto i = static_cast<size_t>(position);
    const float* reference = logits_.as<float>() + position * vocab_size_;
    distance.divergences[i] = row_divergence(reference, logits, vocab_size_);
    losses[i] = token_loss(logits, vocab_size_, targets_[i]);
    same_top[i] = std::max_element(reference, reference + vocab_size_) - reference ==
                  std::max_element(logits, logits + vocab_size_) - logits;
  }));
  for (size_t i = 0; i < n; ++i) {
    distance.n_same_top += same_top[i];
    distance.nats += losses[i];
  }
  return distance;
}

int64_t DivergenceMeter::n_bytes(const Tokenizer& tokenizer) const {
  int64_t n = 0;
  for (const TokenId token : targets_) n += std::ssize(tokenizer.piece(token));
  return n;
}

double ModelDistance::mean() const { return mean_of(divergences); }

double ModelDistance::median() const { return ondol::median(divergences); }

double ModelDistance::p99() const {
  std::vector<double> sorted = divergences;
  std::sort(sorted.begin(), sorted.end());
  return sorted[(99 * sorted.size() + 99) / 100 - 1];
}

double ModelDistance::top1_agreement() const {
  return static_cast<double>(n_same_top) / static_cast<double>(divergences.size());
}

}  // namespace ondol
