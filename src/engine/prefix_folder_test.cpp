#include "engine/prefix_folder.h"

#include <filesystem>

#include "base/test_folder.h"
#include "engine/tiny_engine.h"

namespace ondol {
namespace {

namespace fs = std::filesystem;

constexpr KvPageShape kShape{.type = KvType::kF16, .n_layers = 2, .n_kv_heads = 1, .head_dim = 8};

std::vector<uint8_t> some_page(const KvPageShape& shape, uint64_t seed) {
  SplitMix64 random(seed);
  std::vector<uint8_t> page(static_cast<size_t>(shape.size_bytes()));
  for (uint8_t& byte : page) byte = static_cast<uint8_t>(random.below(64));  // finite in every type
  return page;
}

std::vector<TokenId> tokens_from(int first, int n) {
  std::vector<TokenId> tokens;
  for (int i = 0; i < n; ++i) tokens.push_back(static_cast<TokenId>(first + i));
  return tokens;
}

class PrefixFolderTest : public ::testing::Test {
 protected:
  PrefixFolder open(const PrefixSetting& setting, int64_t max_bytes = 1 << 20) {
    auto folder = PrefixFolder::open(folder_.path("cache"), setting, max_bytes);
    EXPECT_TRUE(folder) << folder.error().message;
    return std::move(*folder);
  }
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_.path("cache"))) names.push_back(entry.path().filename());
    return names;
  }

  TestFolder folder_;
  PrefixSetting setting_{.model = {}, .shape = kShape, .isa = "scalar", .is_long_context = false};
  std::vector<uint8_t> read_ = std::vector<uint8_t>(static_cast<size_t>(kShape.size_bytes()));
};

TEST_F(PrefixFolderTest, GivesBackWhatWasStoredAlsoToALaterProcess) {
  const auto page = some_page(kShape, 1);
  {
    PrefixFolder folder = open(setting_);
    EXPECT_FALSE(folder.load(folder.beginning(), tokens_from(0, 32), read_.data()));
    ASSERT_TRUE(folder.store(folder.beginning(), tokens_from(0, 32), page.data()));
  }
  PrefixFolder folder = open(setting_);
  ASSERT_TRUE(folder.load(folder.beginning(), tokens_from(0, 32), read_.data()));
  EXPECT_EQ(read_, page);
  EXPECT_FALSE(folder.load(folder.beginning(), tokens_from(1, 32), read_.data()));
  const Digest behind = page_name(folder.beginning(), tokens_from(0, 32));
  EXPECT_FALSE(folder.load(behind, tokens_from(0, 32), read_.data()));
  EXPECT_EQ(folder.n_refused(), 0);
}

