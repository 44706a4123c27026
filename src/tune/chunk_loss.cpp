#include "tune/chunk_loss.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace ondol {
namespace {

// What a chunk costs, and its slope by log q.
template <class T>
operations::DivergenceTerm<T> match(operations::Divergence kind, T log_p, T log_q, T temperature) {
  const T least = T(operations::kLeastShare);
  const auto term = [&](T p, T q) {
    operations::DivergenceTerm<T> term = operations::divergence_term(kind, std::max(p, least), std::max(q, least));
    if (q <= least) term.slope = 0;
    return term;
  };
  const T p = std::exp(log_p / temperature), q = std::exp(log_q / temperature);
  const auto this_text = term(p, q), others = term(-std::expm1(log_p / temperature), -std::expm1(log_q / temperature));
  return {temperature * (this_text.value + others.value), q * (this_text.slope - others.slope)};
}

}  // namespace

template <class T>
T log_share(const T* logits, int64_t n, int64_t next) {
  constexpr T kNothing = -std::numeric_limits<T>::infinity();
  const T before = next > 0 ? Compute<T>::log_sum_exp(logits, next) : kNothing;
  const T behind = next + 1 < n ? Compute<T>::log_sum_exp(logits + next + 1, n - next - 1) : kNothing;
  const T most = std::max(before, behind);
  const T lead = most + std::log1p(std::exp(std::min(before, behind) - most)) - logits[next];
  return lead > 0 ? -lead - std::log1p(std::exp(-lead)) : -std::log1p(std::exp(lead));
}

template <class T>
RowLoss<T> chunk_loss(Compute<T>& compute, const PackedBatch& batch, std::vector<JudgedChunk> chunks,
                      int64_t vocab_size, const ChunkLossOptions& options) {
  return [&compute, &batch, chunks = std::move(chunks), vocab_size, options](int64_t first, int64_t n, T* logits) {
    const T share = T(options.share);
    const auto next_of = [&](int64_t row) {
      return static_cast<int64_t>(batch.targets[static_cast<size_t>(first + row)].next);
    };
    std::vector<T> log_q(static_cast<size_t>(n)), weights(static_cast<size_t>(n), 1 - share);
    compute.pool().for_each(n, [&](int64_t row, int) {
      log_q[static_cast<size_t>(row)] = log_share(logits + row * vocab_size, vocab_size, next_of(row));
    });
    double loss = 0;
    for (const T value : log_q) loss -= static_cast<double>((1 - share) * value);
    // The gradient of log q is the labels' with its sign turned: a chunk weighs its labels anew.
    auto chunk = std::lower_bound(chunks.begin(), chunks.end(), first,
                                  [](const JudgedChunk& c, int64_t target) { return c.first < target; });
    for (; chunk != chunks.end() && chunk->first < first + n; ++chunk) {
      const auto begin = log_q.begin() + (chunk->first - first), end = begin + chunk->n;
      const auto matched =
          match(options.divergence, T(chunk->log_p), std::accumulate(begin, end, T(0)), T(options.temperature));
      loss += static_cast<double>(share * matched.value);
      for (auto at = begin; at != end; ++at) weights[static_cast<size_t>(at - log_q.begin())] -= share * matched.slope;
    }
    compute.pool().for_each(n, [&](int64_t row, int) {
      T* x = logits + row * vocab_size;
      const int64_t next = next_of(row);
      const T weight = weights[static_cast<size_t>(row)], own = log_q[static_cast<size_t>(row)];
      Compute<T>::exp_shifted(x, x[next] - own, weight, x, vocab_size);
      x[next] = weight * std::expm1(own);
    });
    return loss;
  };
}

template float log_share(const float*, int64_t, int64_t);
template double log_share(const double*, int64_t, int64_t);
template RowLoss<float> chunk_loss(Compute<float>&, const PackedBatch&, std::vector<JudgedChunk>, int64_t,
                                   const ChunkLossOptions&);
template RowLoss<double> chunk_loss(Compute<double>&, const PackedBatch&, std::vector<JudgedChunk>, int64_t,
                                    const ChunkLossOptions&);

}  // namespace ondol
