// How long a model is to stay, as Ollama's field "keep_alive" says it.  Source: Ollama API documentation, "Parameters";
// Go's time.ParseDuration for texts.
#pragma once

#include <optional>
#include <string_view>

#include "server/json/fields.h"
#include "server/model_shelf.h"

namespace ondol {

// "5m", "1h30m", "1.5s", "300ms"; a number alone is of seconds.  What is negative is for good.  Nothing where it is no
// duration.
std::optional<KeepTime> read_duration(std::string_view text);

// The field "keep_alive": a number of seconds, or a text.  Nothing where it is absent; what is wrong is kept in
// `fields`.
std::optional<KeepTime> read_keep_alive(Fields& fields);

}  // namespace ondol
