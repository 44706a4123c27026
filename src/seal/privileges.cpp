#include "seal/privileges.h"

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

namespace ondol {

int give_up_privileges() {
  const rlimit no_core{0, 0};
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  const __user_cap_data_struct none[2]{};  // the ambient ones go with the permitted ones
  const bool done = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && setrlimit(RLIMIT_CORE, &no_core) == 0 &&
                    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 && syscall(SYS_capset, &header, none) == 0;
  return done ? 0 : errno;
}

}  // namespace ondol
