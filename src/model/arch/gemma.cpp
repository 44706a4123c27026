// Gemma 1, 2B and 7B.   Source: Gemma report (2024), section 2; HF GemmaForCausalLM.
// Unlike Llama: GELU in the gate, embeddings times sqrt(hidden), norm weights that GGUF holds plus one, heads rotated
// by halves, and the embedding as head.
#include "model/architecture.h"
#include "model/gemma_family.h"
#include "model/shared_tensors.h"

namespace ondol::arch {

Architecture gemma() {
  using namespace tensors;
  return {
      .gguf_names = {"gemma"},
      .layer = {Attention{.rope = Rope::kNeox}, Ffn{.activation = Activation::kGeluTanh}},
      .tensors = join({kEmbedding, kGemmaOutputNorm, kHead, kGemmaPreNorms, kAttention, kAttentionBiases,
                       kAttentionOutputBias, kFusedQkv, kGatedFfn}),
      .scales_embedding_by_sqrt_hidden = true,
      .huggingface = {{.names = {"GemmaForCausalLM"},
                       .activations = {"gelu_pytorch_tanh", "gelu"},  // the published files say "gelu" and mean this
                       .defaults = {{"max_position_embeddings", 8192},
                                    {"rms_norm_eps", 1e-6},
                                    {"head_dim", 256},
                                    {"num_key_value_heads", 16},
                                    {"tie_word_embeddings", 1}}}},
  };
}

}  // namespace ondol::arch
