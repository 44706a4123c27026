// The program `ondol`.  Everything happens in cli/command.cpp.
#include <csignal>

#include "base/interrupt.h"
#include "cli/command.h"

int main(int argc, char** argv) {
  // A reader that goes away (`ondol show M | head`) is an error of write(), not the end of the process.
  std::signal(SIGPIPE, SIG_IGN);
  ondol::install_interrupt_handler();
  return ondol::run_command_line(argc, argv);
}
