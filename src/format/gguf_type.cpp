#include "format/gguf_type.h"

namespace ondol {
namespace {

constexpr uint32_t kMark = 0x4F4E;

}  // namespace

uint32_t gguf_type_number(StoredType type) {
  const uint32_t number = type.dtype.info().gguf_id;
  return type.layout == Layout::kFile ? number : kMark << 16 | uint32_t{kRunLayoutVersion} << 8 | number;
}

std::optional<int> run_layout_version(uint32_t number) {
  if (number >> 16 != kMark) return std::nullopt;
  return static_cast<int>(number >> 8 & 255);
}

std::optional<StoredType> find_stored_type(uint32_t number) {
  const auto version = run_layout_version(number);
  if (version && *version != kRunLayoutVersion) return std::nullopt;
  const auto dtype = find_type_by_gguf_id(version ? number & 255 : number);
  if (!dtype) return std::nullopt;
  return StoredType{*dtype, version ? Layout::kRun : Layout::kFile};
}

}  // namespace ondol
