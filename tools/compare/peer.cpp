// Another program's quantiser as a filter: tensors come in, and go out as that program would read them back.  Built once with
// llama.cpp's ggml and once with ik_llama.cpp's (tools/compare/build-peers); their own code does all the rounding.
//
// In, again and again: int32 type, int64 rows, int64 columns, columns floats of importance, rows * columns weights.
// Out: int64 bytes of the tensor as stored (-1: the type does not take these rows), then the weights.
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <vector>

#include "ggml.h"

namespace {

template <typename T>
bool take(T* data, std::size_t count) {
  return std::fread(data, sizeof(T), count, stdin) == count;
}

template <typename T>
void give(const T* data, std::size_t count, std::FILE* out) {
  std::fwrite(data, sizeof(T), count, out);
}

std::size_t quantise(ggml_type type, const std::vector<float>& weights, std::int64_t rows, std::int64_t columns,
                     const std::vector<float>& importance, std::vector<std::uint8_t>& stored) {
#ifdef PEER_IK
  const quantize_user_data choices = {};
  return ggml_quantize_chunk(type, weights.data(), stored.data(), 0, rows, columns, importance.data(), &choices);
#else
  return ggml_quantize_chunk(type, weights.data(), stored.data(), 0, rows, columns, importance.data());
#endif
}

ggml_to_float_t decoder(ggml_type type) {
#ifdef PEER_IK
  return ggml_internal_get_type_traits(type).to_float;
#else
  return ggml_get_type_traits(type)->to_float;
#endif
}

}  // namespace

int main() {
  // some of the quantisers print on standard output
  std::FILE* out = fdopen(dup(1), "wb");
  dup2(2, 1);
  // ggml's tables are made with its first context
  ggml_free(ggml_init({1 << 16, nullptr, false}));
  std::int32_t type_id = 0;
  while (take(&type_id, 1)) {
    std::int64_t rows = 0, columns = 0;
    if (!take(&rows, 1) || !take(&columns, 1)) return 1;
    std::vector<float> importance(static_cast<std::size_t>(columns)), weights(static_cast<std::size_t>(rows * columns));
    if (!take(importance.data(), importance.size()) || !take(weights.data(), weights.size())) return 1;
    const auto type = static_cast<ggml_type>(type_id);
    std::int64_t bytes = -1;
    if (columns % ggml_blck_size(type) != 0) {
      give(&bytes, 1, out);
    } else {
      const std::size_t row_bytes = ggml_row_size(type, columns);
      bytes = static_cast<std::int64_t>(row_bytes) * rows;
      std::vector<std::uint8_t> stored(static_cast<std::size_t>(bytes));
      quantise(type, weights, rows, columns, importance, stored);
      for (std::int64_t row = 0; row < rows; ++row) decoder(type)(stored.data() + row * row_bytes, weights.data() + row * columns, columns);
      give(&bytes, 1, out);
      give(weights.data(), weights.size(), out);
    }
    std::fflush(out);
  }
  return 0;
}
