// How adapters are written, in either form.
#pragma once

#include <string>

#include "base/result.h"
#include "format/metadata.h"
#include "format/tensor_writer.h"
#include "model/adapter/adapter.h"
#include "model/model.h"
#include "tensor/quant/f32.h"

namespace ondol {

struct AdapterWriteOptions {
  DType type = dtype_of<F32>;  // of the tensors: F32 or F16 (CHECK)
  WriteOptions file{};         // `source` and `layout` are not used
  std::string base_model;      // the model's name, for whoever reads adapter_config.json
  Metadata metadata{};         // more of a GGUF adapter's metadata: chat template, record of the data, ...
};

// Both write `adapter`, which is one of `model` (CHECK), so that reading it gives the same matrices.
//
// A GGUF adapter as llama.cpp loads it.  It knows one alpha for all matrices and scales by alpha / rank: where the
// adapter's scales are no such numbers, `b` is multiplied by what is left.  Fails as write_gguf() does.
Status write_gguf_adapter(const std::string& path, const Adapter& adapter, const Model& model,
                          const AdapterWriteOptions& options = {});

// A PEFT folder, made when absent: adapter_model.safetensors, then adapter_config.json, each of which appears whole or
// not at all.  Fails as write_safetensors() does, with kUnsupported when a matrix has no Hugging Face name, or with
// kIo.
Status write_peft_adapter(const std::string& folder, const Adapter& adapter, const Model& model,
                          const AdapterWriteOptions& options = {});

}  // namespace ondol
