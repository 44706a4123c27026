// What a tensor loses in a type, estimated from some of its rows.
#pragma once

#include <span>

#include "base/thread_pool.h"
#include "model/import/imported_model.h"

namespace ondol {

// The sum over rows of importance * (weight - decoded)^2 over that of importance * weight^2: 0 when nothing is lost.
// At most `max_rows` rows are looked at, evenly spread.  `importance` as encode_rows().
double type_error(const ImportedTensor& tensor, DType type, std::span<const float> importance, int64_t max_rows,
                  ThreadPool& pool);

}  // namespace ondol
