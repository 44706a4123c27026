// F32: one IEEE-754 single per weight.  Source: GGUF spec, type 0.
//
// Run layout: | weights of 16 rows: 16 f32 |, column after column.
#pragma once

#include "tensor/panel.h"

namespace ondol {

struct F32 {
  static constexpr const char* kName = "F32";
  static constexpr uint32_t kGgufId = 0;
  static constexpr int kBlockWeights = 1;
  static constexpr bool kIsFloat = true;
  struct [[gnu::packed]] Block {
    float weight;
  };
  static_assert(sizeof(Block) == 4);

  static void encode(const float* weights, const float* importance, Block& out);
  static void decode(const Block& in, float* weights);
  static void pack(const Block* const rows[kPanelRows], uint8_t* panel_block);
  static void unpack_row(const uint8_t* panel_block, int row, Block& out);

  // The weights of V::kWidth rows, from row `first_row` of the panel.
  template <class V>
  static typename V::Floats unpack(const uint8_t* panel_block, int first_row) {
    return V::load_floats(reinterpret_cast<const float*>(panel_block) + first_row);
  }
};

}  // namespace ondol
