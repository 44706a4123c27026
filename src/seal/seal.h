// The seal: from here on a process can reach no network, no other program or process, and no file but those it names.
//
// Two stages, because the kernel's tools differ.  Namespaces and Landlock bind one thread and those it starts, so they
// come while there is one; the call filter binds all threads at once, so it comes last, when what is only needed to
// start is done.  A server opens its listener before the first stage: the socket stays in the machine's network while
// the process leaves it.
//     open listener  →  begin_seal()  →  threads, models  →  finish_seal()  →  work
// Linux on x86-64 and aarch64.  Nothing can be taken back; a process that fails on the way should end.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "seal/seal_receipt.h"

namespace ondol {

struct SealRequest {
  SealLevel level = SealLevel::kStrict;
  std::vector<std::string> readable;  // files, and folders with all below, that may be read from now on
  std::vector<std::string> writable;  // folders that exist, in which files may be made, read, written and removed
  std::vector<int> listeners;         // open sockets of a server; empty: the process does not serve
};

// The first stage's part of the receipt, for finish_seal().
struct BegunSeal {
  SealReceipt receipt;
};

// Enters the namespaces, gives up privileges and inherited sockets, rehearses the filter and restricts files.
// Namespaces and Landlock are taken where the system gives them and are listed as missing where not.  Fails with
// kRefused when a strict seal could not be finished: no filter for all threads, privileges that stay, another
// architecture.  Only while this process has one thread.
Result<BegunSeal> begin_seal(const SealRequest& request);

// Puts the call filter into force for all threads and tries what it forbids.  Fails with kRefused when a strict seal
// gets no filter, or when any filter does not hold.
Result<SealReceipt> finish_seal(BegunSeal begun);

}  // namespace ondol
