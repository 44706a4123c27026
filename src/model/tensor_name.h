// What a family's tensors are called in GGUF and in Hugging Face files, and which shapes they have.
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ondol {

// Rows of a tensor that are loaded as a tensor of their own.
struct TensorPart {
  std::string_view gguf;
  std::string_view n_rows;  // as one size of TensorName::shape
};

// One tensor of the family.  `{i}` in a name is the layer.
struct TensorName {
  std::string_view gguf = {};
  // Empty: made by the importer, not renamed.  `{j}` stands for 0, 1, ...: tensors stacked along the first dimension.
  std::string_view huggingface = {};
  // Sizes outermost first, in hyperparameter names, products before sums: "[vocab, hidden]",
  // "[heads*head_dim + 2*kv_heads*head_dim, hidden]".  Checked when the file is loaded.  "[a, b] | [c]": either.
  std::string_view shape = {};
  std::string_view tied_to = {};  // GGUF name of the tensor used when this one is absent
  bool optional = false;          // absent means the step is not done
  // The setting of config.json that says whether a Hugging Face folder has an optional tensor, "!" before it: whether
  // it has not.  Empty: what is there is taken.
  std::string_view when = {};
  bool rope_rows = false;   // rows are q or k heads, which GGUF stores permuted for Rope::kInterleaved
  bool plain = false;       // numbers, not a matrix of products: loaded as f32 whatever its dimensions
  bool transposed = false;  // Hugging Face files hold [in, out] (GPT-2's Conv1D)
  bool plus_one = false;    // Hugging Face files hold the weight less one (Gemma's norms)
  // Hugging Face files hold other rows between these: row r is their row r * every + from.
  int64_t every = 1, from = 0;
  std::span<const TensorPart> parts = {};  // the tensors this one's rows hold, from the first row on
};

// The name `pattern` stands for in that layer: "blk.{i}.attn_q.weight" -> "blk.3.attn_q.weight".
std::string tensor_name(std::string_view pattern, int layer);
// The same for a stacked tensor: `{j}` becomes `index`.
std::string stacked_name(std::string_view name, int64_t index);
inline bool is_per_layer(const TensorName& tensor) { return tensor.gguf.find("{i}") != std::string_view::npos; }
inline bool is_stacked(const TensorName& tensor) { return tensor.huggingface.find("{j}") != std::string_view::npos; }

constexpr std::string_view or_tied_to(std::string_view gguf) { return gguf; }

// `names` in one line, those that differ only in their first number together: "blk.{0-3,7}.attn_q.weight,
// output.weight". After 32 of these it says how many more there are.
std::string list_names(std::span<const std::string> names);

// All tensors of `lists`, in order: what a family shares with others and what is its own.
std::vector<TensorName> join(std::initializer_list<std::span<const TensorName>> lists);

}  // namespace ondol
