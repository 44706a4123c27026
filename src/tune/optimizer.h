// AdamW over a network's trained parameters.   Source: Loshchilov and Hutter 2019 (Decoupled weight decay).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/thread_pool.h"
#include "tune/network.h"

namespace ondol {

struct AdamWOptions {
  double beta1 = 0.9, beta2 = 0.999, eps = 1e-8;
  double weight_decay = 0.01;  // of matrices; norms and biases have none
  double clip = 1;             // largest norm of all gradients together; 0: no limit
};

class AdamW {
 public:
  // The moments of one parameter, [n_elements] each.
  struct Moments {
    std::vector<float> first, second;
  };

  AdamW(Network<float>& network, const AdamWOptions& options);

  // One step with the gradients times `gradient_scale`.  Returns their norm before clipping; where that is not a finite
  // number nothing is changed.
  double step(ThreadPool& pool, double learning_rate, double gradient_scale);

  int64_t n_steps() const { return n_steps_; }
  void set_n_steps(int64_t n) { n_steps_ = n; }
  // In the order of the network's trained parameters.
  std::vector<Parameter<float>*>& parameters() { return parameters_; }
  std::vector<Moments>& moments() { return moments_; }

 private:
  double gradient_norm(ThreadPool& pool) const;

  AdamWOptions options_;
  std::vector<Parameter<float>*> parameters_;
  std::vector<Moments> moments_;
  int64_t n_steps_ = 0;
};

}  // namespace ondol
