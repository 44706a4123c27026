// Random models of real shapes: what speed is measured on, and what tests run without a model file.
//
// Weights are normal with standard deviation 1/sqrt(n_cols), so activations neither die nor explode and logits have a
// spread of about one.  Drawing and encoding 1.2e9 weights one by one would take minutes; instead a table of 1024
// encoded runs of up to 256 random weights is made per type and row length, and each row is put together from runs
// drawn at random.  Rows differ from each other (1024^8 ways for 2048 columns) and every byte of the file is written
// and read, so speed is that of a trained model of the same types.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/random.h"
#include "format/checkpoint.h"
#include "format/gguf_writer.h"
#include "model/rope_factors.h"

namespace ondol {

// Sizes of a Llama-family model.
struct ModelShape {
  std::string_view name;
  int64_t n_layers = 0;
  int64_t hidden_size = 0;
  int64_t n_heads = 0;
  int64_t n_kv_heads = 0;
  int64_t head_dim = 0;
  int64_t ffn_size = 0;
  int64_t vocab_size = 0;
  int64_t context_length = 0;
  double rope_theta = 10000;
  double norm_eps = 1e-5;
  bool tied = true;  // the embedding is the head
  std::optional<Llama3RopeScaling> rope_scaling = {};
};

// Shapes of published models, for `bench --shape`.
std::span<const ModelShape> known_shapes();
const ModelShape* find_shape(std::string_view name);

// Metadata of such a model.  With `with_vocabulary` also a made-up SentencePiece-style vocabulary (bytes, then "t259",
// "t260", ...) so that programs that want one load the file; vocab_size is then at least 259 (CHECK).
Metadata random_model_metadata(const ModelShape& shape, bool with_vocabulary);

// The model's tensors as storage_type() stores them when `type` is asked for.  Their bytes are made when they are asked
// for: writing needs memory for a row, not for the model.  The same for equal arguments, on every machine with the same
// encoders.
std::vector<TensorToWrite> random_model_tensors(const ModelShape& shape, DType type, uint64_t seed);

// The whole model in memory, without vocabulary.  Fails with kOutOfMemory before allocating.
Result<Checkpoint> make_random_checkpoint(const ModelShape& shape, DType type, uint64_t seed);

// Writes the model with a vocabulary as a GGUF file that llama.cpp loads.  Fails as write_gguf does.
Status write_random_model(const std::string& path, const ModelShape& shape, DType type, uint64_t seed,
                          const WriteOptions& options = {});

}  // namespace ondol
