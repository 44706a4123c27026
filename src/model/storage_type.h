// In which type a tensor is stored when a model is written "in Q4_0": the choices llama.cpp's quantiser makes, so that
// files compare like with like.   Source: llama.cpp, src/llama-quant.cpp, without its layer-by-layer mixes (its
// --pure).
#pragma once

#include <string_view>

#include "tensor/tensor_view.h"

namespace ondol {

// Whether a tensor stays F32 whatever the others become: vectors, norms, biases, routers and learned positions.
bool stays_f32(std::string_view name, const Shape& shape);

// The type for another tensor when `wanted` is asked for:
//   the head                    Q6_K, or Q8_0 where rows do not fit it or `wanted` is Q8_0; floats stay `wanted`
//   other matrices              `wanted`, or where its blocks do not fit the rows its replacement of 32-weight blocks,
//                               or F16 where no blocks fit
//   is_head   output.weight, or token_embd.weight of a model without one
DType storage_type(DType wanted, const Shape& shape, bool is_head);

}  // namespace ondol
