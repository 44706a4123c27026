#include "compress/prune.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/test_folder.h"
#include "compress/decoded_model.h"
#include "compress/prune_comparison.h"
#include "compress/test_examples.h"
#include "compress/trial_model.h"
#include "model/import/import.h"
#include "tensor/quant/f16.h"
#include "tensor/quant/f32.h"
#include "tensor/quant/q8_0.h"

namespace ondol {
namespace {

constexpr ModelShape kShape{.name = "deep",
                            .n_layers = 5,
                            .hidden_size = 64,
                            .n_heads = 4,
                            .n_kv_heads = 2,
                            .head_dim = 32,
                            .ffn_size = 96,
                            .vocab_size = 50,
                            .context_length = 256,
                            .tied = false};

// The F32 tensor with each number multiplied.
void scale(ImportedModel& model, const std::string& name, const std::function<float(int64_t row, int64_t column)>& by) {
  for (ImportedTensor& tensor : model.tensors) {
    if (tensor.name != name) continue;
    const int64_t n_cols = tensor.shape.n_cols();
    tensor.read_rows = [=, read = tensor.read_rows](int64_t first, int64_t n, uint8_t* out) {
      read(first, n, out);
      auto* numbers = reinterpret_cast<float*>(out);
      for (int64_t i = 0; i < n * n_cols; ++i) numbers[i] *= by(first + i / n_cols, i % n_cols);
    };
  }
}

class PruneTest : public testing::Test {
 protected:
  TestFolder folder_;
  ThreadPool pool_{2};
  ImportedModel whole_ = as_stored(*make_random_checkpoint(kShape, dtype_of<F32>, 5));
  std::vector<Example> learned_ = tiny_examples(200, 1), search_ = tiny_examples(10, 2), test_ = tiny_examples(10, 3);
  ShrinkTexts texts_{learned_, search_, test_};

  // The layer's outputs are `factor` times what they were.
  void soften(int layer, float factor) {
    const auto by = [factor](int64_t, int64_t) { return factor; };
    scale(whole_, "blk." + std::to_string(layer) + ".attn_output.weight", by);
    scale(whole_, down_projection(layer), by);
  }

  // KL(whole || model) on the search's text.
  double divergence(const ImportedModel& model) {
    const auto exact = TrialModel::create(whole_, "whole", pool_), other = TrialModel::create(model, "other", pool_);
    EXPECT_TRUE(exact && other);
    auto meter = DivergenceMeter::create((*exact)->model(), pool_, search_, 768);
    EXPECT_TRUE(meter);
    return *meter->measure((*other)->model());
  }

