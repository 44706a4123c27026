// What the writers of every format share: tensors whose bytes are asked for one tensor at a time.
//
// A file's header needs every tensor's type and shape but none of its bytes, so converting a model needs memory for a
// part of one tensor, not for the model.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/atomic_file.h"
#include "base/progress.h"
#include "base/result.h"
#include "format/checkpoint.h"

namespace ondol {

// Takes the next bytes of a tensor.
using ByteSink = std::function<Status(std::span<const uint8_t> bytes)>;

struct TensorToWrite {
  std::string name;
  DType dtype;
  Shape shape;
  // Gives the tensor's bytes to `sink`, in as many pieces as it likes, size_bytes() in all.
  std::function<Status(const ByteSink& sink)> produce;
  Layout layout = Layout::kFile;  // of those bytes

  int64_t size_bytes() const { return TensorView{nullptr, dtype, shape, layout}.size_bytes(); }
};

// A tensor written as it is stored.  What the view looks at must live until the file is written.
TensorToWrite stored_tensor(const NamedTensor& tensor);
std::vector<TensorToWrite> stored_tensors(const Checkpoint& checkpoint);

// A tensor made of numbers [shape], encoded when it is written.  `values` must live until then.
TensorToWrite encoded_tensor(std::string name, std::span<const float> values, const Shape& shape, DType type);

// Whether run layout is of use to a tensor: a matrix, or several, of at least one panel.
bool suits_run_layout(const Shape& shape);
// `tensor`, whose bytes come in file layout, in run layout; needs memory for a panel.
TensorToWrite in_run_layout(TensorToWrite tensor);

struct WriteOptions {
  bool force = false;               // replace an existing file
  std::vector<std::string> inputs;  // never replaced, even with `force`
  // Where the bytes come from: its files count as inputs and are checked (Checkpoint::check_files) before the new file
  // appears.  May be null.
  const Checkpoint* source = nullptr;
  Progress* progress = nullptr;  // counts bytes; may be null
  // Looks at the whole file, still under another name, before it appears; an error means that it never does.
  std::function<Status(const std::string& written_path)> check = nullptr;
  // The layout of matrices; none: as they are given.  write_gguf() brings those given in file layout into run layout
  // where suits_run_layout(); the other way is its callers', who have the rows.
  std::optional<Layout> layout = {};
};

// Writes `path` through AtomicFile: `header`, then the tensors, each padded with zeros to a multiple of `alignment`.
// Fails as AtomicFile or a producer does; then nothing is left behind.  Names are unique and rows whole blocks (CHECK).
Status write_tensor_file(const std::string& path, std::span<const uint8_t> header,
                         std::span<const TensorToWrite> tensors, int64_t alignment, const WriteOptions& options);

}  // namespace ondol
