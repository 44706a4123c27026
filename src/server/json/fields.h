// Fields: an object of a request read field by field, and nothing of it overlooked.
//
// Readers ask for every field they know; finish() then fails for the first one nobody asked for, as it would change the
// answer if we obeyed it.  The first thing that is wrong is kept, and what is read behind it is empty, so readers need
// look once, at the end.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "server/json/json_text.h"

namespace ondol {

class Fields {
 public:
  // `object` outlives this.  `where` stands in front of names in errors: "messages[0].".
  explicit Fields(const Json& object, std::string where = {});

  // Nothing where the field is absent or null.
  std::optional<std::string> text(std::string_view name);
  // A text that must be there; "" where it is not.
  std::string needed_text(std::string_view name);
  std::optional<double> number(std::string_view name, double low, double high);
  std::optional<int64_t> integer(std::string_view name, int64_t low, int64_t high);
  std::optional<bool> flag(std::string_view name);
  // One of `allowed`.
  std::optional<std::string> word(std::string_view name, std::initializer_list<std::string_view> allowed);
  // A text or a list of texts, at most `most`.
  std::vector<std::string> texts(std::string_view name, int64_t most);
  // Of that kind; null where absent.
  const Json* object(std::string_view name);
  const Json* list(std::string_view name, int64_t most);
  const Json* any(std::string_view name);

  // Fields that are known not to change an answer.
  void ignore(std::initializer_list<std::string_view> names);
  // A field that is understood and cannot be obeyed: fails when it is there with another value than `harmless` (JSON).
  void refuse_unless(std::string_view name, std::initializer_list<std::string_view> harmless);

  // Keeps an error about `name`, unless there is one already.
  void wrong(std::string_view name, std::string message);
  void keep(const ApiError& error);
  bool failed() const { return error_.has_value(); }
  std::string path_of(std::string_view name) const { return where_ + std::string(name); }

  // The first error, or the first field nobody asked for.
  ApiStatus finish();

 private:
  const Json& object_;
  std::string where_;
  std::set<std::string, std::less<>> known_;
  std::optional<ApiError> error_;
};

}  // namespace ondol