  Result<PrunedModel> run(const PruneOptions& options) {
    return prune_by_loss(whole_, "whole", texts_, options, pool_, nullptr);
  }
};

TEST(ParseKept, ReadsNumbersAndShares) {
  EXPECT_EQ(*parse_kept("--layers", "4", 6, 1), 4);
  EXPECT_EQ(*parse_kept("--layers", "75%", 6, 1), 4) << "rounded down";
  EXPECT_EQ(*parse_kept("--ffn", "320", 768, 32), 320);
  EXPECT_EQ(*parse_kept("--ffn", "767", 768, 32), 736);
  EXPECT_EQ(*parse_kept("--ffn", "12.5%", 768, 32), 96);
  for (const char* bad : {"", "0", "-1", "6", "7", "0%", "100%", "101%", "-5%", "%", "x", "4x", "4.5", "nan%", "1%",
                          "99999999999999999999", " 4"}) {
    const auto kept = parse_kept("--layers", bad, 6, 1);
    ASSERT_FALSE(kept) << bad;
    EXPECT_EQ(kept.error().kind, ErrorKind::kUsage);
    EXPECT_NE(kept.error().message.find("1 to 5"), std::string::npos) << kept.error().message;
  }
  EXPECT_FALSE(parse_kept("--ffn", "31", 768, 32));
  EXPECT_FALSE(parse_kept("--layers", "1", 1, 1));
}

TEST_F(PruneTest, TheFileSaysWhatIsLeft) {
  const std::vector<int64_t> channels = {0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89};
  const auto pruned = prune(whole_, "whole", {.layers = {0, 3}, .channels = {channels, channels}});
  ASSERT_TRUE(pruned) << pruned.error().message;
  const std::string path = folder_.path("pruned.gguf");
  ASSERT_TRUE(write_model(path, *pruned, std::nullopt, pool_));
  const auto model = load_model(path, pool_);
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_EQ(model->hp.n_layers, 2);
  EXPECT_EQ(model->hp.ffn_size, 11);
  EXPECT_EQ(model->metadata.get_int("llama.block_count"), 2);
  EXPECT_EQ(model->metadata.get_int("llama.feed_forward_length"), 11);
  const auto layers = model->metadata.get_ints("ondol.pruned.layers");
  ASSERT_TRUE(layers);
  EXPECT_EQ(std::vector<int64_t>(layers->begin(), layers->end()), (std::vector<int64_t>{0, 3}));

  // rows and columns are those of the whole model's fourth layer
  std::vector<float> whole(96), kept(11);
  read_row(*whole_.find("blk.3.ffn_down.weight"), 7, whole.data());
  read_row(*pruned->find("blk.1.ffn_down.weight"), 7, kept.data());
  for (size_t i = 0; i < channels.size(); ++i) EXPECT_EQ(kept[i], whole[static_cast<size_t>(channels[i])]);
  std::vector<float> of_whole(64), of_kept(64);
  read_row(*whole_.find("blk.3.ffn_up.weight"), 89, of_whole.data());
  read_row(*pruned->find("blk.1.ffn_up.weight"), 10, of_kept.data());
  EXPECT_EQ(of_kept, of_whole);
}

TEST_F(PruneTest, PrunedAgainItRemembersTheFirstLayersNumbers) {
  const auto once = prune(whole_, "whole", {.layers = {0, 2, 3, 4}});
  ASSERT_TRUE(once);
  const auto twice = prune(*once, "once", {.layers = {0, 3}});
  ASSERT_TRUE(twice) << twice.error().message;
  const auto layers = twice->source.metadata.get_ints("ondol.pruned.layers");
  ASSERT_TRUE(layers);
  EXPECT_EQ(std::vector<int64_t>(layers->begin(), layers->end()), (std::vector<int64_t>{0, 4}));
}

TEST_F(PruneTest, QuantisedRowsStayAsTheyAreAndCutOnesBecomeF16) {
  const ImportedModel quantised = as_stored(*make_random_checkpoint(kShape, dtype_of<Q8_0>, 5));
  std::vector<int64_t> channels;
  for (int64_t c = 0; c < 96; c += 3) channels.push_back(c);
  const auto pruned = prune(quantised, "whole", {.layers = {1}, .channels = {channels}});
  ASSERT_TRUE(pruned) << pruned.error().message;
  EXPECT_EQ(pruned->find("blk.0.ffn_up.weight")->dtype, dtype_of<Q8_0>);
  EXPECT_EQ(pruned->find("blk.0.ffn_down.weight")->dtype, dtype_of<F16>);
  std::vector<float> whole(96), kept(32);
  read_row(*quantised.find("blk.1.ffn_down.weight"), 9, whole.data());
  read_row(*pruned->find("blk.0.ffn_down.weight"), 9, kept.data());
  for (size_t i = 0; i < kept.size(); ++i) EXPECT_NEAR(kept[i], whole[3 * i], 1e-3f * std::abs(whole[3 * i]));
}

TEST_F(PruneTest, LayersThatAddLittleGoFirst) {
  soften(1, 0.0f);
  soften(3, 0.1f);
  const auto pruned = run({.n_layers = 3});
  ASSERT_TRUE(pruned) << pruned.error().message;
  const PruneReport& report = pruned->report;
  EXPECT_EQ(report.layers, (std::vector<int>{0, 2, 4}));
  ASSERT_EQ(report.left_out.size(), 2u);
  EXPECT_EQ(report.left_out[0].layer, 1);
  EXPECT_NEAR(report.left_out[0].divergence, 0, 1e-12);
  EXPECT_EQ(report.left_out[1].layer, 3);
  // what was measured on the loaded model is what the pruned one loses
  EXPECT_NEAR(report.left_out[1].divergence, divergence(pruned->model), 1e-9);
  EXPECT_EQ(report.divergence, report.left_out[1].divergence);
  for (const int other : {0, 2, 4}) {
    std::vector<int> kept = {0, 2, 3, 4};
    std::erase(kept, other);
    EXPECT_GT(divergence(*prune(whole_, "whole", {.layers = kept})), report.divergence) << other;
  }
}

TEST_F(PruneTest, ChannelsThatWeighLittleGoFirst) {
  // in every layer each third channel is read with a hundredth of its weight
  for (int layer = 0; layer < kShape.n_layers; ++layer) {
    scale(whole_, down_projection(layer), [](int64_t, int64_t column) { return column % 3 == 0 ? 0.01f : 1.0f; });
  }
  const auto pruned = run({.ffn_size = 64});
  ASSERT_TRUE(pruned) << pruned.error().message;
  EXPECT_EQ(pruned->report.ffn_size, 64);
  EXPECT_LT(pruned->report.divergence, 1e-3);
  KeptParts first_ones{.layers = {0, 1, 2, 3, 4}, .channels = {}};
  std::vector<int64_t> first(64);
  for (size_t i = 0; i < first.size(); ++i) first[i] = static_cast<int64_t>(i);
  first_ones.channels.assign(5, first);
  EXPECT_GT(divergence(*prune(whole_, "whole", first_ones)), 20 * pruned->report.divergence);
}

TEST_F(PruneTest, TheWholeModelTeachesThePrunedOne) {
  const auto pruned = run({.n_layers = 4,
                           .ffn_size = 64,
                           .repair = RepairOptions{.n_steps = 60, .step_tokens = 960, .learning_rate = 1e-3}});
  ASSERT_TRUE(pruned) << pruned.error().message;
  const PruneReport& report = pruned->report;
  EXPECT_TRUE(report.is_repaired);
  ASSERT_TRUE(report.repaired_divergence);
  EXPECT_LT(*report.repaired_divergence, 0.8 * report.divergence) << "on text it did not learn";
  EXPECT_NEAR(divergence(pruned->model), *report.repaired_divergence, 1e-9);
}

TEST_F(PruneTest, ARepairThatDoesNotHelpIsNotKept) {
  const auto plain = run({.n_layers = 4});
  const auto idle = run({.n_layers = 4, .repair = RepairOptions{.n_steps = 2, .step_tokens = 240, .learning_rate = 0}});
  ASSERT_TRUE(plain && idle);
  EXPECT_FALSE(idle->report.is_repaired);
  EXPECT_TRUE(idle->report.repaired_divergence);
  EXPECT_EQ(divergence(idle->model), divergence(plain->model));
}

TEST_F(PruneTest, IsHeldAgainstTheWholeModelAtTheSameBytes) {
  const auto pruned = run({.n_layers = 4});
  ASSERT_TRUE(pruned);
  const ShrinkOptions options{.budget = {.size_bytes = 0, .share = 0.5}, .search_s = 0.2, .n_positions = 100};
  const auto file = compare_pruned(whole_, *pruned, "whole", texts_, options, true, pool_, nullptr);
  ASSERT_TRUE(file) << file.error().message;
  const PruneComparison& compared = file->comparison;
  EXPECT_EQ(compared.original.mean_kl, 0);
  EXPECT_EQ(compared.original.top1_agreement, 1);
  ASSERT_TRUE(compared.plain);
  EXPECT_LE(compared.plain->size_bytes, compared.pruned.size_bytes);
  // random layers are all of use: four at more bits are worse than five at fewer
  EXPECT_EQ(compared.verdict, Verdict::kPlain);
  EXPECT_LT(compared.plain->mean_kl, compared.pruned.mean_kl);
  EXPECT_LE(compared.pruned.median_kl, compared.pruned.p99_kl);

  // the figures are those of the file
  const std::string path = folder_.path("small.gguf");
  ASSERT_TRUE(file->write(path, pool_, {}));
  EXPECT_EQ(static_cast<int64_t>(std::filesystem::file_size(path)), compared.pruned.size_bytes);
  auto opened = open_checkpoint(path);
  ASSERT_TRUE(opened);
  EXPECT_NEAR(*opened->metadata.get_float("ondol.shrink.kl"), compared.pruned.mean_kl, 1e-6 * compared.pruned.mean_kl);
  const ImportedModel stored = as_stored(std::move(*opened));
  const auto exact = TrialModel::create(whole_, "whole", pool_), written = TrialModel::create(stored, "small", pool_);
  ASSERT_TRUE(exact && written);
  auto meter = DivergenceMeter::create((*exact)->model(), pool_, test_, 400);
  ASSERT_TRUE(meter);
  EXPECT_NEAR(*meter->measure((*written)->model()), compared.pruned.mean_kl, 1e-6 * compared.pruned.mean_kl);
}

TEST_F(PruneTest, UnquantisedItIsAsWideAsTheOriginal) {
  auto pruned = run({.n_layers = 3, .repair = RepairOptions{.n_steps = 5, .step_tokens = 960}});
  ASSERT_TRUE(pruned);
  const auto sixteen = with_float_type(whole_, dtype_of<F16>);
  const auto file =
      compare_pruned(sixteen, *pruned, "whole", texts_, {.search_s = 0.2, .n_positions = 100}, false, pool_, nullptr);
  ASSERT_TRUE(file) << file.error().message;
  const std::string path = folder_.path("small.gguf");
  ASSERT_TRUE(file->write(path, pool_, {}));
  EXPECT_EQ(static_cast<int64_t>(std::filesystem::file_size(path)), file->comparison.pruned.size_bytes);
  const auto opened = open_checkpoint(path);
  ASSERT_TRUE(opened);
  for (const NamedTensor& tensor : opened->tensors) {
    EXPECT_EQ(tensor.view.dtype, tensor.name.ends_with("_norm.weight") ? dtype_of<F32> : dtype_of<F16>) << tensor.name;
  }
  ASSERT_TRUE(file->comparison.plain);
  EXPECT_LE(file->comparison.plain->size_bytes, file->comparison.pruned.size_bytes);
}

TEST_F(PruneTest, SaysWhenTheWholeModelCannotBeSoSmall) {
  const auto pruned = run({.n_layers = 1, .ffn_size = 32});
  ASSERT_TRUE(pruned);
  const int64_t least = least_shrunk_bytes(pruned->model, {.budget = {}});
  const auto file = compare_pruned(whole_, *pruned, "whole", texts_,
                                   {.budget = {.size_bytes = least + 512}, .search_s = 0.2, .n_positions = 100}, true,
                                   pool_, nullptr);
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_FALSE(file->comparison.plain);
  EXPECT_FALSE(file->comparison.verdict);
  EXPECT_GT(file->comparison.least_plain_bytes, least + 512);
}

TEST(ModelDistance, SumsUpItsPositions) {
  ModelDistance distance;
  for (int i = 100; i > 0; --i) distance.divergences.push_back(i);
  distance.n_same_top = 25;
  EXPECT_DOUBLE_EQ(distance.mean(), 50.5);
  EXPECT_DOUBLE_EQ(distance.median(), 50.5);
  EXPECT_DOUBLE_EQ(distance.p99(), 99);
  EXPECT_DOUBLE_EQ(distance.top1_agreement(), 0.25);
  EXPECT_DOUBLE_EQ((ModelDistance{.divergences = {3}}.p99()), 3);
}

TEST(Verdict, NeedsADifferenceThatIsNotChance) {
  const std::vector<double> low = {0.1, 0.2, 0.1, 0.2}, high = {0.5, 0.7, 0.4, 0.6}, mixed = {0.3, 0.05, 0.2, 0.1};
  EXPECT_EQ(compare_divergences(low, high), Verdict::kPruned);
  EXPECT_EQ(compare_divergences(high, low), Verdict::kPlain);
  EXPECT_EQ(compare_divergences(low, mixed), Verdict::kAlike);
  EXPECT_EQ(compare_divergences(low, low), Verdict::kAlike);
}

}  // namespace
}  // namespace ondol
