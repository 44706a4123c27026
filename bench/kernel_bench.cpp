// Speed of single kernels as a share of what this machine can do: many-token products against the int8 (or f32) peak,
// one-token products against the read bandwidth, attention against the f32 peak.
//
//   kernel_bench [--brief] [FILTER]      one line per case whose name contains FILTER; one thread
//
// --brief takes small sizes once, to see that it runs; its figures mean nothing.
//
// The limits are probed right before each case, so a busy neighbour slows both sides of the ratio.
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "base/checked_math.h"
#include "base/memory.h"
#include "kernel/dispatch.h"

namespace ondol {
namespace {

// CPU seconds of this thread: time another process has the core does not count.
double seconds() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + values.size() / 2, values.end());
  return values[values.size() / 2];
}

Buffer random_buffer(int64_t size_bytes) {
  auto buffer = Buffer::allocate("benchmark", size_bytes);
  if (!buffer) {
    std::fprintf(stderr, "%s\n", buffer.error().message.c_str());
    std::exit(1);
  }
  return std::move(*buffer);
}

// Random weights of `dtype`: one random panel's worth of blocks, repeated.
Buffer random_matrix(DType dtype, int64_t n_rows, int64_t n_cols) {
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  std::vector<float> weights(static_cast<size_t>(kPanelRows * n_cols));
  for (float& w : weights) w = normal(random);
  std::vector<uint8_t> file(static_cast<size_t>(dtype.size_bytes(kPanelRows * n_cols)));
  dtype.info().encode(weights.data(), nullptr, file.data(), kPanelRows * n_cols);
  Buffer out = random_buffer(run_layout_bytes(dtype, n_rows, n_cols));
  to_run_layout({file.data(), dtype, Shape{kPanelRows, n_cols}}, 0, 1, out.data());
  const int64_t panel = panel_bytes(dtype, n_cols);
  for (int64_t at = panel; at < out.size_bytes(); at += panel) std::memcpy(out.data() + at, out.data(), panel);
  return out;
}

struct Limits {
  double int8_ops, f32_ops, read_bytes;  // per second
};

double rate_of(int64_t (*probe)(int64_t), int64_t n_rounds) {
  double best = 0;
  for (int i = 0; i < 3; ++i) {
    const double start = seconds();
    const int64_t n = probe(n_rounds);
    best = std::max(best, static_cast<double>(n) / (seconds() - start));
  }
  return best;
}

double read_rate(const Kernels& kernels, const uint8_t* memory, int64_t size_bytes) {
  const double start = seconds();
  volatile uint64_t sum = kernels.probe_read(memory, size_bytes);
  (void)sum;
  return static_cast<double>(size_bytes) / (seconds() - start);
}

struct Bench {
  const Kernels& kernels;
  std::string filter;
  bool brief;
  int n_rounds = brief ? 1 : 7;
  int64_t n_probe_rounds = brief ? 100 : 40000;

  bool wanted(const std::string& name) const { return (name + " " + kernels.isa).find(filter) != std::string::npos; }

