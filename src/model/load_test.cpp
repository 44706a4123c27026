#include <gtest/gtest.h>

#include <algorithm>

#include "model/model.h"
#include "model/random_model.h"

namespace ondol {
namespace {

constexpr ModelShape kTiny{.name = "tiny",
                           .n_layers = 3,
                           .hidden_size = 48,
                           .n_heads = 6,
                           .n_kv_heads = 2,
                           .head_dim = 8,
                           .ffn_size = 40,
                           .vocab_size = 60,
                           .context_length = 64};

Checkpoint tiny() { return *make_random_checkpoint(kTiny, dtype_of<F32>, 1); }

std::vector<uint8_t> bytes_of(const WeightView& w) {
  return {w.data, w.data + run_layout_bytes(w.dtype, w.n_rows, w.n_cols)};
}

TEST(LoadModel, CutsOneTensorOfQKAndVIntoThree) {
  ThreadPool pool(1);
  const Checkpoint apart = tiny();
  Checkpoint fused = tiny();
  for (int layer = 0; layer < 3; ++layer) {
    const auto all = std::make_shared<std::vector<uint8_t>>();
    for (const char* part : {"attn_q", "attn_k", "attn_v"}) {
      const std::string name = "blk." + std::to_string(layer) + "." + part + ".weight";
      const TensorView& view = *fused.find(name);
      all->insert(all->end(), view.data, view.data + view.size_bytes());
      std::erase_if(fused.tensors, [&](const NamedTensor& tensor) { return tensor.name == name; });
    }
    fused.tensors.push_back(
        {"blk." + std::to_string(layer) + ".attn_qkv.weight", {all->data(), dtype_of<F32>, {48 + 2 * 16, 48}}});
    fused.buffers.push_back(all);
  }
  const auto a = load_model(apart, "apart", pool), b = load_model(fused, "fused", pool);
  ASSERT_TRUE(a && b) << b.error().message;
  for (size_t layer = 0; layer < 3; ++layer) {
    const auto& x = std::get<AttentionWeights>(a->layers[layer].sublayers[0].weights);
    const auto& y = std::get<AttentionWeights>(b->layers[layer].sublayers[0].weights);
    EXPECT_EQ(bytes_of(x.q.matrix), bytes_of(y.q.matrix));
    EXPECT_EQ(bytes_of(x.k.matrix), bytes_of(y.k.matrix));
    EXPECT_EQ(bytes_of(x.v.matrix), bytes_of(y.v.matrix));
  }
  EXPECT_EQ(a->matrix_weights, b->matrix_weights);
}

TEST(LoadModel, NamesAllThatIsMissing) {
  Checkpoint checkpoint = tiny();
  std::erase_if(checkpoint.tensors, [](const NamedTensor& tensor) {
    return tensor.name.ends_with("ffn_up.weight") || tensor.name == "blk.1.attn_q.weight" ||
           tensor.name == "output_norm.weight";
  });
  const Status checked = check_model(checkpoint, "model.gguf");
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().kind, ErrorKind::kCorruptFile);
  for (const char* named : {"5 tensors", "blk.{0-2}.ffn_up.weight", "blk.1.attn_q.weight", "output_norm.weight"}) {
    EXPECT_NE(checked.error().message.find(named), std::string::npos) << checked.error().message;
  }
}

TEST(LoadModel, NamesAllThatIsTooMuch) {
  Checkpoint checkpoint = tiny();
  const TensorView view = *checkpoint.find("blk.0.attn_norm.weight");
  for (const char* name : {"blk.0.attn_sinks.weight", "blk.2.attn_sinks.weight", "position_embd.weight"}) {
    checkpoint.tensors.push_back({name, view});
  }
  const Status checked = check_model(checkpoint, "model.gguf");
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().kind, ErrorKind::kUnsupported);
  for (const char* named : {"3 tensors", "blk.{0,2}.attn_sinks.weight", "position_embd.weight"}) {
    EXPECT_NE(checked.error().message.find(named), std::string::npos) << checked.error().message;
  }
}

TEST(LoadModel, SaysWhatAFamilyWouldNeed) {
  Checkpoint checkpoint = tiny();
  checkpoint.metadata.set_string("general.architecture", "mamba");
  const Status checked = check_model(checkpoint, "model.gguf");
  ASSERT_FALSE(checked);
  EXPECT_NE(checked.error().message.find("mamba"), std::string::npos);
  EXPECT_NE(checked.error().message.find("state-space"), std::string::npos);
}

}  // namespace
}  // namespace ondol
