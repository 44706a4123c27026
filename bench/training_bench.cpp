// Speed of the kernels of training: products as a share of the f32 peak of the machine's vectors, attention likewise,
// small steps in elements a second.
//
//   training_bench [--brief] [FILTER]      one line per case whose name contains FILTER; all usable cores
//
// --brief takes small sizes once, to see that it runs; its figures mean nothing.
//
// A product is named m x n x k.  "y" is y = x w^T, "dx" is dx = dy w, "dw" is dw = dy^T x: w [n, k] lies row by row, so
// the three differ in what has to be turned while it is packed.  The peak is probed right before each round, so a busy
// neighbour slows both sides of the ratio.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "base/memory.h"
#include "kernel/dispatch.h"
#include "tune/gemm.h"

namespace ondol {
namespace {

double seconds() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<int64_t>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

std::vector<float> random_floats(int64_t n, uint32_t seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> uniform(-1, 1);
  std::vector<float> x(static_cast<size_t>(n));
  for (float& value : x) value = uniform(random);
  return x;
}

class Bench {
 public:
  Bench(std::string filter, bool brief) : filter_(std::move(filter)), brief_(brief), pool_(usable_cores()) {}

  void run() {
    for (const Precision precision : {Precision::kF32, Precision::kBf16}) {
      if (brief_) {
        products(precision, 64, 64, 96);
        encoded(precision, "Q4_K", 16, 64, 256);
        continue;
      }
      // GPT-2 124M with 512 tokens, and its head on a piece of the vocabulary
      for (const int64_t n : {768, 2304, 3072}) products(precision, 512, n, 768);
      products(precision, 512, 768, 3072);
      products(precision, 512, 8192, 768);
      // Qwen3-0.6B with 256 tokens, and LoRA's matrices
      products(precision, 256, 3072, 1024);
      products(precision, 256, 16, 1024);
      products(precision, 256, 1024, 16);
      // models of some million parameters with 2048 tokens
      for (const int64_t n : {192, 384, 1024}) products(precision, 2048, n, 192);
      for (const int64_t n : {384, 1024, 2048}) products(precision, 2048, n, 384);
      for (const char* type : {"Q4_0", "Q4_K", "Q6_K", "Q8_0", "IQ4_XS", "F16", "BF16", "F32"}) {
        encoded(precision, type, 256, 3072, 1024);
      }
    }
    for (const int64_t n_tokens : {64, 256, 1024}) {
      for (const int head_dim : {32, 64, 128}) { attention(brief_ ? n_tokens / 8 : n_tokens, head_dim); }
    }
    small_steps();
  }

 private:
  bool wanted(const std::string& name) const { return name.find(filter_) != std::string::npos; }

  // The f32 peak of all threads together.
  double peak() {
    const int64_t n_rounds = brief_ ? 100 : 10000;
    const auto probe = kernels().probe_f32;
    std::vector<double> counts(static_cast<size_t>(pool_.n_threads()));
    const double start = seconds();
    pool_.for_each(pool_.n_threads(), [&](int64_t piece, int) {
      counts[static_cast<size_t>(piece)] = static_cast<double>(probe(n_rounds));
    });
    const double took = seconds() - start;
    double sum = 0;
    for (const double count : counts) sum += count;
    return sum / took;
  }

  // Rates of `work` operations, beside the peak.
  void report(const std::string& name, double work, const std::function<void()>& body) {
    const int n_rounds = brief_ ? 1 : 9;
    std::vector<double> rates, shares;
    body();
    for (int round = 0; round < n_rounds; ++round) {
      const double limit = peak(), start = seconds();
      int64_t n = 0;
      do {
        body();
        ++n;
      } while (!brief_ && seconds() - start < 0.02);
      rates.push_back(work * static_cast<double>(n) / (seconds() - start));
      shares.push_back(rates.back() / limit);
    }
    std::printf("%-34s %-7s threads %d  median of %d  %7.1f GFLOP/s  %5.1f %% of f32 peak\n", name.c_str(),
                training_kernels().isa, pool_.n_threads(), n_rounds, 1e-9 * median(rates), 100 * median(shares));
    std::fflush(stdout);
  }

