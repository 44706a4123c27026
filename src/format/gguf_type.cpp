#include "format/gguf_type.h"

namespace ondol {
namespace {

constexpr uint32_t kMark = 0x4F4E;

}  // namespace

uint32_t gguf_type_number(StoredType type) {
  const uint32_t number = type.dtype.info().gguf_id;
  return type.layout == Layout::kFile ? number : kMark << 16 | uint32_t{kRunLayoutVersion} << 8 | (number & 255);
}

bool only_ondol_reads(StoredType type) { return gguf_type_number(type) >> 16 == kMark; }

std::optional<int> run_layout_version(uint32_t number) {
  const auto version = static_cast<int>(number >> 8 & 255);
  if (number >> 16 != kMark || version == 0) return std::nullopt;
  return version;
}

std::optional<StoredType> find_stored_type(uint32_t number) {
  const auto version = run_layout_version(number);
  if (!version) {
    if (const auto dtype = find_type_by_gguf_id(number)) return StoredType{*dtype, Layout::kFile};
    return std::nullopt;
  }
  if (*version != kRunLayoutVersion) return std::nullopt;
  for (const uint32_t in_file_layout : {number & 255, kMark << 16 | (number & 255)}) {
    if (const auto dtype = find_type_by_gguf_id(in_file_layout)) return StoredType{*dtype, Layout::kRun};
  }
  return std::nullopt;
}

}  // namespace ondol
