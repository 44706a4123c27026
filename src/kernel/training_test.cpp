// The training table of every family: the scalar one against formulas in double and their differences, every other
// against the scalar one.  In f32 no formula leaves a freedom, so there tables agree bit for bit.
#include "kernel/training.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "base/memory.h"
#include "kernel/dispatch.h"

namespace ondol {
namespace {

std::vector<float> random_floats(int64_t n, uint32_t seed, float spread = 1) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(0, spread);
  std::vector<float> x(static_cast<size_t>(n));
  for (float& value : x) value = normal(random);
  return x;
}

const TrainingKernels& scalar_table() { return *runnable_training()[0]; }

// Around the widths of vectors and of the 64 interleaved sums.
constexpr int64_t kLengths[] = {1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 63, 64, 65, 127, 128, 200, 1025};

using Doubles = std::vector<double>;
using Function = std::function<double(const Doubles&)>;

// d f / d x by central differences, which are right to about 1e-9 of f.
Doubles differences(const Function& f, Doubles x) {
  Doubles slope;
  for (double& value : x) {
    const double kept = value, h = 1e-5 * (1 + std::abs(value));
    value = kept + h;
    const double above = f(x);
    value = kept - h;
    const double below = f(x);
    value = kept;
    slope.push_back((above - below) / (2 * h));
  }
  return slope;
}

Doubles doubles(const std::vector<float>& x) { return {x.begin(), x.end()}; }

// `actual` less what was in it before, within `tolerance` of the largest gradient.
void expect_gradient(const std::vector<float>& actual, const std::vector<float>& before, const Doubles& expected,
                     double tolerance = 3e-6) {
  double largest = 1;
  for (const double value : expected) largest = std::max(largest, std::abs(value));
  ASSERT_EQ(actual.size(), expected.size());
  for (size_t i = 0; i < actual.size(); ++i) {
    ASSERT_NEAR(double{actual[i]} - before[i], expected[i], tolerance * largest) << "at " << i;
  }
}

Doubles rms_norm(const Doubles& x, const Doubles& weight, double eps) {
  double sum = 0;
  for (const double value : x) sum += value * value;
  const double r = 1 / std::sqrt(sum / static_cast<double>(x.size()) + eps);
  Doubles y;
  for (size_t i = 0; i < x.size(); ++i) y.push_back(x[i] * r * weight[i]);
  return y;
}

Doubles layer_norm(const Doubles& x, const Doubles& weight, const Doubles& bias, double eps) {
  double mean = 0;
  for (const double value : x) mean += value / static_cast<double>(x.size());
  Doubles apart;
  for (const double value : x) apart.push_back(value - mean);
  Doubles y = rms_norm(apart, weight, eps);
  for (size_t i = 0; i < y.size(); ++i) y[i] += bias[i];
  return y;
}

double activation(Activation kind, double x) {
  if (kind == Activation::kSilu) return x / (1 + std::exp(-x));
  return x / 2 * (1 + std::tanh(std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x)));
}

double dot(const Doubles& x, const Doubles& y) {
  double sum = 0;
  for (size_t i = 0; i < x.size(); ++i) sum += x[i] * y[i];
  return sum;
}

TEST(TrainingGradients, OfRmsNormEqualDifferences) {
  for (const int64_t n : {1, 6, 67}) {
    const auto x = random_floats(n, 1), weight = random_floats(n, 2), dy = random_floats(n, 3);
    const auto before_x = random_floats(n, 4), before_weight = random_floats(n, 5);
    const float eps = 1e-2f;
    auto dx = before_x, dweight = before_weight;
    scalar_table().rms_norm_backward(x.data(), weight.data(), eps, dy.data(), dx.data(), dweight.data(), n);
    const auto loss = [&](const Doubles& at, const Doubles& w) { return dot(rms_norm(at, w, eps), doubles(dy)); };
    expect_gradient(dx, before_x,
                    differences([&](const Doubles& at) { return loss(at, doubles(weight)); }, doubles(x)));
    expect_gradient(dweight, before_weight,
                    differences([&](const Doubles& w) { return loss(doubles(x), w); }, doubles(weight)));
  }
}

