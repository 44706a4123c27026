// Writes a GGUF v3 file, tensor by tensor.
//
// The header needs every tensor's type and shape but none of its bytes, so those are asked for one tensor at a time:
// converting a model needs memory for a part of one tensor, not for the model.  Tensors are aligned to
// general.alignment of the metadata, else 32, in the order given; llama.cpp and the python package gguf read the file.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "format/checkpoint.h"

namespace ondol {

// Takes the next bytes of a tensor, in file layout.
using ByteSink = std::function<Status(std::span<const uint8_t> bytes)>;

struct TensorToWrite {
  std::string name;
  DType dtype;
  Shape shape;
  // Gives the tensor's bytes to `sink`, in as many pieces as it likes, dtype.size_bytes(shape.n_elements()) in all.
  std::function<Status(const ByteSink& sink)> produce;
};

// A tensor written as it is stored.  What the view looks at must live until the file is written.
TensorToWrite stored_tensor(const NamedTensor& tensor);

struct GgufWriteOptions {
  bool force = false;               // replace an existing file
  std::vector<std::string> inputs;  // never replaced, even with `force`
  // Where the bytes come from: its files count as inputs and are checked (Checkpoint::check_files) before the new file
  // appears.  May be null.
  const Checkpoint* source = nullptr;
  Progress* progress = nullptr;  // counts bytes; may be null
};

// Writes `path` through AtomicFile and fails as it does, or as a producer does; then nothing is left behind.
// Names are unique and rows whole blocks (CHECK).
Status write_gguf(const std::string& path, const Metadata& metadata, std::span<const TensorToWrite> tensors,
                  const GgufWriteOptions& options = {});

}  // namespace ondol
