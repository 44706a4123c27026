// A tensor's rows on their way into a file, made and encoded some at a time.
#pragma once

#include "base/thread_pool.h"
#include "format/tensor_writer.h"
#include "model/import/imported_model.h"

namespace ondol {

// Gives the tensor's rows in file layout, encoded as `type` (whose blocks fit the rows), to `sink`.  Needs memory for
// some rows a thread.
//   importance [n_matrices, n_cols]  what an error of each column of the tensor's matrices weighs; empty: all the same
Status encode_rows(const ImportedTensor& tensor, DType type, ThreadPool& pool, const ByteSink& sink,
                   std::span<const float> importance = {});

}  // namespace ondol