  static std::string name_of(const char* kind, Precision precision, int64_t m, int64_t n, int64_t k) {
    return std::string(kind) + (precision == Precision::kF32 ? " f32 " : " bf16 ") + std::to_string(m) + "x" +
           std::to_string(n) + "x" + std::to_string(k);
  }

  // The three products of one matrix w [n, k] and m tokens.
  void products(Precision precision, int64_t m, int64_t n, int64_t k) {
    if (!wanted(name_of("y", precision, m, n, k)) && !wanted(name_of("dx", precision, m, k, n)) &&
        !wanted(name_of("dw", precision, n, k, m))) {
      return;
    }
    const auto x = random_floats(m * k, 1), w = random_floats(n * k, 2), dy = random_floats(m * n, 3);
    std::vector<float> y(dy.size()), dx(x.size()), dw(w.size());
    const double work = 2.0 * static_cast<double>(m * n * k);
    if (const auto name = name_of("y", precision, m, n, k); wanted(name)) {
      report(name, work, [&] {
        multiply(pool_, precision, m, n, k, {x.data(), k, 1}, {w.data(), 1, k}, y.data(), n, false, scratch_);
      });
    }
    if (const auto name = name_of("dx", precision, m, k, n); wanted(name)) {
      report(name, work, [&] {
        multiply(pool_, precision, m, k, n, {dy.data(), n, 1}, {w.data(), k, 1}, dx.data(), k, false, scratch_);
      });
    }
    if (const auto name = name_of("dw", precision, n, k, m); wanted(name)) {
      report(name, work, [&] {
        multiply(pool_, precision, n, k, m, {dy.data(), 1, n}, {x.data(), k, 1}, dw.data(), k, true, scratch_);
      });
    }
  }

  // Both products with a frozen matrix [n, k].
  void encoded(Precision precision, const char* type, int64_t m, int64_t n, int64_t k) {
    const auto dtype = find_type(type);
    const std::string y_name = name_of((std::string("y ") + type).c_str(), precision, m, n, k);
    const std::string dx_name = name_of((std::string("dx ") + type).c_str(), precision, m, k, n);
    if (!dtype || (!wanted(y_name) && !wanted(dx_name))) return;
    const auto row = random_floats(k, 1), x = random_floats(m * k, 2), dy = random_floats(m * n, 3);
    const int64_t row_bytes = dtype->size_bytes(k);
    std::vector<uint8_t> file(static_cast<size_t>(n * row_bytes));
    dtype->info().encode(row.data(), nullptr, file.data(), k);
    for (int64_t i = 1; i < n; ++i)
      std::memcpy(file.data() + i * row_bytes, file.data(), static_cast<size_t>(row_bytes));
    const TensorView w{file.data(), *dtype, Shape{n, k}};
    std::vector<float> y(dy.size()), dx(x.size());
    const double work = 2.0 * static_cast<double>(m * n * k);
    if (wanted(y_name)) {
      report(y_name, work, [&] {
        multiply(pool_, precision, m, {x.data(), k, 1}, w, true, y.data(), n, false, scratch_);
      });
    }
    if (wanted(dx_name)) {
      report(dx_name, work, [&] {
        multiply(pool_, precision, m, {dy.data(), n, 1}, w, false, dx.data(), k, false, scratch_);
      });
    }
  }

  // Some heads for each thread; half the scores are ahead of their token and not counted.
  void attention(int64_t n_tokens, int head_dim) {
    const std::string size = std::to_string(n_tokens) + " tokens, head " + std::to_string(head_dim);
    if (!wanted("attention " + size) && !wanted("attention backward " + size)) return;
    const TrainingKernels& table = training_kernels();
    const int64_t n = n_tokens * head_dim, n_heads = 16 * pool_.n_threads();
    const auto q = random_floats(n_heads * n, 1), k = random_floats(n_heads * n, 2), v = random_floats(n_heads * n, 3),
               dout = random_floats(n_heads * n, 4);
    std::vector<float> out(q.size()), dq(q.size()), dk(q.size()), dv(q.size()),
        log_sum(static_cast<size_t>(n_heads * n_tokens));
    const int64_t scratch_bytes = (table.attend_scratch_bytes(n_tokens, head_dim) + 63) / 64 * 64;
    auto memory = Buffer::allocate("scratch", pool_.n_threads() * scratch_bytes);
    if (!memory) return;
    uint8_t* const scratch = memory->data();
    const auto head = [&](int64_t i) {
      return TrainingAttention{q.data() + i * n, k.data() + i * n, v.data() + i * n, head_dim, head_dim,
                               n_tokens,         head_dim,         0.125f,           0,        0,
                               nullptr};
    };
    const double product = static_cast<double>(n_heads * n_tokens * (n_tokens + 1) * head_dim);
    report("attention " + size, 2 * product, [&] {
      pool_.for_each(n_heads, [&](int64_t i, int thread) {
        table.attend(head(i), out.data() + i * n, log_sum.data() + i * n_tokens, scratch + thread * scratch_bytes);
      });
    });
    report("attention backward " + size, 5 * product, [&] {
      pool_.for_each(n_heads, [&](int64_t i, int thread) {
        table.attend_backward(head(i), out.data() + i * n, log_sum.data() + i * n_tokens, dout.data() + i * n,
                              {dq.data() + i * n, dk.data() + i * n, dv.data() + i * n, nullptr},
                              scratch + thread * scratch_bytes);
      });
    });
  }

