#include "models.h"

#include <gtest/gtest.h>

namespace ondol::e2e {

std::string patched_model(const std::string& before, const std::string& after) {
  std::string bytes = read_file(kModel);
  const size_t at = bytes.find(before);
  EXPECT_NE(at, std::string::npos) << "the model no longer holds " << before;
  EXPECT_EQ(before.size(), after.size());
  if (at != std::string::npos) bytes.replace(at, before.size(), after);
  return bytes;
}

std::string u32_entry(const std::string& key, uint32_t value) {
  std::string entry = key + std::string("\x04\0\0\0", 4);
  for (int i = 0; i < 4; ++i) entry += static_cast<char>(value >> (8 * i));
  return entry;
}

}  // namespace ondol::e2e
