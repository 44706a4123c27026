#include "served.h"

#include <gtest/gtest.h>

#include "models.h"

namespace ondol::e2e {
namespace {

std::vector<std::string> with_free_port(std::vector<std::string> args) {
  args.insert(args.begin(), "serve");
  args.insert(args.end(), {"--port", "0"});
  return args;
}

}  // namespace

Served::Served(std::vector<std::string> args, const Setting& setting)
    : process_(with_free_port(std::move(args)), setting) {
  const std::string& line = process_.first_line();
  EXPECT_EQ(std::sscanf(line.c_str(), "http://localhost:%d/", &port_), 1) << "it said: " << line;
}

int port_for_all() {
  static Served server({kModel, kHomeModel, "--chat-template", kToolTemplate, "--parallel", "8"});
  return server.port();
}

}  // namespace ondol::e2e
