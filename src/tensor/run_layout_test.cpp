#include "tensor/run_layout.h"

#include <gtest/gtest.h>

#include <utility>

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

// FNV-1a.
uint64_t hash_of(const std::vector<uint8_t>& bytes) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const uint8_t byte : bytes) hash = (hash ^ byte) * 0x100000001b3;
  return hash;
}

// Files of version 1 hold these bytes.  A new layout takes a new kRunLayoutVersion, and new figures here.
TEST(RunLayout, IsTheOneFilesOfItsVersionHold) {
  static_assert(kRunLayoutVersion == 1);
  constexpr std::pair<const char*, uint64_t> kPacked[] = {
      {"BF16", 0x1959b46575849db6},    {"F16", 0x6591c9bf677add96},     {"F32", 0x991b44de1c0c845d},
      {"IQ1_M", 0x054c04b1f2fd7635},   {"IQ1_S", 0x1254124136b0b6b1},   {"IQ2_S", 0x999981e38445d1a5},
      {"IQ2_XS", 0x7f15259fdadc52ed},  {"IQ2_XXS", 0xfe5532a3ea68e698}, {"IQ3_S", 0x883950d9c82a900c},
      {"IQ3_XXS", 0xf505e393b01af965}, {"IQ4_NL", 0xf9b8c48ce155b2f3},  {"IQ4_XS", 0x37206dc8e3b830e7},
      {"MXFP4", 0x85e02ef6f3b3e979},   {"Q2_K", 0xf054232cd55c9d91},    {"Q3_K", 0xf56654dcbefdb391},
      {"Q4_0", 0x30a2f3a61628d0ed},    {"Q4_1", 0x5c6ee4163413faa0},    {"Q4_K", 0x0ffdd062d8e68671},
      {"Q5_0", 0xaaf2950eb4ffde9f},    {"Q5_1", 0xdc390cc8595afd1c},    {"Q5_K", 0x3266ef2332c547bb},
      {"Q6_K", 0x435350efc448cd28},    {"Q8_0", 0x6810d3304ee42b14},    {"TQ1_0", 0xffe35d0af02ed090},
      {"TQ2_0", 0xa10544305a26bb71},   {"OT2", 0x87173210fd105a8c},     {"OT2_5", 0xfa830c7391fea1c6},
      {"OT3", 0x640c47b162966cf6},     {"OT4", 0x16c9b4cc1c30fdc3},
  };
  for (const auto& [name, hash] : kPacked) {
    const TypeInfo& type = find_type(name)->info();
    const std::vector<uint8_t> blocks = random_bytes(type.gguf_id, kPanelRows * type.block_bytes);
    const void* rows[kPanelRows];
    for (int row = 0; row < kPanelRows; ++row) rows[row] = blocks.data() + row * type.block_bytes;
    std::vector<uint8_t> panel(blocks.size(), 0xa5);
    type.pack(rows, panel.data());
    EXPECT_EQ(hash_of(panel), hash) << name;
  }
  EXPECT_EQ(std::size(kPacked), all_types().size());
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
      for (int64_t panel = n_panels - 1; panel >= 0; --panel) {
        to_run_layout(matrix, panel, panel + 1, run.data() + panel * panel_bytes(dtype, n_cols));
      }

      std::vector<float> expected(static_cast<size_t>(n_cols)), actual(static_cast<size_t>(n_cols));
      for (int64_t row = 0; row < n_rows; ++row) {
        type.decode(matrix.row(row), expected.data(), n_cols);
        decode_row({run.data(), dtype, n_rows, n_cols}, row, actual.data());
        for (size_t c = 0; c < expected.size(); ++c) {
          ASSERT_TRUE(same_number(actual[c], expected[c])) << type.name << " row " << row << " of " << n_rows;
        }
        decode_row({file.data(), dtype, n_rows, n_cols, Layout::kFile}, row, actual.data());
        for (size_t c = 0; c < expected.size(); ++c) ASSERT_TRUE(same_number(actual[c], expected[c])) << type.name;
      }
    }
  }
}

TEST(RunLayout, GivesRowsOfSeveralMatricesBackBitForBit) {
  for (int index = 0; const TypeInfo& type : all_types()) {
    const DType dtype(index++);
    const int64_t n_matrices = 3, n_rows = 17, n_cols = 2 * type.block_weights, row_bytes = dtype.size_bytes(n_cols);
    const std::vector<uint8_t> file = random_bytes(5, n_matrices * n_rows * row_bytes);
    const int64_t matrix_bytes = run_layout_bytes(dtype, n_rows, n_cols);
    std::vector<uint8_t> run(static_cast<size_t>(n_matrices * matrix_bytes));
    for (int64_t i = 0; i < n_matrices; ++i) {
      to_run_layout({file.data() + i * n_rows * row_bytes, dtype, {n_rows, n_cols}}, 0, 2,
                    run.data() + i * matrix_bytes);
    }
    const Shape shape{n_matrices, n_rows, n_cols};
    const TensorView in_run{run.data(), dtype, shape, Layout::kRun}, in_file{file.data(), dtype, shape};
    EXPECT_EQ(in_run.size_bytes(), std::ssize(run)) << type.name;
    for (const TensorView& view : {in_run, in_file}) {
      std::vector<uint8_t> back(file.size());
      read_rows(view, 0, 1, back.data());
      read_rows(view, 1, n_matrices * n_rows - 1, back.data() + row_bytes);
      EXPECT_EQ(back, file) << type.name << " from " << layout_name(view.layout);
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
