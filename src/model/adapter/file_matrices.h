// How files keep the matrices that adapters add to: under which names, and which of the model floor's are one there.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/adapter/adapter.h"
#include "model/import/row_order.h"
#include "model/model.h"

namespace ondol {

struct FileMatrix {
  // Rows that the model floor has as a matrix of its own.
  struct Part {
    std::string gguf;
    int64_t n_rows;
  };

  std::string gguf;         // "blk.0.attn_qkv.weight"
  std::string huggingface;  // of the module, "transformer.h.0.attn.c_attn"; "": Hugging Face files have no such matrix
  int layer;                // -1: of the whole model
  int64_t n_rows, n_cols;
  RowOrder order;           // of Hugging Face's rows
  bool transposed;          // Hugging Face files hold [n_cols, n_rows]
  std::vector<Part> parts;  // from the first row on; where the matrix is not cut, itself
};

// Every matrix of products the model's family has tensors for, in the order of its table; a family may have some in two
// ways (q, k and v apart or as one).  Experts' matrices and tables that are looked up are none.
std::vector<FileMatrix> file_matrices(const Architecture& arch, const Hyperparameters& hp);

// The file's low-rank addition as the model floor has it: one for each part, rows of `b` cut, `a` the same for all.
std::vector<LowRank> split(const FileMatrix& matrix, LowRank whole);

// The other way; `parts` are in the matrix's order, null where the adapter leaves a part alone (not all are). Additions
// of one `a` and one scale, which cover all parts, become one of the same rank; others stand side by side in one whose
// rank is the sum of theirs, with zeros where they do not meet.
LowRank join(const FileMatrix& matrix, const std::vector<const LowRank*>& parts);

// The adapter as files keep it: for each matrix that Hugging Face files have (or GGUF files alone, where those have
// none) what all its parts join to; `matrix` is its index in `matrices`.
struct FileLowRank {
  size_t matrix;
  LowRank low_rank;
};
std::vector<FileLowRank> joined(const std::vector<FileMatrix>& matrices, const Adapter& adapter);

}  // namespace ondol
