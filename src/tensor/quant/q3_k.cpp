#include "tensor/quant/q3_k.h"

#include "tensor/encode_runs.h"
#include "tensor/encode_search.h"
#include "tensor/half.h"
#include "tensor/panel_lines.h"

namespace ondol {
namespace {

constexpr int kGroups = Q3_K::kBlockWeights / kGroup;

void read_levels(const Q3_K::Block& in, int group, uint8_t* levels) {
  for (int c = 0; c < kGroup; ++c) levels[c] = 0;
  add_fields(in.low + 32 * (group / 4), 2 * (group % 4), 3, 0, levels);
  add_fields(in.high, group, 1, 2, levels);
}

// `out` starts as zeros.
void write_levels(const uint8_t* levels, int group, Q3_K::Block& out) {
  write_fields(levels, 0, 3, 2 * (group % 4), out.low + 32 * (group / 4));
  write_fields(levels, 2, 1, group, out.high);
}

// The sixteen 6-bit fields of a block, as stored: 32 more than what multiplies.
struct Fields {
  uint8_t of_run[16];
};

Fields read_file_fields(const uint8_t* bytes) {
  Fields fields;
  for (int k = 0; k < 16; ++k) {
    const int low = bytes[k % 8] >> 4 * (k / 8) & 15;
    const int high = bytes[8 + k % 4] >> 2 * (k / 4) & 3;
    fields.of_run[k] = static_cast<uint8_t>(low | high << 4);
  }
  return fields;
}

// `bytes` starts as zeros.
void write_file_fields(const Fields& fields, uint8_t* bytes) {
  for (int k = 0; k < 16; ++k) {
    const int low = fields.of_run[k] & 15, high = fields.of_run[k] >> 4;
    bytes[k % 8] = static_cast<uint8_t>(bytes[k % 8] | low << 4 * (k / 8));
    bytes[8 + k % 4] = static_cast<uint8_t>(bytes[8 + k % 4] | high << 2 * (k / 4));
  }
}

Fields read_panel_fields(const uint8_t* columns, int row) {
  uint8_t bytes[12];
  read_byte_column(columns, 12, row, bytes);
  Fields fields;
  for (int k = 0; k < 16; ++k) {
    const int low = bytes[k / 2] >> 4 * (k % 2) & 15;
    const int high = bytes[8 + k / 4] >> 2 * (k % 4) & 3;
    fields.of_run[k] = static_cast<uint8_t>(low | high << 4);
  }
  return fields;
}

void write_panel_fields(const Fields& fields, int row, uint8_t* columns) {
  uint8_t bytes[12] = {};
  for (int k = 0; k < 16; ++k) {
    const int low = fields.of_run[k] & 15, high = fields.of_run[k] >> 4;
    bytes[k / 2] = static_cast<uint8_t>(bytes[k / 2] | low << 4 * (k % 2));
    bytes[8 + k / 4] = static_cast<uint8_t>(bytes[8 + k / 4] | high << 2 * (k % 4));
  }
  write_byte_column(bytes, 12, row, columns);
}

}  // namespace

void Q3_K::encode(const float* weights, const float* importance, Block& out) {
  constexpr LinearLevels kLevels{kZero, kMaxByte};
  const EncodeBlock block(weights, importance, kBlockWeights);
  const RunScales fit = fit_run_scales(block, 16, kLevels, -32, 31, kCoarseStarts);
  out = {};
  out.scale = fit.scale;
  Fields fields;
  for (int run = 0; run < 16; ++run) fields.of_run[run] = static_cast<uint8_t>(fit.scales[run] + 32);
  write_file_fields(fields, out.scales);
  uint8_t levels[kBlockWeights];
  assign_run_levels(block, 16, fit, kLevels, levels);
  for (int group = 0; group < kGroups; ++group) write_levels(levels + kGroup * group, group, out);
}

void Q3_K::decode(const Block& in, float* weights) {
  const float scale = half_to_float(in.scale);
  const Fields fields = read_file_fields(in.scales);
  for (int group = 0; group < kGroups; ++group) {
    uint8_t levels[kGroup];
    read_levels(in, group, levels);
    for (int c = 0; c < kGroup; ++c) {
      const float run_scale = scale * static_cast<float>(fields.of_run[2 * group + c / 16] - 32);
      *weights++ = run_scale * static_cast<float>(levels[c] - kZero);
    }
  }
}

void Q3_K::pack(const Block* const rows[kPanelRows], uint8_t* panel_block) {
  for (int row = 0; row < kPanelRows; ++row) {
    const Block& in = *rows[row];
    write_half(in.scale, row, panel_block);
    write_panel_fields(read_file_fields(in.scales), row, panel_block + 32);
    uint8_t* lines = panel_block + 224;
    for (int half = 0; half < 2; ++half) {
      write_four_crumb_groups(in.low + 32 * half, row, lines + 4 * 3 * kLineBytes * half, 3 * kLineBytes);
    }
    write_eight_bit_groups(in.high, row, lines + 2 * kLineBytes, 3 * kLineBytes);
  }
}

void Q3_K::unpack_row(const uint8_t* panel_block, int row, Block& out) {
  out = {};
  out.scale = read_half(panel_block, row);
  write_file_fields(read_panel_fields(panel_block + 32, row), out.scales);
  for (int group = 0; group < kGroups; ++group) {
    const uint8_t* lines = panel_block + 224 + 3 * kLineBytes * group;
    uint8_t levels[kGroup] = {};
    add_crumb_lines(lines, row, 0, levels);
    add_bit_line(lines + 2 * kLineBytes, row, 2, levels);
    write_levels(levels, group, out);
  }
}

}  // namespace ondol
