// Gemma 3 text models, 270M to 27B.   Source: Gemma 3 report (2025), section 2; HF Gemma3ForCausalLM; llama.cpp,
// src/models/gemma3.cpp.   Unlike Gemma 2: RMS norm on each head of q and k, no soft caps; five layers with windows to
// one without, with their own rotation base and never stretched.  From 4B on the folder also holds a vision model.
#include "model/architecture.h"
#include "model/gemma_family.h"
#include "model/shared_tensors.h"

namespace ondol::arch {
namespace {

HuggingFaceForm text_form() {
  return {.names = {"Gemma3ForCausalLM"},
          .activations = {"gelu_pytorch_tanh"},
          .defaults = {{"hidden_size", 2304},
                       {"num_hidden_layers", 26},
                       {"intermediate_size", 9216},
                       {"num_attention_heads", 8},
                       {"num_key_value_heads", 4},
                       {"head_dim", 256},
                       {"vocab_size", 262208},
                       {"max_position_embeddings", 131072},
                       {"rms_norm_eps", 1e-6},
                       {"tie_word_embeddings", 1},
                       {"sliding_window", 4096},
                       {"query_pre_attn_scalar", 256},
                       {"rope_theta", 1e6},
                       {"rope_local_base_freq", 10000}},
          .numbers = {{"query_pre_attn_scalar", "attention.scale", 1e-6, 1e6, -0.5},
                      {"attn_logit_softcapping", "attn_logit_softcapping", 0},
                      {"final_logit_softcapping", "final_logit_softcapping", 0}},
          .expected = {{"use_bidirectional_attention", "false"}},
          .has_windows = true};
}

HuggingFaceForm vision_form() {
  HuggingFaceForm form = text_form();
  form.names = {"Gemma3ForConditionalGeneration"};
  form.text_config = "text_config";
  form.ignored_tensors = {"vision_tower.", "multi_modal_projector.", "model.vision_tower.",
                          "model.multi_modal_projector."};
  return form;
}

}  // namespace

Architecture gemma3() {
  using namespace tensors;
  return {
      .gguf_names = {"gemma3"},
      .layer = {Attention{.rope = Rope::kNeox}, Ffn{.activation = Activation::kGeluTanh}},
      .tensors = join({kEmbedding, kGemmaOutputNorm, kHead, kGemmaSandwichNorms, kAttention, kAttentionBiases,
                       kAttentionOutputBias, kGemmaHeadNorms, kFusedQkv, kGatedFfn}),
      .windows = {.period = 6, .rope_theta = 10000, .rope_scaled = false},
      .scales_embedding_by_sqrt_hidden = true,
      .settle = settle_gemma<62>,
      .huggingface = {text_form(), vision_form()},
  };
}

}  // namespace ondol::arch
