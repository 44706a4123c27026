// BitNet-type Llama checkpoints of bitllama2.c -> a model of the bitnet family.
//
// The header and the tokenizer are llama2.c's (version 1); then come the final norm, the embedding, which is the head
// too, and for each of wq wk wv wo w1 w2 w3 and each layer
//   | scale: f32 | n_rows * n_cols / 4 bytes; two bits a weight, the first in the highest: 0 is 0, 1 is +1, 3 is -1 |
// Before every product the input is x / rms(x) / n, so the norms GGUF wants have the weights 1 / n.  The checkpoint
// adds nothing to the mean square there, but 1e-5 in the final norm; one number serves both in GGUF, and the smaller is
// taken, which scales all logits of a token alike by less than a percent.
// Source: HKUSTGZ-MICS-LYU/bitllama2.c, export_bitmodel.py and runbit.c (41ad31d).
#pragma once

#include <memory>
#include <span>
#include <string>

#include "base/file_map.h"
#include "model/import/imported_model.h"

namespace ondol {

// Whether the bytes are as many as such a checkpoint's header says.  A llama2.c checkpoint of floats never is.
bool looks_like_bitllama(std::span<const uint8_t> bytes);

// Reads the checkpoint `map` and the tokenizer's file.  Ternary matrices are stored as TQ2_0 where their rows are whole
// blocks, else as MXFP4, both exactly.  Fails with kCorruptFile or as FileMap::open does.
Result<ImportedModel> import_bitllama(std::shared_ptr<const FileMap> map, const std::string& tokenizer_path);

}  // namespace ondol
