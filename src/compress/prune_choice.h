// Which layers and which channels of the feed-forwards a model can best do without.
//
// Layers: by what the whole model loses, the KL divergence of its next tokens from the whole model's with the layer
// left out; one by one, each measured with those before it gone (greedy).   Source: Song et al. 2024 (SLEB), section
// 3, with the divergence for the perplexity; that a layer's own change of its input tells less, Sieberling et al. 2024.
// Channels: a channel's mean square on the text times the squared norm of the column that reads it is the square of
// what the feed-forward's output loses with it, were channels uncorrelated; those that weigh least go.
// Source: Hassibi and Stork 1993 (Optimal Brain Surgeon), the diagonal.
#pragma once

#include <functional>
#include <vector>

#include "compress/divergence_meter.h"
#include "compress/importance.h"
#include "model/import/imported_model.h"
#include "model/model.h"

namespace ondol {

struct LayerLeftOut {
  int layer;          // of the whole model
  double divergence;  // with it and those before it gone; mean KL, nats
};

struct LayerChoice {
  std::vector<int> kept;               // ascending
  std::vector<LayerLeftOut> left_out;  // in the order they went
  int64_t n_measured = 0;              // divergences
};

using ChoiceProgress = std::function<void(int64_t n_done, int64_t n_all)>;

// Chooses `n_kept` layers, 1 … n_layers, of `model`, whose logits `meter` holds.  Layers are left out of `model` while
// it is measured; it is whole again afterwards.  Of a model with many layers those few whose loss alone is least are
// tried further.  Fails as DivergenceMeter::measure().
Result<LayerChoice> choose_layers(Model& model, DivergenceMeter& meter, int n_kept, const ChoiceProgress& progress);

// For each layer the `ffn_size` channels that weigh most, ascending.  `importance` was taken from `model`, whose layers
// have feed-forwards of at least that many.
std::vector<std::vector<int64_t>> choose_channels(const ImportedModel& model, int n_layers,
                                                  const Importance& importance, int64_t ffn_size);

}  // namespace ondol
