// What the model sees of a KV cache; the engine owns the pages.
//
// A cache of q4_0 reads the newest positions as f16.  Which they are depends on the position that reads, never on how
// tokens are cut into steps: positions stand in blocks of kRecentLength, a token reads those of its own block as f16
// and all before as q4_0.  So each is written in both forms, the f16 form is kept until the next block begins, and a
// text may be taken up again at any multiple of kRecentLength from the q4_0 form alone.  Heads are turned
// (Kernels::rotate) before they are stored in either form.
#pragma once

#include <cstdint>

#include "kernel/kernels.h"

namespace ondol {

inline constexpr int kRecentPages = 4;
inline constexpr int kRecentLength = kRecentPages * kPageLength;

// The first position that a token at `position` reads as f16.
constexpr int64_t recent_begin(int64_t position) { return position / kRecentLength * kRecentLength; }

// The pages of one sequence.  A page holds kPageLength positions of all layers and kv heads:
//   [n_layers][n_kv_heads][keys, values], each kv_page_bytes().
struct KvCacheView {
  uint8_t* const* pages = nullptr;  // [n_pages], page p holds positions 32 p .. 32 p + 31
  int64_t n_pages = 0;
  KvType type = KvType::kF16;
  int n_kv_heads = 0;
  int head_dim = 0;
  uint8_t* const* recent = nullptr;  // q4_0: [kRecentPages], f16 pages of the newest block; else null

  bool keeps_recent() const { return type == KvType::kQ4_0; }
  uint8_t* keys(int64_t page, int layer, int kv_head) const { return part(pages[page], type, layer, kv_head); }
  uint8_t* values(int64_t page, int layer, int kv_head) const {
    return keys(page, layer, kv_head) + kv_page_bytes(type, head_dim);
  }
  // The same as f16, of a page of the newest block of q4_0.
  uint8_t* recent_keys(int64_t page, int layer, int kv_head) const {
    return part(recent[page % kRecentPages], KvType::kF16, layer, kv_head);
  }
  uint8_t* recent_values(int64_t page, int layer, int kv_head) const {
    return recent_keys(page, layer, kv_head) + kv_page_bytes(KvType::kF16, head_dim);
  }

 private:
  uint8_t* part(uint8_t* page, KvType page_type, int layer, int kv_head) const {
    return page + 2 * (int64_t{layer} * n_kv_heads + kv_head) * kv_page_bytes(page_type, head_dim);
  }
};

// Bytes of one page.
constexpr int64_t kv_cache_page_bytes(KvType type, int n_layers, int n_kv_heads, int head_dim) {
  return 2 * kv_page_bytes(type, head_dim) * n_layers * n_kv_heads;
}

}  // namespace ondol
