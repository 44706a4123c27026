#include "model/import/huggingface.h"

#include <algorithm>
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
#include "model/tensor_shape.h"

namespace ondol {
namespace {

// Moves tensors of `source` to `out` under their new names and in the form GGUF has them.
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
        TRY(rename(tensor, layer));
      }
    }
    if (!missing_.empty()) {
      return fail(ErrorKind::kCorruptFile, msg::kMissingTensors, folder_, missing_.size(), config_.arch->name(),
                  list_names(missing_));
    }
    std::vector<std::string> surplus;
    for (const auto& [name, view] : views_) {
      if (!used_.contains(name) && !is_ignored(name)) surplus.push_back(name);
    }
    std::sort(surplus.begin(), surplus.end());
    if (!surplus.empty()) {
      return fail(ErrorKind::kUnsupported, msg::kUnusedTensors, folder_, surplus.size(), config_.arch->name(),
                  list_names(surplus));
    }
    return ok();
  }

 private:
  Status rename(const TensorName& tensor, int layer) {
    const auto says = [&](const std::vector<std::string_view>& flags) {
      return !tensor.when.empty() && std::find(flags.begin(), flags.end(), tensor.when) != flags.end();
    };
    if (says(config_.absent)) return ok();
    const std::string from = tensor_name(tensor.huggingface, layer);
    std::vector<const TensorView*> views;
    if (is_stacked(tensor)) {
      const int64_t n = tensor_shapes(tensor.shape, config_.hp, layer).front()[0];
      for (int64_t i = 0; i < n; ++i) take(stacked_name(from, i), views);
    } else {
      take(from, views);
    }
    // A tied model may still hold its head; it is the embedding all the same.
    if (config_.tied && !tensor.tied_to.empty()) return ok();
    if (std::find(views.begin(), views.end(), nullptr) != views.end()) {
      const bool all_absent = std::count(views.begin(), views.end(), nullptr) == std::ssize(views);
      if (!tensor.optional || !all_absent || says(config_.present)) missing_.push_back(from);
      return ok();
    }
    TRY(const TensorView view, rearrange(tensor, from, views));
    const std::vector<Shape> shapes = tensor_shapes(tensor.shape, config_.hp, layer);
    if (std::find(shapes.begin(), shapes.end(), view.shape) == shapes.end()) {
      return fail(ErrorKind::kCorruptFile, msg::kConfigDisagrees, folder_, from, to_string(view.shape),
                  to_string(shapes.front()));
    }
    out_.tensors.push_back({tensor_name(tensor.gguf, layer), view});
    return ok();
  }

  // Adds the tensor of that name to `views`, or null.  Files leave out the first part of a name, or put the model
  // inside another: "h.0.ln_1.weight", "language_model.model.norm.weight", "model.language_model.norm.weight".
  void take(const std::string& name, std::vector<const TensorView*>& views) {
    const std::string without_first = name.substr(name.find('.') + 1);
    const std::string forms[] = {name, without_first, "language_model." + name,
                                 "model.language_model." + without_first};
    for (const std::string& form : forms) {
      if (const auto found = views_.find(form); found != views_.end()) {
        used_.insert(form);
        return views.push_back(found->second);
      }
    }
    views.push_back(nullptr);
  }

  Result<TensorView> rearrange(const TensorName& tensor, const std::string& name,
                               const std::vector<const TensorView*>& views) {
    TensorView view = *views.front();
    if (is_stacked(tensor)) { TRY(view, stack(name, views)); }
    if (tensor.transposed) { TRY(view, transpose(name, view)); }
    if (tensor.plain || view.shape.n_dims < 2) view = as_f32(view, tensor.plus_one ? 1.0f : 0.0f);
    if (tensor.rope_rows && config_.form->rotates_halves && rope_of(*config_.arch) == Rope::kInterleaved) {
      TRY(view, interleave_heads(name, view));
    }
    return view;
  }

  // Old checkpoints keep the rotation frequencies, which follow from the configuration.
  bool is_ignored(std::string_view name) const {
    if (name.ends_with(".rotary_emb.inv_freq")) return true;
    const auto matches = [name](std::string_view part) { return name.starts_with(part) || name.ends_with(part); };
    const auto& parts = config_.form->ignored_tensors;
    return std::any_of(parts.begin(), parts.end(), matches);
  }

  uint8_t* new_buffer(int64_t size_bytes) {
    const auto buffer = std::make_shared<std::vector<uint8_t>>(static_cast<size_t>(size_bytes));
    out_.buffers.push_back(buffer);
    return buffer->data();
  }

  TensorView as_f32(const TensorView& view, float plus) {
    uint8_t* out = new_buffer(dtype_of<F32>.size_bytes(view.shape.n_elements()));
    auto* floats = reinterpret_cast<float*>(out);
    view.dtype.info().decode(view.data, floats, view.shape.n_elements());
    for (int64_t i = 0; i < view.shape.n_elements(); ++i) floats[i] += plus;
    return {out, dtype_of<F32>, view.shape};
  }

  // [m] or [m, n] tensors -> [k, m] or [k, m, n]
  Result<TensorView> stack(const std::string& name, const std::vector<const TensorView*>& views) {
    const TensorView& first = *views.front();
    TensorView all{nullptr, first.dtype, {std::ssize(views)}};
    for (int i = 0; i < first.shape.n_dims && i < Shape::kMaxDims - 1; ++i) {
      all.shape.dims[static_cast<size_t>(all.shape.n_dims++)] = first.shape[i];
    }
    TRY(check_memory(msg::kImportedWeights.text(), all.size_bytes()));
    uint8_t* out = new_buffer(all.size_bytes());
    all.data = out;
    for (const TensorView* view : views) {
      if (view->shape != first.shape || view->dtype != first.dtype) {
        return fail(ErrorKind::kCorruptFile, msg::kWrongShape, folder_, name, to_string(view->shape),
                    to_string(first.shape));
      }
      std::memcpy(out, view->data, static_cast<size_t>(view->size_bytes()));
      out += view->size_bytes();
    }
    return all;
  }

  // [in, out] -> [out, in]
  Result<TensorView> transpose(const std::string& name, const TensorView& view) {
    if (view.shape.n_dims != 2 || !view.dtype.info().is_float) {
      return fail(ErrorKind::kCorruptFile, msg::kNotHeadRows, folder_, name, to_string(view.shape), 2);
    }
    TRY(check_memory(msg::kImportedWeights.text(), view.size_bytes()));
    const int64_t n_rows = view.shape[0], n_cols = view.shape[1];
    const auto element = static_cast<size_t>(view.dtype.size_bytes(1));
    uint8_t* out = new_buffer(view.size_bytes());
    for (int64_t row = 0; row < n_rows; ++row) {
      for (int64_t col = 0; col < n_cols; ++col) {
        std::memcpy(out + static_cast<size_t>(col * n_rows + row) * element,
                    view.data + static_cast<size_t>(row * n_cols + col) * element, element);
      }
    }
    return TensorView{out, view.dtype, {n_cols, n_rows}};
  }

  // Row i + j * head_dim / 2 of every head becomes row 2 i + j (j = 0, 1).
  Result<TensorView> interleave_heads(const std::string& name, const TensorView& view) {
    const int64_t head_dim = config_.hp.head_dim, half = head_dim / 2;
    const int64_t n_rows = view.shape[0], row_bytes = n_rows > 0 ? view.size_bytes() / n_rows : 0;
    if (n_rows % head_dim != 0) {
      return fail(ErrorKind::kCorruptFile, msg::kNotHeadRows, folder_, name, to_string(view.shape),
                  config_.hp.n_heads * head_dim);
    }
    TRY(check_memory(msg::kImportedWeights.text(), view.size_bytes()));
    uint8_t* out = new_buffer(view.size_bytes());
    for (int64_t row = 0; row < n_rows; ++row) {
      const int64_t in_head = row % head_dim;
      const int64_t to = row - in_head + 2 * (in_head % half) + in_head / half;
      std::memcpy(out + to * row_bytes, view.data + row * row_bytes, static_cast<size_t>(row_bytes));
    }
    return TensorView{out, view.dtype, view.shape};
  }

  const std::string& folder_;
  const HuggingFaceConfig& config_;
  Checkpoint& out_;
  std::unordered_map<std::string, const TensorView*> views_;
  std::unordered_set<std::string> used_;
  std::vector<std::string> missing_;
};

void add_made_tensors(const std::vector<MadeTensor>& tensors, Checkpoint& out) {
  for (const MadeTensor& tensor : tensors) {
    const auto* bytes = reinterpret_cast<const uint8_t*>(tensor.values.data());
    const auto buffer = std::make_shared<std::vector<uint8_t>>(bytes, bytes + tensor.values.size() * sizeof(float));
    out.tensors.push_back({tensor.name, {buffer->data(), dtype_of<F32>, {std::ssize(tensor.values)}}});
    out.buffers.push_back(buffer);
  }
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
  add_made_tensors(config.tensors, out);
  if (const TensorView* embedding = out.find("token_embd.weight")) {
    TRY(add_huggingface_tokenizer(folder, embedding->shape.n_rows(), out.metadata));
  }
  TRY(source.check_files());
  return out;
}

}  // namespace ondol
