// The coarse copy of a panel against what it decodes to.
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "base/checked_math.h"
#include "kernel/dispatch.h"

namespace ondol {
namespace {

struct Copied {
  std::vector<uint8_t> bytes;
  float length[kPanelRows], error[kPanelRows];
};

TEST(Coarsen, SaysHowFarItsCopyIsOff) {
  for (int index = 0; const TypeInfo& info : all_types()) {
    const DType type(index++);
    const int64_t n_cols = 3 * std::max(info.block_weights, kGroup), n_rows = 2 * kPanelRows;
    std::mt19937 random(1);
    std::normal_distribution<float> normal;
    std::vector<float> weights(static_cast<size_t>(n_rows * n_cols));
    for (float& weight : weights) weight = normal(random);
    std::vector<uint8_t> file(static_cast<size_t>(type.size_bytes(n_rows * n_cols)));
    info.encode(weights.data(), nullptr, file.data(), n_rows * n_cols);
    info.decode(file.data(), weights.data(), n_rows * n_cols);
    std::vector<uint8_t> run(static_cast<size_t>(run_layout_bytes(type, n_rows, n_cols)));
    to_run_layout({file.data(), type, Shape{n_rows, n_cols}}, 0, 2, run.data());

    std::vector<Copied> copies;
    for (const Kernels* table : runnable()) {
      const auto coarsen = table->coarsen[type.index()];
      EXPECT_EQ(coarsen != nullptr, info.block_bytes * 8 > 6 * info.block_weights) << info.name;
      if (coarsen == nullptr) continue;
      Copied& copy = copies.emplace_back();
      copy.bytes.resize(static_cast<size_t>(run_layout_bytes(dtype_of<Q4_0>, kPanelRows, n_cols)));
      coarsen({run.data(), type, n_rows, n_cols}, 1, copy.bytes.data(), copy.length, copy.error);
      EXPECT_EQ(copy.bytes, copies[0].bytes) << info.name << " " << table->isa;
    }
    for (const Copied& copy : copies) {
      for (int row = 0; row < kPanelRows; ++row) {
        std::vector<float> decoded(static_cast<size_t>(n_cols));
        decode_row({copy.bytes.data(), dtype_of<Q4_0>, kPanelRows, n_cols}, row, decoded.data());
        double length = 0, error = 0;
        for (int64_t c = 0; c < n_cols; ++c) {
          const double weight = weights[(kPanelRows + row) * n_cols + c];
          length += weight * weight;
          error += std::pow(weight - decoded[c], 2);
        }
        const double rounding = static_cast<double>(n_cols) * 0x1p-23;
        EXPECT_NEAR(copy.length[row], length, length * rounding) << info.name;
        EXPECT_NEAR(copy.error[row], error, error * rounding) << info.name;
        EXPECT_LT(error, 0.12 * 0.12 * length) << info.name;
      }
    }
  }
}

}  // namespace
}  // namespace ondol
