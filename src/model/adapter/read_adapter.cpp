#include "model/adapter/read_adapter.h"

#include <filesystem>

#include "base/file_map.h"
#include "format/gguf.h"
#include "format/safetensors.h"
#include "model/adapter/adapter_messages.h"

namespace ondol {
namespace {

Result<Adapter> read_peft_folder(const std::string& folder, const Architecture& arch, const Hyperparameters& hp) {
  namespace fs = std::filesystem;
  const std::string config_path = fs::path(folder) / "adapter_config.json";
  const std::string tensors_path = fs::path(folder) / "adapter_model.safetensors";
  std::error_code ignored;
  if (!fs::exists(config_path, ignored)) return fail(ErrorKind::kBadInput, msg::kNotAnAdapter, folder);
  if (!fs::exists(tensors_path, ignored)) return fail(ErrorKind::kBadInput, msg::kNoAdapterTensors, folder);
  TRY(const std::shared_ptr<const FileMap> config, FileMap::open(config_path));
  TRY(std::shared_ptr<const FileMap> map, FileMap::open(tensors_path));
  TRY(const Checkpoint tensors, open_safetensors(std::move(map)));
  const auto text = config->bytes();
  TRY(Adapter adapter,
      read_peft_adapter(folder, {reinterpret_cast<const char*>(text.data()), text.size()}, tensors, arch, hp));
  TRY(tensors.check_files());
  return adapter;
}

}  // namespace

Result<Adapter> read_adapter(const std::string& path, const Architecture& arch, const Hyperparameters& hp) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) return read_peft_folder(path, arch, hp);
  TRY(std::shared_ptr<const FileMap> map, FileMap::open(path));
  if (looks_like_safetensors(map->bytes())) return fail(ErrorKind::kBadInput, msg::kGiveTheAdapterFolder, path);
  const auto bytes = map->bytes();
  if (bytes.size() < 4 || std::string_view(reinterpret_cast<const char*>(bytes.data()), 4) != "GGUF") {
    return fail(ErrorKind::kBadInput, msg::kNotAnAdapter, path);
  }
  TRY(const Checkpoint file, open_gguf(std::move(map)));
  TRY(Adapter adapter, read_gguf_adapter(path, file, arch, hp));
  TRY(file.check_files());
  return adapter;
}

}  // namespace ondol