TEST(TrainingGradients, OfLayerNormEqualDifferences) {
  for (const int64_t n : {2, 6, 67}) {
    const auto x = random_floats(n, 1), weight = random_floats(n, 2), dy = random_floats(n, 3);
    const auto before_x = random_floats(n, 4), before_weight = random_floats(n, 5), before_bias = random_floats(n, 6);
    const float eps = 1e-2f;
    auto dx = before_x, dweight = before_weight, dbias = before_bias;
    scalar_table().layer_norm_backward(x.data(), weight.data(), eps, dy.data(), dx.data(), dweight.data(), dbias.data(),
                                       n);
    const auto loss = [&](const Doubles& at, const Doubles& w) {
      return dot(layer_norm(at, w, Doubles(at.size()), eps), doubles(dy));
    };
    expect_gradient(dx, before_x,
                    differences([&](const Doubles& at) { return loss(at, doubles(weight)); }, doubles(x)));
    expect_gradient(dweight, before_weight,
                    differences([&](const Doubles& w) { return loss(doubles(x), w); }, doubles(weight)));
    expect_gradient(dbias, before_bias, doubles(dy));
  }
}

TEST(TrainingGradients, OfNormsLeaveOutWhatNobodyLearns) {
  const auto x = random_floats(9, 1), weight = random_floats(9, 2), dy = random_floats(9, 3);
  for (const TrainingKernels* table : runnable_training()) {
    std::vector<float> dx(9), alone(9), dweight(9), dbias(9);
    table->rms_norm_backward(x.data(), weight.data(), 1e-5f, dy.data(), dx.data(), dweight.data(), 9);
    table->rms_norm_backward(x.data(), weight.data(), 1e-5f, dy.data(), alone.data(), nullptr, 9);
    EXPECT_EQ(alone, dx) << table->isa;
    std::vector<float> dx_layer(9), alone_layer(9);
    table->layer_norm_backward(x.data(), weight.data(), 1e-5f, dy.data(), dx_layer.data(), dweight.data(), dbias.data(),
                               9);
    table->layer_norm_backward(x.data(), weight.data(), 1e-5f, dy.data(), alone_layer.data(), nullptr, nullptr, 9);
    EXPECT_EQ(alone_layer, dx_layer) << table->isa;
  }
}

TEST(TrainingGradients, OfActivationsEqualDifferences) {
  std::vector<float> x;
  for (float value = -12; value < 12; value += 0.37f) x.push_back(value);
  const auto n = static_cast<int64_t>(x.size());
  const auto up = random_floats(n, 1), dy = random_floats(n, 2);
  const std::vector<float> nothing(x.size());
  for (const Activation kind : {Activation::kSilu, Activation::kGeluTanh}) {
    const auto loss = [&](const Doubles& gate, const Doubles& by) {
      double sum = 0;
      for (size_t i = 0; i < gate.size(); ++i) sum += activation(kind, gate[i]) * by[i] * dy[i];
      return sum;
    };
    const Doubles ones(x.size(), 1);
    std::vector<float> dx(x.size()), dgate(x.size()), dup(x.size());
    scalar_table().activate_backward(kind, x.data(), dy.data(), dx.data(), n);
    expect_gradient(dx, nothing, differences([&](const Doubles& at) { return loss(at, ones); }, doubles(x)));
    scalar_table().gate_backward(kind, x.data(), up.data(), dy.data(), dgate.data(), dup.data(), n);
    expect_gradient(dgate, nothing, differences([&](const Doubles& at) { return loss(at, doubles(up)); }, doubles(x)));
    expect_gradient(dup, nothing, differences([&](const Doubles& by) { return loss(doubles(x), by); }, doubles(up)));
  }
}

