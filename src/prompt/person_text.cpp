#include "prompt/person_text.h"

#include <utf8proc.h>

#include <cstdlib>
#include <memory>

#include "base/utf8.h"

namespace ondol {

PersonText read_person_text(std::string_view bytes, bool raw) {
  RepairedText repaired = repair_utf8(bytes);
  PersonText result{std::move(repaired.text), repaired.n_replaced, false};
  if (raw || result.text.empty()) return result;

  utf8proc_uint8_t* composed = nullptr;
  const auto n = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(result.text.data()),
                              static_cast<utf8proc_ssize_t>(result.text.size()), &composed,
                              static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(composed, &std::free);
  if (n < 0) return result;  // out of memory: the text as it was is still usable
  const std::string_view normal(reinterpret_cast<const char*>(composed), static_cast<size_t>(n));
  result.normalized = normal != result.text;
  if (result.normalized) result.text = std::string(normal);
  return result;
}

}  // namespace ondol
