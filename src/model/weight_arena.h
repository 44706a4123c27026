// WeightArena: a model's weights in one buffer, matrices in run layout and everything else as f32, found by GGUF name.
#pragma once

#include <string>
#include <unordered_map>

#include "base/memory.h"
#include "base/thread_pool.h"
#include "format/checkpoint.h"
#include "model/model.h"

namespace ondol {

// First place() everything, then copy() once; the views matrix() and vector() give stay valid with the buffer.
class WeightArena {
 public:
  // Reserves room for a tensor.  `plain`: numbers, not a matrix.  False when the name is taken.
  bool place(const std::string& name, const TensorView& source, bool plain);
  bool contains(const std::string& name) const { return placed_.contains(name); }
  int64_t matrix_bytes() const { return matrix_bytes_; }

  // Allocates the buffer and fills it; tells `checkpoint`'s maps what is not needed any more.  Fails with kOutOfMemory,
  // or kIo when a file changed meanwhile.
  Result<Buffer> copy(const Checkpoint& checkpoint, ThreadPool& pool);

  // Views into the buffer copy() gave; absent tensors give no data.  Of a tensor of several matrices [n, rows, cols] it
  // is the first; the others follow, run_layout_bytes() of one apart.
  WeightView matrix(const std::string& name) const;
  const float* vector(const std::string& name) const;
  int64_t n_elements(const std::string& name) const;

 private:
  struct Placed {
    TensorView source;
    bool plain;
    int64_t offset;
  };
  const Placed* find(const std::string& name) const;

  std::unordered_map<std::string, Placed> placed_;
  int64_t size_bytes_ = 0;
  int64_t matrix_bytes_ = 0;
  const uint8_t* data_ = nullptr;
};

}  // namespace ondol
