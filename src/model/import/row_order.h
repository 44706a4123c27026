// RowOrder: where Hugging Face files have the rows of a GGUF tensor.
#pragma once

#include <cstdint>

namespace ondol {

// Row r of the GGUF tensor is row order(r) of the files' tensors, all of them one after another.
struct RowOrder {
  int64_t head_dim = 0;  // positive: rows 2 i and 2 i + 1 of a head are its rows i and i + half
  int64_t every = 1, from = 0;

  int64_t operator()(int64_t row) const {
    if (head_dim > 0) {
      const int64_t in_head = row % head_dim;
      row += in_head / 2 + in_head % 2 * (head_dim / 2) - in_head;
    }
    return row * every + from;
  }
};

}  // namespace ondol
