// `ondol serve` for the tests: one for all that ask it, or one of their own.
#pragma once

#include <string>
#include <vector>

#include "process.h"

namespace ondol::e2e {

inline const std::string kHomeModel = ONDOL_SOURCE_DIR "/models/ondol-home-ko.gguf";
inline const std::string kToolTemplate = ONDOL_SOURCE_DIR "/tests/clients/tools.jinja";

// `ondol serve args…` on a free port; the test fails when it does not start.
class Served {
 public:
  explicit Served(std::vector<std::string> args, const Setting& setting = {});

  int port() const { return port_; }
  RunningOndol& process() { return process_; }

 private:
  RunningOndol process_;
  int port_ = 0;
};

// The port of a server that lives until the tests end: the tiny chat model, told of tools, and the home model.
int port_for_all();

}  // namespace ondol::e2e
