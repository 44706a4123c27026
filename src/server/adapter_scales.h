// AdapterScales: how much each adapter of a model adds where a request does not say.
#pragma once

#include <mutex>
#include <utility>
#include <vector>

namespace ondol {

// Any thread.
class AdapterScales {
 public:
  void set(std::vector<float> scales) {
    const std::lock_guard lock(mutex_);
    scales_ = std::move(scales);
  }
  std::vector<float> get() const {
    const std::lock_guard lock(mutex_);
    return scales_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<float> scales_;  // of each adapter
};

}  // namespace ondol
