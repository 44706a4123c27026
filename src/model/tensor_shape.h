// Shapes written in hyperparameter names, as TensorName has them.
#pragma once

#include <string_view>
#include <vector>

#include "model/model.h"

namespace ondol {

// One size: "heads*head_dim + 2*kv_heads*head_dim".  Names: vocab hidden context head_dim rope_pairs, and of the layer
// heads kv_heads ffn experts expert_ffn; integers.
int64_t tensor_size(std::string_view expression, const Hyperparameters& hp, int layer);

// "[heads*head_dim, hidden]" -> {{2048, 2048}}; what "|" separates are all allowed.
std::vector<Shape> tensor_shapes(std::string_view text, const Hyperparameters& hp, int layer);

// False where a size of the tensor is 0: a layer with experts has no single feed-forward, a dense one no experts.
bool has_tensor(const TensorName& tensor, const Hyperparameters& hp, int layer);

}  // namespace ondol
