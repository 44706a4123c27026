// The hot loops on small fixed cases, once each and in a fixed order, for tools/check-instructions to count.
//
//   instruction_count --list      the compiler, then the cases' names
//   instruction_count             runs them, each inside one call of measured_work()
//
// What a loop costs in instructions, unlike its time, is the same on every run; a change that makes it grow unseen
// shows here.  Its caches and its latencies do not.
#include <cstdio>
#include <cstring>
#include <fstream>
#include <functional>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "format/checkpoint.h"
#include "kernel/dispatch.h"
#include "kernel/test_products.h"
#include "tokenizer/tokenizer.h"

// Found by its name.
extern "C" __attribute__((noinline)) void measured_work(const std::function<void()>& work) { work(); }

namespace ondol {
namespace {

std::vector<float> random_floats(int64_t n) {
  std::mt19937 random(1);
  std::vector<float> x(static_cast<size_t>(n));
  for (float& value : x) value = static_cast<float>(random()) * 0x1p-31f - 1;
  return x;
}

// The matrix of every product, 64 x 1024, in run layout.
std::vector<uint8_t> make_weights(DType type, int64_t n_rows, int64_t n_cols) {
  const auto weights = random_floats(n_rows * n_cols);
  std::vector<uint8_t> file(static_cast<size_t>(type.size_bytes(n_rows * n_cols)));
  type.info().encode(weights.data(), nullptr, file.data(), n_rows * n_cols);
  std::vector<uint8_t> run(static_cast<size_t>(run_layout_bytes(type, n_rows, n_cols)));
  to_run_layout({file.data(), type, Shape{n_rows, n_cols}}, 0, divide_up(n_rows, kPanelRows), run.data());
  return run;
}

void product(const char* type_name, int64_t n_tokens) {
  constexpr int64_t kRows = 64, kCols = 1024;
  const DType type = *find_type(type_name);
  const auto weights = make_weights(type, kRows, kCols);
  const auto x = random_floats(n_tokens * kCols);
  std::vector<float> y(static_cast<size_t>(n_tokens * kRows));
  ReadyProduct ready(kernels(), {weights.data(), type, kRows, kCols}, x, n_tokens);
  measured_work([&] { ready.run(y); });
}

void attention(KvType type, int64_t n_tokens, int32_t depth) {
  constexpr int kHeadDim = 64, kGroupHeads = 4;
  const int64_t page_bytes = kv_page_bytes(type, kHeadDim), n_pages = divide_up(depth + n_tokens, kPageLength);
  std::vector<uint8_t> memory(static_cast<size_t>(2 * n_pages * page_bytes));
  std::vector<const uint8_t*> keys, values;
  const auto row = random_floats(kHeadDim);
  for (int64_t page = 0; page < n_pages; ++page) {
    uint8_t* at = memory.data() + 2 * page * page_bytes;
    keys.push_back(at);
    values.push_back(at + page_bytes);
    for (int slot = 0; slot < kPageLength; ++slot) {
      kernels().store_kv(type, row.data(), row.data(), kHeadDim, slot, at, at + page_bytes);
    }
  }
  const auto q = random_floats(n_tokens * kGroupHeads * kHeadDim);
  std::vector<float> out(q.size());
  std::vector<int32_t> position;
  for (int32_t t = 0; t < n_tokens; ++t) position.push_back(depth + t);
  const AttentionInput in{.q = q.data(),
                          .token_stride = kGroupHeads * kHeadDim,
                          .n_tokens = n_tokens,
                          .n_group = kGroupHeads,
                          .position = position.data(),
                          .keys = keys.data(),
                          .values = values.data(),
                          .type = type,
                          .head_dim = kHeadDim,
                          .scale = 0.125f};
  measured_work([&] { kernels().attend(in, out.data(), kGroupHeads * kHeadDim); });
}

void small_steps() {
  constexpr int64_t kSize = 4096;
  const auto x = random_floats(kSize);
  std::vector<float> y(x.size());
  measured_work([&] {
    kernels().rms_norm(x.data(), x.data(), 1e-5f, y.data(), kSize);
    kernels().gate(Activation::kSilu, x.data(), x.data(), y.data(), kSize);
    kernels().add(y.data(), x.data(), 1, kSize);
  });
}

void encode_text() {
  const auto checkpoint = open_checkpoint(ONDOL_SOURCE_DIR "/models/ondol-ko-tiny.gguf");
  const auto tokenizer = load_tokenizer(checkpoint->metadata);
  // A text that stays, and so long that the tables' seed, another one in every process, does not tell.
  std::ifstream file(ONDOL_SOURCE_DIR "/tests/golden/tokenizer/wide_texts.jsonl");
  const std::string text = std::string(std::istreambuf_iterator<char>(file), {}).substr(0, 16 << 10);
  measured_work([&] { (void)(*tokenizer)->encode(text); });
}

struct Case {
  const char* name;
  std::function<void()> run;
};

std::vector<Case> cases() {
  return {
      {"q4_0_16_tokens", [] { product("Q4_0", 16); }},
      {"q4_k_16_tokens", [] { product("Q4_K", 16); }},
      {"q6_k_16_tokens", [] { product("Q6_K", 16); }},
      {"q8_0_16_tokens", [] { product("Q8_0", 16); }},
      {"f16_16_tokens", [] { product("F16", 16); }},
      {"q4_0_1_token", [] { product("Q4_0", 1); }},
      {"q4_k_1_token", [] { product("Q4_K", 1); }},
      {"q6_k_1_token", [] { product("Q6_K", 1); }},
      {"q8_0_1_token", [] { product("Q8_0", 1); }},
      {"attention_16_tokens", [] { attention(KvType::kF16, 16, 64); }},
      {"attention_1_token", [] { attention(KvType::kF16, 1, 255); }},
      {"attention_q8_0_1_token", [] { attention(KvType::kQ8_0, 1, 255); }},
      {"norm_gate_add", small_steps},
      {"tokenizer_encode", encode_text},
  };
}

}  // namespace
}  // namespace ondol

int main(int n_args, char** args) {
  const bool list = n_args > 1 && std::strcmp(args[1], "--list") == 0;
#ifdef __clang__
  if (list) std::printf("%s\n", __VERSION__);
#else
  if (list) std::printf("g++ %s\n", __VERSION__);
#endif
  for (const auto& [name, run] : ondol::cases()) {
    if (list) std::puts(name);
    else run();
  }
}
