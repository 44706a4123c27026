// Importance: how much each input of each matrix weighs in a field's text: the mean of its square.
//
// An error e in column c of a matrix adds e * x[c] to its output, so the expected square of what quantising does to
// the output is the sum over columns of mean(x[c]^2) * e[c]^2, were the columns uncorrelated.  Encoders minimise that
// (TypeInfo::encode).   Source: Hassibi and Stork 1993 (Optimal Brain Surgeon), the diagonal; llama.cpp's imatrix.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace ondol {

// Of one matrix, or of one for each expert.
struct MatrixImportance {
  int64_t n_cols = 0;
  std::vector<double> squares;    // [n_experts, n_cols] sums of x^2
  std::vector<int64_t> n_tokens;  // [n_experts] that the sums are over

  int64_t n_experts() const { return static_cast<int64_t>(n_tokens.size()); }
  // [n_cols] means of x^2 of one expert's matrix; all 1 for an expert that no token chose.
  std::vector<float> means(int64_t expert) const;
};

struct Importance {
  std::map<std::string, MatrixImportance> matrices;  // by the tensor's name in the model file
  std::vector<std::string> texts;                    // names of the files it was taken from
  int64_t n_chunks = 0;                              // windows of text seen
  int64_t chunk_tokens = 0;                          // in each but the last
};

}  // namespace ondol