TEST_F(PrefixFolderTest, IsReadableByItsOwnerOnly) {
  PrefixFolder folder = open(setting_);
  ASSERT_TRUE(folder.store(folder.beginning(), tokens_from(0, 3), some_page(kShape, 1).data()));
  EXPECT_EQ(fs::status(folder_.path("cache")).permissions(), fs::perms::owner_all);
  ASSERT_EQ(names().size(), 1u);
  EXPECT_EQ(fs::status(folder_.path("cache/" + names()[0])).permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(PrefixFolderTest, AnotherSettingFindsNothing) {
  PrefixFolder folder = open(setting_);
  ASSERT_TRUE(folder.store(folder.beginning(), tokens_from(0, 32), some_page(kShape, 1).data()));
  std::vector<PrefixSetting> others(4, setting_);
  others[0].model[5] = 1;
  others[1].isa = "avx2";
  others[2].is_long_context = true;
  others[3].shape.type = KvType::kQ8_0;
  for (const PrefixSetting& other : others) {
    PrefixFolder elsewhere = open(other);
    EXPECT_FALSE(elsewhere.load(elsewhere.beginning(), tokens_from(0, 32), read_.data()));
    EXPECT_EQ(elsewhere.n_refused(), 0);
  }
}

TEST_F(PrefixFolderTest, RefusesADamagedFileAndReplacesIt) {
  const auto page = some_page(kShape, 1);
  PrefixFolder folder = open(setting_);
  ASSERT_TRUE(folder.store(folder.beginning(), tokens_from(0, 32), page.data()));
  const std::string name = "cache/" + names()[0];
  const std::string good = folder_.read(name);
  ASSERT_EQ(good.size(), 256 + page.size());
  std::vector<std::string> bad = {"", good.substr(0, 255), good.substr(0, good.size() - 1), good + "x"};
  for (size_t at = 0; at < good.size(); at += at < 256 ? 9 : 301) {
    bad.push_back(good);
    bad.back()[at] = static_cast<char>(bad.back()[at] ^ 0x10);
  }
  for (const std::string& bytes : bad) {
    folder_.write(name, bytes);
    PrefixFolder later = open(setting_);
    EXPECT_FALSE(later.load(later.beginning(), tokens_from(0, 32), read_.data()));
    EXPECT_EQ(later.n_refused(), 1);
    ASSERT_TRUE(later.store(later.beginning(), tokens_from(0, 32), page.data()));
    EXPECT_EQ(later.n_refused(), 1);
    EXPECT_EQ(folder_.read(name), good);
  }
}

TEST_F(PrefixFolderTest, RefusesAFileOfAnotherTextUnderItsName) {
  PrefixFolder folder = open(setting_);
  ASSERT_TRUE(folder.store(folder.beginning(), tokens_from(0, 32), some_page(kShape, 1).data()));
  const std::string first = names()[0];
  ASSERT_TRUE(folder.store(folder.beginning(), tokens_from(9, 32), some_page(kShape, 2).data()));
  const auto both = names();
  const std::string second = both[0] == first ? both[1] : both[0];
  fs::copy_file(folder_.path("cache/" + second), folder_.path("cache/" + first), fs::copy_options::overwrite_existing);
  EXPECT_FALSE(folder.load(folder.beginning(), tokens_from(0, 32), read_.data()));
  EXPECT_EQ(folder.n_refused(), 1);
}

TEST_F(PrefixFolderTest, RefusesNumbersThatAreNotFiniteWhateverTheChecksumSays) {
  for (const KvType type : {KvType::kF16, KvType::kQ8_0, KvType::kF32, KvType::kQ4_0}) {
    KvPageShape shape = kShape;
    shape.type = type;
    shape.head_dim = 32;
    PrefixSetting setting = setting_;
    setting.shape = shape;
    PrefixFolder folder = open(setting);
    auto page = some_page(shape, 1);
    const size_t at = page.size() - 4;
    const uint32_t nan = type == KvType::kF32 ? 0x7FC00000u : 0x7C007C00u;
    std::memcpy(page.data() + at, &nan, sizeof(nan));
    ASSERT_TRUE(folder.store(folder.beginning(), tokens_from(0, 32), page.data()));
    std::vector<uint8_t> read(page.size());
    EXPECT_FALSE(folder.load(folder.beginning(), tokens_from(0, 32), read.data()));
  }
}

TEST_F(PrefixFolderTest, ClearsPositionsBehindTheTokens) {
  PrefixFolder folder = open(setting_);
  auto page = some_page(kShape, 1);
  ASSERT_TRUE(folder.store(folder.beginning(), tokens_from(0, 5), page.data()));
  ASSERT_TRUE(folder.load(folder.beginning(), tokens_from(0, 5), read_.data()));
  clear_slots(kShape, page.data(), 5, kPageLength);
  EXPECT_EQ(read_, page);
}

TEST_F(PrefixFolderTest, KeepsToItsLimitAndDropsWhatWasUsedLongestAgo) {
  const auto page = some_page(kShape, 1);
  PrefixFolder folder = open(setting_, 3 * (256 + std::ssize(page)));
  folder_.write("cache/notes.txt", std::string(9000, 'x'));  // not ours
  const auto an_hour_ago = fs::file_time_type::clock::now() - std::chrono::hours(1);
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(folder.store(folder.beginning(), tokens_from(i, 32), page.data()));
    const std::string name = to_hex(page_name(folder.beginning(), tokens_from(i, 32))) + ".kv";
    fs::last_write_time(folder_.path("cache/" + name), an_hour_ago + std::chrono::minutes(i));
  }
  ASSERT_TRUE(folder.store(folder.beginning(), tokens_from(0, 32), page.data()));  // used again
  ASSERT_TRUE(folder.store(folder.beginning(), tokens_from(3, 32), page.data()));
  folder.trim();
  EXPECT_EQ(names().size(), 3u + 1);
  EXPECT_FALSE(folder.load(folder.beginning(), tokens_from(1, 32), read_.data()));
  for (const int i : {0, 2, 3}) EXPECT_TRUE(folder.load(folder.beginning(), tokens_from(i, 32), read_.data())) << i;
}

TEST_F(PrefixFolderTest, NeedsAFolder) {
  folder_.write("file", "x");
  EXPECT_EQ(PrefixFolder::open(folder_.path("file"), setting_, 1).error().kind, ErrorKind::kBadInput);
  EXPECT_EQ(PrefixFolder::open(folder_.path("file/below"), setting_, 1).error().kind, ErrorKind::kIo);
}

class PromptCache : public ::testing::TestWithParam<KvType> {};

TEST_P(PromptCache, AnotherEngineComputesOnlyWhatIsNewAndGetsTheSameLogits) {
  const TestFolder folder;
  const Model model = tiny_model();
  ThreadPool pool(1);
  SplitMix64 random(1);
  const EngineOptions options{.kv_type = GetParam(), .prompt_cache = folder.path("cache")};
  const bool is_q4 = GetParam() == KvType::kQ4_0;
  const auto text = random_text(is_q4 ? 170 : 100, random);
  {
    const auto engine = tiny_engine(model, pool, options);
    const SequenceId sequence = *engine->open();
    last_logits(*engine, sequence, text);
    ASSERT_TRUE(engine->save(sequence));
  }
  const auto fresh = tiny_engine(model, pool, {.kv_type = GetParam()});
  for (const int n_same : {10, 32, 50, 99, 100, 128, 170}) {
    if (n_same > std::ssize(text)) continue;
    auto other = text;
    other.resize(static_cast<size_t>(n_same));
    const auto rest = random_text(20, random);
    other.insert(other.end(), rest.begin(), rest.end());
    const auto engine = tiny_engine(model, pool, options);
    const SequenceId sequence = *engine->open(), alone = *fresh->open();
    const int64_t n = engine->reuse(sequence, other);
    // whole pages, or the text to its end; whole blocks where newer positions are read otherwise
    if (is_q4) EXPECT_EQ(n, n_same / kRecentLength * kRecentLength);
    else EXPECT_EQ(n, n_same == 100 ? 100 : n_same / 32 * 32);
    EXPECT_TRUE(equal_bits(last_logits(*engine, sequence, std::span(other).subspan(static_cast<size_t>(n))),
                           last_logits(*fresh, alone, other)))
        << n_same;
    fresh->close(alone);
  }
  // Another model of the same shape finds nothing.
  const Model other_model = tiny_model(/*seed=*/4);
  const auto engine = tiny_engine(other_model, pool, options);
  EXPECT_EQ(engine->reuse(*engine->open(), text), 0);
}

INSTANTIATE_TEST_SUITE_P(KvTypes, PromptCache,
                         ::testing::Values(KvType::kF16, KvType::kQ8_0, KvType::kF32, KvType::kQ4_0));

}  // namespace
}  // namespace ondol
