// What the readers of adapters share: two stored tensors -> a checked LowRank.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "format/checkpoint.h"
#include "model/adapter/adapter.h"
#include "model/adapter/file_matrices.h"

namespace ondol {

// A stored tensor, whose name errors show.
struct NamedView {
  std::string name;
  const TensorView* view;  // null: missing
};

// The addition to `matrix` that `a` [rank, n_cols] and `b` [n_rows, rank] hold, rows of b as they are stored, scale not
// set.  Fails with kCorruptFile (one is missing, a shape that does not fit, a number that is not finite) or
// kOutOfMemory.
Result<LowRank> read_low_rank(std::string_view file, const FileMatrix& matrix, const NamedView& a, const NamedView& b);

// Adds the parts of `whole` to the adapter.  Fails with kCorruptFile when one is there already.
Status add_parts(std::string_view file, const FileMatrix& matrix, LowRank whole, Adapter& adapter);

// Fails with kUnsupported when tensors are left (in any order), saying what they are, or with kCorruptFile when the
// adapter is empty.
Status check_all_read(std::string_view file, std::vector<std::string> left, const Adapter& adapter);

}  // namespace ondol
