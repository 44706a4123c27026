// Qwen 2 and 2.5, and what was trained on from them: A.X 4.0.   Source: Qwen2 technical report, section 2.1; HF
// Qwen2ForCausalLM.  Unlike Llama: q, k and v have biases, the output has none.
#include "model/architecture.h"
#include "model/shared_tensors.h"

namespace ondol::arch {

Architecture qwen2() {
  using namespace tensors;
  return {
      .gguf_names = {"qwen2"},
      .layer = {Attention{.rope = Rope::kNeox}, Ffn{}},
      .tensors = join({kEmbedding, kOutputNorm, kHead, kHeadBias, kRopeFactors, kPreNorms, kAttention, kAttentionBiases,
                       kFusedQkv, kGatedFfn}),
      .huggingface = {{.names = {"Qwen2ForCausalLM"},
                       .defaults = {{"max_position_embeddings", 32768},
                                    {"rms_norm_eps", 1e-6},
                                    {"num_key_value_heads", 32},
                                    {"attention_bias", 1},
                                    {"use_sliding_window", 0},
                                    {"sliding_window", 4096},
                                    {"max_window_layers", 28}},
                       .has_windows = true}},
  };
}

}  // namespace ondol::arch
