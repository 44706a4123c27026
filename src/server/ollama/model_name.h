// Models as Ollama's clients call them: "name:latest" is "name".
#pragma once

#include <string>
#include <string_view>

namespace ondol {

inline constexpr std::string_view kOnlyTag = ":latest";

inline std::string name_without_tag(std::string name) {
  if (name.ends_with(kOnlyTag)) name.resize(name.size() - kOnlyTag.size());
  return name;
}
inline std::string name_with_tag(std::string_view name) { return std::string(name).append(kOnlyTag); }

}  // namespace ondol
