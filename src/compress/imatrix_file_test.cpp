#include "compress/imatrix_file.h"

#include <gtest/gtest.h>

#include "base/test_folder.h"
#include "format/gguf_writer.h"
#include "tensor/quant/f32.h"

namespace ondol {
namespace {

const std::string kGolden = std::string(ONDOL_SOURCE_DIR) + "/tests/golden/imatrix/small.gguf";

TEST(ImatrixFile, ReadsWhatTheReferenceLaysOut) {
  const auto file = read_imatrix(kGolden);
  ASSERT_TRUE(file) << file.error().message;
  const Importance& importance = file->importance;
  EXPECT_EQ(importance.texts, (std::vector<std::string>{"a.txt", "b.txt"}));
  EXPECT_EQ(importance.n_chunks, 3);
  EXPECT_EQ(importance.chunk_tokens, 512);
  ASSERT_EQ(importance.matrices.size(), 2u);
  const MatrixImportance& q = importance.matrices.at("blk.0.attn_q.weight");
  EXPECT_EQ(q.n_cols, 3);
  EXPECT_EQ(q.means(0), (std::vector<float>{0.1f, 0.25f, 0.4f}));
  const MatrixImportance& experts = importance.matrices.at("blk.0.ffn_up_exps.weight");
  ASSERT_EQ(experts.n_experts(), 2);
  EXPECT_EQ(experts.means(0), (std::vector<float>{0.25f, 0.5f}));
  EXPECT_EQ(experts.means(1), (std::vector<float>{1, 1})) << "no token chose it";
}

TEST(ImatrixFile, WritesWhatItReads) {
  const TestFolder folder;
  const std::string path = folder.path("copy.gguf");
  auto file = read_imatrix(kGolden);
  ASSERT_TRUE(file);
  file->calibration = "abc";
  ASSERT_TRUE(write_imatrix(path, *file, {}));
  const auto copy = read_imatrix(path);
  ASSERT_TRUE(copy) << copy.error().message;
  EXPECT_EQ(copy->calibration, "abc");
  EXPECT_EQ(copy->importance.n_chunks, 3);
  for (const auto& [name, matrix] : file->importance.matrices) {
    EXPECT_EQ(copy->importance.matrices.at(name).squares, matrix.squares) << name;
    EXPECT_EQ(copy->importance.matrices.at(name).n_tokens, matrix.n_tokens) << name;
  }
}

// The error of reading a file of these tensors.
std::string error_of(const std::vector<TensorToWrite>& tensors) {
  const TestFolder folder;
  EXPECT_TRUE(write_gguf(folder.path("bad.gguf"), {}, tensors));
  const auto read = read_imatrix(folder.path("bad.gguf"));
  EXPECT_FALSE(read);
  return read ? "" : read.error().message;
}

TEST(ImatrixFile, RefusesWhatIsNoImatrix) {
  const std::vector<float> one = {1}, two = {1, 2}, three = {1, 2, 3}, negative = {-1};
  const auto tensor = [](const char* name, const std::vector<float>& values) {
    return encoded_tensor(name, values, Shape{1, std::ssize(values)}, dtype_of<F32>);
  };
  EXPECT_NE(error_of({tensor("blk.0.attn_q.weight", one)}).find("not an imatrix"), std::string::npos);
  EXPECT_NE(error_of({tensor("a.in_sum2", one)}).find("a.in_sum2"), std::string::npos) << "no counts";
  EXPECT_NE(error_of({tensor("a.in_sum2", three), tensor("a.counts", two)}).find("a.in_sum2"), std::string::npos);
  EXPECT_NE(error_of({tensor("a.in_sum2", negative), tensor("a.counts", one)}).find("a.in_sum2"), std::string::npos);
}

TEST(ImatrixFile, TellsAnotherModel) {
  const auto file = read_imatrix(kGolden);
  ASSERT_TRUE(file);
  const auto model_with = [](const char* name, const Shape& shape) {
    Checkpoint model;
    model.tensors.push_back({name, {nullptr, dtype_of<F32>, shape}});
    return model;
  };
  EXPECT_TRUE(check_belongs("i", file->importance, model_with("blk.0.attn_q.weight", Shape{8, 3})));
  EXPECT_TRUE(check_belongs("i", file->importance, model_with("blk.0.ffn_up_exps.weight", Shape{2, 8, 2})));
  EXPECT_FALSE(check_belongs("i", file->importance, model_with("blk.0.attn_q.weight", Shape{8, 4})));
  EXPECT_FALSE(check_belongs("i", file->importance, model_with("blk.0.ffn_up_exps.weight", Shape{3, 8, 2})));
  EXPECT_FALSE(check_belongs("i", file->importance, model_with("blk.0.other.weight", Shape{8, 3})));
}

}  // namespace
}  // namespace ondol
