#include "tokenizer/components.h"

#include <string>

#include "base/utf8.h"
#include "tokenizer/tokenizer_messages.h"

namespace ondol {

tl::unexpected<Error> unsupported_component(std::string_view what) {
  return fail(ErrorKind::kUnsupported, msg::kUnsupportedPipeline, printable(what));
}
tl::unexpected<Error> malformed_component(std::string_view what) {
  return fail(ErrorKind::kCorruptFile, msg::kBadTokenizerJson, printable(what));
}

Result<std::vector<ComponentJson>> list_steps(std::optional<ComponentJson> component, std::string_view members) {
  constexpr size_t kMaxSteps = 64;
  std::vector<ComponentJson> steps, waiting;  // the next waiting one stands last
  if (component) waiting.push_back(*component);
  for (size_t n_seen = 0; !waiting.empty(); ++n_seen) {
    if (n_seen >= kMaxSteps) return unsupported_component(std::string(members) + " of more than 64 steps");
    const ComponentJson step = waiting.back();
    waiting.pop_back();
    const std::string_view type = text_at(step, "type");
    if (type.empty()) return malformed_component(std::string(members) + ": a step without type");
    if (type != "Sequence") {
      steps.push_back(step);
      continue;
    }
    const auto inner = array_at(step, members);
    if (!inner) return malformed_component(members);
    if (inner->size() > kMaxSteps) return unsupported_component(std::string(members) + " of more than 64 steps");
    const std::vector<ComponentJson> in_order(inner->begin(), inner->end());
    waiting.insert(waiting.end(), in_order.rbegin(), in_order.rend());
  }
  return steps;
}

}  // namespace ondol
