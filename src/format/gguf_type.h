// The number of a tensor's type in a GGUF file.
//
// A tensor in file layout has the specification's number.  One in run layout has a number of ours, far outside the
// specification's, so that a program that does not know it refuses the file instead of reading nonsense:
//   | bits 16..31: 0x4F4E | bits 8..15: version of the run layout | bits 0..7: of the type's number in file layout |
// Types of our own have such a number in file layout, too, with 0 for the version.
#pragma once

#include <cstdint>
#include <optional>

#include "tensor/run_layout.h"

namespace ondol {

struct StoredType {
  DType dtype;
  Layout layout = Layout::kFile;
};

uint32_t gguf_type_number(StoredType type);
// The type of a number this build reads; run layout of other versions is none.
std::optional<StoredType> find_stored_type(uint32_t number);
// True for numbers of ours, run layout and own types alike: no other program knows them.
bool only_ondol_reads(StoredType type);
// The version when `number` is one of ours in run layout.
std::optional<int> run_layout_version(uint32_t number);

}  // namespace ondol
