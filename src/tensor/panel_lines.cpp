#include "tensor/panel_lines.h"

#include <cstring>

// Four levels, one per byte, are handled as one 32-bit word: a k-step of a row.
namespace ondol {
namespace {

constexpr uint32_t kEveryByte = 0x01010101u;

uint32_t load_word(const uint8_t* at) {
  uint32_t word;
  std::memcpy(&word, at, 4);
  return word;
}

void store_word(uint32_t word, uint8_t* at) { std::memcpy(at, &word, 4); }

uint8_t* place(uint8_t* lines, int line, int row) { return lines + kLineBytes * line + 4 * row; }
const uint8_t* place(const uint8_t* lines, int line, int row) { return lines + kLineBytes * line + 4 * row; }

void or_word(uint32_t word, uint8_t* at) { store_word(load_word(at) | word, at); }

}  // namespace

void read_split_nibbles(const uint8_t* bytes, uint8_t* levels) {
  for (int j = 0; j < 16; ++j) {
    levels[j] = bytes[j] & 15;
    levels[j + 16] = bytes[j] >> 4;
  }
}

void write_split_nibbles(const uint8_t* levels, uint8_t* bytes) {
  for (int j = 0; j < 16; ++j) bytes[j] = static_cast<uint8_t>((levels[j] & 15) | levels[j + 16] << 4);
}

void add_word_bits(const uint8_t* word, uint8_t* levels) {
  const uint32_t bits = load_word(word);
  for (int c = 0; c < kGroup; ++c) levels[c] = static_cast<uint8_t>(levels[c] | (bits >> c & 1) << 4);
}

void write_word_bits(const uint8_t* levels, uint8_t* word) {
  uint32_t bits = 0;
  for (int c = 0; c < kGroup; ++c) bits |= (levels[c] >> 4 & 1u) << c;
  store_word(bits, word);
}

void add_fields(const uint8_t* bytes, int shift, int mask, int level_shift, uint8_t* levels) {
  for (int c = 0; c < kGroup; ++c)
    levels[c] = static_cast<uint8_t>(levels[c] | (bytes[c] >> shift & mask) << level_shift);
}

void write_fields(const uint8_t* levels, int level_shift, int mask, int shift, uint8_t* bytes) {
  for (int c = 0; c < kGroup; ++c)
    bytes[c] = static_cast<uint8_t>(bytes[c] | (levels[c] >> level_shift & mask) << shift);
}

void add_nibble_lines(const uint8_t* lines, int row, uint8_t* levels) {
  for (int i = 0; i < 4; ++i) {
    const uint32_t word = load_word(place(lines, i, row));
    or_word(word & 15 * kEveryByte, levels + 4 * i);
    or_word(word >> 4 & 15 * kEveryByte, levels + 4 * (i + 4));
  }
}

void write_nibble_lines(const uint8_t* levels, int row, uint8_t* lines) {
  for (int i = 0; i < 4; ++i) {
    const uint32_t low = load_word(levels + 4 * i) & 15 * kEveryByte;
    const uint32_t high = load_word(levels + 4 * (i + 4)) & 15 * kEveryByte;
    store_word(low | high << 4, place(lines, i, row));
  }
}

void add_crumb_lines(const uint8_t* lines, int row, int level_shift, uint8_t* levels) {
  for (int s = 0; s < 8; ++s) {
    const uint32_t word = load_word(place(lines, s / 4, row)) >> 2 * (s % 4);
    or_word((word & 3 * kEveryByte) << level_shift, levels + 4 * s);
  }
}

void write_crumb_lines(const uint8_t* levels, int level_shift, int row, uint8_t* lines) {
  for (int j = 0; j < 2; ++j) {
    uint32_t word = 0;
    for (int i = 0; i < 4; ++i) {
      word |= (load_word(levels + 4 * (4 * j + i)) >> level_shift & 3 * kEveryByte) << 2 * i;
    }
    store_word(word, place(lines, j, row));
  }
}

void add_bit_line(const uint8_t* line, int row, int level_shift, uint8_t* levels) {
  const uint32_t word = load_word(place(line, 0, row));
  for (int s = 0; s < 8; ++s) or_word((word >> s & kEveryByte) << level_shift, levels + 4 * s);
}

void write_bit_line(const uint8_t* levels, int level_shift, int row, uint8_t* line) {
  uint32_t word = 0;
  for (int s = 0; s < 8; ++s) word |= (load_word(levels + 4 * s) >> level_shift & kEveryByte) << s;
  store_word(word, place(line, 0, row));
}

void read_byte_lines(const uint8_t* lines, int n_lines, int row, uint8_t* bytes) {
  for (int i = 0; i < n_lines; ++i) std::memcpy(bytes + 4 * i, place(lines, i, row), 4);
}

void write_byte_lines(const uint8_t* bytes, int n_lines, int row, uint8_t* lines) {
  for (int i = 0; i < n_lines; ++i) std::memcpy(place(lines, i, row), bytes + 4 * i, 4);
}

void write_half(uint16_t value, int row, uint8_t* halves) { std::memcpy(halves + 2 * row, &value, 2); }

uint16_t read_half(const uint8_t* halves, int row) {
  uint16_t value;
  std::memcpy(&value, halves + 2 * row, 2);
  return value;
}

void write_byte_column(const uint8_t* bytes, int n, int row, uint8_t* columns) {
  for (int k = 0; k < n; ++k) columns[kPanelRows * k + row] = bytes[k];
}

void read_byte_column(const uint8_t* columns, int n, int row, uint8_t* bytes) {
  for (int k = 0; k < n; ++k) bytes[k] = columns[kPanelRows * k + row];
}

}  // namespace ondol