  void product(DType dtype, int64_t n_rows, int64_t n_cols, int64_t n_tokens) const {
    const std::string name = std::string("product ") + dtype.name() + " " + std::to_string(n_rows) + "x" +
                             std::to_string(n_cols) + " tokens " + std::to_string(n_tokens);
    if (!wanted(name)) return;
    const Buffer weights = random_matrix(dtype, n_rows, n_cols);
    const WeightView w{weights.data(), dtype, n_rows, n_cols};
    std::vector<float> x(static_cast<size_t>(n_tokens * n_cols));
    std::mt19937 random(2);
    for (float& value : x) value = std::normal_distribution<float>()(random);
    const int64_t n_room = round_up(n_tokens, kernels.token_tile) * n_cols;
    Buffer q = random_buffer(n_room), scale = random_buffer(n_room / 8), sum = random_buffer(n_room / 8),
           scratch = random_buffer(kernels.product_scratch_bytes(n_cols)), y = random_buffer(n_tokens * n_rows * 4);
    Q8Activations q8{q.as<int8_t>(), scale.as<float>(), sum.as<int32_t>(), n_tokens, n_cols};
    if (!dtype.info().is_float) {
      q8.scale_every = dtype.info().activation_scale_every;
      kernels.quantize(x.data(), q8, 0, n_tokens);
    }
    const ProductInput input{x.data(), q8, q8, n_tokens};

    const bool is_stream = n_tokens <= 4;
    const bool is_float = dtype.info().is_float;
    const double work =
        is_stream ? static_cast<double>(weights.size_bytes()) : 2.0 * static_cast<double>(n_rows * n_cols * n_tokens);
    std::vector<double> rates, shares;
    for (int round = 0; round < n_rounds; ++round) {
      const double limit = is_stream  ? read_rate(kernels, weights.data(), weights.size_bytes())
                           : is_float ? rate_of(kernels.probe_f32, n_probe_rounds)
                                      : rate_of(kernels.probe_int8, n_probe_rounds);
      const double start = seconds();
      // rows in the pieces a thread pool would take
      for (int64_t row = 0; row < n_rows; row += 192) {
        kernels.product[dtype.index()](w, input, y.as<float>(), n_rows, {row, std::min(row + 192, n_rows)},
                                       scratch.data());
      }
      rates.push_back(work / (seconds() - start));
      shares.push_back(rates.back() / limit);
    }
    std::printf("%-42s %-7s threads 1  median of %d  %7.1f %s  %5.1f %% of %s\n", name.c_str(), kernels.isa, n_rounds,
                median(rates) * 1e-9, is_stream ? "GB/s " : "Gop/s", 100 * median(shares),
                is_stream  ? "read bandwidth"
                : is_float ? "f32 peak"
                           : "int8 peak");
    std::fflush(stdout);
  }

  void attention(KvType type, const char* type_name, int64_t n_tokens, int64_t depth) const {
    constexpr int kHeadDim = 64, kGroupHeads = 4;
    const std::string name = std::string("attention ") + type_name + " tokens " + std::to_string(n_tokens) + " depth " +
                             std::to_string(depth);
    if (!wanted(name)) return;
    const int64_t n_pages = divide_up(depth + n_tokens, kPageLength);
    const int64_t page_bytes = kv_page_bytes(type, kHeadDim);
    Buffer cache = random_buffer(2 * n_pages * page_bytes), q = random_buffer(n_tokens * kGroupHeads * kHeadDim * 4),
           out = random_buffer(n_tokens * kGroupHeads * kHeadDim * 4);
    std::vector<const uint8_t*> keys, values;
    std::vector<float> row(kHeadDim);
    std::mt19937 random(3);
    for (int64_t page = 0; page < n_pages; ++page) {
      uint8_t* at = cache.data() + 2 * page * page_bytes;
      keys.push_back(at);
      values.push_back(at + page_bytes);
      for (int slot = 0; slot < kPageLength; ++slot) {
        for (float& value : row) value = std::normal_distribution<float>()(random);
        kernels.store_kv(type, row.data(), row.data(), kHeadDim, slot, at, at + page_bytes);
      }
    }
    for (int64_t i = 0; i < n_tokens * kGroupHeads * kHeadDim; ++i) q.as<float>()[i] = row[i % kHeadDim];
    std::vector<int32_t> position;
    double n_scores = 0;
    for (int64_t t = 0; t < n_tokens; ++t) {
      position.push_back(static_cast<int32_t>(depth + t));
      n_scores += static_cast<double>(depth + t + 1) * kGroupHeads;
    }
    const AttentionInput in{q.as<float>(), kGroupHeads * kHeadDim, n_tokens, kGroupHeads, position.data(),
                            keys.data(),   values.data(),          type,     kHeadDim,    0.125f};
    std::vector<double> rates, shares;
    for (int round = 0; round < n_rounds; ++round) {
      const double limit = rate_of(kernels.probe_f32, n_probe_rounds);
      const double start = seconds();
      kernels.attend(in, out.as<float>(), kGroupHeads * kHeadDim);
      rates.push_back(n_scores * kHeadDim * 4 / (seconds() - start));
      shares.push_back(rates.back() / limit);
    }
    std::printf("%-42s %-7s threads 1  median of %d  %7.1f Gop/s  %5.1f %% of f32 peak\n", name.c_str(), kernels.isa,
                n_rounds, median(rates) * 1e-9, 100 * median(shares));
    std::fflush(stdout);
  }

