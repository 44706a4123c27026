// A model family as data: which sublayers a layer has, with which options, and what its tensors are called.
//
// A family is one file in model/arch/ that returns an Architecture; CMake lists the files.  forward.cpp runs the
// description, weights.cpp loads by it, import/ renames by it.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ondol {

// Which elements of a head are rotated together.
enum class Rope {
  kNone,
  kInterleaved,  // (2i, 2i + 1): GGUF's llama layout
  kNeox,         // (i, i + n/2): GPT-NeoX and every Hugging Face checkpoint
};

// Grouped-query attention.  Source: Ainslie et al. 2023, section 2.
struct Attention {
  Rope rope = Rope::kInterleaved;
};

enum class Activation { kSwiGlu };

// Gated feed-forward: down(activation(gate(x)) * up(x)).  Source: Shazeer 2020 (GLU variants), equation 6.
struct Ffn {
  Activation activation = Activation::kSwiGlu;
};

using Sublayer = std::variant<Attention, Ffn>;

// One tensor of the family.  `{i}` in a name is the layer.  `shape` is written in hyperparameter names, outermost
// first: "[vocab, hidden]", "[heads*head_dim, hidden]"; it is checked when the file is loaded.
struct TensorName {
  std::string_view gguf = {};
  std::string_view huggingface = {};   // empty: made by the importer, not renamed
  std::string_view shape = {};
  std::string_view tied_to = {};   // GGUF name of the tensor used when this one is absent
  bool optional = false;           // absent means the step is not done
  bool rope_rows = false;          // rows are q or k heads, which GGUF stores permuted for Rope::kInterleaved
};

// The name `pattern` stands for in that layer: "blk.{i}.attn_q.weight" -> "blk.3.attn_q.weight".
std::string tensor_name(std::string_view pattern, int layer);
inline bool is_per_layer(const TensorName& tensor) { return tensor.gguf.find("{i}") != std::string_view::npos; }

constexpr std::string_view or_tied_to(std::string_view gguf) { return gguf; }

struct Architecture {
  std::string gguf_name;             // general.architecture
  std::string hf_name;               // config.json "architectures"
  std::vector<Sublayer> layer;       // every layer; pre-norm, residual added after each
  std::span<const TensorName> tensors;
};

// The family of that name, or null.
const Architecture* find_architecture(std::string_view gguf_name);
const Architecture* find_architecture_by_hf_name(std::string_view hf_name);
std::span<const Architecture> all_architectures();

}  // namespace ondol
