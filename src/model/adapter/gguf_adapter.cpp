// GGUF adapters: general.type = "adapter", adapter.type = "lora", and for each matrix NAME the tensors NAME.lora_a
// [rank, n_cols] and NAME.lora_b [n_rows, rank]; y = W x + alpha / rank * B (A x), where an alpha of 0 means a scale
// of 1. Source: llama.cpp, src/llama-adapter.cpp and convert_lora_to_gguf.py.
#include <unordered_map>
#include <unordered_set>

#include "base/check.h"
#include "format/gguf_writer.h"
#include "model/adapter/adapter_messages.h"
#include "model/adapter/read_adapter.h"
#include "model/adapter/read_low_rank.h"
#include "model/adapter/write_adapter.h"

namespace ondol {
namespace {

constexpr const char *kType = "general.type", *kArchitecture = "general.architecture", *kAdapterType = "adapter.type",
                     *kAlpha = "adapter.lora.alpha", *kInvocationTokens = "adapter.alora.invocation_tokens";
constexpr std::string_view kA = ".lora_a", kB = ".lora_b";

Status check_metadata(std::string_view name, const Metadata& metadata, const Architecture& arch) {
  const auto text = [&](const char* key) { return metadata.get_string(key).value_or(""); };
  if (text(kType) != "adapter") return fail(ErrorKind::kBadInput, msg::kIsAModel, name);
  if (text(kAdapterType) != "lora") {
    return fail(ErrorKind::kUnsupported, msg::kAdapterUnsupported, name, kAdapterType, text(kAdapterType), "lora");
  }
  if (metadata.find(kInvocationTokens) != nullptr) {
    return fail(ErrorKind::kUnsupported, msg::kAdapterUnsupported, name, kInvocationTokens, "[...]", "-");
  }
  if (find_architecture(text(kArchitecture)) != &arch) {
    return fail(ErrorKind::kBadInput, msg::kOtherFamily, name, text(kArchitecture), arch.name());
  }
  return ok();
}

// The file's one alpha: the adapter's own, or what makes its first matrix's scale.
float file_alpha(const Adapter& adapter, const std::vector<FileLowRank>& low_ranks) {
  const LowRank& first = low_ranks.front().low_rank;
  if (same_scale(adapter_scale(adapter.alpha, first.rank, false), first.scale)) return adapter.alpha;
  return first.scale * static_cast<float>(first.rank);
}

}  // namespace

Result<Adapter> read_gguf_adapter(std::string_view name, const Checkpoint& file, const Architecture& arch,
                                  const Hyperparameters& hp) {
  TRY(check_metadata(name, file.metadata, arch));
  const double alpha = file.metadata.get_float(kAlpha).value_or(0);
  if (!(alpha >= 0 && alpha <= 1e6)) {
    return fail(ErrorKind::kCorruptFile, msg::kAdapterUnsupported, name, kAlpha, alpha, msg::kAnAlpha.text());
  }
  Adapter adapter{.architecture = arch.name(), .alpha = static_cast<float>(alpha)};
  std::unordered_map<std::string_view, const TensorView*> views;
  for (const NamedTensor& tensor : file.tensors) views.emplace(tensor.name, &tensor.view);
  const auto take = [&](const std::string& tensor) -> const TensorView* {
    const auto found = views.find(tensor);
    if (found == views.end()) return nullptr;
    const TensorView* view = found->second;
    views.erase(found);
    return view;
  };

  for (const FileMatrix& matrix : file_matrices(arch, hp)) {
    const std::string a_name = matrix.gguf + std::string(kA), b_name = matrix.gguf + std::string(kB);
    const NamedView a{a_name, take(a_name)}, b{b_name, take(b_name)};
    if (a.view == nullptr && b.view == nullptr) continue;
    TRY(LowRank whole, read_low_rank(name, matrix, a, b));
    whole.scale = adapter.alpha == 0 ? 1 : adapter_scale(adapter.alpha, whole.rank, false);
    TRY(add_parts(name, matrix, std::move(whole), adapter));
  }
  std::vector<std::string> left;
  for (const auto& [tensor, view] : views) left.emplace_back(tensor);
  TRY(check_all_read(name, std::move(left), adapter));
  return adapter;
}

Status write_gguf_adapter(const std::string& path, const Adapter& adapter, const Model& model,
                          const AdapterWriteOptions& options) {
  const std::vector<FileMatrix> matrices = file_matrices(*model.arch, model.hp);
  std::vector<FileLowRank> low_ranks = joined(matrices, adapter);
  CHECK(!low_ranks.empty());
  const float alpha = file_alpha(adapter, low_ranks);
  std::vector<TensorToWrite> tensors;
  for (FileLowRank& low_rank : low_ranks) {
    LowRank& whole = low_rank.low_rank;
    const float scale = adapter_scale(alpha, whole.rank, false);
    if (!same_scale(scale, whole.scale)) {
      for (float& value : whole.b) value *= whole.scale / scale;
    }
    tensors.push_back(
        encoded_tensor(whole.tensor + std::string(kA), whole.a, {whole.rank, whole.n_cols}, options.type));
    tensors.push_back(
        encoded_tensor(whole.tensor + std::string(kB), whole.b, {whole.n_rows, whole.rank}, options.type));
  }
  Metadata metadata;
  metadata.set_string(kType, "adapter");
  metadata.set_string(kArchitecture, model.arch->name());
  metadata.set_string(kAdapterType, "lora");
  metadata.set_f32(kAlpha, alpha);
  for (const auto& [key, value] : options.metadata.entries()) metadata.set(key, value);
  return write_gguf(path, metadata, tensors, options.file);
}

}  // namespace ondol
