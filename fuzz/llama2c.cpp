// Any two byte strings as a llama2.c checkpoint and its tokenizer.
//   | n: u16 | checkpoint: n bytes, or what there is | tokenizer: the rest |
#include <algorithm>
#include <cstring>

#include "base/check.h"
#include "format/llama2c.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  uint16_t n = 0;
  if (size < sizeof(n)) return 0;
  std::memcpy(&n, data, sizeof(n));
  const std::span<const uint8_t> rest(data + sizeof(n), size - sizeof(n));
  const auto checkpoint = rest.first(std::min<size_t>(n, rest.size()));
  const auto tokenizer = rest.subspan(checkpoint.size());
  const auto model = ondol::parse_llama2c("checkpoint", checkpoint, "tokenizer", tokenizer);
  if (!model) {
    CHECK(!model.error().message.empty());
    return 0;
  }
  for (const ondol::NamedTensor& tensor : model->tensors) {
    CHECK(tensor.view.data >= checkpoint.data());
    CHECK(tensor.view.data + tensor.view.size_bytes() <= checkpoint.data() + checkpoint.size());
  }
  return 0;
}
