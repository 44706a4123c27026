// Any bytes as a safetensors file: an error or tensors whose every byte can be read.
#include "format/safetensors.h"
#include "base/check.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto model = ondol::parse_safetensors("fuzz", {data, size});
  if (!model) {
    CHECK(!model.error().message.empty());
    return 0;
  }
  int64_t total_bytes = 0;
  for (const ondol::NamedTensor& tensor : model->tensors) {
    const int64_t size_bytes = tensor.view.size_bytes();
    // Reading the ends is enough for the address sanitizer: copies and the input are allocations of their own.
    [[maybe_unused]] const volatile int ends = tensor.view.data[0] + tensor.view.data[size_bytes - 1];
    total_bytes += size_bytes;
  }
  CHECK(total_bytes <= static_cast<int64_t>(size));
  return 0;
}
