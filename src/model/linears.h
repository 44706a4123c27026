// The matrices of a model that products read, by their GGUF names: what adapters add to and training changes.
#pragma once

#include <string>
#include <vector>

#include "model/model.h"

namespace ondol {

struct NamedLinear {
  std::string name;  // "blk.3.attn_q.weight", "output.weight"
  int layer;         // -1: of the whole model
  Linear* linear;    // in the model
};

// Every Linear with data, layer by layer in the order a token meets them, the head last ("output.weight", also where it
// is the embedding).  Experts' matrices are none; their router is.  The pointers hold while the model stays where it
// is.
std::vector<NamedLinear> linears(Model& model);

}  // namespace ondol
