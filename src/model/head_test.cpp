// Logits that are looked at are the same bits however little of the head is read.
#include "model/head.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <string>

#include "base/checked_math.h"

namespace ondol {
namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

// A model of no layers: hidden states are rows of the embedding, logits the head times their norm.
struct HeadModel {
  // embedding [n, n_cols] and head [n_rows, n_cols] as floats; the head is stored as `type`.
  HeadModel(DType type, int64_t n_cols, const std::vector<float>& embedding, const std::vector<float>& head)
      : norm(static_cast<size_t>(n_cols), 1.0f) {
    static const Architecture kNone{};
    model.arch = &kNone;
    model.hp.hidden_size = n_cols;
    model.hp.vocab_size = std::ssize(head) / n_cols;
    model.hp.head_dim = 8;
    model.embedding = in_run_layout(dtype_of<F32>, embedding, n_cols, bytes[0]);
    model.output.matrix = in_run_layout(type, head, n_cols, bytes[1]);
    model.output_norm.weight = norm.data();
  }

  static WeightView in_run_layout(DType type, const std::vector<float>& weights, int64_t n_cols,
                                  std::vector<uint8_t>& out) {
    const int64_t n_rows = std::ssize(weights) / n_cols;
    std::vector<uint8_t> file(static_cast<size_t>(type.size_bytes(n_rows * n_cols)));
    type.info().encode(weights.data(), nullptr, file.data(), n_rows * n_cols);
    out.resize(static_cast<size_t>(run_layout_bytes(type, n_rows, n_cols)));
    to_run_layout({file.data(), type, Shape{n_rows, n_cols}}, 0, divide_up(n_rows, kPanelRows), out.data());
    return {out.data(), type, n_rows, n_cols};
  }

  Workspace workspace(const Kernels& kernel) { return *Workspace::create(model, pool.n_threads(), 8, 1, kernel); }

  // Logits [tokens.size(), vocab_size] of tokens that are looked at as `uses` says.
  std::vector<float> logits(Workspace& work, const std::vector<int>& tokens, std::span<const LogitUse> uses = {}) {
    std::vector<TokenId> ids;
    std::vector<int64_t> rows;
    for (const int token : tokens) {
      rows.push_back(std::ssize(ids));
      ids.push_back(static_cast<TokenId>(token));
    }
    const Batch::Run run{{}, 0, std::ssize(ids)};
    std::vector<float> out(ids.size() * static_cast<size_t>(model.hp.vocab_size), 12345.0f);
    forward(model, {ids, {&run, 1}, rows, uses}, work, pool, out.data());
    return out;
  }

  std::vector<uint8_t> bytes[2];
  std::vector<float> norm;
  Model model;
  ThreadPool pool{2};
};

std::vector<float> random_floats(int64_t n, uint32_t seed, float deviation = 1) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(0, deviation);
  std::vector<float> x(static_cast<size_t>(n));
  for (float& value : x) value = normal(random);
  return x;
}

bool is_allowed_id(const std::vector<uint64_t>& mask, size_t id) {
  return mask.empty() || (mask[id / 64] >> (id % 64) & 1) != 0;
}

std::vector<uint64_t> random_mask(int64_t n, double share, uint32_t seed) {
  std::mt19937 random(seed);
  std::bernoulli_distribution is_set(share);
  std::vector<uint64_t> mask(static_cast<size_t>(divide_up(n, 64)));
  for (int64_t id = 0; id < n; ++id) mask[static_cast<size_t>(id / 64)] |= uint64_t{is_set(random)} << (id % 64);
  mask.back() |= uint64_t{1} << ((n - 1) % 64);
  return mask;
}

// What a greedy sampler sees: the highest allowed logit and which ids have it; NaN is as low as anything.
struct Highest {
  uint32_t bits;
  std::vector<size_t> ids;
  bool operator==(const Highest&) const = default;
};
Highest highest_of(const std::vector<float>& logits, const std::vector<uint64_t>& mask) {
  const auto seen = [&](size_t id) { return std::isnan(logits[id]) ? -kInf : logits[id]; };
  float best = -kInf;
  for (size_t id = 0; id < logits.size(); ++id) {
    if (is_allowed_id(mask, id)) best = std::max(best, seen(id));
  }
  Highest highest{std::bit_cast<uint32_t>(best == 0 ? 0.0f : best), {}};
  for (size_t id = 0; id < logits.size(); ++id) {
    if (is_allowed_id(mask, id) && seen(id) == best) highest.ids.push_back(id);
  }
  return highest;
}

constexpr DType kHeadTypes[] = {dtype_of<Q6_K>, dtype_of<Q8_0>, dtype_of<F16>, dtype_of<BF16>, dtype_of<F32>};

