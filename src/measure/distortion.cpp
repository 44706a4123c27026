#include "measure/distortion.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <tuple>

#include "base/random.h"
#include "tensor/dtype.h"

namespace ondol {
namespace {

constexpr int64_t kCols = 512;
constexpr double kSpread = 0.02;  // of a usual matrix

// Box and Muller 1958.
double normal(SplitMix64& random) {
  const double radius = std::sqrt(-2 * std::log(1 - random.uniform()));
  return radius * std::cos(2 * std::numbers::pi * random.uniform());
}

double student_t(SplitMix64& random) {
  constexpr int kDegrees = 5;
  const double above = normal(random);
  double squares = 0;
  for (int i = 0; i < kDegrees; ++i) squares += std::pow(normal(random), 2);
  return above / std::sqrt(squares / kDegrees);
}

std::vector<float> draw(int64_t n_rows, double (*number)(SplitMix64&)) {
  SplitMix64 random(1);
  std::vector<float> weights(static_cast<size_t>(n_rows * kCols));
  for (float& weight : weights) weight = static_cast<float>(kSpread * number(random));
  return weights;
}

double relative_error(const TypeInfo& type, const std::vector<float>& weights, ThreadPool& pool) {
  const int64_t n_rows = std::ssize(weights) / kCols;
  std::vector<double> errors(static_cast<size_t>(n_rows)), energies(errors.size());
  pool.for_each(n_rows, [&](int64_t row, int) {
    const float* x = weights.data() + row * kCols;
    std::vector<uint8_t> blocks(static_cast<size_t>(kCols / type.block_weights * type.block_bytes));
    float decoded[kCols];
    type.encode(x, nullptr, blocks.data(), kCols);
    type.decode(blocks.data(), decoded, kCols);
    double error = 0, energy = 0;
    for (int64_t c = 0; c < kCols; ++c) {
      const double difference = static_cast<double>(decoded[c]) - x[c];
      error += difference * difference;
      energy += static_cast<double>(x[c]) * x[c];
    }
    errors[static_cast<size_t>(row)] = error;
    energies[static_cast<size_t>(row)] = energy;
  });
  double error = 0, energy = 0;
  for (size_t row = 0; row < errors.size(); ++row) {
    error += errors[row];
    energy += energies[row];
  }
  return error / energy;
}

}  // namespace

double Distortion::times_least() const { return gaussian * std::exp2(2 * bits_per_weight); }

std::vector<Distortion> measure_distortion(int64_t n_rows, ThreadPool& pool) {
  const std::vector<float> gaussian = draw(n_rows, normal), heavy_tailed = draw(n_rows, student_t);
  std::vector<Distortion> all;
  for (const TypeInfo& type : all_types()) {
    if (type.is_float) continue;
    all.push_back({.type = type.name,
                   .bits_per_weight = 8.0 * type.block_bytes / type.block_weights,
                   .gaussian = relative_error(type, gaussian, pool),
                   .student_t = relative_error(type, heavy_tailed, pool)});
  }
  std::stable_sort(all.begin(), all.end(), [](const Distortion& a, const Distortion& b) {
    return std::tuple(a.bits_per_weight, a.gaussian) < std::tuple(b.bits_per_weight, b.gaussian);
  });
  return all;
}

}  // namespace ondol
