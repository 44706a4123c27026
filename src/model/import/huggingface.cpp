#include "model/import/huggingface.h"

#include <algorithm>
#include <filesystem>
#include <unordered_map>
#include <unordered_set>

#include "format/safetensors.h"
#include "model/import/huggingface_config.h"
#include "model/import/huggingface_name.h"
#include "model/import/huggingface_tokenizer.h"
#include "model/import/import_messages.h"
#include "model/import/model_card.h"
#include "model/import/rearrange.h"
#include "model/import/sentence_transformers.h"
#include "model/model_messages.h"
#include "model/tensor_shape.h"

namespace ondol {
namespace {

// Gives tensors of the folder their new names and the form GGUF has them in.
class Renamer {
 public:
  Renamer(const std::string& folder, const HuggingFaceConfig& config, ImportedModel& model)
      : folder_(folder), config_(config), model_(model) {
    for (const NamedTensor& tensor : model.source.tensors) views_.emplace(tensor.name, &tensor.view);
    for (const ByteTensor& tensor : model.source.byte_tensors) bytes_.emplace(tensor.name, &tensor);
  }

  Status rename_all() {
    for (const TensorName& tensor : config_.arch->tensors) {
      if (tensor.huggingface.empty()) continue;
      for (int layer = 0; layer < (is_per_layer(tensor) ? config_.hp.n_layers : 1); ++layer) {
        if (has_tensor(tensor, config_.hp, layer)) TRY(rename(tensor, layer));
      }
    }
    if (!missing_.empty()) {
      return fail(ErrorKind::kCorruptFile, msg::kMissingTensors, folder_, missing_.size(), config_.arch->name(),
                  list_names(missing_));
    }
    std::vector<std::string> surplus;
    const auto look_at = [&](const std::string& name) {
      if (!used_.contains(name) && !is_ignored(name)) surplus.push_back(name);
    };
    for (const auto& [name, view] : views_) look_at(name);
    for (const auto& [name, bytes] : bytes_) look_at(name);
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
    std::vector<TensorView> views;
    bool any_missing = false;
    const int64_t n = is_stacked(tensor) ? tensor_shapes(tensor.shape, config_.hp, layer).front()[0] : 1;
    for (int64_t i = 0; i < n && !any_missing; ++i) {
      if (const TensorView* view = take(views_, stacked_name(from, i))) views.push_back(*view);
      else any_missing = true;
    }
    // A tied model may still hold its head; it is the embedding all the same.
    if (config_.tied && !tensor.tied_to.empty()) return ok();
    const std::string to = tensor_name(tensor.gguf, layer);
    if (any_missing) {
      const ByteTensor *blocks = take(bytes_, from + "_blocks"), *scales = take(bytes_, from + "_scales");
      if (blocks != nullptr && scales != nullptr) {
        TRY(model_.tensors.emplace_back(), rearrange_mxfp4(folder_, from, to, *blocks, *scales, tensor));
      } else if (!tensor.optional || !views.empty() || says(config_.present)) {
        missing_.push_back(from);
      }
      return ok();
    }
    const bool interleaved =
        tensor.rope_rows && config_.form->rotates_halves && rope_of(*config_.arch) == Rope::kInterleaved;
    TensorName how = tensor;
    if (to == "position_embd.weight") how.from += config_.first_position;
    TRY(ImportedTensor made, rearrange(folder_, from, to, views, how, interleaved ? config_.hp.head_dim : 0));
    const std::vector<Shape> shapes = tensor_shapes(tensor.shape, config_.hp, layer);
    if (std::find(shapes.begin(), shapes.end(), made.shape) == shapes.end()) {
      return fail(ErrorKind::kCorruptFile, msg::kConfigDisagrees, folder_, from, to_string(made.shape),
                  to_string(shapes.front()));
    }
    model_.tensors.push_back(std::move(made));
    return ok();
  }

  // The tensor of that name, in any of its forms, or null.
  template <class T>
  const T* take(const std::unordered_map<std::string, const T*>& tensors, const std::string& name) {
    for (const std::string& form : huggingface_name_forms(name)) {
      if (const auto found = tensors.find(form); found != tensors.end()) {
        used_.insert(form);
        return found->second;
      }
    }
    return nullptr;
  }

  // Old checkpoints keep the rotation frequencies, which follow from the configuration.
  bool is_ignored(std::string_view name) const {
    if (name.ends_with(".rotary_emb.inv_freq")) return true;
    const auto matches = [name](std::string_view part) { return name.starts_with(part) || name.ends_with(part); };
    const auto& parts = config_.form->ignored_tensors;
    return std::any_of(parts.begin(), parts.end(), matches);
  }

  const std::string& folder_;
  const HuggingFaceConfig& config_;
  ImportedModel& model_;
  std::unordered_map<std::string, const TensorView*> views_;
  std::unordered_map<std::string, const ByteTensor*> bytes_;
  std::unordered_set<std::string> used_;
  std::vector<std::string> missing_;
};

}  // namespace

Result<ImportedModel> import_huggingface(const std::string& folder) {
  namespace fs = std::filesystem;
  const std::string config_path = fs::path(folder) / "config.json";
  std::error_code ignored;
  if (!fs::exists(config_path, ignored)) return fail(ErrorKind::kBadInput, msg::kNoConfig, folder);
  TRY(JsonObject json, JsonObject::open(config_path));
  TRY(HuggingFaceConfig config, read_huggingface_config(std::move(json)));

  ImportedModel model;
  TRY(model.source, open_safetensors_folder(folder));
  Metadata& metadata = model.source.metadata;
  metadata = std::move(config.metadata);
  metadata.set_string("general.name", fs::weakly_canonical(folder, ignored).filename().string());
  const std::string licence = read_licence(fs::path(folder) / "README.md");
  if (!licence.empty()) metadata.set_string("general.license", licence);
  metadata.set_u32("general.quantization_version", 2);
  TRY(Renamer(folder, config, model).rename_all());
  for (MadeTensor& tensor : config.tensors) {
    const int64_t n = std::ssize(tensor.values);
    model.tensors.push_back(made_tensor(std::move(tensor.name), std::move(tensor.values), {n}));
  }
  TRY(add_sentence_transformers(folder, *config.arch, metadata));
  if (const ImportedTensor* embedding = model.find("token_embd.weight")) {
    TRY(add_huggingface_tokenizer(folder, embedding->shape.n_rows(), metadata));
  }
  TRY(model.source.check_files());
  return model;
}

}  // namespace ondol
