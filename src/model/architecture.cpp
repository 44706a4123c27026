#include "model/architecture.h"

#include "model/arch_list.h"

namespace ondol {

std::string tensor_name(std::string_view pattern, int layer) {
  std::string name(pattern);
  if (const size_t at = name.find("{i}"); at != std::string::npos) name.replace(at, 3, std::to_string(layer));
  return name;
}

std::span<const Architecture> all_architectures() {
  static const std::vector<Architecture> kAll = arch::all();
  return kAll;
}

const Architecture* find_architecture(std::string_view gguf_name) {
  for (const Architecture& arch : all_architectures()) {
    if (arch.gguf_name == gguf_name) return &arch;
  }
  return nullptr;
}

const Architecture* find_architecture_by_hf_name(std::string_view hf_name) {
  for (const Architecture& arch : all_architectures()) {
    if (arch.hf_name == hf_name) return &arch;
  }
  return nullptr;
}

}  // namespace ondol
