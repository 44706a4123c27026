#include "seal/seal_policy.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <string_view>

namespace ondol {
namespace {

constexpr const char* kAllowed[] = {
    // memory
    "brk", "madvise", "membarrier", "mincore", "mmap", "mprotect", "mremap", "msync", "munmap",
    // threads and the end
    "exit", "exit_group", "futex", "get_robust_list", "gettid", "restart_syscall", "rseq", "sched_getaffinity",
    "sched_getparam", "sched_getscheduler", "sched_setaffinity", "sched_yield", "set_robust_list", "set_tid_address",
    // signals
    "pause", "rt_sigaction", "rt_sigpending", "rt_sigprocmask", "rt_sigreturn", "rt_sigsuspend", "rt_sigtimedwait",
    "sigaltstack",
    // the process and the machine
    "arch_prctl", "getcpu", "getegid", "geteuid", "getgid", "getpgrp", "getpid", "getppid", "getrlimit", "getrusage",
    "getuid", "sysinfo", "times", "uname",
    // time and chance
    "clock_getres", "clock_gettime", "clock_nanosleep", "getrandom", "gettimeofday", "nanosleep", "time",
    // open files and names
    "access", "close", "dup", "dup2", "dup3", "faccessat", "faccessat2", "fadvise64", "fcntl", "fstat", "fstatfs",
    "getcwd", "getdents64", "lseek", "lstat", "newfstatat", "pread64", "preadv", "pwrite64", "pwritev", "read",
    "readahead", "readlink", "readlinkat", "readv", "stat", "statfs", "statx", "write", "writev",
    // waiting
    "epoll_create", "epoll_create1", "epoll_ctl", "epoll_pwait", "epoll_wait", "eventfd2", "pipe", "pipe2", "poll",
    "ppoll", "pselect6", "select", "timerfd_create", "timerfd_gettime", "timerfd_settime"};

// For a server, on the connections it has accepted.
constexpr const char* kServing[] = {"accept",   "accept4", "getpeername", "getsockname", "getsockopt",
                                    "recvfrom", "recvmsg", "setsockopt",  "shutdown"};

// For who has folders to write in; which these are is up to Landlock.
constexpr const char* kWriting[] = {"fallocate", "fchmod", "fchmodat", "fdatasync", "flock",    "fsync",
                                    "ftruncate", "mkdir",  "mkdirat",  "rename",    "renameat", "renameat2",
                                    "rmdir",     "unlink", "unlinkat", "utimensat"};

constexpr const char* kRefused[] = {
    // new ways out
    "bind", "connect", "listen", "recvmmsg", "sendmmsg", "socket", "socketpair", "io_uring_enter", "io_uring_register",
    "io_uring_setup",
    // other processes
    "kcmp", "kill", "memfd_create", "mq_open", "msgget", "pidfd_getfd", "pidfd_open", "pidfd_send_signal",
    "process_madvise", "process_vm_readv", "process_vm_writev", "ptrace", "rt_sigqueueinfo", "rt_tgsigqueueinfo",
    "semget", "shmget", "tkill",
    // other programs
    "execve", "execveat", "fork", "vfork",
    // other files
    "chmod", "chown", "copy_file_range", "creat", "fanotify_init", "fchown", "fchownat", "fsetxattr", "lchown", "link",
    "linkat", "lsetxattr", "mknod", "mknodat", "name_to_handle_at", "open_by_handle_at", "openat2", "setxattr",
    "symlink", "symlinkat", "truncate",
    // more rights, other namespaces
    "capset", "chroot", "fsconfig", "fsmount", "fsopen", "fspick", "mount", "mount_setattr", "move_mount", "open_tree",
    "personality", "pivot_root", "setgid", "setgroups", "setns", "setregid", "setresgid", "setresuid", "setreuid",
    "setuid", "umount2", "unshare",
    // the kernel and the machine
    "acct", "add_key", "bpf", "delete_module", "finit_module", "init_module", "ioperm", "iopl", "kexec_file_load",
    "kexec_load", "keyctl", "modify_ldt", "perf_event_open", "quotactl", "reboot", "request_key", "setdomainname",
    "sethostname", "settimeofday", "swapoff", "swapon", "syslog", "userfaultfd"};

constexpr uint64_t kInt = 0xffffffff;

constexpr ArgumentTest has_bits(uint32_t argument, uint64_t mask, uint64_t bits) {
  return {argument, ArgumentTest::Kind::kMaskedEqual, mask, bits};
}
constexpr ArgumentTest is_int(uint32_t argument, uint64_t value) { return has_bits(argument, kInt, value); }
constexpr ArgumentTest is_null(uint32_t argument) { return has_bits(argument, ~uint64_t{0}, 0); }
constexpr ArgumentTest is_given(uint32_t argument) { return {argument, ArgumentTest::Kind::kNotEqual, 0, 0}; }

// The terminal settings of newer C libraries; <asm/termbits.h>, which has them, clashes with <termios.h>.
constexpr uint64_t kTcgets2 = 0x802c542a, kTcsets2 = 0x402c542b, kTcsetsw2 = 0x402c542c, kTcsetsf2 = 0x402c542d;

constexpr CallRule kTested[] = {
    // threads, not processes; clone3 hides its flags in memory, where a filter cannot look, and the C library then
    // takes clone
    {"clone", CallVerdict::kAllowed, has_bits(0, CLONE_THREAD, CLONE_THREAD)},
    {"clone", CallVerdict::kRefused, has_bits(0, CLONE_THREAD, 0)},
    {"clone3", CallVerdict::kUnknown},
    // what a terminal and an accepted connection need, and no typing into the terminal for its next reader
    {"ioctl", CallVerdict::kAllowed, is_int(1, TCGETS)},
    {"ioctl", CallVerdict::kAllowed, is_int(1, TCSETS)},
    {"ioctl", CallVerdict::kAllowed, is_int(1, TCSETSW)},
    {"ioctl", CallVerdict::kAllowed, is_int(1, TCSETSF)},
    {"ioctl", CallVerdict::kAllowed, is_int(1, kTcgets2)},
    {"ioctl", CallVerdict::kAllowed, is_int(1, kTcsets2)},
    {"ioctl", CallVerdict::kAllowed, is_int(1, kTcsetsw2)},
    {"ioctl", CallVerdict::kAllowed, is_int(1, kTcsetsf2)},
    {"ioctl", CallVerdict::kAllowed, is_int(1, TIOCGWINSZ)},
    {"ioctl", CallVerdict::kAllowed, is_int(1, FIONREAD)},
    {"ioctl", CallVerdict::kAllowed, is_int(1, FIONBIO)},
    {"ioctl", CallVerdict::kRefused, is_int(1, TIOCSTI)},
    {"ioctl", CallVerdict::kRefused, is_int(1, TIOCLINUX)},
    {"prctl", CallVerdict::kAllowed, is_int(0, PR_SET_NAME)},
    {"prctl", CallVerdict::kAllowed, is_int(0, PR_GET_NAME)},
    {"prctl", CallVerdict::kAllowed, is_int(0, 0x53564d41)},  // PR_SET_VMA, the names of mappings
    // limits are read, not set
    {"prlimit64", CallVerdict::kAllowed, is_null(2)},
    {"prlimit64", CallVerdict::kRefused, is_given(2)},
};

// sendto() is how the C library's send() arrives, without an address.  The address of sendmsg() stands in memory: it
// has an effect only on sockets that are not connected, of which a server keeps none but its listener, and there only
// with MSG_FASTOPEN.
constexpr CallRule kServingTested[] = {
    {"sendto", CallVerdict::kAllowed, is_null(4)},
    {"sendto", CallVerdict::kRefused, is_given(4)},
    {"sendmsg", CallVerdict::kAllowed, has_bits(2, MSG_FASTOPEN, 0)},
    {"sendmsg", CallVerdict::kRefused, has_bits(2, MSG_FASTOPEN, MSG_FASTOPEN)},
};

// Opening that can neither write nor create, truncate or (O_TMPFILE, which goes with writing) hide a file.
void add_reading_only(std::vector<CallRule>& rules, const char* name, uint32_t flags) {
  rules.push_back({name, CallVerdict::kAllowed, has_bits(flags, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY)});
  for (const uint64_t mode : {O_WRONLY, O_RDWR, O_ACCMODE}) {
    rules.push_back({name, CallVerdict::kRefused, has_bits(flags, O_ACCMODE, mode)});
  }
  for (const uint64_t bit : {O_CREAT, O_TRUNC}) {
    rules.push_back({name, CallVerdict::kRefused, has_bits(flags, O_ACCMODE | bit, bit)});
  }
}

// /proc/self is the process's own; of the other folders nothing tells of persons or of other processes.
constexpr const char* kSystemPaths[] = {"/dev/null",
                                        "/dev/urandom",
                                        "/etc/localtime",
                                        "/proc/meminfo",
                                        "/proc/self",
                                        "/proc/sys/vm/overcommit_memory",
                                        "/sys/class/powercap",
                                        "/sys/devices/system/cpu",
                                        "/sys/devices/virtual/powercap",
                                        "/sys/fs/cgroup",
                                        "/sys/kernel/mm/transparent_hugepage"};

const char* word_of(CallVerdict verdict) {
  constexpr const char* kWords[] = {"allowed", "EPERM", "ENOSYS"};
  return kWords[static_cast<int>(verdict)];
}

std::string line_of(const CallRule& rule) {
  std::string line = fmt::format("call {}: {}", rule.name, word_of(rule.verdict));
  if (rule.test) {
    const ArgumentTest& test = *rule.test;
    if (test.kind == ArgumentTest::Kind::kNotEqual) {
      line += fmt::format(" if argument {} != {:#x}", test.argument, test.value);
    } else {
      line += fmt::format(" if argument {} & {:#x} == {:#x}", test.argument, test.mask, test.value);
    }
  }
  return line + "\n";
}

}  // namespace

std::vector<CallRule> call_rules(const SealRole& role) {
  std::vector<CallRule> rules(std::begin(kTested), std::end(kTested));
  const auto add = [&](auto& names, CallVerdict verdict) {
    for (const char* name : names) rules.push_back({name, verdict});
  };
  add(kAllowed, CallVerdict::kAllowed);
  add(kRefused, CallVerdict::kRefused);
  add(kServing, role.serves ? CallVerdict::kAllowed : CallVerdict::kRefused);
  if (role.serves) {
    rules.insert(rules.end(), std::begin(kServingTested), std::end(kServingTested));
  } else {
    for (const char* name : {"sendto", "sendmsg"}) rules.push_back({name, CallVerdict::kRefused});
  }
  add(kWriting, role.writes ? CallVerdict::kAllowed : CallVerdict::kRefused);
  if (role.writes) {
    for (const char* name : {"open", "openat"}) rules.push_back({name, CallVerdict::kAllowed});
  } else {
    add_reading_only(rules, "open", 1);
    add_reading_only(rules, "openat", 2);
  }
  std::stable_sort(rules.begin(), rules.end(), [](const CallRule& a, const CallRule& b) {
    return std::string_view(a.name) < std::string_view(b.name);
  });
  return rules;
}

std::span<const char* const> system_paths() { return kSystemPaths; }

std::string policy_text(const SealRole& role) {
  std::string text =
      "ondol seal 1\n"
      "namespace: user and network, where allowed\n"
      "capabilities: none\n"
      "core dumps: none\n"
      "new programs: no privileges\n"
      "inherited sockets: closed but standard streams and the listener\n"
      "files: by Landlock, where the kernel has it; nothing but\n";
  text += "  read: what was given\n";
  for (const char* path : kSystemPaths) text += fmt::format("  read: {}\n", path);
  if (role.writes) text += "  write: files in folders that were given\n";
  text +=
      "tcp: none by Landlock, from ABI 4\n"
      "abstract unix sockets and signals: inside only by Landlock, from ABI 6\n"
      "foreign architecture: process killed\n"
      "other calls: ENOSYS\n"
      "call tgkill: allowed if argument 0 is the process\n";
  for (const CallRule& rule : call_rules(role)) text += line_of(rule);
  return text;
}

Digest policy_hash(const SealRole& role) { return Sha256().add(policy_text(role)).finish(); }

}  // namespace ondol
