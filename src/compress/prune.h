// Pruning: a model with fewer layers, or with narrower feed-forwards; all other numbers stay as they are.
//
// A layer that is left out adds nothing to the residual stream; a channel that is left out adds nothing to its
// feed-forward's output.  So the smaller model computes what the whole one would with those outputs at zero, and tests
// hold it to that.  What a family counts by a layer's number (which layers have windows, 27-billion-parameter Gemmas)
// stays true for the layers kept: the file says it, or the model is refused.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/import/imported_model.h"
#include "model/model.h"

namespace ondol {

// What stays of a model.
struct KeptParts {
  std::vector<int> layers;                     // ascending, at least one
  std::vector<std::vector<int64_t>> channels;  // [layers.size()] ascending, equally many each; empty: all
};

// "4" or "75%" of `n_all` layers or channels, rounded down to a multiple of `multiple`, which is also the least.
// `option` stands for it in errors.  Fails with kUsage unless some are left out and some stay.
Result<int64_t> parse_kept(std::string_view option, std::string_view text, int64_t n_all, int64_t multiple);

// Channels are kept in such multiples, so that the types of 32 weights fit the matrix that reads them.
inline constexpr int64_t kChannelMultiple = 32;

// Fails with kUnsupported when layers, or channels, of the model cannot be left out: an encoder, experts, hidden states
// that later layers read, a norm over the channels.  `name` stands for the model in errors.
Status check_prunable(const ImportedModel& model, const std::string& name, bool layers, bool channels);

// `original`, which is copied with its maps, with the parts kept.  Matrices whose columns are left out keep a float
// type; quantised ones become F16.  Metadata gets ondol.original_bytes, the 16-bit size before, and
// ondol.pruned.layers, the numbers in `original` of the layers kept.  Fails as check_prunable(), and with kUnsupported
// where the file could not say what is true of the layers kept.
Result<ImportedModel> prune(const ImportedModel& original, const std::string& name, const KeptParts& kept);

// The tensor of the family that a layer's feed-forward ends with: "blk.3.ffn_down.weight".
std::string down_projection(int layer);

// The model's sizes.  Fails as read_hyperparameters().
Result<Hyperparameters> hyperparameters_of(const ImportedModel& model, const std::string& name);

// Whether the file of a pruned model names the layers with windows one by one, which other programs may not read.
bool lists_windows(const ImportedModel& model);

}  // namespace ondol
