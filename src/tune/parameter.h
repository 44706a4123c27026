// Parameter: one tensor of a model under training, with its gradient, or one that stays as it is.
#pragma once

#include <string>
#include <vector>

#include "tensor/tensor_view.h"

namespace ondol {

template <class T>
struct Parameter {
  std::string name;  // the model's ("blk.0.attn_q.weight"), for low-rank factors with ".lora_a" or ".lora_b" behind it
  int64_t n_rows = 1;
  int64_t n_cols = 0;
  bool trained = false;
  std::vector<T> value;     // [n_rows, n_cols]; empty where `encoded` stands for it
  std::vector<T> gradient;  // the same, where trained
  TensorView encoded = {};  // a frozen matrix in file layout

  int64_t n_elements() const { return n_rows * n_cols; }
  bool is_matrix() const { return n_rows > 1; }
};

}  // namespace ondol
