// A Hugging Face model folder -> a model with GGUF's names and layouts.
//
// What changes on the way: names (TensorName), the order of q and k rows (Hugging Face rotates halves of a head, GGUF's
// llama neighbouring pairs), experts are stacked, vectors become f32, and a llama3 rope scaling becomes the tensor
// rope_freqs.weight.  Rows are made when they are asked for.  Source: llama.cpp's convert_hf_to_gguf, whose files load
// the same way.
#pragma once

#include <string>

#include "base/result.h"
#include "model/import/imported_model.h"

namespace ondol {

// Reads config.json, model.safetensors or its shards, the licence of README.md and, where they are there, the
// tokenizer's files.  Fails with kCorruptFile, kUnsupported (family, tensors or setting are named) or kIo.
Result<ImportedModel> import_huggingface(const std::string& folder);

}  // namespace ondol