TEST(TrainingKernels, WriteOverTheirInput) {
  const auto x = random_floats(37, 1), up = random_floats(37, 2), dy = random_floats(37, 3);
  for (const TrainingKernels* table : runnable_training()) {
    std::vector<float> apart(37), over = dy, dup(37), over_dup = dy, dgate(37);
    table->activate_backward(Activation::kSilu, x.data(), dy.data(), apart.data(), 37);
    table->activate_backward(Activation::kSilu, x.data(), over.data(), over.data(), 37);
    EXPECT_EQ(over, apart) << table->isa;
    table->gate_backward(Activation::kSilu, x.data(), up.data(), dy.data(), dgate.data(), dup.data(), 37);
    table->gate_backward(Activation::kSilu, x.data(), up.data(), over_dup.data(), apart.data(), over_dup.data(), 37);
    EXPECT_EQ(apart, dgate) << table->isa;
    EXPECT_EQ(over_dup, dup) << table->isa;
  }
}

TEST(TrainingKernels, SumExponentialsAndSquares) {
  for (const int64_t n : kLengths) {
    const auto x = random_floats(n, 1, 3);
    double largest = -1e30, sum = 0, squares = 0;
    for (const float value : x) largest = std::max(largest, double{value});
    for (const float value : x) sum += std::exp(value - largest);
    for (const float value : x) squares += double{value} * value;
    for (const TrainingKernels* table : runnable_training()) {
      EXPECT_EQ(table->max(x.data(), n), static_cast<float>(largest)) << table->isa << " " << n;
      EXPECT_NEAR(table->sum_exp(x.data(), static_cast<float>(largest), n), sum, 3e-6 * sum) << table->isa << " " << n;
      EXPECT_NEAR(table->sum_of_squares(x.data(), n), squares, 1e-6 * squares) << table->isa << " " << n;
      std::vector<float> y(x.size());
      table->exp_shifted(x.data(), 1.5f, 0.25f, y.data(), n);
      for (size_t i = 0; i < x.size(); ++i) {
        const double expected = 0.25 * std::exp(double{x[i]} - 1.5);
        ASSERT_NEAR(y[i], expected, 1e-6 * expected) << table->isa << " " << n;
      }
    }
  }
}

TEST(TrainingKernels, WidenNumbersOfTwoBytes) {
  for (const int64_t n : {1, 3, 4, 15, 16, 17, 40}) {
    const auto x = random_floats(n, 1);
    for (const char* name : {"F16", "BF16"}) {
      const TypeInfo& type = find_type(name)->info();
      std::vector<uint8_t> file(static_cast<size_t>(2 * n));
      std::vector<float> expected(x.size());
      type.encode(x.data(), nullptr, file.data(), n);
      type.decode(file.data(), expected.data(), n);
      for (const TrainingKernels* table : runnable_training()) {
        std::vector<float> y(x.size());
        (name[0] == 'F' ? table->f16_to_floats : table->bf16_to_floats)(file.data(), y.data(), n);
        EXPECT_EQ(y, expected) << table->isa << " " << name << " " << n;
      }
    }
  }
}

TEST(TrainingKernels, TakeAStepOfAdamW) {
  const AdamWStep step{.learning_rate = 0.01f,
                       .beta1 = 0.9f,
                       .beta2 = 0.95f,
                       .eps = 1e-6f,
                       .weight_decay = 0.1f,
                       .correction1 = 1 - 0.9f * 0.9f,
                       .correction2 = 1 - 0.95f * 0.95f,
                       .gradient_scale = 0.5f};
  const auto gradient = random_floats(99, 1), before = random_floats(99, 2), first_before = random_floats(99, 3);
  auto second_before = random_floats(99, 4);
  for (float& value : second_before) value *= value;
  auto parameter = before, first = first_before, second = second_before;
  scalar_table().adamw(step, gradient.data(), parameter.data(), first.data(), second.data(), 99);
  for (size_t i = 0; i < 99; ++i) {
    const double g = double{gradient[i]} * step.gradient_scale;
    const double m = step.beta1 * double{first_before[i]} + (1 - double{step.beta1}) * g;
    const double v = step.beta2 * double{second_before[i]} + (1 - double{step.beta2}) * g * g;
    const double move = m / step.correction1 / (std::sqrt(v / step.correction2) + step.eps);
    const double expected =
        before[i] * (1 - double{step.learning_rate} * step.weight_decay) - step.learning_rate * move;
    EXPECT_NEAR(first[i], m, 1e-6);
    EXPECT_NEAR(second[i], v, 1e-6);
    EXPECT_NEAR(parameter[i], expected, 1e-6);
  }
}

