// Ctrl-C as a flag: long work polls it, ends in order and cleans up behind itself.
//
// The first SIGINT sets the flag, the second ends the process at once with exit code 130.  The flag is process-wide
// because a terminal's Ctrl-C is; a request of the server is cancelled by its own token, never by this one.
#pragma once

#include "base/result.h"

namespace ondol {

// Takes over SIGINT.  Called once by main.
void install_interrupt_handler();

// True after Ctrl-C.  Any thread; one load.
bool interrupted();

// Forgets a Ctrl-C, as a chat does when it has stopped an answer and goes on.
void clear_interrupt();

// Waits until `fd` can be read or has ended: true; or until Ctrl-C, also one that came before the call: false.
bool wait_for_input(int fd);

// Fails with kInterrupted after Ctrl-C.
Status check_interrupted();

}  // namespace ondol