  // On one thread, from the first caches but for AdamW, whose memory is that of a model.
  void small_steps() {
    const TrainingKernels& table = training_kernels();
    constexpr int64_t kRow = 384, kRows = 32, kN = kRow * kRows;
    const auto x = random_floats(kN, 1), weight = random_floats(kRow, 2), dy = random_floats(kN, 3);
    std::vector<float> a(kN), b(kN), sums(kRow), more_sums(kRow);
    const auto rate = [&](const char* name, int64_t n, const auto& body) {
      if (!wanted(name)) return;
      const int n_rounds = brief_ ? 1 : 9;
      std::vector<double> rates;
      for (int round = 0; round < n_rounds; ++round) {
        const double start = seconds();
        int64_t done = 0;
        do {
          body();
          done += n;
        } while (!brief_ && seconds() - start < 0.01);
        rates.push_back(static_cast<double>(done) / (seconds() - start));
      }
      std::printf("%-34s %-7s threads 1  median of %d  %7.3f G elements/s\n", name, table.isa, n_rounds,
                  1e-9 * median(rates));
      std::fflush(stdout);
    };
    const auto for_rows = [&](const auto& body) {
      for (int64_t row = 0; row < kRows; ++row) body(row * kRow);
    };
    rate("rms_norm_backward", kN, [&] {
      for_rows([&](int64_t at) {
        table.rms_norm_backward(x.data() + at, weight.data(), 1e-5f, dy.data() + at, a.data() + at, sums.data(), kRow);
      });
    });
    rate("layer_norm_backward", kN, [&] {
      for_rows([&](int64_t at) {
        table.layer_norm_backward(x.data() + at, weight.data(), 1e-5f, dy.data() + at, a.data() + at, sums.data(),
                                  more_sums.data(), kRow);
      });
    });
    rate("activate_backward gelu", kN,
         [&] { table.activate_backward(Activation::kGeluTanh, x.data(), dy.data(), a.data(), kN); });
    rate("gate_backward silu", kN,
         [&] { table.gate_backward(Activation::kSilu, x.data(), dy.data(), dy.data(), a.data(), b.data(), kN); });
    rate("softmax: max, sum_exp, exp_shifted", kN, [&] {
      const float most = table.max(x.data(), kN), sum = table.sum_exp(x.data(), most, kN);
      table.exp_shifted(x.data(), most, 1 / sum, a.data(), kN);
    });
    rate("sum_of_squares", kN, [&] { sums[0] += static_cast<float>(table.sum_of_squares(x.data(), kN)); });
    const int64_t n_parameters = brief_ ? 1000 : 8'000'000;
    const auto gradient = random_floats(n_parameters, 4);
    std::vector<float> parameter(gradient.size()), first(gradient.size()), second(gradient.size());
    const AdamWStep step{1e-3f, 0.9f, 0.95f, 1e-8f, 0.1f, 0.5f, 0.5f, 1};
    rate("adamw", n_parameters,
         [&] { table.adamw(step, gradient.data(), parameter.data(), first.data(), second.data(), n_parameters); });
  }

  std::string filter_;
  bool brief_;
  ThreadPool pool_;
  GemmScratch scratch_;
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
  ondol::Bench(n_args > filter ? args[filter] : "", brief).run();
}
