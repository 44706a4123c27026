// The tables of filters, one per file.
#pragma once

#include <span>
#include <string_view>

#include "prompt/jinja/interpreter.h"

namespace ondol::jinja {

struct Filter {
  std::string_view name;
  Native native;
};

std::span<const Filter> text_filters();
std::span<const Filter> list_filters();

}  // namespace ondol::jinja
