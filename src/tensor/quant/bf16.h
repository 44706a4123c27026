// BF16: the upper half of an IEEE-754 single per weight.  Source: GGUF spec, type 30.
//
// Run layout: | weights of 16 rows: 16 bf16 |, column after column.
#pragma once

#include "tensor/panel.h"

namespace ondol {

struct BF16 {
  static constexpr const char* kName = "BF16";
  static constexpr uint32_t kGgufId = 30;
  static constexpr int kBlockWeights = 1;
  static constexpr bool kIsFloat = true;
  struct [[gnu::packed]] Block {
    uint16_t weight;
  };
  static_assert(sizeof(Block) == 2);

  static void encode(const float* weights, const float* importance, Block& out);
  static void decode(const Block& in, float* weights);
  static void pack(const Block* const rows[kPanelRows], uint8_t* panel_block);
  static void unpack_row(const uint8_t* panel_block, int row, Block& out);

  // The weights of V::kWidth rows, from row `first_row` of the panel.
  template <class V>
  static typename V::Floats unpack(const uint8_t* panel_block, int first_row) {
    return V::load_bf16(panel_block + 2 * first_row);
  }
};

}  // namespace ondol
