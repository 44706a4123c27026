#include "model/import/sentence_transformers.h"

#include <filesystem>

#include "base/file_map.h"
#include "base/utf8.h"
#include "model/import/import_messages.h"
#include "model/import/json_object.h"

namespace ondol {
namespace {

namespace fs = std::filesystem;

struct NamedPooling {
  std::string_view flag, name;  // of older files, "pooling_mode_...": true; of newer ones, "pooling_mode": "..."
  uint32_t type;                // GGUF's number; 0: not supported
};
constexpr NamedPooling kPoolings[] = {{"pooling_mode_mean_tokens", "mean", 1},
                                      {"pooling_mode_cls_token", "cls", 2},
                                      {"pooling_mode_lasttoken", "lasttoken", 3},
                                      {"pooling_mode_max_tokens", "max", 0},
                                      {"pooling_mode_mean_sqrt_len_tokens", "mean_sqrt_len_tokens", 0},
                                      {"pooling_mode_weightedmean_tokens", "weightedmean", 0}};

// GGUF's pooling type.
Result<uint32_t> read_pooling(const fs::path& path) {
  TRY(JsonObject config, JsonObject::open(path));
  const std::string mode = config.get_text("pooling_mode", "");
  std::string names = mode;
  uint32_t type = 0;
  for (const NamedPooling& pooling : kPoolings) {
    if (!mode.empty()) {
      if (mode == pooling.name) type = pooling.type;
    } else if (config.get_bool(pooling.flag, false)) {
      type = names.empty() ? pooling.type : 0;  // several are put side by side
      names += (names.empty() ? "" : " + ") + std::string(pooling.name);
    }
  }
  TRY(config.status());
  if (type == 0) return fail(ErrorKind::kUnsupported, msg::kUnknownPooling, config.name(), printable(names));
  return type;
}

// "Pooling" of "sentence_transformers.models.Pooling"; "" where there is none.
std::string kind_of(const nlohmann::json& module) {
  const auto type = module.is_object() ? module.find("type") : module.end();
  if (type == module.end() || !type->is_string()) return {};
  const auto& name = type->get_ref<const std::string&>();
  return name.substr(name.rfind('.') + 1);  // all of it where there is no point
}

// The folder of a module, inside the model's; "" where there is none.
std::string folder_of(const nlohmann::json& module) {
  const auto path = module.find("path");
  if (path == module.end() || !path->is_string()) return {};
  return fs::path(path->get_ref<const std::string&>()).filename();
}

// The tokens the model's own library reads of a text, without its file 0.
Result<int64_t> read_longest_text(const fs::path& path) {
  std::error_code ignored;
  if (!fs::exists(path, ignored)) return 0;
  TRY(JsonObject config, JsonObject::open(path));
  const int64_t n_tokens = config.get_int("max_seq_length", 0, 0, INT32_MAX);
  TRY(config.status());
  return n_tokens;
}

}  // namespace

Status add_sentence_transformers(const std::string& folder, const Architecture& arch, Metadata& metadata) {
  const fs::path list = fs::path(folder) / "modules.json";
  std::error_code ignored;
  if (!fs::exists(list, ignored)) return ok();
  TRY(const std::shared_ptr<const FileMap> map, FileMap::open(list));
  const std::string text(reinterpret_cast<const char*>(map->bytes().data()), map->bytes().size());
  // as a value, because a JsonObject is read by its keys
  TRY(const JsonObject file, JsonObject::parse(list.string(), R"({"modules":)" + text + "}"));
  const nlohmann::json* modules = file.find("modules");
  if (modules == nullptr || !modules->is_array()) {
    return fail(ErrorKind::kCorruptFile, msg::kConfigBadValue, list.string(), "modules", file.shown("modules"),
                msg::kAListOfModules.text());
  }
  bool normalises = false;
  for (const nlohmann::json& module : *modules) {
    const std::string kind = kind_of(module);
    if (kind == "Pooling") {
      TRY(const uint32_t type, read_pooling(fs::path(folder) / folder_of(module) / "config.json"));
      metadata.set_u32(arch.name() + ".pooling_type", type);
    } else if (kind == "Normalize") {
      normalises = true;
    } else if (kind == "Transformer") {
      TRY(const int64_t n_tokens,
          read_longest_text(fs::path(folder) / folder_of(module) / "sentence_bert_config.json"));
      if (n_tokens > 0) metadata.set_u32("ondol.embedding.longest_text", static_cast<uint32_t>(n_tokens));
    } else {
      return fail(ErrorKind::kUnsupported, msg::kUnknownModule, list.string(), printable(kind));
    }
  }
  metadata.set_bool("ondol.embedding.normalises", normalises);
  return ok();
}

}  // namespace ondol
