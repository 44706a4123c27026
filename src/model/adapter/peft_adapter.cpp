// PEFT folders.  Tensors are  base_model.model.MODULE.lora_A.weight [rank, n_cols]  and  .lora_B.weight [n_rows, rank],
// also where the module's own matrix is stored transposed (fan_in_fan_out, GPT-2's Conv1D).
// Source: huggingface/peft, docs/source/developer_guides/checkpoint.md.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "base/check.h"
#include "format/safetensors.h"
#include "model/adapter/adapter_messages.h"
#include "model/adapter/peft_config.h"
#include "model/adapter/read_adapter.h"
#include "model/adapter/read_low_rank.h"
#include "model/adapter/write_adapter.h"
#include "model/import/huggingface_name.h"
#include "tensor/quant/f16.h"

namespace ondol {
namespace {

constexpr std::string_view kPrefix = "base_model.model.", kA = ".lora_A.weight", kB = ".lora_B.weight";

// Rows of b, put where GGUF has them (`to_gguf`), or where Hugging Face has them.
void reorder_rows(const FileMatrix& matrix, bool to_gguf, LowRank& low_rank) {
  if (matrix.order.head_dim == 0) return;
  std::vector<float> rows(low_rank.b.size());
  for (int64_t row = 0; row < low_rank.n_rows; ++row) {
    const int64_t theirs = matrix.order(row);
    std::copy_n(low_rank.b.begin() + (to_gguf ? theirs : row) * low_rank.rank, low_rank.rank,
                rows.begin() + (to_gguf ? row : theirs) * low_rank.rank);
  }
  low_rank.b = std::move(rows);
}

std::string a_of(const std::string& module) { return std::string(kPrefix) + module + std::string(kA); }
std::string b_of(const std::string& module) { return std::string(kPrefix) + module + std::string(kB); }

}  // namespace

Result<Adapter> read_peft_adapter(std::string_view name, std::string_view config_text, const Checkpoint& tensors,
                                  const Architecture& arch, const Hyperparameters& hp) {
  TRY(const PeftConfig config, read_peft_config(name, config_text));
  Adapter adapter{.architecture = arch.name(), .alpha = config.alpha, .rank_stabilised = config.rank_stabilised};
  std::unordered_map<std::string_view, const TensorView*> views;
  for (const NamedTensor& tensor : tensors.tensors) views.emplace(tensor.name, &tensor.view);
  std::unordered_set<std::string_view> used;
  const auto take = [&](const std::string& tensor) -> const TensorView* {
    const auto found = views.find(tensor);
    if (found == views.end()) return nullptr;
    used.insert(found->first);
    return found->second;
  };

  for (const FileMatrix& matrix : file_matrices(arch, hp)) {
    if (matrix.huggingface.empty()) continue;
    for (const std::string& module : huggingface_name_forms(matrix.huggingface)) {
      const NamedView a{a_of(module), take(a_of(module))}, b{b_of(module), take(b_of(module))};
      if (a.view == nullptr && b.view == nullptr) continue;
      TRY(LowRank whole, read_low_rank(name, matrix, a, b));
      if (whole.rank != config.rank_of(module)) {
        return fail(ErrorKind::kCorruptFile, msg::kAdapterRank, name, a.name, whole.rank, config.rank_of(module));
      }
      whole.scale = config.scale_of(module);
      reorder_rows(matrix, true, whole);
      TRY(add_parts(name, matrix, std::move(whole), adapter));
      break;
    }
  }
  std::vector<std::string> left;
  for (const auto& [tensor, view] : views) {
    if (!used.contains(tensor)) left.emplace_back(tensor);
  }
  for (const ByteTensor& tensor : tensors.byte_tensors) left.push_back(tensor.name);
  TRY(check_all_read(name, std::move(left), adapter));
  return adapter;
}

namespace {

struct NamedModule {
  std::string name;
  const FileLowRank* low_rank;
};

// What LoraConfig::target_modules names: the part of a module's name behind its layer where all layers have it, else
// the whole name.
std::vector<std::string> target_modules(const std::vector<NamedModule>& modules,
                                        const std::vector<FileMatrix>& matrices, int n_layers) {
  const auto behind_layer = [&](const NamedModule& module) -> std::string {
    const int layer = matrices[module.low_rank->matrix].layer;
    const std::string number = "." + std::to_string(layer) + ".";
    const size_t at = module.name.find(number);
    return layer < 0 || at == std::string::npos ? "" : module.name.substr(at + number.size());
  };
  std::map<std::string, int> n_with;
  for (const NamedModule& module : modules) ++n_with[behind_layer(module)];
  std::set<std::string> targets;
  for (const NamedModule& module : modules) {
    const std::string tail = behind_layer(module);
    targets.insert(!tail.empty() && n_with[tail] == n_layers ? tail : module.name);
  }
  return {targets.begin(), targets.end()};
}

// The number most modules have.
template <class Number>
Number commonest(const std::vector<Number>& numbers) {
  std::map<Number, int> n_with;
  for (const Number number : numbers) ++n_with[number];
  return std::max_element(n_with.begin(), n_with.end(),
                          [](const auto& a, const auto& b) { return a.second < b.second; })
      ->first;
}

// Whole numbers without a fraction, as PEFT declares alphas.
nlohmann::ordered_json alpha_json(float alpha) {
  if (alpha == std::floor(alpha) && std::abs(alpha) < 1e6f) return static_cast<int64_t>(alpha);
  return alpha;
}

nlohmann::ordered_json config_of(const Adapter& adapter, const std::vector<NamedModule>& modules,
                                 const std::vector<FileMatrix>& matrices, const Model& model,
                                 const AdapterWriteOptions& options) {
  std::vector<int64_t> ranks;
  std::vector<float> alphas;
  bool transposed = false;
  for (const NamedModule& module : modules) {
    const LowRank& low_rank = module.low_rank->low_rank;
    ranks.push_back(low_rank.rank);
    // Where a rank was changed by joining, the alpha that keeps the scale.
    const bool usual = same_scale(adapter_scale(adapter.alpha, low_rank.rank, adapter.rank_stabilised), low_rank.scale);
    const auto n = static_cast<double>(low_rank.rank);
    const double factor = adapter.rank_stabilised ? std::sqrt(n) : n;
    alphas.push_back(usual ? adapter.alpha : static_cast<float>(static_cast<double>(low_rank.scale) * factor));
    transposed |= matrices[module.low_rank->matrix].transposed;
  }
  const int64_t rank = commonest(ranks);
  const float alpha = commonest(alphas);
  nlohmann::ordered_json rank_pattern = nlohmann::ordered_json::object(), alpha_pattern = rank_pattern;
  for (size_t i = 0; i < modules.size(); ++i) {
    if (ranks[i] != rank) rank_pattern[modules[i].name] = ranks[i];
    if (alphas[i] != alpha) alpha_pattern[modules[i].name] = alpha_json(alphas[i]);
  }
  return {{"peft_type", "LORA"},
          {"task_type", "CAUSAL_LM"},
          {"base_model_name_or_path", options.base_model},
          {"r", rank},
          {"lora_alpha", alpha_json(alpha)},
          {"use_rslora", adapter.rank_stabilised},
          {"rank_pattern", rank_pattern},
          {"alpha_pattern", alpha_pattern},
          {"target_modules", target_modules(modules, matrices, model.hp.n_layers)},
          {"fan_in_fan_out", transposed},
          {"bias", "none"},
          {"lora_dropout", 0.0},
          {"init_lora_weights", true},
          {"inference_mode", true}};
}

}  // namespace

Status write_peft_adapter(const std::string& folder, const Adapter& adapter, const Model& model,
                          const AdapterWriteOptions& options) {
  namespace fs = std::filesystem;
  const std::vector<FileMatrix> matrices = file_matrices(*model.arch, model.hp);
  std::vector<FileLowRank> low_ranks = joined(matrices, adapter);
  std::vector<NamedModule> modules;
  std::vector<TensorToWrite> tensors;
  for (FileLowRank& low_rank : low_ranks) {
    const FileMatrix& matrix = matrices[low_rank.matrix];
    if (matrix.huggingface.empty()) {
      return fail(ErrorKind::kUnsupported, msg::kNoHuggingFaceName, folder, matrix.gguf);
    }
    reorder_rows(matrix, false, low_rank.low_rank);
    modules.push_back({matrix.huggingface, &low_rank});
    const LowRank& whole = low_rank.low_rank;
    tensors.push_back(encoded_tensor(a_of(matrix.huggingface), whole.a, {whole.rank, whole.n_cols}, options.type));
    tensors.push_back(encoded_tensor(b_of(matrix.huggingface), whole.b, {whole.n_rows, whole.rank}, options.type));
  }
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return fail(ErrorKind::kIo, msg::kCannotMakeFolder, folder, error.message());
  const std::string config_path = fs::path(folder) / "adapter_config.json";
  // Without its configuration a folder is no adapter: it is ready before the tensors appear, and appears last.
  TRY(AtomicFile config, AtomicFile::create(config_path, options.file.force, options.file.inputs));
  TRY(config.write(config_of(adapter, modules, matrices, model, options)
                       .dump(2, ' ', false, nlohmann::json::error_handler_t::replace) +
                   "\n"));
  Metadata metadata;
  metadata.set_string("format", "pt");
  TRY(write_safetensors(fs::path(folder) / "adapter_model.safetensors", metadata, tensors, options.file));
  return config.commit();
}

}  // namespace ondol