TEST(Head, AllowedLogitsAreThoseOfTheWholeHead) {
  constexpr int64_t kCols = 256, kRows = 16 * 60 + 5;
  for (const DType type : {dtype_of<Q6_K>, dtype_of<Q4_0>, dtype_of<F16>}) {
    HeadModel m(type, kCols, random_floats(3 * kCols, 1), random_floats(kRows * kCols, 2));
    m.model.hp.logit_scale = 0.3f;
    m.model.hp.final_soft_cap = 20;
    for (const Kernels* kernel : runnable()) {
      Workspace work = m.workspace(*kernel);
      for (const std::vector<int>& tokens : {std::vector<int>{1}, {0, 1, 2}}) {
        const auto whole = m.logits(work, tokens);
        for (const double share : {0.0, 0.001, 0.01, 0.1, 0.9}) {
          std::vector<std::vector<uint64_t>> masks;
          std::vector<LogitUse> uses;
          for (size_t i = 0; i < tokens.size(); ++i)
            masks.push_back(random_mask(kRows, share, 3 + static_cast<uint32_t>(i)));
          for (const auto& mask : masks) uses.push_back({.allowed = mask});
          const auto part = m.logits(work, tokens, uses);
          for (size_t i = 0; i < part.size(); ++i) {
            if (!is_allowed_id(masks[i / kRows], i % kRows)) continue;
            ASSERT_EQ(std::bit_cast<uint32_t>(part[i]), std::bit_cast<uint32_t>(whole[i]))
                << kernel->isa << " " << share;
          }
          const bool skips_first = share > 0 || part[0] == 12345.0f;
          EXPECT_TRUE(skips_first) << "all rows were multiplied";
        }
      }
    }
  }
}

// One head of each kind that might mislead a bound, and inputs for it.
struct Case {
  std::string name;
  std::vector<float> embedding, head;
};

std::vector<Case> cases(int64_t n_rows, int64_t n_cols) {
  std::vector<Case> all;
  const auto add = [&](const std::string& name, auto&& change) {
    all.push_back({name, random_floats(n_cols, 5), random_floats(n_rows * n_cols, 6, 0.05f)});
    change(all.back().embedding, all.back().head);
  };
  const auto peak = [&](std::vector<float>& x, std::vector<float>& head, int64_t row, float height) {
    for (int64_t c = 0; c < n_cols; ++c)
      head[row * n_cols + c] += height * x[c] / std::sqrt(static_cast<float>(n_cols));
  };
  const auto copy_row = [&](std::vector<float>& head, int64_t from, int64_t to) {
    std::copy_n(head.begin() + from * n_cols, n_cols, head.begin() + to * n_cols);
  };
  add("random", [](auto&, auto&) {});
  add("peaked", [&](auto& x, auto& head) { peak(x, head, n_rows / 2, 0.5f); });
  add("peaked in the last row", [&](auto& x, auto& head) { peak(x, head, n_rows - 1, 0.5f); });
  add("equal rows far apart", [&](auto& x, auto& head) {
    peak(x, head, 40, 0.5f);
    for (const int64_t row : {int64_t{3}, n_rows / 2, n_rows - 1}) copy_row(head, 40, row);
  });
  add("near ties", [&](auto& x, auto& head) {
    peak(x, head, 40, 0.5f);
    for (int64_t row = 50; row < n_rows; row += 37) {
      copy_row(head, 40, row);
      head[row * n_cols + row % n_cols] *= 1 + 1e-3f * static_cast<float>(row % 5 - 2);
    }
  });
  add("all rows equal", [&](auto&, auto& head) {
    for (int64_t row = 1; row < n_rows; ++row) copy_row(head, 0, row);
  });
  add("all logits negative", [&](auto& x, auto& head) {
    for (int64_t row = 0; row < n_rows; ++row) peak(x, head, row, -3);
  });
  add("zeros", [&](auto&, auto& head) { std::fill(head.begin(), head.end(), 0.0f); });
  add("one long row", [&](auto&, auto& head) {
    for (int64_t c = 0; c < n_cols; ++c) head[17 * n_cols + c] *= 1000;
  });
  add("an outlying input", [&](auto& x, auto&) { x[7] = 3000; });
  add("tiny and huge", [&](auto& x, auto& head) {
    for (float& value : x) value *= 1e-18f;
    for (int64_t row = 0; row < n_rows; ++row) {
      for (int64_t c = 0; c < n_cols; ++c) head[row * n_cols + c] *= row % 7 == 0 ? 1e-6f : 100.0f;
    }
  });
  add("a NaN input", [&](auto& x, auto&) { x[3] = kNan; });
  add("an infinite input", [&](auto& x, auto&) { x[3] = kInf; });
  add("NaN and infinite weights", [&](auto& x, auto& head) {
    peak(x, head, 90, 0.5f);
    head[33 * n_cols + 1] = kNan;
    head[70 * n_cols + 2] = kInf;
    head[71 * n_cols + 2] = -kInf;
  });
  return all;
}

