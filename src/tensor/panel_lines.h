// The levels (unsigned quantised values) of one group of 32 columns: how they lie in the blocks of a file and in the
// lines of a panel.  Scalar, for decode, encode and the change between the two layouts; kernels read the lines through
// tensor/unpack_lines.h, which draws them.  Inline, because packing a model at load is made of these: with the loops'
// bounds known the compiler turns them into vectors.
//
// Fields of several files and lines are or-ed together, so a writer starts from zeroed memory.
#pragma once

#include <cstdint>
#include <cstring>

#include "tensor/panel.h"

namespace ondol {

// Four levels, one per byte, are handled as one 32-bit word: a k-step of a row.
inline constexpr uint32_t kEveryByte = 0x01010101u;

inline uint32_t load_word(const uint8_t* at) {
  uint32_t word;
  std::memcpy(&word, at, 4);
  return word;
}

inline void store_word(uint32_t word, uint8_t* at) { std::memcpy(at, &word, 4); }

inline uint8_t* word_place(uint8_t* lines, int line, int row) { return lines + kLineBytes * line + 4 * row; }
inline const uint8_t* word_place(const uint8_t* lines, int line, int row) {
  return lines + kLineBytes * line + 4 * row;
}

inline void or_word(uint32_t word, uint8_t* at) { store_word(load_word(at) | word, at); }

// File, types of 32 weights: byte j of 16 holds column j in its low and column j + 16 in its high half.
inline void read_split_nibbles(const uint8_t* bytes, uint8_t* levels) {
  for (int j = 0; j < 16; ++j) {
    levels[j] = bytes[j] & 15;
    levels[j + 16] = bytes[j] >> 4;
  }
}

inline void write_split_nibbles(const uint8_t* levels, uint8_t* bytes) {
  for (int j = 0; j < 16; ++j) bytes[j] = static_cast<uint8_t>((levels[j] & 15) | levels[j + 16] << 4);
}

// File, one bit per column: bit c of a little-endian 32-bit word belongs to column c.   levels[c] |= bit << 4
inline void add_word_bits(const uint8_t* word, uint8_t* levels) {
  const uint32_t bits = load_word(word);
  for (int c = 0; c < kGroup; ++c) levels[c] = static_cast<uint8_t>(levels[c] | (bits >> c & 1) << 4);
}

// from bit 4 of levels
inline void write_word_bits(const uint8_t* levels, uint8_t* word) {
  uint32_t bits = 0;
  for (int c = 0; c < kGroup; ++c) bits |= (levels[c] >> 4 & 1u) << c;
  store_word(bits, word);
}

// File, k-quants: each of 32 bytes holds a field of column c at bit `shift`; `mask` is the field's width, as 3 for two
// bits.   levels[c] |= (bytes[c] >> shift & mask) << level_shift, and back.
inline void add_fields(const uint8_t* bytes, int shift, int mask, int level_shift, uint8_t* levels) {
  for (int c = 0; c < kGroup; ++c)
    levels[c] = static_cast<uint8_t>(levels[c] | (bytes[c] >> shift & mask) << level_shift);
}

inline void write_fields(const uint8_t* levels, int level_shift, int mask, int shift, uint8_t* bytes) {
  for (int c = 0; c < kGroup; ++c)
    bytes[c] = static_cast<uint8_t>(bytes[c] | (levels[c] >> level_shift & mask) << shift);
}

// A file's 16 bytes of split nibbles are their part of the nibble lines as they stand.
inline void copy_split_nibbles(const uint8_t* bytes, int row, uint8_t* lines) {
  for (int i = 0; i < 4; ++i) std::memcpy(word_place(lines, i, row), bytes + 4 * i, 4);
}

// Panel: the part of row `row` in the lines of nibbles (4), crumbs (2), bits (1) or whole bytes (8).
// `level_shift` says which bits of the levels: levels[c] |= field << level_shift, and back.
inline void add_nibble_lines(const uint8_t* lines, int row, uint8_t* levels) {
  for (int i = 0; i < 4; ++i) {
    const uint32_t word = load_word(word_place(lines, i, row));
    or_word(word & 15 * kEveryByte, levels + 4 * i);
    or_word(word >> 4 & 15 * kEveryByte, levels + 4 * (i + 4));
  }
}

inline void write_nibble_lines(const uint8_t* levels, int row, uint8_t* lines) {
  for (int i = 0; i < 4; ++i) {
    const uint32_t low = load_word(levels + 4 * i) & 15 * kEveryByte;
    const uint32_t high = load_word(levels + 4 * (i + 4)) & 15 * kEveryByte;
    store_word(low | high << 4, word_place(lines, i, row));
  }
}

// The lines of all groups whose fields share 32 bytes of a k-quant's block at once, from file to panel.  Field k of the
// bytes is group k's; its k-step i lies in word i.  So each is a transposition of fields in a row's words.
//
// Two groups: line i of group k holds field k of word i in its low and of word i + 4 in its high halves.
inline void write_two_nibble_groups(const uint8_t* bytes, int row, uint8_t* lines_0, uint8_t* lines_1) {
  constexpr uint32_t kLow = 15 * kEveryByte;
  for (int i = 0; i < 4; ++i) {
    const uint32_t a = load_word(bytes + 4 * i), b = load_word(bytes + 4 * (i + 4));
    store_word((a & kLow) | (b & kLow) << 4, word_place(lines_0, i, row));
    store_word((a >> 4 & kLow) | (b & ~kLow), word_place(lines_1, i, row));
  }
}

// Exchanges the fields of `a` selected by mask << shift with those of `b` selected by mask.
// Source: Warren, Hacker's Delight, 2nd edition, section 7-3.
inline void exchange_fields(uint32_t& a, uint32_t& b, int shift, uint32_t mask) {
  const uint32_t difference = (a >> shift ^ b) & mask;
  b ^= difference;
  a ^= difference << shift;
}

// Four groups, `stride` bytes apart: bits 2 i, 2 i + 1 of group k's line j hold field k of word 4 j + i.
inline void write_four_crumb_groups(const uint8_t* bytes, int row, uint8_t* lines, int64_t stride) {
  for (int j = 0; j < 2; ++j) {
    uint32_t words[4];
    std::memcpy(words, bytes + 16 * j, 16);
    exchange_fields(words[0], words[2], 4, 0x0f0f0f0f);
    exchange_fields(words[1], words[3], 4, 0x0f0f0f0f);
    exchange_fields(words[0], words[1], 2, 0x33333333);
    exchange_fields(words[2], words[3], 2, 0x33333333);
    for (int k = 0; k < 4; ++k) store_word(words[k], word_place(lines + k * stride, j, row));
  }
}

// Eight groups, `stride` bytes apart: bit i of group k's line holds bit k of word i.
inline void write_eight_bit_groups(const uint8_t* bytes, int row, uint8_t* lines, int64_t stride) {
  uint32_t words[8];
  std::memcpy(words, bytes, 32);
  for (int i = 0; i < 4; ++i) exchange_fields(words[i], words[i + 4], 4, 0x0f0f0f0f);
  for (int i = 0; i < 4; ++i) exchange_fields(words[i + i / 2 * 2], words[i + i / 2 * 2 + 2], 2, 0x33333333);
  for (int i = 0; i < 8; i += 2) exchange_fields(words[i], words[i + 1], 1, 0x55555555);
  for (int k = 0; k < 8; ++k) store_word(words[k], word_place(lines + k * stride, 0, row));
}

inline void add_crumb_lines(const uint8_t* lines, int row, int level_shift, uint8_t* levels) {
  for (int s = 0; s < 8; ++s) {
    const uint32_t word = load_word(word_place(lines, s / 4, row)) >> 2 * (s % 4);
    or_word((word & 3 * kEveryByte) << level_shift, levels + 4 * s);
  }
}

inline void add_bit_line(const uint8_t* line, int row, int level_shift, uint8_t* levels) {
  const uint32_t word = load_word(word_place(line, 0, row));
  for (int s = 0; s < 8; ++s) or_word((word >> s & kEveryByte) << level_shift, levels + 4 * s);
}

inline void write_bit_line(const uint8_t* levels, int level_shift, int row, uint8_t* line) {
  uint32_t word = 0;
  for (int s = 0; s < 8; ++s) word |= (load_word(levels + 4 * s) >> level_shift & kEveryByte) << s;
  store_word(word, word_place(line, 0, row));
}

inline void read_byte_lines(const uint8_t* lines, int n_lines, int row, uint8_t* bytes) {
  for (int i = 0; i < n_lines; ++i) std::memcpy(bytes + 4 * i, word_place(lines, i, row), 4);
}

inline void write_byte_lines(const uint8_t* bytes, int n_lines, int row, uint8_t* lines) {
  for (int i = 0; i < n_lines; ++i) std::memcpy(word_place(lines, i, row), bytes + 4 * i, 4);
}

// Panel: per-row values before the lines.  halves: [16 rows] u16; columns: [n][16 rows] bytes.
inline void write_half(uint16_t value, int row, uint8_t* halves) { std::memcpy(halves + 2 * row, &value, 2); }

inline uint16_t read_half(const uint8_t* halves, int row) {
  uint16_t value;
  std::memcpy(&value, halves + 2 * row, 2);
  return value;
}

inline void write_byte_column(const uint8_t* bytes, int n, int row, uint8_t* columns) {
  for (int k = 0; k < n; ++k) columns[kPanelRows * k + row] = bytes[k];
}

inline void read_byte_column(const uint8_t* columns, int n, int row, uint8_t* bytes) {
  for (int k = 0; k < n; ++k) bytes[k] = columns[kPanelRows * k + row];
}

}  // namespace ondol
