#include "tensor/k_scales.h"

#include "tensor/panel_lines.h"

namespace ondol {

KScales read_k_scales(const uint8_t* bytes) {
  KScales fields;
  for (int k = 0; k < 4; ++k) {
    fields.scale[k] = bytes[k] & 63;
    fields.minimum[k] = bytes[k + 4] & 63;
    fields.scale[k + 4] = static_cast<uint8_t>((bytes[k + 8] & 15) | bytes[k] >> 6 << 4);
    fields.minimum[k + 4] = static_cast<uint8_t>(bytes[k + 8] >> 4 | bytes[k + 4] >> 6 << 4);
  }
  return fields;
}

void write_k_scales(const KScales& fields, uint8_t* bytes) {
  for (int k = 0; k < 4; ++k) {
    bytes[k] = static_cast<uint8_t>(fields.scale[k] | fields.scale[k + 4] >> 4 << 6);
    bytes[k + 4] = static_cast<uint8_t>(fields.minimum[k] | fields.minimum[k + 4] >> 4 << 6);
    bytes[k + 8] = static_cast<uint8_t>((fields.scale[k + 4] & 15) | (fields.minimum[k + 4] & 15) << 4);
  }
}

KScales read_panel_k_scales(const uint8_t* columns, int row) {
  uint8_t bytes[12];
  read_byte_column(columns, 12, row, bytes);
  KScales fields;
  for (int g = 0; g < 8; ++g) {
    fields.scale[g] = bytes[g] & 63;
    fields.minimum[g] = static_cast<uint8_t>((bytes[8 + g / 2] >> 4 * (g % 2) & 15) | bytes[g] >> 6 << 4);
  }
  return fields;
}

void write_panel_k_scales(const KScales& fields, int row, uint8_t* columns) {
  uint8_t bytes[12] = {};
  for (int g = 0; g < 8; ++g) {
    uint8_t& shared = bytes[8 + g / 2];
    bytes[g] = static_cast<uint8_t>(fields.scale[g] | fields.minimum[g] >> 4 << 6);
    shared = static_cast<uint8_t>(shared | (fields.minimum[g] & 15) << 4 * (g % 2));
  }
  write_byte_column(bytes, 12, row, columns);
}

}  // namespace ondol
