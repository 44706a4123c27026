// Checkpoint: what every model file comes down to, whatever its format: metadata and named tensors.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/file_map.h"
#include "format/metadata.h"
#include "tensor/tensor_view.h"

namespace ondol {

struct NamedTensor {
  std::string name;
  TensorView view;  // data lies in one of the checkpoint's maps or buffers
};

// Bytes that are no numbers of a model: packings of their own and masks.
struct ByteTensor {
  std::string name;
  std::span<const uint8_t> data;  // [shape.n_elements()], in one of the checkpoint's maps
  Shape shape;
};

// Movable.  Views stay valid while the checkpoint, or a copy of its `maps` and `buffers`, lives.
struct Checkpoint {
  std::string format;  // "GGUF v3", "safetensors", "llama2.c v1"
  Metadata metadata{};
  std::vector<NamedTensor> tensors{};
  std::vector<std::shared_ptr<const FileMap>> maps{};
  std::vector<std::shared_ptr<const std::vector<uint8_t>>> buffers{};
  std::vector<ByteTensor> byte_tensors{};  // safetensors' U8, I8 and BOOL

  const TensorView* find(std::string_view name) const;
  // Fails with kIo when a mapped file shrank or could not be read since it was opened (base/file_map.h).
  Status check_files() const;
};

// Opens a model file by its first bytes: GGUF (split files too, given any part), safetensors, or a folder that holds
// `model.safetensors` or its shards.  Fails with kCorruptFile, kUnsupported or kIo; never reads past a file's end.
Result<Checkpoint> open_checkpoint(const std::string& path);

}  // namespace ondol
