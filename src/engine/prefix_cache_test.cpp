#include "engine/prefix_cache.h"

#include "engine/tiny_engine.h"

namespace ondol {
namespace {

constexpr KvPageShape kShape{.type = KvType::kF16, .n_layers = 1, .n_kv_heads = 1, .head_dim = 8};

// 0, 1, 2, ...
std::vector<TokenId> counting(int n) {
  std::vector<TokenId> tokens;
  for (int i = 0; i < n; ++i) tokens.push_back(static_cast<TokenId>(i));
  return tokens;
}

// A text in a cache of pages; the first byte of each page tells it from others.
struct Text {
  Text(KvPagePool& pool, std::vector<TokenId> text) : cache(pool), tokens(std::move(text)) {
    cache.reserve(std::ssize(tokens));
    cache.advance(std::ssize(tokens));
  }
  KvCache cache;
  std::vector<TokenId> tokens;
};

class PrefixCacheTest : public ::testing::Test {
 protected:
  PrefixCacheTest() : pool_(std::move(*KvPagePool::create(kShape, 8))), prefixes_(pool_) {}
  KvPagePool pool_;
  PrefixCache prefixes_;
};

TEST_F(PrefixCacheTest, FindsTheLongestBeginningAndAPartOfAPage) {
  Text text(pool_, counting(70));
  prefixes_.insert({}, text.tokens, text.cache.pages());
  const auto pages = text.cache.pages();

  auto wanted = counting(100);
  PrefixCache::Found found = prefixes_.find({}, wanted);
  EXPECT_EQ(found.pages, (std::vector<uint8_t*>{pages[0], pages[1]}));
  EXPECT_EQ(found.partial, pages[2]);
  EXPECT_EQ(found.n_partial, 70 - 64);

  wanted[40] = TokenId{7};
  found = prefixes_.find({}, wanted);
  EXPECT_EQ(found.pages, (std::vector<uint8_t*>{pages[0]}));
  EXPECT_EQ(found.partial, pages[1]);
  EXPECT_EQ(found.n_partial, 8);

  wanted[0] = TokenId{7};
  found = prefixes_.find({}, wanted);
  EXPECT_TRUE(found.pages.empty());
  EXPECT_EQ(found.n_partial, 0);
}

TEST_F(PrefixCacheTest, HoldsEqualPagesOnceAndTheFullerOfTwo) {
  Text first(pool_, counting(40)), second(pool_, counting(40)), longer(pool_, counting(50));
  prefixes_.insert({}, first.tokens, first.cache.pages());
  EXPECT_EQ(prefixes_.n_pages(), 2);
  prefixes_.insert({}, second.tokens, second.cache.pages());
  EXPECT_EQ(prefixes_.n_pages(), 2);
  EXPECT_EQ(second.cache.pages()[0], first.cache.pages()[0]);
  EXPECT_EQ(pool_.n_holders(first.cache.pages()[0]), 3);
  prefixes_.insert({}, longer.tokens, longer.cache.pages());
  EXPECT_EQ(prefixes_.n_pages(), 2);
  EXPECT_EQ(prefixes_.find({}, counting(60)).n_partial, 50 - 32);
  prefixes_.insert({}, first.tokens, first.cache.pages());  // less than what is there
  EXPECT_EQ(prefixes_.find({}, counting(60)).n_partial, 50 - 32);
}

TEST_F(PrefixCacheTest, GivesUpThePageUsedLongestAgoLeavesFirst) {
  auto other_tokens = counting(64);
  other_tokens[32] = TokenId{9};
  {
    Text text(pool_, counting(64)), other(pool_, other_tokens);
    prefixes_.insert({}, text.tokens, text.cache.pages());
    prefixes_.insert({}, other.tokens, other.cache.pages());
    EXPECT_FALSE(prefixes_.evict()) << "all pages are held by a sequence";
  }
  EXPECT_EQ(pool_.n_free(), 8 - 3);
  prefixes_.find({}, counting(64));
  ASSERT_TRUE(prefixes_.evict());
  EXPECT_EQ(prefixes_.find({}, other_tokens).pages.size(), 1u);
  EXPECT_EQ(prefixes_.find({}, counting(64)).pages.size(), 2u);
  ASSERT_TRUE(prefixes_.evict());
  EXPECT_EQ(prefixes_.find({}, counting(64)).pages.size(), 1u);
  ASSERT_TRUE(prefixes_.evict());
  EXPECT_FALSE(prefixes_.evict());
  EXPECT_EQ(pool_.n_free(), 8);
}

TEST_F(PrefixCacheTest, ForgetsAPageAndWhatStandsOnIt) {
  Text text(pool_, counting(96));
  prefixes_.insert({}, text.tokens, text.cache.pages());
  prefixes_.forget(text.cache.pages()[1]);
  EXPECT_EQ(prefixes_.n_pages(), 1);
  EXPECT_EQ(prefixes_.find({}, counting(96)).pages.size(), 1u);
  EXPECT_EQ(pool_.n_holders(text.cache.pages()[2]), 1);
}

class Reuse : public ::testing::TestWithParam<KvType> {};

TEST_P(Reuse, ASecondTextComputesOnlyWhatIsNewAndGetsTheSameLogits) {
  const Model model = tiny_model();
  ThreadPool pool(1);
  SplitMix64 random(1);
  const auto engine = tiny_engine(model, pool, {.kv_type = GetParam(), .max_sequences = 2});
  const auto fresh = tiny_engine(model, pool, {.kv_type = GetParam()});
  const bool is_q4 = GetParam() == KvType::kQ4_0;
  auto text = random_text(is_q4 ? 200 : 100, random);
  const SequenceId first = *engine->open();
  EXPECT_EQ(engine->reuse(first, text), 0);
  last_logits(*engine, first, text);
  engine->remember(first);

  for (const int n_same : {32, 50, 64, 96, 100, 128, 180}) {
    if (n_same > std::ssize(text)) continue;
    auto other = text;
    other.resize(static_cast<size_t>(n_same));
    const auto rest = random_text(20, random);
    other.insert(other.end(), rest.begin(), rest.end());
    const SequenceId second = *engine->open();
    // of the page a sequence still writes, or the block, others see nothing
    const int64_t n = engine->reuse(second, other);
    EXPECT_EQ(n, is_q4 ? n_same / kRecentLength * kRecentLength : std::min(n_same, 96));
    const auto logits = last_logits(*engine, second, std::span(other).subspan(static_cast<size_t>(n)));
    engine->close(second);
    const SequenceId alone = *fresh->open();
    EXPECT_TRUE(equal_bits(logits, last_logits(*fresh, alone, other))) << n_same;
    fresh->close(alone);
  }
  // The last token is always fed: its logits are wanted.
  EXPECT_EQ(engine->reuse(first, text), std::ssize(text) - 1);
  const SequenceId alone = *fresh->open();
  EXPECT_TRUE(equal_bits(last_logits(*engine, first, std::span(text).last(1)), last_logits(*fresh, alone, text)));
}

// Many texts that share beginnings, in a pool too small for all, in random order of everything.
TEST_P(Reuse, LogitsAreThoseOfComputingAloneWhateverHappened) {
  const Model model = tiny_model();
  ThreadPool pool(1);
  const bool is_q4 = GetParam() == KvType::kQ4_0;
  const int64_t context = is_q4 ? 256 : 128;
  const auto fresh = tiny_engine(model, pool, {.context_length = context, .kv_type = GetParam()});
  for (uint64_t seed = 0; seed < 6; ++seed) {
    SplitMix64 random(seed);
    const int64_t max_positions = seed % 2 == 0 ? 0 : context * 3 / 2;
    const auto engine = tiny_engine(model, pool,
                                    {.context_length = context,
                                     .kv_type = GetParam(),
                                     .max_sequences = 3,
                                     .max_positions = max_positions,
                                     .max_step_tokens = 40});
    std::vector<std::vector<TokenId>> texts = {random_text(context - 8, random)};
    std::vector<SequenceId> open;
    for (int i = 0; i < 40; ++i) {
      // a new text: some beginning of an old one, then something else
      auto text = texts[static_cast<size_t>(random.below(std::ssize(texts)))];
      text.resize(static_cast<size_t>(random.below(std::ssize(text) + 1)));
      const auto rest = random_text(1 + random.below(context - std::ssize(text)), random);
      text.insert(text.end(), rest.begin(), rest.begin() + std::min<int64_t>(std::ssize(rest), 30));
      text.resize(std::min<size_t>(text.size(), static_cast<size_t>(context)));
      if (texts.size() < 5) texts.push_back(text);
      if (open.size() < 3 && random.below(2) == 0) open.push_back(*engine->open());
      if (open.empty()) continue;
      const size_t which = static_cast<size_t>(random.below(std::ssize(open)));
      const SequenceId sequence = open[which];
      const int64_t n = engine->reuse(sequence, text);
      ASSERT_LT(n, std::ssize(text));
      const Engine::Input input{sequence, std::span(text).subspan(static_cast<size_t>(n))};
      std::vector<float> logits;
      const Status fed = engine->step({&input, 1}, [&](const Engine::Rows& rows) {
        logits.assign(rows.logits, rows.logits + kTinyShape.vocab_size);
      });
      if (!fed) {
        EXPECT_EQ(fed.error().kind, ErrorKind::kRefused);
        EXPECT_GT(max_positions, 0);
        EXPECT_EQ(engine->length(sequence), n);
      } else {
        const SequenceId alone = *fresh->open();
        ASSERT_TRUE(equal_bits(logits, last_logits(*fresh, alone, text))) << "seed " << seed << ", text " << i;
        fresh->close(alone);
      }
      if (random.below(4) == 0) engine->remember(sequence);
      if (random.below(4) == 0) {
        const int64_t length = random.below(engine->length(sequence) + 1);
        const int64_t left = engine->truncate(sequence, length);
        ASSERT_TRUE(is_q4 ? left <= length : left == length);
        const SequenceId alone = *fresh->open();
        text.resize(static_cast<size_t>(length));
        text.push_back(TokenId{1});
        if (length < context && length % 32 != 0) {
          const auto rest = std::span(text).subspan(static_cast<size_t>(left));
          ASSERT_TRUE(equal_bits(last_logits(*engine, sequence, rest), last_logits(*fresh, alone, text)));
        }
        fresh->close(alone);
      }
      if (random.below(3) == 0) {
        engine->close(sequence);
        open.erase(open.begin() + static_cast<std::ptrdiff_t>(which));
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(KvTypes, Reuse, ::testing::Values(KvType::kF16, KvType::kQ8_0, KvType::kF32, KvType::kQ4_0));

}  // namespace
}  // namespace ondol
