// Any bytes as a GGUF file: an error or views inside the bytes, nothing else; and rows of either layout can be read.
#include <vector>

#include "base/check.h"
#include "format/gguf_parse.h"
#include "tensor/run_layout.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto file = ondol::parse_gguf("fuzz", {data, size});
  if (!file) {
    CHECK(!file.error().message.empty());
    return 0;
  }
  for (const ondol::NamedTensor& tensor : file->tensors) {
    CHECK(tensor.view.data >= data);
    CHECK(tensor.view.data + tensor.view.size_bytes() <= data + size);
    std::vector<uint8_t> row(static_cast<size_t>(tensor.view.row_bytes()));
    ondol::read_rows(tensor.view, tensor.view.shape.n_rows() - 1, 1, row.data());
  }
  return 0;
}
