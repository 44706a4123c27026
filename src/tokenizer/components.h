// Components: the lists of steps that a tokenizer.json builds its normalizer, pre-tokenizer and decoder from.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "tokenizer/component_json.h"

namespace ondol {

// The steps of `component` in order: itself, or the members of a Sequence, wherever one lies in another; `members` is
// the Sequence's key for them.  None where there is no component.  Fails with kUnsupported for more than 64 steps, with
// kCorruptFile where a step is no object with a type.
Result<std::vector<ComponentJson>> list_steps(std::optional<ComponentJson> component, std::string_view members);

// The errors all readers of components give.
tl::unexpected<Error> unsupported_component(std::string_view what);
tl::unexpected<Error> malformed_component(std::string_view what);

}  // namespace ondol
