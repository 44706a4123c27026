// What a tokenizer will take of the heap, told from its metadata without building it.
#pragma once

#include "format/metadata.h"

namespace ondol {

// Bytes of load_tokenizer(metadata), the metadata not counted; 0 where the file has no tokenizer.  Above the truth by
// the room that growing texts leave: at most 30 % on published vocabularies.
int64_t tokenizer_heap_bytes(const Metadata& metadata);

}  // namespace ondol
