// What BERT and its kin share: tensors of the embedding, and what config.json says of all of them.
#pragma once

#include "model/import/huggingface_config.h"
#include "model/tensor_name.h"

namespace ondol::encoder {

// Texts are of the first token type; the second marks the second of a pair.
inline constexpr TensorName kEmbedding[] = {
    {"token_embd.weight", "bert.embeddings.word_embeddings.weight", "[vocab, hidden]"},
    {.gguf = "token_types.weight",
     .huggingface = "bert.embeddings.token_type_embeddings.weight",
     .shape = "[2, hidden] | [1, hidden] | [hidden]",
     .optional = true,
     .plain = true},
};

// HuggingFaceForm::read_more.  llama.cpp wants both keys.
inline void read_config(JsonObject& config, HuggingFaceConfig& out) {
  out.metadata.set_bool(out.key("attention.causal"), false);
  const int64_t n_token_types = config.get_int("type_vocab_size", 2, 1, 2);
  out.metadata.set_u32("tokenizer.ggml.token_type_count", static_cast<uint32_t>(n_token_types));
}

}  // namespace ondol::encoder
