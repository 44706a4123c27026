// The shapes of the server's answers, as JSON schemas in tests/server/schema/, judged by Ondol's own validator.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace ondol::e2e {

// Whether JSON text is what tests/server/schema/NAME.json describes; why not, if not.
testing::AssertionResult obeys(const std::string& name, std::string_view json);

}  // namespace ondol::e2e
