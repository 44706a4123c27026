// Adapter: a fine-tuning of a model as low-rank additions to some of its matrices.
//
// With the base matrix W untouched, a matrix that an adapter names computes  y = W x + scale * B (A x).  In memory, an
// adapter speaks of matrices as the model floor has them (model/linears.h): what a family's files keep in one tensor
// (GPT-2's c_attn, Phi-3's qkv_proj) is apart here, and q and k rows are in GGUF's order.  The readers and writers
// beside this file bring PEFT folders and GGUF files into that form and back.
// Source: Hu et al. 2021 (LoRA), section 4.1; Kalajdzievski 2023 (rank-stabilised LoRA), section 1.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace ondol {

struct LowRank {
  std::string tensor;              // GGUF name of the matrix, "blk.0.attn_q.weight"
  int64_t rank = 0;                // at least 1
  int64_t n_rows = 0, n_cols = 0;  // of the matrix
  std::vector<float> a;            // [rank, n_cols], finite
  std::vector<float> b;            // [n_rows, rank], finite
  float scale = 0;                 // alpha / rank, or alpha / sqrt(rank) when rank-stabilised
};

struct Adapter {
  std::string architecture;  // of the model it is for, as general.architecture has it
  float alpha = 0;
  bool rank_stabilised = false;
  std::vector<LowRank> matrices;  // each matrix at most once
};

// What a scale is by the two rules.
float adapter_scale(float alpha, int64_t rank, bool rank_stabilised);
// Whether two scales differ by no more than rounding: files say alphas, of which scales are computed.
bool same_scale(float a, float b);

}  // namespace ondol
