// HyperCLOVA X SEED Think 14B.   Source: HyperCLOVA X Think technical report (NAVER 2025), section 2; HF
// HyperCLOVAXForCausalLM.  Llama with the scales of muP (logits are multiplied, where Granite divides) and optional
// norms on the sublayers' outputs (Peri-LN).  NAVER's GGUF files call the family hcx-seed-think; where their graph
// differs from Hugging Face's class, this follows the class, and the norm is the kind whose epsilon the file holds.
#include "model/architecture.h"
#include "model/shared_tensors.h"

namespace ondol::arch {
namespace {

constexpr TensorName kPeriNorms[] = {
    {.gguf = "blk.{i}.post_attention_norm.weight",
     .huggingface = "model.layers.{i}.post_norm1.weight",
     .shape = "[hidden]",
     .optional = true,
     .when = "use_post_norm"},
    {.gguf = "blk.{i}.post_ffw_norm.weight",
     .huggingface = "model.layers.{i}.post_norm2.weight",
     .shape = "[hidden]",
     .optional = true,
     .when = "use_post_norm"},
};

}  // namespace

Architecture hyperclovax() {
  using namespace tensors;
  return {
      .gguf_names = {"hyperclovax", "hcx-seed-think"},
      .norm = Norm::kByEpsilonKey,
      .layer = {Attention{.rope = Rope::kNeox}, Ffn{}},
      .tensors = join({kEmbedding, kOutputNorm, kHead, kRopeFactors, kPreNorms, kPeriNorms, kAttention,
                       kAttentionBiases, kAttentionOutputBias, kFusedQkv, kGatedFfn, kGatedFfnBiases}),
      .huggingface = {{.names = {"HyperCLOVAXForCausalLM"},
                       .defaults = {{"max_position_embeddings", 2048}, {"rms_norm_eps", 1e-6}, {"use_post_norm", 1}},
                       .numbers = {{"attention_multiplier", "attention.scale"},
                                   {"embedding_multiplier", "embedding_scale"},
                                   {"residual_multiplier", "residual_scale"},
                                   {"logits_scaling", "logit_scale"}}}},
  };
}

}  // namespace ondol::arch
