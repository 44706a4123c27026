#include "tune/token_teacher.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "model/model_identity.h"
#include "tune/tune_messages.h"

namespace ondol {
namespace {

using Said = TeacherCache::Said;

// The `top` likeliest tokens of softmax(logits / temperature), likeliest first; `logits` become scratch.
void keep_top(float* logits, int64_t n, float temperature, std::span<Said> out) {
  for (int64_t i = 0; i < n; ++i) logits[i] /= temperature;
  const float log_sum = Compute<float>::log_sum_exp(logits, n);
  std::vector<int32_t> order(static_cast<size_t>(n));
  std::iota(order.begin(), order.end(), 0);
  const auto higher = [&](int32_t a, int32_t b) { return logits[a] != logits[b] ? logits[a] > logits[b] : a < b; };
  std::partial_sort(order.begin(), order.begin() + std::ssize(out), order.end(), higher);
  for (size_t i = 0; i < out.size(); ++i) out[i] = {order[i], std::exp(logits[order[i]] - log_sum)};
}

}  // namespace

Result<std::unique_ptr<TokenTeacher>> TokenTeacher::open(const TeacherOptions& options, Model model,
                                                         std::string_view data) {
  std::unique_ptr<TokenTeacher> teacher(new TokenTeacher(options, std::move(model)));
  TeacherOptions& own = teacher->options_;
  own.top = static_cast<int>(std::min<int64_t>(own.top, teacher->model_.hp.vocab_size));
  TRY(teacher->network_, Network<float>::frozen(teacher->model_));
  Sha256 run;
  run.add(model_identity(teacher->model_)).add(data).add(fmt::format("{} {}", own.temperature, own.top));
  TRY(teacher->cache_, TeacherCache::open(own.cache, run.finish(), own.top));
  return teacher;
}

Digest TokenTeacher::identity() const {
  return Sha256()
      .add(model_identity(model_))
      .add(fmt::format("{} {} {} {}", static_cast<int>(options_.divergence), options_.temperature, options_.share,
                       options_.top))
      .finish();
}

// Computes and keeps what the teacher says of those examples of the batch that are new.
Status TokenTeacher::ask(Compute<float>& compute, const PackedBatch& batch) {
  PackedBatch asked;
  size_t target = 0;
  std::vector<int64_t> first_target;  // of each asked sequence
  for (size_t i = 0; i < batch.sequences.size(); ++i) {
    const auto& sequence = batch.sequences[i];
    const bool is_new = !cache_->contains(batch.examples[i]);
    const int64_t first_row = asked.n_rows(), end = sequence.first_row + sequence.n_tokens;
    if (is_new) {
      asked.sequences.push_back({first_row, sequence.n_tokens});
      asked.examples.push_back(batch.examples[i]);
      first_target.push_back(std::ssize(asked.targets));
      asked.tokens.insert(asked.tokens.end(), batch.tokens.begin() + sequence.first_row, batch.tokens.begin() + end);
    }
    for (; target < batch.targets.size() && batch.targets[target].row < end; ++target) {
      if (!is_new) continue;
      asked.targets.push_back({batch.targets[target].row - sequence.first_row + first_row, batch.targets[target].next});
    }
  }
  if (asked.sequences.empty()) return ok();
  const int64_t top = options_.top, vocab = model_.hp.vocab_size;
  std::vector<Said> rows(asked.targets.size() * static_cast<size_t>(top));
  const RowLoss<float> keep = [&](int64_t first, int64_t n, float* logits) {
    compute.pool().for_each(n, [&](int64_t row, int) {
      keep_top(logits + row * vocab, vocab, static_cast<float>(options_.temperature),
               std::span(rows).subspan(static_cast<size_t>((first + row) * top), static_cast<size_t>(top)));
    });
    return 0.0;
  };
  backprop(*network_, compute, asked, keep, {.gradients = false});
  first_target.push_back(std::ssize(asked.targets));
  for (size_t i = 0; i < asked.sequences.size(); ++i) {
    const std::vector<Said> own(rows.begin() + first_target[i] * top, rows.begin() + first_target[i + 1] * top);
    const bool is_finite = std::all_of(own.begin(), own.end(), [](Said s) { return std::isfinite(s.value); });
    if (!is_finite) return fail(ErrorKind::kBadInput, msg::kTeacherNotFinite, options_.path);
    TRY(cache_->add(asked.examples[i], own));
  }
  return ok();
}

Result<RowLoss<float>> TokenTeacher::loss(Compute<float>& compute, PackedBatch& batch) {
  TRY(ask(compute, batch));
  auto rows = std::make_shared<std::vector<Said>>();
  for (const int64_t example : batch.examples) {
    TRY(const std::vector<Said> own, cache_->read(example));
    rows->insert(rows->end(), own.begin(), own.end());
  }
  const int64_t vocab = model_.hp.vocab_size;
  const bool is_whole =
      rows->size() == batch.targets.size() * static_cast<size_t>(options_.top) &&
      std::all_of(rows->begin(), rows->end(), [&](Said s) { return s.index >= 0 && s.index < vocab; });
  if (!is_whole) return fail(ErrorKind::kBadInput, msg::kTeacherCacheDamaged, options_.cache);
  return [this, &compute, &batch, rows, vocab](int64_t first, int64_t n, float* logits) {
    const auto temperature = static_cast<float>(options_.temperature), share = static_cast<float>(options_.share);
    const auto top = static_cast<size_t>(options_.top);
    std::vector<double> losses(static_cast<size_t>(n));
    compute.pool().for_each(n, [&](int64_t row, int) {
      float* x = logits + row * vocab;
      std::vector<float> drawn(x, x + vocab), shares(top);
      std::vector<int32_t> tokens(top);
      for (size_t i = 0; i < top; ++i) {
        const Said& kept = (*rows)[static_cast<size_t>(first + row) * top + i];
        tokens[i] = kept.index;
        shares[i] = kept.value;
      }
      const operations::TeacherRow<float> teacher{tokens.data(), shares.data(), options_.top};
      const float distance = operations::distill(options_.divergence, teacher, temperature, share, drawn.data(), vocab);
      const auto next = static_cast<int64_t>(batch.targets[static_cast<size_t>(first + row)].next);
      const float log_sum = Compute<float>::log_sum_exp(x, vocab), label = (1 - share) * (log_sum - x[next]);
      Compute<float>::exp_shifted(x, log_sum, 1 - share, x, vocab);
      x[next] -= 1 - share;
      for (int64_t i = 0; i < vocab; ++i) x[i] += drawn[static_cast<size_t>(i)];
      losses[static_cast<size_t>(row)] = static_cast<double>(distance) + static_cast<double>(label);
    });
    return std::accumulate(losses.begin(), losses.end(), 0.0);
  };
}

}  // namespace ondol