TEST(TrainingKernels, AreTheSameBitsInEveryTable) {
  for (const int64_t n : kLengths) {
    const auto x = random_floats(n, 1, 2), weight = random_floats(n, 2), dy = random_floats(n, 3);
    const auto all = [&](const TrainingKernels& table) {
      std::vector<float> results;
      const auto add = [&](const std::vector<float>& y) { results.insert(results.end(), y.begin(), y.end()); };
      std::vector<float> a = weight, b = dy, c = x;
      table.rms_norm_backward(x.data(), weight.data(), 1e-5f, dy.data(), a.data(), b.data(), n);
      add(a), add(b);
      table.layer_norm_backward(x.data(), weight.data(), 1e-5f, dy.data(), a.data(), b.data(), c.data(), n);
      add(a), add(b), add(c);
      for (const Activation kind : {Activation::kSilu, Activation::kGeluTanh}) {
        table.activate_backward(kind, x.data(), dy.data(), a.data(), n);
        add(a);
        table.gate_backward(kind, x.data(), weight.data(), dy.data(), a.data(), b.data(), n);
        add(a), add(b);
      }
      table.exp_shifted(x.data(), 1, 2, a.data(), n);
      add(a);
      add({table.max(x.data(), n), table.sum_exp(x.data(), 3, n),
           static_cast<float>(table.sum_of_squares(x.data(), n))});
      const AdamWStep step{0.01f, 0.9f, 0.95f, 1e-8f, 0.1f, 0.1f, 0.05f, 0.5f};
      a = weight, b = dy, c.assign(x.size(), 0.5f);
      table.adamw(step, x.data(), a.data(), b.data(), c.data(), n);
      add(a), add(b), add(c);
      return results;
    };
    const auto expected = all(scalar_table());
    for (const TrainingKernels* table : runnable_training()) EXPECT_EQ(all(*table), expected) << table->isa << " " << n;
  }
}

// One head's problem, with room between the rows.
struct Attention {
  Attention(int64_t n, int dim, int64_t see, float cap, bool has_sink)
      : n_tokens(n),
        head_dim(dim),
        stride(dim + 3),
        kv_stride(2 * dim + 1),
        q(random_floats(n * stride, 1)),
        k(random_floats(n * kv_stride, 2)),
        v(random_floats(n * kv_stride, 3)),
        dout(random_floats(n * stride, 4)),
        sink(0.4f),
        in{q.data(),
           k.data(),
           v.data(),
           stride,
           kv_stride,
           n,
           dim,
           1 / std::sqrt(static_cast<float>(dim)),
           cap,
           see,
           has_sink ? &sink : nullptr} {}

  // sum of dout * out, in double.
  double loss(const Doubles& queries, const Doubles& keys, const Doubles& values, double sink_score) const {
    double sum = 0;
    for (int64_t t = 0; t < n_tokens; ++t) {
      const int64_t first = in.window > 0 ? std::max<int64_t>(0, t - in.window + 1) : 0;
      Doubles weights;
      double total = in.sink != nullptr ? std::exp(sink_score) : 0;
      for (int64_t p = first; p <= t; ++p) {
        double score = 0;
        for (int64_t d = 0; d < head_dim; ++d) score += queries[t * stride + d] * keys[p * kv_stride + d];
        score *= in.scale;
        if (in.soft_cap > 0) score = in.soft_cap * std::tanh(score / in.soft_cap);
        weights.push_back(std::exp(score));
        total += weights.back();
      }
      for (int64_t p = first; p <= t; ++p) {
        for (int64_t d = 0; d < head_dim; ++d) {
          sum += weights[p - first] / total * values[p * kv_stride + d] * dout[t * stride + d];
        }
      }
    }
    return sum;
  }

