// What the model sees of a KV cache; the engine owns the pages.
#pragma once

#include <cstdint>

#include "kernel/kernels.h"

namespace ondol {

// The pages of one sequence.  A page holds kPageLength positions of all layers and kv heads:
//   [n_layers][n_kv_heads][keys, values], each kv_page_bytes().
struct KvCacheView {
  uint8_t* const* pages = nullptr;  // [n_pages], page p holds positions 32 p .. 32 p + 31
  int64_t n_pages = 0;
  KvType type = KvType::kF16;
  int n_kv_heads = 0;
  int head_dim = 0;

  int64_t part_bytes() const { return kv_page_bytes(type, head_dim); }
  uint8_t* keys(int64_t page, int layer, int kv_head) const {
    return pages[page] + 2 * (int64_t{layer} * n_kv_heads + kv_head) * part_bytes();
  }
  uint8_t* values(int64_t page, int layer, int kv_head) const { return keys(page, layer, kv_head) + part_bytes(); }
};

// Bytes of one page.
constexpr int64_t kv_cache_page_bytes(KvType type, int n_layers, int n_kv_heads, int head_dim) {
  return 2 * kv_page_bytes(type, head_dim) * n_layers * n_kv_heads;
}

}  // namespace ondol
