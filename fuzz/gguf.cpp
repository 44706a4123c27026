// Any bytes as a GGUF file: an error or views inside the bytes, nothing else.
#include "base/check.h"
#include "format/gguf_parse.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto file = ondol::parse_gguf("fuzz", {data, size});
  if (!file) {
    CHECK(!file.error().message.empty());
    return 0;
  }
  for (const ondol::NamedTensor& tensor : file->tensors) {
    CHECK(tensor.view.data >= data);
    CHECK(tensor.view.data + tensor.view.size_bytes() <= data + size);
  }
  return 0;
}
