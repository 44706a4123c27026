// How tensors of a Hugging Face folder become GGUF's: which rows go where.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "format/checkpoint.h"
#include "model/import/imported_model.h"
#include "model/tensor_name.h"

namespace ondol {

// The new tensor made of `views`, which are stacked along a new first dimension where `how` is_stacked(); else there is
// one.  `head_dim`, where positive, is the size of heads whose rows i and i + half become neighbours.  Vectors and
// plain tensors become f32 at once; rows of others are made when they are asked for.  `from` stands for the views in
// errors. Fails with kCorruptFile when shapes do not allow it.
Result<ImportedTensor> rearrange(std::string_view folder, std::string_view from, std::string name,
                                 std::span<const TensorView> views, const TensorName& how, int64_t head_dim);

// The new tensor made of MXFP4 numbers that two tensors hold: blocks [.., rows, groups, 16], two neighbours a byte, and
// scales [.., rows, groups].  Fails as rearrange() does.   Source: openai/gpt-oss, gpt_oss/torch/weights.py.
Result<ImportedTensor> rearrange_mxfp4(std::string_view folder, std::string_view from, std::string name,
                                       const ByteTensor& blocks, const ByteTensor& scales, const TensorName& how);

// A tensor of the numbers given.
ImportedTensor made_tensor(std::string name, std::vector<float> values, const Shape& shape);

}  // namespace ondol
