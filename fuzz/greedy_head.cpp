// The two-stage head against the whole one, on heads and inputs made from any bytes: the highest allowed logit and the
// ids that reach it must be the same, on every table this CPU runs.
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "base/check.h"
#include "base/checked_math.h"
#include "base/random.h"
#include "model/forward.h"

namespace ondol {
namespace {

constexpr float kNever = -std::numeric_limits<float>::infinity();

// Bytes that decide; zeros behind the last.
class Choices {
 public:
  Choices(const uint8_t* data, size_t size) : bytes_(data, data + size) {}
  int next(int n) { return at_ < bytes_.size() ? bytes_[at_++] % n : 0; }
  size_t left() const { return bytes_.size() - at_; }

 private:
  std::vector<uint8_t> bytes_;
  size_t at_ = 0;
};

float draw(SplitMix64& random) {
  return static_cast<float>(random.uniform() + random.uniform() + random.uniform() + random.uniform() - 2);
}

// Rows of the head in file layout: sensible weights of many sizes, rows that are equal, bytes of the fuzzer's choice.
std::vector<uint8_t> make_head(DType type, int64_t n_rows, int64_t n_cols, const std::vector<float>& x,
                               Choices& choices) {
  SplitMix64 random(static_cast<uint64_t>(choices.next(256)));
  const auto row_bytes = static_cast<size_t>(type.size_bytes(n_cols));
  const int n_different = 1 + choices.next(32);
  const float size = std::ldexp(1.0f, choices.next(32) - 20), towards_x = static_cast<float>(choices.next(8)) / 4;
  std::vector<float> row(static_cast<size_t>(n_cols));
  std::vector<uint8_t> different(row_bytes * static_cast<size_t>(n_different));
  for (int i = 0; i < n_different; ++i) {
    const float share = i % 5 == 0 ? towards_x : 0;
    for (size_t c = 0; c < row.size(); ++c) row[c] = size * (draw(random) + share * x[c] / (std::abs(x[c]) + 1));
    type.info().encode(row.data(), nullptr, different.data() + row_bytes * static_cast<size_t>(i), n_cols);
  }
  std::vector<uint8_t> head(row_bytes * static_cast<size_t>(n_rows));
  for (size_t r = 0; r < static_cast<size_t>(n_rows); ++r) {
    const auto from = different.begin() + static_cast<ptrdiff_t>(row_bytes) * random.below(n_different);
    std::copy_n(from, row_bytes, head.begin() + static_cast<ptrdiff_t>(row_bytes * r));
    // a bit somewhere, so that rows are nearly equal
    if (r % 3 != 0) head[row_bytes * r + static_cast<size_t>(random.below(type.size_bytes(n_cols)))] ^= 1;
  }
  while (choices.left() > 2) {
    const auto place = static_cast<size_t>(choices.next(256) * 256 + choices.next(256)) * 37;
    head[place % head.size()] = static_cast<uint8_t>(choices.next(256));
  }
  return head;
}

std::vector<float> run(const Model& model, const Kernels& kernel, ThreadPool& pool, const LogitUse* use) {
  Workspace work = *Workspace::create(model, pool.n_threads(), 1, 1, kernel);
  work.greedy_head.insist();
  std::vector<float> logits(static_cast<size_t>(model.hp.vocab_size));
  const TokenId token{};
  const Batch::Run batch_run{{}, 0, 1};
  const int64_t row = 0;
  const std::span<const LogitUse> uses = use == nullptr ? std::span<const LogitUse>() : std::span(use, 1);
  forward(model, {{&token, 1}, {&batch_run, 1}, {&row, 1}, uses}, work, pool, logits.data());
  const bool may_skip = use == nullptr || !use->allowed.empty();  // where few are allowed, their rows alone are read
  CHECK(may_skip || work.greedy_head.copy_bytes() > 0);
  return logits;
}

void compare(const std::vector<float>& whole, const std::vector<float>& greedy, std::span<const uint64_t> allowed) {
  const auto is_allowed = [&](size_t id) { return allowed.empty() || (allowed[id / 64] >> (id % 64) & 1) != 0; };
  const auto seen = [&](const std::vector<float>& logits, size_t id) {
    return !is_allowed(id) || std::isnan(logits[id]) ? kNever : logits[id];
  };
  float best = kNever;
  for (size_t id = 0; id < whole.size(); ++id) best = std::max(best, seen(whole, id));
  for (size_t id = 0; id < whole.size(); ++id) {
    CHECK((seen(whole, id) == best) == (seen(greedy, id) == best));
    const bool is_same = std::bit_cast<uint32_t>(whole[id]) == std::bit_cast<uint32_t>(greedy[id]);
    CHECK(is_same || !is_allowed(id) || greedy[id] == kNever || std::isnan(whole[id]));
  }
}

void test(Choices& choices) {
  constexpr DType kTypes[] = {dtype_of<Q8_0>, dtype_of<F16>, dtype_of<BF16>, dtype_of<F32>, dtype_of<Q6_K>};
  const DType type = kTypes[choices.next(5)];
  const int64_t n_cols = type == dtype_of<Q6_K> ? 256 : 32 * (1 + choices.next(12));
  const int64_t n_rows = 256 + choices.next(64);

  SplitMix64 random(static_cast<uint64_t>(choices.next(256)));
  std::vector<float> x(static_cast<size_t>(n_cols)), norm(x.size());
  for (float& value : x) value = draw(random);
  const float size = std::ldexp(1.0f, choices.next(64) - 32);
  for (float& value : norm) value = size * (random.below(9) == 0 ? 30 : 1);
  std::vector<uint64_t> mask;
  if (choices.next(3) == 0) {
    mask.resize(static_cast<size_t>(divide_up(n_rows, 64)));
    for (uint64_t& word : mask) word = (uint64_t{1} << random.below(64)) | (random.below(2) == 0 ? ~uint64_t{0} : 0);
  }

  static const Architecture kNoFamily{};
  Model model;
  model.arch = &kNoFamily;
  model.hp.hidden_size = n_cols;
  model.hp.vocab_size = n_rows;
  model.hp.head_dim = 8;
  model.hp.logit_scale = std::ldexp(1.0f, choices.next(5) - 2) * 0.7f;
  model.output_norm.weight = norm.data();
  std::vector<float> embedding(static_cast<size_t>(n_cols * kPanelRows));
  for (size_t c = 0; c < x.size(); ++c) embedding[c * kPanelRows] = x[c];
  model.embedding = {reinterpret_cast<const uint8_t*>(embedding.data()), dtype_of<F32>, 1, n_cols};
  const std::vector<uint8_t> head = make_head(type, n_rows, n_cols, x, choices);
  std::vector<uint8_t> panels(static_cast<size_t>(run_layout_bytes(type, n_rows, n_cols)));
  to_run_layout({head.data(), type, Shape{n_rows, n_cols}}, 0, divide_up(n_rows, kPanelRows), panels.data());
  model.output.matrix = {panels.data(), type, n_rows, n_cols};

  ThreadPool pool(1);
  const LogitUse use{mask, true};
  for (const Kernels* kernel : runnable()) {
    compare(run(model, *kernel, pool, nullptr), run(model, *kernel, pool, &use), mask);
  }
}

}  // namespace
}  // namespace ondol

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  ondol::Choices choices(data, size);
  ondol::test(choices);
  return 0;
}
