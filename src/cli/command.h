// Command: one verb of `ondol`, one file in cli/command/, whose name is the verb's.
//
// A command's file holds its arguments as a plain struct, a function that declares them as options and one that
// runs: it calls one function of a lower floor and prints.  CMake lists the files; no other file knows the verbs.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cli/console.h"
#include "cli/options.h"

namespace ondol {

// What is left to do once the command line is read.
using Action = std::function<Status(Console&)>;

struct Command {
  std::string_view name;
  Message summary;                     // one line, in the overview and on top of the command's own help
  std::string_view example;            // command lines shown at the end of the command's help
  Action (*define)(Options& options);  // declares the arguments
};

// The `define` of a command whose arguments are `Args`:  void declare(Options&, Args&),
// Status run(const Args&, Console&).
template <class Args, void (*declare)(Options&, Args&), Status (*run)(const Args&, Console&)>
Action define_with(Options& options) {
  auto args = std::make_shared<Args>();
  declare(options, *args);
  return [args](Console& console) { return run(*args, console); };
}

// Reads the command line, runs the verb and returns the process's exit code: 0 done, 1 failed while working, 2 bad
// input or usage, 3 refused, 130 interrupted.  An error is one line on standard error.  Throws nothing.
int run_command_line(int argc, const char* const* argv);

}  // namespace ondol
