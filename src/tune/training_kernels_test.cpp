// Every table of training kernels against the definitions of tune/operations.h in float.
//
// Tables sum in an order of their own, so results may differ by some roundings of the sum of magnitudes; their exp is
// right to 7.8e-8 (kernel/generic/exp.h).  The bound is kBound of the largest result.
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "base/memory.h"
#include "kernel/dispatch.h"
#include "tune/operations.h"

namespace ondol {
namespace {

using Floats = std::vector<float>;

constexpr float kBound = 2e-6f;

Floats random_floats(int64_t n, uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  Floats x(static_cast<size_t>(n));
  for (float& value : x) value = normal(random);
  return x;
}

void expect_near(const char* what, const Floats& actual, const Floats& expected) {
  float largest = 1;
  for (const float value : expected) largest = std::max(largest, std::abs(value));
  ASSERT_EQ(actual.size(), expected.size());
  for (size_t i = 0; i < actual.size(); ++i)
    ASSERT_NEAR(actual[i], expected[i], kBound * largest) << what << " at " << i;
}

constexpr int64_t kLengths[] = {1, 2, 15, 16, 17, 63, 65, 200};

TEST(TrainingKernels, DifferentiateNormsAsDefined) {
  for (const TrainingKernels* table : runnable_training()) {
    for (const int64_t n : kLengths) {
      SCOPED_TRACE(std::string(table->isa) + " " + std::to_string(n));
      const Floats x = random_floats(n, 1), weight = random_floats(n, 2), dy = random_floats(n, 3);
      const float eps = 0.01f;
      Floats dx = random_floats(n, 4), dweight = random_floats(n, 5), dbias = random_floats(n, 6);
      Floats dx_defined = dx, dweight_defined = dweight, dbias_defined = dbias;
      table->rms_norm_backward(x.data(), weight.data(), eps, dy.data(), dx.data(), dweight.data(), n);
      operations::rms_norm_backward(x.data(), weight.data(), eps, dy.data(), dx_defined.data(), dweight_defined.data(),
                                    n);
      expect_near("rms dx", dx, dx_defined);
      expect_near("rms dweight", dweight, dweight_defined);
      dx = dx_defined, dweight = dweight_defined;
      table->layer_norm_backward(x.data(), weight.data(), eps, dy.data(), dx.data(), dweight.data(), dbias.data(), n);
      operations::layer_norm_backward(x.data(), weight.data(), eps, dy.data(), dx_defined.data(),
                                      dweight_defined.data(), dbias_defined.data(), n);
      expect_near("layer dx", dx, dx_defined);
      expect_near("layer dweight", dweight, dweight_defined);
      expect_near("layer dbias", dbias, dbias_defined);
    }
  }
}

TEST(TrainingKernels, DifferentiateActivationsAsDefined) {
  for (const TrainingKernels* table : runnable_training()) {
    for (const Activation kind : {Activation::kSilu, Activation::kGeluTanh}) {
      SCOPED_TRACE(table->isa);
      const int64_t n = 501;
      Floats x(static_cast<size_t>(n));
      for (size_t i = 0; i < x.size(); ++i) x[i] = (static_cast<float>(i) - 250) * 0.06f;
      const Floats up = random_floats(n, 1), dy = random_floats(n, 2);
      Floats a(x.size()), b(x.size()), a_defined(x.size()), b_defined(x.size());
      table->activate_backward(kind, x.data(), dy.data(), a.data(), n);
      operations::activate_backward(kind, x.data(), dy.data(), a_defined.data(), n);
      expect_near("dx", a, a_defined);
      table->gate_backward(kind, x.data(), up.data(), dy.data(), a.data(), b.data(), n);
      operations::gate_backward(kind, x.data(), up.data(), dy.data(), a_defined.data(), b_defined.data(), n);
      expect_near("dgate", a, a_defined);
      expect_near("dup", b, b_defined);
    }
  }
}

TEST(TrainingKernels, SumExponentialsAsDefined) {
  for (const TrainingKernels* table : runnable_training()) {
    for (const int64_t n : kLengths) {
      const Floats x = random_floats(n, 1);
      const float max = table->max(x.data(), n);
      EXPECT_NEAR(max + std::log(table->sum_exp(x.data(), max, n)), operations::log_sum_exp(x.data(), n), kBound)
          << table->isa << " " << n;
    }
  }
}

TEST(TrainingKernels, StepAsDefined) {
  const AdamWStep step{.learning_rate = 0.01f,
                       .beta1 = 0.9f,
                       .beta2 = 0.99f,
                       .eps = 1e-8f,
                       .weight_decay = 0.1f,
                       .correction1 = 0.3f,
                       .correction2 = 0.05f,
                       .gradient_scale = 0.5f};
  for (const TrainingKernels* table : runnable_training()) {
    for (const int64_t n : kLengths) {
      SCOPED_TRACE(std::string(table->isa) + " " + std::to_string(n));
      const Floats gradient = random_floats(n, 1);
      Floats parameter = random_floats(n, 2), first = random_floats(n, 3), second(first.size(), 0.25f);
      Floats parameter_defined = parameter, first_defined = first, second_defined = second;
      table->adamw(step, gradient.data(), parameter.data(), first.data(), second.data(), n);
      operations::adamw(step, gradient.data(), parameter_defined.data(), first_defined.data(), second_defined.data(),
                        n);
      expect_near("parameter", parameter, parameter_defined);
      expect_near("first", first, first_defined);
      expect_near("second", second, second_defined);
    }
  }
}

struct AttentionCase {
  int64_t n_tokens;
  int head_dim;
  float soft_cap;
  int64_t window;
  bool has_sink;
};

TEST(TrainingKernels, AttendAsDefined) {
  for (const AttentionCase& c : {AttentionCase{1, 16, 0, 0, false},
                                 {33, 16, 0, 0, false},
                                 {70, 24, 2, 0, false},
                                 {65, 64, 0, 20, true},
                                 {100, 32, 1.5f, 7, true}}) {
    const int64_t stride = c.head_dim + 5, kv_stride = c.head_dim + 2;
    const int64_t n_q = c.n_tokens * stride, n_kv = c.n_tokens * kv_stride;
    const Floats q = random_floats(n_q, 1), k = random_floats(n_kv, 2), v = random_floats(n_kv, 3),
                 dout = random_floats(n_q, 4);
    const float sink = 0.7f, scale = 1 / std::sqrt(static_cast<float>(c.head_dim));
    const float* const sinks = c.has_sink ? &sink : nullptr;
    const auto room = [](int64_t n) { return Floats(static_cast<size_t>(n)); };
    Floats out_defined = room(n_q), log_sum_defined = room(c.n_tokens), dq_defined = room(n_q), dk_defined = room(n_kv),
           dv_defined = room(n_kv), dsink_defined = room(1);
    const operations::AttentionView<float> view{q.data(),   k.data(), v.data(),   stride,   kv_stride, c.n_tokens,
                                                c.head_dim, scale,    c.soft_cap, c.window, sinks};
    operations::attend(view, out_defined.data(), log_sum_defined.data());
    operations::attend_backward(view, out_defined.data(), log_sum_defined.data(), dout.data(),
                                {dq_defined.data(), dk_defined.data(), dv_defined.data(), dsink_defined.data()});
    for (const TrainingKernels* table : runnable_training()) {
      SCOPED_TRACE(std::string(table->isa) + " " + std::to_string(c.n_tokens) + "x" + std::to_string(c.head_dim));
      Buffer scratch = *Buffer::allocate("scratch", table->attend_scratch_bytes(c.n_tokens, c.head_dim));
      const TrainingAttention in{q.data(),   k.data(), v.data(),   stride,   kv_stride, c.n_tokens,
                                 c.head_dim, scale,    c.soft_cap, c.window, sinks};
      Floats out = room(n_q), log_sum = room(c.n_tokens), dq = room(n_q), dk = room(n_kv), dv = room(n_kv),
             dsink = room(1);
      table->attend(in, out.data(), log_sum.data(), scratch.data());
      table->attend_backward(in, out.data(), log_sum.data(), dout.data(),
                             {dq.data(), dk.data(), dv.data(), c.has_sink ? dsink.data() : nullptr}, scratch.data());
      expect_near("out", out, out_defined);
      expect_near("log_sum", log_sum, log_sum_defined);
      expect_near("dq", dq, dq_defined);
      expect_near("dk", dk, dk_defined);
      expect_near("dv", dv, dv_defined);
      expect_near("dsink", dsink, dsink_defined);
    }
  }
}

}  // namespace
}  // namespace ondol
