#include "server/openai/adapter_fields.h"

#include <climits>
#include <nlohmann/json.hpp>

#include "server/server_messages.h"

namespace ondol {

ApiResult<std::vector<std::pair<int, float>>> read_adapter_scales(const Json& list, const std::string& where) {
  std::vector<std::pair<int, float>> scales;
  for (const Json& adapter : list) {
    Fields fields(adapter, fmt::format("{}[{}].", where, scales.size()));
    const auto id = fields.integer("id", 0, INT_MAX);
    const auto scale = fields.number("scale", -100, 100);
    for (const auto& [name, is_there] : {std::pair("id", id.has_value()), std::pair("scale", scale.has_value())}) {
      if (!is_there) fields.wrong(name, format_message(msg::kFieldMissing, fields.path_of(name)));
    }
    TRY(fields.finish());
    scales.emplace_back(static_cast<int>(*id), static_cast<float>(*scale));
  }
  return scales;
}

ApiResult<std::vector<float>> change_scales(std::vector<float> scales,
                                            const std::vector<std::pair<int, float>>& changes) {
  for (const auto& change : changes) {
    if (change.first >= std::ssize(scales)) {
      return refuse(400, format_message(msg::kNoSuchAdapter, change.first, scales.size()), "lora");
    }
    scales[static_cast<size_t>(change.first)] = change.second;
  }
  return scales;
}

}  // namespace ondol
