#include "model/stand_in.h"

#include <gtest/gtest.h>

#include <cmath>

#include "model/forward.h"
#include "model/random_model.h"

namespace ondol {
namespace {

constexpr ModelShape kTiny{.name = "tiny",
                           .n_layers = 3,
                           .hidden_size = 64,
                           .n_heads = 2,
                           .n_kv_heads = 1,
                           .head_dim = 32,
                           .ffn_size = 96,
                           .vocab_size = 320,
                           .context_length = 128,
                           .tied = false,
                           .rope_scaling = Llama3RopeScaling{.factor = 4}};

Checkpoint checkpoint_of(const char* type) { return *make_random_checkpoint(kTiny, *find_type(type), 1); }

TEST(OutlineModel, HasTheSizesOfTheLoadedModel) {
  ThreadPool pool(1);
  for (const char* type : {"F32", "Q4_0", "Q4_K"}) {
    for (const bool low_memory : {false, true}) {
      const Checkpoint checkpoint = checkpoint_of(type);
      const auto loaded = load_model(checkpoint, "tiny", pool, {low_memory});
      const auto outline = outline_model(checkpoint, "tiny", {low_memory});
      ASSERT_TRUE(loaded && outline);
      EXPECT_EQ(outline->weight_bytes, loaded->weight_bytes);
      EXPECT_EQ(outline->mapped_bytes, loaded->mapped_bytes);
      EXPECT_EQ(outline->arena_bytes, loaded->arena.size_bytes());
      EXPECT_EQ(outline->matrix_weights, loaded->matrix_weights);
      EXPECT_EQ(Workspace::size_bytes(*outline, 2, 16, 4), Workspace::size_bytes(*loaded, 2, 16, 4));
    }
  }
}

TEST(StandIn, RunsAndReadsWhatItsLayersTake) {
  ThreadPool pool(2);
  for (const char* type : {"F32", "Q4_0", "Q4_K", "IQ2_XXS"}) {
    const Checkpoint checkpoint = checkpoint_of(type);
    const auto outline = outline_model(checkpoint, "tiny");
    ASSERT_TRUE(outline);
    const auto model = stand_in_model(*outline, 2, pool);
    ASSERT_TRUE(model) << model.error().message;
    EXPECT_EQ(model->hp.n_layers, 2);
    EXPECT_EQ(model->arena.size_bytes(), stand_in_bytes(*outline, 2));
    EXPECT_LT(model->weight_bytes, outline->weight_bytes);

    auto work = Workspace::create(*model, 2, 8, 1);
    ASSERT_TRUE(work);
    std::vector<uint8_t> page(static_cast<size_t>(kv_cache_page_bytes(KvType::kF16, 2, 1, 32)));
    uint8_t* pages[] = {page.data()};
    const TokenId tokens[] = {TokenId{0}, TokenId{7}, TokenId{15}};
    const Batch::Run run{{pages, 1, KvType::kF16, 1, 32}, 0, 3};
    const int64_t last[] = {2};
    std::vector<float> logits(320);
    forward(*model, {tokens, {&run, 1}, last}, *work, pool, logits.data());
    for (const float logit : logits) ASSERT_TRUE(std::isfinite(logit)) << type;
    EXPECT_NE(logits[0], logits[1]);
  }
}

TEST(Workspace, WritesLessForShorterSteps) {
  const Checkpoint checkpoint = checkpoint_of("Q4_0");
  const auto outline = outline_model(checkpoint, "tiny");
  ASSERT_TRUE(outline);
  const int64_t all = Workspace::size_bytes(*outline, 1, 512, 4);
  const int64_t full = Workspace::written_bytes(*outline, 1, 512, 4, 512);
  EXPECT_LE(full, all + Buffer::granule_bytes(all));
  EXPECT_LE(Workspace::written_bytes(*outline, 1, 512, 4, 1), full);
}

}  // namespace
}  // namespace ondol
