#include "tensor/signed_points.h"

#include <cstring>

#include "tensor/panel_lines.h"

namespace ondol {

SignWord read_file_signs(const uint8_t* word) {
  uint32_t bits;
  std::memcpy(&bits, word, 4);
  SignWord signs;
  for (int j = 0; j < 4; ++j) signs.seven[j] = static_cast<uint8_t>(bits >> 7 * j & 127);
  signs.field = static_cast<int>(bits >> 28);
  return signs;
}

void write_file_signs(const SignWord& signs, uint8_t* word) {
  uint32_t bits = static_cast<uint32_t>(signs.field) << 28;
  for (int j = 0; j < 4; ++j) bits |= static_cast<uint32_t>(signs.seven[j]) << 7 * j;
  std::memcpy(word, &bits, 4);
}

SignWord read_panel_signs(const uint8_t* line, int row) {
  SignWord signs;
  read_byte_lines(line, 1, row, signs.seven);
  signs.field = 0;
  for (int j = 0; j < 4; ++j) {
    signs.field |= signs.seven[j] >> 7 << j;
    signs.seven[j] &= 127;
  }
  return signs;
}

void write_panel_signs(const SignWord& signs, int row, uint8_t* line) {
  uint8_t bytes[4];
  for (int j = 0; j < 4; ++j) bytes[j] = static_cast<uint8_t>(signs.seven[j] | (signs.field >> j & 1) << 7);
  write_byte_lines(bytes, 1, row, line);
}

}  // namespace ondol