  void small_steps() const {
    if (!wanted("quantize")) return;
    constexpr int64_t kTokens = 510, kCols = 2048;
    std::vector<float> x(kTokens * kCols, 1.5f), out(kTokens * kCols);
    const int64_t n_room = round_up(kTokens, kernels.token_tile) * kCols;
    Buffer q = random_buffer(n_room), scale = random_buffer(n_room / 8), sum = random_buffer(n_room / 8);
    const Q8Activations q8{q.as<int8_t>(), scale.as<float>(), sum.as<int32_t>(), kTokens, kCols, 256};
    const auto report = [&](const char* name, auto&& body) {
      std::vector<double> rates;
      for (int round = 0; round < n_rounds; ++round) {
        const double start = seconds();
        body();
        rates.push_back(kTokens * kCols / (seconds() - start));
      }
      std::printf("%-42s %-7s threads 1  median of %d  %7.2f G elements/s\n", name, kernels.isa, n_rounds,
                  median(rates) * 1e-9);
    };
    report("quantize", [&] { kernels.quantize(x.data(), q8, 0, kTokens); });
    report("silu gate", [&] { kernels.gate(Activation::kSilu, x.data(), x.data(), out.data(), kTokens * kCols); });
    report("rms_norm", [&] {
      for (int64_t t = 0; t < kTokens; ++t) {
        kernels.rms_norm(x.data() + t * kCols, x.data(), 1e-5f, out.data() + t * kCols, kCols);
      }
    });
  }

  void run() const {
    for (const char* type :
         {"Q4_0",    "Q4_K",  "Q8_0",  "Q6_K", "IQ4_XS", "Q2_K", "IQ3_S", "IQ3_XXS", "IQ2_S", "IQ2_XS",
          "IQ2_XXS", "IQ1_M", "IQ1_S", "F16",  "BF16",   "F32",  "OT2",   "OT2_5",   "OT3",   "OT4"}) {
      const auto dtype = find_type(type);
      if (!dtype) continue;
      if (brief) {
        product(*dtype, 64, 512, 16);
        product(*dtype, 64, 512, 1);
        continue;
      }
      product(*dtype, 2048, 2048, 512);
      product(*dtype, 2048, 8192, 512);
      // 768 MB or more of weights, so that no cache holds them
      const int64_t n_rows = round_up((int64_t{768} << 20) / dtype->size_bytes(2048), 128);
      product(*dtype, n_rows, 2048, 1);
      for (const int64_t n_tokens : {4, 8, 32}) product(*dtype, n_rows, 2048, n_tokens);
    }
    const int64_t n_tokens = brief ? 16 : 512, depth = brief ? 64 : 4096;
    attention(KvType::kF16, "f16", n_tokens, 0);
    attention(KvType::kQ8_0, "q8_0", n_tokens, 0);
    attention(KvType::kF16, "f16", 1, depth);
    attention(KvType::kQ8_0, "q8_0", 1, depth);
    small_steps();
  }
};

}  // namespace
}  // namespace ondol

int main(int n_args, char** args) {
  if (const auto status = ondol::check_isa_override(); !status) {
    std::fprintf(stderr, "%s\n", status.error().message.c_str());
    return status.error().exit_code();
  }
  const bool brief = n_args > 1 && std::strcmp(args[1], "--brief") == 0;
  const int filter = brief ? 2 : 1;
  ondol::Bench{ondol::kernels(), n_args > filter ? args[filter] : "", brief}.run();
}
