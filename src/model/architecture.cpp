#include "model/architecture.h"

#include <algorithm>

#include "model/arch_list.h"

namespace ondol {

std::span<const Architecture> all_architectures() {
  static const std::vector<Architecture> kAll = arch::all();
  return kAll;
}

const Architecture* find_architecture(std::string_view gguf_name) {
  for (const Architecture& arch : all_architectures()) {
    if (std::find(arch.gguf_names.begin(), arch.gguf_names.end(), gguf_name) != arch.gguf_names.end()) return &arch;
  }
  return nullptr;
}

Rope rope_of(const Architecture& arch) {
  for (const Sublayer& sublayer : arch.layer) {
    if (const auto* attention = std::get_if<Attention>(&sublayer)) return attention->rope;
  }
  return Rope::kNone;
}

HuggingFaceFamily find_huggingface_family(std::string_view hf_name) {
  for (const Architecture& arch : all_architectures()) {
    for (const HuggingFaceForm& form : arch.huggingface) {
      if (std::find(form.names.begin(), form.names.end(), hf_name) != form.names.end()) return {&arch, &form};
    }
  }
  return {};
}

}  // namespace ondol