  struct Result {
    std::vector<float> out, log_sum, dq, dk, dv, dsink;
  };
  Result run(const TrainingKernels& table) const {
    Buffer scratch = *Buffer::allocate("scratch", table.attend_scratch_bytes(n_tokens, head_dim));
    Result r{std::vector<float>(q.size()),           std::vector<float>(static_cast<size_t>(n_tokens)),
             random_floats(n_tokens * stride, 5),    random_floats(n_tokens * kv_stride, 6),
             random_floats(n_tokens * kv_stride, 7), {0.25f}};
    table.attend(in, r.out.data(), r.log_sum.data(), scratch.data());
    table.attend_backward(in, r.out.data(), r.log_sum.data(), dout.data(),
                          {r.dq.data(), r.dk.data(), r.dv.data(), in.sink != nullptr ? r.dsink.data() : nullptr},
                          scratch.data());
    return r;
  }

  int64_t n_tokens;
  int head_dim;
  int64_t stride, kv_stride;
  std::vector<float> q, k, v, dout;
  float sink;
  TrainingAttention in;
};

TEST(TrainingAttention, GradientsEqualDifferences) {
  for (const Attention& a : {Attention(1, 4, 0, 0, false), Attention(13, 8, 0, 0, false), Attention(19, 5, 6, 0, false),
                             Attention(14, 6, 0, 1.5f, true), Attention(17, 4, 3, 2.5f, true)}) {
    const auto r = a.run(scalar_table());
    const Doubles q = doubles(a.q), k = doubles(a.k), v = doubles(a.v);
    double loss = 0;
    for (int64_t t = 0; t < a.n_tokens; ++t) {
      for (int64_t d = 0; d < a.head_dim; ++d) loss += double{r.out[t * a.stride + d]} * a.dout[t * a.stride + d];
    }
    EXPECT_NEAR(loss, a.loss(q, k, v, a.sink), 1e-5);
    expect_gradient(r.dq, random_floats(a.n_tokens * a.stride, 5),
                    differences([&](const Doubles& x) { return a.loss(x, k, v, a.sink); }, q));
    expect_gradient(r.dk, random_floats(a.n_tokens * a.kv_stride, 6),
                    differences([&](const Doubles& x) { return a.loss(q, x, v, a.sink); }, k));
    expect_gradient(r.dv, random_floats(a.n_tokens * a.kv_stride, 7),
                    differences([&](const Doubles& x) { return a.loss(q, k, x, a.sink); }, v));
    if (a.in.sink == nullptr) continue;
    expect_gradient(r.dsink, {0.25f},
                    differences([&](const Doubles& x) { return a.loss(q, k, v, x[0]); }, {double{a.sink}}));
  }
}

// Tables differ in the strips they cut keys into, where weights that are zero are added.
TEST(TrainingAttention, IsTheSameInEveryTable) {
  for (const Attention& a :
       {Attention(1, 16, 0, 0, false), Attention(47, 16, 0, 0, true), Attention(97, 33, 0, 0, false),
        Attention(130, 64, 40, 0, false), Attention(70, 80, 0, 20, false), Attention(100, 256, 33, 30, true)}) {
    const auto expected = a.run(scalar_table());
    for (const TrainingKernels* table : runnable_training().subspan(1)) {
      const auto r = a.run(*table);
      SCOPED_TRACE(std::string(table->isa) + " " + std::to_string(a.n_tokens) + "x" + std::to_string(a.head_dim));
      EXPECT_EQ(r.log_sum, expected.log_sum);
      EXPECT_EQ(r.out, expected.out);
      EXPECT_EQ(r.dq, expected.dq);
      EXPECT_EQ(r.dk, expected.dk);
      EXPECT_EQ(r.dv, expected.dv);
      EXPECT_EQ(r.dsink, expected.dsink);
    }
  }
}

TEST(TrainingAttention, DoesNotLookAhead) {
  const Attention a(60, 24, 0, 0, false);
  for (const TrainingKernels* table : runnable_training()) {
    const auto whole = a.run(*table);
    Attention shorter = a;
    shorter.in.n_tokens = 41;
    Buffer scratch = *Buffer::allocate("scratch", table->attend_scratch_bytes(41, a.head_dim));
    std::vector<float> out(a.q.size()), log_sum(41);
    table->attend(shorter.in, out.data(), log_sum.data(), scratch.data());
    EXPECT_EQ(log_sum, std::vector<float>(whole.log_sum.begin(), whole.log_sum.begin() + 41)) << table->isa;
    const auto end = 40 * a.stride + a.head_dim;
    EXPECT_EQ(std::vector<float>(out.begin(), out.begin() + end),
              std::vector<float>(whole.out.begin(), whole.out.begin() + end))
        << table->isa;
  }
}

