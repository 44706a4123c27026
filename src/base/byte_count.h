// Numbers of bytes as people write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace ondol {

// "300M", "1.2GB", "512KiB" or "1048576"; K, M and G are powers of ten, KiB, MiB and GiB of two.  Nothing where `text`
// is none of these, or not in [1, 1e15).
std::optional<int64_t> parse_byte_count(std::string_view text);

}  // namespace ondol
