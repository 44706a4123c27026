#include "model/storage_type.h"

namespace ondol {
namespace {

bool fits(DType type, int64_t n_cols) { return n_cols % type.info().block_weights == 0; }

// The type of 32-weight blocks that stands in for one of 256; F16 for all others.
DType replacement(DType type) {
  for (const DType small : {dtype_of<IQ1_S>, dtype_of<IQ1_M>, dtype_of<IQ2_XXS>, dtype_of<IQ2_XS>, dtype_of<IQ2_S>,
                            dtype_of<IQ3_XXS>, dtype_of<IQ3_S>, dtype_of<IQ4_XS>}) {
    if (type == small) return dtype_of<IQ4_NL>;
  }
  if (type == dtype_of<Q2_K> || type == dtype_of<Q3_K>) return dtype_of<Q4_0>;
  if (type == dtype_of<TQ1_0> || type == dtype_of<TQ2_0>) return dtype_of<Q4_0>;
  if (type == dtype_of<Q4_K>) return dtype_of<Q5_0>;
  if (type == dtype_of<Q5_K>) return dtype_of<Q5_1>;
  if (type == dtype_of<Q6_K>) return dtype_of<Q8_0>;
  return dtype_of<F16>;
}

}  // namespace

bool stays_f32(std::string_view name, const Shape& shape) {
  return shape.n_dims < 2 || name.ends_with(".bias") || name.ends_with("_norm.weight") ||
         name.ends_with("ffn_gate_inp.weight") || name == "position_embd.weight" || name == "token_types.weight";
}

DType storage_type(DType wanted, const Shape& shape, bool is_head) {
  if (shape.n_dims < 2) return dtype_of<F32>;
  DType type = wanted;
  if (is_head && !wanted.info().is_float && wanted != dtype_of<Q8_0>) {
    type = fits(dtype_of<Q6_K>, shape.n_cols()) ? dtype_of<Q6_K> : dtype_of<Q8_0>;
  }
  if (!fits(type, shape.n_cols())) type = replacement(type);
  return fits(type, shape.n_cols()) ? type : dtype_of<F16>;
}

}  // namespace ondol
