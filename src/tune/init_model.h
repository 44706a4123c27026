// Models that begin with nothing learned: a Llama of given sizes around a given vocabulary.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "format/checkpoint.h"
#include "model/random_model.h"

namespace ondol {

// "layers=6,hidden=256,heads=8,kv_heads=2,ffn=768,context=512" (kv_heads is heads, ffn four thirds of twice hidden,
// head_dim hidden / heads and context 512 where they are not said; theta=10000, tied=1), or the name of a known shape.
// Fails with kUsage, naming what is wrong.
Result<ModelShape> parse_shape(std::string_view text);

// The model in memory, F32: matrices normal with a deviation of 0.64 / sqrt(hidden), which is 0.02 at 1024, those that
// write to the residual stream smaller by sqrt(2 n_layers) (Radford et al. 2019, GPT-2, section 2.3), norms one.
// `tokenizer`: metadata of a file that holds one; its tokenizer.* keys become the model's, and its number of tokens.
Result<Checkpoint> make_initial_model(const ModelShape& shape, const Metadata& tokenizer, uint64_t seed);

}  // namespace ondol
