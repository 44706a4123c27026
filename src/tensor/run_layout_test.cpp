#include "tensor/run_layout.h"

#include <gtest/gtest.h>

#include "tensor/test_blocks.h"

namespace ondol {
namespace {

TEST(RunLayout, GivesEveryBlockBackBitForBit) {
  for (const TypeInfo& type : all_types()) {
    const std::vector<uint8_t> blocks = random_bytes(type.gguf_id, kPanelRows * type.block_bytes);
    const void* rows[kPanelRows];
    for (int row = 0; row < kPanelRows; ++row) rows[row] = blocks.data() + row * type.block_bytes;
    std::vector<uint8_t> panel(blocks.size(), 0xa5), back(blocks.size(), 0x5a);
    type.pack(rows, panel.data());
    for (int row = 0; row < kPanelRows; ++row) type.unpack_row(panel.data(), row, back.data() + row * type.block_bytes);
    EXPECT_EQ(back, blocks) << type.name;
  }
}

TEST(RunLayout, DecodesRowsAsTheFileLayoutDoes) {
  for (int index = 0; const TypeInfo& type : all_types()) {
    const DType dtype(index++);
    const int64_t n_cols = 3 * type.block_weights;
    for (int64_t n_rows : {1, 15, 16, 17, 33}) {
      const std::vector<uint8_t> file = random_bytes(static_cast<uint64_t>(n_rows), n_rows * dtype.size_bytes(n_cols));
      const TensorView matrix{file.data(), dtype, {n_rows, n_cols}};
      const int64_t n_panels = (n_rows + kPanelRows - 1) / kPanelRows;
      std::vector<uint8_t> run(static_cast<size_t>(run_layout_bytes(dtype, n_rows, n_cols)));
      ASSERT_EQ(run.size(), static_cast<size_t>(n_panels * panel_bytes(dtype, n_cols)));
      // Panels in any order: threads share the work.
      for (int64_t panel = n_panels - 1; panel >= 0; --panel) to_run_layout(matrix, panel, panel + 1, run.data());

      std::vector<float> expected(static_cast<size_t>(n_cols)), actual(static_cast<size_t>(n_cols));
      for (int64_t row = 0; row < n_rows; ++row) {
        type.decode(matrix.row(row), expected.data(), n_cols);
        decode_row({run.data(), dtype, n_rows, n_cols}, row, actual.data());
        for (size_t c = 0; c < expected.size(); ++c) {
          ASSERT_TRUE(same_number(actual[c], expected[c])) << type.name << " row " << row << " of " << n_rows;
        }
      }
    }
  }
}

TEST(RunLayout, PadsTheLastPanelWithZeroRows) {
  for (int index = 0; const TypeInfo& type : all_types()) {
    const DType dtype(index++);
    const std::vector<uint8_t> file = random_bytes(7, type.block_bytes);
    std::vector<uint8_t> run(static_cast<size_t>(run_layout_bytes(dtype, 1, type.block_weights)), 0xff);
    to_run_layout({file.data(), dtype, {1, type.block_weights}}, 0, 1, run.data());
    std::vector<uint8_t> block(static_cast<size_t>(type.block_bytes));
    for (int row = 1; row < kPanelRows; ++row) {
      type.unpack_row(run.data(), row, block.data());
      EXPECT_EQ(block, std::vector<uint8_t>(block.size(), 0)) << type.name;
    }
  }
}

}  // namespace
}  // namespace ondol
