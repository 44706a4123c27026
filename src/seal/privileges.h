// What a process can give up about itself, whatever the kernel.
#pragma once

namespace ondol {

// No rights from programs it might start, no capabilities (root counts like any owner of its files), no core dump and
// no other process of this user may look into its memory.  Returns 0 or an errno.  For this thread and those it starts.
int give_up_privileges();

}  // namespace ondol
