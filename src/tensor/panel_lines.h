// The levels (unsigned quantised values) of one group of 32 columns: how they lie in the blocks of a file and in the
// lines of a panel.  Scalar, for decode, encode and the change between the two layouts; kernels read the lines through
// tensor/unpack_lines.h, which draws them.
//
// Fields of several files and lines are or-ed together, so a writer starts from zeroed memory.
#pragma once

#include <cstdint>

#include "tensor/panel.h"

namespace ondol {

// File, types of 32 weights: byte j of 16 holds column j in its low and column j + 16 in its high half.
void read_split_nibbles(const uint8_t* bytes, uint8_t* levels);
void write_split_nibbles(const uint8_t* levels, uint8_t* bytes);

// File, one bit per column: bit c of a little-endian 32-bit word belongs to column c.   levels[c] |= bit << 4
void add_word_bits(const uint8_t* word, uint8_t* levels);
void write_word_bits(const uint8_t* levels, uint8_t* word);  // from bit 4 of levels

// File, k-quants: each of 32 bytes holds a field of column c at bit `shift`; `mask` is the field's width, as 3 for two
// bits.   levels[c] |= (bytes[c] >> shift & mask) << level_shift, and back.
void add_fields(const uint8_t* bytes, int shift, int mask, int level_shift, uint8_t* levels);
void write_fields(const uint8_t* levels, int level_shift, int mask, int shift, uint8_t* bytes);

// Panel: the part of row `row` in the lines of nibbles (4), crumbs (2), bits (1) or whole bytes (8).
// `level_shift` says which bits of the levels: levels[c] |= field << level_shift, and back.
void add_nibble_lines(const uint8_t* lines, int row, uint8_t* levels);
void write_nibble_lines(const uint8_t* levels, int row, uint8_t* lines);
void add_crumb_lines(const uint8_t* lines, int row, int level_shift, uint8_t* levels);
void write_crumb_lines(const uint8_t* levels, int level_shift, int row, uint8_t* lines);
void add_bit_line(const uint8_t* line, int row, int level_shift, uint8_t* levels);
void write_bit_line(const uint8_t* levels, int level_shift, int row, uint8_t* line);
void read_byte_lines(const uint8_t* lines, int n_lines, int row, uint8_t* bytes);
void write_byte_lines(const uint8_t* bytes, int n_lines, int row, uint8_t* lines);

// Panel: per-row values before the lines.  halves: [16 rows] u16; columns: [n][16 rows] bytes.
void write_half(uint16_t value, int row, uint8_t* halves);
uint16_t read_half(const uint8_t* halves, int row);
void write_byte_column(const uint8_t* bytes, int n, int row, uint8_t* columns);
void read_byte_column(const uint8_t* columns, int n, int row, uint8_t* bytes);

}  // namespace ondol
