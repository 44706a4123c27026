#include "measure/verify_written.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "base/random.h"
#include "engine/engine.h"
#include "kernel/exact.h"
#include "measure/divergence.h"
#include "measure/measure_messages.h"

namespace ondol {
namespace {

constexpr int64_t kTexts = 4, kTextLength = 16;

}  // namespace

std::vector<std::vector<TokenId>> verification_texts(const Hyperparameters& hp) {
  SplitMix64 random(20);
  std::vector<std::vector<TokenId>> texts(kTexts);
  for (auto& text : texts) {
    for (int64_t i = 0; i < std::min(kTextLength, hp.context_length); ++i) {
      text.push_back(static_cast<TokenId>(random.below(hp.vocab_size)));
    }
  }
  return texts;
}

Result<std::vector<float>> verification_logits(const Model& model, ThreadPool& pool) {
  const auto texts = verification_texts(model.hp);
  TRY(const auto engine,
      Engine::create(model, pool,
                     {.context_length = std::ssize(texts[0]), .kv_type = KvType::kF32, .kernel = &exact_kernels()}));
  std::vector<float> logits;
  for (const auto& text : texts) {
    TRY(const SequenceId sequence, engine->open());
    const Engine::Input input{sequence, text, true};
    TRY(engine->step({&input, 1}, [&](const Engine::Rows& rows) {
      logits.insert(logits.end(), rows.logits, rows.logits + rows.n_rows * model.hp.vocab_size);
    }));
    engine->close(sequence);
  }
  return logits;
}

WrittenDivergence compare_logits(std::span<const float> expected, std::span<const float> written, int64_t vocab_size) {
  CHECK(expected.size() == written.size() && !expected.empty());
  const auto is_finite = [](std::span<const float> x) {
    return std::all_of(x.begin(), x.end(), [](float value) { return std::isfinite(value); });
  };
  if (!is_finite(expected) || !is_finite(written)) return {.mean = std::nan(""), .max = std::nan("")};
  WrittenDivergence result{.n_positions = std::ssize(expected) / vocab_size};
  for (int64_t row = 0; row < result.n_positions; ++row) {
    const int64_t at = row * vocab_size;
    // Rounding alone makes a divergence of next to nothing negative.
    const double divergence = row_divergence(expected.data() + at, written.data() + at, vocab_size);
    result.mean += std::max(0.0, divergence) / static_cast<double>(result.n_positions);
    result.max = std::max(result.max, divergence);
  }
  return result;
}

Result<WrittenDivergence> verify_written(const std::string& path, std::string_view name,
                                         std::span<const float> expected, double most, ThreadPool& pool) {
  TRY(const Model model, load_model(path, pool, {.low_memory = true}));
  TRY(const std::vector<float> logits, verification_logits(model, pool));
  TRY(model.check_files());
  WrittenDivergence divergence{.mean = std::nan("")};
  if (logits.size() == expected.size()) divergence = compare_logits(expected, logits, model.hp.vocab_size);
  if (divergence.mean <= most) return divergence;
  return fail(ErrorKind::kRefused, msg::kWrittenDiverges, name, divergence.mean, most);
}

}  // namespace ondol
