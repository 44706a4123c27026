// Bytes a model must read from memory and numbers it must multiply, the least that any way of computing could do with.
#pragma once

#include "kernel/kernels.h"
#include "model/model.h"

namespace ondol {

// Bytes that feeding `n_tokens` tokens in one step reads behind `position` others: every weight once (of experts at
// most as many as the tokens can choose, of an untied embedding nothing), and the keys and values its attention sees,
// once.
int64_t step_read_bytes(const Model& model, KvType kv_type, int64_t n_tokens, int64_t position);

// The same for `n_tokens` fed in steps of at most `step_tokens`.
int64_t steps_read_bytes(const Model& model, KvType kv_type, int64_t n_tokens, int64_t step_tokens, int64_t position);

// Multiplications that feeding `n_tokens` tokens takes in the first `n_layers` layers: by weights (of experts those the
// tokens choose), and of attention behind `position` others.
double step_products(const Model& model, int n_layers, int64_t n_tokens);
double step_attention(const Model& model, int n_layers, int64_t n_tokens, int64_t position);

}  // namespace ondol