// One strip of each operand by one table.
struct Strips {
  const TrainingKernels::Gemm& gemm;
  std::vector<float> multiply(const StridedMatrix& a, const StridedMatrix& b, int64_t k, int64_t n_rows,
                              int64_t n_columns, const std::vector<float>& before, bool accumulate) const {
    Buffer packed_a = *Buffer::allocate("a", gemm.packed_bytes(gemm.strip_rows, k));
    Buffer packed_b = *Buffer::allocate("b", gemm.packed_bytes(gemm.strip_columns, k));
    gemm.pack_a(a, 0, n_rows, 0, k, packed_a.data());
    gemm.pack_b(b, 0, n_columns, 0, k, packed_b.data());
    std::vector<float> c = before;
    gemm.multiply(packed_a.data(), packed_b.data(), k, c.data(), n_columns + 1, n_rows, n_columns, accumulate);
    return c;
  }
};

TEST(TrainingGemm, AddsProductsInOrder) {
  for (const TrainingKernels* table : runnable_training()) {
    const Strips strips{table->f32};
    for (const int64_t n_rows : {1, 2, table->f32.strip_rows - 1, table->f32.strip_rows}) {
      for (const int64_t n_columns : {1, 3, table->f32.strip_columns - 1, table->f32.strip_columns}) {
        for (const int64_t k : {1, 7, 16, 17, 40}) {
          const auto a = random_floats(n_rows * k, 1), b = random_floats(k * n_columns, 2);
          const auto before = random_floats(n_rows * (n_columns + 1), 3);
          for (const bool accumulate : {false, true}) {
            auto expected = before;
            for (int64_t i = 0; i < n_rows; ++i) {
              for (int64_t j = 0; j < n_columns; ++j) {
                float& sum = expected[i * (n_columns + 1) + j];
                if (!accumulate) sum = 0;
                for (int64_t at = 0; at < k; ++at) sum = std::fma(a[i * k + at], b[at * n_columns + j], sum);
              }
            }
            EXPECT_EQ(
                strips.multiply({a.data(), k, 1}, {b.data(), n_columns, 1}, k, n_rows, n_columns, before, accumulate),
                expected)
                << table->isa << " " << n_rows << "x" << n_columns << "x" << k;
          }
        }
      }
    }
  }
}

// Nearest even, written from the format: 8 bits of fraction, the last one hidden.
float to_bf16(float x) {
  int exponent;
  const double fraction = std::frexp(double{x}, &exponent);
  return static_cast<float>(std::ldexp(std::nearbyint(std::ldexp(fraction, 8)), exponent - 8));
}

TEST(TrainingGemm, RoundsToBf16AndAddsWithinItsBound) {
  for (const TrainingKernels* table : runnable_training()) {
    if (table->bf16.multiply == nullptr) continue;
    const Strips strips{table->bf16};
    for (const int64_t n_rows : {1, 3, table->bf16.strip_rows}) {
      for (const int64_t n_columns : {1, 15, 17, table->bf16.strip_columns}) {
        if (n_columns > table->bf16.strip_columns) continue;
        for (const int64_t k : {1, 2, 31, 32, 33, 100}) {
          const auto a = random_floats(n_rows * k, 1), b = random_floats(k * n_columns, 2);
          std::vector<float> a_turned(a.size()), b_turned(b.size());
          for (int64_t i = 0; i < n_rows * k; ++i) a_turned[i % k * n_rows + i / k] = a[i];
          for (int64_t i = 0; i < n_columns * k; ++i) b_turned[i % n_columns * k + i / n_columns] = b[i];
          const auto before = random_floats(n_rows * (n_columns + 1), 3);
          for (const bool accumulate : {false, true}) {
            const auto c =
                strips.multiply({a.data(), k, 1}, {b.data(), n_columns, 1}, k, n_rows, n_columns, before, accumulate);
            for (int64_t i = 0; i < n_rows; ++i) {
              for (int64_t j = 0; j < n_columns; ++j) {
                const int64_t place = i * (n_columns + 1) + j;
                float in_order = accumulate ? before[place] : 0;
                double magnitude = std::abs(in_order);
                for (int64_t at = 0; at < k; ++at) {
                  const float x = to_bf16(a[i * k + at]), y = to_bf16(b[at * n_columns + j]);
                  in_order = std::fma(x, y, in_order);
                  magnitude += std::abs(double{x} * y);
                }
                const double bound =
                    table == &scalar_table() ? 0 : 2 * static_cast<double>(k + 1) * 0x1p-24 * magnitude;
                ASSERT_NEAR(c[place], in_order, bound)
                    << table->isa << " " << n_rows << "x" << n_columns << "x" << k << " at " << i << ", " << j;
              }
              EXPECT_EQ(c[i * (n_columns + 1) + n_columns], before[i * (n_columns + 1) + n_columns]);
            }
            EXPECT_EQ(c, strips.multiply({a_turned.data(), 1, n_rows}, {b_turned.data(), 1, k}, k, n_rows, n_columns,
                                         before, accumulate))
                << table->isa;
          }
        }
      }
    }
  }
}

