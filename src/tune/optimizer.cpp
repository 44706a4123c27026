#include "tune/optimizer.h"

#include <algorithm>
#include <cmath>

#include "base/checked_math.h"
#include "kernel/dispatch.h"

namespace ondol {
namespace {

// Elements that a thread takes at a time, and whose squares are summed together.
constexpr int64_t kPiece = 1 << 15;

}  // namespace

AdamW::AdamW(Network<float>& network, const AdamWOptions& options) : options_(options) {
  for (Parameter<float>& p : network.parameters()) {
    if (!p.trained) continue;
    parameters_.push_back(&p);
    const auto n = static_cast<size_t>(p.n_elements());
    moments_.push_back({std::vector<float>(n), std::vector<float>(n)});
  }
}

// Pieces are summed in order, whichever thread took them.
double AdamW::gradient_norm(ThreadPool& pool) const {
  double sum = 0;
  std::vector<double> parts;
  for (const Parameter<float>* p : parameters_) {
    parts.assign(static_cast<size_t>(divide_up(p->n_elements(), kPiece)), 0.0);
    pool.for_each(std::ssize(parts), [&](int64_t piece, int) {
      const int64_t n = std::min(kPiece, p->n_elements() - piece * kPiece);
      parts[static_cast<size_t>(piece)] = training_kernels().sum_of_squares(p->gradient.data() + piece * kPiece, n);
    });
    for (const double part : parts) sum += part;
  }
  return std::sqrt(sum);
}

double AdamW::step(ThreadPool& pool, double learning_rate, double gradient_scale) {
  const double norm = gradient_norm(pool) * gradient_scale;
  if (!std::isfinite(norm)) return norm;
  ++n_steps_;
  const double clipped = options_.clip > 0 && norm > options_.clip ? options_.clip / norm : 1;
  AdamWStep settings{
      .learning_rate = static_cast<float>(learning_rate),
      .beta1 = static_cast<float>(options_.beta1),
      .beta2 = static_cast<float>(options_.beta2),
      .eps = static_cast<float>(options_.eps),
      .weight_decay = 0,
      .correction1 = static_cast<float>(1 - std::pow(options_.beta1, static_cast<double>(n_steps_))),
      .correction2 = static_cast<float>(1 - std::pow(options_.beta2, static_cast<double>(n_steps_))),
      .gradient_scale = static_cast<float>(gradient_scale * clipped),
  };
  for (size_t i = 0; i < parameters_.size(); ++i) {
    Parameter<float>& p = *parameters_[i];
    Moments& moments = moments_[i];
    settings.weight_decay = p.is_matrix() ? static_cast<float>(options_.weight_decay) : 0;
    pool.for_each(divide_up(p.n_elements(), kPiece), [&](int64_t piece, int) {
      const int64_t at = piece * kPiece, n = std::min(kPiece, p.n_elements() - at);
      training_kernels().adamw(settings, p.gradient.data() + at, p.value.data() + at, moments.first.data() + at,
                               moments.second.data() + at, n);
    });
  }
  return norm;
}

}  // namespace ondol
