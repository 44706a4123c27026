// A model family as data: which sublayers a layer has, with which options, and what its tensors are called.
//
// A family is one file in model/arch/ that returns an Architecture; CMake lists the files.  forward.cpp runs the
// description, load.cpp loads by it, import/ renames by it.  Most options are not said but seen: a bias, a norm or a
// gate is there when its tensor is (the sublayers' weights, model.h), and numbers of the file are Hyperparameters.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "kernel/kernels.h"
#include "model/huggingface_form.h"
#include "model/tensor_name.h"

namespace ondol {

struct Hyperparameters;

enum class Norm {
  kRms,           // x / sqrt(mean(x^2) + eps) * weight
  kLayer,         // (x - mean) / sqrt(variance + eps) * weight [+ bias]
  kByEpsilonKey,  // whichever of the two epsilons the file holds
};

// Which elements of a head are rotated together.
enum class Rope {
  kNone,
  kInterleaved,  // (2i, 2i + 1): GGUF's llama layout
  kNeox,         // (i, i + n/2): GPT-NeoX and most Hugging Face checkpoints
};

// What one q or k norm spans.
enum class QkNorm {
  kHead,  // each head by itself; the weights are one head's or one for every head
  kRow,   // all heads of a token together
};

// Grouped-query attention.  Source: Ainslie et al. 2023, section 2.
struct Attention {
  Rope rope = Rope::kInterleaved;
  QkNorm qk_norm = QkNorm::kHead;
  std::string_view norm = "attn_norm", post_norm = "post_attention_norm", sum_norm = "attn_output_norm";
};

// Feed-forward: down(activation(gate(x)) * up(x)), or without a gate down(activation(up(x))).
// Source: Shazeer 2020 (GLU variants), equation 6.
struct Ffn {
  Activation activation = Activation::kSilu;
  std::string_view norm = "ffn_norm", post_norm = "post_ffw_norm", sum_norm = "layer_output_norm";
};

// Mixture of experts: of many feed-forwards each token takes the few its router likes best, and adds them up by their
// shares.  Source: Jiang et al. 2024 (Mixtral), section 2.1.
struct Experts {
  Activation activation = Activation::kSilu;
  float clamp = 0;  // positive: Kernels::clamped_gate with this limit instead of the activation
  std::string_view norm = "ffn_norm", post_norm = "post_ffw_norm", sum_norm = "layer_output_norm";
};

// Keeps the hidden state of some layers and mixes it into that of later ones.  Source: Solar Pro's modeling_solar.py.
struct BlockSkip {};

using Sublayer = std::variant<Attention, Ffn, Experts, BlockSkip>;

// Layers that see only the nearest positions.  A file says how many with attention.sliding_window, and which layers
// with attention.sliding_window_pattern: an array of booleans, or a period.
struct Windows {
  int period = 0;           // of `period` layers all but the last have windows; 0: only a file's own pattern makes them
  int64_t length = 0;       // when the file does not say
  double rope_theta = 0;    // rotation base of layers with a window when the file does not say; 0: that of the others
  bool rope_scaled = true;  // layers with a window follow the file's rope scaling
  bool only_they_rotate = false;  // where there are windows, layers without one have no rope
};

struct Architecture {
  std::vector<std::string> gguf_names;  // general.architecture; the first is the one we write
  Norm norm = Norm::kRms;
  // Every layer's, in order; one whose tensors a layer has not is not done there.  Of a sublayer's norms, of its input
  // (`norm`), of its output before it is added (`post_norm`) and of the residual stream behind that (`sum_norm`), those
  // are done whose tensors are there.  One with none of the first two reads the same normalised input as the sublayer
  // before it (parallel residual), if that one has a `norm`.
  std::vector<Sublayer> layer;
  std::vector<TensorName> tensors;
  Windows windows = {};
  double attention_soft_cap = 0;  // c tanh(x / c) on attention scores when the file does not say; 0: none
  double final_soft_cap = 0;      // the same on logits
  bool scales_embedding_by_sqrt_hidden = false;
  bool divides_by_logit_scale = false;  // logits / logit_scale instead of times
  bool is_causal = true;                // a token sees those before it only, when the file does not say
  // What llama.cpp knows of single models whose files do not say it; called last, may be null.
  void (*settle)(Hyperparameters&) = nullptr;
  std::vector<HuggingFaceForm> huggingface;

  const std::string& name() const { return gguf_names.front(); }
};

// The family of that name, or null.
const Architecture* find_architecture(std::string_view gguf_name);
std::span<const Architecture> all_architectures();

// How the family's attention rotates.
Rope rope_of(const Architecture& arch);

// A family and the form of it that config.json names in "architectures"; both null where no family has that name.
struct HuggingFaceFamily {
  const Architecture* arch = nullptr;
  const HuggingFaceForm* form = nullptr;
};
HuggingFaceFamily find_huggingface_family(std::string_view hf_name);

}  // namespace ondol