TEST(TrainingGemm, MultipliesStripsOneAfterAnother) {
  for (const TrainingKernels* table : runnable_training()) {
    for (const TrainingKernels::Gemm* gemm : {&table->f32, &table->bf16}) {
      if (gemm->multiply == nullptr) continue;
      const int64_t k = 37, n_rows = 2 * gemm->strip_rows + 1, n_columns = gemm->strip_columns - 1;
      const auto a = random_floats(n_rows * k, 1), b = random_floats(k * n_columns, 2);
      const StridedMatrix a_view{a.data(), k, 1}, b_view{b.data(), n_columns, 1};
      const int64_t strip_bytes = gemm->packed_bytes(gemm->strip_rows, k);
      Buffer packed_a = *Buffer::allocate("a", 3 * strip_bytes);
      Buffer packed_b = *Buffer::allocate("b", gemm->packed_bytes(gemm->strip_columns, k));
      for (int64_t row = 0; row < n_rows; row += gemm->strip_rows) {
        gemm->pack_a(a_view, row, std::min<int64_t>(n_rows - row, gemm->strip_rows), 0, k,
                     packed_a.data() + row / gemm->strip_rows * strip_bytes);
      }
      gemm->pack_b(b_view, 0, n_columns, 0, k, packed_b.data());
      std::vector<float> together(static_cast<size_t>(n_rows * n_columns)), apart(together.size());
      gemm->multiply(packed_a.data(), packed_b.data(), k, together.data(), n_columns, n_rows, n_columns, false);
      for (int64_t row = 0; row < n_rows; row += gemm->strip_rows) {
        gemm->multiply(packed_a.data() + row / gemm->strip_rows * strip_bytes, packed_b.data(), k,
                       apart.data() + row * n_columns, n_columns, std::min<int64_t>(n_rows - row, gemm->strip_rows),
                       n_columns, false);
      }
      EXPECT_EQ(together, apart) << table->isa;
    }
  }
}

TEST(TrainingGemm, ShowsWhatIsNotANumber) {
  for (const TrainingKernels* table : runnable_training()) {
    for (const TrainingKernels::Gemm* gemm : {&table->f32, &table->bf16}) {
      if (gemm->multiply == nullptr) continue;
      // a signalling NaN whose fraction is lost in bf16, and one too large for it
      const float hidden = std::bit_cast<float>(0x7f800001u), too_large = 3.4e38f;
      const std::vector<float> a = {hidden, 1, 1, 1, too_large, 1}, b = {1, 2};
      const auto c = Strips{*gemm}.multiply({a.data(), 2, 1}, {b.data(), 1, 1}, 2, 3, 1, std::vector<float>(6), false);
      EXPECT_TRUE(std::isnan(c[0])) << table->isa;
      EXPECT_EQ(c[2], 3) << table->isa;
      EXPECT_GT(c[4], 3.3e38f) << table->isa;
    }
  }
}

}  // namespace
}  // namespace ondol
