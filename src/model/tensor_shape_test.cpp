#include "model/tensor_shape.h"

#include <gtest/gtest.h>

namespace ondol {
namespace {

Hyperparameters sizes() {
  Hyperparameters hp;
  hp.hidden_size = 48;
  hp.n_layers = 2;
  hp.head_dim = 8;
  hp.rope_dims = 6;
  hp.vocab_size = 99;
  hp.context_length = 77;
  hp.layers = {{.n_heads = 6, .n_kv_heads = 2, .ffn_size = 100, .expert_ffn_size = 28},
               {.n_heads = 4, .n_kv_heads = 1, .ffn_size = 120}};
  hp.n_experts = 3;
  return hp;
}

TEST(TensorShape, IsReadFromSizesOfTheLayer) {
  const Hyperparameters hp = sizes();
  EXPECT_EQ(tensor_shapes("[vocab, hidden]", hp, 0), (std::vector<Shape>{{99, 48}}));
  EXPECT_EQ(tensor_shapes("[heads*head_dim + 2*kv_heads*head_dim, hidden]", hp, 0), (std::vector<Shape>{{80, 48}}));
  EXPECT_EQ(tensor_shapes("[heads*head_dim + 2*kv_heads*head_dim, hidden]", hp, 1), (std::vector<Shape>{{48, 48}}));
  EXPECT_EQ(tensor_shapes("[rope_pairs] | [2, ffn]", hp, 1), (std::vector<Shape>{{3}, {2, 120}}));
  EXPECT_EQ(tensor_size("context", hp, 0), 77);
}

// Every name in every family's table is known: an unknown one would stop the program.
TEST(TensorShape, IsKnownForEveryTensorOfEveryFamily) {
  const Hyperparameters hp = sizes();
  for (const Architecture& arch : all_architectures()) {
    for (const TensorName& tensor : arch.tensors) {
      for (const Shape& shape : tensor_shapes(tensor.shape, hp, 0)) EXPECT_GT(shape.n_elements(), 0) << tensor.gguf;
      int64_t n_rows = 0;
      for (const TensorPart& part : tensor.parts) n_rows += tensor_size(part.n_rows, hp, 0);
      if (n_rows == 0) continue;
      EXPECT_EQ(n_rows, tensor_shapes(tensor.shape, hp, 0)[0][0]) << tensor.gguf;
    }
  }
}

}  // namespace
}  // namespace ondol
