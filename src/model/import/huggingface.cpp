#include "model/import/huggingface.h"

#include <cstring>
#include <filesystem>
#include <unordered_map>
#include <unordered_set>

#include "base/memory.h"
#include "format/safetensors.h"
#include "model/import/huggingface_config.h"
#include "model/import/huggingface_tokenizer.h"
#include "model/import/import_messages.h"
#include "model/import/model_card.h"
#include "model/model_messages.h"

namespace ondol {
namespace {

// Moves tensors of `source` to `out` under their new names.
class Renamer {
 public:
  Renamer(const std::string& folder, const HuggingFaceConfig& config, const Checkpoint& source, Checkpoint& out)
      : folder_(folder), config_(config), out_(out) {
    for (const NamedTensor& tensor : source.tensors) views_.emplace(tensor.name, &tensor.view);
  }

  Status rename_all() {
    for (const TensorName& tensor : config_.arch->tensors) {
      if (tensor.huggingface.empty()) continue;
      for (int layer = 0; layer < (is_per_layer(tensor) ? config_.hp.n_layers : 1); ++layer) {
        TRY(rename(tensor, tensor_name(tensor.huggingface, layer), tensor_name(tensor.gguf, layer)));
      }
    }
    for (const auto& [name, view] : views_) {
      if (!used_.contains(name) && !is_ignored(name)) {
        return fail(ErrorKind::kUnsupported, msg::kNoPlaceForTensor, folder_, name, config_.arch->hf_name);
      }
    }
    return ok();
  }

 private:
  Status rename(const TensorName& tensor, const std::string& from, std::string to) {
    const auto found = views_.find(from);
    if (found != views_.end()) used_.insert(found->first);
    // A tied model may still hold its head; it is the embedding all the same.
    if (config_.tied && !tensor.tied_to.empty()) return ok();
    if (found == views_.end()) {
      if (tensor.optional) return ok();
      return fail(ErrorKind::kCorruptFile, msg::kMissingTensor, folder_, from);
    }
    TensorView view = *found->second;
    if (view.shape.n_dims < 2) view = as_f32(view);
    if (tensor.rope_rows) { TRY(view, interleave_heads(from, view)); }
    out_.tensors.push_back({std::move(to), view});
    return ok();
  }

  // Old checkpoints keep the rotation frequencies, which follow from the configuration.
  static bool is_ignored(std::string_view name) { return name.ends_with(".rotary_emb.inv_freq"); }

  uint8_t* new_buffer(int64_t size_bytes) {
    const auto buffer = std::make_shared<std::vector<uint8_t>>(static_cast<size_t>(size_bytes));
    out_.buffers.push_back(buffer);
    return buffer->data();
  }

  TensorView as_f32(const TensorView& view) {
    uint8_t* floats = new_buffer(dtype_of<F32>.size_bytes(view.shape.n_elements()));
    view.dtype.info().decode(view.data, reinterpret_cast<float*>(floats), view.shape.n_elements());
    return {floats, dtype_of<F32>, view.shape};
  }

  // Row i + j * head_dim / 2 of every head becomes row 2 i + j (j = 0, 1).
  Result<TensorView> interleave_heads(const std::string& name, const TensorView& view) {
    const int64_t head_dim = config_.hp.head_dim, half = head_dim / 2;
    const int64_t n_rows = view.shape.n_rows(), row_bytes = view.row_bytes();
    if (n_rows % head_dim != 0) {
      return fail(ErrorKind::kCorruptFile, msg::kNotHeadRows, folder_, name, to_string(view.shape),
                  config_.hp.n_heads * head_dim);
    }
    TRY(check_memory(msg::kImportedWeights.text(), view.size_bytes()));
    uint8_t* out = new_buffer(view.size_bytes());
    for (int64_t row = 0; row < n_rows; ++row) {
      const int64_t in_head = row % head_dim;
      const int64_t to = row - in_head + 2 * (in_head % half) + in_head / half;
      std::memcpy(out + to * row_bytes, view.row(row), static_cast<size_t>(row_bytes));
    }
    return TensorView{out, view.dtype, view.shape};
  }

  const std::string& folder_;
  const HuggingFaceConfig& config_;
  Checkpoint& out_;
  std::unordered_map<std::string, const TensorView*> views_;
  std::unordered_set<std::string> used_;
};

void add_rope_factors(const std::vector<float>& factors, Checkpoint& out) {
  if (factors.empty()) return;
  const auto* bytes = reinterpret_cast<const uint8_t*>(factors.data());
  const auto buffer = std::make_shared<std::vector<uint8_t>>(bytes, bytes + factors.size() * sizeof(float));
  out.tensors.push_back({"rope_freqs.weight", {buffer->data(), dtype_of<F32>, {std::ssize(factors)}}});
  out.buffers.push_back(buffer);
}

}  // namespace

Result<Checkpoint> import_huggingface(const std::string& folder) {
  namespace fs = std::filesystem;
  const std::string config_path = fs::path(folder) / "config.json";
  std::error_code ignored;
  if (!fs::exists(config_path, ignored)) return fail(ErrorKind::kBadInput, msg::kNoConfig, folder);
  TRY(JsonObject json, JsonObject::open(config_path));
  TRY(HuggingFaceConfig config, read_huggingface_config(std::move(json)));
  TRY(const Checkpoint source, open_safetensors_folder(folder));

  Checkpoint out;
  out.format = source.format;
  out.metadata = std::move(config.metadata);
  out.metadata.set_string("general.name", fs::weakly_canonical(folder, ignored).filename().string());
  const std::string licence = read_licence(fs::path(folder) / "README.md");
  if (!licence.empty()) out.metadata.set_string("general.license", licence);
  out.metadata.set_u32("general.quantization_version", 2);
  out.maps = source.maps;
  out.buffers = source.buffers;
  TRY(Renamer(folder, config, source, out).rename_all());
  add_rope_factors(config.rope_factors, out);
  if (const TensorView* embedding = out.find("token_embd.weight")) {
    TRY(add_huggingface_tokenizer(folder, embedding->shape.n_rows(), out.metadata));
  }
  TRY(source.check_files());
  return out;
}

}  // namespace ondol
