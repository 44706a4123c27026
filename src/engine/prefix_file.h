// A page of keys and values on disk, named by the text that it ends.
//
// The name of a page is the SHA-256 of the name of the page before it and of its own tokens; the first page's "page
// before" is the digest of everything else the numbers depend on (prefix_folder.h).  So a file is found by content, and
// what it must say of itself is known before it is opened: anything else is not used.
//
//   | header, 256 bytes | page, shape.size_bytes() bytes as in kernel/kernels.h |          docs/formats.md draws it
#pragma once

#include <span>

#include "base/sha256.h"
#include "engine/kv_cache.h"
#include "tokenizer/tokenizer.h"

namespace ondol {

struct PrefixFileHeader {
  char magic[8] = {'O', 'N', 'D', 'O', 'L', 'K', 'V', '1'};
  Digest name{};    // of the text up to the end of this page
  Digest before{};  // of the text before this page
  uint32_t kv_type = 0, n_layers = 0, n_kv_heads = 0, head_dim = 0;
  uint32_t n_tokens = 0;              // 1 to kPageLength
  uint32_t tokens[kPageLength] = {};  // zeros behind n_tokens
  uint32_t zero = 0;
  uint64_t checksum = 0;  // of the header with 0 here, and of the page: finds damage, not forgery
  uint8_t zeros[24] = {};
};
static_assert(sizeof(PrefixFileHeader) == 256);

// Name of the page that holds `tokens` (1 to kPageLength) behind the text `before`.
Digest page_name(const Digest& before, std::span<const TokenId> tokens);

// The header such a page has, but for its checksum.
PrefixFileHeader prefix_file_header(const KvPageShape& shape, const Digest& before, std::span<const TokenId> tokens);

// The checksum that belongs to `header`, whose own is not looked at, and `page` [shape.size_bytes()].
uint64_t prefix_file_checksum(const PrefixFileHeader& header, std::span<const uint8_t> page);

// Takes a file's page into `page` [shape.size_bytes()].  False when the file is anything but an undamaged page of this
// header, or holds numbers that are not finite; `page` may hold anything then.  Positions behind n_tokens are cleared.
bool read_prefix_file(std::span<const uint8_t> file, const PrefixFileHeader& expected, const KvPageShape& shape,
                      uint8_t* page);

}  // namespace ondol
