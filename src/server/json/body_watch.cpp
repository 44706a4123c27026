#include "server/json/body_watch.h"

namespace ondol {

bool BodyWatch::begin() {
  if (!take_value()) return false;
  if (std::ssize(keys_) == kMaxJsonDepth) return stop(Fault::kTooDeep);
  keys_.emplace_back();
  return true;
}

bool BodyWatch::end() {
  keys_.pop_back();
  return true;
}

bool BodyWatch::key(std::string& name) {
  constexpr int64_t kMostSteps = 20'000'000;  // of all searches for a key; an object of 4,096 keys takes 8 million
  auto& keys = keys_.back();
  n_steps_ += std::ssize(keys);
  if (n_steps_ > kMostSteps) return stop(Fault::kTooLarge);
  if (keys.insert(name).second) return true;
  key_ = name;
  return stop(Fault::kKeyTwice);
}

}  // namespace ondol
