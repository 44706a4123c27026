#include "format/checkpoint.h"

#include <algorithm>
#include <filesystem>

#include "base/base_messages.h"
#include "base/bytes.h"
#include "format/format_messages.h"
#include "format/gguf.h"
#include "format/gguf_parse.h"
#include "format/safetensors.h"

namespace ondol {

const TensorView* Checkpoint::find(std::string_view name) const {
  const auto found =
      std::find_if(tensors.begin(), tensors.end(), [&](const NamedTensor& tensor) { return tensor.name == name; });
  return found == tensors.end() ? nullptr : &found->view;
}

Status Checkpoint::check_files() const {
  for (const auto& map : maps) {
    if (map->lost()) return fail(ErrorKind::kIo, msg::kFileShrank, map->path());
  }
  return ok();
}

Result<Checkpoint> open_checkpoint(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) return open_safetensors_folder(path);
  TRY(std::shared_ptr<const FileMap> map, FileMap::open(path));
  Bytes in(map->bytes());
  const auto magic = in.take_u32();
  if (magic && *magic == kGgufMagic) return open_gguf(std::move(map));
  if (looks_like_safetensors(map->bytes())) return open_safetensors(std::move(map));
  return fail(ErrorKind::kCorruptFile, msg::kNotAModel, path);
}

}  // namespace ondol
