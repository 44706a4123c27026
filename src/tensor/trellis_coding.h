// Encoding, decoding and packing of tensor/trellis_type.h, for the files of tensor/quant/ that instantiate it.
#pragma once

#include "tensor/encode_search.h"
#include "tensor/panel_lines.h"
#include "tensor/trellis_search.h"
#include "tensor/trellis_type.h"

namespace ondol {

// n[i] of tensor/trellis.h.
template <class Code>
int trellis_nibble(const uint8_t* ring, int i) {
  constexpr int kBytes = kGroup * Code::kTwiceBits / 16;
  const int place = trellis_place<Code>(i % kGroup);
  return (ring[place / 8] | ring[(place / 8 + 1) % kBytes] << 8) >> place % 8 & 15;
}

template <class Code>
void TrellisType<Code>::decode(const Block& in, float* weights) {
  const float scale = byte_scale_to_float(in.scale);
  for (int i = 0; i < kGroup; ++i) {
    const int level =
        Code::kHere[trellis_nibble<Code>(in.ring, i)] + Code::kThere[trellis_nibble<Code>(in.ring, i + Code::kReach)];
    weights[trellis_column(i)] = scale * static_cast<float>(level);
  }
}

template <class Code>
void TrellisType<Code>::encode(const float* weights, const float* importance, Block& out) {
  const EncodeBlock block(weights, importance, kGroup);
  out = {};
  // Weights of no importance are still followed by others: they stay near what they were.
  constexpr float kLeastImportance = 1e-6f;
  float x[kGroup], w[kGroup];
  double energy = 0, sum_w = 0;
  for (int i = 0; i < kGroup; ++i) {
    x[i] = block.x[trellis_column(i)];
    w[i] = std::max(block.w[trellis_column(i)], kLeastImportance);
    energy += double{w[i]} * x[i] * x[i];
    sum_w += w[i];
  }
  if (energy == 0) return;

  // The scale that makes the block's spread the levels', and its neighbours, for with 32 weights chance decides which
  // of them fits best; up to the one that lets the largest weight in.
  const auto byte_scale = [&](double in_units) { return float_to_byte_scale(std::max(in_units * block.unit, 1e-30)); };
  const int middle = byte_scale(std::sqrt(energy / sum_w) / Code::kSpread);
  const int lowest = std::max(middle - 4, 0);
  const int highest =
      std::min(std::max<int>(middle + 3, byte_scale(std::fabs(largest_of(x, kGroup)) / Code::kZero)), 255);
  TrellisSearch<Code> search(x, w);
  float best_cost = INFINITY;
  int windows[kGroup] = {};
  for (int k = 0; k <= 2 * std::max(middle - lowest, highest - middle); ++k) {
    const int scale = middle + (k % 2 == 0 ? k / 2 : -(k + 1) / 2);  // from the middle outwards
    if (scale < lowest || scale > highest) continue;
    const auto in_units = static_cast<float>(byte_scale_to_float(static_cast<uint8_t>(scale)) / block.unit);
    const float cost = search.best_windows(in_units, best_cost, windows);
    if (!(cost < best_cost)) continue;
    best_cost = cost;
    out.scale = static_cast<uint8_t>(scale);
  }
  for (int i = 0; i < kGroup; ++i) {
    // a weight's own bits are the lowest of its window
    const int place = trellis_place<Code>(i), end = trellis_place<Code>(i + 1);
    for (int bit = place; bit < end; ++bit) {
      out.ring[bit / 8] = static_cast<uint8_t>(out.ring[bit / 8] | (windows[i] >> (bit - place) & 1) << bit % 8);
    }
  }
}

template <class Code>
void TrellisType<Code>::pack(const Block* const rows[kPanelRows], uint8_t* panel_block) {
  constexpr int kLines = Code::kTwiceBits / 2;
  uint8_t* const lines = panel_block + kPanelRows;
  for (int row = 0; row < kPanelRows; ++row) {
    const uint8_t* ring = rows[row]->ring;
    panel_block[row] = rows[row]->scale;
    if constexpr (Code::kTwiceBits % 2 == 0) {
      for (int j = 0; j < kLines; ++j) {
        for (int strand = 0; strand < kStrands; ++strand) {
          word_place(lines, j, row)[strand] = ring[kLines * strand + j];
        }
      }
    } else {
      // two strands fill an odd number of bytes; the second begins in the middle of one
      uint8_t* const half_line = lines + kLineBytes * kLines + row;
      for (int pair = 0; pair < 2; ++pair) {
        const uint8_t* bytes = ring + pair * Code::kTwiceBits;
        for (int j = 0; j < kLines; ++j) {
          word_place(lines, j, row)[2 * pair] = bytes[j];
          word_place(lines, j, row)[2 * pair + 1] =
              static_cast<uint8_t>(bytes[kLines + j] >> 4 | bytes[kLines + j + 1] << 4);
        }
        half_line[kPanelRows * pair] = static_cast<uint8_t>((bytes[kLines] & 15) | (bytes[2 * kLines] & 0xf0));
      }
    }
  }
}

template <class Code>
void TrellisType<Code>::unpack_row(const uint8_t* panel_block, int row, Block& out) {
  constexpr int kLines = Code::kTwiceBits / 2;
  const uint8_t* const lines = panel_block + kPanelRows;
  out.scale = panel_block[row];
  if constexpr (Code::kTwiceBits % 2 == 0) {
    for (int j = 0; j < kLines; ++j) {
      for (int strand = 0; strand < kStrands; ++strand) {
        out.ring[kLines * strand + j] = word_place(lines, j, row)[strand];
      }
    }
  } else {
    const uint8_t* const half_line = lines + kLineBytes * kLines + row;
    for (int pair = 0; pair < 2; ++pair) {
      uint8_t* bytes = out.ring + pair * Code::kTwiceBits;
      const uint8_t ends = half_line[kPanelRows * pair];
      uint8_t second[kLines + 1];
      for (int j = 0; j < kLines; ++j) {
        bytes[j] = word_place(lines, j, row)[2 * pair];
        second[j] = word_place(lines, j, row)[2 * pair + 1];
      }
      second[kLines] = ends >> 4;
      bytes[kLines] = static_cast<uint8_t>((ends & 15) | second[0] << 4);
      for (int j = 0; j < kLines; ++j) {
        bytes[kLines + 1 + j] = static_cast<uint8_t>(second[j] >> 4 | second[j + 1] << 4);
      }
    }
  }
}

}  // namespace ondol
