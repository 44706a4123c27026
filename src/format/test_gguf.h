// GgufBytes: a GGUF file put together field by field, wrong ones too.  For tests.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "format/gguf_parse.h"

namespace ondol {

class GgufBytes {
 public:
  template <class T>
  GgufBytes& put(T value) {
    const auto* bytes = reinterpret_cast<const uint8_t*>(&value);
    bytes_.insert(bytes_.end(), bytes, bytes + sizeof(T));
    return *this;
  }
  GgufBytes& text(std::string_view text) {
    put(static_cast<uint64_t>(text.size()));
    bytes_.insert(bytes_.end(), text.begin(), text.end());
    return *this;
  }
  GgufBytes& header(uint64_t n_tensors, uint64_t n_entries, uint32_t version = 3) {
    return put(kGgufMagic).put(version).put(n_tensors).put(n_entries);
  }
  // The front of a metadata entry; its value follows.
  GgufBytes& key(std::string_view key, MetaType type) { return text(key).put(static_cast<uint32_t>(type)); }
  GgufBytes& entry(std::string_view name, uint32_t value) { return key(name, MetaType::kU32).put(value); }
  GgufBytes& array(std::string_view name, MetaType element_type, uint64_t n) {
    return key(name, MetaType::kArray).put(static_cast<uint32_t>(element_type)).put(n);
  }
  // Sizes innermost first, as in the file.
  GgufBytes& tensor(std::string_view name, std::initializer_list<uint64_t> sizes, uint32_t type, uint64_t offset) {
    text(name).put(static_cast<uint32_t>(sizes.size()));
    for (const uint64_t size : sizes) put(size);
    return put(type).put(offset);
  }
  GgufBytes& pad(size_t alignment = 32) {
    bytes_.resize((bytes_.size() + alignment - 1) / alignment * alignment);
    return *this;
  }
  GgufBytes& zeros(size_t n) {
    bytes_.resize(bytes_.size() + n);
    return *this;
  }

  const std::vector<uint8_t>& bytes() const { return bytes_; }

 private:
  std::vector<uint8_t> bytes_;
};

// A small valid file: three entries, an F32 matrix [2, 4] and a Q4_0 row [32].
inline GgufBytes small_gguf() {
  constexpr uint32_t kF32 = 0, kQ4_0 = 2;
  GgufBytes gguf;
  gguf.header(2, 3).key("general.architecture", MetaType::kString).text("llama").entry("llama.block_count", 1);
  gguf.array("tokenizer.ggml.tokens", MetaType::kString, 2).text("가").text("b");
  gguf.tensor("matrix", {4, 2}, kF32, 0).tensor("row", {32}, kQ4_0, 32).pad();
  for (int i = 0; i < 8; ++i) gguf.put(static_cast<float>(i));
  return gguf.zeros(18);
}

}  // namespace ondol
