#include "cli/adapter_arguments.h"

#include <charconv>
#include <cmath>
#include <filesystem>

#include "cli/lora_messages.h"
#include "model/adapter/read_adapter.h"

namespace ondol {
namespace {

struct NameAndScale {
  std::string name;
  float scale = 1;
};

Result<NameAndScale> split_scale(const std::string& given) {
  std::error_code ignored;
  const size_t colon = given.rfind(':');
  if (colon == std::string::npos || std::filesystem::exists(given, ignored)) return NameAndScale{given};
  NameAndScale split{given.substr(0, colon)};
  const char *begin = given.data() + colon + 1, *end = given.data() + given.size();
  const auto [stop, error] = std::from_chars(begin, end, split.scale);
  if (error != std::errc() || stop != end || !std::isfinite(split.scale)) {
    return fail(ErrorKind::kUsage, msg::kBadLoraScale, given, std::string(begin, end));
  }
  return split;
}

}  // namespace

void declare_lora(Options& options, std::vector<std::string>& lora) {
  options.add("--lora", lora, help_text(msg::kLoraOption)).placeholder("ADAPTER[:SCALE]").repeatable();
}

Result<std::vector<std::string>> adapter_paths(const std::vector<std::string>& lora) {
  std::vector<std::string> paths;
  for (const std::string& word : lora) {
    TRY(NameAndScale split, split_scale(word));
    paths.push_back(std::move(split.name));
  }
  return paths;
}

Result<std::vector<ScaledAdapter>> read_adapters(const std::vector<std::string>& given, const Model& model) {
  std::vector<ScaledAdapter> adapters;
  for (const std::string& word : given) {
    TRY(const NameAndScale split, split_scale(word));
    TRY(Adapter adapter, read_adapter(split.name, model));
    adapters.push_back({split.name, std::move(adapter), split.scale});
  }
  return adapters;
}

Status add_lora(const std::vector<std::string>& lora, Model& model) {
  if (lora.empty()) return ok();
  TRY(const std::vector<ScaledAdapter> adapters, read_adapters(lora, model));
  return apply_adapters(model, adapters);
}

}  // namespace ondol
