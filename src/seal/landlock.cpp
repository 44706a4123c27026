#include "seal/landlock.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

#include "seal/seal_policy.h"

namespace ondol {
namespace {

constexpr uint64_t bit(int n) { return uint64_t{1} << n; }
constexpr uint64_t kWriteFile = bit(1), kReadFile = bit(2), kReadDir = bit(3), kRemoveFile = bit(5), kMakeReg = bit(8),
                   kTruncate = bit(14), kIoctlDev = bit(15);
constexpr uint64_t kFilesAbi1 = bit(13) - 1, kRefer = bit(13);
constexpr uint64_t kBindTcp = bit(0), kConnectTcp = bit(1);
constexpr uint64_t kScopeAbstractUnixSocket = bit(0), kScopeSignal = bit(1);
constexpr uint32_t kAskVersion = 1;
constexpr int kRulePathBeneath = 1;

struct RulesetAttributes {
  uint64_t files = 0, network = 0, scopes = 0;
};

struct __attribute__((packed)) PathBeneath {
  uint64_t allowed;
  int32_t folder_fd;
};

// Everything that version `abi` can forbid is forbidden, but for what the rules allow.
RulesetAttributes attributes_of(int abi) {
  RulesetAttributes attributes{.files = kFilesAbi1};
  if (abi >= 2) attributes.files |= kRefer;
  if (abi >= 3) attributes.files |= kTruncate;
  if (abi >= 4) attributes.network = kBindTcp | kConnectTcp;
  if (abi >= 5) attributes.files |= kIoctlDev;
  if (abi >= 6) attributes.scopes = kScopeAbstractUnixSocket | kScopeSignal;
  return attributes;
}

// An older kernel refuses a longer structure than it knows.
size_t size_of_attributes(int abi) { return abi >= 6 ? 24 : abi >= 4 ? 16 : 8; }

// `path` and all below.  A path that cannot be opened gets no rule.
void allow(int ruleset, const char* path, uint64_t rights, uint64_t handled) {
  const int fd = open(path, O_PATH | O_CLOEXEC);
  struct stat status {};
  if (fd < 0) return;
  const uint64_t for_files = kReadFile | kWriteFile | kTruncate;
  const bool is_folder = fstat(fd, &status) == 0 && S_ISDIR(status.st_mode);
  const PathBeneath rule{rights & handled & (is_folder ? ~uint64_t{0} : for_files), fd};
  syscall(SYS_landlock_add_rule, ruleset, kRulePathBeneath, &rule, 0);
  // The kernel may forget what it knows of an unused name in /proc and make it anew, without the rule: it stays open.
  if (std::strncmp(path, "/proc/", 6) != 0) close(fd);
}

}  // namespace

LandlockState restrict_files(std::span<const std::string> readable, std::span<const std::string> writable) {
  const auto abi = static_cast<int>(syscall(SYS_landlock_create_ruleset, nullptr, 0, kAskVersion));
  if (abi < 1) return {.error = abi < 0 ? errno : ENOSYS};
  const RulesetAttributes attributes = attributes_of(abi);
  const auto ruleset = static_cast<int>(syscall(SYS_landlock_create_ruleset, &attributes, size_of_attributes(abi), 0));
  if (ruleset < 0) return {.error = errno};
  constexpr uint64_t kRead = kReadFile | kReadDir;
  for (const char* path : system_paths()) allow(ruleset, path, kRead, attributes.files);
  for (const std::string& path : readable) allow(ruleset, path.c_str(), kRead, attributes.files);
  for (const std::string& path : writable) {
    allow(ruleset, path.c_str(), kRead | kWriteFile | kTruncate | kMakeReg | kRemoveFile, attributes.files);
  }
  const int error = syscall(SYS_landlock_restrict_self, ruleset, 0) == 0 ? 0 : errno;
  close(ruleset);
  return error == 0 ? LandlockState{.abi = abi} : LandlockState{.error = error};
}

}  // namespace ondol
