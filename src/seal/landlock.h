// Landlock: which files a process may still open, and no TCP, by the kernel's own check of every path.
//
// Source: Linux, Documentation/userspace-api/landlock.rst; the numbers of include/uapi/linux/landlock.h stand in
// landlock.cpp, because the headers of the system may be older than its kernel.
#pragma once

#include <span>
#include <string>

namespace ondol {

struct LandlockState {
  int abi = 0;    // in force; 0: none
  int error = 0;  // the errno for which there is none
};

// Restricts this thread and those it starts to reading `readable` (files, or folders with all below) and the system
// paths of the policy, and to reading, writing, making, renaming and removing files in the folders `writable`.  What
// cannot be opened now cannot be opened later.  Open files stay open.  There is no way back.
LandlockState restrict_files(std::span<const std::string> readable, std::span<const std::string> writable);

}  // namespace ondol
