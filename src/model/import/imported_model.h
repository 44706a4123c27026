// A model on its way into a GGUF file: what it will hold, and how each tensor's rows are made when they are asked for.
//
// Published files store tensors in other orders than GGUF does (heads halved, matrices transposed, experts apart).  To
// rearrange them all before writing would need memory for the model; rows made one by one need it for some rows.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "format/checkpoint.h"

namespace ondol {

struct ImportedTensor {
  std::string name;
  DType dtype;
  Shape shape;
  Layout layout = Layout::kFile;  // the source's, kept unless another is asked for
  // Writes rows [first, first + n) in file layout, n * dtype.size_bytes(shape.n_cols()) bytes.  Any thread.
  std::function<void(int64_t first, int64_t n, uint8_t* out)> read_rows;
  std::vector<std::span<const uint8_t>> reads;  // what of the files it reads
};

struct ImportedModel {
  Checkpoint source;  // keeps the files open; `source.metadata` and `source.format` are the model's, tensors the files'
  std::vector<ImportedTensor> tensors;

  const ImportedTensor* find(std::string_view name) const;
  // Names, types and shapes of `tensors`, with the metadata: enough for check_model(), but no data.
  Checkpoint description() const;
};

// A checkpoint whose tensors are stored as GGUF stores them.
ImportedModel as_stored(Checkpoint checkpoint);

}  // namespace ondol
