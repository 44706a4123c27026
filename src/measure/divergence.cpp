#include "measure/divergence.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "measure/measure_messages.h"
#include "measure/statistics.h"
#include "measure/text_windows.h"

namespace ondol {
namespace {

// Rows compared at a time: the reference's logits are kept for that many positions.
constexpr int64_t kRowsAtOnce = 64;

struct Normalizer {
  double top, log_sum;
};
Normalizer normalizer(const float* logits, int64_t n) {
  const double top = *std::max_element(logits, logits + n);
  double sum = 0;
  for (int64_t i = 0; i < n; ++i) sum += std::exp(static_cast<double>(logits[i]) - top);
  return {top, std::log(sum)};
}

// One position.
struct RowResult {
  double divergence = 0, loss = 0, reference_loss = 0;
  bool same_top = false;
};

RowResult compare_rows(const float* reference, const float* logits, int64_t n, TokenId target) {
  return {row_divergence(reference, logits, n), token_loss(logits, n, target), token_loss(reference, n, target),
          std::max_element(reference, reference + n) - reference == std::max_element(logits, logits + n) - logits};
}

Result<std::unique_ptr<Engine>> open_engine(const Model& model, ThreadPool& pool, int64_t window_length,
                                            const EvalOptions& options) {
  return Engine::create(model, pool,
                        {.context_length = window_length, .kv_type = options.kv_type, .max_step_tokens = kRowsAtOnce});
}

}  // namespace

double row_divergence(const float* reference, const float* logits, int64_t vocab_size) {
  const auto [p_top, p_log_sum] = normalizer(reference, vocab_size);
  const auto [q_top, q_log_sum] = normalizer(logits, vocab_size);
  double sum = 0;
  for (int64_t i = 0; i < vocab_size; ++i) {
    const double log_p = static_cast<double>(reference[i]) - p_top - p_log_sum;
    const double log_q = static_cast<double>(logits[i]) - q_top - q_log_sum;
    const double p = std::exp(log_p);
    if (p > 0) sum += p * (log_p - log_q);
  }
  return sum;
}

std::string tokenizer_difference(const Tokenizer& a, const Tokenizer& b) {
  if (a.vocab_size() != b.vocab_size()) return fmt::format("{} / {} tokens", a.vocab_size(), b.vocab_size());
  if (a.model() != b.model()) return fmt::format("{} / {}", a.model(), b.model());
  if (a.pre() != b.pre()) return fmt::format("{} / {}", a.pre(), b.pre());
  for (int64_t i = 0; i < a.vocab_size(); ++i) {
    const auto id = static_cast<TokenId>(i);
    if (a.text(id) != b.text(id)) return fmt::format("token {}: {} / {}", i, a.text(id), b.text(id));
  }
  if (a.wants_bos != b.wants_bos || a.bos != b.bos) return "BOS";
  return {};
}

Result<Divergence> measure_divergence(const Model& model, const Model& reference, ThreadPool& pool,
                                      std::string_view text, const EvalOptions& options, const EvalProgress& progress) {
  const std::string difference = tokenizer_difference(*model.tokenizer, *reference.tokenizer);
  if (!difference.empty()) return fail(ErrorKind::kBadInput, msg::kOtherTokenizer, difference);

  TRY(const TextWindows windows, cut_into_windows(model, text, options.context_length));
  TRY(const auto engine, open_engine(model, pool, windows.window_length, options));
  TRY(const auto reference_engine, open_engine(reference, pool, windows.window_length, options));
  TRY(const SequenceId sequence, engine->open());
  TRY(const SequenceId reference_sequence, reference_engine->open());
  const int64_t vocab_size = model.hp.vocab_size;
  TRY(Buffer kept,
      Buffer::allocate(msg::kReferenceLogits.text(), kRowsAtOnce * vocab_size * static_cast<int64_t>(sizeof(float))));

  RunningMean divergences, agreements, losses, reference_losses;
  std::vector<double> all;
  std::vector<RowResult> results(static_cast<size_t>(kRowsAtOnce));
  for (int64_t index = 0; index < windows.n_windows(); ++index) {
    const TextWindows::Window window = windows.window(index, *model.tokenizer);
    engine->truncate(sequence, 0);
    reference_engine->truncate(reference_sequence, 0);
    for (size_t first = 0; first < window.input.size(); first += kRowsAtOnce) {
      const size_t n = std::min<size_t>(kRowsAtOnce, window.input.size() - first);
      const auto tokens = std::span(window.input).subspan(first, n);
      // the reference first, its rows kept
      const Engine::Input reference_input{reference_sequence, tokens, true};
      TRY(reference_engine->step({&reference_input, 1}, [&](const Engine::Rows& rows) {
        std::memcpy(kept.as<float>() + rows.first_token * vocab_size, rows.logits,
                    static_cast<size_t>(rows.n_rows * vocab_size) * sizeof(float));
      }));
      const Engine::Input input{sequence, tokens, true};
      TRY(engine->step({&input, 1}, [&](const Engine::Rows& rows) {
        pool.for_each(rows.n_rows, [&](int64_t row, int) {
          const int64_t at = rows.first_token + row;
          results[static_cast<size_t>(at)] =
              compare_rows(kept.as<float>() + at * vocab_size, rows.logits + row * vocab_size, vocab_size,
                           window.target[first + static_cast<size_t>(at)]);
        });
      }));
      for (size_t i = 0; i < n; ++i) {
        all.push_back(results[i].divergence);
        divergences.add(results[i].divergence);
        agreements.add(results[i].same_top ? 1 : 0);
        losses.add(results[i].loss);
        reference_losses.add(results[i].reference_loss);
      }
      if (progress) progress(divergences.n(), windows.n_scored());
    }
  }

  std::sort(all.begin(), all.end());
  const auto percentile = [&](double share) {
    const auto rank = static_cast<size_t>(std::ceil(share * static_cast<double>(all.size())));
    return all[std::max<size_t>(rank, 1) - 1];
  };
  return Divergence{.mean = divergences.mean(),
                    .mean_error = divergences.standard_error(),
                    .median = percentile(0.5),
                    .p99 = percentile(0.99),
                    .max = all.back(),
                    .top1_agreement = agreements.mean(),
                    .top1_error = agreements.standard_error(),
                    .perplexity = std::exp(losses.mean()),
                    .reference_perplexity = std::exp(reference_losses.mean()),
                    .n_positions = divergences.n(),
                    .window_length = windows.window_length};
}

}  // namespace ondol
