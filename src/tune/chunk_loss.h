// The loss of a student whose teacher writes text in other tokens: labels, and what the teacher says of chunks of them.
//
// Of each chunk (tune/chunk_alignment.h) both models have a likelihood, p and q.  That is a choice between two events,
// this text or any other, and the student is drawn to the teacher's:
//   loss = (1 - share) * sum over targets of -log softmax(logits)[next]
//        + share * sum over chunks of T * (D(p^(1/T), q^(1/T)) + D(1 - p^(1/T), 1 - q^(1/T)))
// with D a term of the divergence (operations::divergence_term), both sides held above kLeastShare, and T the
// temperature; the factor T keeps the gradient's size when T grows.
// Source: Minixhofer et al. 2025 (Approximate likelihood matching), section 3.2, without debiasing of chunks.
#pragma once

#include <memory>

#include "tune/backprop.h"

namespace ondol {

struct ChunkLossOptions {
  operations::Divergence divergence = operations::Divergence::kForward;
  double temperature = 1;
  double share = 0.5;  // of the chunks in the loss; the labels have the rest
};

// What a teacher says of targets [first, first + n).
struct JudgedChunk {
  int64_t first, n;
  double log_p;  // its log-likelihood
};

// `chunks` are ascending and do not overlap; a chunk's targets come in one call (PackedBatch::Target::joins_last).
template <class T>
RowLoss<T> chunk_loss(Compute<T>& compute, const PackedBatch& batch, std::vector<JudgedChunk> chunks,
                      int64_t vocab_size, const ChunkLossOptions& options);

// log softmax(logits)[next] of n >= 2 logits, exact also where it is near 0: by what the others have.
template <class T>
T log_share(const T* logits, int64_t n, int64_t next);

}  // namespace ondol
