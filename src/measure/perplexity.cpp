#include "measure/perplexity.h"

#include <algorithm>
#include <cmath>

#include "measure/measure_messages.h"
#include "measure/statistics.h"
#include "measure/text_windows.h"

namespace ondol {

double token_loss(const float* logits, int64_t vocab_size, TokenId target) {
  const double top = *std::max_element(logits, logits + vocab_size);
  double sum = 0;
  for (int64_t i = 0; i < vocab_size; ++i) sum += std::exp(static_cast<double>(logits[i]) - top);
  return std::log(sum) - (static_cast<double>(logits[static_cast<int64_t>(target)]) - top);
}

Result<Perplexity> measure_perplexity(const Model& model, ThreadPool& pool, std::string_view text,
                                      const EvalOptions& options, const EvalProgress& progress) {
  TRY(const TextWindows windows, cut_into_windows(model, text, options.context_length));
  TRY(const auto engine,
      Engine::create(model, pool, {.context_length = windows.window_length, .kv_type = options.kv_type}));
  TRY(const SequenceId sequence, engine->open());

  RunningMean losses;
  std::vector<double> row_losses;
  for (int64_t index = 0; index < windows.n_windows(); ++index) {
    const TextWindows::Window window = windows.window(index, *model.tokenizer);
    engine->truncate(sequence, 0);
    const Engine::Input input{sequence, window.input, true};
    TRY(engine->step({&input, 1}, [&](const Engine::Rows& rows) {
      row_losses.resize(static_cast<size_t>(rows.n_rows));
      pool.for_each(rows.n_rows, [&](int64_t row, int) {
        row_losses[static_cast<size_t>(row)] = token_loss(rows.logits + row * model.hp.vocab_size, model.hp.vocab_size,
                                                          window.target[static_cast<size_t>(rows.first_token + row)]);
      });
      for (const double loss : row_losses) losses.add(loss);
      if (progress) progress(losses.n(), windows.n_scored());
    }));
  }

  Perplexity result;
  result.value = std::exp(losses.mean());
  result.value_error = result.value * losses.standard_error();
  result.n_tokens = std::ssize(windows.tokens);
  result.n_scored = losses.n();
  result.n_bytes = windows.scored_bytes;
  const double tokens_per_byte = static_cast<double>(losses.n()) / static_cast<double>(windows.scored_bytes);
  result.bits_per_byte = losses.mean() / std::log(2.0) * tokens_per_byte;
  result.bits_per_byte_error = losses.standard_error() / std::log(2.0) * tokens_per_byte;
  result.n_windows = windows.n_windows();
  result.window_length = windows.window_length;
  result.leads_with_bos = windows.leads_with_bos;
  return result;
}

}  // namespace ondol
