// Rooms and what is switched there: data with a rule that a small model learns in seconds, and a tokenizer made of it.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "models.h"

namespace ondol::e2e {

class Rooms : public ::testing::Test {
 protected:
  void SetUp() override;

  Folder folder_;
  const std::string data_ = folder_ / "rooms.jsonl", tokenizer_ = folder_ / "tok.gguf";
};

}  // namespace ondol::e2e
