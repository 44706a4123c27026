// What training leaves: the model or the adapter that its parameters make.
#pragma once

#include "format/checkpoint.h"
#include "model/adapter/adapter.h"
#include "model/import/imported_model.h"
#include "tune/network.h"
#include "tune/optimizer.h"

namespace ondol {

// `base`, of which the network's model was loaded, with the trained tensors in their places as F32; a tensor that the
// file keeps as one and the model as parts is put together again.  The network outlives the result.
ImportedModel trained_model(Checkpoint base, const Network<float>& network);

// The low-rank factors of Network::low_rank(), by the options they were made with.
Adapter trained_adapter(const Network<float>& network, const LowRankOptions& options);

}  // namespace ondol
