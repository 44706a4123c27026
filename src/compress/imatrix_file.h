// Importance in files, as llama.cpp's llama-imatrix writes them: GGUF with general.type "imatrix".
//
// For each matrix NAME two F32 tensors: NAME.in_sum2 [n_experts, n_cols], the sums of squares, and NAME.counts
// [n_experts, 1], the tokens they are over; imatrix.datasets, imatrix.chunk_count and imatrix.chunk_size beside them.
// Source: llama.cpp, tools/imatrix.
#pragma once

#include <string>

#include "compress/importance.h"
#include "format/checkpoint.h"
#include "format/tensor_writer.h"

namespace ondol {

// What tells one calibration from another, for going on with it: "" where a file does not say.
struct ImatrixFile {
  Importance importance;
  std::string calibration;
};

// Fails as write_gguf does.
Status write_imatrix(const std::string& path, const ImatrixFile& file, const WriteOptions& options);

// Fails with kBadInput when the file is no imatrix or its tensors do not belong together, else as open_checkpoint().
Result<ImatrixFile> read_imatrix(const std::string& path);

// Fails with kBadInput when a matrix of `importance`, whose file is `path`, has another shape in `model` or the model
// has none of them.
Status check_belongs(const std::string& path, const Importance& importance, const Checkpoint& model);

}  // namespace ondol
