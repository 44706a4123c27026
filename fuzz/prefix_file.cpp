// Any bytes as a page of the prompt cache: not used, or a page whose numbers are finite.  The checksum is made right,
// so that what stands behind it is reached: a flag byte, then the file, whose first 256 bytes may come from us.
#include <cstring>
#include <vector>

#include "base/check.h"
#include "engine/prefix_file.h"

namespace ondol {
namespace {

void check(KvType type, bool own_header, std::span<const uint8_t> bytes) {
  const KvPageShape shape{.type = type, .n_layers = 1, .n_kv_heads = 1, .head_dim = 32};
  const std::vector<TokenId> tokens(7, TokenId{3});
  const PrefixFileHeader expected = prefix_file_header(shape, {}, tokens);
  std::vector<uint8_t> file(bytes.begin(), bytes.end());
  const size_t whole = sizeof(PrefixFileHeader) + static_cast<size_t>(shape.size_bytes());
  if (own_header) {
    file.resize(whole);
    std::memcpy(file.data(), &expected, sizeof(expected));
  }
  if (file.size() == whole) {
    PrefixFileHeader header;
    std::memcpy(&header, file.data(), sizeof(header));
    header.checksum = prefix_file_checksum(header, std::span(file).subspan(sizeof(header)));
    std::memcpy(file.data(), &header, sizeof(header));
  }
  std::vector<uint8_t> page(static_cast<size_t>(shape.size_bytes()));
  if (!read_prefix_file(file, expected, shape, page.data())) return;
  CHECK(file.size() == whole);
  std::vector<uint8_t> cleared = page;
  clear_slots(shape, cleared.data(), 7, kPageLength);
  CHECK(cleared == page);
}

}  // namespace
}  // namespace ondol

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  constexpr ondol::KvType kTypes[] = {ondol::KvType::kF16, ondol::KvType::kQ8_0, ondol::KvType::kF32,
                                      ondol::KvType::kQ4_0};
  ondol::check(kTypes[data[0] % 4], data[0] & 4, {data + 1, size - 1});
  return 0;
}
