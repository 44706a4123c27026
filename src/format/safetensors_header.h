// The JSON header of a safetensors file.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "tensor/tensor_view.h"

namespace ondol {

struct SafetensorsEntry {
  std::string name;
  std::string dtype;
  Shape shape;
  int64_t begin = 0, end = 0;  // bytes from the start of the data
};

struct SafetensorsHeader {
  std::vector<SafetensorsEntry> tensors;
  std::vector<std::pair<std::string, std::string>> metadata;
};

// Fails with kCorruptFile on anything but the form safetensors.h draws: other fields, a field twice or missing, a name
// twice, a number that is negative, fractional or above 2^63.  `file` stands for itself in messages.
Result<SafetensorsHeader> parse_safetensors_header(std::string_view file, std::string_view json);

}  // namespace ondol
