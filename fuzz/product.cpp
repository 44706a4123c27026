// Any weight bits and any activations: the same product in every table this CPU runs.
//   | type: u8 | seed of sizes and activations: u32 | weight bits: the rest, repeated |
#include "base/check.h"
#include "kernel/test_difference.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  uint32_t seed = 0;
  if (size < 1 + sizeof(seed)) return 0;
  const ondol::DType dtype(data[0] % static_cast<int>(ondol::all_types().size()));
  std::memcpy(&seed, data + 1, sizeof(seed));
  const ondol::ProductCase made =
      ondol::make_product_case(dtype, seed, {data + 1 + sizeof(seed), size - 1 - sizeof(seed)});
  CHECK(ondol::product_difference(made).empty());
  return 0;
}
