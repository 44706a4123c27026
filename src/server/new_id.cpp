#include "server/new_id.h"

#include <random>

#include "base/random.h"

namespace ondol {

std::string new_id(std::string_view prefix) {
  constexpr std::string_view kLetters = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  std::random_device device;
  SplitMix64 random(uint64_t{device()} << 32 | device());
  std::string id(prefix);
  for (int i = 0; i < 24; ++i) id += kLetters[static_cast<size_t>(random.below(std::ssize(kLetters)))];
  return id;
}

}  // namespace ondol
