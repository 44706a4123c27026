// WeightArena: a model's weights, found by GGUF name.  Matrices that lie in the file as they are to be read stay there;
// other matrices, in run layout, and everything else, as f32, go into one buffer.
#pragma once

#include <string>
#include <unordered_map>

#include "base/memory.h"
#include "base/thread_pool.h"
#include "format/checkpoint.h"
#include "model/model.h"

namespace ondol {

// What a tensor of the model is: `n_rows` rows of a stored one, from `first_row` on, or all of it.
struct TensorRows {
  TensorView source;
  int64_t first_row;
  Shape shape;
};

// First place() everything, then copy() once; the views matrix() and vector() give stay valid with the buffer and the
// checkpoint's maps and buffers.
class WeightArena {
 public:
  // `low_memory`: no matrix is copied; those in file layout are repacked for every product.
  explicit WeightArena(bool low_memory) : low_memory_(low_memory) {}

  // Reserves room for a tensor.  `plain`: numbers, not a matrix.  False when the name is taken.
  bool place(const std::string& name, const TensorRows& rows, bool plain);
  bool contains(const std::string& name) const { return placed_.contains(name); }
  // Of matrices: what a token reads, and how much of it stays in the checkpoint.
  int64_t matrix_bytes() const { return matrix_bytes_; }
  int64_t mapped_bytes() const { return mapped_bytes_; }
  // Of the longest row of a matrix that stays in file layout; 0: there is none.
  int64_t longest_file_row_bytes() const { return longest_file_row_bytes_; }

  // Allocates the buffer and fills it; tells `checkpoint`'s maps what is not needed any more.  Fails with kOutOfMemory,
  // or kIo when a file changed meanwhile.
  Result<Buffer> copy(const Checkpoint& checkpoint, ThreadPool& pool);
  // Gives the views addresses without copying anything; what they point to must not be used.
  Result<Buffer> outline();

  // Absent tensors give no data.  Of a tensor of several matrices [n, rows, cols] it is the first; the others follow,
  // WeightView::size_bytes() of one apart.
  WeightView matrix(const std::string& name) const;
  const float* vector(const std::string& name) const;
  int64_t n_elements(const std::string& name) const;
  // The name of what each of those views begins with.
  std::unordered_map<const void*, std::string> names() const;

 private:
  struct Placed {
    TensorRows rows;
    bool plain;
    bool stays;      // where the checkpoint has it
    int64_t offset;  // in the buffer, when it does not stay
  };
  const Placed* find(const std::string& name) const;
  const uint8_t* place_of(const Placed& placed) const;
  bool can_stay(const TensorRows& rows) const;

  std::unordered_map<std::string, Placed> placed_;
  bool low_memory_;
  int64_t size_bytes_ = 0;
  int64_t matrix_bytes_ = 0, mapped_bytes_ = 0, longest_file_row_bytes_ = 0;
  const uint8_t* data_ = nullptr;
};

}  // namespace ondol
