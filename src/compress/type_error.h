// What a tensor loses in a type, estimated from some of its rows.
#pragma once

#include <span>

#include "base/thread_pool.h"
#include "compress/error_feedback.h"
#include "model/import/imported_model.h"

namespace ondol {

// The sum over rows of importance * (weight - decoded)^2 over that of importance * weight^2: 0 when nothing is lost.
// With `feedback` rows are rounded by it, and it weighs the errors.  At most `max_rows` rows are looked at, evenly
// spread.  `importance` as encode_rows().
double type_error(const ImportedTensor& tensor, DType type, std::span<const float> importance,
                  const ErrorFeedback* feedback, int64_t max_rows, ThreadPool& pool);

}  // namespace ondol