TEST(GreedyHead, GivesTheHighestLogitsOfTheWholeHead) {
  constexpr int64_t kCols = 256, kRows = 16 * 20 + 7;
  for (const Case& c : cases(kRows, kCols)) {
    for (const DType type : kHeadTypes) {
      HeadModel m(type, kCols, c.embedding, c.head);
      m.model.hp.logit_scale = type == dtype_of<F16> ? 0.07f : 1.0f;
      for (const Kernels* kernel : runnable()) {
        Workspace work = m.workspace(*kernel);
        work.greedy_head.insist();
        for (const auto& mask : {std::vector<uint64_t>{}, random_mask(kRows, 0.3, 9)}) {
          const auto whole = m.logits(work, {0});
          const LogitUse use{mask, true};
          const auto greedy = m.logits(work, {0}, {&use, 1});
          EXPECT_GT(work.greedy_head.copy_bytes(), 0);
          EXPECT_EQ(highest_of(greedy, mask), highest_of(whole, mask))
              << c.name << ", " << type.name() << ", " << kernel->isa << ", " << mask.size();
          for (size_t id = 0; id < greedy.size(); ++id) {
            const bool is_same = std::bit_cast<uint32_t>(greedy[id]) == std::bit_cast<uint32_t>(whole[id]);
            ASSERT_TRUE(is_same || greedy[id] == -kInf) << c.name << " at " << id;
          }
        }
      }
    }
  }
}

TEST(GreedyHead, ReadsFewPanelsWhereLogitsArePeaked) {
  constexpr int64_t kCols = 256, kRows = 4096;
  const auto x = random_floats(kCols, 1);
  auto head = random_floats(kRows * kCols, 2, 0.05f);
  for (int64_t c = 0; c < kCols; ++c) head[1000 * kCols + c] += 0.05f * x[c];
  for (const DType type : kHeadTypes) {
    HeadModel m(type, kCols, x, head);
    Workspace work = m.workspace(kernels());
    work.greedy_head.insist();
    const LogitUse use{.highest_only = true};
    m.logits(work, {0}, {&use, 1});
    EXPECT_LT(work.greedy_head.panels_read(), 0.1f) << type.name();
  }
}

TEST(GreedyHead, MakesItsCopyOnlyWhereItPays) {
  constexpr int64_t kCols = 512, kRows = 6000;  // 12 MB of floats
  const auto x = random_floats(2 * kCols, 1);
  auto head = random_floats(kRows * kCols, 2, 0.05f);
  for (size_t i = 0; i < head.size(); i += 32) head[i] *= 20;                  // so that a 4-bit copy is far off
  for (int64_t c = 0; c < kCols; ++c) head[1000 * kCols + c] += 0.15f * x[c];  // peaked for the first token
  HeadModel m(dtype_of<F32>, kCols, x, head);
  Workspace work = m.workspace(kernels());
  const LogitUse use{.highest_only = true};
  const auto step = [&](int token) {
    m.logits(work, {token}, {&use, 1});
    return work.greedy_head.panels_read();
  };
  for (int i = 0; i < 50; ++i) EXPECT_EQ(step(1), 1);
  EXPECT_EQ(work.greedy_head.copy_bytes(), 0);
  for (int i = 0; i < 2000 && step(0) == 1; ++i) continue;
  EXPECT_GT(work.greedy_head.copy_bytes(), 0);
  EXPECT_LT(step(0), 0.1f);
  // the logits turn flat: it stops
  for (int i = 0; i < 50; ++i) step(1);
  EXPECT_EQ(step(1), 1);
}

TEST(GreedyHead, LeavesSmallAndUnsuitableHeadsAlone) {
  const auto x = random_floats(256, 1);
  const auto head = random_floats(1024 * 256, 2);
  const LogitUse use{.highest_only = true};
  for (const DType type : {dtype_of<Q4_0>, dtype_of<Q4_K>, dtype_of<F32>}) {
    HeadModel m(type, 256, x, head);
    Workspace work = m.workspace(kernels());
    if (type != dtype_of<F32>) work.greedy_head.insist();
    const auto greedy = m.logits(work, {0}, {&use, 1});
    EXPECT_EQ(greedy, m.logits(work, {0})) << type.name();
    EXPECT_EQ(work.greedy_head.panels_read(), 1);
  }
}

// The copy knows nothing of what adapters add, so there is none.
TEST(GreedyHead, FindsTheHighestLogitOfAnAdaptedHead) {
  constexpr int64_t kCols = 256, kRows = 16 * 300, kRank = 4;
  HeadModel m(dtype_of<Q8_0>, kCols, random_floats(3 * kCols, 1), random_floats(kRows * kCols, 2));
  std::vector<uint8_t> a_bytes;
  const std::vector<float> b = random_floats(kRank * kRows, 4, 2);
  const LowRankProduct adapter{HeadModel::in_run_layout(dtype_of<F32>, random_floats(kRank * kCols, 3), kCols, a_bytes),
                               b.data(), 0};
  m.model.output.adapted = {&adapter, 1};
  m.model.adapters.n_columns = kRank;
  m.model.adapters.scales = {1};
  const LogitUse use{.highest_only = true};
  for (const Kernels* kernel : runnable()) {
    Workspace work = m.workspace(*kernel);
    const auto whole = m.logits(work, {1});
    work.greedy_head.insist();
    EXPECT_EQ(highest_of(m.logits(work, {1}, {&use, 1}), {}), highest_of(whole, {})) << kernel->isa;
    EXPECT_EQ(work.greedy_head.copy_bytes(), 0) << kernel->isa;
  }
}

}  // namespace
}  // namespace ondol
